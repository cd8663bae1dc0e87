/**
 * The scorecard of a rehearsal, out of what was told and nothing else: what was planted and what became of it, what should not
 * have happened, how long people waited, what was mended. A team's mirror: it names no member and no grade.
 */

import type { Desk, DoseTold, Visit } from "../core.js";
import type { Entry } from "../record/lines.js";
import { nameKey } from "../record/names.js";
import type { Card, Part, Scene } from "./scene.js";

/** What a team may do that it should not, each with the people to whom it happened. */
export const MISSES = [
  "held-lot", "expired-lot", "old-vial", "no-vial", "not-identified", "not-agreed", "not-screened", "released-early", "dosed-twice",
] as const;
export type Miss = (typeof MISSES)[number];

/** `open`: it has not come to this yet. */
export type Met = "handled" | "missed" | "open";

export interface PlantedMet {
  readonly part: Part;
  readonly who: readonly string[];
  readonly met: Met;
  /** How long after the dose anaphylaxis was written down. */
  readonly afterMs: number | null;
}

export interface StepTime {
  readonly step: "screening" | "dose";
  readonly count: number;
  readonly medianMs: number;
  readonly longestMs: number;
}

export interface Score {
  readonly arrived: number;
  readonly expected: number;
  readonly dosed: number;
  readonly turnedAway: number;
  readonly inside: number;
  readonly planted: readonly PlantedMet[];
  readonly misses: readonly { readonly miss: Miss; readonly who: readonly string[] }[];
  readonly times: readonly StepTime[];
  readonly mended: { readonly voided: number; readonly corrected: number; readonly wrongPerson: number };
  /** Doses in vials that are open still: nobody said what became of them. */
  readonly dosesLeft: number;
}

export interface Told {
  readonly scene: Scene;
  readonly entries: readonly Entry[];
  /** Everybody of the day, who came and who did not. */
  readonly visits: readonly Visit[];
  readonly desk: Desk;
  /** How much faster than the wall the day goes: waits are told as the team felt them. */
  readonly pace: number;
}

const A_MINUTE_MS = 60_000;
const INSIDE: ReadonlySet<string> = new Set(["arrived", "screened", "observed"]);
const AWAY: ReadonlySet<string> = new Set(["deferred", "declined"]);
/** Who plays one of these gets no dose today. */
const NO_DOSE: ReadonlySet<Part | null> = new Set<Part>(["contraindicated", "defer", "too-early"]);

export function scoreOf(told: Told): Score {
  const { visits, entries, desk } = told;
  const came = visits.filter((visit) => visit.arrived !== null);
  const kinds = (kind: string) => entries.filter((entry) => entry.kind === kind).length;
  return {
    arrived: came.length,
    expected: visits.filter((visit) => visit.stage === "expected").length,
    dosed: came.filter((visit) => visit.dose !== null).length,
    turnedAway: came.filter((visit) => AWAY.has(visit.stage)).length,
    inside: came.filter((visit) => INSIDE.has(visit.stage)).length,
    planted: plantedIn(told),
    misses: missesOf(told, came),
    times: [waits("screening", came, (visit) => [visit.arrived, visit.screened], told.pace), waits("dose", came, (visit) => [visit.screened, visit.dose], told.pace)],
    mended: { voided: kinds("voided"), corrected: kinds("corrected"), wrongPerson: came.filter((visit) => visit.stage === "wrong-person").length },
    dosesLeft: desk.vials.reduce((sum, vial) => sum + Math.max(0, vial.dosesLeft), 0),
  };
}

/** Each planted part once, with everybody who plays it: missed if with one of them, open while with one of them. */
function plantedIn({ scene, visits, pace }: Told): PlantedMet[] {
  const parts = [...new Set(scene.cards.flatMap((card) => card.part ?? []))];
  return parts.map((part) => {
    const cards = scene.cards.filter((card) => card.part === part);
    const met = cards.map((card) => metBy(card, visits));
    const worst: Met = met.includes("missed") ? "missed" : met.includes("open") ? "open" : "handled";
    return { part, who: [...new Set(cards.map((card) => card.name))], met: worst, afterMs: part === "anaphylaxis" ? noticed(visitsOf(cards[0]!, visits), pace) : null };
  });
}

