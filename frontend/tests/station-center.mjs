/**
 * A center in memory for the station's tests: enrollment, nonces, unlocks, bundle, batches and entries as PROTOCOL and
 * docs/operations/station.md have them, written with Node's own cryptography and none of the station's code.
 */
import { createECDH, createHash, createPublicKey, generateKeyPairSync, hkdfSync, createCipheriv, createDecipheriv, randomBytes, sign, verify } from "node:crypto";
import { deflateRawSync, inflateSync } from "node:zlib";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const uuid = (text) => Buffer.from(text.replaceAll("-", ""), "hex");
const u16 = (value) => { const raw = Buffer.alloc(2); raw.writeUInt16BE(value); return raw; };
const u32 = (value) => { const raw = Buffer.alloc(4); raw.writeUInt32BE(value); return raw; };
const b64 = (raw) => Buffer.from(raw).toString("base64url");
const from64 = (text) => Buffer.from(text, "base64url");
const point = (key) => { const { x, y } = key.export({ format: "jwk" }); return Buffer.concat([Buffer.of(4), from64(x), from64(y)]); };
const publicKey = (raw) => createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x: b64(raw.subarray(1, 33)), y: b64(raw.subarray(33)) } });
const holds = (raw, message, signature) => verify("sha256", message, { key: publicKey(raw), dsaEncoding: "ieee-p1363" }, signature);

export const DAY = "2021-09-13";
export const NOON = Date.UTC(2021, 8, 13, 5);
export const STAFF = { id: "01912d68-9999-7000-8000-000000000001", name: "Đặng Thu Hà", roles: ["vaccinator"] };
export const OTHER = { id: "01912d68-9999-7000-8000-000000000002", name: "Bùi Văn Ứng", roles: ["lead"] };
export const SESSION = "01912d68-aaaa-7000-8000-000000000001";
export const CODE = "40721866";
const ITERATIONS = 1000; // the real rounds would take a minute of every test run

function sealingKey(secret, made, recipient) {
  return Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), Buffer.concat([Buffer.from("tc/seal/1"), made, recipient]), 32));
}

export class Center {
  now = NOON;
  device = "01912d68-783e-7a03-8467-5661c1243ad4";
  site = "79-0012";
  kinds = null;
  enrolled = null;
  confirmed = false;
  standing = "enrolled";
  mayUnlock = new Map();
  version = 0;
  persons = [];
  others = [];
  lots = [{ lot: "ABX6412", product: "az", expires_on: "2021-12-31", doses: 500, held_since: null }];
  heldLots = [];
  /** The hubs of the hall, as every bundle names them. */
  hubs = [];
  locksAfterS = undefined;
  standby = [];
  /** Who of the staff was said to have called, word by word. */
  callers = [];
  /** How often a tablet asked for phones. */
  standbyAsked = 0;
  /** The keys of days that the bundle gives the site's tablets, and the devices that are heard no more. */
  hall = [{ day: DAY, key: b64(Buffer.alloc(32, 9)) }];
  cutOff = [];
  sessions = [{ id: SESSION, product: "az", state: "open" }];
  journal = [];
  seen = new Map();
  last = 0;
  /** It saw two chains under this name: whatever else is signed by it is set aside. */
  forked = false;
  held = [];
  nonces = new Set();
  /** What each batch said, header and clear lines, and how long its body was. */
  batches = [];
  bodies = [];
  words = [];
  /** The passkeys of the staff, each with its id and its pair of keys; and the words that it heard of them. */
  passkeys = new Map();
  proofs = [];
  asides = new Map(); // by kind: the reason for which entries of it are set aside
  /** A test may fail a request before or after it is taken: return "before", "after" or a Response, or a promise. */
  mishap = () => null;

  constructor() {
    this.signing = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.sealing = createECDH("prime256v1");
    this.sealing.generateKeys();
    this.serverKey = point(this.signing.publicKey);
    this.code = `Jm3kq0v9T2mS1yP6bHcWxg.${b64(sha256(this.serverKey))}`;
  }

  get head() {
    return this.journal.at(-1)?.link ?? sha256("tc/device/1", uuid(this.device));
  }

