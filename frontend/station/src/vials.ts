/** What may be in the hand: the open vials, then the lots that lie here; each with what speaks against a dose of it. */

import type { At, Desk, Lot, Product } from "./core";
import { dayOf } from "./format";

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
    against: againstLot(lot, now) ?? (lot.doses !== null && lot.doses <= 0 ? "used-up" : null),
  }));
  return [...vials, ...whole].sort((one, other) => compare(rank(one), rank(other)));
}

/** What a typed lot is: the one that lies here, or one that nobody told of yet. */
export function typedChoice(desk: Desk, told: { lot: string; vial: string; product: string }, now: At): Choice {
  const number = told.lot.trim();
  const lot = desk.lots.find((one) => one.number.toUpperCase() === number.toUpperCase());
  const product = desk.products.find((one) => one.code === (lot?.product ?? told.product)) ?? null;
  return {
    key: "",
    lot: lot?.number ?? number,
    vial: told.vial.trim() || null,
    product,
    expiresOn: lot?.expiresOn ?? null,
    openedAt: null,
    useUntilAt: null,
    doses: lot?.doses ?? null,
    against: againstLot(lot, now),
  };
}

/** What is probably in the hand: what was used last at this device, else the first that may be used. */
export function defaultChoice(choices: readonly Choice[], last: string | null): Choice | null {
  const usable = choices.filter((choice) => choice.against === null);
  return usable.find((choice) => choice.key === last) ?? usable[0] ?? null;
}

function againstLot(lot: Lot | undefined, now: At): Against | null {
  if (lot?.held) return "held";
  return lot?.expiresOn && lot.expiresOn < dayOf(now) ? "expired" : null;
}

function rank(choice: Choice): string {
  return [choice.against === null ? 0 : 1, choice.vial === null ? 1 : 0, choice.expiresOn ?? "9999", choice.key].join(" ");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
