/**
 * A hub of the hall for the station's tests, as docs/operations/hub.md has it: it keeps sealed batches, says so under its own key, and
 * carries them to the center of station-center.mjs. Written with Node's own cryptography and none of the station's code.
 */
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";

const uuid = (text) => Buffer.from(text.replaceAll("-", ""), "hex");
const u16 = (value) => { const raw = Buffer.alloc(2); raw.writeUInt16BE(value); return raw; };
const u32 = (value) => { const raw = Buffer.alloc(4); raw.writeUInt32BE(value); return raw; };
const b64 = (raw) => Buffer.from(raw).toString("base64url");
const from64 = (text) => Buffer.from(text, "base64url");
const point = (key) => { const { x, y } = key.export({ format: "jwk" }); return Buffer.concat([Buffer.of(4), from64(x), from64(y)]); };
const publicKey = (raw) => createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x: b64(raw.subarray(1, 33)), y: b64(raw.subarray(33)) } });
const nameOf = ({ first, count, head }) => `${first} ${count} ${head}`;
const SEALED = "application/vnd.tiemchung.sealed+ndjson";

let hubs = 0;

export class Hub {
  device = `01912d68-bbbb-7000-8000-${String((hubs += 1)).padStart(12, "0")}`;
  address = `https://h${hubs}.hub.example.vn:8443`;
  key = generateKeyPairSync("ec", { namedCurve: "P-256" });
  held = new Map();
  notes = [];
  asked = [];
  others = [];
  /** A test may answer in the hub's place, or cut it off: return a Response or "away". */
  mishap = () => null;

  constructor(center) {
    this.center = center;
  }

  /** The center as it knows a device: it plays one of them at a time, and another plays what an earlier enrollment left. */
  centerOf(device) {
    return [this.center, ...this.others].find((center) => center.device === device);
  }

  get named() {
    return { device: this.device, name: "Hội trường", address: this.address, key: b64(point(this.key.publicKey)) };
  }

  isAt(input) {
    return input.startsWith(`${this.address}/`);
  }

  fetch = async (input, init) => {
    const request = { path: new URL(input).pathname, method: init.method, credentials: init.credentials, headers: new Headers(init.headers), body: Buffer.from(init.body ?? []) };
    const mishap = this.mishap(request);
    if (mishap === "away") throw new TypeError("Failed to fetch");
    this.asked.push(request);
    return mishap ?? this.answer(request);
  };

  say(status, told) {
    return new Response(JSON.stringify(told), { status, headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json" } });
  }

  answer({ path, headers, body }) {
    if (path.endsWith("/notes")) return this.passOn(body);
    const header = JSON.parse(body.subarray(0, body.indexOf(10)).toString());
    const signed = this.message(header);
    const key = { key: publicKey(this.centerOf(header.device).enrolled.key), dsaEncoding: "ieee-p1363" };
    if (!verify("sha256", signed, key, from64(header.signature))) return this.say(401, { code: "wrong-signature" });
    const name = nameOf(header);
    if (path.endsWith("/batches")) {
      if (headers.get("Content-Type") !== SEALED) return this.say(415, { code: "sealed-only" });
      if (!this.held.has(name)) this.held.set(name, { body, receipt: null });
    } else if (!this.held.has(name)) return this.say(404, { code: "not-held" });
    const held = sign("sha256", Buffer.concat([Buffer.from("tc/held/1"), signed]), { key: this.key.privateKey, dsaEncoding: "ieee-p1363" });
    return this.say(200, { held: b64(held), receipt: this.held.get(name).receipt });
  }

  /** Keep a tablet's notes, and give it those of the others behind the place that it names. */
  passOn(body) {
    const end = body.indexOf(10) + 1;
    const { device, after, count, signature } = JSON.parse(body.subarray(0, end).toString());
    const rest = body.subarray(end);
    const signed = Buffer.concat([
      Buffer.from("tc/notes/1"), uuid(this.device), uuid(device), u16(count), u16(after.length), Buffer.from(after), createHash("sha256").update(rest).digest(),
    ]);
    const key = { key: publicKey(this.centerOf(device).enrolled.key), dsaEncoding: "ieee-p1363" };
    if (!verify("sha256", signed, key, from64(signature))) return this.say(401, { code: "wrong-signature" });
    const lines = rest.toString().split("\n").slice(0, -1).map((line) => line.split("."));
    if (lines.length !== count) return this.say(400, { code: "notes-unreadable" });
    for (const [seq, note] of lines) {
      if (!this.notes.some((one) => one.device === device && one.seq === Number(seq))) this.notes.push({ device, seq: Number(seq), note });
    }
    const behind = Number(after || 0);
    const told = this.notes.slice(behind).filter((one) => one.device !== device);
    return this.say(200, { after: String(this.notes.length), more: false, notes: told });
  }

  message({ device, first, count, previous, head }) {
    return Buffer.concat([Buffer.from("tc/batch/1"), uuid(device), u32(first), u16(count), from64(previous), from64(head)]);
  }

  /** Bring all that waits to the center, and keep its receipts. */
  async carry() {
    for (const kept of this.held.values()) {
      if (kept.receipt !== null) continue;
      const header = JSON.parse(kept.body.subarray(0, kept.body.indexOf(10)).toString());
      const answer = this.centerOf(header.device).batch(new Headers({ "Content-Type": SEALED }), kept.body);
      if (answer.status === 200) kept.receipt = this.receipt(header, await answer.json());
    }
  }

  receipt({ device, first, count, head }, told) {
    return this.center.jws({ ...told, format: "tiemchung/receipt/1", device, first, count, head }, "tc-receipt+jws");
  }
}
