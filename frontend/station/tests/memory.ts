/** A station that lives in memory, for looking at the screens and for their tests: no store, no key, no network. */

import type { Desk, DoseTold, Facts, FormShown, Kind, ReactionTold, Row, Stage, StaffMember, Station, Status, Told, Visit } from "../src/core";
import { StationError } from "../src/core";
import { dayOf } from "../src/format";

export interface Scene {
  readonly startsAt: number;
  readonly status?: Partial<Status>;
  readonly staff: readonly StaffMember[];
  readonly called: readonly Called[];
  readonly desk: Desk;
  readonly forms: readonly FormShown[];
}

export interface Called {
  readonly appointment: string;
  readonly person: string;
  readonly name: string;
  readonly born: string;
  readonly sex: Row["sex"];
  readonly idEnd: string;
  readonly startsAt: number;
  readonly session: string;
  readonly history?: Visit["history"];
  readonly warnings?: Visit["warnings"];
  readonly conditions?: Visit["conditions"];
}

interface Written {
  readonly id: string;
  readonly seq: number;
  readonly kind: Kind;
  readonly at: number;
  readonly staff: string | null;
  readonly body: any;
}

export class MemoryStation implements Station {
  status: Status;
  readonly entries: Written[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly began = Date.now();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
    const day = dayOf(scene.startsAt);
    this.status = {
      phase: "new",
      fingerprint: null,
      device: "device",
      site: { code: "79-0012", name: "Trạm Y tế phường Tân Phú" },
      enrolledUntilAt: scene.startsAt + 30 * 86_400_000,
      staff: null,
      unsent: 0,
      oldestUnsentAt: null,
      lastSyncAt: scene.startsAt - 60_000,
      reached: true,
      syncing: false,
      stopped: null,
      setAside: 0,
      bundle: { version: 3, issuedAt: scene.startsAt - 6 * 3_600_000, day },
      bundleStale: false,
      offsetMs: 0,
      persisted: true,
      day,
      ...scene.status,
    };
  }

