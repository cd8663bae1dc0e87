/** By what a row is put in order, searched, and taken for another's namesake: worked out once for as long as the row is the same. */

import type { Row, Visit } from "../core.js";
import { nameKey } from "./names.js";

const YEAR_DIGITS = 4;
const LAST = Number.MAX_SAFE_INTEGER;

export interface Marks {
  readonly startsAt: number;
  readonly number: number;
  readonly name: string;
  /** The name's key between spaces, with Đ kept and with Đ as D. */
  readonly kept: string;
  readonly folded: string;
  /** Name and birth year, as others may have them. */
  readonly alike: string;
}

/** A row as it is held: a hall's list is made again after every entry, and of its 9,000 rows one has changed. */
export interface Held extends Visit {
  readonly marks: Marks;
  /** The row as it was shown last, with flags that it has beside others. */
  beside?: Held;
}

export function marksOf({ name, born, ticket, startsAt }: Pick<Row, "name" | "born" | "ticket" | "startsAt">): Marks {
  const key = nameKey(name);
  const kept = ` ${key} `;
  return {
    startsAt: startsAt ?? LAST,
    number: Number.parseInt(ticket, 10) || 0,
    name: key,
    kept,
    folded: kept.replaceAll("đ", "d"),
    alike: `${key}|${born.slice(0, YEAR_DIGITS)}`,
  };
}

/** The order of a list that nobody searches: by the hour they were called to, then by ticket and name. */
export function order(one: Held, other: Held): number {
  return (
    one.marks.startsAt - other.marks.startsAt ||
    one.marks.number - other.marks.number ||
    byText(one.ticket, other.ticket) ||
    byText(one.marks.name, other.marks.name) ||
    byText(one.key, other.key)
  );
}

/** By code points: a language's own order takes a second over a long list, and keys of names have no accents. */
function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
