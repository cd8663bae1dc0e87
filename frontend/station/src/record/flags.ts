/** What takes two rows of a day to see: one human being here twice, dosed twice, or another of the same name. */

import type { Flag, Row, Visit } from "../core.js";
import { nameKey } from "./names.js";

const YEAR_DIGITS = 4;

/** Return the rows with the flags that they get beside each other; `one` tells under which id a human being is counted. */
export function flaggedTogether(
  rows: readonly Visit[],
  one: (person: string) => string,
): Row[] {
  const visitsOf = new Map<string, number>();
  const namesakes = new Map<string, Set<string>>();
  const sameName = (row: Row): string => `${nameKey(row.name)}|${row.born.slice(0, YEAR_DIGITS)}`;
  const dosed = new Map<string, number>();
  for (const row of rows) {
    const human = one(row.person);
    if (row.visit !== null && row.stage !== "wrong-person") visitsOf.set(human, (visitsOf.get(human) ?? 0) + 1);
    dosed.set(human, (dosed.get(human) ?? 0) + row.doses.filter((dose) => dose.voided === null).length);
    if (row.name !== "") namesakes.set(sameName(row), (namesakes.get(sameName(row)) ?? new Set()).add(human));
  }
  return rows.map((row) => {
    const human = one(row.person);
    const flags = new Set<Flag>(row.flags);
    if ((visitsOf.get(human) ?? 0) > 1) flags.add("opened-twice");
    if ((dosed.get(human) ?? 0) > 1) flags.add("dosed-twice");
    if ((namesakes.get(sameName(row))?.size ?? 0) > 1) flags.add("namesake");
    return flags.size === row.flags.length ? row : { ...row, flags: [...flags] };
  });
}
