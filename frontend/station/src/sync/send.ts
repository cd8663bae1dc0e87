/**
 * How a chain reaches the center: one batch at a time, sent again byte for byte until it is answered. Nothing is given up:
 * what is refused stays, and is tried again with every round.
 *
 * | answer | what the tablet does |
 * |---|---|
 * | 200 | notes what was answered, entry by entry; set aside is answered too, and shown |
 * | none, 429, 5xx, somebody else's | sends the same batch again after a while |
 * | 409 with sequence and head | compares chains: goes on after what the center holds, or sends again what it lost |
 * | 409 whose head is not ours | a fork: sends from the center's last sequence on, so that it sees both and sets ours aside |
 * | 413 | halves its batches |
 * | 401, 400, any other 409 | leaves it for the next round: the fault may be the center's |
 * | set aside as fork, device-revoked or device-expired | writes nothing new, and sends the rest |
 */

import type { Stopped } from "../core.js";
import type { Queue, QueueRow } from "../record/queue.js";
import type { AsideRow } from "../store/schema.js";
import { type Bytes, fromBase64url, toBase64url, utf8 } from "../wire/bytes.js";
import { frame, type Header, MAX_BATCH_BYTES, MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_HEADER_BYTES, signHeader } from "../wire/chain.js";
import { deflate } from "../wire/zlib.js";
import { type Answer, API, type Http, NoAnswer, type Signer } from "./http.js";

export const BATCHES = `${API}/batches`;
const CLEAR = "application/x-ndjson";
export const SEALED = "application/vnd.tiemchung.sealed+ndjson";
const NEWLINE_BYTES = 1;
/** base64 makes four letters of three bytes. */
const BASE64 = 4 / 3;
const OK = 200;
const CONFLICT = 409;
const TOO_LARGE = 413;
const STOPS: Readonly<Record<string, Stopped>> = {
  "fork": "fork",
  "device-revoked": "revoked",
  "device-expired": "expired",
};

/** What one attempt came to: how many entries were answered, and whether it makes sense to go on at once. */
export interface Sent {
  readonly answered: number;
  /** Why the center listens no more; null when it does, undefined when this attempt does not tell. */
  readonly stopped: Stopped | null | undefined;
  readonly goesOn: boolean;
}

interface AnswerTold {
  readonly id: string | null;
  readonly seq: number;
  readonly outcome: string;
  readonly reason?: string | null;
}

/** What the center's answers to a batch come to; `stopped` as an attempt tells it. */
export interface Heard {
  readonly asides: readonly AsideRow[];
  readonly stopped: Stopped | null | undefined;
}

const AGAIN: Sent = { answered: 0, stopped: undefined, goesOn: true };
const NOTHING: Sent = { ...AGAIN, goesOn: false };
const REFUSED: Sent = { ...NOTHING, stopped: "refused" };
const FORKED: Sent = { ...NOTHING, stopped: "fork" };

export class Sender<Row extends QueueRow = QueueRow> {
  private most = MAX_ENTRIES;
  /** The center's last sequence, where its chain parted from ours; null while none is known to have. */
  private parted: number | null = null;

  constructor(
    private readonly outbox: Queue<Row>,
    private readonly http: Http,
    private readonly signer: Signer,
  ) {}

  /** Send one batch, if anything waits. Throws NoAnswer when nobody knows what became of it. */
  async once(key: CryptoKey | null): Promise<Sent> {
    const header = await this.next();
    if (header === null) return this.giveWay(NOTHING);
    const rows = await this.outbox.rows(header.first, header.first + header.count - 1);
    const answer = await this.http.ask("POST", BATCHES, await this.dressed(header, rows, key));
    if (answer.status === OK) return this.take(header, answer);
    if (answer.status === CONFLICT) return this.compare(answer);
    await this.outbox.unsigned();
    if (answer.status !== TOO_LARGE || header.count <= 1) return REFUSED;
    this.most = Math.ceil(header.count / 2);
    return AGAIN;
  }

  /** Say the last entry that was answered once more: a center that came back from before it tells where it stands. */
  async again(key: CryptoKey | null): Promise<Sent> {
    const { answered: seq, inflight } = await this.outbox.chain();
    if (seq === 0 || inflight !== null) return NOTHING;
    const [previous, [row]] = await Promise.all([this.outbox.linkBefore(seq), this.outbox.rows(seq, seq)]);
    if (row?.link === undefined || previous === undefined) return NOTHING;
    const header = await signHeader(this.signer.key, { device: this.signer.device, first: seq, count: 1, previous, head: row.link });
    const answer = await this.http.ask("POST", BATCHES, await this.dressed(header, [row], key));
    return answer.status === CONFLICT ? this.compare(answer) : NOTHING;
  }

