/** The vial in the hand, what warns before the dose, and when the next one is opened. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Today } from "../.compiled/station/src/record/today.js";
import { adviceOf, choicesOf, defaultChoice, inHand, takeInHand } from "../.compiled/station/src/vials.js";
import { Ids } from "../.compiled/station/src/wire/ids.js";

const NOON = Date.UTC(2021, 8, 13, 5);
const HOUR = 3_600_000;
const NURSE = "nurse";
const DEVICE = "01912d68-783e-7a03-8467-5661c1243ad4";
const ids = new Ids();
const product = { code: "az", name: "AZ", name_vi: "AZ", min_age: 18, doses_primary: 2, interval_min_days: 56, child_ages: null, dose_ml: 0.5, doses_per_vial: 10, use_after_open_hours: 6 };
const bundle = (told = {}) => ({
  format: "tiemchung/bundle/2", version: 1, issued_at: "2021-09-13T00:00:00Z", device: DEVICE, site: { code: "79-0012" },
  sessions: [], staff: [], decisions: [], rules: [], held_lots: [], devices_cut_off: [], products: [product], forms: [], vials: [],
  lots: [{ lot: "ABX1", product: "az", expires_on: "2021-12-31", doses: 100, held_since: null }],
  openings: [{ product: "any", waiting_percent: 50, source: "ours" }],
  list: { day: "2021-09-13", token_key: "", persons: [] }, ...told,
});
let told = 0;
const entry = (kind, minutes, body) => ({ kind, id: ids.next(NOON + (told += 1)), at: new Date(NOON + minutes * 60_000).toISOString(), offset_ms: 0, staff: NURSE, ...body });
const visit = (number) => ({ visit: `01912d68-7902-7000-8000-${String(number).padStart(12, "0")}`, person: `01912d68-7903-7000-8000-${String(number).padStart(12, "0")}` });
const arrived = (number) => entry("arrived", 0, { ...visit(number), ticket: String(number) });
const opened = (label, minutes = 0, doses = 10) => entry("vial-opened", minutes, { lot: "ABX1", vial: label, doses });
const dose = (number, minutes, vial = "L1") => entry("dose-given", minutes, { ...visit(number), product: "az", lot: "ABX1", vial, volume_ml: 0.5, arm: "left", vaccinator: NURSE });

/** A station as far as the vials ask it. */
function station(entries, more = {}) {
  const today = new Today("2021-09-13");
  today.take(bundle(more));
  for (const one of entries) today.tell(one, { device: DEVICE, waits: false });
  return { today, status: { staff: { id: NURSE } }, desk: () => today.desk(), counts: () => today.counts() };
}
const waiting = (count) => Array.from({ length: count }, (_, place) => arrived(place + 100));
const say = (made, hours = 1) => adviceOf(made, made.desk().products[0], NOON + hours * HOUR)?.say;

test("one more vial is advised when half of its doses are waited for beyond what open vials hold", () => {
  assert.equal(say(station(waiting(5))), "open");
  assert.equal(say(station(waiting(4))), "call");
  assert.equal(say(station([opened("L1"), ...waiting(10)])), "use");
  assert.equal(say(station([opened("L1"), ...waiting(15)])), "open");
  assert.equal(say(station([opened("L1", 0, 2), ...waiting(4)])), "call");
});

test("who is still expected is waited for before a vial is opened for few", () => {
  const persons = [1, 2, 3].map((number) => ({
    person: visit(number).person, visit: null, ticket: null, stage: null, appointment: `a${number}`, session: null, starts_at: null, reference: "", name: "A", born: "", sex: "male",
    last4: [], tokens: [], doses: [], eligible: true, reasons: [], from_on: null, warnings: [], conditions: [], same_as: [],
  }));
  assert.equal(say(station(waiting(2), { list: { day: "2021-09-13", token_key: "", persons } })), "wait");
});

test("doses of a vial that is open too long, or of a held lot, count for nobody who waits", () => {
  assert.equal(say(station([opened("L1"), ...waiting(5)]), 7), "open");
  assert.equal(say(station([opened("L1"), ...waiting(5)], { held_lots: [{ number: "ABX1" }] })), "open");
});

test("a rule of the product itself comes before that of any, and without a rule nothing is advised", () => {
  const own = [{ product: "any", waiting_percent: 50, source: "ours" }, { product: "az", waiting_percent: 100, source: "circular" }];
  const made = station(waiting(9), { openings: own });
  assert.deepEqual([say(made), adviceOf(made, made.desk().products[0], NOON).source], ["call", "circular"]);
  assert.equal(say(station(waiting(9), { openings: undefined })), undefined);
});

test("a vial warns in the hour before its time is over and stops after it, before any dose", () => {
  const at = (hours) => choicesOf(station([opened("L1")]).desk(), NOON + hours * HOUR).find((choice) => choice.vial === "L1");
  assert.deepEqual([at(4).endsIn, at(4).against], [null, null]);
  assert.deepEqual([at(5.5).endsIn, at(5.5).against], [HOUR / 2, null]);
  assert.deepEqual([at(6.1).endsIn, at(6.1).against], [null, "open-too-long"]);
});

test("a held lot and one past its day stop a dose before it is given, and so do their open vials", () => {
  const against = (bundle) => choicesOf(station([opened("L1")], bundle).desk(), NOON).map((choice) => choice.against);
  const held = against({ held_lots: [{ number: "ABX1" }] });
  assert.ok(held.length > 0 && held.every((why) => why === "held"), String(held));
  const lots = [{ lot: "ABX1", product: "az", expires_on: "2021-09-12", doses: 10, held_since: null }];
  const past = against({ lots });
  assert.ok(past.length > 0 && past.every((why) => why === "expired"), String(past));
});

test("overfill is counted and no reason to stop", () => {
  const made = station([opened("L1", 0, 2), dose(1, 1), dose(2, 2), dose(3, 3)]);
  const vial = choicesOf(made.desk(), NOON).find((choice) => choice.vial === "L1");
  assert.deepEqual([vial.doses, vial.against], [-1, "used-up"]);
});

test("the vial in the hand is chosen once, for who is signed in, and found again after a reload", () => {
  const made = station([opened("L1"), opened("L2"), dose(1, 1, "L1"), dose(2, 2, "L2")]);
  assert.equal(inHand(made), "ABX1|L2");
  const [first] = [defaultChoice(choicesOf(made.desk(), NOON), inHand(made))];
  assert.equal(first.vial, "L2");
  takeInHand(made, "ABX1|L1");
  assert.equal(inHand(made), "ABX1|L1");
  assert.equal(inHand({ ...made, status: { staff: { id: "somebody else" } } }), null);
});

test("waste and returns take doses out of a vial", () => {
  const spent = (kind) => station([opened("L1"), entry(kind, 5, { lot: "ABX1", vial: "L1", doses: 4, reason: "broken" })]).desk().vials[0].dosesLeft;
  assert.deepEqual(["vial-wasted", "vial-returned"].map(spent), [6, 6]);
});
