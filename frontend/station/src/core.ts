/**
 * The station as its screens see it: who works here, who came, what happened to them, what is not sent yet. Screens touch
 * no database, no key and no network; they ask a `Station` and show what it answers.
 *
 * Units: an `At` is an instant in milliseconds since 1970 UTC, already corrected by the measured error of the device's
 * clock; `day` and `On` are ISO dates in Viet Nam; `Ml` milliliters; `Minutes` minutes. Ids are UUIDv7 texts.
 * Everything that can be refused is refused by a `StationError` with a stable code, and then nothing has happened.
 */

import type { Finding } from "../../src/rules/intervals.js";
import type { Facts, Kind } from "./facts.js";
import type { At, Desk, FormShown, Row, Search, Stage, StandbyList, TypedDose, Visit } from "./views.js";

export type * from "./facts.js";
export type * from "./views.js";
export type { Finding } from "../../src/rules/intervals.js";

/** Why the station says no. What is not one of these is our own fault and reaches the page as an ordinary Error. */
export type Code =
  | "not-enrolled" // nothing works before `enroll` and the lead's confirmation
  | "tries-spent" // too many wrong unlocking codes: none is looked at here before `untilAt`
  | "code-refused" // the enrollment code is spent, unknown or over
  | "standby-unknown" // whom the lead called waits no more: they have a place meanwhile, or are not due
  | "no-answer" // this needs the network now, and nobody answered
  | "locked" // sign in first
  | "time-doubted" // the clock leapt ahead so far that the list would be gone: first somebody tells the time
  | "pin-wrong" // `left` tells how many tries remain
  | "pin-not-set" // this member of staff has no PIN for the tablets yet: `setPin`
  | "pin-refused" // too short, too simple, or the code that lets one set it is not good
  | "passkey-refused" // none was shown, or it is not one that opens this tablet for this member
  | "passkey-plain" // it can say who somebody is, and keeps no secret: `setPin`
  | "erased" // too many wrong PINs: the list is gone, what was not sent lies sealed for the server alone
  | "unsent" // not while entries wait: sign-out and day end
  | "stopped" // nothing written here would count any more (`status.stopped`): take another tablet, or paper
  | "entry-invalid" // a fact the server could not read: a NUL character, a number that is none, an unknown field
  | "entry-too-large" // more than 16 KB
  | "kind-not-allowed" // this device was not enrolled for this kind
  | "not-stored"; // the disk did not take it: full, or the browser's storage is broken. Write it on paper

export class StationError extends Error {
  constructor(
    readonly code: Code,
    readonly left: number | null = null,
    readonly untilAt: At | null = null,
  ) {
    super(code);
  }
}

/**
 * Where the device stands. `new` has no key yet, `waiting` shows its fingerprint until the lead confirms it, `locked` is
 * enrolled with nobody signed in, `doubted` is locked until somebody tells the time (`settleClock`), `open` works.
 */
export type Phase = "new" | "waiting" | "locked" | "doubted" | "open";

/**
 * Why the server keeps nothing more of this device. All of them are for the site's lead; everything unsent stays, is sent
 * on as long as somebody takes it, and outlives another enrollment.
 */
export type Stopped =
  | "revoked" // the lead cut the device off, or turned it away
  | "expired" // its enrollment is over, or was never confirmed
  | "fork" // the server knows another chain under this device's name: enroll again
  | "refused"; // unknown there, or its signature is not taken; tried again with every round

export interface StaffMember {
  readonly id: string;
  readonly name: string;
  /** `check-in`, `screener`, `vaccinator`, `observer`, `lead`, `recorder`: codes of the server. */
  readonly roles: readonly string[];
  /** Whether this tablet can be unlocked by them today; if not, `setPin` with the lead's eight digits. */
  readonly hasPin: boolean;
  /** Whether a passkey of theirs opens it today. */
  readonly hasPasskey: boolean;
}

export interface Status {
  readonly phase: Phase;
  /** Invented people in a store of their own: nothing that is done here is recorded anywhere. */
  readonly rehearsal: boolean;
  /** Six digits that the lead compares with the other screen; null before `enroll`. */
  readonly fingerprint: string | null;
  readonly device: string | null;
  readonly site: { readonly code: string; readonly name: string } | null;
  readonly enrolledUntilAt: At | null;
  /** Who is signed in; kept while the screen is merely locked, so that it can ask for that person's PIN. */
  readonly staff: StaffMember | null;
  readonly unsent: number;
  readonly oldestUnsentAt: At | null;
  readonly lastSyncAt: At | null;
  /** Whether the last attempt reached the server; null before the first. Never taken from the browser's own guess. */
  readonly reached: boolean | null;
  readonly syncing: boolean;
  readonly stopped: Stopped | null;
  /** Entries that the server keeps apart and does not count; the lead decides. */
  readonly setAside: number;
  /** How many of the unsent a hub of the hall holds as well: a second copy, and no answer. */
  readonly heldByHub: number;
  /** Since when, and when last, the hall's desks heard each other through its hub while the center did not answer; else null. */
  readonly hall: { readonly sinceAt: At; readonly heardAt: At } | null;
  /** Entries that an earlier enrollment of this browser wrote and no center has answered for: they are sent first. */
  readonly kept: number;
  readonly bundle: { readonly version: number; readonly issuedAt: At; readonly day: string } | null;
  /** The list is older than 24 h, or of another day: warn before each dose. */
  readonly bundleStale: boolean;
  /** After so long without a touch the screen is covered: as the center told it last. */
  readonly locksAfterMs: number;
  /** What to add to the device's clock to be right, as last measured; null when nobody could tell. */
  readonly offsetMs: number | null;
  /**
   * By how much the device's clock leapt ahead (it slept, or somebody set it) since the center or a person last told the time;
   * 0 when it stands proved. No timer counts this time until then.
   */
  readonly leapMs: number;
  /** Whether the browser promised not to clear the storage by itself. False: say so, and sync often. */
  readonly persisted: boolean;
  /** The business day by the corrected clock. */
  readonly day: string;
}

