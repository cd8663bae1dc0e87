/** What the entries of one visit come to. They are read in the order of their instants, whatever order they came in. */

import type { Conclusion, DoseTold, Flag, How, ReactionTold, Severity, Stage, Told, Visit } from "../core.js";
import { type Entry, instantOf } from "./lines.js";

/** An entry with where it came from. `seq` is the place in the device's own chain. */
export interface Fact {
  readonly entry: Entry;
  readonly device: string;
  readonly atMs: number;
  readonly waits: boolean;
}

export type Course = Pick<
  Visit,
  "arrived" | "identified" | "consented" | "screened" | "deferred" | "doses" | "dose" | "observed" | "ended" | "reactions" | "observeUntilAt" | "stage" | "since" | "unsent"
>;

const AMENDS = new Set(["corrected", "voided", "confirmed"]);
/** Why a visit ended that should never have been on the list. */
const WRONG_PERSON = "wrong-person";
const MINUTE_MS = 60_000;

type Amended = { -readonly [Field in keyof DoseTold]: DoseTold[Field] };

export interface Source {
  readonly device: string;
  readonly waits: boolean;
  /** The error of the device's clock as known now, for entries written before it was. */
  readonly offsetMs?: number;
}

export function factOf(entry: Entry, { device, waits, offsetMs = 0 }: Source): Fact {
  return { entry, device, atMs: instantOf(entry, offsetMs), waits };
}

export function isAmendment(entry: Entry): boolean {
  return AMENDS.has(entry.kind);
}

/** Whether a dose was typed for this vaccinator and waits for their word. */
export function waitsFor({ recorder, vaccinator, voided, confirmed }: DoseTold, staff: string): boolean {
  return recorder !== null && vaccinator === staff && voided === null && confirmed === null;
}

/** Facts in order: by instant, then by id, which rises where one device wrote both. */
export function inOrder(facts: readonly Fact[]): Fact[] {
  return [...facts].sort((one, other) => one.atMs - other.atMs || (one.entry.id < other.entry.id ? -1 : 1));
}

/** Fold the facts of one visit, its amendments among them; `listed` is the stage that the list told. */
export function fold(facts: readonly Fact[], { observeMinutes, listed }: { observeMinutes: number; listed: string | null }): Course {
  const ordered = inOrder(facts);
  const last = (kind: string): Fact | undefined => ordered.filter((fact) => fact.entry.kind === kind).pop();
  const told = <Result>(kind: string, as: (fact: Fact) => Result): Result | null => {
    const fact = last(kind);
    return fact === undefined ? null : as(fact);
  };
  const doses = dosesOf(ordered);
  const dose = doses.filter((one) => one.voided === null).pop() ?? null;
  const course = {
    arrived: told("arrived", tell),
    identified: told("identified", (fact) => ({ ...tell(fact), how: fact.entry["how"] as How })),
    consented: told("consented", consentOf),
    screened: told("screened", screeningOf),
    deferred: told("deferred", (fact) => ({
      ...tell(fact),
      reason: String(fact.entry["reason"]),
      until: (fact.entry["until"] as string | undefined) ?? null,
    })),
    doses,
    dose,
    observed: ordered.filter((fact) => fact.entry.kind === "observed").map(stateOf),
    ended: endingOf(ordered),
    reactions: ordered.filter((fact) => fact.entry.kind === "aefi").map(reactionOf),
    observeUntilAt: dose === null ? null : dose.at + observeMinutes * MINUTE_MS,
    unsent: ordered.some((fact) => fact.waits),
  };
  return { ...course, ...stageOf(course, listed) };
}

/** What a screen must show of a visit by itself. */
export function flagsOf(course: Course, heldLots: ReadonlySet<string>): Flag[] {
  const standing = course.doses.filter((dose) => dose.voided === null);
  const flags: Flag[] = [];
  if (standing.length > 1) flags.push("dosed-twice");
  if (standing.some((dose) => heldLots.has(dose.lot))) flags.push("lot-held");
  if (course.consented !== null && !course.consented.agreed && course.stage !== "declined") flags.push("consent-refused");
  return flags;
}

function stageOf(course: Omit<Course, "stage" | "since">, listed: string | null): { stage: Stage; since: number | null } {
  const { ended, dose, deferred, consented, screened, arrived } = course;
  if (ended !== null) {
    if (ended.word === WRONG_PERSON) return { stage: "wrong-person", since: ended.at };
    return { stage: ended.left ? "left" : "released", since: ended.at };
  }
  if (dose !== null) return { stage: "observed", since: dose.at };
  if (deferred !== null && deferred.at >= (screened?.at ?? 0)) return { stage: "deferred", since: deferred.at };
  if (consented !== null && !consented.agreed) return { stage: "declined", since: consented.at };
  if (screened !== null) return { stage: "screened", since: screened.at };
  if (arrived !== null) return { stage: "arrived", since: arrived.at };
  return { stage: LISTED[listed ?? ""] ?? "expected", since: null };
}