  /** The header that was signed and not answered yet, or a new one over the entries that come next. */
  private async next(): Promise<Header | null> {
    const chain = await this.outbox.chain();
    if (chain.inflight !== null) return chain.inflight;
    if (chain.seq === chain.answered) return null;
    const start = Math.min(chain.answered, (this.parted ?? Infinity) - 1) + 1;
    const [previous, rows] = await Promise.all([
      this.outbox.linkBefore(start),
      this.outbox.rows(start, Math.min(chain.seq, start - 1 + this.most)),
    ]);
    const batch = rows.slice(0, fitting(rows));
    const [first, last] = [batch[0], batch[batch.length - 1]];
    if (first?.seq !== start || last?.link === undefined || previous === undefined) return null;
    const header = await signHeader(this.signer.key, {
      device: this.signer.device,
      first: first.seq,
      count: batch.length,
      previous,
      head: last.link,
    });
    return (await this.outbox.signed(header, chain.answered)) ? header : (await this.outbox.chain()).inflight;
  }

  /** Whoever has the data key sends the entries clear and deflated; a locked tablet sends them as they lie sealed. */
  private async dressed(
    header: Header,
    rows: readonly Row[],
    key: CryptoKey | null,
  ): Promise<{ body: Bytes; headers: Record<string, string> }> {
    const clear = key === null ? [null] : await Promise.all(rows.map((row) => this.outbox.opened(row, key)));
    const lines = clear.filter((line): line is Bytes => line !== null);
    if (lines.length !== rows.length) {
      const sealed = frame(header, rows.map((row) => utf8(toBase64url(row.theirs))));
      return { body: sealed, headers: { "Content-Type": SEALED } };
    }
    return { body: await deflate(frame(header, lines)), headers: { "Content-Type": CLEAR, "Content-Encoding": "deflate" } };
  }

  /** Every entry must be answered, by one of the three words; an answer that says anything else is none. */
  private async take(header: Header, answer: Answer): Promise<Sent> {
    const told = heard(header, (answer.json as { answers?: unknown }).answers);
    if (told === null) throw new NoAnswer("an entry unanswered");
    await this.outbox.answered(header.first + header.count - 1, told.asides);
    this.most = Math.min(2 * this.most, MAX_ENTRIES);
    this.parted = null;
    return { answered: header.count, stopped: told.stopped, goesOn: true };
  }

  private async compare({ json }: Answer): Promise<Sent> {
    const { last_sequence: last, head } = json as { last_sequence?: unknown; head?: unknown };
    if (typeof last !== "number" || typeof head !== "string") {
      await this.outbox.unsigned();
      return REFUSED;
    }
    const found = await this.outbox.reconcile(last, fromBase64url(head));
    if (found !== "fork") return AGAIN;
    await this.outbox.unsigned();
    // From its last sequence on it holds another entry than ours, and keeps both. It was shown them: it will not take them.
    if (this.parted === last || last === 0) return this.giveWay(FORKED);
    this.parted = last;
    return { ...AGAIN, stopped: "fork" };
  }

  /** The next round begins as if nothing were known of a fork: the center may have found its chain again. */
  private giveWay(sent: Sent): Sent {
    this.parted = null;
    return sent;
  }
}

/** Read what the center answered to each entry of a batch; null unless every one is answered by one of the three words. */
export function heard({ first, count }: Header, told: unknown): Heard | null {
  const answers = new Map((Array.isArray(told) ? (told as AnswerTold[]) : []).map((one) => [one.seq, one]));
  const asides: AsideRow[] = [];
  let [stopped, isListening]: [Stopped | null, boolean] = [null, false];
  for (let seq = first; seq < first + count; seq++) {
    const one = answers.get(seq);
    if (one === undefined || !["kept", "known", "set-aside"].includes(one.outcome)) return null;
    isListening ||= one.outcome === "kept";
    if (one.outcome !== "set-aside") continue;
    const reason = one.reason ?? "";
    stopped ??= STOPS[reason] ?? null;
    asides.push({ seq, id: one.id ?? "", reason });
  }
  return { asides, stopped: stopped ?? (isListening ? null : undefined) };
}

/** How many of these rows one batch may carry, in either dress. */
export function fitting(rows: readonly QueueRow[]): number {
  let room = MAX_BATCH_BYTES - MAX_HEADER_BYTES;
  for (const [at, { bytes, theirs }] of rows.entries()) {
    room -= Math.max(bytes ?? MAX_ENTRY_BYTES, Math.ceil(theirs.length * BASE64)) + NEWLINE_BYTES;
    if (room < 0) return Math.max(at, 1);
  }
  return rows.length;
}
