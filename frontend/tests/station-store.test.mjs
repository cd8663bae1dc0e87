/** What lies on the tablet's disk, who opens it, and what is left of it at the end. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";

import { deleteDB, openDB } from "idb";

import { Disk } from "../.compiled/station/src/store/disk.js";
import { isPin, TRIES } from "../.compiled/station/src/store/vault.js";
import { fromBase64url, toBase64url, utf8 } from "../.compiled/station/src/wire/bytes.js";
import { deriveKey, seal, unseal } from "../.compiled/station/src/wire/seal.js";
import { inflate } from "../.compiled/station/src/wire/zlib.js";
import { Center, CODE, OTHER, STAFF } from "./station-center.mjs";
import { Device, PIN, until, vial } from "./station-device.mjs";

const devices = [];
const device = (...told) => { const made = new Device(...told); devices.push(made); return made; };
after(() => devices.forEach((one) => one.close()));
const DAY_MS = 86_400_000;

const vectors = JSON.parse(readFileSync(new URL("../../tests/conformance/wire/sealed.json", import.meta.url), "utf8"));
const ECDH = { name: "ECDH", namedCurve: "P-256" };
const recipient = { privateKey: await crypto.subtle.importKey("jwk", vectors.recipient, ECDH, false, ["deriveBits"]), point: fromBase64url(vectors.recipient_point) };

for (const { name, context, clear, sealed } of vectors.sealed) {
  test(`sealed as the server seals: ${name}`, async () => {
    assert.equal(toBase64url(await unseal(fromBase64url(sealed), { key: recipient, context: fromBase64url(context) })), clear);
    const again = await seal(fromBase64url(clear), { to: recipient.point, context: fromBase64url(context) });
    assert.equal(toBase64url(await unseal(again, { key: recipient, context: fromBase64url(context) })), clear);
    await assert.rejects(unseal(again, { key: recipient, context: utf8("elsewhere") }));
  });
}

test("a PIN, its salt and the day's secret come to the key that the server's documents tell", async () => {
  const { pin, salt, iterations, secret, pin_key: pinKey, wrap_key: wrapKey } = vectors.unlock;
  const material = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: fromBase64url(salt), iterations }, material, 256);
  assert.equal(toBase64url(new Uint8Array(bits)), pinKey);
  const place = [vectors.device, vectors.staff].map((id) => Buffer.from(id.replaceAll("-", ""), "hex"));
  const info = new Uint8Array(Buffer.concat([Buffer.from("tc/kek/1"), ...place, Buffer.from(vectors.day)]));
  const derived = await deriveKey(new Uint8Array([...fromBase64url(pinKey), ...fromBase64url(secret)]), info);
  const expected = await crypto.subtle.importKey("raw", fromBase64url(wrapKey), "AES-GCM", false, ["encrypt"]);
  const told = await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, expected, utf8("the same key"));
  assert.equal(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, derived, told)), "the same key");
});

/** Everything in the database, as bytes: structured values with their texts in UTF-8 and UTF-16. */
async function disk(name) {
  const database = await openDB(name);
  const found = [];
  const add = (value) => {
    if (typeof value === "string") found.push(Buffer.from(value, "utf8"), Buffer.from(value, "utf16le"));
    else if (value instanceof Uint8Array) found.push(Buffer.from(value));
    else if (typeof value === "object" && value !== null && !(value instanceof CryptoKey)) Object.entries(value).flat().forEach(add);
  };
  for (const store of database.objectStoreNames) {
    (await database.getAllKeys(store)).forEach(add);
    (await database.getAll(store)).forEach(add);
  }
  database.close();
  return Buffer.concat(found);
}
const holdsText = (raw, text) => raw.includes(Buffer.from(text, "utf8")) || raw.includes(Buffer.from(text, "utf16le"));

