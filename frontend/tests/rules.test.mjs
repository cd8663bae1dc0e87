/** Holds the rules in TypeScript to the golden cases that hold the rules in Python: not one may differ. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { judge } from "../.compiled/intervals.js";
import { completed, evaluate, productWords, questionsFor } from "../.compiled/screening.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/conformance/rules/${name}`, import.meta.url), "utf8"));
const book = read("book.json");
const cases = read("cases.json");
const forms = new Map(book.forms.map((form) => [form.code, form]));

test("there are cases", () => {
  assert.ok(cases.screening.length > 200);
  assert.ok(cases.intervals.length > 300);
});

for (const { name, form, sex, asked, vitals, expected } of cases.screening) {
  test(name, () => {
    const rows = forms.get(form);
    const answers = completed(rows, asked, vitals, sex);
    const evaluation = evaluate(rows, answers, vitals);
    assert.deepEqual(
      {
        needed: questionsFor(rows, sex).map((question) => question.code),
        answers,
        ...evaluation,
        products: productWords(rows, evaluation.fired, sex).map(({ products, fired }) => ({ products, fired })),
      },
      expected,
    );
  });
}

test("answers of another form are told apart", () => {
  const evaluation = evaluate(forms.get("adult_4355"), { Q3: false, C9: true, Z1: null }, {});
  assert.deepEqual(evaluation.foreign, ["C9", "Z1"]);
});

for (const { name, dose, expected } of cases.intervals) {
  test(name, () => assert.deepEqual(judge(dose, { ...book, decisions: cases.decisions }), expected));
}
