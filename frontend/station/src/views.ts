/** What the screens read of the day: rows, visits, and what the site works with. Plain values, never changed in place. */

import type { Form } from "../../src/rules/screening.js";
import type { Arm, Conclusion, How, Severity, Sex } from "./facts.js";

export type At = number;

export interface Search {
  /** Where the person stands; without it, everybody of today. */
  readonly stage?: Stage;
}

/**
 * Where a visit stands. `expected` is somebody called who has not come. A dose wins over what is told of the same visit
 * before it, an ending over all.
 */
export type Stage = "expected" | "arrived" | "screened" | "deferred" | "declined" | "observed" | "released" | "left" | "wrong-person";

/** What a screen must show a person who can act, whatever the stage. */
export type Flag =
  | "dosed-twice" // two doses today that nobody voided, on one tablet or on two
  | "opened-twice" // two visits of one person today
  | "namesake" // somebody else of today has the same name and birth year
  | "lot-held" // the lot of a dose is held now
  | "consent-refused"
  | "link-changed"; // the server has linked this person to another since

/** A row of the list: enough to find somebody and to say where they stand. */
export interface Row {
  /** The visit's id, or the appointment's while the person is only expected. `Station.visit` takes it. */
  readonly key: string;
  readonly visit: string | null;
  readonly person: string;
  readonly appointment: string | null;
  readonly campaignSession: string | null;
  /** Empty when nobody told it yet: it is on another tablet. */
  readonly name: string;
  /** A year, a year and month, or a day. */
  readonly born: string;
  readonly sex: Sex;
  /** The last four of the identity number and nothing else; empty without one. */
  readonly idEnd: string;
  readonly ticket: string;
  readonly startsAt: At | null;
  readonly stage: Stage;
  /** When the stage was reached; null for the expected. */
  readonly since: At | null;
  /** The dose number that would be given, by the list; null when nobody knows. */
  readonly doseNumber: number | null;
  readonly flags: readonly Flag[];
  /** Something about this visit has not reached the server yet. */
  readonly unsent: boolean;
}

export interface Told {
  readonly entry: string;
  readonly at: At;
  readonly staff: string | null;
  readonly unsent: boolean;
}

export interface DoseTold extends Told {
  readonly product: string;
  readonly lot: string;
  readonly vial: string | null;
  readonly volumeMl: number;
  readonly arm: Arm;
  readonly vaccinator: string;
  readonly recorder: string | null;
  readonly doseNumber: number | null;
  readonly voided: (Told & { readonly reason: string }) | null;
  readonly corrected: readonly (Told & { readonly reason: string })[];
  readonly confirmed: Told | null;
}

export interface ReactionTold extends Told {
  readonly onset: string;
  readonly severity: Severity;
  readonly signs: readonly string[];
  /** What was done, each with its instant (RFC 3339). */
  readonly actions: readonly { readonly at: string; readonly what: string }[];
}

/** A visit, as far as this device knows it from the list, from itself and from the other devices of the site. */
export interface Visit extends Row {
  readonly reference: string;
  readonly arrived: Told | null;
  readonly identified: (Told & { readonly how: How }) | null;
  readonly consented: (Told & { readonly form: string; readonly agreed: boolean; readonly guardian: string | null }) | null;
  readonly screened: (Told & { readonly form: string; readonly conclusion: Conclusion; readonly reasons: readonly string[]; readonly vitals: Readonly<Record<string, number | null>> }) | null;
  readonly deferred: (Told & { readonly reason: string; readonly until: string | null }) | null;
  /** Today's doses in the order of their instants, voided ones included. */
  readonly doses: readonly DoseTold[];
  /** The last dose of today that stands. */
  readonly dose: DoseTold | null;
  readonly observed: readonly (Told & { readonly minutes: number; readonly state: string })[];
  /** `word` is the state at the release, or the reason for which somebody `left`. */
  readonly ended: (Told & { readonly minutes: number; readonly left: boolean; readonly word: string }) | null;
  readonly reactions: readonly ReactionTold[];
  /** Doses before today, as the list tells them. */
  readonly history: readonly { readonly product: string; readonly givenOn: string }[];
  /** Earlier reactions, as the list tells them. */
  readonly warnings: readonly { readonly severity: string; readonly on: string | null }[];
  /** Codes of questions that an earlier screening answered with yes. */
  readonly conditions: readonly string[];
  /** Whether the list says that today's product may be given; null when it does not say, as for a walk-in. */
  readonly eligible: boolean | null;
  /** The findings that speak against it, and from which day on waiting helps. */
  readonly reasons: readonly string[];
  readonly fromOn: string | null;
  /** When the observation is over; null without a dose. Counted from the dose's instant, so no reload changes it. */
  readonly observeUntilAt: At | null;
}

