/**
 * The station of a rehearsal: the same screens, the same rules, the same reading of what was told, over invented people. It
 * knows no server, no key and no outbox; what it writes has a schema that no center reads.
 */

import {
  type Appended, type DayTold, type Facts, type Frames, type Kind, type Row, type SetAside, type StaffMember, type Station, StationError, type Status, type Waiting,
} from "../core.js";
import type { Entry } from "../record/lines.js";
import { Reading } from "../record/reading.js";
import { Today } from "../record/today.js";
import { Ids } from "../wire/ids.js";
import { w } from "../words.js";
import type { Keep, Run } from "./keep.js";
import { NO_SITE } from "./scene.js";

/** The schema of what a rehearsal writes: a center knows none of this number and sets such an entry aside, whoever signs it. */
export const REHEARSED = 0;
const TEAM = "00000000-0000-7000-8000-000000000000";
/** The team does everything. */
const ROLES = ["check-in", "screener", "vaccinator", "observer", "lead"] as const;

export class RehearsalStation extends Reading implements Station {
  private readonly listeners = new Set<() => void>();
  private readonly ids = new Ids();
  private readonly entries: Entry[] = [];
  private readonly record: Today;

  private constructor(
    readonly run: Run,
    private readonly keep: Keep,
    private readonly wall: () => number,
  ) {
    super();
    this.record = new Today(run.scene.bundle.list.day);
    this.record.take(run.scene.bundle);
  }

  static async resume(run: Run, keep: Keep, wall: () => number = () => Date.now()): Promise<RehearsalStation> {
    const station = new RehearsalStation(run, keep, wall);
    for (const entry of await keep.told()) station.hear(entry);
    return station;
  }

  /** All that was told, in its order: what the scorecard reads. */
  get told(): readonly Entry[] {
    return this.entries;
  }

  get status(): Status {
    const { day } = this.record;
    return {
      phase: "open", rehearsal: true, fingerprint: null, device: null, site: { code: NO_SITE, name: w("rehearsal.site") }, enrolledUntilAt: null, staff: this.staff[0] ?? null,
      unsent: 0, oldestUnsentAt: null, lastSyncAt: null, reached: null, syncing: false, stopped: null, setAside: 0, heldByHub: 0, hall: null, kept: 0,
      bundle: { version: 1, issuedAt: this.run.beginsAt, day }, bundleStale: false, locksAfterMs: 0, offsetMs: 0, leapMs: 0, persisted: true, day,
    };
  }

  get staff(): readonly StaffMember[] {
    return [{ id: TEAM, name: w("rehearsal.team"), roles: ROLES, hasPin: true, hasPasskey: false }];
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  now(): number {
    return this.run.beginsAt + Math.max(0, this.wall() - this.run.startedAt) * this.run.pace;
  }

  newId(): string {
    return this.ids.next(this.now());
  }

  /** A list of invented people has no tokens: a number is looked for among what was typed here. */
  override async find(scanned: string): Promise<Row | null> {
    const text = scanned.trim().toUpperCase();
    return this.today().find((row) => row.visit === text.toLowerCase() || this.visit(row.key)?.reference === text) ?? null;
  }

  async append<K extends Kind>(kind: K, body: Facts[K], at: number = this.now()): Promise<Appended> {
    const id = this.newId();
    const seq = this.entries.length + 1;
    const entry: Entry = { ...body, kind, id, schema: REHEARSED, seq, at: new Date(at).toISOString(), offset_ms: 0, site: NO_SITE, staff: TEAM };
    await this.keep.tell(entry);
    this.hear(entry);
    this.listeners.forEach((listener) => listener());
    return { id, seq, at };
  }

  close(): void {
    this.keep.close();
  }

  // What a rehearsal has nothing of: a center, an enrollment, people who sign in, anything that waits.

  lock(): void {}
  async syncNow(): Promise<void> {}
  async settleClock(): Promise<void> {}
  async signIn(): Promise<void> {}
  async signOut(): Promise<void> {}
  async passkeys(): Promise<null> {
    return null;
  }
  async endDay(): Promise<void> {}
  setAside(): readonly SetAside[] {
    return [];
  }
  async waiting(): Promise<readonly Waiting[]> {
    return [];
  }
  async confirmed(): Promise<boolean> {
    return false;
  }
  enroll(): Promise<never> {
    return none();
  }
  setPin(): Promise<never> {
    return none();
  }
  tellStandby(): Promise<never> {
    return none();
  }
  sealedFile(): Promise<never> {
    return none();
  }
  passOn(): Promise<never> {
    return none();
  }
  frames(): Promise<Frames> {
    return none();
  }
  dayTold(): Promise<DayTold> {
    return none();
  }

  protected open(): Today {
    return this.record;
  }

  private hear(entry: Entry): void {
    this.entries.push(entry);
    this.record.tell(entry, { device: "", waits: false });
  }
}

function none(): Promise<never> {
  return Promise.reject(new StationError("no-answer"));
}
