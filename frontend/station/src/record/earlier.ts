/**
 * What earlier enrollments of this browser could not deliver. It goes out under the name and the key it was written with,
 * before anything else: the center sets it aside for the lead, or keeps it.
 */

import type { Disk, Writing } from "../store/disk.js";
import type { ChainRow, DeviceRow, EarlierRow, KeptRow } from "../store/schema.js";
import { type Bytes } from "../wire/bytes.js";
import { genesis, type Header } from "../wire/chain.js";
import { type Queue, standAt, type Standing } from "./queue.js";

export type Moving = Writing<("meta" | "entries" | "asides" | "kept" | "earlier")[]>;

/** Let another enrollment take this browser's place: what the one before it could not send is kept, and its key with it. */
export async function seat(disk: Disk, row: DeviceRow): Promise<void> {
  await disk.write(["meta", "entries", "asides", "kept", "earlier"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    const before = (await meta.get("device")) as DeviceRow | undefined;
    const chain = (await meta.get("chain")) as ChainRow | undefined;
    if (chain !== undefined && chain.device !== row.id) {
      await moveAway(transaction, chain, before?.id === chain.device ? before.signing : null);
      await meta.put({ ...chain, answered: chain.seq, answeredLink: chain.link, inflight: null }, "chain");
    }
    await meta.put(row, "device");
  });
}

/** Move a chain's entries away, if some of them wait; without its key they can only be counted and carried. */
export async function moveAway(transaction: Moving, chain: ChainRow, signing: CryptoKey | null): Promise<void> {
  const entries = transaction.objectStore("entries");
  const earlier = transaction.objectStore("earlier");
  const known = await earlier.get(chain.device);
  const key = known?.signing ?? signing;
  if (chain.seq > chain.answered) {
    for (const { seq, id, at, theirs, bytes, link } of await entries.getAll()) {
      await transaction.objectStore("kept").put({ device: chain.device, seq, id, at, theirs, bytes, link });
    }
  }
  // The key stays even if nothing waits: another page may write one more entry before it hears of this.
  if (key !== null) await earlier.put({ ...chain, ...known, seq: chain.seq, link: chain.link, signing: key });
  await entries.clear();
  await transaction.objectStore("asides").clear();
  await transaction.objectStore("meta").put([], "wraps");
}

/** The earlier enrollments that have something to send. */
export function earlierOnes(disk: Disk): Promise<EarlierRow[]> {
  return disk.read().getAll("earlier");
}

/** How many entries of earlier enrollments no center has answered for. */
export async function keptCount(disk: Disk): Promise<number> {
  const [keys, earlier] = await Promise.all([disk.read().getAllKeys("kept"), earlierOnes(disk)]);
  const answered = new Map(earlier.map((one) => [one.device, one.answered]));
  return keys.filter(([device, seq]) => seq > (answered.get(device) ?? 0)).length;
}

/** An earlier enrollment's chain as a sender sees it. What was answered stays until all is. */
export class EarlierQueue implements Queue<KeptRow> {
  constructor(
    private readonly disk: Disk,
    private readonly device: string,
  ) {}

  async chain(): Promise<ChainRow> {
    const row = await this.disk.read().get("earlier", this.device);
    if (row === undefined) throw new RangeError("an earlier enrollment is gone");
    return row;
  }

  async rows(first: number, last: number): Promise<KeptRow[]> {
    return this.disk.read().getAll("kept", IDBKeyRange.bound([this.device, first], [this.device, last]));
  }

  /** Nobody here has the key any more: they go as they lie sealed. */
  opened(): Promise<null> {
    return Promise.resolve(null);
  }

  async linkBefore(seq: number): Promise<Bytes | undefined> {
    const chain = await this.chain();
    if (seq === chain.answered + 1) return chain.answeredLink;
    return seq === 1 ? genesis(this.device) : (await this.disk.read().get("kept", [this.device, seq - 1]))?.link;
  }

  async signed(header: Header, from: number): Promise<boolean> {
    let isFirst = false;
    await this.change((chain) => {
      isFirst = chain.inflight === null && chain.answered === from;
      return isFirst ? { inflight: header } : {};
    });
    return isFirst;
  }

  async unsigned(): Promise<void> {
    await this.change(() => ({ inflight: null }));
  }

  async answered(last: number): Promise<void> {
    const [row] = await this.rows(last, last);
    const link = row?.link;
    if (link === undefined) throw new RangeError(`the entry ${last} is not here`);
    await this.change((chain) => ({ inflight: null, ...(last > chain.answered && { answered: last, answeredLink: link }) }));
  }

  async reconcile(last: number, head: Bytes): Promise<Standing> {
    const [first, rows] = await Promise.all([genesis(this.device), this.rows(last, last + 1)]);
    const at = (seq: number): Bytes | undefined => rows.find((row) => row.seq === seq)?.link;
    let found: Standing = "fork";
    await this.change((chain) => {
      found = standAt(chain, { last, head, first, linkAt: at(last), hasNext: at(last + 1) !== undefined });
      return found === "fork" ? {} : { answered: last, answeredLink: head, inflight: null };
    });
    return found;
  }

  /** All of it was answered for: nothing more is known of it here. */
  async forget(): Promise<void> {
    await this.disk.write(["kept", "earlier"], async (transaction) => {
      await transaction.objectStore("kept").delete(IDBKeyRange.bound([this.device, 0], [this.device, Infinity]));
      await transaction.objectStore("earlier").delete(this.device);
    });
  }

  private async change(to: (now: EarlierRow) => Partial<EarlierRow>): Promise<void> {
    await this.disk.write(["earlier"], async (transaction) => {
      const earlier = transaction.objectStore("earlier");
      const now = await earlier.get(this.device);
      if (now !== undefined) await earlier.put({ ...now, ...to(now) });
    });
  }
}
