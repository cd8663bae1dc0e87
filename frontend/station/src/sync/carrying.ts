/**
 * The way out when no network comes back: what waits leaves as a file of batches, one after the other, each line sealed
 * to the server. Whoever carries it reads nothing and changes nothing; the tablet goes on waiting for the center's own
 * answer, so that a file that is lost costs nothing and one that arrives twice is known.
 */

import type { Passed } from "../core.js";
import { earlierOnes, EarlierQueue } from "../record/earlier.js";
import type { Queue } from "../record/queue.js";
import type { Disk } from "../store/disk.js";
import { type Bytes, concat, fromUtf8, toBase64url, utf8 } from "../wire/bytes.js";
import { frame, MAX_ENTRIES, signHeader } from "../wire/chain.js";
import { type Http, NoAnswer, type Signer } from "./http.js";
import { BATCHES, fitting, SEALED } from "./send.js";

const NEWLINE = 10;
const OK = 200;

/**
 * Everything that waits, chain by chain and each in its order; empty when nothing does. What earlier enrollments left comes
 * behind this one's, each under its own name and key; what has no key any more is in no file.
 */
export async function sealedFile(disk: Disk, outbox: Queue, signer: Signer): Promise<Bytes> {
  const earlier = (await earlierOnes(disk)).map(({ device, signing: key }) => batchesOf(new EarlierQueue(disk, device), { device, key }));
  return concat(...(await Promise.all([batchesOf(outbox, signer), ...earlier])));
}

async function batchesOf(outbox: Queue, { device, key }: Signer): Promise<Bytes> {
  const chain = await outbox.chain();
  const batches: Bytes[] = [];
  let previous = chain.answeredLink;
  for (let first = chain.answered + 1; first <= chain.seq; ) {
    const rows = await outbox.rows(first, Math.min(chain.seq, first + MAX_ENTRIES - 1));
    const batch = rows.slice(0, fitting(rows));
    const last = batch[batch.length - 1];
    if (last?.link === undefined) throw new RangeError(`the entry ${first} is not here`);
    const header = await signHeader(key, { device, first, count: batch.length, previous, head: last.link });
    batches.push(frame(header, batch.map((row) => utf8(toBase64url(row.theirs)))));
    previous = last.link;
    first = last.seq + 1;
  }
  return concat(...batches);
}

/**
 * Bring another tablet's file to the center. A batch that is not taken ends its own chain, whose rest would not fit; what
 * came before stands, and other chains in the file go on. `refused` tells why the first was not taken.
 */
export async function passOn(http: Http, file: Bytes): Promise<Passed> {
  const told = { kept: 0, known: 0, "set-aside": 0 };
  const count = (outcome: string) => outcome in told && (told[outcome as keyof typeof told] += 1);
  const passed = (refused: string | null): Passed => ({ kept: told.kept, known: told.known, aside: told["set-aside"], refused });
  const batches = split(file);
  if (batches === null) return passed("batch-unreadable");
  const ended = new Map<string, string>();
  for (const body of batches) {
    const device = deviceIn(body);
    if (ended.has(device)) continue;
    const answer = await http.ask("POST", BATCHES, { body, headers: { "Content-Type": SEALED } });
    if (answer.status !== OK) {
      ended.set(device, answer.code);
      continue;
    }
    const { answers } = answer.json as { answers?: unknown };
    if (!Array.isArray(answers)) throw new NoAnswer("no answers");
    for (const { outcome } of answers as { outcome: string }[]) count(outcome);
  }
  return passed([...ended.values()][0] ?? null);
}

/** Cut a file where its headers say; null for what is no file of batches, or one that was cut off. */
export function split(file: Bytes): readonly Bytes[] | null {
  const batches: Bytes[] = [];
  for (let at = 0; at < file.length; ) {
    let end = file.indexOf(NEWLINE, at) + 1;
    const count = end > 0 ? countIn(file.slice(at, end)) : 0;
    if (count < 1) return null;
    for (let line = 0; line < count && end > 0; line++) end = file.indexOf(NEWLINE, end) + 1;
    if (end === 0) return null;
    batches.push(file.slice(at, end));
    at = end;
  }
  return batches.length > 0 ? batches : null;
}

function countIn(header: Bytes): number {
  try {
    const { count } = JSON.parse(fromUtf8(header)) as { count?: unknown };
    return typeof count === "number" && Number.isInteger(count) && count <= MAX_ENTRIES ? count : 0;
  } catch {
    return 0;
  }
}

/** Whose batch this is, by the header that `split` has read. */
function deviceIn(batch: Bytes): string {
  const { device } = JSON.parse(fromUtf8(batch.slice(0, batch.indexOf(NEWLINE)))) as { device?: unknown };
  return String(device);
}
