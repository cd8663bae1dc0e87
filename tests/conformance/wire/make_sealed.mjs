// Writes sealed.json from the formulas of docs/operations/station.md with nothing but Node's own cryptography, so that the
// vectors owe nothing to kernel/sealed.py. Run: node make_sealed.mjs > sealed.json
import { createCipheriv, createECDH, createHash, createHmac, hkdfSync, pbkdf2Sync } from "node:crypto";
import { deflateSync } from "node:zlib";

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const tag = (text) => Buffer.from(text, "utf8");
const u32 = (value) => { const raw = Buffer.alloc(4); raw.writeUInt32BE(value); return raw; };
const uuid = (text) => Buffer.from(text.replaceAll("-", ""), "hex");
const b64 = (raw) => Buffer.from(raw).toString("base64url");

function key(seed) {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(sha256(tag(`tc/vector/${seed}`)));
  const point = ecdh.getPublicKey();
  return { ecdh, point, jwk: { kty: "EC", crv: "P-256", d: b64(ecdh.getPrivateKey()), x: b64(point.subarray(1, 33)), y: b64(point.subarray(33)) } };
}

const recipient = key("recipient");
const sender = key("sender");
const device = "01912d68-783e-7a03-8467-5661c1243ad4";
const staff = "01912d68-9999-7000-8000-000000000001";
const day = "2021-09-13";

function seal(iv, clear, context) {
  const shared = sender.ecdh.computeSecret(recipient.point);
  const info = Buffer.concat([tag("tc/seal/1"), sender.point, recipient.point]);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(0), info, 32)), iv);
  cipher.setAAD(context);
  const body = Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([Buffer.from([1]), sender.point, iv, body]);
}

function sealed(name, iv, clear, context) {
  return { name, iv: b64(iv), context: b64(context), clear: b64(clear), sealed: b64(seal(iv, clear, context)) };
}

const outbox = (seq) => Buffer.concat([tag("tc/outbox/1"), uuid(device), u32(seq)]);
const unlock = Buffer.concat([tag("tc/unlock/1"), uuid(device), uuid(staff), tag(day)]);
const line = tag('{"kind":"vial-opened","id":"01912d68-7901-7000-8000-000000000001","seq":7,"lot":"Lô số 7"}');
const iv = (value) => Buffer.concat([Buffer.alloc(8), u32(value)]);
const secret = sha256(tag("a day's secret"));

const salt = sha256(tag("salt")).subarray(0, 16);
const pin = "407218";
const iterations = 600000;
const pinKey = pbkdf2Sync(pin, salt, iterations, 32, "sha256");
const info = Buffer.concat([tag("tc/kek/1"), uuid(device), uuid(staff), tag(day)]);
const wrapKey = Buffer.from(hkdfSync("sha256", Buffer.concat([pinKey, secret]), Buffer.alloc(0), info, 32));

process.stdout.write(JSON.stringify({
  about: "Golden vectors of sealed bytes. Binary fields are base64url without padding. docs/operations/station.md has the formulas.",
  device, staff, day,
  recipient: recipient.jwk,
  recipient_point: b64(recipient.point),
  sender: sender.jwk,
  sealed: [
    sealed("empty, without a context", iv(0), Buffer.alloc(0), Buffer.alloc(0)),
    sealed("a day's secret to a tablet", iv(1), secret, unlock),
  ],
  entry: { seq: 7, line: b64(line), sealed: b64(seal(iv(2), deflateSync(line), outbox(7))) },
  agreement_message: b64(Buffer.concat([tag("tc/agreement/1"), recipient.point])),
  unlock: { pin, salt: b64(salt), iterations, secret: b64(secret), pin_key: b64(pinKey), wrap_key: b64(wrapKey),
            prf_input: b64(sha256(tag("tc/prf/1"), uuid(device), uuid(staff))),
            nonce: "t4vP0cQ2u3nq9KcS1H8xkQ", challenge: b64(sha256(tag("tc/unlock/1"), uuid(device), uuid(staff), tag("t4vP0cQ2u3nq9KcS1H8xkQ"))) },
}, null, 1) + "\n");
