// Writes vectors.json from the formulas of the protocol with nothing but Node's own cryptography, so that the vectors
// owe nothing to kernel/wire.py, which is tested against them. Run: node make.mjs > vectors.json
// Chains come out the same each time; ECDSA signatures do not, and are therefore verified and never compared.
import { createECDH, createHash, createPrivateKey, sign } from "node:crypto";

const scalar = Buffer.from("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", "hex"); // RFC 6979, A.2.5
const ecdh = createECDH("prime256v1");
ecdh.setPrivateKey(scalar);
const point = ecdh.getPublicKey();
const jwk = {
  kty: "EC",
  crv: "P-256",
  d: scalar.toString("base64url"),
  x: point.subarray(1, 33).toString("base64url"),
  y: point.subarray(33).toString("base64url"),
};
const key = createPrivateKey({ key: jwk, format: "jwk" });

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const tag = (text) => Buffer.from(text, "ascii");
const u32 = (value) => { const raw = Buffer.alloc(4); raw.writeUInt32BE(value); return raw; };
const u16 = (value) => { const raw = Buffer.alloc(2); raw.writeUInt16BE(value); return raw; };
const uuid = (text) => Buffer.from(text.replaceAll("-", ""), "hex");
const b64 = (raw) => raw.toString("base64url");
const signed = (message) => sign("sha256", message, { key, dsaEncoding: "ieee-p1363" });

const device = "01912d68-783e-7a03-8467-5661c1243ad4";
const genesis = sha256(tag("tc/device/1"), uuid(device));

function chain(previous, first, lines) {
  return lines.map((line, index) => (previous = sha256(tag("tc/entry/1"), previous, u32(first + index), line)));
}

function batch(name, previous, first, lines) {
  const links = chain(previous, first, lines);
  const head = links.at(-1);
  const message = Buffer.concat([tag("tc/batch/1"), uuid(device), u32(first), u16(lines.length), previous, head]);
  const header = { device, first, count: lines.length, previous: b64(previous), head: b64(head), signature: b64(signed(message)) };
  const bytes = Buffer.concat([Buffer.from(JSON.stringify(header)), ...lines.flatMap((line) => [tag("\n"), line]), tag("\n")]);
  return { name, first, previous: b64(previous), lines: lines.map(b64), links: links.map(b64), head: b64(head),
           message: b64(message), signature: header.signature, batch: b64(bytes) };
}

function entry(seq, fields) {
  const id = `01912d68-7${(0x900 + seq).toString(16)}-7000-8000-00000000000${seq}`;
  return Buffer.from(JSON.stringify({ kind: "dose-given", id, at: "2021-09-13T01:02:03.004Z", schema: 1, seq, offset_ms: -250, site: "79-0012", ...fields }));
}

const plain = [entry(1, { lot: "ABX1234" }), entry(2, { lot: "Lô số 7, Nguyễn Thị Hòa" })];
const strange = [
  Buffer.from('{"kind" : "dose-given",   "spaces":"stay"}\r'), // a carriage return belongs to the entry's bytes
  Buffer.from("not even JSON"),
  Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), // no UTF-8
  Buffer.alloc(0),
];
const first = batch("two entries of a new device", genesis, 1, plain);
const batches = [
  first,
  batch("entries nobody can read, one of them empty", Buffer.from(first.head, "base64url"), 3, strange),
  batch("the last sequence of a chain", sha256(tag("any link")), 2 ** 32 - 1, [entry(3, {})]),
  batch("500 entries", genesis, 1, Array.from({ length: 500 }, (_, index) => Buffer.from(`{"n":${index + 1}}`))),
];

