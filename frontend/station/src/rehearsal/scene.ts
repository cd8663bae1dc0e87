/**
 * A day of invented people, made from a seed: the list of a site with a few things planted in it, each of which a team meets
 * sooner or later. Whoever plays a person reads on a card what to say. Nothing here was ever true of anybody.
 */

import { evaluate, type Outcome } from "../../../src/rules/screening.js";
import { judge } from "../../../src/rules/intervals.js";
import type { FormShown, Sex } from "../core.js";
import { type Bundle, type BundledProduct, bookOf, FORMAT, type ListedPerson } from "../record/bundle.js";
import { dayOf } from "../record/clock.js";
import { Ids } from "../wire/ids.js";
import { type Chance, chance } from "./chance.js";
import { type Invented, invent, namesake } from "./people.js";

/** What a site works with that is no secret and nobody's: the server gives it to any tablet. */
export interface Ground extends Pick<Bundle, "rules" | "decisions" | "forms" | "openings"> {
  /** The day on which all this holds: the rehearsed one. */
  readonly day: string;
  readonly products: readonly (BundledProduct & { readonly approved_on?: string | null })[];
}

/** What is planted. Of each there is one in twenty people; anaphylaxis happens once a day. */
export const PARTS = ["contraindicated", "defer", "too-early", "namesake", "walk-in", "anaphylaxis"] as const;
export type Part = (typeof PARTS)[number];

/** What somebody plays: who they are, and what they say or what happens to them. */
export interface Card extends Invented {
  readonly person: string;
  readonly part: Part | null;
  /** The question of the screening form that they answer with yes, in both languages; null: no to all. */
  readonly yes: readonly [vi: string, en: string] | null;
}

/** The lots of the day by what is wrong with them. */
export interface Planted {
  readonly heldLot: string;
  readonly expiredLot: string;
  readonly oldVial: string;
}

export interface Scene {
  readonly bundle: Bundle;
  readonly cards: readonly Card[];
  readonly planted: Planted;
}

/** Under which name a rehearsal's site goes: no site of any directory has it. */
export const NO_SITE = "tap-duot";
/** One of each planted part for so many people. Ours. */
const ONE_IN = 20;
const [YOUNGEST, OLDEST] = [19, 78];
const A_DAY_MS = 86_400_000;
const A_QUARTER_MS = 15 * 60_000;
const TOLERABLE_MS = 8 * 3_600_000;
const LOT_DAYS = 90;
const PREVIOUS_DAYS = [200, 120, 84, 56, 28] as const;
const HURRIED_DAYS = 3;
const A_QUARTERS_PEOPLE = 4;
const SECONDS_SHARE = 0.3;

export function sceneOf(ground: Ground, { seed, people, beginsAt }: { seed: number; people: number; beginsAt: number }): Scene {
  const draw = chance(seed);
  const ids = new Ids();
  const id = () => ids.next(beginsAt);
  const product = productOf(ground);
  const day = dayOf(beginsAt);
  const session = id();
  const cards = castOf(ground, { draw, people, day, id });
  const listed = cards
    .filter((card) => card.part !== "walk-in")
    .map((card, place): ListedPerson => ({
      ...listedAs(card, { draw, product, day, ground }),
      appointment: id(),
      session,
      starts_at: new Date(beginsAt + Math.floor(place / A_QUARTERS_PEOPLE) * A_QUARTER_MS).toISOString(),
      reference: draw.letters(8),
    }));
  const lot = (letters: string) => `${letters}${String(1000 + draw.below(9000))}`;
  const [good, heldLot, expiredLot] = [lot("TDA"), lot("TDB"), lot("TDC")];
  const oldVial = `${good}-CU`;
  const expires = (days: number) => dayOf(beginsAt + days * A_DAY_MS);
  const doses = people * 2;
  const bundle: Bundle = {
    ...ground,
    format: FORMAT,
    version: 1,
    issued_at: new Date(beginsAt).toISOString(),
    device: "",
    site: { code: NO_SITE },
    sessions: [{ id: session, product: product.code, state: "planned" }],
    communes: [],
    staff: [],
    lots: [
      { lot: good, product: product.code, expires_on: expires(LOT_DAYS), doses, held_since: null },
      { lot: heldLot, product: product.code, expires_on: expires(LOT_DAYS), doses, held_since: new Date(beginsAt).toISOString() },
      { lot: expiredLot, product: product.code, expires_on: expires(-1), doses, held_since: null },
    ],
    vials: [{ lot: good, vial: oldVial, doses: Math.max(1, Math.floor(product.doses_per_vial / 2)), opened_at: new Date(beginsAt - TOLERABLE_MS).toISOString() }],
    held_lots: [{ number: heldLot }],
    devices_cut_off: [],
    list: { day, token_key: "", persons: listed },
  };
  return { bundle, cards, planted: { heldLot, expiredLot, oldVial } };
}

