/** What a tablet without a network lets others carry: sealed, in its order, once, whoever brings it and however often. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openDB } from "idb";

import { split } from "../.compiled/station/src/sync/carrying.js";
import { joined, readFrame } from "../.compiled/station/src/sync/frames.js";
import { Center, CODE, STAFF } from "./station-center.mjs";
import { Device, PIN, vial } from "./station-device.mjs";

const devices = [];
const device = (...told) => { const made = new Device(...told); devices.push(made); return made; };
after(() => devices.forEach((one) => one.close()));
const bytes = (text) => new TextEncoder().encode(text);

test("a carried file brings what waits, and the tablet finds out by itself", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = (request) => (request.path.endsWith("/batches") ? "before" : null);
  for (let turn = 0; turn < 3; turn++) await page.append("vial-opened", vial(`Lọ ${turn}`));
  await page.syncNow();
  const file = await page.sealedFile();
  assert.equal(split(file).length, 1);
  assert.ok(!Buffer.from(file).includes("vial-opened") && !Buffer.from(file).includes("Lọ"));
  assert.equal(page.status.unsent, 3);
  tablet.center.mishap = () => null;
  assert.deepEqual(await page.passOn(file), { kept: 3, known: 0, aside: 0, refused: null });
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["Lọ 0", "Lọ 1", "Lọ 2"]);
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.deepEqual([...new Set(tablet.center.seen.values())], [1]);
  assert.equal((await page.sealedFile()).length, 0);
});

test("a file that was cut off, or is another's, is passed on nowhere", async () => {
  const page = await device().atWork();
  for (const file of [bytes("PK\x03\x04"), bytes('{"count":2}\nA\n'), bytes('{"count":1}\nA'), bytes('{"count":0}\n'), bytes("")]) {
    assert.equal(split(file), null);
    assert.deepEqual(await page.passOn(file), { kept: 0, known: 0, aside: 0, refused: "batch-unreadable" });
  }
});

test("a file of several batches is cut where its headers say", () => {
  const file = bytes('{"count":1}\nA\n{"count":2}\nB\nC\n');
  assert.deepEqual(split(file).map((part) => new TextDecoder().decode(part)), ['{"count":1}\nA\n', '{"count":2}\nB\nC\n']);
});

const isBatch = ({ path }) => path.endsWith("/batches");
const owners = (file) => split(file).map((part) => JSON.parse(new TextDecoder().decode(part).split("\n")[0]).device);

/** A tablet that was enrolled anew while two vials waited that its first center would not take. */
async function enrolledAnew() {
  const tablet = device();
  const page = await tablet.atWork();
  const before = tablet.center;
  before.mishap = (request) => (isBatch(request) ? before.refuse(401, "wrong-signature") : null);
  for (const label of ["A", "B"]) await page.append("vial-opened", vial(label));
  await page.syncNow();
  page.close();
  const next = new Center();
  next.device = "01912d68-783e-7a03-8467-5661c1243ad9";
  const answer = next.fetch;
  next.fetch = (input, init) => {
    const isEarlier = input.endsWith("/batches") && Buffer.from(init.body).subarray(0, 100).includes(before.device);
    return isEarlier ? before.fetch(input, init) : answer(input, init);
  };
  tablet.center = next;
  const again = await tablet.page();
  await again.enroll(next.code, "Máy 03");
  next.confirmed = true;
  await again.confirmed();
  await again.setPin(STAFF.id, PIN, CODE);
  return { tablet, before, next, again };
}

test("what an earlier enrollment left is in the file under its own name, and is taken though this one's is not", async () => {
  const { before, next, again } = await enrolledAnew();
  const refusing = (request) => (isBatch(request) ? next.refuse(401, "wrong-signature") : null);
  next.mishap = refusing;
  await again.append("vial-opened", vial("C"));
  await again.syncNow();
  assert.deepEqual([again.status.unsent, again.status.kept], [1, 2]);
  const file = await again.sealedFile();
  assert.deepEqual(owners(file), [next.device, before.device]);
  const codes = await again.frames();
  assert.deepEqual([(await codes.shown()).entries, owners(await joined((await codes.shown()).frames.map(readFrame)))], [3, [next.device, before.device]]);
  before.mishap = () => null;
  assert.deepEqual(await again.passOn(file), { kept: 2, known: 0, aside: 0, refused: "wrong-signature" });
  assert.deepEqual(before.journal.map(({ entry }) => entry.vial), ["A", "B"]);
  next.mishap = () => null;
  await again.syncNow();
  assert.deepEqual([again.status.unsent, again.status.kept], [0, 0]);
  assert.deepEqual(await again.passOn(file), { kept: 0, known: 3, aside: 0, refused: null });
  assert.deepEqual([...before.seen.values(), ...next.seen.values()], [1, 1, 1]);
  assert.equal((await again.sealedFile()).length, 0);
  assert.deepEqual(await codes.shown(), { frames: [], entries: 0 });
});

test("what has no key any more is counted, and in no file", async () => {
  const { tablet, again } = await enrolledAnew();
  const database = await openDB(tablet.name);
  await database.clear("earlier");
  database.close();
  await again.syncNow();
  assert.deepEqual([again.status.kept, (await again.sealedFile()).length], [2, 0]);
});
