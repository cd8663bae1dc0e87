/** Who may be called in: fetched where a lead is at work and nowhere else, kept for the day, told back to the center. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { openDB } from "idb";

import { isStill } from "../.compiled/station/src/record/standby.js";
import { Center, CODE, OTHER, SESSION, STAFF } from "./station-center.mjs";
import { Device, PIN } from "./station-device.mjs";

const devices = [];
after(() => devices.forEach((one) => one.close()));
const PERSON = "01912d68-7903-7000-8000-000000000009";

async function withList(kinds = null) {
  const center = new Center();
  center.kinds = kinds;
  center.standby = [{ session: SESSION, product: "az", persons: [{ person: PERSON, name: "Phùng Thị Quỳnh", born: "1971", group: null, phone: "0902118340", state: null, told_at: null }] }];
  const tablet = new Device(center);
  devices.push(tablet);
  return { center, tablet, page: await tablet.atWork() };
}
async function withLead(kinds = null) {
  const made = await withList(kinds);
  await made.page.setPin(OTHER.id, PIN, CODE);
  await made.page.syncNow();
  return made;
}
const onDisk = async ({ name }) => {
  const database = await openDB(name);
  const row = await database.get("meta", "standby");
  database.close();
  return row;
};

test("phones are fetched while a lead is at work, and for nobody else", async () => {
  const { center, tablet, page } = await withList();
  assert.deepEqual([page.standby(), center.standbyAsked, await onDisk(tablet)], [[], 0, undefined]);
  await page.setPin(OTHER.id, PIN, CODE);
  await page.syncNow();
  assert.equal(page.standby()[0].persons[0].phone, "0902118340");
  const asked = center.standbyAsked;
  page.lock();
  await page.syncNow();
  await page.signIn(STAFF.id, PIN);
  await page.syncNow();
  assert.equal(center.standbyAsked, asked); // reception sees the list that is here, and asks for no other
  assert.equal(page.standby()[0].persons.length, 1);
});

test("a tablet of one desk asks for nobody's phone, though the lead signs in", async () => {
  const { center, page } = await withLead(["arrived", "identified"]);
  assert.deepEqual([page.standby(), center.standbyAsked], [[], 0]);
});

test("the list is there without a network, and gone with the day", async () => {
  const { center, tablet, page } = await withLead();
  center.mishap = () => "before";
  page.close();
  const again = await tablet.page();
  await again.signIn(OTHER.id, PIN);
  assert.deepEqual(again.standby()[0].persons.map((one) => one.name), ["Phùng Thị Quỳnh"]);
  await again.endDay();
  assert.equal(await onDisk(tablet), undefined);
  await again.signIn(OTHER.id, PIN);
  assert.deepEqual(again.standby(), []);
});

test("what came of a call is told to the center and stands in the list at once, and in the next one", async () => {
  const { center, tablet, page } = await withLead();
  for (const state of ["called", "coming"]) {
    tablet.pass(60_000);
    await page.tellStandby(page.standby()[0], PERSON, state);
    const [one] = page.standby()[0].persons;
    assert.deepEqual([one.state, one.toldAt], [state, center.now]);
  }
  assert.equal(center.standby[0].persons[0].state, "coming");
  assert.deepEqual(center.callers, [OTHER.id, OTHER.id]); // whoever called, and not the tablet
  center.standby[0].persons[0].state = "declined"; // told at the desk meanwhile
  await page.syncNow();
  assert.equal(page.standby()[0].persons[0].state, "declined");
});

test("without a network nothing is told and the list stays; who waits no more is said to", async () => {
  const { center, page } = await withLead();
  const [list] = page.standby();
  center.mishap = () => "before";
  await assert.rejects(page.tellStandby(list, PERSON, "coming"), { code: "no-answer" });
  assert.deepEqual(page.standby()[0].persons.map(({ name, state }) => [name, state]), [["Phùng Thị Quỳnh", null]]);
  center.mishap = () => null;
  await assert.rejects(page.tellStandby(list, page.newId(), "coming"), { code: "standby-unknown" });
  page.lock();
  await assert.rejects(page.tellStandby(list, PERSON, "coming"), { code: "locked" });
});

test("whoever came of the list is received under the center's id, unless the card shows somebody else", () => {
  const called = { person: PERSON, campaignSession: SESSION, name: "Phùng Thị Quỳnh", born: "1971" };
  for (const typed of [{ name: "Phùng Thị Quỳnh", year: "1971" }, { name: "PHUNG THI QUYNH ", year: " 1971" }]) assert.ok(isStill(called, typed));
  for (const typed of [{ name: "Phùng Thị Quyên", year: "1971" }, { name: "Phùng Thị Quỳnh", year: "1972" }, { name: "", year: "" }]) assert.ok(!isStill(called, typed));
  assert.ok(isStill({ ...called, born: "" }, { name: called.name, year: "1971" })); // the list knows no year
});