test("nothing that tells of a person, a lot or a PIN can be read on the disk", async () => {
  const tablet = device();
  tablet.center.persons = [{
    person: "01912d68-7903-7000-8000-000000000001", visit: null, ticket: null, stage: null, appointment: "01912d68-7904-7000-8000-000000000001", session: null, starts_at: null, reference: "TCREF77",
    name: "Hoàng Văn Đường", born: "1950", sex: "male", last4: [{ kind: "personal-number", end: "8814" }], tokens: [], doses: [], eligible: true, reasons: [], from_on: null, warnings: [], conditions: [], same_as: [],
  }];
  tablet.center.standby = [{ session: "s", product: "az", persons: [{ person: "01912d68-7903-7000-8000-000000000009", name: "Phùng Thị Quỳnh", born: "1971", group: null, phone: "0902118340", state: null, told_at: null }] }];
  const page = await tablet.atWork();
  await page.setPin(OTHER.id, PIN, CODE);
  await page.syncNow();
  assert.equal(page.standby()[0].persons[0].phone, "0902118340");
  const visit = page.newId(), person = page.newId();
  await page.append("arrived", { visit, person, ticket: "7", block: { name: "Trần Thị Ngọc Ánh", born: "1987-03-02", sex: "female", identifiers: [{ kind: "personal-number", value: "079187004417" }] } });
  await page.append("dose-given", { visit, person, product: "az", lot: "ABX6412", vial: "LQ7-0412", volume_ml: 0.5, arm: "left", vaccinator: STAFF.id });
  assert.equal(page.today().length, 2);
  const raw = await disk(tablet.name);
  for (const secret of ["Trần Thị Ngọc Ánh", "079187004417", "ABX6412", "LQ7-0412", "Hoàng Văn Đường", "8814", "TCREF77", "Phùng Thị Quỳnh", "0902118340", STAFF.name, PIN, CODE, "dose-given", person, visit]) {
    assert.ok(!holdsText(raw, secret), `${secret} lies on the disk`);
  }
  assert.ok(holdsText(raw, "79-0012"), "the search finds what lies there in clear");
});

test("the outbox opens with the server's key alone", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  await page.append("vial-opened", vial("A"));
  const database = await openDB(tablet.name);
  const { theirs } = await database.get("entries", 1);
  database.close();
  const context = Buffer.concat([Buffer.from("tc/outbox/1"), Buffer.from(tablet.center.device.replaceAll("-", ""), "hex"), Buffer.of(0, 0, 0, 1)]);
  const small = tablet.center.unsealed(Buffer.from(theirs), context);
  assert.equal(JSON.parse(new TextDecoder().decode(await inflate(new Uint8Array(small)))).vial, "A");
});

test("a restart, a wrong PIN and the right one need no network, today and three days more", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  await page.append("vial-opened", vial("A"));
  page.close();
  for (let day = 0; day < 4; day++) {
    const restarted = await tablet.page();
    if (day > 0) {
      assert.equal(restarted.status.phase, "doubted");
      await assert.rejects(restarted.signIn(STAFF.id, PIN), { code: "time-doubted" });
      await restarted.settleClock(true); // the tablet was off overnight: nobody but a person knows
    }
    assert.equal(restarted.status.phase, "locked");
    assert.throws(() => restarted.today(), { code: "locked" });
    await assert.rejects(restarted.append("vial-opened", vial("B")), { code: "locked" });
    await assert.rejects(restarted.signIn(STAFF.id, "111112"), { code: "pin-wrong", left: TRIES - 1 });
    await restarted.signIn(STAFF.id, PIN);
    await restarted.append("vial-opened", vial(`of day ${day}`));
    assert.equal(restarted.status.unsent, day + 2);
    restarted.close();
    tablet.pass(DAY_MS);
  }
  const late = await tablet.page();
  await late.settleClock(true);
  await assert.rejects(late.signIn(STAFF.id, PIN), { code: "pin-not-set" });
  tablet.center.mishap = () => null;
  await late.syncNow();
  assert.equal(late.status.unsent, 0);
});

