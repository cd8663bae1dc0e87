/** How long a day's list stays on a tablet, whatever its clock says: for whoever works with it, and for whoever took it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openDB } from "idb";

import { TIMES_SET } from "../.compiled/station/src/record/keeping.js";
import { STAFF } from "./station-center.mjs";
import { Device, PIN } from "./station-device.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EXPECTED = {
  person: "01912d68-7903-7000-8000-000000000001", visit: null, ticket: null, stage: null, appointment: "01912d68-7904-7000-8000-000000000001", session: null, starts_at: null, reference: "TCREF77",
  name: "Hoàng Văn Đường", born: "1950", sex: "male", last4: [], tokens: [], doses: [], eligible: true, reasons: [], from_on: null, warnings: [], conditions: [], same_as: [],
};
const devices = [];
const device = () => { const made = new Device(); devices.push(made); return made; };
after(() => devices.forEach((one) => one.close()));

test("a list is forgotten when nobody signed in for long", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  page.close();
  const database = await openDB(tablet.name);
  assert.notEqual(await database.get("meta", "people"), undefined);
  const guard = await database.get("meta", "guard");
  await database.put("meta", { ...guard, openedAt: guard.openedAt - 17 * 3_600_000 }, "guard");
  await tablet.page();
  assert.equal(await database.get("meta", "people"), undefined);
  database.close();
});

/** A tablet with a list, closed; its people as they lie on the disk; no network from here on. */
async function closedWithAList() {
  const tablet = device();
  tablet.center.persons = [EXPECTED];
  (await tablet.atWork()).close();
  tablet.center.mishap = () => "before";
  const people = async () => {
    const database = await openDB(tablet.name);
    const found = await database.get("meta", "people");
    database.close();
    return found !== undefined;
  };
  assert.ok(await people());
  return { tablet, people };
}

for (const ahead of [20 * HOUR_MS, 29_000 * DAY_MS]) {
  test(`a clock ${ahead / HOUR_MS} hours ahead that nobody proved covers the list and loses nobody`, async () => {
    const { tablet, people } = await closedWithAList();
    tablet.wall += ahead;
    for (let start = 0; start < 12; start++) {
      const again = await tablet.page();
      assert.equal(again.status.phase, "doubted");
      await again.syncNow();
      await assert.rejects(again.signIn(STAFF.id, PIN), { code: "time-doubted" });
      assert.throws(() => again.today(), { code: "locked" });
      again.close();
    }
    const page = await tablet.page();
    await page.settleClock(false);
    assert.ok(await people());
    await page.signIn(STAFF.id, PIN);
    assert.deepEqual(page.today().map(({ name }) => name), [EXPECTED.name]);
    page.close();
    assert.equal((await tablet.page()).status.phase, "locked", "what was settled is asked no more");
    assert.ok(await people());
  });
}

test("a leap that a person or the center proves ends the list", async () => {
  for (const byPerson of [true, false]) {
    const { tablet, people } = await closedWithAList();
    tablet.pass(20 * HOUR_MS);
    tablet.elapsed -= 20 * HOUR_MS; // its ticks stood still: it was off
    const page = await tablet.page();
    assert.deepEqual([page.status.phase, await people()], ["doubted", true]);
    if (byPerson) await page.settleClock(true);
    else {
      tablet.center.mishap = () => null;
      await page.syncNow();
    }
    assert.deepEqual([page.status.phase, await people()], ["locked", false]);
  }
});

test("a stranger who sets the clock back, or says that it leapt, keeps the list for a few starts and no longer", async () => {
  const back = ({ wall }) => [wall - 3 * HOUR_MS, () => undefined];
  const ahead = ({ wall }) => [wall + 20 * HOUR_MS, (page) => page.settleClock(false)];
  for (const trick of [back, ahead]) {
    const { tablet, people } = await closedWithAList();
    for (let start = 1; start <= TIMES_SET; start++) {
      assert.ok(await people(), `gone before start ${start}`);
      const [wall, then] = trick(tablet);
      tablet.wall = wall;
      const page = await tablet.page();
      await then(page);
      page.close();
    }
    assert.equal(await people(), false);
  }
});

test("a tablet whose clock is set again and again keeps its list for whoever signs in", async () => {
  const { tablet, people } = await closedWithAList();
  for (let start = 0; start < 2 * TIMES_SET; start++) {
    tablet.wall -= DAY_MS;
    const page = await tablet.page();
    await page.signIn(STAFF.id, PIN);
    assert.equal(page.today().length, 1);
    await page.syncNow();
    page.close();
  }
  assert.ok(await people());
});

test("hours that a stranger's tablet runs count, however often its clock is set back; nobody need start it anew", async () => {
  const { tablet, people } = await closedWithAList();
  let page = await tablet.page();
  for (let hours = 0; hours < 18; hours += 6) {
    assert.ok(await people(), `gone after ${hours} hours`);
    tablet.pass(6 * HOUR_MS);
    await page.syncNow();
    page.close();
    tablet.wall -= 6 * HOUR_MS;
    page = await tablet.page();
  }
  assert.equal(await people(), false);
  const left = device();
  left.center.persons = [EXPECTED];
  const covered = await left.atWork();
  covered.lock();
  left.pass(17 * HOUR_MS);
  await covered.syncNow();
  assert.deepEqual([covered.status.phase, covered.status.staff], ["locked", null]);
});
