/** The station at work: holds the parts together and answers the screens. */

import {
  type Appended, type Code, type DayTold, type Facts, type Frames, type Kind, type Passed, type Passkeys, type Phase, type SetAside, type StaffMember, type StandbyList, type Station, StationError,
  type Status, type Waiting,
} from "./core.js";
import { atWork, type Enrolled, type Parts } from "./enrolled.js";
import { leadsHere, Presence } from "./presence.js";
import { type Keeping, keeping } from "./record/keeping.js";
import { type Entry, instantOf } from "./record/lines.js";
import { Memory } from "./record/memory.js";
import { Reading } from "./record/reading.js";
import { afterCall } from "./record/standby.js";
import type { Today } from "./record/today.js";
import type { DeviceRow } from "./store/schema.js";
import { Shelf, type Staff } from "./store/shelf.js";
import { Earlier } from "./sync/earlier.js";
import { enroll, patient, standing } from "./sync/enrolling.js";
import { NoAnswer } from "./sync/http.js";
import { Loop } from "./sync/loop.js";
import { type News, Pages } from "./sync/pages.js";
import { NotOurs } from "./sync/pull.js";
import type { Outcome } from "./sync/round.js";
import { type Bytes, fromUtf8 } from "./wire/bytes.js";
import { Shown } from "./shown.js";
import { Ids } from "./wire/ids.js";

const CONFIRM_MS = 3000;

export class StationAtWork extends Reading implements Station {
  private readonly shown: Shown;
  private readonly earlier: Earlier;
  private readonly shelf: Shelf;
  private readonly memory: Memory;
  private readonly pages: Pages;
  private readonly presence: Presence;
  private readonly loop: Loop;
  private readonly spareIds = new Ids();
  private enrolled: Enrolled | null = null;
  private device: DeviceRow | undefined;
  private reached: boolean | null = null;
  private syncing = false;
  private poll: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private kept: Keeping = "kept";
  private team: Staff = [];

  private constructor(private readonly parts: Parts) {
    super();
    this.shelf = new Shelf(parts.disk);
    this.memory = new Memory(this.shelf, parts.clock);
    this.earlier = new Earlier(parts.disk, parts.http, () => parts.clock.ticks());
    this.shown = new Shown(parts, () => ({
      phase: this.phase(), device: this.device, reached: this.reached, syncing: this.syncing,
      outbox: this.enrolled?.outbox ?? null, team: this.team, signedIn: this.presence.signedIn,
    }));
    this.presence = new Presence(parts, {
      shelf: this.shelf,
      enrolled: () => this.atWork(),
      tell: (news) => this.pages.tell(news),
      read: () => this.read(),
      forget: () => {
        this.enrolled?.vault.forget();
        this.memory.forget();
      },
      refresh: () => this.refresh(),
      nudge: () => this.loop.nudge(),
    });
    this.pages = new Pages(parts.name, (news) => this.beside(this.hear(news)));
    this.loop = new Loop({
      begun: () => {
        this.syncing = true;
        this.beside(this.refresh());
      },
      round: (all) => this.reconcile(all),
      ended: async ({ reached }) => {
        this.syncing = false;
        this.reached = reached;
        await this.noteClock();
        await this.forgetOld();
        await this.refresh();
      },
    });
  }

  static async start(parts: Parts): Promise<StationAtWork> {
    const station = new StationAtWork(parts);
    await station.noteClock().catch(() => undefined); // a full disk keeps nobody from working
    await station.forgetOld();
    await station.take(await parts.disk.get("device"));
    return station;
  }

  get status(): Status {
    return this.shown.status;
  }

  get staff(): readonly StaffMember[] {
    return this.shown.staff;
  }

  subscribe(listener: () => void): () => void {
    return this.shown.subscribe(listener);
  }

  // Enrollment

  async enroll(code: string, name: string): Promise<string> {
    // What waits on the present enrollment can still be kept; once it is stopped, it is at best set aside.
    if (this.enrolled !== null && this.status.stopped === null) await this.presence.refuseWhileUnsent();
    const row = await enroll(this.parts.disk, this.parts.http, { code, name });
    await this.take(row);
    this.pages.tell({ what: "device" });
    return row.fingerprint;
  }

  async confirmed(): Promise<boolean> {
    const { device } = this;
    if (device === undefined || device.id === "") return false;
    if (device.status !== "enrolled") {
      await this.take(await standing(this.parts.disk, this.parts.http, device));
      if (this.enrolled !== null) this.pages.tell({ what: "device" });
    }
    return this.enrolled !== null;
  }

  // Who works here

  async setPin(staff: string, pin: string, word: string): Promise<void> {
    await this.presence.setPin(staff, pin, word);
    await this.forgetOld();
  }

