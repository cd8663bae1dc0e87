/** Finds people in today's list by what somebody says of them: words of a name in any order, a ticket, four digits. */

import type { Row } from "../core.js";
import { type Held, order } from "./marks.js";
import { nameKey } from "./names.js";

const EXACT = 4;
const BEGINS = 2;

export class Index {
  constructor(private readonly rows: readonly Held[]) {}

  /** Return the rows that fit every word, the best first. A typed đ finds đ alone, a typed d both. */
  find(text: string, most: number): Row[] {
    const typed = nameKey(text).split(" ").filter(Boolean);
    if (typed.length === 0) return [];
    const found: { row: Held; score: number }[] = [];
    for (const row of this.rows) {
      const score = fits(row, typed);
      if (score > 0) found.push({ row, score });
    }
    found.sort((one, other) => other.score - one.score || order(one.row, other.row));
    return found.slice(0, most).map(({ row }) => row);
  }
}

function fits(row: Held, typed: readonly string[]): number {
  const { kept, folded } = row.marks;
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
