/** Finds people in today's list by what somebody says of them: words of a name in any order, a ticket, four digits. */

import type { Row } from "../core.js";
import { nameKey } from "./names.js";

interface Indexed {
  readonly row: Row;
  /** The name's key between spaces, with Đ kept and with Đ as D. */
  readonly kept: string;
  readonly folded: string;
}

const EXACT = 4;
const BEGINS = 2;
const LAST = Number.MAX_SAFE_INTEGER;

export class Index {
  private readonly rows: readonly Indexed[];

  constructor(rows: readonly Row[]) {
    this.rows = rows.map((row) => {
      const kept = ` ${nameKey(row.name)} `;
      return { row, kept, folded: kept.replaceAll("đ", "d") };
    });
  }

  /** Return the rows that fit every word, the best first. A typed đ finds đ alone, a typed d both. */
  find(text: string, most: number): Row[] {
    const typed = nameKey(text).split(" ").filter(Boolean);
    if (typed.length === 0) return [];
    const found: { row: Row; score: number }[] = [];
    for (const indexed of this.rows) {
      const score = fits(indexed, typed);
      if (score > 0) found.push({ row: indexed.row, score });
    }
    found.sort((one, other) => other.score - one.score || order(one.row, other.row));
    return found.slice(0, most).map(({ row }) => row);
  }
}

function fits({ row, kept, folded }: Indexed, typed: readonly string[]): number {
  let score = 0;
  for (const word of typed) {
    const name = word.includes("đ") ? kept : folded;
    if (name.includes(` ${word} `)) score += EXACT;
    else if (name.includes(` ${word}`)) score += BEGINS;
    else if (isNumberOf(row, word)) score += EXACT;
    else return 0;
  }
  return score;
}

function isNumberOf({ ticket, idEnd, born }: Row, word: string): boolean {
  return word === ticket.toLowerCase() || (word.length === 4 && (word === idEnd || born.startsWith(word)));
}

/** The order of a list that nobody searches: by the hour they were called to, then by ticket and name. */
export function order(one: Row, other: Row): number {
  return (
    (one.startsAt ?? LAST) - (other.startsAt ?? LAST) ||
    (Number.parseInt(one.ticket, 10) || 0) - (Number.parseInt(other.ticket, 10) || 0) ||
    byText(one.ticket, other.ticket) ||
    byText(nameKey(one.name), nameKey(other.name)) ||
    byText(one.key, other.key)
  );
}

/** By code points: a language's own order takes a second over a long list, and keys of names have no accents. */
function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
