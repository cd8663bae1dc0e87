/**
 * The way out when no network comes back: what waits leaves as a file of batches, one after the other, each line sealed
 * to the server. Whoever carries it reads nothing and changes nothing; the tablet goes on waiting for the center's own
 * answer, so that a file that is lost costs nothing and one that arrives twice is known.
 */

import type { Passed } from "../core.js";
import type { Outbox } from "../record/outbox.js";
import { type Bytes, concat, fromUtf8, toBase64url, utf8 } from "../wire/bytes.js";
import { frame, MAX_ENTRIES, signHeader } from "../wire/chain.js";
import { type Http, NoAnswer, type Signer } from "./http.js";
import { BATCHES, fitting, SEALED } from "./send.js";

const NEWLINE = 10;
const OK = 200;

/** Everything that waits, in the order of the chain; empty when nothing does. */
export async function sealedFile(outbox: Outbox, { device, key }: Signer): Promise<Bytes> {
  const chain = await outbox.chain();
  const batches: Bytes[] = [];
  let previous = chain.answeredLink;
  for (let first = chain.answered + 1; first <= chain.seq; ) {
    const rows = await outbox.rows(first, Math.min(chain.seq, first + MAX_ENTRIES - 1));
    const batch = rows.slice(0, fitting(rows));
    const last = batch[batch.length - 1];
    if (last === undefined) throw new RangeError(`the entry ${first} is not here`);
    const header = await signHeader(key, { device, first, count: batch.length, previous, head: last.link });
    batches.push(frame(header, batch.map((row) => utf8(toBase64url(row.theirs)))));
    previous = last.link;
    first = last.seq + 1;
  }
  return concat(...batches);
}

/** Bring another tablet's file to the center; a batch that is not taken ends it, and what came before stands. */
export async function passOn(http: Http, file: Bytes): Promise<Passed> {
  const told = { kept: 0, known: 0, "set-aside": 0 };
  const count = (outcome: string) => outcome in told && (told[outcome as keyof typeof told] += 1);
  const passed = (refused: string | null): Passed => ({ kept: told.kept, known: told.known, aside: told["set-aside"], refused });
  const batches = split(file);
  if (batches === null) return passed("batch-unreadable");
  for (const body of batches) {
    const answer = await http.ask("POST", BATCHES, { body, headers: { "Content-Type": SEALED } });
    if (answer.status !== OK) return passed(answer.code);
    const { answers } = answer.json as { answers?: unknown };
    if (!Array.isArray(answers)) throw new NoAnswer("no answers");
    for (const { outcome } of answers as { outcome: string }[]) count(outcome);
  }
  return passed(null);
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
