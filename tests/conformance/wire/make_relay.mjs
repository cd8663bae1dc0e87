// Writes relay.json from the formulas of docs/operations/hub.md with nothing but Node's own cryptography, so that the vectors owe
// nothing to kernel/relay.py nor to the app. Run: node make_relay.mjs > relay.json
// Signatures come out another each time; they are verified and never compared.
import { createECDH, createHash, createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const tag = (text) => Buffer.from(text, "utf8");
const u16 = (value) => { const raw = Buffer.alloc(2); raw.writeUInt16BE(value); return raw; };
const u32 = (value) => { const raw = Buffer.alloc(4); raw.writeUInt32BE(value); return raw; };
const uuid = (text) => Buffer.from(text.replaceAll("-", ""), "hex");
const b64 = (raw) => Buffer.from(raw).toString("base64url");
const from64 = (text) => Buffer.from(text, "base64url");

function key(seed) {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(sha256(tag(`tc/vector/${seed}`)));
  const point = ecdh.getPublicKey();
  const jwk = { kty: "EC", crv: "P-256", d: b64(ecdh.getPrivateKey()), x: b64(point.subarray(1, 33)), y: b64(point.subarray(33)) };
  return { point, jwk, signed: (message) => sign("sha256", message, { key: createPrivateKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" }) };
}

const [hub, server] = [key("hub"), key("server")];
const id = "01912d68-bbbb-7000-8000-000000000001";
const takenAt = "2021-09-13T06:58:12.345Z";

function envelope(name, batch) {
  const message = Buffer.concat([tag("tc/relay/1"), uuid(id), tag(takenAt), sha256(batch)]);
  const line = { hub: id, taken_at: takenAt, length: batch.length, signature: b64(hub.signed(message)) };
  return { name, batch: b64(batch), message: b64(message), envelope: b64(Buffer.concat([tag(JSON.stringify(line)), tag("\n"), batch])) };
}

const { batch } = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8")).batches[0];
const header = JSON.parse(from64(batch).toString().split("\n")[0]);
const { device, first, count, previous, head } = header;
const held = Buffer.concat([tag("tc/held/1"), tag("tc/batch/1"), uuid(device), u32(first), u16(count), from64(previous), from64(head)]);
const said = {
  format: "tiemchung/receipt/1", device, first, count, head, recorded_at: "2021-09-13T09:00:00.000Z", last_sequence: 2,
  answers: [{ id: "01912d68-7901-7000-8000-000000000001", seq: 1, outcome: "kept", findings: [] },
            { id: "01912d68-7902-7000-8000-000000000002", seq: 2, outcome: "set-aside", reason: "device-revoked", findings: [] }],
};
const told = `${b64(JSON.stringify({ alg: "ES256", typ: "tc-receipt+jws" }))}.${b64(JSON.stringify(said))}`;

console.log(JSON.stringify({
  about: "Golden vectors of a site's hub. Binary fields are base64url without padding. docs/operations/hub.md has the formulas.",
  hub: id,
  taken_at: takenAt,
  hub_key: hub.jwk,
  hub_point: b64(hub.point),
  server_point: b64(server.point),
  envelopes: [envelope("a batch of two entries", from64(batch)), envelope("bytes that are no text", Buffer.from([0, 255, 10, 13])), envelope("nothing", Buffer.alloc(0))],
  held: { header, message: b64(held), signature: b64(hub.signed(held)) },
  receipt: { said, compact: `${told}.${b64(server.signed(tag(told)))}` },
}, null, 1));
