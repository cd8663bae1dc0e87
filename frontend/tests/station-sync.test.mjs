/** Every row of PROTOCOL's table of answers, as a tablet meets it: nothing is lost, nothing is sent twice as two. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { OTHER, STAFF } from "./station-center.mjs";
import { Device, PIN, until, vial } from "./station-device.mjs";

const devices = [];
const device = (...told) => { const made = new Device(...told); devices.push(made); return made; };
after(() => devices.forEach((one) => one.close()));
const isBatch = (request) => request.path.endsWith("/batches");
const once = (told, when = isBatch) => { let spent = false; return (request) => (!spent && when(request) ? ((spent = true), told) : null); };

test("what was written is kept by the center once, in its order and to the byte", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  for (let turn = 0; turn < 12; turn++) await page.append("vial-opened", vial(`Lọ số ${turn}`));
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), Array.from({ length: 12 }, (_, turn) => `Lọ số ${turn}`));
  assert.deepEqual([...new Set(tablet.center.seen.values())], [1]);
  assert.equal(tablet.center.journal[0].entry.staff, STAFF.id);
  assert.equal(tablet.center.journal[0].entry.site, "79-0012");
});

test("a lost answer is asked for again with the same bytes, and nothing counts twice", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = once("after");
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  assert.equal(page.status.unsent, 1);
  assert.equal(page.status.reached, false);
  await page.append("vial-opened", vial("B"));
  await page.syncNow();
  const [first, again] = tablet.center.batches;
  assert.ok(first.equals(again));
  assert.equal(page.status.unsent, 0);
  assert.deepEqual([...tablet.center.seen.values()], [1, 1]);
});

test("a page of a captive portal is no answer, whatever its status", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  for (const status of [200, 401, 409, 413]) {
    await page.append("vial-opened", vial(String(status)));
    tablet.center.mishap = once(new Response("<!doctype html><title>Wi-Fi</title>", { status, headers: { "Content-Type": "text/html" } }));
    await page.syncNow();
    assert.equal(page.status.stopped, null);
    assert.equal(page.status.unsent, 1);
    await page.syncNow();
    assert.equal(page.status.unsent, 0);
  }
});

test("503 waits as long as it is asked to and then sends the same again", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = once(new Response("{}", { status: 503, headers: { "Retry-After": "2" } }));
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  assert.equal(page.status.unsent, 1);
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
});

test("413 halves the batches until they fit", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  let refused = 0;
  const tooLarge = () => (refused < 2 && (refused += 1) ? tablet.center.refuse(413, "batch-too-large") : null);
  tablet.center.mishap = () => "before"; // until all are written: the loop's own round may come in the middle
  await Promise.all(Array.from({ length: 8 }, (_, turn) => page.append("vial-opened", vial(String(turn)))));
  tablet.center.mishap = (request) => (isBatch(request) ? tooLarge() : null);
  await page.syncNow();
  assert.equal(refused, 2);
  assert.equal(page.status.unsent, 0);
  assert.equal(tablet.center.journal.length, 8);
  assert.equal(tablet.center.batches.length, 3); // of 2, then 4, then the last 2
});

test("a server that comes back from an older backup gets again what it lost", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  for (const label of ["A", "B", "C"]) await page.append("vial-opened", vial(label));
  await page.syncNow();
  tablet.center.restore(1);
  await page.append("vial-opened", vial("D"));
  await page.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["A", "B", "C", "D"]);
  assert.equal(page.status.unsent, 0);
  assert.equal(page.status.stopped, null);
});

test("a server that comes back from an older backup gets again what it lost, though nothing waits", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  for (const label of ["A", "B", "C"]) await page.append("vial-opened", vial(label));
  await page.syncNow();
  tablet.center.restore(1);
  assert.equal(page.status.unsent, 0);
  await page.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["A", "B", "C"]);
  assert.deepEqual([...tablet.center.seen.values()], [1, 1, 1]);
  assert.deepEqual([page.status.stopped, page.status.unsent], [null, 0]);
});

test("a server that comes back from an older backup and listens no more gets again what it lost, though nothing waits", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  for (const label of ["A", "B", "C"]) await page.append("vial-opened", vial(label));
  await page.syncNow();
  tablet.center.restore(1);
  tablet.center.standing = "revoked";
  await page.syncNow();
  const held = () => tablet.center.journal.map(({ entry, reason }) => [entry.vial, reason]);
  const all = [["A", undefined], ["B", "device-revoked"], ["C", "device-revoked"]];
  assert.deepEqual([page.status.stopped, page.status.unsent], ["revoked", 0]);
  assert.deepEqual(held(), all);
  const { length } = tablet.center.batches;
  await page.syncNow();
  assert.equal(tablet.center.batches.length, length + 1, "one entry asks whether it is still there");
  tablet.center.restore(1);
  await page.syncNow();
  assert.deepEqual(held(), all);
});

test("a center with another chain under this name stops the device, which keeps everything", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await page.append("vial-opened", vial("A"));
  tablet.center.mishap = (request) => (isBatch(request) ? tablet.center.refuse(409, "broken-chain", { last_sequence: 1, head: "A".repeat(43) }) : null);
  await page.syncNow();
  assert.equal(page.status.stopped, "fork");
  assert.equal(page.status.unsent, 1);
  await assert.rejects(page.append("vial-opened", vial("B")), { code: "stopped" });
  tablet.center.mishap = () => null; // the center has found its own chain again
  await page.syncNow();
  assert.equal(page.status.stopped, null);
  assert.deepEqual([...tablet.center.seen.values()], [1]);
});

test("of a forked tablet every entry comes into the center's hands, set aside, however many there are", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  tablet.center.journal[0].link = Buffer.alloc(32, 1); // its other life wrote the first entry
  tablet.center.mishap = () => "before"; // a round of the loop's own must not stop it half way
  for (let turn = 0; turn < 501; turn++) await page.append("vial-opened", vial(`B ${turn}`));
  tablet.center.mishap = () => null;
  await page.syncNow();
  assert.equal(page.status.stopped, "fork");
  assert.equal(page.status.unsent, 0);
  const held = new Set(tablet.center.held.map((line) => JSON.parse(line).vial));
  assert.equal(held.size, 502);
  assert.deepEqual([...tablet.center.seen.values()], [1]);
});

test("sealed bytes that the center cannot open wait, and go clear once somebody has signed in", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  await page.append("vial-opened", vial("A"));
  page.close();
  const again = await tablet.page();
  tablet.center.mishap = (request) => (request.headers.get("Content-Type")?.includes("sealed") ? tablet.center.refuse(400, "batch-unreadable") : null);
  await again.syncNow();
  assert.deepEqual([again.status.stopped, again.status.unsent], ["refused", 1]);
  await again.signIn(STAFF.id, PIN);
  await again.syncNow();
  assert.deepEqual([again.status.stopped, again.status.unsent], [null, 0]);
});

test("a quota that is spent is waited for", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = once(tablet.center.refuse(409, "set-aside-quota-spent"));
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  assert.equal(page.status.unsent, 1);
  await page.syncNow();
  assert.deepEqual([page.status.stopped, page.status.unsent], [null, 0]);
});

test("a tablet restored from a backup is told of the fork and stops", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  // What the center holds under sequence 2 was written by the tablet's other life.
  tablet.center.journal.push({ entry: { id: "x" }, link: Buffer.alloc(32, 1) });
  tablet.center.last = 2;
  await page.append("vial-opened", vial("B"));
  await page.syncNow();
  assert.equal(page.status.stopped, "fork");
  assert.deepEqual(page.setAside().map(({ seq, reason }) => [seq, reason]), [[2, "fork"]]);
});

test("an entry set aside waits no more, is shown, and holds up nothing", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.asides.set("vial-wasted", "id-reused");
  await page.append("vial-opened", vial("A"));
  const { id } = await page.append("vial-wasted", { lot: "ABX6412", vial: "A", doses: 1, reason: "broken" });
  await page.append("vial-opened", vial("B"));
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.equal(page.status.setAside, 1);
  assert.deepEqual(page.setAside(), [{ seq: 2, id, reason: "id-reused" }]);
});

test("a device that was cut off delivers what it holds, forgets the list and takes nothing new", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await page.append("vial-opened", vial("A"));
  tablet.center.standing = "revoked";
  await page.syncNow();
  assert.equal(page.status.stopped, "revoked");
  assert.equal(page.status.unsent, 0);
  assert.equal(page.status.phase, "locked");
  assert.equal(page.status.bundle, null);
  assert.deepEqual(page.setAside().map(({ reason }) => reason), ["device-revoked"]);
  await assert.rejects(page.signIn(STAFF.id, PIN), { code: "pin-not-set" });
});

test("a signature that is not taken stops the sending and loses nothing", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = (request) => (isBatch(request) ? tablet.center.refuse(401, "wrong-signature") : null);
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  assert.equal(page.status.stopped, "refused");
  assert.equal(page.status.unsent, 1);
  await page.append("vial-opened", vial("B"));
  assert.equal(page.status.unsent, 2);
  tablet.center.mishap = () => null;
  await page.syncNow();
  assert.equal(page.status.stopped, null);
  assert.equal(page.status.unsent, 0);
});

test("an answer that leaves an entry out is none", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await page.append("vial-opened", vial("A"));
  tablet.center.mishap = once(tablet.center.say(200, { recorded_at: "", last_sequence: 1, head: "", answers: [] }));
  await page.syncNow();
  assert.equal(page.status.unsent, 1);
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
});

test("no batch has more than a megabyte, in either dress", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  const reason = Array.from({ length: 15_000 }, () => String.fromCharCode(33 + Math.random() * 90)).join("").replace(/["\\]/g, "x");
  for (let turn = 0; turn < 70; turn++) await page.append("vial-opened", { ...vial(String(turn)), reason });
  await assert.rejects(page.append("vial-opened", { ...vial("too long"), reason: reason + reason }), { code: "entry-too-large" });
  page.close();
  tablet.center.mishap = () => null;
  const restarted = await tablet.page();
  await restarted.syncNow();
  assert.equal(restarted.status.unsent, 0);
  assert.equal(tablet.center.journal.length, 70);
  assert.ok(tablet.center.batches.length > 1);
  assert.ok(tablet.center.bodies.every((bytes) => bytes <= 1024 * 1024));
});

test("a locked tablet sends what it holds, as it lies sealed", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  await page.append("vial-opened", vial("A"));
  page.close();
  tablet.center.mishap = () => null;
  const restarted = await tablet.page();
  assert.equal(restarted.status.phase, "locked");
  assert.equal(restarted.status.unsent, 1);
  await restarted.syncNow();
  assert.equal(restarted.status.unsent, 0);
  assert.equal(tablet.center.journal[0].entry.vial, "A");
});

test("the page is killed between a batch and its answer: the next page sends the same batch", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = once("after");
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  page.close();
  const restarted = await tablet.page();
  await restarted.signIn(STAFF.id, PIN);
  await restarted.append("vial-opened", vial("B"));
  await restarted.syncNow();
  assert.ok(tablet.center.batches[0].equals(tablet.center.batches[1]));
  assert.deepEqual([...tablet.center.seen.values()], [1, 1]);
});

test("two pages of one device write one chain", async () => {
  const tablet = device();
  const one = await tablet.atWork();
  const other = await tablet.page();
  await until(() => other.status.phase === "open", "the second page heard who is signed in");
  await Promise.all(Array.from({ length: 60 }, (_, turn) => (turn % 2 ? one : other).append("counted", { what: "slips", quantity: turn })));
  await one.syncNow();
  await other.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.quantity).sort((a, b) => a - b), Array.from({ length: 60 }, (_, turn) => turn));
  assert.deepEqual([...new Set(tablet.center.seen.values())], [1]);
  await until(() => one.status.unsent === 0 && other.status.unsent === 0, "both know");
});

test("half of all requests fail before or after they are taken, and every entry arrives once", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  let seed = 20210913;
  const drawn = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  tablet.center.mishap = () => (drawn() < 0.5 ? (drawn() < 0.5 ? "before" : "after") : null);
  for (let turn = 0; turn < 200; turn++) {
    await page.append("counted", { what: "slips", quantity: turn });
    if (turn % 20 === 0) await page.syncNow();
  }
  await until(async () => (await page.syncNow(), page.status.unsent === 0), "everything is sent");
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.quantity), Array.from({ length: 200 }, (_, turn) => turn));
});

test("others' entries come page by page, each once, across restarts", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  const told = (turn) => ({
    device: "01912d68-0000-7000-8000-00000000000f", seq: turn + 1, recorded_at: "",
    entry: { kind: "arrived", id: `01912d68-7901-7000-8000-${String(turn).padStart(12, "0")}`, at: "2021-09-13T02:00:00.000Z", offset_ms: 0, visit: `01912d68-7902-7000-8000-${String(turn).padStart(12, "0")}`, person: `01912d68-7903-7000-8000-${String(turn).padStart(12, "0")}`, ticket: String(turn), block: { name: `Trần Văn ${turn}`, born: "1980", sex: "male" } },
  });
  tablet.center.others = Array.from({ length: 700 }, (_, turn) => told(turn));
  await page.syncNow();
  assert.equal(page.today().length, 700);
  page.close();
  const restarted = await tablet.page();
  await restarted.signIn(STAFF.id, PIN);
  assert.equal(restarted.today().length, 700);
  tablet.center.others.push(told(700));
  await restarted.syncNow();
  assert.equal(restarted.counts().arrived, 701);
});

test("a bundle for another site, another device or of an older version is not taken", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  const { version } = page.status.bundle;
  tablet.center.site = "79-9999";
  await page.syncNow();
  assert.equal(page.status.bundle.version, version);
  tablet.center.site = "79-0012";
  tablet.center.version = 0;
  await page.syncNow();
  assert.equal(page.status.bundle.version, version);
});

test("the tablet tells what it holds and hears how wrong its clock is", async () => {
  const tablet = device();
  tablet.wall += 3_600_000;
  const page = await tablet.atWork();
  assert.equal(page.status.offsetMs, -3_600_000);
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  const { entry } = tablet.center.journal[0];
  assert.equal(Date.parse(entry.at) + entry.offset_ms, tablet.center.now);
  assert.ok(tablet.center.words.length > 0);
});

test("the server does not hear of anybody else's unlocking than the one who was let in", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  await assert.rejects(page.setPin(OTHER.id, PIN, "00000000"), { code: "code-refused" });
  assert.deepEqual([...tablet.center.mayUnlock.keys()], [STAFF.id]);
});
