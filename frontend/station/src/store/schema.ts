/**
 * What lies on the disk. Keys and indexes are names of ours, sequences and numbers; whatever tells of a person is sealed.
 *
 * A new version adds a step to `upgrade` and leaves the older ones alone: a tablet may come from any of them, with its
 * outbox full. Entries are never rewritten by a step.
 */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb";

import type { Frame } from "../sync/frames.js";
import type { Bytes } from "../wire/bytes.js";
import type { Header } from "../wire/chain.js";

export const VERSION = 3;

/** Bytes under the data key: AES-GCM with an iv of their own. */
export interface Sealed {
  readonly iv: Bytes;
  readonly sealed: Bytes;
}

/** An entry of this device. `theirs` is sealed to the server, so that it can be sent though nobody unlocks. */
export interface EntryRow {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly bytes: number;
  readonly link: Bytes;
  readonly mine: Sealed;
  readonly theirs: Bytes;
}

/**
 * Where the chain stands: the last entry and its link, and the last one answered with its link. `inflight` is the header
 * that was signed and sent; until it is answered, exactly it is sent again.
 */
export interface ChainRow {
  readonly device: string;
  readonly seq: number;
  readonly link: Bytes;
  readonly answered: number;
  readonly answeredLink: Bytes;
  readonly inflight: Header | null;
  readonly stamp: number;
}

export interface DeviceRow {
  readonly id: string;
  readonly signing: CryptoKey;
  readonly point: Bytes;
  readonly agreement: CryptoKey;
  readonly agreementPoint: Bytes;
  readonly code: string;
  readonly name: string;
  readonly status: "asking" | "waiting" | "enrolled";
  readonly fingerprint: string;
  readonly site: string;
  readonly expiresAt: number;
  readonly kinds: readonly string[] | null;
  readonly pin: string;
  readonly serverKey: Bytes;
  readonly sealingKey: Bytes;
  readonly stopped: "revoked" | "expired" | "fork" | "refused" | null;
}

/** The last measured error of the clock, and when by the wrong clock it was measured. */
export interface ClockRow {
  readonly offsetMs: number | null;
  readonly wallMs: number;
  /** A leap ahead that nobody has proved yet; absent from rows of older versions. */
  readonly leapMs?: number;
  /** How often the clock was set since then; absent as well. */
  readonly timesSet?: number;
}

/** One data key, wrapped for a member of the staff and a business day. */
export interface Wrap {
  readonly staff: string;
  readonly day: string;
  readonly salt: Bytes;
  readonly iterations: number;
  /** The passkey whose PRF opens it instead of a PIN: salt and iterations mean nothing then. */
  readonly credential?: Bytes;
  /** The secret of the day, sealed to this device's agreement key. */
  readonly secret: Bytes;
  readonly wrapped: Sealed;
}

/** Counts wrong PINs on the disk: a reload gives no new tries. */
export interface GuardRow {
  readonly wrong: number;
  readonly erasedAt: number | null;
  readonly openedAt: number;
}

/** When each was fetched last, by the corrected clock, and where the pull of others' entries goes on. */
export interface SyncRow {
  readonly lastAt: number | null;
  readonly cursor: string | null;
  readonly bundleAt: number | null;
  readonly othersAt: number | null;
  readonly wordAt: number | null;
  readonly unlocksAt: number | null;
  /** Absent from rows of older versions. */
  readonly standbyAt?: number | null;
}

export const NEVER: SyncRow = { lastAt: null, cursor: null, bundleAt: null, othersAt: null, wordAt: null, unlocksAt: null };

/** A hub of the hall, as the center's signed bundle names it; `key` is its raw point, base64url. */
export interface HubRow {
  readonly device: string;
  readonly name: string;
  readonly address: string;
  readonly key: string;
}

/** What a hub said that it holds of a chain: up to `last`, in these batches. Their entries wait all the same. */
export interface HandedRow {
  readonly hub: string;
  readonly device: string;
  readonly last: number;
  readonly batches: readonly Header[];
}

/** How far this device and a hub have told each other what was written: own entries up to `left`, others' behind `after`. */
export interface NotedRow {
  readonly hub: string;
  readonly device: string;
  readonly left: number;
  readonly after: string;
  /** When they last did while the center did not answer, and since when, by the corrected clock. Absent while it answers. */
  readonly heardAt?: number;
  readonly sinceAt?: number;
}

export interface AsideRow {
  readonly seq: number;
  readonly id: string;
  readonly reason: string;
}

/**
 * An entry of an earlier enrollment of this browser, sealed to the server. One that version 1 kept has no link: no batch
 * can be made of it any more.
 */
export interface KeptRow {
  readonly device: string;
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly theirs: Bytes;
  readonly bytes?: number;
  readonly link?: Bytes;
}

/** An earlier enrollment that left entries unsent: its chain, and the key that still signs them. */
export interface EarlierRow extends ChainRow {
  readonly signing: CryptoKey;
}

/** The sealed file that is shown as codes, as it was made when these entries waited. */
export interface ShownRow {
  readonly device: string;
  readonly seq: number;
  readonly answered: number;
  /** Those of earlier enrollments that waited too. */
  readonly kept: number;
  readonly file: Bytes;
}

export interface Meta {
  device: DeviceRow;
  /** An enrollment that is being asked for: a mistyped code costs the present one nothing. */
  candidate: DeviceRow;
  chain: ChainRow;
  clock: ClockRow;
  wraps: readonly Wrap[];
  guard: GuardRow;
  sync: SyncRow;
  hubs: readonly HubRow[];
  /** One row of a chain, this enrollment's and earlier ones'. */
  handedOver: readonly HandedRow[];
  noted: NotedRow;
  /** The keys under which the hall's desks tell each other, and whom nobody hears any more. */
  hall: Sealed;
  /** The bundle but for its people, who go with the day. */
  bundle: Sealed;
  people: Sealed;
  shown: ShownRow;
  /** Who may be called in, with their phones, where a lead has signed in today; goes with the day too. */
  standby: Sealed;
  /** Who may sign in: names of staff, sealed under a key that scripts cannot read but the locked screen can use. */
  staff: Sealed;
  screen: CryptoKey;
  /** Which bundle lies here, for the status of a locked screen. */
  about: { readonly version: number; readonly issuedAt: number; readonly day: string; readonly siteName: string; readonly locksAfterMs?: number };
}

export interface StationSchema extends DBSchema {
  meta: { key: keyof Meta; value: Meta[keyof Meta] };
  entries: { key: number; value: EntryRow };
  asides: { key: number; value: AsideRow };
  others: { key: number; value: Sealed };
  kept: { key: [string, number]; value: KeptRow };
  earlier: { key: string; value: EarlierRow };
  /** Parts of other devices' files that this one's camera has seen, until they are passed on. */
  carried: { key: [string, number]; value: Frame };
}

export type Database = IDBPDatabase<StationSchema>;
export type Store = StoreNames<StationSchema>;
export type Upgrade = IDBPTransaction<StationSchema, Store[], "versionchange">;

/** Bring a database of any older version to this one. */
export function upgrade(database: Database, from: number): void {
  if (from < 1) {
    database.createObjectStore("meta");
    database.createObjectStore("entries", { keyPath: "seq" });
    database.createObjectStore("asides", { keyPath: "seq" });
    database.createObjectStore("others", { autoIncrement: true });
    database.createObjectStore("kept", { keyPath: ["device", "seq"] });
  }
  if (from < 2) database.createObjectStore("earlier", { keyPath: "device" });
  if (from < 3) database.createObjectStore("carried", { keyPath: ["file", "number"] });
}