/** The first approved of those whose vials hold several doses, where there is one: what is left over has to be thought of. */
function productOf({ products }: Ground): BundledProduct {
  const rank = ({ doses_per_vial, doses_primary, approved_on }: Ground["products"][number]) =>
    `${doses_per_vial > 1 && doses_primary > 1 ? 0 : 1}${approved_on ?? "9"}`;
  const found = [...products].sort((one, other) => (rank(one) < rank(other) ? -1 : 1))[0];
  if (found === undefined) throw new Error("the reference data names no product");
  return found;
}

/** Everybody of the day: the planted parts first drawn, then shuffled among the others. */
function castOf(ground: Ground, { draw, people, day, id }: { draw: Chance; people: number; day: string; id: () => string }): Card[] {
  const year = Number(day.slice(0, 4));
  const some = () => invent(draw, { youngest: year - OLDEST, oldest: year - YOUNGEST });
  const each = Math.ceil(people / ONE_IN);
  const parts: Part[] = PARTS.flatMap((part) => Array.from({ length: part === "anaphylaxis" ? 1 : each }, () => part));
  const cards: Card[] = [];
  const add = (one: Invented, part: Part | null) => cards.push({ ...one, person: id(), part, yes: yesOf(ground, part, year - Number(one.born.slice(0, 4))) });
  for (const part of parts) {
    const one = some();
    if (part === "namesake") add(namesake(draw, one), part);
    add(one, part);
  }
  while (cards.filter((card) => card.part !== "walk-in").length < people) add(some(), null);
  return draw.shuffled(cards);
}

/** The question to which this part says yes: one that alone leads to its outcome in the form for this age. */
function yesOf({ forms }: Ground, part: Part | null, age: number): readonly [string, string] | null {
  const outcome: Outcome | null = part === "contraindicated" ? "contraindicated" : part === "defer" ? "defer" : null;
  if (outcome === null) return null;
  const fits = (form: FormShown) => form.kind === "screening" && (form.min_age ?? 0) <= age && age <= (form.max_age ?? Number.POSITIVE_INFINITY);
  const form = forms.find(fits);
  const question = form?.questions.find((one) => one.asked_of === null && one.detail === null && evaluate(form, { [one.code]: true }, {}).fired.some((row) => row.outcome === outcome));
  return question === undefined ? null : [question.vi, question.en];
}

function listedAs(card: Card, { draw, product, day, ground }: { draw: Chance; product: BundledProduct; day: string; ground: Ground }): Omit<ListedPerson, "appointment" | "session" | "starts_at" | "reference"> {
  const ago = (days: number) => dayOf(Date.parse(`${day}T05:00:00Z`) - days * A_DAY_MS);
  const born = card.born.slice(0, 4);
  const found = (days: number) =>
    judge(
      { product: product.code, given_on: day, born_earliest: `${born}-01-01`, born_latest: `${born}-12-31`, province: null, prior: [{ product: product.code, given_on: ago(days) }], conditions: [] },
      bookOf(ground),
    ).map((finding) => finding.code);
  const isSecond = card.part === "too-early" || (card.part === null && draw.share() < SECONDS_SHARE);
  // What somebody did not bear was a dose before.
  const isWarned = card.part === "contraindicated";
  const waited = card.part === "too-early" ? HURRIED_DAYS : isWarned ? PREVIOUS_DAYS[0] : PREVIOUS_DAYS.find((days) => found(days).length === 0);
  const doses = (isSecond || isWarned) && waited !== undefined ? [{ product: product.code, given_on: ago(waited), number: 1 }] : [];
  const reasons = card.part === "too-early" ? found(HURRIED_DAYS) : [];
  return {
    person: card.person,
    visit: null,
    ticket: null,
    stage: null,
    name: card.name,
    born: card.born,
    sex: card.sex satisfies Sex,
    last4: [{ kind: "personal-number", end: card.idEnd }],
    tokens: [],
    doses,
    eligible: reasons.length === 0,
    reasons,
    from_on: null,
    warnings: isWarned ? [{ severity: "anaphylaxis", on: ago(PREVIOUS_DAYS[0]) }] : [],
    conditions: [],
    same_as: [],
  };
}
