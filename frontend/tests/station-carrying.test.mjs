/** What a tablet without a network lets others carry: sealed, in its order, once, whoever brings it and however often. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { split } from "../.compiled/station/src/sync/carrying.js";
import { Device, vial } from "./station-device.mjs";

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