test("a clock set far ahead while nobody looked locks nobody out without a network, once somebody tells the time", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  page.close();
  tablet.wall += 29_000 * DAY_MS;
  tablet.center.mishap = () => "before";
  const ahead = await tablet.page();
  assert.deepEqual([ahead.status.phase, ahead.staff.some(({ hasPin }) => hasPin)], ["doubted", false]);
  await ahead.settleClock(false);
  assert.equal(ahead.status.phase, "locked");
  assert.deepEqual([ahead.status.day, ahead.staff.find(({ id }) => id === STAFF.id).hasPin], ["2021-09-13", true]);
  await ahead.signIn(STAFF.id, PIN);
});

test("a clock set while nobody looked locks nobody out once the center told the time, nor ever if it stands behind", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  page.close();
  tablet.wall += 400 * DAY_MS;
  tablet.center.mishap = () => "before";
  const ahead = await tablet.page();
  await assert.rejects(ahead.signIn(STAFF.id, PIN), { code: "time-doubted" });
  await ahead.syncNow(); // what this page says of its clock is said
  let asked = 0;
  tablet.center.mishap = () => (asked++ === 0 ? null : new Promise(() => {})); // it tells the time, and no round ends
  await ahead.signIn(STAFF.id, PIN);
  const noted = await (await Disk.open(tablet.name)).get("clock");
  assert.equal(noted.wallMs + noted.offsetMs, tablet.center.now);
  assert.equal(ahead.status.day, "2021-09-13");
  ahead.close();
  tablet.wall -= 800 * DAY_MS;
  tablet.center.mishap = () => "before";
  const behind = await tablet.page();
  await behind.signIn(STAFF.id, PIN);
  assert.equal(behind.status.day, "2021-09-13");
});

test("five wrong PINs erase list and key, across restarts, and no entry is lost", async () => {
  const tablet = device();
  tablet.wall -= 3 * DAY_MS; // a tablet whose clock stands wrong tells the hour of the center all the same
  let page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  await page.append("vial-opened", vial("A"));
  for (let left = TRIES - 1; left > 0; left--) {
    page.close();
    page = await tablet.page();
    await assert.rejects(page.signIn(STAFF.id, "111112"), { code: "pin-wrong", left });
  }
  await assert.rejects(page.signIn(STAFF.id, "111112"), { code: "erased" });
  await assert.rejects(page.signIn(STAFF.id, PIN), { code: "pin-not-set" });
  assert.equal(page.status.unsent, 1);
  tablet.center.mishap = () => null;
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.equal(tablet.center.journal[0].entry.vial, "A");
  assert.equal(tablet.center.words.at(-1).erased_at, new Date(tablet.center.now).toISOString());
  await page.setPin(STAFF.id, PIN, CODE);
  await page.syncNow();
  assert.equal(page.status.phase, "open");
});

test("a second member is let in while the first is signed in, and opens the same list", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  await page.setPin(OTHER.id, "518307", CODE);
  assert.equal(page.status.staff.id, OTHER.id);
  await page.signOut();
  assert.equal(page.status.phase, "locked");
  assert.deepEqual(page.staff.map(({ name, hasPin }) => [name, hasPin]), [[OTHER.name, true], [STAFF.name, true]]);
  await page.signIn(OTHER.id, "518307");
  await page.append("vial-opened", vial("B"));
  await page.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.staff), [STAFF.id, OTHER.id]);
  assert.equal(page.desk().vials.length, 2);
});

test("nobody is let in on a tablet that others use and none of them has opened", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  page.close();
  const restarted = await tablet.page();
  await assert.rejects(restarted.setPin(OTHER.id, "518307", CODE), { code: "locked" });
});

test("who may not unlock any more has nothing left to unlock with", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await page.setPin(OTHER.id, "518307", CODE);
  tablet.center.mayUnlock.delete(STAFF.id);
  await page.syncNow();
  await page.signOut();
  await assert.rejects(page.signIn(STAFF.id, PIN), { code: "pin-not-set" });
  await page.signIn(OTHER.id, "518307");
});