  get staff() {
    return this.scene.staff;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(change: Partial<Status>): void {
    this.status = { ...this.status, ...change };
    for (const listener of this.listeners) listener();
  }

  async enroll(code: string): Promise<string> {
    if (code === "wrong") throw new StationError("code-refused");
    this.set({ phase: "waiting", fingerprint: "402718" });
    return "402718";
  }

  async confirmed(): Promise<boolean> {
    this.set({ phase: "locked" });
    return true;
  }

  async setPin(staff: string): Promise<void> {
    this.set({ phase: "open", staff: this.staff.find((one) => one.id === staff)! });
  }

  async signIn(staff: string, pin: string): Promise<void> {
    if (pin !== "246810") throw new StationError("pin-wrong", 4);
    this.set({ phase: "open", staff: this.staff.find((one) => one.id === staff)! });
  }

  lock(): void {
    this.set({ phase: "locked" });
  }

  async signOut(): Promise<void> {
    if (this.status.unsent > 0) throw new StationError("unsent");
    this.set({ phase: "locked", staff: null });
  }

  endDay = () => this.signOut();
  now = () => this.scene.startsAt + (Date.now() - this.began);
  newId = () => crypto.randomUUID();

  today(filter?: { stage?: Stage }): readonly Row[] {
    return this.visits().filter((one) => filter?.stage === undefined || one.stage === filter.stage);
  }

  counts(): Readonly<Record<Stage, number>> {
    const counts = { expected: 0, arrived: 0, screened: 0, deferred: 0, observed: 0, released: 0, left: 0, "wrong-person": 0 };
    for (const one of this.visits()) counts[one.stage] += 1;
    return counts;
  }

  search(text: string, most = 20): readonly Row[] {
    const key = (told: string) => told.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
    const words = key(text).split(/\s+/).filter(Boolean);
    return this.visits()
      .filter((one) => one.ticket === text || one.idEnd === text || words.every((word) => key(one.name).split(" ").includes(word)))
      .slice(0, most);
  }

  async find(scanned: string): Promise<Row | null> {
    return this.visits().find((one) => one.appointment === scanned || one.visit === scanned) ?? null;
  }

  visit(key: string): Visit | null {
    return this.visits().find((one) => one.key === key) ?? null;
  }

  desk(): Desk {
    const held = new Set(this.of("lot-held-here").map((one) => one.body.lot));
    const stopped = new Set(this.of("session-stopped").map((one) => one.body.campaign_session));
    const desk = this.scene.desk;
    const opened = this.of("vial-opened").map((one) => {
      const product = desk.products.find((each) => each.code === desk.lots.find((lot) => lot.number === one.body.lot)?.product);
      const until = product?.useAfterOpenHours ? one.at + product.useAfterOpenHours * 3_600_000 : null;
      return { label: one.body.vial, lot: one.body.lot, product: product?.code ?? null, openedAt: one.at, useUntilAt: until, dosesLeft: one.body.doses };
    });
    const drawn = (lot: string, vial: string) => this.of("dose-given").filter((one) => one.body.lot === lot && one.body.vial === vial).length;
    return {
      ...desk,
      lots: desk.lots.map((lot) => (held.has(lot.number) ? { ...lot, held: true } : lot)),
      vials: [...desk.vials, ...opened].map((vial) => ({ ...vial, dosesLeft: vial.dosesLeft - drawn(vial.lot, vial.label) })),
      sessions: desk.sessions.map((one) => (stopped.has(one.campaignSession) ? { ...one, stopped: "anaphylaxis" } : one)),
    };
  }

  forms(age: number): readonly FormShown[] {
    return this.scene.forms.filter((form) => (form.min_age ?? 0) <= age && age <= (form.max_age ?? 200));
  }

  judge(key: string): readonly { code: string; severity: number; days_missing: number | null }[] {
    const last = this.visit(key)?.history.slice(-1)[0];
    const days = last ? (Date.parse(this.status.day) - Date.parse(last.givenOn)) / 86_400_000 : 999;
    return days < 56 ? [{ code: "interval-too-short", severity: 2, days_missing: 56 - days }] : [];
  }

  async append<K extends Kind>(kind: K, body: Facts[K], at = this.now()) {
    const entry = { id: this.newId(), seq: this.entries.length + 1, kind, at, staff: this.status.staff?.id ?? null, body };
    this.entries.push(entry);
    this.set({ unsent: this.status.unsent + 1, oldestUnsentAt: this.status.oldestUnsentAt ?? at });
    return { id: entry.id, seq: entry.seq, at };
  }

  async waiting() {
    return this.entries.slice(-this.status.unsent || this.entries.length).map(({ seq, kind, at }) => ({ seq, kind, at }));
  }

  setAside = () => [];
  syncNow = async () => this.set({ unsent: 0, oldestUnsentAt: null, lastSyncAt: this.now(), reached: true });
  close(): void {}

  private of(kind: Kind, visit?: string | null): readonly Written[] {
    return this.entries.filter((one) => one.kind === kind && (visit === undefined || one.body.visit === visit));
  }

  private visits(): readonly Visit[] {
    const arrived = this.of("arrived");
    const came = new Set(arrived.map((one) => one.body.appointment));
    const expected = this.scene.called.filter((one) => !came.has(one.appointment)).map((one) => this.fold(null, one));
    return [...expected, ...arrived.map((one) => this.fold(one, this.scene.called.find((each) => each.appointment === one.body.appointment)))];
  }

  private fold(arrival: Written | null, called: Called | undefined): Visit {
    const visit = arrival?.body.visit ?? null;
    const last = (kind: Kind) => (visit === null ? null : (this.of(kind, visit).slice(-1)[0] ?? null));
    const told = (one: Written): Told => ({ entry: one.id, at: one.at, staff: one.staff, unsent: one.seq > this.entries.length - this.status.unsent });
    const withBody = (one: Written | null) => (one === null ? null : { ...told(one), ...one.body });
    const doses = visit === null ? [] : this.of("dose-given", visit).map((one) => this.dose(one, told));
    const dose = doses.filter((one) => one.voided === null).slice(-1)[0] ?? null;
    const left = last("left");
    const end = last("released") ?? left;
    const stage: Stage = visit === null ? "expected" : left?.body.reason === "wrong-person" ? "wrong-person" : end ? (end.kind === "left" ? "left" : "released") : dose ? "observed" : last("deferred") ? "deferred" : last("screened") ? "screened" : "arrived";
    const consented = last("consented");
    const block = arrival?.body.block;
    const reactions = visit === null ? [] : this.of("aefi", visit).map((one): ReactionTold => ({ ...told(one), ...one.body }));
    const latest = end ?? (dose ? { at: dose.at } : (last("screened") ?? arrival));
    return {
      key: visit ?? called!.appointment,
      visit,
      person: arrival?.body.person ?? called!.person,
      appointment: called?.appointment ?? null,
      campaignSession: called?.session ?? arrival?.body.campaign_session ?? null,
      name: called?.name ?? block?.name ?? "",
      born: called?.born ?? block?.born ?? "",
      sex: called?.sex ?? block?.sex ?? "unknown",
      idEnd: called?.idEnd ?? block?.identifiers?.[0]?.value.slice(-4) ?? "",
      ticket: arrival?.body.ticket ?? "",
      startsAt: called?.startsAt ?? null,
      stage,
      since: latest?.at ?? null,
      doseNumber: (called?.history?.length ?? 0) + 1,
      flags: [],
      unsent: arrival !== null && told(arrival).unsent,
      reference: called ? "K7P2M4" : "",
      arrived: arrival && told(arrival),
      identified: withBody(last("identified")),
      consented: consented && { ...told(consented), ...consented.body, guardian: consented.body.guardian_name ?? null },
      screened: withBody(last("screened")),
      deferred: withBody(last("deferred")),
      doses,
      dose,
      observed: [],
      ended: end && { ...told(end), minutes: end.body.minutes, left: end.kind === "left", word: end.body.state ?? end.body.reason },
      reactions,
      history: called?.history ?? [],
      warnings: called?.warnings ?? [],
      conditions: called?.conditions ?? [],
      eligible: true,
      reasons: [],
      fromOn: null,
      observeUntilAt: dose ? dose.at + this.scene.desk.observeMinutes * 60_000 : null,
    };
  }

  private dose(one: Written, told: (one: Written) => Told): DoseTold {
    const about = (kind: Kind) => this.of(kind).filter((other) => other.body.entry === one.id);
    const voided = about("voided").slice(-1)[0];
    const corrected = about("corrected");
    const body = Object.assign({}, one.body, ...corrected.map((other) => other.body.values));
    return {
      ...told(one),
      product: body.product,
      lot: body.lot,
      vial: body.vial,
      volumeMl: body.volume_ml,
      arm: body.arm,
      vaccinator: body.vaccinator,
      recorder: body.recorder,
      doseNumber: body.dose_number_told,
      voided: voided ? { ...told(voided), reason: voided.body.reason } : null,
      corrected: corrected.map((other) => ({ ...told(other), reason: other.body.reason })),
      confirmed: null,
    };
  }
}
