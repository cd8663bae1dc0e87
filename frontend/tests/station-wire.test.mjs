/** Holds the station's wire to the golden vectors that hold the server's: not one byte may differ. */
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign as nodeSign } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { equal, fromBase64url, toBase64url, utf8, uuidBytes, uuidText } from "../.compiled/station/src/wire/bytes.js";
import { frame, genesis, headMessage, link, signHeader } from "../.compiled/station/src/wire/chain.js";
import { heldMessage } from "../.compiled/station/src/sync/hubs.js";
import { heard } from "../.compiled/station/src/sync/send.js";
import { AHEAD_MAX_MS, Ids, stampOf } from "../.compiled/station/src/wire/ids.js";
import { openJson as openJws } from "../.compiled/station/src/wire/jws.js";
import { authorization, fingerprint, loadPublicKey, makeDeviceKey, requestMessage, verify } from "../.compiled/station/src/wire/keys.js";

const relayed = JSON.parse(readFileSync(new URL("../../tests/conformance/wire/relay.json", import.meta.url), "utf8"));
const vectors = JSON.parse(readFileSync(new URL("../../tests/conformance/wire/vectors.json", import.meta.url), "utf8"));
const device = vectors.device;
const point = fromBase64url(vectors.public_key);
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const privateKey = await crypto.subtle.importKey("jwk", vectors.private_key, ECDSA, false, ["sign"]);
const publicKey = await loadPublicKey(point);

test("a key has the fingerprint, and a device the first link, that the server computes", async () => {
  assert.equal(await fingerprint(point), vectors.fingerprint);
  assert.equal(toBase64url(await genesis(device)), vectors.genesis);
});

for (const { name, first, previous, lines, links, head, message, signature, batch } of vectors.batches) {
  test(`a batch: ${name}`, async () => {
    const raw = lines.map(fromBase64url);
    let before = fromBase64url(previous);
    for (const [at, line] of raw.entries()) {
      before = await link(before, first + at, line);
      assert.equal(toBase64url(before), links[at]);
    }
    assert.equal(toBase64url(before), head);
    const stretch = { device, first, count: lines.length, previous: fromBase64url(previous), head: before };
    assert.equal(toBase64url(headMessage(stretch)), message);
    assert.ok(await verify(publicKey, headMessage(stretch), fromBase64url(signature)));
    const header = await signHeader(privateKey, stretch);
    assert.ok(await verify(publicKey, headMessage(stretch), fromBase64url(header.signature)));
    assert.equal(header.signature.length, 86);
    assert.equal(toBase64url(frame({ ...header, signature }, raw)), batch);
  });
}

test("a signature over another stretch does not hold", async () => {
  const stretch = { device, first: 1, count: 1, previous: await genesis(device), head: fromBase64url(vectors.batches[0].head) };
  const { signature } = await signHeader(privateKey, stretch);
  assert.ok(!(await verify(publicKey, headMessage({ ...stretch, count: 2 }), fromBase64url(signature))));
});

test("a line with a newline is never framed", () => {
  const header = { device, first: 1, count: 1, previous: "", head: "", signature: "" };
  assert.throws(() => frame(header, [utf8('{"a":\n1}')]), RangeError);
});

for (const { method, path, nonce, message, signature, authorization: told } of vectors.requests) {
  test(`a request: ${method} ${path}`, async () => {
    assert.equal(toBase64url(requestMessage(method, path, nonce)), message);
    assert.ok(await verify(publicKey, requestMessage(method, path, nonce), fromBase64url(signature)));
    const mine = await authorization(privateKey, { device, method, path, nonce });
    assert.equal(mine.replace(/signature=.*/, ""), told.replace(/signature=.*/, ""));
    assert.ok(await verify(publicKey, fromBase64url(message), fromBase64url(mine.split("signature=")[1])));
  });
}

for (const text of ["A", "AAAAA", "AB=", "A+AA", "AB", " AAAA"]) {
  test(`no base64url: ${JSON.stringify(text)}`, () => assert.throws(() => fromBase64url(text), RangeError));
}

test("long bytes go to base64url and back", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(65_535));
  assert.ok(equal(fromBase64url(toBase64url(bytes)), bytes));
  assert.equal(uuidText(uuidBytes(device)), device);
  assert.throws(() => uuidBytes(device.toUpperCase()), RangeError);
});

