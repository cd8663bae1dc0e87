/** Holds the reader of element strings in the browser to what the kernel reads: not one case may differ. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Gs1Error, isGs1, parseGs1 } from "../.compiled/gs1.js";

const cases = JSON.parse(readFileSync(new URL("../../tests/conformance/gs1/cases.json", import.meta.url), "utf8"));

test("there are cases", () => assert.ok(cases.length > 40));

for (const { text, today, expected, refused } of cases) {
  test(JSON.stringify(text), () => {
    if (expected) assert.deepEqual(parseGs1(text, today), expected);
    else assert.throws(() => parseGs1(text, today), (fault) => fault instanceof Gs1Error && fault.message === refused);
  });
}

test("only a symbol that names itself is one of GS1's", () => {
  assert.ok(isGs1("]d21017ABC"));
  assert.ok(!isGs1("]d11017ABC") && !isGs1("1017ABC"));
});
