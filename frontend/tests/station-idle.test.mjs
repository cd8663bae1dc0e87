/** The screen is covered after idleness; nothing that was recorded is lost by it, and sending goes on. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Idle } from "../.compiled/station/src/idle.js";
import { STAFF } from "./station-center.mjs";
import { Device, PIN, vial } from "./station-device.mjs";

const devices = [];
after(() => devices.forEach((one) => one.close()));
const AFTER_MS = 300_000;

function watched() {
  const clocks = { at: 0, slept: 0, set: 0, locks: 0 };
  const idle = new Idle({ wall: () => clocks.at + clocks.set, ticks: () => clocks.at - clocks.slept }, AFTER_MS, () => (clocks.locks += 1));
  return { clocks, idle };
}

test("a touch begins the waiting anew, and too long without one locks", () => {
  const { clocks, idle } = watched();
  for (let turn = 0; turn < 5; turn++) {
    clocks.at += AFTER_MS - 1;
    assert.equal(idle.look(), false);
    idle.touch();
  }
  clocks.at += AFTER_MS;
  assert.deepEqual([idle.look(), clocks.locks], [true, 1]);
});

test("the finger that wakes a tablet finds it locked", () => {
  const { clocks, idle } = watched();
  clocks.at += AFTER_MS;
  clocks.slept = AFTER_MS; // nothing ticked meanwhile
  idle.touch();
  assert.equal(clocks.locks, 1);
});

test("a clock that was set back keeps no screen open", () => {
  const { clocks, idle } = watched();
  clocks.set = -10 * AFTER_MS;
  clocks.at += AFTER_MS;
  assert.equal(idle.look(), true);
});

test("a touch in another page of the device counts here too", () => {
  const { clocks, idle } = watched();
  clocks.at += AFTER_MS - 1;
  idle.begin();
  clocks.at += AFTER_MS - 1;
  assert.equal(idle.look(), false);
});

test("how long is what the center says, and five minutes where it says nothing", async () => {
  for (const [told, expected] of [[undefined, 300_000], [120, 120_000]]) {
    const tablet = new Device();
    devices.push(tablet);
    tablet.center.locksAfterS = told;
    assert.equal((await tablet.atWork()).status.locksAfterMs, expected);
  }
});

test("an entry that is being written while the screen locks is kept once, and goes out behind the lock", async () => {
  const tablet = new Device();
  devices.push(tablet);
  const page = await tablet.atWork();
  const writing = page.append("vial-opened", vial("A"));
  page.lock();
  await writing;
  assert.deepEqual([page.status.phase, page.status.unsent], ["locked", 1]);
  await assert.rejects(page.append("vial-opened", vial("B")), { code: "locked" });
  await page.syncNow();
  assert.deepEqual([page.status.phase, page.status.unsent], ["locked", 0]);
  await page.signIn(STAFF.id, PIN);
  assert.deepEqual(page.desk().vials.map(({ label }) => label), ["A"]);
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["A"]);
});
