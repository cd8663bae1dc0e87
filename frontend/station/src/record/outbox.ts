/**
 * The device's chain and what waits to be sent. An entry's link and its sealed bytes are written in one transaction, only
 * if the chain still stands where the link began; several pages of one device may write at once.
 */

import { StationError } from "../core.js";
import type { Facts, Kind } from "../facts.js";
import { openUnder, sealUnder } from "../store/aes.js";
import type { Disk } from "../store/disk.js";
import { inTurn } from "../store/turns.js";
import type { AsideRow, ChainRow, EntryRow } from "../store/schema.js";
import { type Bytes, concat, equal, fromUtf8, u32, utf8, uuidBytes } from "../wire/bytes.js";
import { genesis, type Header, link } from "../wire/chain.js";
import { Ids } from "../wire/ids.js";
import { seal } from "../wire/seal.js";
import { deflate } from "../wire/zlib.js";
import type { Clock } from "./clock.js";
import { moveAway } from "./earlier.js";
import { type Entry, lineOf } from "./lines.js";
import { type Queue, standAt, type Standing } from "./queue.js";

const OUTBOX = utf8("tc/outbox/1");
const MINE = utf8("tc/mine/1");

export interface Owner {
  readonly device: string;
  readonly site: string;
  readonly sealingKey: Bytes;
}

/** What one append comes to; `line` is what was written. */
export interface Written {
  readonly id: string;
  readonly seq: number;
  readonly atMs: number;
  readonly line: Bytes;
}

