/** A passkey opens the tablet by its own secret: for its holder, on this tablet, and for nobody who only resembles them. */
import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { after, test } from "node:test";

import { openDB } from "idb";

import { Center, CODE, OTHER, STAFF } from "./station-center.mjs";
import { Device, PIN } from "./station-device.mjs";

const DAY_MS = 86_400_000;
const b64 = (raw) => Buffer.from(raw).toString("base64url");
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();

/** An authenticator: its PRF is an HMAC under a secret that never leaves it (CTAP hmac-secret). */
class Key {
  id = randomBytes(20);
  secret = randomBytes(32);
  pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  hasPrf = true;
  asked = 0;

  answer({ challenge, extensions }) {
    this.asked += 1;
    const clientDataJSON = Buffer.from(JSON.stringify({ type: "webauthn.get", challenge: b64(challenge), origin: "https://center.test" }));
    const authenticatorData = Buffer.concat([sha256("center.test"), Buffer.of(0x05), Buffer.alloc(4)]);
    const signature = sign("sha256", Buffer.concat([authenticatorData, sha256(clientDataJSON)]), this.pair.privateKey);
    const first = createHmac("sha256", this.secret).update(Buffer.from(extensions.prf.eval.first)).digest();
    const bytes = (raw) => new Uint8Array(raw).buffer;
    return {
      rawId: bytes(this.id),
      response: { authenticatorData: bytes(authenticatorData), clientDataJSON: bytes(clientDataJSON), signature: bytes(signature) },
      getClientExtensionResults: () => (this.hasPrf ? { prf: { results: { first: bytes(first) } } } : {}),
    };
  }
}

/** Who stands before the tablet, with which keys in hand; `forged` lets one answer in another's name. */
let inHand = [];
let forged = null;
globalThis.PublicKeyCredential = class {};
Object.defineProperty(globalThis, "navigator", {
  value: Object.assign(Object.create(globalThis.navigator ?? {}), {
    credentials: {
      get: async ({ publicKey }) => {
        const found = forged ?? inHand.find((key) => publicKey.allowCredentials.some(({ id }) => Buffer.from(id).equals(key.id)));
        if (found === undefined) throw new DOMException("nobody", "NotAllowedError");
        return found.answer(publicKey);
      },
    },
  }),
  configurable: true,
});

const devices = [];
after(() => devices.forEach((one) => one.close()));

async function atWork({ mine = new Key(), theirs = new Key() } = {}) {
  const center = new Center();
  center.passkeys.set(STAFF.id, [mine]);
  center.passkeys.set(OTHER.id, [theirs]);
  const tablet = new Device(center);
  devices.push(tablet);
  const page = await tablet.atWork();
  inHand = [mine];
  forged = null;
  return { center, tablet, page, mine, theirs };
}

const hasPasskey = (page, id) => page.staff.find((one) => one.id === id).hasPasskey;

test("a passkey that was shown once with a network opens the tablet without one, today and three days more", async () => {
  const { center, tablet, page } = await atWork();
  await (await page.passkeys()).admit(STAFF.id);
  assert.ok(hasPasskey(page, STAFF.id));
  await page.append("vial-opened", { lot: "ABX6412", vial: "A", doses: 10, reason: null });
  page.close();
  center.mishap = () => "before";
  for (let day = 0; day < 4; day++) {
    const again = await tablet.page();
    if (day > 0) await again.settleClock(true);
    await (await again.passkeys()).signIn(STAFF.id);
    assert.deepEqual([again.status.phase, again.status.staff.id], ["open", STAFF.id]);
    assert.equal(again.desk().vials.length, day === 0 ? 1 : 0);
    again.lock();
    await again.signIn(STAFF.id, PIN); // the PIN stays good beside it
    again.close();
    tablet.pass(DAY_MS);
  }
});

test("a passkey alone lets the first member in, and makes the wraps of coming days by itself", async () => {
  const { center, tablet, page, theirs } = await atWork();
  await page.signOut();
  center.mayUnlock.clear();
  await page.syncNow();
  page.close();
  const fresh = new Device(center);
  devices.push(fresh);
  void tablet;
  inHand = [theirs];
  const other = await fresh.page();
  center.enrolled = null;
  await other.enroll(center.code, "Máy 04");
  await other.confirmed();
  await other.syncNow();
  await (await other.passkeys()).admit(OTHER.id);
  assert.deepEqual([other.status.phase, other.status.staff.hasPin, other.status.staff.hasPasskey], ["open", false, true]);
  fresh.pass(2 * 3_600_000 + DAY_MS);
  await other.syncNow();
  other.close();
  center.mishap = () => "before";
  fresh.pass(3 * DAY_MS);
  const late = await fresh.page();
  await late.settleClock(true);
  await (await late.passkeys()).signIn(OTHER.id);
  assert.equal(late.status.phase, "open");
});

