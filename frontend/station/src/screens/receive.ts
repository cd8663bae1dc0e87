/** What the first desk's form begins with, handed over by whoever leads there. */

import { go } from "../nav";
import type { CardRead } from "../person";
import type { CalledIn } from "../record/standby";

let handed: CardRead | null = null;
let called: CalledIn | null = null;

/** Receive whoever a code names that is on no list, with what a card or a certificate says. */
export function receive(card: CardRead | null): void {
  handed = card;
  go("arrive");
}

/** Receive somebody of the stand-by list: the form begins with what the list says, and a card tells the rest. */
export function receiveCalledIn(one: CalledIn): void {
  called = one;
  receive({ number: "", name: one.name, born: one.born, sex: "unknown" });
}

/** What was handed over, once. */
export function taken(): { card: CardRead | null; calledIn: CalledIn | null } {
  const both = { card: handed, calledIn: called };
  handed = called = null;
  return both;
}
