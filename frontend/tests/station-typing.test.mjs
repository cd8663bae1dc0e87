/** A recorder types what somebody else gave; that vaccinator, and nobody else, says that it is right. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { confirmTyped, probablyGaveIt, sitBeside, typesForOthers, vaccinators, waitingForMe } from "../.compiled/station/src/typing.js";
import { Center, CODE, OTHER, STAFF } from "./station-center.mjs";
import { Device, PIN } from "./station-device.mjs";

const devices = [];
after(() => devices.forEach((one) => one.close()));

async function tablet(center = new Center()) {
  const made = new Device(center);
  devices.push(made);
  return { center, page: await made.atWork() };
}

/** Somebody comes and is given a dose; `recorder` is null where the vaccinator types. */
async function given(page, vaccinator, recorder) {
  const of = { visit: page.newId(), person: page.newId() };
  await page.append("arrived", { ...of, ticket: "1", campaign_session: null, block: { name: "A", born: "1980", sex: "male" } });
  const dose = { ...of, product: "az", lot: "ABX6412", vial: null, volume_ml: 0.5, arm: "left", vaccinator, recorder };
  return { ...of, id: (await page.append("dose-given", dose)).id };
}
const told = ({ center }) => center.journal.map(({ entry }) => entry).filter(({ kind }) => kind === "confirmed");

test("what was typed for a vaccinator waits for their word on the same tablet, without a network, and is said once", async () => {
  const site = await tablet();
  const { page, center } = site;
  await page.setPin(OTHER.id, PIN, CODE); // the second one at the table, who types
  center.mishap = () => "before";
  const dose = await given(page, STAFF.id, OTHER.id);
  assert.deepEqual(waitingForMe(page), []);
  assert.equal(await confirmTyped(page, dose.id), false);
  page.lock();
  await page.signIn(STAFF.id, PIN);
  assert.deepEqual(waitingForMe(page).map((one) => [one.dose.entry, one.dose.recorder, one.visit.name]), [[dose.id, OTHER.id, "A"]]);
  assert.equal(await confirmTyped(page, dose.id), true);
  assert.equal(await confirmTyped(page, dose.id), false);
  assert.deepEqual(waitingForMe(page), []);
  assert.equal(page.visit(dose.visit).dose.confirmed.staff, STAFF.id);
  center.mishap = () => null;
  await page.syncNow();
  assert.deepEqual(told(site).map(({ entry, staff }) => [entry, staff]), [[dose.id, STAFF.id]]);
});

test("what another tablet typed is confirmed here, and what was confirmed there waits here no more", async () => {
  const site = await tablet();
  const { page, center } = site;
  const elsewhere = (kind, body) => {
    const at = new Date(center.now).toISOString();
    const entry = { kind, id: page.newId(), schema: 1, at, offset_ms: 0, ...body };
    center.others.push({ device: "01912d68-0000-7000-8000-00000000000b", seq: center.others.length + 1, recorded_at: at, entry });
    return entry.id;
  };
  const of = { visit: page.newId(), person: page.newId() };
  const dose = () => elsewhere("dose-given", { ...of, product: "az", lot: "ABX6412", vial: null, volume_ml: 0.5, arm: "left", vaccinator: STAFF.id, recorder: OTHER.id, staff: OTHER.id });
  const [one, other] = [dose(), dose()];
  await page.syncNow();
  assert.deepEqual(waitingForMe(page).map((each) => each.dose.entry), [one, other]);
  await confirmTyped(page, one);
  elsewhere("confirmed", { entry: other, staff: STAFF.id });
  await page.syncNow();
  assert.deepEqual(waitingForMe(page), []);
  assert.deepEqual(told(site).map(({ entry }) => entry), [one]);
});

test("another's word is no confirmation, a voided dose waits for nobody, a corrected one for whom it now names", async () => {
  const { page } = await tablet();
  await page.setPin(OTHER.id, PIN, CODE);
  const [byAnother, voided, moved] = [await given(page, STAFF.id, OTHER.id), await given(page, STAFF.id, OTHER.id), await given(page, STAFF.id, OTHER.id)];
  await page.append("confirmed", { entry: byAnother.id });
  await page.append("voided", { entry: voided.id, reason: "not-given" });
  await page.append("corrected", { entry: moved.id, values: { vaccinator: OTHER.id }, reason: "told-wrong" });
  assert.deepEqual(waitingForMe(page).map(({ dose }) => dose.entry), [moved.id]);
  page.lock();
  await page.signIn(STAFF.id, PIN);
  assert.deepEqual(waitingForMe(page).map(({ dose }) => dose.entry), [byAnother.id]);
  assert.equal(page.visit(byAnother.visit).dose.confirmed, null);
});

test("a dose that one gave and typed oneself waits for no word", async () => {
  const { page } = await tablet();
  await given(page, STAFF.id, null);
  assert.deepEqual(waitingForMe(page), []);
});

const MAI = { id: "m", name: "Mai", roles: ["vaccinator"] };
const VY = { id: "v", name: "Vy", roles: ["recorder", "check-in"] };
const BOTH = { id: "b", name: "Bình", roles: ["vaccinator", "recorder"] };
const at = (staff) => ({ staff: [MAI, VY, BOTH], status: { staff } });

test("a recorder names the vaccinator once, and a vaccinator is not asked", () => {
  assert.deepEqual(vaccinators(at(VY)).map(({ name }) => name), ["Mai", "Bình"]);
  assert.deepEqual([typesForOthers(at(MAI)), probablyGaveIt(at(MAI))], [false, "m"]);
  assert.deepEqual([typesForOthers(at(VY)), probablyGaveIt(at(VY))], [true, ""]);
  assert.deepEqual([typesForOthers(at(BOTH)), probablyGaveIt(at(BOTH))], [true, "b"]);
  sitBeside(at(VY), "m");
  assert.equal(probablyGaveIt(at(VY)), "m");
  assert.equal(probablyGaveIt(at(BOTH)), "b"); // whoever signs in next starts anew
  assert.equal(probablyGaveIt({ staff: [VY], status: { staff: VY } }), ""); // who is on the roster no more gave nothing
  assert.equal(probablyGaveIt(at(null)), "");
});
