/**
 * Judges one dose against a person's others: the twin of `tiemchung/domain/vaccines/rules/plain.py`. Both are held to
 * the golden cases of `tests/conformance/rules/`; whoever changes one changes the other.
 */

export type Kind = "primary" | "additional" | "booster1" | "booster2" | "any-after-infection";

export interface Condition {
  readonly text: string;
  readonly kind: "decision" | "age" | "primary-series";
  readonly ages: readonly [number, number] | null;
}

export interface Product {
  readonly code: string;
  readonly min_age: number;
  readonly doses_primary: number;
  readonly interval_min_days: number | null;
  readonly child_ages: readonly [number, number] | null;
}

/** Days are ISO dates; `ends_on` is the first day on which the rule holds no longer. */
export interface Rule {
  readonly line: number;
  readonly kind: Kind;
  readonly previous: readonly string[];
  readonly next: readonly string[];
  readonly same_allowed: boolean;
  readonly specificity: number;
  readonly min_days: number;
  readonly absolute_min_days: number | null;
  readonly grace_days: number;
  readonly starts_on: string;
  readonly ends_on: string | null;
  readonly condition: Condition | null;
}

export interface Decision {
  readonly province: string;
  readonly rule_line: number;
  readonly min_days: number | null;
  readonly starts_on: string;
  readonly ends_on: string | null;
}

export interface Book {
  readonly products: Readonly<Record<string, Product>>;
  readonly rules: readonly Rule[];
  readonly decisions: readonly Decision[];
}

export interface Prior {
  readonly product: string;
  readonly given_on: string;
}

export interface Proposed extends Prior {
  readonly born_earliest: string | null;
  readonly born_latest: string | null;
  readonly province: string | null;
  readonly prior: readonly Prior[];
  readonly conditions: readonly string[];
}

/** Severity as stored: 1 notes, 2 warns, 3 blocks. */
export interface Finding {
  readonly code: string;
  readonly severity: number;
  readonly days_missing: number | null;
}

const NOTES = 1;
const WARNS = 2;
const BLOCKS = 3;
const A_DAY = 86_400_000;
const A_YEAR = 10_000;

/** Tell what is found in a dose. Nothing else is judged of a dose whose product nobody knows. */
export function judge(dose: Proposed, book: Book): readonly Finding[] {
  const product = book.products[dose.product];
  if (product === undefined) return [finding("product-unknown", WARNS)];
  const others = [...dose.prior].sort((one, other) => compare(one.given_on, other.given_on));
  const before = others.filter((other) => other.given_on <= dose.given_on);
  const after = others.slice(before.length);
  const found: Finding[] = isTooYoung(dose, product, book) ? [finding("too-young", BLOCKS)] : [];
  if (before.length > 0) found.push(...judgePair(before, dose, dose, book));
  const next = after[0];
  if (next !== undefined) found.push(...judgePair([...before, dose], next, dose, book));
  return merged(found);
}

function judgePair(before: readonly Prior[], following: Prior, dose: Proposed, book: Book): Finding[] {
  const previous = last(before);
  const waited = daysBetween(previous.given_on, following.given_on);
  const rule = ruleFor(before, following, dose, book);
  if (rule !== null) {
    const needed = waitTold(rule, following.given_on, dose, book);
    return waited < needed ? [tooShort(waited, needed, rule)] : [];
  }
  const product = book.products[previous.product];
  const label = product?.interval_min_days ?? null;
  const found = withoutRule(before, following, book);
  if (label !== null && waited < label) found.push(tooShort(waited, label, null));
  if (found.length === 0 && label === null) found.push(finding("doctor-decides", NOTES));
  return found;
}

function withoutRule(before: readonly Prior[], following: Prior, book: Book): Finding[] {
  if (before.length >= seriesDoses(before, book)) return [finding("dose-after-series", WARNS)];
  const previous = last(before).product;
  const known = book.products[previous] !== undefined && book.products[following.product] !== undefined;
  return known && previous !== following.product ? [finding("product-mix", WARNS)] : [];
}

function ruleFor(before: readonly Prior[], following: Prior, dose: Proposed, book: Book): Rule | null {
  const series = seriesDoses(before, book);
  if (before.length < series) return best("primary", last(before).product, following, dose, book);
  const primary = before[series - 1]?.product ?? "";
  let beyond = before.length - series;
  if (beyond === 0) {
    const additional = best("additional", primary, following, dose, book);
    if (additional !== null) return additional;
  }
  // Who needed an additional dose to complete the series has it behind them: the boosters move on by one.
  if (beyond > 0 && needsAdditional(primary, following, dose, book)) beyond -= 1;
  if (beyond > 1) return null;
  return best(beyond === 0 ? "booster1" : "booster2", primary, following, dose, book);
}

function seriesDoses(before: readonly Prior[], book: Book): number {
  const first = book.products[before[0]?.product ?? ""];
  return first === undefined ? before.length + 1 : first.doses_primary;
}