test("digits whose answer got lost serve the one who typed them without being told again, and nobody else", async () => {
  const tablet = device();
  const page = await tablet.page();
  await page.enroll(tablet.center.code, "Máy 03");
  tablet.center.confirmed = true;
  await page.confirmed();
  const told = [];
  const posting = (mishap) => (request) => (request.method === "POST" && request.path.endsWith("/unlocks") && told.push(1) ? mishap() : null);
  tablet.center.mishap = posting(() => "after");
  await assert.rejects(page.setPin(STAFF.id, PIN, CODE), { code: "no-answer" });
  tablet.center.mishap = posting(() => tablet.center.refuse(403, "unlock-refused"));
  await assert.rejects(page.setPin(OTHER.id, PIN, CODE), { code: "code-refused" });
  tablet.center.mishap = posting(() => "after");
  await assert.rejects(page.setPin(STAFF.id, PIN, CODE), { code: "no-answer" });
  assert.equal(told.length, 3);
  tablet.center.mishap = ({ path }) => (path.endsWith("/unlocks") ? "before" : null);
  for (let turn = 0; turn < 6; turn++) await assert.rejects(page.setPin(STAFF.id, PIN, CODE), { code: "no-answer" });
  tablet.center.mishap = posting(() => tablet.center.refuse(403, "unlock-refused"));
  await page.setPin(STAFF.id, PIN, CODE);
  assert.equal(told.length, 3);
  assert.equal(page.status.phase, "open");
});

test("too many wrong digits are told as such, with the hour from which they are taken again, not as a missing network", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  const spent = (told) => ({ method, path }) => (method === "POST" && path.endsWith("/unlocks") ? tablet.center.refuse(429, "unlock-tries-spent", told) : null);
  tablet.center.mishap = spent({ until: "2021-09-14T00:00:00+07:00" });
  await assert.rejects(page.setPin(OTHER.id, PIN, CODE), { code: "tries-spent", untilAt: Date.UTC(2021, 8, 13, 17) });
  for (const told of [{}, { until: 7 }, { until: "soon" }]) {
    tablet.center.mishap = spent(told);
    await assert.rejects(page.setPin(OTHER.id, PIN, CODE), { code: "tries-spent", untilAt: null });
  }
});

test("a PIN that is set while it is asked who may unlock is not lost", async () => {
  const tablet = device();
  const center = tablet.center;
  const answer = center.fetch;
  let [hold, go] = [null, () => undefined];
  center.fetch = async (input, init) => {
    const response = await answer(input, init);
    if (init.method === "GET" && input.endsWith("/unlocks") && hold !== null) await hold;
    return response;
  };
  const page = await tablet.atWork();
  hold = new Promise((resolve) => (go = resolve));
  const round = page.syncNow();
  await page.setPin(OTHER.id, "518307", CODE);
  go();
  await round;
  await page.signOut();
  await page.signIn(OTHER.id, "518307");
  assert.equal(page.status.phase, "open");
});

test("sign-out and the day's end wait for what is unsent; after it nothing of the day is left", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  await page.append("vial-opened", vial("A"));
  await assert.rejects(page.signOut(), { code: "unsent" });
  await assert.rejects(page.endDay(), { code: "unsent" });
  tablet.center.mishap = () => null;
  await page.syncNow();
  await page.endDay();
  assert.equal(page.status.phase, "locked");
  const database = await openDB(tablet.name);
  assert.deepEqual([await database.count("entries"), await database.count("others"), await database.get("meta", "people")], [0, 0, undefined]);
  database.close();
  tablet.center.mishap = () => "before";
  await page.signIn(STAFF.id, PIN);
  assert.deepEqual(page.today(), []);
  assert.equal(page.desk().products.length, 1); // tomorrow may have no network
  tablet.center.mishap = () => null;
  await page.append("vial-opened", vial("B"));
  await page.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.seq), [1, 2]);
});

test("a screen that is covered keeps sending and asks for the PIN, on every page", async () => {
  const tablet = device();
  const one = await tablet.atWork();
  const other = await tablet.page();
  await until(() => other.status.phase === "open", "the second page opens");
  await one.append("vial-opened", vial("A"));
  one.lock();
  await until(() => other.status.phase === "locked" && one.status.phase === "locked", "both are covered");
  assert.equal(one.status.staff.id, STAFF.id);
  await one.syncNow();
  assert.equal(one.status.unsent, 0);
  await other.signIn(STAFF.id, PIN);
  await until(() => one.status.phase === "open", "the first page opens again");
});

