/** A sealed file as codes from screen to camera: lost, doubled, out of order, of two files mixed, with reloads between. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { crc32, framesOf, joined, PART_BYTES, readFrame } from "../.compiled/station/src/sync/frames.js";
import { Gathering } from "../.compiled/station/src/sync/gathering.js";
import { Clock } from "../.compiled/station/src/record/clock.js";
import { Disk } from "../.compiled/station/src/store/disk.js";
import { Http } from "../.compiled/station/src/sync/http.js";
import { STAFF } from "./station-center.mjs";
import { Device, PIN, vial } from "./station-device.mjs";

const devices = [];
const device = () => { const made = new Device(); devices.push(made); return made; };
after(() => devices.forEach((one) => one.close()));

const filled = (length, seed) => Uint8Array.from({ length }, (_, at) => (at * 31 + seed * 7 + (at >> 8)) & 0xff);
/** The same order in every run, and not that of the file. */
const shuffled = (list) => list.map((one, at) => [(at * 7919) % 101, one]).sort(([one], [other]) => one - other).map(([, one]) => one);
const read = (frames) => frames.map(readFrame);

async function waitingTablet(labels) {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = (request) => (request.path.endsWith("/batches") ? "before" : null);
  for (const label of labels) await page.append("vial-opened", vial(label));
  return { tablet, page };
}
let carriers = 0;
const carrierName = () => `carrier-${(carriers += 1)}`;
/** Another device that passes on: nothing of its own waits, so it needs no key. */
const carrier = async (name, center) => new Gathering(await Disk.open(name), new Http(Clock.resumed(undefined), "", center.fetch), null, null);
const vials = ({ journal }) => journal.map(({ entry }) => entry.vial);

test("the check is that of zip and PNG", () => assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926));

test("a file comes together from codes in any order, doubled", async () => {
  for (const length of [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 40 * PART_BYTES + 17]) {
    const file = filled(length, length);
    const frames = await framesOf(file);
    assert.equal(frames.length, Math.ceil(length / PART_BYTES));
    assert.deepEqual(await joined(read(shuffled([...frames, ...frames]))), file);
  }
  assert.deepEqual(await framesOf(new Uint8Array(0)), []);
});

test("while one code lacks there is no file", async () => {
  const frames = read(await framesOf(filled(6 * PART_BYTES, 1)));
  for (const lost of frames.keys()) assert.equal(await joined(frames.filter((_, at) => at !== lost)), null);
  assert.equal(await joined([]), null);
});

test("parts of two files make neither of them", async () => {
  const [one, other] = [filled(3 * PART_BYTES, 1), filled(3 * PART_BYTES, 2)];
  const [ones, others] = [read(await framesOf(one)), read(await framesOf(other))];
  assert.equal(await joined([ones[0], others[1], ones[2]]), null);
  assert.deepEqual(await joined([ones[0], others[1], ones[2], ones[1]]), one);
  assert.equal(await joined([ones[0], { ...others[1], file: ones[0].file }, ones[2]]), null); // the digest tells
});

test("a code that was read wrongly, or is another one, is no frame", async () => {
  const [frame] = await framesOf(filled(200, 3));
  assert.notEqual(readFrame(frame), null);
  for (const at of frame.keys()) {
    const bent = frame.slice();
    bent[at] ^= 1;
    assert.equal(readFrame(bent), null, `bit of byte ${at}`);
  }
  for (const raw of [new Uint8Array(0), frame.slice(0, 12), frame.slice(0, -1), new TextEncoder().encode("HC1:NCFOXN%TS3DH")]) {
    assert.equal(readFrame(raw), null);
  }
});

