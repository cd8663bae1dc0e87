/** A reaction out of what was told of it: all tellings of one onset together, the gravest word for it. */

import type { Facts, ReactionTold, Severity, Station, Visit } from "./core.js";
import { sessionOf, stopSession } from "./sessions.js";

const SEVERITIES: readonly Severity[] = ["mild", "moderate", "severe", "anaphylaxis"];
const ENDS: ReadonlySet<string> = new Set(["better", "taken-to-hospital"]);

export interface Reaction {
  readonly onset: number;
  readonly severity: Severity;
  readonly signs: readonly string[];
  readonly actions: readonly { readonly at: string; readonly what: string }[];
  /** Somebody said that it is over: recovered, or in a hospital's hands. */
  readonly over: boolean;
}

/** The latest reaction of a visit, null when there was none. */
export function latestReaction(told: readonly ReactionTold[]): Reaction | null {
  const onset = told.map((one) => Date.parse(one.onset)).sort((one, other) => other - one)[0];
  if (onset === undefined) return null;
  const same = told.filter((one) => Date.parse(one.onset) === onset);
  const actions = same.flatMap((one) => one.actions);
  return {
    onset,
    severity: SEVERITIES[Math.max(...same.map((one) => SEVERITIES.indexOf(one.severity)))] ?? "mild",
    signs: [...new Set(same.flatMap((one) => one.signs))],
    actions: [...new Map(actions.map((action) => [`${action.at}${action.what}`, action])).values()].sort((one, other) => (one.at < other.at ? -1 : 1)),
    over: actions.some((action) => ENDS.has(action.what)),
  };
}

export function openReaction(visit: Visit): Reaction | null {
  const latest = latestReaction(visit.reactions);
  return latest && !latest.over ? latest : null;
}

export interface Telling {
  readonly severity: Severity;
  readonly signs?: readonly string[];
  readonly done?: readonly string[];
}

/** Write down what is seen or done; of a reaction that is open, as one telling more of it. */
export async function tellReaction(station: Station, visit: Visit, { severity, signs = [], done = [] }: Telling): Promise<void> {
  const now = new Date(station.now()).toISOString();
  const known = openReaction(visit);
  const onset = known ? new Date(known.onset).toISOString() : now;
  const fact: Facts["aefi"] = { visit: visit.visit, person: visit.person, onset, severity, signs, actions: done.map((what) => ({ at: now, what })) };
  await station.append("aefi", fact);
}

/**
 * Anaphylaxis, by one tap: what began when, the lot set aside here with the vial named, the session stopped. Told a
 * second time it is the same reaction, and nothing is held or stopped twice.
 */
export async function tellAnaphylaxis(station: Station, visit: Visit): Promise<void> {
  const known = openReaction(visit);
  if (known?.severity === "anaphylaxis") return;
  await tellReaction(station, visit, { severity: "anaphylaxis" });
  const desk = station.desk();
  const dose = visit.dose;
  if (dose && !desk.lots.some((lot) => lot.number === dose.lot && lot.held)) {
    await station.append("lot-held-here", { lot: dose.lot, reason: "anaphylaxis", ...(dose.vial ? { vial: dose.vial } : {}) });
  }
  await stopSession(station, sessionOf(desk, visit), "anaphylaxis");
}
