/**
 * Reads a form's rows against the answers: the twin of `tiemchung/domain/declarations/rules.py`. Both are held to the
 * golden cases of `tests/conformance/rules/`; whoever changes one changes the other.
 */

/** What a screening may conclude, the strictest first. The order is ours and unverified, so a doctor confirms. */
export const OUTCOMES = ["contraindicated", "defer", "refer_hospital", "caution", "eligible_now"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Yes or no; the words of a free text; a number, which is no answer by itself; null for not asked. */
export type Answer = boolean | string | number | null;
export type Answers = Readonly<Record<string, Answer>>;
export type Vitals = Readonly<Record<string, number | null>>;

export interface Question {
  readonly code: string;
  readonly detail: string | null;
  readonly outcome: Outcome | null;
  readonly verified: string;
  readonly asked_of: string | null;
}

export interface VitalLimit {
  readonly sign: string;
  readonly low: number | null;
  readonly high: number | null;
}

export interface ProductRule {
  readonly products: readonly string[];
  readonly when: string;
  readonly effect: string;
  readonly source: string;
  readonly verified: string;
  readonly rows: readonly string[];
}

/** What a form says of some products to somebody whom it concerns; `fired` where an answer makes it so. */
export interface ProductWord extends Omit<ProductRule, "rows"> {
  readonly fired: readonly string[];
}

export interface Form {
  readonly code: string;
  readonly questions: readonly Question[];
  readonly all_no: Outcome | null;
  readonly limits: readonly VitalLimit[];
  readonly product_rules: readonly ProductRule[];
}

export interface Abnormal {
  readonly sign: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Fired {
  readonly question: string;
  readonly outcome: Outcome | null;
  readonly verified: string;
  readonly words: string;
  readonly abnormal: readonly Abnormal[];
}

export interface Evaluation {
  readonly outcome: Outcome | null;
  readonly doctor_decides: boolean;
  readonly fired: readonly Fired[];
  readonly unanswered: readonly string[];
  readonly foreign: readonly string[];
}

const MEASURED = "vitals";

/** Tell which rows of the form fire, and what follows from them together. */
export function evaluate(form: Form, answers: Answers, vitals: Vitals): Evaluation {
  const abnormal = abnormalSigns(form, vitals);
  const fired = form.questions.flatMap((question) => firedBy(question, answers, abnormal) ?? []);
  const firedCodes = new Set(fired.map((row) => row.question));
  const unanswered = form.questions
    .map((question) => question.code)
    .filter((code) => !firedCodes.has(code) && !isAnswered(answers[code]));
  const outcomes = new Set(fired.flatMap((row) => row.outcome ?? []));
  const strictest = OUTCOMES.find((outcome) => outcomes.has(outcome)) ?? null;
  const outcome = fired.length > 0 || unanswered.length > 0 ? strictest : form.all_no;
  const asked = new Set(form.questions.map((question) => question.code));
  return {
    outcome,
    doctor_decides:
      fired.some((row) => row.outcome === null) || outcomes.size > 1 || unanswered.length > 0 || outcome === null,
    fired,
    unanswered,
    foreign: Object.keys(answers)
      .filter((code) => !asked.has(code))
      .sort(),
  };
}

/** Return the questions that a row needs of somebody of this sex; measured rows are answered by their numbers. */
export function questionsFor(form: Form, sex: string): readonly Question[] {
  const known = sex === "female" || sex === "male";
  return form.questions.filter(
    (question) => question.detail !== MEASURED && (question.asked_of === null || question.asked_of === sex || !known),
  );
}

/** Return the answers with those that need no asking; where nothing was measured, measured rows stay unanswered. */
export function completed(form: Form, asked: Answers, vitals: Vitals, sex: string): Record<string, Answer> {
  const needed = new Set(questionsFor(form, sex).map((question) => question.code));
  const measured = Object.values(vitals).some((value) => value !== null);
  const told: Record<string, Answer> = {};
  for (const question of form.questions) {
    const open = needed.has(question.code) || (question.detail === MEASURED && !measured);
    told[question.code] = open ? (asked[question.code] ?? null) : false;
  }
  return told;
}

/** Return what the form says of some products to somebody of this sex, of whom these rows fired. */
export function productWords(form: Form, fired: readonly Fired[], sex: string): readonly ProductWord[] {
  const needed = new Set(questionsFor(form, sex).map((question) => question.code));
  const codes = new Set(fired.map((row) => row.question));
  return form.product_rules
    .filter(({ rows }) => rows.length === 0 || rows.some((code) => needed.has(code)))
    .map(({ rows, ...rule }) => ({ ...rule, fired: rows.filter((code) => codes.has(code)) }));
}

/** Return the measured signs outside the form's limits; the limit itself is normal. */
export function abnormalSigns(form: Form, vitals: Vitals): readonly Abnormal[] {
  return form.limits.flatMap(({ sign, low, high }) => {
    const value = vitals[sign] ?? null;
    if (value === null) return [];
    const outside = (low !== null && value < low) || (high !== null && value > high);
    return outside ? [{ sign, value, low, high }] : [];
  });
}

function firedBy(question: Question, answers: Answers, abnormal: readonly Abnormal[]): Fired | null {
  const answer = answers[question.code];
  const words = typeof answer === "string" ? answer.trim() : "";
  const measured = question.detail === MEASURED ? abnormal : [];
  if (answer !== true && words === "" && measured.length === 0) return null;
  return {
    question: question.code,
    outcome: question.outcome,
    verified: question.verified,
    words,
    abnormal: measured,
  };
}

function isAnswered(answer: Answer | undefined): boolean {
  return typeof answer === "boolean" || typeof answer === "string";
}