test("another passkey, another member's, and a copy of the name without its secret open nothing", async () => {
  const { center, tablet, page, mine, theirs } = await atWork();
  await (await page.passkeys()).admit(STAFF.id);
  inHand = [theirs];
  await (await page.passkeys()).admit(OTHER.id);
  page.close();
  center.mishap = () => "before";
  const again = await tablet.page();
  const passkeys = await again.passkeys();
  inHand = [new Key()];
  await assert.rejects(passkeys.signIn(STAFF.id), { code: "passkey-refused" }, "one that nobody knows");
  inHand = [theirs];
  await assert.rejects(passkeys.signIn(STAFF.id), { code: "passkey-refused" }, "a colleague's");
  forged = theirs;
  await assert.rejects(passkeys.signIn(STAFF.id), { code: "passkey-refused" }, "a colleague's, handed over all the same");
  forged = Object.assign(new Key(), { id: mine.id });
  await assert.rejects(passkeys.signIn(STAFF.id), { code: "passkey-refused" }, "the right name, another secret");
  forged = Object.assign(new Key(), { id: mine.id, hasPrf: false });
  await assert.rejects(passkeys.signIn(STAFF.id), { code: "passkey-refused" }, "the right name, no secret");
  assert.equal(again.status.phase, "locked");
  forged = null;
  inHand = [mine];
  await passkeys.signIn(STAFF.id);
  assert.equal(again.status.staff.id, STAFF.id);
});

test("the word of a passkey that was heard once lets nobody in a second time, nor on another tablet or for another member", async () => {
  const { center, page, mine } = await atWork();
  const passkeys = await page.passkeys();
  await passkeys.admit(STAFF.id);
  const heard = center.proofs.at(-1);
  const replayed = Object.assign(new Key(), { id: mine.id, answer: () => ({ ...mine.answer({ challenge: Buffer.alloc(32), extensions: { prf: { eval: { first: Buffer.alloc(32) } } } }), response: heard.response }) });
  forged = replayed;
  center.mayUnlock.delete(STAFF.id);
  await assert.rejects(passkeys.admit(STAFF.id), { code: "passkey-refused" });
  assert.equal(center.mayUnlock.has(STAFF.id), false);
  forged = mine;
  await assert.rejects(passkeys.admit(OTHER.id), { code: "passkey-refused" });
});

test("a passkey without PRF is told as such before anybody is let in, and a member without one as well", async () => {
  const { center, page, mine } = await atWork();
  mine.hasPrf = false;
  const before = center.proofs.length;
  await assert.rejects((await page.passkeys()).admit(STAFF.id), { code: "passkey-plain" });
  assert.equal(center.proofs.length, before);
  assert.equal(hasPasskey(page, STAFF.id), false);
  assert.deepEqual([page.status.phase, page.status.staff.id], ["open", STAFF.id]);
  center.passkeys.delete(STAFF.id);
  center.version += 1;
  await page.syncNow();
  await assert.rejects((await page.passkeys()).admit(STAFF.id), { code: "passkey-refused" });
});

test("nobody is let in by a passkey on a tablet that others use and none of them has opened; nor without a network", async () => {
  const { center, tablet, page, theirs } = await atWork();
  page.close();
  const again = await tablet.page();
  inHand = [theirs];
  await assert.rejects((await again.passkeys()).admit(OTHER.id), { code: "locked" });
  await again.signIn(STAFF.id, PIN);
  center.mishap = () => "before";
  await assert.rejects((await again.passkeys()).admit(OTHER.id), { code: "no-answer" });
});

test("neither a passkey's secret nor what it opens lies on the disk, and who may not unlock any more cannot by it", async () => {
  const { center, tablet, page, mine } = await atWork();
  await (await page.passkeys()).admit(STAFF.id);
  await page.setPin(OTHER.id, "518307", CODE);
  const database = await openDB(tablet.name);
  const wraps = await database.get("meta", "wraps");
  database.close();
  const input = sha256("tc/prf/1", Buffer.from(center.device.replaceAll("-", ""), "hex"), Buffer.from(STAFF.id.replaceAll("-", ""), "hex"));
  const prf = createHmac("sha256", mine.secret).update(input).digest();
  const held = Buffer.concat(wraps.flatMap(({ credential, salt, secret, wrapped }) => [credential ?? salt, secret, wrapped.iv, wrapped.sealed]).map((raw) => Buffer.from(raw)));
  assert.ok(held.includes(mine.id), "the search finds what lies there in clear");
  assert.equal(held.includes(prf), false);
  center.mayUnlock.delete(STAFF.id);
  await page.syncNow();
  assert.deepEqual([hasPasskey(page, STAFF.id), page.staff.find(({ id }) => id === STAFF.id).hasPin], [false, false]);
});
