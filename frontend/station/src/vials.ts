/** What may be in the hand: the open vials, then the lots that lie here; each with what speaks against a dose of it. */

import type { At, Desk, Lot, Product, Station } from "./core.js";
import { dayOf } from "./record/clock.js";

/** From when on before the end of its time a vial warns. Ours: long enough to use up what is left. */
const SOON_MS = 60 * 60_000;

/** Why no dose of this is intended: known before the dose, never after it. */
export type Against = "held" | "expired" | "open-too-long" | "used-up";

export interface Choice {
  readonly key: string;
  readonly lot: string;
  readonly vial: string | null;
  readonly product: Product | null;
  readonly expiresOn: string | null;
  readonly openedAt: At | null;
  readonly useUntilAt: At | null;
  /** Doses left in the vial, or of a lot without one those in the ledger; null where nobody told. */
  readonly doses: number | null;
  readonly against: Against | null;
  /** Milliseconds until its time is over, when that is soon; null otherwise. */
  readonly endsIn: number | null;
}

/** Return the choices, what may be used and expires first before the others. */
export function choicesOf(desk: Desk, now: At): readonly Choice[] {
  const lots = new Map(desk.lots.map((lot) => [lot.number, lot]));
  const product = (code: string | null) => desk.products.find((one) => one.code === code) ?? null;
  const vials = desk.vials.map((vial): Choice => {
    const lot = lots.get(vial.lot);
    const over = vial.useUntilAt !== null && vial.useUntilAt < now;
    return {
      key: `${vial.lot}|${vial.label}`,
      lot: vial.lot,
      vial: vial.label,
      product: product(vial.product ?? lot?.product ?? null),
      expiresOn: lot?.expiresOn ?? null,
      openedAt: vial.openedAt,
      useUntilAt: vial.useUntilAt,
      doses: vial.dosesLeft,
      endsIn: vial.useUntilAt !== null && !over && vial.useUntilAt - now <= SOON_MS ? vial.useUntilAt - now : null,
      against: againstLot(lot, now) ?? (over ? "open-too-long" : vial.dosesLeft <= 0 ? "used-up" : null),
    };
  });
  const whole = desk.lots.map((lot): Choice => ({
    key: `${lot.number}|`,
    lot: lot.number,
    vial: null,
    product: product(lot.product),
    expiresOn: lot.expiresOn,
    openedAt: null,
    useUntilAt: null,
    doses: lot.doses,
    endsIn: null,
    against: againstLot(lot, now) ?? (lot.doses !== null && lot.doses <= 0 ? "used-up" : null),
  }));
  return [...vials, ...whole].sort((one, other) => compare(rank(one), rank(other)));
}

/** What a typed or scanned lot is: the one that lies here, or one that nobody told of yet. Of two days the earlier counts. */
export function typedChoice(desk: Desk, told: { lot: string; vial: string; product: string; expiresOn?: string | null }, now: At): Choice {
  const number = told.lot.trim();
  const lot = desk.lots.find((one) => sameLot(one.number, number));
  const product = desk.products.find((one) => one.code === (lot?.product ?? told.product)) ?? null;
  const expiresOn = earlier(lot?.expiresOn ?? null, told.expiresOn ?? null);
  const held = lot?.held || desk.heldLots.some((one) => sameLot(one, number));
  return {
    key: "",
    lot: lot?.number ?? number,
    vial: told.vial.trim() || null,
    product,
    expiresOn,
    openedAt: null,
    useUntilAt: null,
    doses: told.vial.trim() ? null : (lot?.doses ?? null), // a vial nobody opened here has no count of its own
    endsIn: null,
    against: against({ held, expiresOn }, now),
  };
}

/** The choice as its own code tells it: of two days the earlier counts. */
export function asScanned(choice: Choice, expiresOn: string | null, now: At): Choice {
  const first = earlier(choice.expiresOn, expiresOn);
  if (first === choice.expiresOn) return choice;
  return { ...choice, expiresOn: first, against: choice.against === "held" ? "held" : (against({ held: false, expiresOn: first }, now) ?? choice.against) };
}

export function sameLot(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

/** What is probably in the hand: what was used last at this device, else the first that may be used. */
export function defaultChoice(choices: readonly Choice[], last: string | null): Choice | null {
  const usable = choices.filter((choice) => choice.against === null);
  return usable.find((choice) => choice.key === last) ?? usable[0] ?? null;
}

let chosen: { readonly staff: string | null; readonly key: string } | null = null;

/** This vial is in the hand of who is signed in, until they take another. */
export function takeInHand(station: Station, key: string): void {
  chosen = { staff: station.status.staff?.id ?? null, key };
}

/** The vial that who is signed in has in the hand: taken here, or after a reload the one they drew from last. */
export function inHand(station: Station): string | null {
  const staff = station.status.staff?.id ?? null;
  if (chosen !== null && chosen.staff === staff) return chosen.key;
  return staff === null ? null : (station.desk().inHand[staff] ?? null);
}

export interface Advice {
  /** `open` one more; `use` up the open ones first; `wait` for those still expected; `call` somebody in. */
  readonly say: "open" | "use" | "wait" | "call";
  readonly waiting: number;
  readonly expected: number;
  /** Doses left in open vials that may still be used. */
  readonly left: number;
  /** How many must wait, beyond those doses, for one more vial. */
  readonly need: number;
  readonly source: string;
}

/** What the rule says of opening one more vial of a product; null where no rule is known. An advice, never a refusal. */
export function adviceOf(station: Station, product: Product, now: At): Advice | null {
  const desk = station.desk();
  const rule = desk.openings.find((one) => one.product === product.code) ?? desk.openings.find((one) => one.product === "any");
  if (rule === undefined) return null;
  const counts = station.counts();
  const left = choicesOf(desk, now)
    .filter((choice) => choice.vial !== null && choice.against === null && choice.product?.code === product.code)
    .reduce((sum, choice) => sum + (choice.doses ?? 0), 0);
  const waiting = counts.arrived + counts.screened;
  const need = Math.max(1, Math.ceil((product.dosesPerVial * rule.waitingPercent) / 100));
  const beyond = waiting - left;
  const say = beyond >= need ? "open" : left > 0 && beyond <= 0 ? "use" : beyond + counts.expected >= need ? "wait" : "call";
  return { say, waiting, expected: counts.expected, left, need, source: rule.source };
}

function againstLot(lot: Lot | undefined, now: At): Against | null {
  return lot === undefined ? null : against(lot, now);
}

function against({ held, expiresOn }: Pick<Lot, "held" | "expiresOn">, now: At): Against | null {
  if (held) return "held";
  return expiresOn && expiresOn < dayOf(now) ? "expired" : null;
}

function earlier(one: string | null, other: string | null): string | null {
  return one === null || (other !== null && other < one) ? other : one;
}

function rank(choice: Choice): string {
  return [choice.against === null ? 0 : 1, choice.vial === null ? 1 : 0, choice.expiresOn ?? "9999", choice.key].join(" ");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