test("a code is spent once though its answer gets lost, and only for the server that it names", async () => {
  const tablet = device();
  const page = await tablet.page();
  tablet.center.mishap = () => "after";
  await assert.rejects(page.enroll(tablet.center.code, "Máy 03"), { code: "no-answer" });
  tablet.center.mishap = () => null;
  const fingerprint = await page.enroll(tablet.center.code, "Máy 03");
  assert.match(fingerprint, /^\d{6}$/);
  assert.equal(page.status.phase, "waiting");
  assert.equal(await page.confirmed(), false);
  tablet.center.confirmed = true;
  assert.equal(await page.confirmed(), true);
  assert.equal(page.status.phase, "locked");
  const other = await device().page();
  await assert.rejects(other.enroll(`${tablet.center.code.split(".")[0]}.${"A".repeat(43)}`, "x"), { code: "code-refused" });
  await assert.rejects(other.enroll("guess", "x"), { code: "code-refused" });
  assert.equal(other.status.phase, "new");
});

test("a mistyped code costs a working tablet nothing", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await assert.rejects(page.enroll(`guess.${tablet.center.code.split(".")[1]}`, "x"), { code: "code-refused" });
  await page.append("vial-opened", vial("A"));
  await assert.rejects(page.enroll(tablet.center.code, "x"), { code: "unsent" });
  await page.syncNow();
  page.close();
  const restarted = await tablet.page();
  await restarted.signIn(STAFF.id, PIN);
  await restarted.append("vial-opened", vial("B"));
  await restarted.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["A", "B"]);
});

const isBatch = ({ path }) => path.endsWith("/batches");

/** The same center under another enrollment: it takes batches of the earlier one as that one's. */
function enrolledAnew(before) {
  const next = new Center();
  next.device = "01912d68-783e-7a03-8467-5661c1243ad9";
  const answer = next.fetch;
  next.fetch = (input, init) => {
    const isEarlier = input.endsWith("/batches") && Buffer.from(init.body).subarray(0, 100).includes(before.device);
    return isEarlier ? before.fetch(input, init) : answer(input, init);
  };
  return next;
}

async function enrolledAgain(tablet, next) {
  tablet.pages.at(-1).close();
  tablet.center = next;
  const again = await tablet.page();
  await again.enroll(next.code, "Máy 03");
  next.confirmed = true;
  await again.confirmed();
  await again.setPin(STAFF.id, PIN, CODE);
  return again;
}

test("a tablet that nobody takes anything from is enrolled anew, and what it held goes out under its old name first", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  const before = tablet.center;
  before.mishap = (request) => (isBatch(request) ? before.refuse(401, "wrong-signature") : null);
  for (const label of ["A", "B"]) await page.append("vial-opened", vial(label));
  await page.syncNow();
  assert.deepEqual([page.status.stopped, page.status.unsent], ["refused", 2]);
  const again = await enrolledAgain(tablet, enrolledAnew(before));
  await again.append("vial-opened", vial("of the new life"));
  await again.syncNow();
  assert.deepEqual([again.status.stopped, again.status.unsent, again.status.kept], [null, 0, 2]);
  assert.deepEqual(tablet.center.journal.map(({ entry }) => [entry.seq, entry.vial]), [[1, "of the new life"]]);
  before.standing = "revoked";
  before.mishap = () => null;
  await again.syncNow();
  assert.equal(again.status.kept, 0);
  assert.deepEqual(before.journal.map(({ entry, reason }) => [entry.vial, reason]), [["A", "device-revoked"], ["B", "device-revoked"]]);
  const database = await openDB(tablet.name);
  assert.deepEqual([await database.count("kept"), await database.count("earlier")], [0, 0]);
  database.close();
});