/** A dose that a recorder typed for somebody, in its visit. */
export interface TypedDose {
  readonly visit: Visit;
  readonly dose: DoseTold;
}

export interface Product {
  readonly code: string;
  readonly name: string;
  readonly nameVi: string;
  readonly doseMl: number;
  readonly dosesPerVial: number;
  readonly useAfterOpenHours: number | null;
}

/** Somebody who may be called in: registered, due, without a place. `state` is the center's word for what came of a call. */
export interface StandbyPerson {
  readonly person: string;
  readonly name: string;
  /** A year. */
  readonly born: string;
  /** The priority group in both languages. */
  readonly group: readonly [vi: string, en: string] | null;
  readonly phone: string;
  readonly state: string | null;
  readonly toldAt: At | null;
}

/** Those who may be called in to a session, in the order in which they are called. */
export interface StandbyList {
  readonly campaignSession: string;
  readonly product: string;
  /** When the center told it. */
  readonly asOf: At;
  readonly persons: readonly StandbyPerson[];
}

/** A lot at this site. `held` tells that no dose of it is intended; a dose given of it is recorded all the same. */
export interface Lot {
  readonly number: string;
  readonly product: string;
  readonly expiresOn: string | null;
  readonly held: boolean;
  /** What lies here by the center's ledger, in doses; null when only an entry told of the lot. */
  readonly doses: number | null;
}

/** A vial that was opened today and still has doses by count; below zero is overfill, which is counted, never refused. */
export interface Vial {
  readonly label: string;
  readonly lot: string;
  readonly product: string | null;
  readonly openedAt: At;
  /** After this instant nothing more is drawn from it; null when no source says. */
  readonly useUntilAt: At | null;
  readonly dosesLeft: number;
}

/**
 * When the next vial of a product is opened: with so many waiting, in percent of a vial's doses, beyond what open vials
 * still hold. A rule of the bundle, with its source; `any` stands for every product without a line of its own.
 */
export interface OpeningRule {
  readonly product: string;
  readonly waitingPercent: number;
  readonly source: string;
}

/** A fridge of the site whose latest reading lay beyond its limits: which vials stood in it, nobody but the site knows. */
export interface FridgeOutside {
  readonly name: string;
  readonly tempC: number;
  readonly at: At;
}

export interface SessionStanding {
  readonly campaignSession: string;
  readonly product: string | null;
  readonly opened: boolean;
  readonly stopped: string | null;
  readonly closed: boolean;
}

/** What the site works with today: out of the bundle and of what was told since. */
export interface Desk {
  readonly products: readonly Product[];
  readonly lots: readonly Lot[];
  /** Every lot that may not be used, also those that do not lie here by the ledger. */
  readonly heldLots: readonly string[];
  readonly vials: readonly Vial[];
  readonly fridgesOutside: readonly FridgeOutside[];
  readonly sessions: readonly SessionStanding[];
  /** The vial that each member of the staff opened or drew from last, as `lot|label`, by their id. */
  readonly inHand: Readonly<Record<string, string>>;
  readonly openings: readonly OpeningRule[];
  readonly observeMinutes: number;
  /** Communes around the site, for the person block of somebody on no list. */
  readonly communes: readonly { readonly code: string; readonly name: string }[];
}

/** A screening or consent form in force, with its words beside what the rules read. */
export interface FormShown extends Form {
  readonly kind: "screening" | "consent";
  readonly decree: string;
  /** What the paper form asks to be filled in; a guardian's consent names `guardian_name`. */
  readonly fields: readonly string[];
  /** Of whom a sign is measured, in the data's own words. */
  readonly limits: readonly (Form["limits"][number] & { readonly measure: string })[];
  readonly min_age: number | null;
  readonly max_age: number | null;
  readonly questions: readonly (Form["questions"][number] & { readonly vi: string; readonly en: string })[];
}