  fetch = async (input, init) => {
    const url = new URL(input, "http://center.test");
    const request = { method: init.method, path: url.pathname + url.search, url, headers: new Headers(init.headers), body: Buffer.from(init.body ?? []) };
    const mishap = await this.mishap(request);
    if (mishap instanceof Response) return mishap;
    if (mishap === "before") throw new TypeError("Failed to fetch");
    const response = this.answer(request);
    if (mishap === "after") throw new TypeError("Failed to fetch");
    return response;
  };

  say(status, told, type = "application/json") {
    const body = typeof told === "string" ? told : JSON.stringify(told);
    const headers = { "Content-Type": status < 400 ? type : "application/problem+json", "TC-Time": new Date(this.now).toISOString() };
    return new Response(body, { status, headers });
  }

  refuse(status, code, facts = {}) {
    return this.say(status, { type: `urn:tiemchung:problem:${code}`, title: "", status, code, ...facts });
  }

  answer({ method, path, url, headers, body }) {
    const at = url.pathname.replace("/api/devices/", "");
    if (at === "enrollments") return this.enroll(JSON.parse(body));
    if (at.startsWith("enrollments/")) return this.say(200, this.enrollment());
    if (at === "batches") return this.batch(headers, body);
    if (at === "nonce") return this.nonce();
    if (!this.proved(headers, method, path)) return this.refuse(401, "request-not-signed");
    if (at === "bundle") return this.say(200, this.bundle(), "application/jose");
    if (at === "unlocks") return this.unlocks(method === "POST" ? JSON.parse(body) : null, headers);
    if (at === "standby") return method === "POST" ? this.calledIn(JSON.parse(body)) : this.say(...this.whoMayBeCalled());
    if (at === "heartbeat") { this.words.push(JSON.parse(body)); return this.say(200, { server_time: new Date(this.now).toISOString(), last_sequence: this.last, head: b64(this.head) }); }
    if (at === "entries") return this.pulled(Number(url.searchParams.get("after") ?? 0));
    return this.refuse(404, "not-found");
  }

  enroll(asked) {
    if (asked.code !== this.code.split(".")[0]) return this.refuse(403, "code-refused");
    const key = from64(asked.public_key);
    if (this.enrolled !== null && !this.enrolled.key.equals(key)) return this.refuse(403, "code-spent");
    if (!holds(key, Buffer.concat([Buffer.from("tc/agreement/1"), from64(asked.agreement_key)]), from64(asked.agreement_proof))) return this.refuse(400, "agreement");
    this.enrolled = { key, agreement: from64(asked.agreement_key) };
    return this.say(201, this.enrollment());
  }

  enrollment() {
    const fingerprint = String(sha256("tc/fingerprint/1", this.enrolled.key).readUInt32BE(0) % 1_000_000).padStart(6, "0");
    const told = {
      device: this.device, fingerprint, name: "Máy 03", site: this.site, session: null, enrolled_at: new Date(NOON).toISOString(),
      expires_at: "2022-03-12T01:00:00Z", kinds: this.kinds, server_key: b64(this.serverKey), sealing_key: b64(this.sealing.getPublicKey()), poll_after_s: 2,
    };
    const status = this.confirmed ? this.standing : "waiting";
    const stated = { ...told, public_key: b64(this.enrolled.key), agreement_key: b64(this.enrolled.agreement), origin: "http://center.test" };
    return { ...told, status, statement: status === "enrolled" ? this.jws(stated, "tc-enrollment+jws") : null };
  }

  jws(content, typ, { zip = false } = {}) {
    const header = { alg: "ES256", typ, ...(zip && { zip: "DEF" }) };
    const raw = Buffer.from(JSON.stringify(content));
    const told = `${b64(JSON.stringify(header))}.${b64(zip ? deflateRawSync(raw) : raw)}`;
    return `${told}.${b64(sign("sha256", Buffer.from(told), { key: this.signing.privateKey, dsaEncoding: "ieee-p1363" }))}`;
  }

  nonce() {
    const nonce = b64(randomBytes(16));
    this.nonces.add(nonce);
    return this.say(200, { nonce, seconds: 120 });
  }

  proved(headers, method, path) {
    const [, device, nonce, signature] = /^TC1 device=(.*),nonce=(.*),signature=(.*)$/.exec(headers.get("Authorization") ?? "") ?? [];
    if (device !== this.device || !this.nonces.delete(nonce) || this.standing !== "enrolled") return false;
    const texts = [method, path, nonce].flatMap((text) => [u16(Buffer.byteLength(text)), Buffer.from(text)]);
    return holds(this.enrolled.key, Buffer.concat([Buffer.from("tc/request/1"), ...texts]), from64(signature));
  }