test("what an earlier enrollment left goes out while the new one still waits for the lead", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  const before = tablet.center;
  before.mishap = (request) => (isBatch(request) ? before.refuse(409, "broken-chain", { last_sequence: 9, head: "A".repeat(43) }) : null);
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  assert.equal(page.status.stopped, "fork");
  page.close();
  tablet.center = enrolledAnew(before);
  before.mishap = () => null;
  const again = await tablet.page();
  await again.enroll(tablet.center.code, "Máy 03");
  await again.syncNow();
  assert.deepEqual([again.status.phase, again.status.kept, before.journal.length], ["waiting", 0, 1]);
});

test("an enrollment that the lead turned away, or nobody confirmed, says so and makes room for another", async () => {
  for (const standing of ["revoked", "expired"]) {
    const tablet = device();
    const page = await tablet.page();
    await page.enroll(tablet.center.code, "Máy 03");
    tablet.center.confirmed = true;
    tablet.center.standing = standing;
    assert.equal(await page.confirmed(), false);
    assert.deepEqual([page.status.phase, page.status.stopped], ["waiting", standing]);
    await enrolledAgain(tablet, enrolledAnew(tablet.center));
    assert.equal(tablet.pages.at(-1).status.stopped, null);
  }
});

test("a tablet of the first version of the store brings its full outbox along", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  for (const label of ["A", "B"]) await page.append("vial-opened", vial(label));
  page.close();
  const newer = await openDB(tablet.name);
  const rows = {};
  for (const name of ["meta", "entries", "asides", "others"]) rows[name] = [await newer.getAllKeys(name), await newer.getAll(name)];
  newer.close();
  await deleteDB(tablet.name);
  const older = await openDB(tablet.name, 1, {
    upgrade(database) {
      database.createObjectStore("meta");
      database.createObjectStore("entries", { keyPath: "seq" });
      database.createObjectStore("asides", { keyPath: "seq" });
      database.createObjectStore("others", { autoIncrement: true });
      database.createObjectStore("kept", { keyPath: ["device", "seq"] });
    },
  });
  for (const [name, [keys, values]] of Object.entries(rows)) {
    for (const [at, value] of values.entries()) await older.put(name, value, ...(["entries", "asides"].includes(name) ? [] : [keys[at]]));
  }
  await older.put("kept", { device: "01912d68-783e-7a03-8467-5661c1243ad0", seq: 7, id: "x", at: 0, theirs: new Uint8Array(3) });
  older.close();
  tablet.center.mishap = () => null;
  const again = await tablet.page();
  await again.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["A", "B"]);
  assert.equal(again.status.kept, 1); // nobody can send it any more, and it is not forgotten
});

test("a statement about another key enrolls nobody", async () => {
  const tablet = device();
  const page = await tablet.page();
  await page.enroll(tablet.center.code, "Máy 03");
  const { jws } = tablet.center;
  tablet.center.jws = (content, typ) => jws.call(tablet.center, { ...content, agreement_key: content.public_key }, typ);
  tablet.center.confirmed = true;
  await assert.rejects(page.confirmed(), { code: "code-refused" });
  assert.equal(page.status.phase, "waiting");
});

test("a kind that the device was not enrolled for is not written", async () => {
  const tablet = device();
  tablet.center.kinds = ["vial-opened"];
  const page = await tablet.atWork();
  await page.append("vial-opened", vial("A"));
  await assert.rejects(page.append("counted", { what: "slips", quantity: 1 }), { code: "kind-not-allowed" });
});

test("a disk that takes no more says so, and the chain goes on afterwards", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
  await assert.rejects(page.append("vial-opened", vial("A")), { code: "not-stored" });
  IDBObjectStore.prototype.add = add;
  const { seq } = await page.append("vial-opened", vial("B"));
  assert.equal(seq, 1);
  await page.syncNow();
  assert.equal(tablet.center.journal[0].entry.vial, "B");
});

for (const [pin, good] of Object.entries({ "40721": false, "407218": true, "111111": false, "123456": false, "987654": false, "12345a": false, "135790": true })) {
  test(`${pin} is ${good ? "a" : "no"} PIN`, () => assert.equal(isPin(pin), good));
}
