/**
 * One round of reconciling with the center: send what waits, then fetch what is due; where it does not answer, the hall's hub. Rounds of all pages of a device take
 * turns under a Web Lock; what was fetched when lies on the disk, so that two pages do not fetch it twice.
 */

import type { Stopped } from "../core.js";
import type { Clock } from "../record/clock.js";
import { dayOf } from "../record/clock.js";
import type { Outbox } from "../record/outbox.js";
import type { Shelf } from "../store/shelf.js";
import type { Disk } from "../store/disk.js";
import { type DeviceRow, NEVER, type SyncRow } from "../store/schema.js";
import type { Vault } from "../store/vault.js";
import { cutOff } from "./enrolling.js";
import { Desks } from "./desks.js";
import { type Http, NoAnswer } from "./http.js";
import { Hubs } from "./hubs.js";
import { NotOurs, type Puller } from "./pull.js";
import { Sender } from "./send.js";

const MINUTE_MS = 60_000;
/** How old each may be before it is fetched again. Habits of ours, far under what the server allows. */
const BUNDLE_MS = 30 * MINUTE_MS;
const UNLOCKS_MS = 60 * MINUTE_MS;
const WORD_MS = 2 * MINUTE_MS;
/** Phones are asked for where a lead is at work: anew often enough that nobody is called who has a place meanwhile. */
const STANDBY_MS = 30 * MINUTE_MS;
const OTHERS_MS = 10_000;
/** How long a center that did not answer the last round has to say its time, before all that waits is sent its way. */
const SIGN_OF_LIFE_MS = 10_000;
export interface Outcome {
  readonly answered: number;
  readonly stopped: Stopped | null;
  /** What changed on the disk. */
  readonly fetched: boolean;
  /** Why the round ended before its end; what was done until then stands and is told above. */
  readonly unanswered: NoAnswer | null;
}

type Part = "word" | "unlocks" | "bundle" | "others" | "standby";

type Done = { -readonly [Part in keyof Omit<Outcome, "unanswered">]: Outcome[Part] };

export class Round {
  private readonly sender: Sender;
  private readonly puller: Puller;
  private readonly hubs: Hubs;
  private readonly desks: Desks;
  /** The center did not answer the last round: a way that swallows what is sent would hold every round up for a minute. */
  private away = false;
  /** What a round that did not end has fetched already. */
  private readonly got = new Set<Part>();

  constructor(
    private readonly parts: {
      readonly disk: Disk;
      readonly http: Http;
      readonly clock: Clock;
      readonly outbox: Outbox;
      readonly vault: Vault;
      readonly shelf: Shelf;
      readonly puller: Puller;
      readonly device: DeviceRow;
    },
  ) {
    const { device, http, outbox } = parts;
    this.sender = new Sender(outbox, http, { device: device.id, key: device.signing });
    this.puller = parts.puller;
    this.desks = new Desks(parts);
    this.hubs = new Hubs(parts, this.desks);
  }

  /** `leads` tells that whoever is signed in leads the site and may call people in. */
  async run({ all, stopped, leads }: { all: boolean; stopped: Stopped | null; leads: boolean }): Promise<Outcome> {
    // What was refused once is tried again: the fault may have been the server's, and the outbox must find its way.
    const done: Done = { answered: 0, stopped: stopped === "refused" ? null : stopped, fetched: false };
    const hubFirst = this.away;
    let isNear = hubFirst && (await this.hubs.turn(done));
    try {
      if (isNear) await this.parts.http.time(SIGN_OF_LIFE_MS);
      await this.send(done);
      if (done.stopped === null) await this.fetch(done, { all, leads });
      if (done.stopped !== null && done.answered === 0) await this.sayAgain(done);
      this.away = false;
      await this.desks.centerIsBack();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.away = true;
      if (!hubFirst) isNear = await this.hubs.turn(done);
      // The hall works on: its desks hear each other as often as they would hear the center.
      const again = isNear && error.retryAfterMs === null ? new NoAnswer(error.message, OTHERS_MS, error.code, error.untilAt) : error;
      return { ...done, unanswered: again };
    }
    return { ...done, unanswered: null };
  }

  /** A device that is listened to no more is not told where its chain stands: its last entry, said once more, asks for it. */
  private async sayAgain(done: Done): Promise<void> {
    if ((await this.sender.again(this.parts.vault.key)).goesOn) await this.send(done);
  }

  private async send(done: Done): Promise<void> {
    for (let goesOn = true; goesOn && (await this.parts.outbox.waiting()).count > 0; ) {
      const sent = await this.sender.once(this.parts.vault.key);
      done.answered += sent.answered;
      if (sent.stopped !== undefined) done.stopped = sent.stopped;
      goesOn = sent.goesOn;
    }
  }

