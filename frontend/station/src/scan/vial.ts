/** What the code of a vial or box says, held against what lies here: what is in the hand, and what is to be told of it. */

import { Gs1Error, isGs1, parseGs1 } from "../../../src/rules/gs1.js";
import type { Desk } from "../core.js";
import { sameLot } from "../vials.js";

/** What is in the hand: a vial or lot by its key, or, where that is empty, what is typed or was scanned. */
export interface Hand {
  readonly key: string;
  readonly lot: string;
  readonly vial: string;
  readonly product: string;
  /** The day that the code itself tells. */
  readonly expiresOn?: string | null;
}

export type Saying = "not-a-vial" | "unreadable" | "no-lot" | "unknown-lot" | "expiry-differs";

export interface Scanned {
  readonly hand: Hand | null;
  readonly saying: Saying | null;
  readonly lot: string;
  readonly expiresOn: string | null;
}

const nothing = (saying: Saying): Scanned => ({ hand: null, saying, lot: "", expiresOn: null });

/** Choose by a scanned code. Without FNC1 in front it is no code of GS1's, and nothing is guessed from it. */
export function scannedVial(text: string, desk: Desk, day: string): Scanned {
  if (!isGs1(text)) return nothing("not-a-vial");
  let told: ReturnType<typeof parseGs1>;
  try {
    told = parseGs1(text, day);
  } catch (fault) {
    if (fault instanceof Gs1Error) return nothing("unreadable");
    throw fault;
  }
  if (told.lot === null) return nothing("no-lot");
  const known = desk.lots.find((one) => sameLot(one.number, told.lot!));
  const lot = known?.number ?? told.lot;
  const opened = desk.vials.find((one) => one.lot === lot && one.label === told.serial);
  const expiresOn = told.expires_on;
  const differs = expiresOn !== null && known?.expiresOn != null && known.expiresOn !== expiresOn;
  const hand = { key: opened ? `${opened.lot}|${opened.label}` : "", lot, vial: told.serial ?? "", product: opened?.product ?? "", expiresOn };
  return { hand, saying: known === undefined ? "unknown-lot" : differs ? "expiry-differs" : null, lot, expiresOn };
}
