/** Holds the apps' way of counting in English to the cases that hold the server's. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { filled } from "../.compiled/src/filled.js";

const cases = JSON.parse(readFileSync(new URL("../../tests/conformance/words/cases.json", import.meta.url), "utf8"));

test("one thing is said otherwise than several", () => {
  assert.ok(cases.length > 10);
  for (const { text, facts, said } of cases) assert.equal(filled(text, facts), said);
});

test("a hole without a fact stays", () => {
  assert.equal(filled("{n} [dose|doses] of {lot}", { n: 1 }), "1 dose of {lot}");
});
