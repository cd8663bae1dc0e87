/**
 * A file as a row of codes, which one screen shows and another device's camera carries off. Each code tells of which file
 * it is, its number, how many there are, and a check of itself, so that they may come in any order, twice, and on two
 * days. The file's name is the beginning of its digest: what was put together wrongly has another name.
 */

import { LARGE_BYTES } from "../qr.js";
import { type Bytes, concat, toHex, u16, u32, utf8 } from "../wire/bytes.js";
import { sha256 } from "../wire/keys.js";

const MAGIC = utf8("TCF1");
const NAME_BYTES = 8;
const NUMBER_AT = MAGIC.length + NAME_BYTES;
const COUNT_AT = NUMBER_AT + 2;
const PART_AT = COUNT_AT + 2;
const CHECK_BYTES = 4;
export const PART_BYTES = LARGE_BYTES - PART_AT - CHECK_BYTES;
const MOST_FRAMES = 0xffff;

/** What one code says; `number` goes from 0. */
export interface Frame {
  readonly file: string;
  readonly number: number;
  readonly count: number;
  readonly part: Bytes;
}

/** Cut a file into what its codes say, in order; none for an empty file. Refuses one of more than 32 MB. */
export async function framesOf(file: Bytes): Promise<readonly Bytes[]> {
  const count = Math.ceil(file.length / PART_BYTES);
  if (count > MOST_FRAMES) throw new RangeError("this file is too long for codes");
  const name = (await sha256(file)).slice(0, NAME_BYTES);
  return Array.from({ length: count }, (_, number) => {
    const part = file.slice(number * PART_BYTES, (number + 1) * PART_BYTES);
    const told = concat(MAGIC, name, u16(number), u16(count), part);
    return concat(told, u32(crc32(told)));
  });
}

/** Read what a code says; null for any other code, and for one whose check does not hold. */
export function readFrame(raw: Uint8Array): Frame | null {
  const end = raw.length - CHECK_BYTES;
  if (end <= PART_AT || raw.length > LARGE_BYTES || !MAGIC.every((byte, at) => raw[at] === byte)) return null;
  const told = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const number = told.getUint16(NUMBER_AT);
  const count = told.getUint16(COUNT_AT);
  const isLast = number === count - 1;
  if (number >= count || (!isLast && end - PART_AT !== PART_BYTES)) return null;
  if (told.getUint32(end) !== crc32(raw.subarray(0, end))) return null;
  const file = toHex(raw.subarray(MAGIC.length, NUMBER_AT));
  return { file, number, count, part: new Uint8Array(raw.slice(PART_AT, end)) };
}

/** Put a file together again, whatever the order; null while a part of it lacks, and for parts that are not its own. */
export async function joined(frames: readonly Frame[]): Promise<Bytes | null> {
  const first = frames[0];
  if (first === undefined) return null;
  const parts = new Map(frames.filter((one) => one.file === first.file).map((one) => [one.number, one.part]));
  if (parts.size !== first.count) return null;
  const file = concat(...[...parts].sort(([one], [other]) => one - other).map(([, part]) => part));
  return toHex((await sha256(file)).slice(0, NAME_BYTES)) === first.file ? file : null;
}

const POLYNOMIAL = 0xedb88320; // CRC-32 as in zip and PNG (ISO 3309)
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest >>> 0;
});

/** Return the check of these bytes: it tells a code that was read wrongly, and nothing about who made it. */
export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ TABLE[(rest ^ byte) & 0xff]!;
  return (rest ^ 0xffffffff) >>> 0;
}