export class Outbox implements Queue<EntryRow> {
  private readonly ids: Ids;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly disk: Disk,
    private readonly owner: Owner,
    private readonly clock: Clock,
    private readonly first: Bytes,
    stamp: number,
  ) {
    this.ids = new Ids(stamp);
  }

  /** Take up the device's chain, or begin it. What another enrollment of this browser left unsent is kept apart. */
  static async open(disk: Disk, owner: Owner, clock: Clock): Promise<Outbox> {
    const first = await genesis(owner.device);
    const begun = { device: owner.device, seq: 0, link: first, answered: 0, answeredLink: first, inflight: null, stamp: 0 };
    const chain = await disk.write(["meta", "entries", "asides", "kept", "earlier"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const known = (await meta.get("chain")) as ChainRow | undefined;
      if (known?.device === owner.device) return known;
      if (known !== undefined) await moveAway(transaction, known, null);
      await meta.put(begun, "chain");
      return begun;
    });
    return new Outbox(disk, owner, clock, first, chain.stamp);
  }

  newId(): string {
    return this.ids.next(this.clock.now());
  }

  heard(id: string): void {
    this.ids.heard(id, this.clock.now());
  }

  /** Write an entry down under the data key. Resolves when it is on the disk; two at once are written one after the other. */
  append<K extends Kind>(kind: K, body: Facts[K], by: { staff: string | null; key: CryptoKey; atMs?: number }): Promise<Written> {
    const turn = this.queue.then(() => inTurn("append", () => this.write(kind, body, by)));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async write<K extends Kind>(
    kind: K,
    body: Facts[K],
    { staff, key, atMs }: { staff: string | null; key: CryptoKey; atMs?: number },
  ): Promise<Written> {
    const { wallMs, offsetMs } = this.clock.read();
    const id = this.newId();
    // Another page may write in between: then the chain stands elsewhere, and the entry is linked anew.
    for (;;) {
      const chain = await this.chain();
      const seq = chain.seq + 1;
      const at = atMs === undefined ? wallMs : atMs - (offsetMs ?? 0);
      const line = lineOf(kind, body, { id, seq, atMs: at, offsetMs, site: this.owner.site, staff });
      const row = await this.sealed({ id, seq, line, key, previous: chain.link, at: at + (offsetMs ?? 0) });
      if (await this.put(row, chain)) return { id, seq, atMs: row.at, line };
    }
  }

  private async sealed(
    { id, seq, line, key, previous, at }: { id: string; seq: number; line: Bytes; key: CryptoKey; previous: Bytes; at: number },
  ): Promise<EntryRow> {
    const [after, mine, theirs] = await Promise.all([
      link(previous, seq, line),
      sealUnder(key, line, concat(MINE, u32(seq))),
      deflate(line).then((small) => seal(small, { to: this.owner.sealingKey, context: this.context(seq) })),
    ]);
    return { seq, id, at, bytes: line.length, link: after, mine, theirs };
  }

  private put(row: EntryRow, expected: ChainRow): Promise<boolean> {
    return this.disk.write(["meta", "entries"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const chain = (await meta.get("chain")) as ChainRow | undefined;
      if (chain === undefined || chain.seq !== expected.seq || !equal(chain.link, expected.link)) return false;
      await transaction.objectStore("entries").add(row);
      await meta.put({ ...chain, seq: row.seq, link: row.link, stamp: Math.max(chain.stamp, this.ids.last) }, "chain");
      return true;
    });
  }

  async chain(): Promise<ChainRow> {
    const chain = await this.disk.get("chain");
    if (chain === undefined) throw new StationError("not-enrolled");
    return chain;
  }

  /** The rows of a stretch, in order. */
  rows(first: number, last: number): Promise<EntryRow[]> {
    return this.disk.read().getAll("entries", IDBKeyRange.bound(first, last));
  }

  /** Every entry that is still here, opened, with whether it waits; one sealed under a key that is gone is left out. */
  async told(key: CryptoKey, from = 1): Promise<{ entry: Entry; seq: number; waits: boolean }[]> {
    const { answered } = await this.chain();
    const rows = await this.disk.read().getAll("entries", IDBKeyRange.lowerBound(from));
    const opened = await Promise.all(rows.map((row) => this.opened(row, key)));
    return rows.flatMap((row, at) => {
      const line = opened[at];
      if (line === undefined || line === null) return [];
      return [{ entry: JSON.parse(fromUtf8(line)) as Entry, seq: row.seq, waits: row.seq > answered }];
    });
  }

  /** The clear bytes of a row; null when it was sealed under another key. */
  opened(row: EntryRow, key: CryptoKey): Promise<Bytes | null> {
    return openUnder(key, row.mine, concat(MINE, u32(row.seq))).catch(() => null);
  }

  signed(header: Header, from: number): Promise<boolean> {
    return this.disk.write(["meta"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const chain = (await meta.get("chain")) as ChainRow;
      if (chain.answered !== from || chain.inflight !== null) return false;
      await meta.put({ ...chain, inflight: header }, "chain");
      return true;
    });
  }

  /** The server answered for every entry up to this one: they wait no more. Nothing is deleted before the day's end. */
  answered(last: number, asides: readonly AsideRow[]): Promise<void> {
    return this.disk.write(["meta", "entries", "asides"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const chain = (await meta.get("chain")) as ChainRow;
      for (const aside of asides) await transaction.objectStore("asides").put(aside);
      if (last <= chain.answered) return;
      const row = await transaction.objectStore("entries").get(last);
      if (row === undefined) throw new RangeError(`the entry ${last} is not here`);
      await meta.put({ ...chain, answered: last, answeredLink: row.link, inflight: null }, "chain");
    });
  }

  async unsigned(): Promise<void> {
    await this.disk.change("chain", (now) => ({ ...(now as ChainRow), inflight: null }));
  }

  reconcile(last: number, head: Bytes): Promise<Standing> {
    return this.disk.write(["meta", "entries"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const entries = transaction.objectStore("entries");
      const chain = (await meta.get("chain")) as ChainRow;
      const linkAt = (await entries.get(last))?.link;
      const hasNext = (await entries.get(last + 1)) !== undefined;
      const found = standAt(chain, { last, head, first: this.first, linkAt, hasNext });
      if (found !== "fork") await meta.put({ ...chain, answered: last, answeredLink: head, inflight: null }, "chain");
      return found;
    });
  }

  async linkBefore(seq: number): Promise<Bytes | undefined> {
    const chain = await this.chain();
    if (seq === chain.answered + 1) return chain.answeredLink;
    return seq === 1 ? this.first : (await this.disk.read().get("entries", seq - 1))?.link;
  }

  /** How many wait, and since when the oldest. */
  async waiting(): Promise<{ count: number; oldestAt: number | null }> {
    const chain = await this.chain();
    const oldest = chain.seq > chain.answered ? await this.disk.read().get("entries", chain.answered + 1) : undefined;
    return { count: chain.seq - chain.answered, oldestAt: oldest?.at ?? null };
  }

  asides(): Promise<AsideRow[]> {
    return this.disk.read().getAll("asides");
  }

  private context(seq: number): Bytes {
    return concat(OUTBOX, uuidBytes(this.owner.device), u32(seq));
  }
}
