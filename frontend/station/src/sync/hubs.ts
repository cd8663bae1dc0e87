/**
 * The other way: while the center does not answer, what waits is left with a hub of the hall (docs/operations/hub.md). A hub
 * reads nothing and is believed in nothing: an entry waits until the center answers it, or a receipt does that the center
 * signed and the hub handed on. Whatever else a hub says changes nothing here.
 */

import type { Stopped } from "../core.js";
import { earlierOnes, EarlierQueue } from "../record/earlier.js";
import type { Queue } from "../record/queue.js";
import type { Disk } from "../store/disk.js";
import type { DeviceRow, HandedRow, HubRow } from "../store/schema.js";
import { type Bytes, concat, fromBase64url, toBase64url, utf8 } from "../wire/bytes.js";
import { frame, type Header, headMessage, MAX_ENTRIES, signHeader } from "../wire/chain.js";
import { openJson } from "../wire/jws.js";
import { loadPublicKey, verify } from "../wire/keys.js";
import { type Answer, API, type Http, NoAnswer, type Signer } from "./http.js";
import type { Desks } from "./desks.js";
import { BATCHES, fitting, type Heard, heard, SEALED } from "./send.js";

const RECEIPTS = `${API}/receipts`;
const RECEIPT = "tc-receipt+jws";
const HELD = utf8("tc/held/1");
const OK = 200;

interface Done {
  answered: number;
  stopped: Stopped | null;
  fetched: boolean;
}

/** A chain that may go by a hub: this enrollment's, or what an earlier one of this browser left behind. */
interface Load extends Signer {
  readonly queue: Queue;
}

export class Hubs {
  constructor(
    private readonly parts: {
      readonly disk: Disk;
      readonly http: Http;
      readonly outbox: Queue;
      readonly device: DeviceRow;
    },
    private readonly desks: Desks,
  ) {}

  /**
   * Take receipts from the first hub that answers, and leave with it what it does not hold yet. What earlier enrollments left
   * goes behind this one's, each under its own name and key; what becomes of it says nothing about this one. Then hear by that
   * hub what the hall's other desks wrote. Tells whether a hub answered.
   */
  async turn(done: Done): Promise<boolean> {
    const { disk, outbox, device } = this.parts;
    const hubs = (await disk.get("hubs")) ?? [];
    if (hubs.length === 0) return false;
    const own: Load = { queue: outbox, device: device.id, key: device.signing };
    const earlier = (await earlierOnes(disk)).map(({ device: id, signing: key }): Load => ({ queue: new EarlierQueue(disk, id), device: id, key }));
    for (const hub of hubs) {
      try {
        await this.visit(hub, own, done);
        for (const load of earlier) await this.visit(hub, load, { answered: 0, stopped: null, fetched: false });
        done.fetched = (await this.desks.exchange(hub)) || done.fetched;
        return true;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
      }
    }
    return false;
  }

  private async visit(hub: HubRow, load: Load, done: Done): Promise<void> {
    await this.collect(hub, load, done);
    await this.hand(hub, load);
  }

  /** The hub brings a chain in its order: behind the first batch without a receipt none is asked for. */
  private async collect(hub: HubRow, load: Load, done: Done): Promise<void> {
    const row = await this.row(hub, load);
    for (const [at, header] of row.batches.entries()) {
      const answer = await this.parts.http.askElsewhere(hub.address, RECEIPTS, { body: frame(header, []) });
      if (answer.code === "not-held") return this.note({ ...row, last: header.first - 1, batches: row.batches.slice(0, at) });
      const told = answer.status === OK ? await this.receipt(answer, header) : null;
      const chain = await load.queue.chain();
      if (told === null || header.first > chain.answered + 1) return;
      await load.queue.answered(lastOf(header), told.asides);
      done.answered += Math.max(lastOf(header) - chain.answered, 0);
      // A receipt may be older than what is known of the tablet: it can tell of a stop, and lift none.
      done.stopped = told.stopped ?? done.stopped;
    }
  }

  private async hand(hub: HubRow, load: Load): Promise<void> {
    const { queue, device, key } = load;
    for (;;) {
      const [chain, row] = await Promise.all([queue.chain(), this.row(hub, load)]);
      const start = Math.max(chain.answered, row.last) + 1;
      if (start > chain.seq) return;
      const [previous, rows] = await Promise.all([queue.linkBefore(start), queue.rows(start, Math.min(chain.seq, start - 1 + MAX_ENTRIES))]);
      const batch = rows.slice(0, fitting(rows));
      const end = batch[batch.length - 1];
      if (previous === undefined || end?.link === undefined || batch[0]?.seq !== start) return;
      const header = await signHeader(key, { device, first: start, count: batch.length, previous, head: end.link });
      const body = frame(header, batch.map((one) => utf8(toBase64url(one.theirs))));
      const answer = await this.parts.http.askElsewhere(hub.address, BATCHES, { body, headers: { "Content-Type": SEALED } });
      if (answer.status !== OK || !(await isHeld(hub, answer, header))) return;
      await this.note({ ...row, last: end.seq, batches: [...row.batches, header] });
    }
  }

  /** What this hub holds of a chain, without what has been answered since. Of another hub, nothing. */
  private async row(hub: HubRow, { queue, device }: Load): Promise<HandedRow> {
    const [rows, chain] = await Promise.all([this.parts.disk.get("handedOver"), queue.chain()]);
    const row = rows?.find((one) => one.device === device && one.hub === hub.device);
    if (row === undefined) return { hub: hub.device, device, last: 0, batches: [] };
    return { ...row, batches: row.batches.filter((header) => lastOf(header) > chain.answered) };
  }

  private async note(row: HandedRow): Promise<void> {
    await this.parts.disk.change("handedOver", (rows) => [...(rows ?? []).filter(({ device }) => device !== row.device), row]);
  }

  /** What the center says in the receipt that came with an answer; null without one that it signed for exactly this batch. */
  private async receipt({ json }: Answer, header: Header): Promise<Heard | null> {
    const { receipt } = (json ?? {}) as { receipt?: unknown };
    if (typeof receipt !== "string") return null;
    const key = await loadPublicKey(this.parts.device.serverKey);
    const told = (await openJson(utf8(receipt), { key, type: RECEIPT })) as (Partial<Header> & { readonly answers?: unknown }) | null;
    const isOurs =
      told !== null &&
      told.device === header.device &&
      told.first === header.first &&
      told.count === header.count &&
      told.head === header.head;
    return isOurs ? heard(header, told.answers) : null;
  }
}

/** Tell whether the hub that the center named signed that it holds this batch. */
async function isHeld(hub: HubRow, { json }: Answer, header: Header): Promise<boolean> {
  const { held } = (json ?? {}) as { held?: unknown };
  if (typeof held !== "string") return false;
  try {
    return await verify(await loadPublicKey(fromBase64url(hub.key)), heldMessage(header), fromBase64url(held));
  } catch {
    return false; // no base64url, or no key: nobody said so
  }
}

/** What a hub signs to say that it holds the batch of this header. */
export function heldMessage({ previous, head, ...rest }: Header): Bytes {
  return concat(HELD, headMessage({ ...rest, previous: fromBase64url(previous), head: fromBase64url(head) }));
}

function lastOf(header: Header): number {
  return header.first + header.count - 1;
}