function metBy(card: Card, visits: readonly Visit[]): Met {
  const own = visitsOf(card, visits);
  const dosed = own.some((visit) => visit.dose !== null);
  const over = own.length > 0 && own.every((visit) => !INSIDE.has(visit.stage) && visit.stage !== "expected");
  if (NO_DOSE.has(card.part)) return dosed ? "missed" : over ? "handled" : "open";
  if (card.part === "walk-in") return over ? "handled" : "open";
  if (card.part === "namesake") return own.some((visit) => visit.flags.includes("dosed-twice")) ? "missed" : over ? "handled" : "open";
  const seen = own.some((visit) => visit.reactions.some((reaction) => reaction.severity === "anaphylaxis"));
  return seen ? "handled" : dosed && over ? "missed" : "open";
}

/** Somebody on no list is found by the name and the year that the card tells. */
function visitsOf(card: Card, visits: readonly Visit[]): readonly Visit[] {
  if (card.part !== "walk-in") return visits.filter((visit) => visit.person === card.person);
  return visits.filter((visit) => nameKey(visit.name) === nameKey(card.name) && visit.born.startsWith(card.born));
}

function noticed(visits: readonly Visit[], pace: number): number | null {
  for (const { dose, reactions } of visits) {
    const first = reactions.find((reaction) => reaction.severity === "anaphylaxis");
    if (dose !== null && first !== undefined) return (first.at - dose.at) / pace;
  }
  return null;
}

function missesOf({ scene, desk }: Told, came: readonly Visit[]): Score["misses"] {
  const who = new Map<Miss, string[]>();
  const miss = (what: Miss, visit: Visit) => who.set(what, [...(who.get(what) ?? []), visit.name]);
  for (const visit of came) {
    const doses = visit.doses.filter((dose) => dose.voided === null);
    if (doses.length > 1 || visit.flags.includes("dosed-twice")) miss("dosed-twice", visit);
    for (const dose of doses) for (const what of wrongWith(dose, visit, { scene, desk })) miss(what, visit);
    if (isEarly(visit, desk)) miss("released-early", visit);
  }
  return MISSES.filter((what) => who.has(what)).map((what) => ({ miss: what, who: [...new Set(who.get(what))] }));
}

function wrongWith(dose: DoseTold, visit: Visit, { scene: { planted }, desk }: Pick<Told, "scene" | "desk">): Miss[] {
  const vial = desk.vials.find((one) => one.lot === dose.lot && one.label === dose.vial);
  const isOld = dose.vial === planted.oldVial || (vial?.useUntilAt != null && vial.useUntilAt < dose.at);
  const before = (told: { readonly at: number } | null) => told !== null && told.at <= dose.at;
  const found: readonly (readonly [Miss, boolean])[] = [
    ["held-lot", dose.lot === planted.heldLot],
    ["expired-lot", dose.lot === planted.expiredLot],
    ["old-vial", isOld],
    ["no-vial", dose.vial === null],
    ["not-identified", !before(visit.identified)],
    ["not-agreed", !before(visit.consented) || visit.consented?.agreed !== true],
    ["not-screened", !before(visit.screened)],
  ];
  return found.filter(([, is]) => is).map(([what]) => what);
}

function isEarly({ dose, ended }: Visit, { observeMinutes }: Desk): boolean {
  return dose !== null && ended !== null && !ended.left && ended.at - dose.at < observeMinutes * A_MINUTE_MS;
}

function waits(step: StepTime["step"], came: readonly Visit[], ends: (visit: Visit) => readonly [{ at: number } | null, { at: number } | null], pace: number): StepTime {
  const lengths = came
    .map(ends)
    .flatMap(([from, to]) => (from !== null && to !== null && to.at >= from.at ? [(to.at - from.at) / pace] : []))
    .sort((one, other) => one - other);
  return { step, count: lengths.length, medianMs: lengths[Math.floor(lengths.length / 2)] ?? 0, longestMs: lengths[lengths.length - 1] ?? 0 };
}
