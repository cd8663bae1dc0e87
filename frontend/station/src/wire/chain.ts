/** The chain of a device's entries and the batches that carry it: the twin of `kernel/wire.py`, held to its vectors. */

import { type Bytes, concat, toBase64url, u16, u32, utf8, uuidBytes } from "./bytes.js";
import { sha256, sign } from "./keys.js";

export const MAX_ENTRIES = 500;
export const MAX_ENTRY_BYTES = 16 * 1024;
export const MAX_BATCH_BYTES = 1024 * 1024;
/** What a header line may take at most; the longest honest one has about 350 bytes. */
export const MAX_HEADER_BYTES = 1024;

const DEVICE = utf8("tc/device/1");
const ENTRY = utf8("tc/entry/1");
const BATCH = utf8("tc/batch/1");
const NEWLINE = 10;

/** The first line of a batch, exactly as it goes over the wire. */
export interface Header {
  readonly device: string;
  readonly first: number;
  readonly count: number;
  readonly previous: string;
  readonly head: string;
  readonly signature: string;
}

/** Return the link before a device's first entry. */
export function genesis(device: string): Promise<Bytes> {
  return sha256(concat(DEVICE, uuidBytes(device)));
}

/** Return the link after one entry, given the link before it, its sequence and its bytes. */
export function link(previous: Uint8Array, seq: number, line: Uint8Array): Promise<Bytes> {
  return sha256(concat(ENTRY, previous, u32(seq), line));
}

/** Return the bytes that a batch's signature covers. */
export function headMessage(
  { device, first, count, previous, head }: { device: string; first: number; count: number; previous: Bytes; head: Bytes },
): Bytes {
  return concat(BATCH, uuidBytes(device), u32(first), u16(count), previous, head);
}

/** Sign a stretch of the chain; what comes back is sent before its entries, and again byte for byte after a lost answer. */
export async function signHeader(
  key: CryptoKey,
  stretch: { device: string; first: number; count: number; previous: Bytes; head: Bytes },
): Promise<Header> {
  const signature = await sign(key, headMessage(stretch));
  return {
    device: stretch.device,
    first: stretch.first,
    count: stretch.count,
    previous: toBase64url(stretch.previous),
    head: toBase64url(stretch.head),
    signature: toBase64url(signature),
  };
}

/** Return a header and the entries it signs as they go over the wire. A line that holds a newline is an error of ours. */
export function frame(header: Header, lines: readonly Uint8Array[]): Bytes {
  if (lines.some((line) => line.includes(NEWLINE))) throw new RangeError("newline-in-entry");
  const { device, first, count, previous, head, signature } = header;
  const newline = Uint8Array.of(NEWLINE);
  const told = utf8(JSON.stringify({ device, first, count, previous, head, signature }));
  return concat(told, newline, ...lines.flatMap((line) => [line, newline]));
}
