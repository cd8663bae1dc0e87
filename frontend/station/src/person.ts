/** What is said of a person: age by a birth date that may be a year alone, and what an identity number tells. */

import { day as written, dayFrom } from "./format";
import { hasWord, w } from "./words";

const OF_AGE = 18;
const OLDEST_YEARS = 130; // nobody has lived longer; the bound only catches slips of the finger

export interface Holder {
  readonly year: number;
  readonly sex: "male" | "female";
}

/** The first and the last day on which somebody of this birth date may have been born; null where nothing is known. */
export function bornBetween(born: string): readonly [earliest: string, latest: string] | null {
  const [year, month, date] = born.split("-");
  if (!year) return null;
  if (month && date) return [born, born];
  if (month) {
    const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
    return [`${year}-${month}-01`, `${year}-${month}-${last}`];
  }
  return [`${year}-01-01`, `${year}-12-31`];
}

/** The age in full years. */
export function yearsBetween(bornOn: string, day: string): number {
  return Math.floor((Number(day.replaceAll("-", "")) - Number(bornOn.replaceAll("-", ""))) / 10_000);
}

/** The ages that somebody may have, the youngest first; one where the birthday is known or has no matter. */
export function agesOf(born: string, day: string): readonly number[] {
  const between = bornBetween(born);
  if (between === null) return [];
  return [...new Set([yearsBetween(between[1], day), yearsBetween(between[0], day)])];
}

/** Who may be under age: of whom only the year is known, the younger counts. */
export function isMinor(born: string, day: string): boolean {
  const youngest = agesOf(born, day)[0];
  return youngest !== undefined && youngest < OF_AGE;
}

/** Birth and age in a line: the day and full years, or the year alone where nobody knows more. */
export function ageLine(born: string, day: string): string {
  const parts = born.split("-");
  if (!parts[0]) return w("person.born-unknown");
  if (parts.length < 3) return w("person.year-only", { year: parts[0] });
  return `${written(born)} · ${w("person.years", { n: yearsBetween(born, day) })}`;
}

/** The facts under a name: birth and age, sex, the last four of the number. */
export function factsOf(one: { born: string; sex: string; idEnd: string }, day: string): string {
  return [ageLine(one.born, day), sexWord(one.sex), idWord(one.idEnd)].filter(Boolean).join(" · ");
}

export function sexWord(sex: string): string {
  return sex !== "unknown" && hasWord(`sex.${sex}`) ? w(`sex.${sex}`) : "";
}

export function idWord(idEnd: string): string {
  return idEnd ? w("person.id-end", { end: idEnd }) : "";
}

/** A birth date typed in three fields: a year, a year and month, or a day; null when there is no such date. */
export function bornTyped(year: string, month: string, date: string, today: string): string | null {
  if (!/^\d{4}$/.test(year) || (date !== "" && month === "")) return null;
  const told = [year, ...[month, date].filter(Boolean).map((part) => part.padStart(2, "0"))].join("-");
  const whole = dayFrom(year, month || "1", date || "1");
  const earliest = whole === null ? null : (bornBetween(told)?.[0] ?? null);
  if (earliest === null || earliest > today || yearsBetween(earliest, today) > OLDEST_YEARS) return null;
  return told;
}

/** Whose personal number this is by its own digits: sex and century, then the year. Null for anything else. */
export function holderOf(number: string): Holder | null {
  if (!/^\d{3}[0-5]\d{8}$/.test(number)) return null;
  const century = Number(number[3]);
  return { year: 1900 + Math.floor(century / 2) * 100 + Number(number.slice(4, 6)), sex: century % 2 === 0 ? "male" : "female" };
}

/** What the code on an identity card says: number, old number, name, birth day, sex, address, day of issue. */
export interface CardRead {
  readonly number: string;
  readonly name: string;
  readonly born: string;
  readonly sex: "male" | "female" | "unknown";
  /** The dose that a certificate tells of; a card tells of none. */
  readonly dose?: { readonly number: number; readonly on: string } | null;
}

/** So many fields the code has: cards of 2016 tell less than those since 2021. */
const CARD_FIELDS = [6, 8] as const;

export function readCard(text: string): CardRead | null {
  const fields = text.trim().split("|");
  const [number = "", , name = "", told = "", sex = ""] = fields;
  if (fields.length < CARD_FIELDS[0] || fields.length > CARD_FIELDS[1] || !/^\d{12}$/.test(number) || !name) return null;
  const found = /^(\d{2})(\d{2})(\d{4})$/.exec(told);
  const born = found ? dayFrom(found[3]!, found[2]!, found[1]!) : null;
  const said = sex.trim().toLowerCase();
  return { number, name: name.trim(), born: born ?? "", sex: said === "nam" ? "male" : said.startsWith("n") ? "female" : "unknown" };
}