export interface Waiting {
  readonly seq: number;
  readonly kind: string;
  readonly at: At;
}

/** An entry the server keeps apart, with its reason (PROTOCOL, A batch). */
export interface SetAside {
  readonly seq: number;
  readonly id: string;
  readonly reason: string;
}

/** A day's lines as the center has them (docs/operations/station.md, The day), with what keeps it from being closed. */
export interface DayTold {
  readonly lines: {
    readonly day: string;
    readonly visits: Readonly<Record<"visits" | "dosed" | "deferred" | "left" | "released" | "observed" | "declined", number>>;
    readonly lots: readonly (Readonly<Record<"given" | "vial" | "overfill" | "open" | "opened" | "left" | "wasted" | "returned" | "vials_opened", number>> & {
      readonly lot: string;
      readonly sealed_wasted: number | null;
      readonly sealed_returned: number | null;
    })[];
    readonly counted: readonly { readonly what: string; readonly lot: string | null; readonly quantity: number }[];
  };
  readonly unexplained: {
    readonly vials: readonly { readonly lot: string; readonly vial: string; readonly doses: number }[];
    readonly draws: readonly { readonly lot: string; readonly doses: number }[];
    readonly differences: readonly { readonly line: string; readonly lot: string | null; readonly difference: number }[];
  };
  readonly closedAt: At | null;
  readonly explained: readonly { readonly line: string; readonly lot: string | null; readonly difference: number; readonly reason: string }[];
}

export interface Appended {
  readonly id: string;
  readonly seq: number;
  readonly at: At;
}

/** What became of the entries in another tablet's file; `refused` names why a part of it was not taken. */
export interface Passed {
  readonly kept: number;
  readonly known: number;
  readonly aside: number;
  readonly refused: string | null;
}

/** What waits, as codes to be shown one after the other: the same ones again until they are asked for anew. */
export interface FramesShown {
  readonly frames: readonly Uint8Array<ArrayBuffer>[];
  /** How many waited when they were made, with those of earlier enrollments; what was written since is in none of them. */
  readonly entries: number;
}

/** How much of another device's file the camera has seen. */
export interface Gathered {
  readonly file: string;
  readonly have: number;
  readonly count: number;
}

/** The sealed file from screen to camera, where nothing else goes from device to device. */
export interface Frames {
  shown(anew?: boolean): Promise<FramesShown>;
  /** Keep what a code said and tell how far its file is; null for a code of another kind, or one that was read wrongly. */
  take(raw: Uint8Array): Promise<Gathered | null>;
  gathered(): Promise<readonly Gathered[]>;
  /** Pass a file that is complete on to the center; it is forgotten when the center has taken all of it. `no-answer`. */
  pass(file: string): Promise<Passed>;
  forget(file: string): Promise<void>;
}

/** Another way than a PIN: a passkey of the member's own, which asks for finger, face or the device's code by itself. */
export interface Passkeys {
  /**
   * Let a member open this tablet by the passkey that they sign in with at the office, and sign in. Needs the network, and on a tablet
   * that others use, that one of them is signed in. `passkey-refused`: none was shown, or the center does not know it;
   * `passkey-plain`: it has no PRF, a PIN is needed; `no-answer`, `locked`.
   */
  admit(staff: string): Promise<void>;
  /** Sign in, or come back, without a network. `passkey-refused`, `time-doubted`. */
  signIn(staff: string): Promise<void>;
}

/** `open.ts` makes one: `open(): Promise<Station>`. One a page; several pages of a device share one record. */
export interface Station {
  readonly status: Status;
  /** Call when the status or anything read below may have changed, at most once a frame. Returns how to stop. */
  subscribe(listener: () => void): () => void;

  /**
   * Make the keys and spend a one-time code; resolves with the fingerprint. `code` is what stands behind `#enroll=` in the
   * lead's QR code: the code, a point, and the pin of the server's key. Enrolling again begins a new chain; what a stopped
   * enrollment could not send goes first, under its own name and key. `code-refused`, `no-answer`, `unsent`.
   */
  enroll(code: string, name: string): Promise<string>;
  /** Ask whether the lead has confirmed by now. `no-answer`. Also asked by itself every few seconds. */
  confirmed(): Promise<boolean>;

