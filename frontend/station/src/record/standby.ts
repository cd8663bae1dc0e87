/** Who may be called in when doses are left: as the center told it last, without those who have come since. */

import type { StandbyList } from "../core.js";
import type { StandbyTold } from "./bundle.js";
import { nameKey } from "./names.js";

export function standbyOf({ lists, told_at: asOf }: StandbyTold, hasCome: (person: string) => boolean): readonly StandbyList[] {
  return lists.map(({ session, product, persons }) => ({
    campaignSession: session,
    product,
    asOf: Date.parse(asOf),
    persons: persons
      .filter(({ person }) => !hasCome(person))
      .map(({ told_at, ...told }) => ({ ...told, toldAt: told_at === null ? null : Date.parse(told_at) })),
  }));
}

/** The list as it stands after somebody on it was called. */
export function afterCall(told: StandbyTold, call: { session: string; person: string; state: string; at: number }): StandbyTold {
  const { session, person, state, at } = call;
  const marked = { state, told_at: new Date(at).toISOString() };
  const lists = told.lists.map((list) =>
    list.session === session ? { ...list, persons: list.persons.map((one) => (one.person === person ? { ...one, ...marked } : one)) } : list,
  );
  return { ...told, lists };
}

/** Somebody of the list who has come: received under the id by which the center knows them. */
export interface CalledIn {
  readonly person: string;
  readonly campaignSession: string;
  readonly name: string;
  /** A year, or nothing. */
  readonly born: string;
}

/** Whether what is typed still tells of them: a card may show that somebody else came, who gets an id of their own. */
export function isStill({ name, born }: CalledIn, typed: { readonly name: string; readonly year: string }): boolean {
  return nameKey(typed.name) === nameKey(name) && (born === "" || typed.year.trim() === born);
}