  private async fetch(done: Done, wanted: { all: boolean; leads: boolean }): Promise<void> {
    try {
      await this.fetchDue(done, wanted);
    } catch (error) {
      if (!(error instanceof NotOurs)) throw error;
      done.stopped = await cutOff(this.parts.http, this.parts.device);
    }
  }

  /** Fetch what is due; asked for by hand, all, but nothing twice until it is whole: a poor line gets further with each try. */
  private async fetchDue(done: Done, { all, leads }: { all: boolean; leads: boolean }): Promise<void> {
    const { disk, vault, clock } = this.parts;
    const times = await disk.get("sync");
    const now = clock.now();
    const due = (part: Part, every: number): boolean => {
      const at = times?.[`${part}At`];
      return all ? !this.got.has(part) : at === null || at === undefined || Math.abs(now - at) > every;
    };
    if (due("word", WORD_MS)) await this.word(done);
    if (due("unlocks", UNLOCKS_MS)) await this.unlocks();
    if (vault.key !== null) {
      const day = (await disk.get("about"))?.day;
      if (due("bundle", BUNDLE_MS) || day !== dayOf(now)) done.fetched = (await this.bundle()) || done.fetched;
      if (due("others", OTHERS_MS)) done.fetched = (await this.others()) || done.fetched;
      if (leads && due("standby", STANDBY_MS)) done.fetched = (await this.standby()) || done.fetched;
    } else if ((await this.parts.shelf.staff()).length === 0) {
      done.fetched = await this.team();
    }
    this.got.clear();
    await this.note({ lastAt: clock.now() });
  }

  /** A center that holds less than it answered for came back from a backup: it gets the rest again, though nothing waits. */
  private async word(done: Done): Promise<void> {
    const { disk, outbox } = this.parts;
    const { count, oldestAt } = await outbox.waiting();
    const bundle = (await disk.get("about"))?.version ?? null;
    const erasedAt = (await disk.get("guard"))?.erasedAt ?? null;
    const stands = await this.puller.heartbeat({ pending: count, oldestAt, bundle, erasedAt });
    await this.have("word", { wordAt: this.parts.clock.now() });
    if (stands === null || stands.last >= (await outbox.chain()).answered) return;
    if ((await outbox.reconcile(stands.last, stands.head)) === "rewound") await this.send(done);
  }

  private async unlocks(): Promise<void> {
    const before = await this.parts.vault.wraps();
    const given = await this.puller.unlocks(null);
    if (given === null) return;
    await this.parts.vault.renew(given, this.parts.clock.day(), { before });
    await this.have("unlocks", { unlocksAt: this.parts.clock.now() });
  }

  private async bundle(): Promise<boolean> {
    const { disk, shelf, vault, clock } = this.parts;
    const known = (await disk.get("about"))?.version ?? 0;
    const got = await this.puller.bundle(known);
    if (got === null || vault.key === null) return false;
    await shelf.put(vault.key, got);
    await this.have("bundle", { bundleAt: clock.now() });
    return true;
  }

  /** Nobody can sign in before it is known who works here: of this bundle nothing else is kept. */
  private async team(): Promise<boolean> {
    const got = await this.puller.bundle(0);
    if (got === null) return false;
    await this.parts.shelf.putTeam(got.staff);
    return true;
  }

  private async others(): Promise<boolean> {
    const { disk, shelf, vault, clock } = this.parts;
    let changed = false;
    for (let more = true; more; ) {
      const cursor = (await disk.get("sync"))?.cursor ?? null;
      const page = await this.puller.entries(cursor, (await disk.get("about"))?.version ?? null);
      if (vault.key === null) return changed;
      changed = (await shelf.putPage(vault.key, page)) || changed;
      more = page.more && page.after !== cursor;
    }
    await this.have("others", { othersAt: clock.now() });
    return changed;
  }

  private async standby(): Promise<boolean> {
    const { shelf, vault, clock } = this.parts;
    const told = await this.puller.standby();
    if (vault.key === null) return false;
    if (told !== null) await shelf.putStandby(vault.key, told);
    await this.have("standby", { standbyAt: clock.now() });
    return told !== null;
  }

  private have(part: Part, times: Partial<SyncRow>): Promise<void> {
    this.got.add(part);
    return this.note(times);
  }

  private async note(times: Partial<SyncRow>): Promise<void> {
    await this.parts.disk.change("sync", (now) => ({ ...NEVER, ...now, ...times }));
  }
}