/** The center's words for a stage, of a visit whose entries have not come yet. */
const LISTED: Readonly<Record<string, Stage>> = {
  "arrived": "arrived",
  "waiting-for-dose": "screened",
  "declined": "declined",
  "deferred": "deferred",
  "observed": "observed",
  "released": "released",
  "left": "left",
};

function tell({ entry, atMs, waits }: Fact): Told {
  return { entry: entry.id, at: atMs, staff: entry.staff ?? null, unsent: waits };
}

function consentOf(fact: Fact): Visit["consented"] {
  const { form, agreed, guardian_name: guardian } = fact.entry;
  return { ...tell(fact), form: String(form), agreed: agreed === true, guardian: (guardian as string | undefined) ?? null };
}

function screeningOf(fact: Fact): Visit["screened"] {
  const { form, conclusion, reasons, vitals } = fact.entry;
  return {
    ...tell(fact),
    form: String(form),
    conclusion: conclusion as Conclusion,
    reasons: (reasons as readonly string[] | undefined) ?? [],
    vitals: (vitals as Readonly<Record<string, number | null>> | undefined) ?? {},
  };
}

function stateOf(fact: Fact): Visit["observed"][number] {
  return { ...tell(fact), minutes: Number(fact.entry["minutes"]), state: String(fact.entry["state"]) };
}

function endingOf(ordered: readonly Fact[]): Visit["ended"] {
  const fact = ordered.filter(({ entry }) => entry.kind === "released" || entry.kind === "left").pop();
  if (fact === undefined) return null;
  const { kind, minutes, state, reason } = fact.entry;
  return { ...tell(fact), minutes: Number(minutes), left: kind === "left", word: String(kind === "left" ? reason : state) };
}

function reactionOf(fact: Fact): ReactionTold {
  const { onset, severity, signs, actions } = fact.entry;
  return {
    ...tell(fact),
    onset: String(onset),
    severity: severity as Severity,
    signs: signs as readonly string[],
    actions: (actions as ReactionTold["actions"] | undefined) ?? [],
  };
}

function dosesOf(ordered: readonly Fact[]): DoseTold[] {
  const doses = new Map<string, Amended>();
  for (const fact of ordered) if (fact.entry.kind === "dose-given") doses.set(fact.entry.id, doseOf(fact));
  // An amendment may carry an earlier instant than what it amends: clocks of two tablets differ.
  for (const fact of ordered) {
    const dose = isAmendment(fact.entry) ? doses.get(String(fact.entry["entry"])) : undefined;
    if (dose !== undefined) amend(dose, fact);
  }
  return [...doses.values()];
}

function doseOf(fact: Fact): Amended {
  const { product, lot, vial, volume_ml, arm, vaccinator, recorder, dose_number_told } = fact.entry;
  return {
    ...tell(fact),
    product: String(product),
    lot: String(lot),
    vial: (vial as string | undefined) ?? null,
    volumeMl: Number(volume_ml),
    arm: arm as DoseTold["arm"],
    vaccinator: String(vaccinator),
    recorder: (recorder as string | undefined) ?? null,
    doseNumber: (dose_number_told as number | undefined) ?? null,
    voided: null,
    corrected: [],
    confirmed: null,
  };
}

const CORRECTS: Readonly<Record<string, keyof DoseTold>> = {
  product: "product",
  lot: "lot",
  vial: "vial",
  volume_ml: "volumeMl",
  arm: "arm",
  vaccinator: "vaccinator",
  dose_number_told: "doseNumber",
};

function amend(dose: Amended, fact: Fact): void {
  const { kind, reason, values } = fact.entry;
  const told = { ...tell(fact), reason: String(reason) };
  if (kind === "voided") dose.voided ??= told;
  else if (kind === "confirmed") {
    // Nobody confirms for somebody else: whoever gave the dose, as it stands corrected by then.
    if (fact.entry.staff === dose.vaccinator) dose.confirmed ??= tell(fact);
  } else {
    dose.corrected = [...dose.corrected, told];
    for (const [name, value] of Object.entries(values ?? {})) {
      const field = CORRECTS[name];
      if (field !== undefined && value !== null) Object.assign(dose, { [field]: value });
    }
  }
}