  /** Whether a passkey of this member signed for this tablet, this member and this request's nonce. */
  vouched({ staff, proof }, headers) {
    this.proofs.push({ response: { authenticatorData: from64(proof.authenticator_data), clientDataJSON: from64(proof.client_data), signature: from64(proof.signature) } });
    const [, nonce] = /nonce=([^,]*),/.exec(headers.get("Authorization"));
    const known = (this.passkeys.get(staff) ?? []).find(({ id }) => id.equals(from64(proof.credential)));
    if (known === undefined) return false;
    const { type, challenge } = JSON.parse(from64(proof.client_data));
    const meant = type === "webauthn.get" && challenge === b64(sha256("tc/unlock/1", uuid(this.device), uuid(staff), nonce));
    const signed = Buffer.concat([from64(proof.authenticator_data), sha256(from64(proof.client_data))]);
    return meant && verify("sha256", signed, known.pair.publicKey, from64(proof.signature));
  }

  unlocks(asked, headers) {
    if (asked !== null) {
      if (asked.proof ? !this.vouched(asked, headers) : asked.code !== CODE) return this.refuse(403, "unlock-code-refused");
      if (!this.mayUnlock.has(asked.staff)) this.mayUnlock.set(asked.staff, { salt: randomBytes(16), days: new Map() });
    }
    const days = Array.from({ length: 4 }, (_, ahead) => new Date(this.now + 7 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10));
    const staff = [...this.mayUnlock].map(([id, { salt, days: secrets }]) => ({
      staff: id, salt: b64(salt), iterations: ITERATIONS,
      days: days.map((day) => {
        if (!secrets.has(day)) secrets.set(day, randomBytes(32));
        return { day, secret: b64(this.sealed(secrets.get(day), Buffer.concat([Buffer.from("tc/unlock/1"), uuid(this.device), uuid(id), Buffer.from(day)]))) };
      }),
    }));
    return this.say(200, { server_time: new Date(this.now).toISOString(), day: days[0], staff });
  }

