/** Vital signs as a nurse types them beside somebody who reacts. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { measuredThen } from "../.compiled/station/src/signs.js";

const typed = (signs) => {
  const wrong = {};
  return [measuredThen(signs, wrong, (sign) => `seen-${sign}`), Object.keys(wrong)];
};

test("numbers are written as numbers, a comma as a point, what was not measured left out", () => {
  assert.deepEqual(typed({ pulse_bpm: " 130 ", temp_c: "36,6", spo2_percent: "" }), ["temp_c 36.6, pulse_bpm 130", []]);
});

test("what no body has, words, two numbers and nothing at all are not written down", () => {
  for (const pulse of ["abc", "36, 6", "999", "-80"]) assert.deepEqual(typed({ pulse_bpm: pulse, spo2_percent: "97" }), ["", ["seen-pulse_bpm"]]);
  assert.deepEqual(typed({}), ["", ["seen-pulse_bpm"]]);
});
