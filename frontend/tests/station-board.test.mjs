/** The board's timers over reloads and clocks that somebody set, with the center away. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { STAFF } from "./station-center.mjs";
import { Device, PIN } from "./station-device.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const devices = [];
after(() => devices.forEach((one) => one.close()));

/** A tablet without a network that watches these many since ten minutes. */
async function watching(count = 1) {
  const tablet = new Device();
  devices.push(tablet);
  const page = await tablet.atWork();
  tablet.center.mishap = () => "before";
  for (let number = 0; number < count; number++) {
    const of = { visit: page.newId(), person: page.newId() };
    await page.append("arrived", { ...of, ticket: String(number), block: { name: "A", born: "1980", sex: "male" } });
    await page.append("dose-given", { ...of, product: "az", lot: "ABX6412", vial: "L1", volume_ml: 0.5, arm: "left", vaccinator: STAFF.id });
  }
  tablet.pass(10 * MINUTE);
  await page.syncNow();
  return { tablet, page };
}

/** What the board counts by: the time that is left for sure. */
const left = (page) => page.today({ stage: "observed" }).map(({ key }) => page.visit(key).observeUntilAt - page.now() + page.status.leapMs);
async function reloaded(tablet, page) {
  page.close();
  const again = await tablet.page();
  await again.signIn(STAFF.id, PIN);
  return again;
}
const near = (told, expected) => assert.ok(told.every((one) => Math.abs(one - expected) <= 1000), `${told} are not ${expected}`);

test("timers go on over a reload", async () => {
  const { tablet, page } = await watching(3);
  near(left(page), 20 * MINUTE);
  const again = await reloaded(tablet, page);
  assert.equal(left(again).length, 3);
  near(left(again), 20 * MINUTE);
});

for (const [name, step] of [["back by an hour", -HOUR], ["back by a day", -DAY], ["ahead by an hour", HOUR], ["ahead by a day", DAY]]) {
  test(`a clock set ${name} under the open board changes no timer`, async () => {
    const { tablet, page } = await watching();
    tablet.wall += step;
    page.now();
    await page.syncNow();
    near(left(page), 20 * MINUTE);
    tablet.pass(5 * MINUTE);
    await page.syncNow(); // a round a minute notes the clock, whether the center answers or not
    near(left(page), 15 * MINUTE);
    const again = await reloaded(tablet, page);
    near(left(again), 15 * MINUTE);
  });
}

for (const [name, step] of [["back by an hour", -HOUR], ["back by a day", -DAY], ["ahead by an hour", HOUR]]) {
  test(`a clock set ${name} while the app was closed lets nobody go early and loses nobody`, async () => {
    const { tablet, page } = await watching();
    page.close();
    tablet.wall += step;
    const again = await tablet.page();
    await again.signIn(STAFF.id, PIN);
    near(left(again), 20 * MINUTE);
    assert.equal(again.status.day, "2021-09-13");
  });
}

test("a clock set ahead by a day while the app was closed brings everybody back once somebody says what time it is", async () => {
  const { tablet, page } = await watching();
  page.close();
  tablet.wall += DAY;
  const again = await tablet.page();
  assert.deepEqual([again.status.phase, again.status.leapMs], ["doubted", DAY]);
  await again.settleClock(false);
  await again.signIn(STAFF.id, PIN);
  assert.deepEqual([again.status.day, again.status.leapMs], ["2021-09-13", 0]);
  near(left(again), 20 * MINUTE);
});

test("a tablet that slept counts the time again as soon as the center told it", async () => {
  const { tablet, page } = await watching();
  tablet.wall += 15 * MINUTE;
  tablet.center.now += 15 * MINUTE;
  page.now();
  await page.syncNow();
  near(left(page), 20 * MINUTE);
  tablet.center.mishap = () => null;
  await page.syncNow();
  assert.equal(page.status.leapMs, 0);
  near(left(page), 5 * MINUTE);
});
