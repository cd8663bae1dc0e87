/**
 * One round of reconciling with the center: send what waits, then fetch what is due. Rounds of all pages of a device take
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
import type { Http } from "./http.js";
import { NotOurs, type Puller } from "./pull.js";
import { Sender } from "./send.js";

const MINUTE_MS = 60_000;
/** How old each may be before it is fetched again. Habits of ours, far under what the server allows. */
const BUNDLE_MS = 30 * MINUTE_MS;
const UNLOCKS_MS = 60 * MINUTE_MS;
const WORD_MS = 2 * MINUTE_MS;
const OTHERS_MS = 10_000;
/** Set aside for these, an entry may yet be sent and is: the lead decides over it. For the others nothing more is taken. */
const SENDS_ON: readonly (Stopped | null)[] = [null, "revoked", "expired"];

export interface Outcome {
  readonly answered: number;
  readonly stopped: Stopped | null;
  /** What changed on the disk. */
  readonly fetched: boolean;
}

export class Round {
  private readonly sender: Sender;
  private readonly puller: Puller;

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
  }

  /** Throws NoAnswer when the center does not answer; whatever was done before that stands. */
  async run({ all, stopped: known }: { all: boolean; stopped: Stopped | null }): Promise<Outcome> {
    let answered = 0;
    let stopped = known;
    while (SENDS_ON.includes(stopped) && (await this.parts.outbox.waiting()).count > 0) {
      const sent = await this.sender.once(this.parts.vault.key);
      answered += sent.answered;
      if (sent.stopped !== null) stopped = sent.stopped;
    }
    if (stopped !== null) return { answered, stopped, fetched: false };
    try {
      return { answered, stopped, fetched: await this.fetch(all) };
    } catch (error) {
      if (!(error instanceof NotOurs)) throw error;
      return { answered, stopped: await cutOff(this.parts.http, this.parts.device), fetched: false };
    }
  }

  private async fetch(all: boolean): Promise<boolean> {
    const { disk, vault, clock } = this.parts;
    const times = await disk.get("sync");
    const now = clock.now();
    const due = (at: number | null | undefined, every: number): boolean =>
      all || at === null || at === undefined || Math.abs(now - at) > every;
    let fetched = false;
    if (due(times?.wordAt, WORD_MS)) await this.word();
    if (due(times?.unlocksAt, UNLOCKS_MS)) await this.unlocks();
    if (vault.key !== null) {
      const day = (await disk.get("about"))?.day;
      if (due(times?.bundleAt, BUNDLE_MS) || day !== dayOf(now)) fetched = (await this.bundle()) || fetched;
      if (due(times?.othersAt, OTHERS_MS)) fetched = (await this.others()) || fetched;
    } else if ((await this.parts.shelf.staff()).length === 0) {
      fetched = await this.team();
    }
    await this.note({ lastAt: clock.now() });
    return fetched;
  }

  private async word(): Promise<void> {
    const { disk, outbox } = this.parts;
    const { count, oldestAt } = await outbox.waiting();
    const bundle = (await disk.get("about"))?.version ?? null;
    const erasedAt = (await disk.get("guard"))?.erasedAt ?? null;
    await this.puller.heartbeat({ pending: count, oldestAt, bundle, erasedAt });
    await this.note({ wordAt: this.parts.clock.now() });
  }

  private async unlocks(): Promise<void> {
    const given = await this.puller.unlocks(null);
    if (given === null) return;
    await this.parts.vault.renew(given, this.parts.clock.day(), { onlyThese: true });
    await this.note({ unlocksAt: this.parts.clock.now() });
  }

  private async bundle(): Promise<boolean> {
    const { disk, shelf, vault, clock } = this.parts;
    const known = (await disk.get("about"))?.version ?? 0;
    const got = await this.puller.bundle(known);
    if (got === null || vault.key === null) return false;
    await shelf.put(vault.key, got);
    await this.note({ bundleAt: clock.now() });
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
    await this.note({ othersAt: clock.now() });
    return changed;
  }

  private async note(times: Partial<SyncRow>): Promise<void> {
    await this.parts.disk.change("sync", (now) => ({ ...NEVER, ...now, ...times }));
  }
}
