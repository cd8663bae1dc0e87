/** What takes two rows of a day to see: one human being here twice, dosed twice, or another of the same name. */

import type { Flag } from "../core.js";
import type { Held } from "./marks.js";

/** Return the rows with the flags that they get beside each other; `one` tells under which id a human being is counted. */
export function flaggedTogether(
  rows: readonly Held[],
  one: (person: string) => string,
): Held[] {
  const visits = new Map<string, number>();
  const dosed = new Map<string, number>();
  /** Who alone has a name and birth year; null where several have. */
  const named = new Map<string, string | null>();
  for (const row of rows) {
    const human = one(row.person);
    if (row.visit !== null && row.stage !== "wrong-person") visits.set(human, (visits.get(human) ?? 0) + 1);
    for (const dose of row.doses) if (dose.voided === null) dosed.set(human, (dosed.get(human) ?? 0) + 1);
    if (row.name === "") continue;
    const { alike } = row.marks;
    const holder = named.get(alike);
    if (holder === undefined) named.set(alike, human);
    else if (holder !== human) named.set(alike, null);
  }
  return rows.map((row) => {
    const human = one(row.person);
    const beside: Flag[] = [];
    if ((visits.get(human) ?? 0) > 1) beside.push("opened-twice");
    if ((dosed.get(human) ?? 0) > 1) beside.push("dosed-twice");
    if (named.get(row.marks.alike) === null) beside.push("namesake");
    const more = beside.filter((flag) => !row.flags.includes(flag));
    return more.length === 0 ? row : withFlags(row, [...row.flags, ...more]);
  });
}

function withFlags(row: Held, flags: readonly Flag[]): Held {
  const { beside, ...alone } = row;
  if (beside?.flags.join() === flags.join()) return beside;
  return (row.beside = { ...alone, flags });
}