  async signIn(staff: string, pin: string): Promise<void> {
    await this.knowTime();
    await this.presence.signIn(staff, pin);
  }

  async passkeys(): Promise<Passkeys | null> {
    const { PasskeysHere } = await import("./sync/passkeys.js");
    return PasskeysHere.of({
      parts: this.parts,
      enrolled: () => this.atWork(),
      credentials: (staff) => this.team.find(({ id }) => id === staff)?.credentials ?? [],
      knowTime: () => this.knowTime(),
      came: async (staff, how) => {
        await this.presence.cameBy(staff, how);
        await this.forgetOld();
      },
    });
  }

  private async knowTime(): Promise<void> {
    if (this.kept !== "doubted") return;
    await this.parts.http.time().catch(() => undefined);
    await this.noteClock().catch(() => undefined); // what the center told outlives a page closed before its next round
    await this.forgetOld();
    if (this.phase() === "doubted") throw new StationError("time-doubted");
  }

  lock(): void {
    if (this.presence.lock()) this.beside(this.refresh());
  }

  signOut(): Promise<void> {
    return this.presence.signOut();
  }

  endDay(): Promise<void> {
    return this.presence.endDay();
  }

  // The record

  now(): number {
    return this.parts.clock.now();
  }

  async settleClock(isRight: boolean): Promise<void> {
    this.parts.clock.settle(isRight);
    if (this.phase() === "open") this.parts.clock.vouched();
    await this.noteClock();
    await this.forgetOld();
    await this.read();
    await this.refresh();
  }

  newId(): string {
    return this.enrolled?.outbox.newId() ?? this.spareIds.next(this.now());
  }

  async tellStandby({ campaignSession: session }: StandbyList, person: string, state: string): Promise<void> {
    this.open();
    const staff = this.presence.signedIn;
    if (!(await patient(this.atWork().puller.tellStandby({ session, person, state, staff })))) throw new StationError("standby-unknown");
    const { key } = this.atWork().vault;
    const list = key === null ? null : await this.shelf.standby(key);
    if (key !== null && list !== null) await this.shelf.putStandby(key, afterCall(list, { session, person, state, at: this.now() }));
    await this.read();
    await this.refresh();
  }

  async append<K extends Kind>(kind: K, body: Facts[K], at?: number): Promise<Appended> {
    this.open();
    const { vault, outbox, device } = this.atWork();
    if (this.status.stopped !== null && this.status.stopped !== "refused") throw new StationError("stopped");
    if (device.kinds !== null && !device.kinds.includes(kind)) throw new StationError("kind-not-allowed");
    if (vault.key === null) throw new StationError("locked");
    const by = { staff: this.presence.signedIn, key: vault.key, ...(at !== undefined && { atMs: at }) };
    const { id, seq, atMs, line } = await outbox.append(kind, body, by);
    this.memory.tell(JSON.parse(fromUtf8(line)) as Entry, device.id);
    this.pages.tell({ what: "entries" });
    this.loop.nudge();
    await this.refresh();
    return { id, seq, at: atMs };
  }

  async waiting(): Promise<readonly Waiting[]> {
    this.open();
    const { vault, outbox } = this.atWork();
    const { answered } = await outbox.chain();
    const told = vault.key === null ? [] : await outbox.told(vault.key, answered + 1);
    const offsetMs = this.parts.clock.read().offsetMs ?? 0;
    return told.map(({ entry, seq }) => ({ seq, kind: entry.kind, at: instantOf(entry, offsetMs) }));
  }

  setAside(): readonly SetAside[] {
    return this.shown.asides;
  }

  async syncNow(): Promise<void> {
    if (this.device !== undefined) await this.loop.now();
  }

  async sealedFile(): Promise<Bytes> {
    this.open();
    const { outbox, device } = this.atWork();
    const { sealedFile } = await import("./sync/carrying.js");
    return sealedFile(this.parts.disk, outbox, { device: device.id, key: device.signing });
  }

  async passOn(file: Bytes): Promise<Passed> {
    const { passOn } = await import("./sync/carrying.js");
    return patient(passOn(this.parts.http, file));
  }

  async frames(): Promise<Frames> {
    this.open();
    const { outbox, device } = this.atWork();
    const { Gathering } = await import("./sync/gathering.js");
    return new Gathering(this.parts.disk, this.parts.http, outbox, { device: device.id, key: device.signing });
  }

