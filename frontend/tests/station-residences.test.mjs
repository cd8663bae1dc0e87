/** Somebody from elsewhere: province, district and commune one after the other, and no district where there is none. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { choiceOf, NOWHERE } from "../.compiled/station/src/residences.js";

const COUNTRY = [
  ["Hà Nội", [["Quận Ba Đình", [["00004", "Phường Trúc Bạch"]]], ["Quận Hoàn Kiếm", [["00037", "Phường Phúc Tân"]]]]],
  ["Lai Châu", [["", [["03388", "Phường Đoàn Kết"]]]]],
];

test("nothing is offered below what was not chosen", () => {
  assert.deepEqual(choiceOf(COUNTRY, NOWHERE), { provinces: ["Hà Nội", "Lai Châu"], districts: [], communes: [] });
  assert.deepEqual(choiceOf(COUNTRY, { ...NOWHERE, province: "0" }), {
    provinces: ["Hà Nội", "Lai Châu"],
    districts: ["Quận Ba Đình", "Quận Hoàn Kiếm"],
    communes: [],
  });
});

test("a district leads to its own communes, a province without districts to all of its communes", () => {
  assert.deepEqual(choiceOf(COUNTRY, { province: "0", district: "1", commune: "" }).communes, [["00037", "Phường Phúc Tân"]]);
  const undivided = choiceOf(COUNTRY, { ...NOWHERE, province: "1" });
  assert.deepEqual([undivided.districts, undivided.communes], [[], [["03388", "Phường Đoàn Kết"]]]);
});
