/**
 * GS1 element strings as a scanner gives them: the twin of `kernel/gs1.py`, held to the same cases. Identifiers run
 * together, FNC1 stands as the group separator, the symbol's own name (`]d2`) before it.
 */

const SEPARATOR = "\x1d";
const SYMBOLOGY = /^\](?:C1|e0|d2|Q3|J1)/;
const TEXT = /^[A-Za-z0-9!"%&'()*+,\-./_:;<=>?]+$/;

/** What was read of a vial or a box; null for what its code does not tell. */
export interface Elements {
  readonly gtin: string | null;
  readonly lot: string | null;
  readonly serial: string | null;
  readonly expires_on: string | null;
}

/** Why a code cannot be read, in the words of `ElementCode`. */
export class Gs1Error extends Error {}

interface Shape {
  readonly shortest: number;
  readonly longest: number;
  readonly digits?: boolean;
  readonly checked?: boolean;
  readonly separated?: boolean;
}

const fixed = (length: number, checked = false): Shape => ({ shortest: length, longest: length, digits: true, checked });
const variable = (longest: number, digits = false): Shape => ({ shortest: 1, longest, digits, separated: true });
const all = (names: readonly string[], shape: Shape): readonly (readonly [string, Shape])[] => names.map((name) => [name, shape]);
const from = (first: number, last: number): readonly string[] => Array.from({ length: last - first + 1 }, (_, at) => String(first + at));

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ...all(["00"], fixed(18, true)),
  ...all(["01", "02"], fixed(14, true)),
  ...all(["11", "12", "13", "15", "16", "17"], fixed(6)),
  ...all(["20"], fixed(2)),
  ...all(["10", "21", "22", ...from(710, 716)], variable(20)),
  ...all(["30", "37"], variable(8, true)),
  ...all(["240", "241", "250", "251", "400"], variable(30)),
  ...all(["410", "414"], fixed(13, true)),
  ...all(["7003"], { shortest: 10, longest: 10, digits: true, separated: true }),
  ...all(from(91, 99), variable(90)),
]);

/** Tell whether a scanned text came from a symbol of GS1's, with FNC1 in front. */
export function isGs1(scanned: string): boolean {
  return SYMBOLOGY.test(scanned);
}

/** Read a scanned element string; `today` decides the century of two-digit years. Throws a Gs1Error with the reason. */
export function parseGs1(scanned: string, today: string): Elements {
  const values = new Map<string, string>();
  for (const [name, value] of elements(scanned.replace(SYMBOLOGY, ""))) {
    check(SHAPES.get(name)!, value);
    if ((values.get(name) ?? value) !== value) throw new Gs1Error("two-values");
    values.set(name, value);
  }
  if (values.size === 0) throw new Gs1Error("empty");
  const dayOf = (name: string): string | null => (values.has(name) ? day(values.get(name)!, today) : null);
  dayOf("11");
  return { gtin: values.get("01") ?? null, lot: values.get("10") ?? null, serial: values.get("21") ?? null, expires_on: dayOf("17") };
}

function* elements(text: string): Generator<readonly [name: string, value: string]> {
  let rest = text.startsWith(SEPARATOR) ? text.slice(1) : text;
  while (rest) {
    const name = [2, 3, 4].map((length) => rest.slice(0, length)).find((begins) => SHAPES.has(begins));
    if (name === undefined) throw new Gs1Error("identifier-unknown");
    rest = rest.slice(name.length);
    const { separated, longest } = SHAPES.get(name)!;
    const end = separated ? (rest + SEPARATOR).indexOf(SEPARATOR) : longest;
    yield [name, rest.slice(0, end)];
    rest = rest.slice(end);
    if (rest.startsWith(SEPARATOR)) rest = rest.slice(1);
  }
}

function check({ shortest, longest, digits, checked }: Shape, value: string): void {
  if (value.length < shortest) throw new Gs1Error("too-short");
  if (value.length > longest) throw new Gs1Error("too-long");
  if (digits && !/^\d+$/.test(value)) throw new Gs1Error("not-digits");
  if (!TEXT.test(value)) throw new Gs1Error("letter-not-allowed");
  if (checked && checkDigit(value.slice(0, -1)) !== value.slice(-1)) throw new Gs1Error("check-digit-wrong");
}

/** Weights 3 and 1 from the right, up to the next ten. */
function checkDigit(body: string): string {
  const total = [...body].reverse().reduce((sum, digit, place) => sum + Number(digit) * (place % 2 === 0 ? 3 : 1), 0);
  return String((10 - (total % 10)) % 10);
}

/** A day 00 is the last of its month; a year lies at most 49 years back or 50 ahead of today's. */
function day(value: string, today: string): string {
  const now = Number(today.slice(0, 4));
  const [short, month, date] = [0, 2, 4].map((at) => Number(value.slice(at, at + 2))) as [number, number, number];
  const ahead = short - (now % 100);
  const year = now - (now % 100) + short + (ahead >= 51 ? -100 : ahead <= -50 ? 100 : 0);
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || date > last) throw new Gs1Error("no-such-day");
  return [year, month, date || last].map((part) => String(part).padStart(2, "0")).join("-");
}