  async dayTold(day: string): Promise<DayTold> {
    this.open();
    try {
      return await this.atWork().puller.day(day);
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof NotOurs) throw new StationError("no-answer");
      throw error;
    }
  }

  close(): void {
    this.closed = true;
    this.loop.stop();
    clearTimeout(this.poll);
    this.pages.close();
    this.parts.disk.close();
  }

  // Behind the scenes

  private async take(row: DeviceRow | undefined): Promise<void> {
    this.device = row;
    if (this.enrolled !== null && this.enrolled.device.id !== row?.id) {
      await this.presence.leave();
      this.enrolled = null;
    }
    this.team = await this.shelf.staff();
    clearTimeout(this.poll);
    if (row !== undefined && row.status === "enrolled" && this.enrolled?.device.id !== row.id) {
      this.enrolled = await atWork(this.parts, this.shelf, row);
      this.pages.tell({ what: "who" });
    } else if (row !== undefined && row.id !== "" && row.status === "waiting" && !this.closed) {
      const isOver = row.stopped !== null && row.stopped !== "refused";
      if (!isOver) this.poll = setTimeout(() => this.beside(this.confirmed().catch(() => this.take(this.device))), CONFIRM_MS);
    }
    if (row !== undefined) this.loop.start();
    await this.refresh();
  }

  private async read(): Promise<void> {
    const { outbox, vault, device } = this.atWork();
    if (vault.key !== null) await this.memory.read(vault.key, { outbox, device: device.id });
  }

  private async fetched(): Promise<void> {
    this.team = await this.shelf.staff();
    await this.read();
  }

  private async reconcile(all: boolean): Promise<Outcome> {
    await this.earlier.deliver(all);
    const stopped = this.device?.stopped ?? null;
    if (this.enrolled === null) return { answered: 0, stopped, fetched: false, unanswered: null };
    const outcome = await this.enrolled.round.run({ all, stopped, leads: this.leads(this.enrolled) });
    if (outcome.stopped !== stopped) await this.halt(outcome.stopped);
    if (outcome.fetched || this.memory.isOfYesterday) await this.fetched();
    else if (outcome.answered > 0) await this.read();
    if (outcome.fetched) this.pages.tell({ what: "fetched" });
    if (outcome.answered > 0) this.pages.tell({ what: "sent" });
    if (outcome.unanswered !== null) throw outcome.unanswered;
    return outcome;
  }

  /** The server listens no more: the list goes, and what was written stays, sealed to the server. */
  private async halt(stopped: Status["stopped"]): Promise<void> {
    const device = await this.parts.disk.change("device", (now) => ({ ...(now as DeviceRow), stopped }));
    this.device = device;
    this.pages.tell({ what: "device" });
    if (stopped !== "revoked") return;
    await this.shelf.forgetAll();
    await this.enrolled?.vault.erase();
    await this.presence.leave();
  }

  private async hear(news: News): Promise<void> {
    if (news.what === "device") await this.take(await this.parts.disk.get("device"));
    if (news.what === "entries" || news.what === "sent") await this.read();
    if (news.what === "fetched") await this.fetched();
    await this.presence.hear(news, this.enrolled);
    await this.refresh();
  }

  /** What nobody waits for may be cut off when the page goes, and by nothing else. */
  private beside(work: Promise<unknown>): void {
    work.catch((fault: unknown) => {
      if (!this.closed) throw fault;
    });
  }

  private async noteClock(): Promise<void> {
    const { clock, disk } = this.parts;
    const { wallMs, offsetMs } = clock.read();
    await disk.put("clock", { offsetMs, wallMs, leapMs: clock.leapMs, timesSet: clock.timesSet });
  }

  /** Forget a list that is too old, where nobody works with it. */
  private async forgetOld(): Promise<void> {
    const { disk, clock } = this.parts;
    const guard = await disk.get("guard");
    if (guard === undefined || this.phase() === "open") {
      this.kept = "kept";
      return;
    }
    // Somebody signed in by a leap that was none.
    if (guard.openedAt > this.now()) await disk.change("guard", (row = guard) => ({ ...row, openedAt: Math.min(row.openedAt, this.now()) }));
    this.kept = keeping(guard.openedAt, clock);
    if (this.kept !== "over") return;
    await this.shelf.forgetDay(null);
    if (this.presence.signedIn !== null) await this.presence.leave();
  }

  private atWork(): Enrolled {
    if (this.enrolled === null) throw new StationError("not-enrolled");
    return this.enrolled;
  }

  protected open(): Today {
    const code: Code | null = this.enrolled === null ? "not-enrolled" : this.phase() === "open" ? null : "locked";
    if (code !== null) throw new StationError(code);
    return this.memory.today;
  }

  private leads({ device }: Enrolled): boolean {
    return this.phase() === "open" && leadsHere(this.status.staff, device.kinds);
  }

  private phase(): Phase {
    if (this.device === undefined || this.device.id === "") return "new";
    if (this.enrolled === null) return "waiting";
    const phase = this.presence.phase(this.enrolled);
    return phase === "locked" && this.kept === "doubted" ? "doubted" : phase;
  }

  private refresh(): Promise<void> {
    return this.shown.refresh();
  }
}