test("the device's private key cannot be read by anybody", async () => {
  const made = await makeDeviceKey();
  assert.equal(made.point.length, 65);
  for (const format of ["jwk", "pkcs8", "raw"]) await assert.rejects(crypto.subtle.exportKey(format, made.privateKey));
});

test("ids rise, within a millisecond and while the clock is set back a little", () => {
  const ids = new Ids();
  const at = Date.UTC(2021, 8, 13);
  const made = Array.from({ length: 10_000 }, (_, turn) => ids.next(at - (turn % 3) * 1000));
  assert.deepEqual([...made].sort(), made);
  assert.equal(new Set(made).size, made.length);
  assert.match(made[0], /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(stampOf(made[0]), at);
});

test("a clock that stood in 2121 leaves no trace in later ids", () => {
  const ids = new Ids();
  ids.next(Date.UTC(2121, 0, 1));
  const now = Date.UTC(2021, 8, 13);
  assert.equal(stampOf(ids.next(now)), now);
});

test("an id goes on after what was heard, unless it claims the far future", () => {
  const now = Date.UTC(2021, 8, 13);
  const ids = new Ids();
  ids.heard(new Ids().next(now + 5000), now);
  assert.equal(stampOf(ids.next(now)), now + 5000);
  ids.heard(new Ids().next(now + 5000 + 2 * AHEAD_MAX_MS), now);
  assert.equal(stampOf(ids.next(now)), now + 5000);
});

const bundleKey = createPrivateKey({ key: vectors.private_key, format: "jwk" });
const part = (told) => toBase64url(utf8(JSON.stringify(told)));
function signed(header, payload) {
  const told = `${part(header)}.${payload}`;
  return `${told}.${nodeSign("sha256", Buffer.from(told), { key: bundleKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
const honest = { alg: "ES256", typ: "tc-bundle+jws", kid: "x" };
const content = { site: "79-0012", list: ["Nguyễn Thị Hòa"] };
const opened = (compact) => openJws(utf8(compact), { key: publicKey, type: "tc-bundle+jws" });

test("a bundle signed by the server opens", async () => {
  assert.deepEqual(await opened(signed(honest, part(content))), content);
  assert.equal(createPublicKey(bundleKey).asymmetricKeyType, "ec");
});

const whole = signed(honest, part(content));
const [head, , signature] = whole.split(".");
for (const [name, compact] of Object.entries({
  "another payload": `${head}.${part({ site: "79-0013" })}.${signature}`,
  "no algorithm": signed({ ...honest, alg: "none" }, part(content)),
  "another type": signed({ ...honest, typ: "JWT" }, part(content)),
  "a critical header": signed({ ...honest, crit: ["b64"] }, part(content)),
  "no signature": `${head}.${part(content)}.`,
  "two parts": `${head}.${part(content)}`,
  "no JSON": signed(honest, toBase64url(utf8("hello"))),
  "a page of a captive portal": "<!doctype html><title>Wi-Fi</title>",
})) {
  test(`no bundle: ${name}`, async () => assert.equal(await opened(compact), null));
}

test("what a hub signs to say that it holds a batch is the vector's", async () => {
  const { header, message, signature } = relayed.held;
  assert.equal(toBase64url(heldMessage(header)), message);
  const hub = await loadPublicKey(fromBase64url(relayed.hub_point));
  assert.ok(await verify(hub, heldMessage(header), fromBase64url(signature)));
  assert.ok(!(await verify(hub, heldMessage({ ...header, count: header.count + 1 }), fromBase64url(signature))));
});

test("a receipt opens under the center's key alone, and says what became of each entry", async () => {
  const { compact, said } = relayed.receipt;
  const [center, hub] = await Promise.all([relayed.server_point, relayed.hub_point].map((told) => loadPublicKey(fromBase64url(told))));
  const told = await openJws(utf8(compact), { key: center, type: "tc-receipt+jws" });
  assert.deepEqual(told, said);
  assert.equal(await openJws(utf8(compact), { key: hub, type: "tc-receipt+jws" }), null);
  assert.equal(await openJws(utf8(compact), { key: center, type: "tc-bundle+jws" }), null);
  assert.deepEqual(heard(relayed.held.header, told.answers), { asides: [{ seq: 2, id: said.answers[1].id, reason: "device-revoked" }], stopped: "revoked" });
});
