/** A new app comes while the outbox is full: what an older build wrote down is sent once, in its order, and goes on. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openDB } from "idb";

import { VERSION } from "../.compiled/station/src/store/schema.js";
import { STAFF } from "./station-center.mjs";
import { Device, PIN, vial } from "./station-device.mjs";

const devices = [];
after(() => devices.forEach((one) => one.close()));
const LABELS = Array.from({ length: 40 }, (_, number) => `V${number}`);
const versionOf = async ({ name }) => {
  const database = await openDB(name);
  const { version } = database;
  database.close();
  return version;
};
const vialsOf = ({ center }) => center.journal.map(({ entry }) => entry.vial);

/** Written by a build of that version of the store, without a network but for a batch whose answer got lost. */
async function leftBy(version) {
  const tablet = new Device();
  devices.push(tablet);
  const page = await tablet.atWork(await import(`./older/station-store-${version}.mjs`));
  for (const label of LABELS.slice(0, 10)) await page.append("vial-opened", vial(label));
  tablet.center.mishap = () => "after";
  await page.syncNow();
  tablet.center.mishap = () => "before";
  for (const label of LABELS.slice(10)) await page.append("vial-opened", vial(label));
  assert.equal(page.status.unsent, LABELS.length);
  page.close();
  assert.equal(await versionOf(tablet), version);
  return tablet;
}

for (const version of [1, 2]) {
  test(`what the app wrote with version ${version} of its store is sent by today's before anybody unlocks, each entry once`, async () => {
    const tablet = await leftBy(version);
    const page = await tablet.page();
    assert.deepEqual([await versionOf(tablet), page.status.phase, page.status.unsent], [VERSION, "locked", LABELS.length]);
    tablet.center.mishap = () => null;
    await page.syncNow();
    assert.deepEqual([vialsOf(tablet), page.status.unsent, page.status.stopped], [LABELS, 0, null]);
  });

  test(`who worked with version ${version} of the store goes on by the same PIN, and the chain goes on too`, async () => {
    const tablet = await leftBy(version);
    const page = await tablet.page();
    await page.signIn(STAFF.id, PIN);
    assert.deepEqual(page.desk().vials.map(({ label }) => label).sort(), [...LABELS].sort());
    await page.append("vial-opened", vial("NEW"));
    tablet.center.mishap = () => null;
    await page.syncNow();
    assert.deepEqual([vialsOf(tablet), page.status.unsent], [[...LABELS, "NEW"], 0]);
  });
}

test("an older build opens no store of a newer one, and spoils nothing of it", async () => {
  const tablet = new Device();
  devices.push(tablet);
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  await page.append("vial-opened", vial("A"));
  page.close();
  await assert.rejects(tablet.page(await import("./older/station-store-2.mjs")));
  const again = await tablet.page();
  assert.equal(again.status.unsent, 1);
});