  sealed(clear, context) {
    const made = createECDH("prime256v1");
    made.generateKeys();
    const iv = randomBytes(12);
    const to = this.enrolled.agreement;
    const cipher = createCipheriv("aes-256-gcm", sealingKey(made.computeSecret(to), made.getPublicKey(), to), iv);
    cipher.setAAD(context);
    return Buffer.concat([Buffer.of(1), made.getPublicKey(), iv, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
  }

  unsealed(raw, context) {
    const made = raw.subarray(1, 66);
    const decipher = createDecipheriv("aes-256-gcm", sealingKey(this.sealing.computeSecret(made), made, this.sealing.getPublicKey()), raw.subarray(66, 78));
    decipher.setAAD(context);
    decipher.setAuthTag(raw.subarray(-16));
    return Buffer.concat([decipher.update(raw.subarray(78, -16)), decipher.final()]);
  }

  bundle() {
    this.version += 1;
    const content = {
      format: "tiemchung/bundle/2", version: this.version, issued_at: new Date(this.now).toISOString(), device: this.device,
      site: { code: this.site, name: "Trạm Y tế phường Tân Phú", province_code: "79" },
      sessions: this.sessions,
      staff: [STAFF, OTHER].map((one) => ({ ...one, credentials: (this.passkeys.get(one.id) ?? []).map(({ id }) => b64(id)) })),
      products: [{ code: "az", name: "AstraZeneca", name_vi: "AstraZeneca", min_age: 18, doses_primary: 2, interval_min_days: 56, child_ages: null, dose_ml: 0.5, doses_per_vial: 10, use_after_open_hours: 6 }],
      rules: [], decisions: [], rule_book: 1,
      forms: [{ code: "adult_4355", kind: "screening", min_age: 18, max_age: null, observe_minutes: 30, questions: [], all_no: "eligible_now", limits: [] }],
      lots: this.lots, vials: [], hubs: this.hubs, hall: this.hall, held_lots: this.heldLots, devices_cut_off: this.cutOff, locks_after_s: this.locksAfterS,
      list: { day: DAY, token_key: b64(Buffer.alloc(32, 7)), persons: this.persons },
    };
    return this.jws(content, "tc-bundle+jws", { zip: true });
  }

  whoMayBeCalled() {
    this.standbyAsked += 1;
    return [200, { day: DAY, told_at: new Date(this.now).toISOString(), lists: this.standby }];
  }

  calledIn({ session, person, state, staff }) {
    const one = this.standby.find((list) => list.session === session)?.persons.find((each) => each.person === person);
    if (one === undefined) return this.refuse(409, "standby-unknown");
    Object.assign(one, { state, told_at: new Date(this.now).toISOString() });
    this.callers.push(staff);
    return this.say(200, { server_time: new Date(this.now).toISOString() });
  }

  pulled(after) {
    const entries = this.others.slice(after, after + 500);
    return this.say(200, {
      after: String(after + entries.length), more: this.others.length > after + 500, server_time: new Date(this.now).toISOString(),
      entries, own: [], judged: [], links: [], held_lots: this.heldLots, devices_cut_off: [],
    });
  }

  batch(headers, body) {
    this.bodies.push(body.length);
    const raw = headers.get("Content-Encoding") === "deflate" ? inflateSync(body) : body;
    const parts = [];
    for (let start = 0, end; (end = raw.indexOf(10, start)) >= 0; start = end + 1) parts.push(raw.subarray(start, end));
    const header = JSON.parse(parts.shift().toString());
    if (raw.length > 1024 * 1024 || header.count > 500) return this.refuse(413, "batch-too-large");
    if (header.count !== parts.length || header.device !== this.device) return this.refuse(400, "batch-unreadable");
    const isSealed = headers.get("Content-Type").includes("sealed");
    const lines = parts.map((line, at) => isSealed ? inflateSync(this.unsealed(from64(line.toString()), Buffer.concat([Buffer.from("tc/outbox/1"), uuid(this.device), u32(header.first + at)]))) : line);
    this.batches.push(Buffer.concat([Buffer.from(JSON.stringify(header)), ...lines]));
    const message = Buffer.concat([Buffer.from("tc/batch/1"), uuid(header.device), u32(header.first), u16(header.count), from64(header.previous), from64(header.head)]);
    if (!holds(this.enrolled.key, message, from64(header.signature))) return this.refuse(401, "wrong-signature");
    const stands = { last_sequence: this.last, head: b64(this.head) };
    let link = from64(header.previous);
    const links = lines.map((line, at) => (link = sha256("tc/entry/1", link, u32(header.first + at), line)));
    if (!link.equals(from64(header.head)) || (header.first > this.last + 1 && !this.forked)) return this.refuse(409, "broken-chain", stands);
    if (!this.forked && header.first === this.last + 1 && !from64(header.previous).equals(this.head)) return this.refuse(409, "broken-chain", stands);
    const forked = links.some((mine, at) => this.journal[header.first - 1 + at] && !this.journal[header.first - 1 + at].link.equals(mine));
    this.forked ||= forked;
    const answers = lines.map((line, at) => this.keep(line, { seq: header.first + at, link: links[at] }));
    return this.say(200, { recorded_at: new Date(this.now).toISOString(), last_sequence: this.last, head: b64(this.head), answers });
  }

  keep(line, { seq, link }) {
    const entry = JSON.parse(line.toString());
    const aside = (reason) => ({ id: entry.id, seq, outcome: "set-aside", reason, findings: [] });
    const isKnown = this.journal[seq - 1]?.link.equals(link) === true;
    if (this.forked && !isKnown) { this.held.push(line.toString()); return aside("fork"); }
    if (seq <= this.last) return { id: entry.id, seq, outcome: "known", findings: [] };
    this.last = seq;
    const reason = this.standing === "enrolled" ? this.asides.get(entry.kind) : "device-revoked";
    this.journal.push({ entry, line: line.toString(), link, reason });
    if (reason !== undefined) return aside(reason);
    this.seen.set(entry.id, (this.seen.get(entry.id) ?? 0) + 1);
    return { id: entry.id, seq, outcome: "kept", findings: [] };
  }

  /** The server comes back from a backup that ends at this sequence. */
  restore(last) {
    this.journal.length = last;
    this.last = last;
    this.seen = new Map(this.journal.map(({ entry }) => [entry.id, 1]));
  }
}