test("what one tablet shows, another carries to the center, byte for byte, with a reload in the middle", async () => {
  const { tablet, page } = await waitingTablet(["A", "B", "C", "D", "E", "F"]);
  const { frames, entries } = await (await page.frames()).shown();
  assert.equal(entries, 6);
  assert.ok(frames.length > 3, "few codes would prove little");
  assert.ok(!frames.some((raw) => Buffer.from(raw).includes("vial-opened")));
  const name = carrierName();
  const mixed = shuffled([...frames, ...frames]);
  const before = await carrier(name, tablet.center);
  for (const raw of mixed.slice(0, 3)) await before.take(raw);
  const again = await carrier(name, tablet.center);
  const [half] = await again.gathered();
  assert.ok(half.have > 0 && half.have < half.count);
  assert.equal((await again.pass(half.file)).refused, "batch-unreadable"); // not whole yet, and nothing is lost by asking
  assert.deepEqual(await again.gathered(), [half]);
  let told;
  for (const raw of mixed) told = await again.take(raw);
  assert.deepEqual(told, { file: half.file, have: frames.length, count: frames.length });
  tablet.center.mishap = () => null;
  assert.deepEqual(await again.pass(half.file), { kept: 6, known: 0, aside: 0, refused: null });
  assert.deepEqual(await again.gathered(), []);
  assert.deepEqual(vials(tablet.center), ["A", "B", "C", "D", "E", "F"]);
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.deepEqual([...new Set(tablet.center.seen.values())], [1]);
});

test("codes of two tablets under one camera stay apart", async () => {
  const [one, other] = [await waitingTablet(["A", "B", "C"]), await waitingTablet(["X", "Y", "Z"])];
  const [ones, others] = [await (await one.page.frames()).shown(), await (await other.page.frames()).shown()];
  const name = carrierName();
  const camera = await carrier(name, one.tablet.center);
  for (const raw of shuffled([...ones.frames, ...others.frames])) await camera.take(raw);
  const files = await camera.gathered();
  assert.deepEqual(files.map(({ have, count }) => have === count), [true, true]);
  const [first] = read(ones.frames);
  one.tablet.center.mishap = () => null;
  assert.equal((await camera.pass(first.file)).kept, 3);
  assert.deepEqual(vials(one.tablet.center), ["A", "B", "C"]);
  assert.deepEqual((await camera.gathered()).map(({ file }) => file), files.map(({ file }) => file).filter((file) => file !== first.file));
});

test("what the center does not take stays with whoever carries it; what is dropped is gone", async () => {
  const { tablet, page } = await waitingTablet(["A", "B"]);
  const { frames } = await (await page.frames()).shown();
  const camera = await carrier(carrierName(), tablet.center);
  for (const raw of frames) await camera.take(raw);
  const [{ file }] = await camera.gathered();
  await assert.rejects(camera.pass(file), { code: "no-answer" });
  assert.equal((await camera.gathered()).length, 1);
  await camera.forget(file);
  assert.deepEqual(await camera.gathered(), []);
});

test("a file whose parts are another's is seen anew from its first code on", async () => {
  const { tablet } = await waitingTablet([]);
  const camera = await carrier(carrierName(), tablet.center);
  const [good, bad] = await Promise.all([framesOf(filled(2 * PART_BYTES, 1)), framesOf(filled(2 * PART_BYTES, 2))]);
  const forged = good[0].slice();
  forged.set(bad[0].subarray(16, -4), 16);
  new DataView(forged.buffer).setUint32(forged.length - 4, crc32(forged.subarray(0, -4)));
  await camera.take(forged);
  const { file, have, count } = await camera.take(good[1]);
  assert.equal(have, count);
  assert.deepEqual(await camera.pass(file), { kept: 0, known: 0, aside: 0, refused: "batch-unreadable" });
  assert.deepEqual(await camera.gathered(), []);
});

test("a tablet shows the same codes again after a reload, and new ones when asked", async () => {
  const { tablet, page } = await waitingTablet(["A", "B"]);
  const before = await (await page.frames()).shown();
  page.close();
  const again = await tablet.page();
  await again.signIn(STAFF.id, PIN);
  await again.append("vial-opened", vial("C"));
  assert.deepEqual(await (await again.frames()).shown(), before);
  const anew = await (await again.frames()).shown(true);
  assert.equal(anew.entries, 3);
  assert.notDeepEqual(anew.frames[0], before.frames[0]);
});