const honest = JSON.parse(Buffer.from(first.batch, "base64url").toString().split("\n")[0]);
const body = plain.map((line) => `\n${line}`).join("") + "\n";
const told = (change) => b64(Buffer.from(JSON.stringify({ ...honest, ...change }) + body));
const many = (count, line) => Buffer.concat([Buffer.from(JSON.stringify({ ...honest, count })), ...Array(count).fill(Buffer.concat([tag("\n"), line])), tag("\n")]);
const refused = [
  { code: "header-unreadable", name: "nothing at all", batch: "" },
  { code: "header-unreadable", name: "no JSON", batch: b64(Buffer.from("hello" + body)) },
  { code: "header-unreadable", name: "broken UTF-8", batch: b64(Buffer.concat([Buffer.from([0xff]), Buffer.from(body)])) },
  { code: "header-unreadable", name: "a list", batch: b64(Buffer.from("[]" + body)) },
  { code: "header-unreadable", name: "a field too few", batch: told({ head: undefined }) },
  { code: "header-unreadable", name: "a field too many", batch: told({ extra: 1 }) },
  { code: "header-unreadable", name: "a device that is no UUID", batch: told({ device: "tablet-7" }) },
  { code: "header-unreadable", name: "a number as text", batch: told({ first: "1" }) },
  { code: "header-unreadable", name: "a fraction", batch: told({ first: 1.5 }) },
  { code: "header-unreadable", name: "a link of 31 bytes", batch: told({ previous: b64(Buffer.alloc(31)) }) },
  { code: "header-unreadable", name: "a signature of 65 bytes", batch: told({ signature: b64(Buffer.alloc(65)) }) },
  { code: "header-unreadable", name: "padded base64", batch: told({ head: honest.head + "=" }) },
  { code: "header-unreadable", name: "base64 that is not base64url", batch: told({ head: "+".repeat(43) }) },
  { code: "header-unreadable", name: "base64url with stray bits at its end", batch: told({ head: honest.head.slice(0, 42) + "B" }) },
  { code: "header-unreadable", name: "a header of more than 1024 bytes", batch: told({ device: " ".repeat(1024) }) },
  { code: "no-entries", name: "none told", batch: b64(Buffer.from(JSON.stringify({ ...honest, count: 0 }) + "\n")) },
  { code: "cut-off", name: "no newline at the end", batch: b64(Buffer.from(first.batch, "base64url").subarray(0, -1)) },
  { code: "cut-off", name: "the header alone", batch: b64(Buffer.from(JSON.stringify(honest))) },
  { code: "count-differs", name: "one told, two here", batch: told({ count: 1 }) },
  { code: "count-differs", name: "three told, two here", batch: told({ count: 3 }) },
  { code: "count-differs", name: "two newlines at the end", batch: b64(Buffer.concat([Buffer.from(first.batch, "base64url"), tag("\n")])) },
  { code: "sequence-out-of-range", name: "first is 0", batch: told({ first: 0 }) },
  { code: "sequence-out-of-range", name: "first is negative", batch: told({ first: -1 }) },
  { code: "sequence-out-of-range", name: "the last is beyond u32", batch: told({ first: 2 ** 32 - 1 }) },
  { code: "too-many-entries", name: "501 entries", batch: b64(many(501, tag("{}"))) },
  { code: "entry-too-large", name: "16,385 bytes", batch: b64(many(2, Buffer.alloc(16385, "x"))) },
];

function request(method, path, nonce) {
  const message = Buffer.concat([tag("tc/request/1"), ...[method, path, nonce].flatMap((text) => [u16(Buffer.byteLength(text)), Buffer.from(text)])]);
  const signature = b64(signed(message));
  return { method, path, nonce, message: b64(message), signature, authorization: `TC1 device=${device},nonce=${nonce},signature=${signature}` };
}

const linesHash = sha256(tag("the lines of a day"));
const doses = ["01912d68-7901-7000-8000-000000000001", "01912d68-7902-7000-8000-000000000002"];
const fingerprint = String(sha256(tag("tc/fingerprint/1"), point).readUInt32BE(0) % 1_000_000).padStart(6, "0");

console.log(JSON.stringify({
  about: "Golden vectors of the wire. Binary fields are base64url without padding. README.md beside this file says how to read them.",
  device,
  private_key: jwk,
  public_key: b64(point),
  fingerprint,
  genesis: b64(genesis),
  batches,
  refused,
  requests: [request("GET", "/api/devices/bundle", "Zm9v-_1"), request("GET", "/api/devices/days/2021-09-13?lines=all", "n")],
  attestations: {
    day: { site: "79-0012", day: "2021-09-13", lines_hash: b64(linesHash),
           challenge: b64(sha256(tag("tc/attest/1"), Buffer.from("79-0012"), Buffer.from("2021-09-13"), linesHash)) },
    doses: { doses, challenge: b64(sha256(tag("tc/attest/1"), ...doses.map(uuid))) },
  },
}, null, 1));