function needsAdditional(primary: string, following: Prior, dose: Proposed, book: Book): boolean {
  return book.rules.some(
    (rule) =>
      rule.kind === "additional" &&
      holdsOn(rule, following.given_on) &&
      rule.previous.includes(primary) &&
      holds(rule, following.given_on, dose, book),
  );
}

function best(kind: Kind, previous: string, following: Prior, dose: Proposed, book: Book): Rule | null {
  const found = book.rules.filter(
    (rule) =>
      rule.kind === kind &&
      holdsOn(rule, following.given_on) &&
      joins(rule, previous, following.product) &&
      holds(rule, following.given_on, dose, book),
  );
  return found.reduce<Rule | null>((known, rule) => (known === null || outranks(rule, known) ? rule : known), null);
}

/** The condition that holds goes before, then the narrower words, the later day, the later line. */
function outranks(rule: Rule, other: Rule): boolean {
  const order =
    Number(rule.condition !== null) - Number(other.condition !== null) ||
    rule.specificity - other.specificity ||
    compare(rule.starts_on, other.starts_on) ||
    rule.line - other.line;
  return order > 0;
}

function joins(rule: Rule, previous: string, following: string): boolean {
  if (!rule.previous.includes(previous)) return false;
  return rule.next.includes(following) || (rule.same_allowed && following === previous);
}

function holds(rule: Rule, day: string, dose: Proposed, book: Book): boolean {
  const condition = rule.condition;
  if (condition === null || condition.kind === "primary-series") return true;
  if (condition.kind === "age") return certainlyAged(condition, day, dose);
  return dose.conditions.includes(condition.text) || decisionFor(rule, day, dose, book) !== null;
}

function certainlyAged(condition: Condition, day: string, dose: Proposed): boolean {
  if (condition.ages === null || dose.born_earliest === null || dose.born_latest === null) return false;
  const [lowest, highest] = condition.ages;
  return fullYears(dose.born_latest, day) >= lowest && fullYears(dose.born_earliest, day) <= highest;
}

function decisionFor(rule: Rule, day: string, dose: Proposed, book: Book): Decision | null {
  if (rule.condition === null) return null;
  const found = book.decisions.filter(
    (decision) => decision.province === dose.province && decision.rule_line === rule.line && holdsOn(decision, day),
  );
  return found.reduce<Decision | null>(
    (known, decision) => (known === null || decision.starts_on > known.starts_on ? decision : known),
    null,
  );
}

function waitTold(rule: Rule, day: string, dose: Proposed, book: Book): number {
  return decisionFor(rule, day, dose, book)?.min_days ?? rule.min_days;
}

function isTooYoung(dose: Proposed, product: Product, book: Book): boolean {
  if (dose.born_earliest === null) return false;
  const oldest = fullYears(dose.born_earliest, dose.given_on);
  if (oldest >= product.min_age) return false;
  if (product.child_ages === null || !childAgesHold(product, dose.given_on, book)) return true;
  const youngest = fullYears(dose.born_latest ?? dose.born_earliest, dose.given_on);
  const [lowest, highest] = product.child_ages;
  return oldest < lowest || youngest > highest;
}

function childAgesHold(product: Product, day: string, book: Book): boolean {
  return book.rules.some(
    (rule) => rule.condition?.kind === "age" && rule.next.includes(product.code) && rule.starts_on <= day,
  );
}

function tooShort(waited: number, needed: number, rule: Rule | null): Finding {
  const missing = needed - waited;
  let severity = WARNS;
  if (rule !== null && rule.absolute_min_days !== null && waited < rule.absolute_min_days) severity = BLOCKS;
  else if (rule !== null && missing <= rule.grace_days) severity = NOTES;
  return { code: "interval-too-short", severity, days_missing: missing };
}

/** Return one finding of each code, the heavier, then the one that misses more days, in order of the codes. */
function merged(found: readonly Finding[]): readonly Finding[] {
  const worst = new Map<string, Finding>();
  for (const one of found) {
    const known = worst.get(one.code);
    const heavier =
      known === undefined ||
      one.severity > known.severity ||
      (one.severity === known.severity && (one.days_missing ?? 0) > (known.days_missing ?? 0));
    if (heavier) worst.set(one.code, one);
  }
  return [...worst.values()].sort((one, other) => compare(one.code, other.code));
}

function holdsOn(term: { readonly starts_on: string; readonly ends_on: string | null }, day: string): boolean {
  return term.starts_on <= day && (term.ends_on === null || day < term.ends_on);
}

/** Return the age in full years; who was born on 29 February completes a year on 1 March. */
function fullYears(born: string, day: string): number {
  return Math.floor((asNumber(day) - asNumber(born)) / A_YEAR);
}

function asNumber(day: string): number {
  return Number(day.replaceAll("-", ""));
}

function daysBetween(first: string, then: string): number {
  return Math.round((Date.parse(`${then}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / A_DAY);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function last(doses: readonly Prior[]): Prior {
  const found = doses[doses.length - 1];
  if (found === undefined) throw new RangeError("a pair needs a dose before it");
  return found;
}

function finding(code: string, severity: number): Finding {
  return { code, severity, days_missing: null };
}