  /** Who may sign in here, by name; known without anybody being signed in. */
  readonly staff: readonly StaffMember[];
  /**
   * Choose a PIN of six digits or more for this tablet, with the eight digits that the lead's page or one's own shows
   * for 15 minutes, and sign in. Needs the network, and on a tablet that others use, that one of them is signed in.
   * `no-answer`, `code-refused`, `pin-refused`, `locked`.
   */
  setPin(staff: string, pin: string, word: string): Promise<void>;
  /**
   * Sign in, or come back to a locked screen. Needs no network on the day of the last contact and three more. `pin-wrong`
   * tells how many tries are left, `erased` that there were five, `pin-not-set` that this tablet has nothing for them,
   * `time-doubted` that nobody has told the time.
   */
  signIn(staff: string, pin: string): Promise<void>;
  /** The passkeys of the staff, where this browser has any; null where it has none. */
  passkeys(): Promise<Passkeys | null>;
  /** Cover the screen; entries go on being sent. */
  lock(): void;
  /** Let the next one sign in. Refused with `unsent` while entries wait. */
  signOut(): Promise<void>;
  /** Forget today's list and all that was sent. Refused with `unsent` while entries wait. */
  endDay(): Promise<void>;

  /** The instant, by the corrected clock. */
  now(): At;
  /**
   * Somebody looked at another clock: the time is right, or earlier by `leapMs`. The center's next word corrects both. A list that is
   * too old by a time that is right is forgotten.
   */
  settleClock(isRight: boolean): Promise<void>;
  /** A new UUIDv7: ids are made here, where the fact is born. */
  newId(): string;

  /** Today's rows: expected by time and name, then the others by when they came. `locked`. */
  today(filter?: Search): readonly Row[];
  /** How many stand at each stage. `locked`. */
  counts(): Readonly<Record<Stage, number>>;
  /**
   * Rows whose name, ticket, last four digits or reference fit, the best first, at most `most` (20). Accents and order
   * of words do not matter; d finds đ. `locked`.
   */
  search(text: string, most?: number): readonly Row[];
  /**
   * The row that a scanned or typed text means: an appointment's QR or reference, an identity card's QR, a number. Null
   * for a walk-in. Nothing is looked up anywhere but on this device. `locked`.
   */
  find(scanned: string): Promise<Row | null>;
  /** Everything known of a visit, or of an appointment that nobody has come for yet; null when there is none. `locked`. */
  visit(key: string): Visit | null;
  /** Today's doses that recorders typed for this vaccinator and that wait for their word, the earliest first. `locked`. */
  typedFor(vaccinator: string): readonly TypedDose[];
  /**
   * Who may be called in today, by session; whoever has come since is left out. It is fetched while a lead is signed in, on
   * a tablet for all desks, and is there offline until the day's end; empty before that. `locked`.
   */
  standby(): readonly StandbyList[];
  /**
   * Tell the center what came of a call: `called`, `coming` or `declined`; the last word stands, here at once and on other
   * devices when they ask. `standby-unknown`, `no-answer`, `locked`.
   */
  tellStandby(list: StandbyList, person: string, state: string): Promise<void>;
  desk(): Desk;
  /** Forms in force on the bundle's day that fit this age in full years. */
  forms(ageYears: number): readonly FormShown[];

  /** What the rules say of giving this product to this person on this day: never a refusal, by `src/rules`. */
  judge(key: string, product: string, day: string): readonly Finding[];

  /**
   * Write a fact down. Resolves once it lies sealed on the disk with its place in the chain; it is then sent by itself
   * and survives reloads, crashes and days without a network. Never waits for the network. `not-enrolled`, `locked`,
   * `stopped`, `kind-not-allowed`, `entry-invalid`, `entry-too-large`, `not-stored`.
   */
  append<K extends Kind>(kind: K, body: Facts[K], at?: At): Promise<Appended>;

  /** What waits to be sent, the oldest first, and what the server keeps apart. `locked`. */
  waiting(): Promise<readonly Waiting[]>;
  setAside(): readonly SetAside[];
  /** Try now instead of at the next turn; resolves when that attempt is over, whatever came of it. */
  syncNow(): Promise<void>;

  /**
   * What waits as a file of sealed batches, for any other device to carry, with what earlier enrollments left; empty when
   * nothing waits. Nothing here changes by it: an entry waits until the center itself has answered this device. `locked`.
   */
  sealedFile(): Promise<Uint8Array<ArrayBuffer>>;
  /** Pass another tablet's file on to the center. `no-answer`. */
  passOn(file: Uint8Array<ArrayBuffer>): Promise<Passed>;
  /** The same file by codes on the screen. `locked`. */
  frames(): Promise<Frames>;
  /** The center's lines of a day, for the lead: asked for anew each time. `no-answer`, `locked`. */
  dayTold(day: string): Promise<DayTold>;

  /** Let go of locks, timers and the database: for tests and for a page that goes. */
  close(): void;
}
