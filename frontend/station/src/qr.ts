/**
 * A QR code of a short text (ISO/IEC 18004: bytes, level M, versions 1 to 6), for slips printed where no server is near.
 * A visit's id needs version 3. A reader written by others reads it back in the tests.
 */

/** By version: codewords in all, correction codewords a block, blocks. */
const VERSIONS: readonly (readonly [all: number, correction: number, blocks: number])[] = [
  [26, 10, 1],
  [44, 16, 1],
  [70, 26, 1],
  [100, 18, 2],
  [134, 24, 2],
  [172, 16, 4],
];
const BYTES = 0b0100;
const HEADER_BITS = 12; // mode and length
const isMasked = (x: number): boolean => x % 3 === 0; // mask 2 serves any text: a reader is told which it is
const FORMAT = 0b101111001111100; // level M with mask 2, corrected and masked as the standard has it

const POWERS = new Uint8Array(255);
const LOGS = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  POWERS[power] = value;
  LOGS[value] = power;
  value = value & 128 ? (value << 1) ^ 0x11d : value << 1;
}

/** Return the modules, row by row, dark ones true. A text of more than 106 bytes does not fit. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  const data = new TextEncoder().encode(text);
  const version = VERSIONS.findIndex(([all, correction, blocks]) => data.length * 8 + HEADER_BITS <= (all - correction * blocks) * 8) + 1;
  if (version === 0) throw new RangeError("this text is too long for a slip's code");
  return drawn(version, woven(version, data));
}

function woven(version: number, data: Uint8Array): readonly number[] {
  const [all, correction, blocks] = VERSIONS[version - 1]!;
  const room = all - correction * blocks;
  const bits = [...written(BYTES, 4), ...written(data.length, 8), ...[...data].flatMap((byte) => written(byte, 8))];
  bits.push(...Array<number>(Math.min(4, room * 8 - bits.length)).fill(0));
  while (bits.length % 8) bits.push(0);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8) words.push(bits.slice(at, at + 8).reduce((sum, bit) => sum * 2 + bit, 0));
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad);
  const each = room / blocks;
  const parts = Array.from({ length: blocks }, (_, block) => words.slice(block * each, (block + 1) * each));
  const ends = parts.map((part) => remainder(part, correction));
  const told = [...across(parts, each), ...across(ends, correction)];
  return told.flatMap((word) => written(word, 8));
}

const across = (parts: readonly (readonly number[])[], length: number): readonly number[] =>
  Array.from({ length }, (_, at) => parts.map((part) => part[at]!)).flat();

const written = (value: number, bits: number): readonly number[] => Array.from({ length: bits }, (_, at) => (value >> (bits - 1 - at)) & 1);

/** Reed-Solomon: what remains of the words over the generator of this degree. */
function remainder(words: readonly number[], degree: number): readonly number[] {
  let generator = [1];
  for (let root = 0; root < degree; root++) {
    const next = [...generator, 0];
    generator.forEach((factor, at) => (next[at + 1]! ^= times(factor, POWERS[root]!)));
    generator = next;
  }
  const left = [...words, ...Array<number>(degree).fill(0)];
  words.forEach((_, at) => {
    const lead = left[at]!;
    if (lead) generator.forEach((factor, place) => (left[at + place]! ^= times(factor, lead)));
  });
  return left.slice(words.length);
}

const times = (one: number, other: number): number => (one && other ? POWERS[(LOGS[one]! + LOGS[other]!) % 255]! : 0);

function drawn(version: number, bits: readonly number[]): readonly (readonly boolean[])[] {
  const size = 17 + 4 * version;
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const set = (x: number, y: number, on: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y]![x] = on;
    fixed[y]![x] = true;
  };
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) square(set, x, y, { rings: 4, light: [2, 4] });
  for (let at = 8; at < size - 8; at++) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  if (version > 1) square(set, size - 7, size - 7, { rings: 2, light: [1] });
  format(set, size);
  fill(dark, fixed, bits);
  return dark;
}

type Setting = (x: number, y: number, on: boolean) => void;

/** Rings around a middle: those of the finders and of the alignment. */
function square(set: Setting, x: number, y: number, { rings, light }: { rings: number; light: readonly number[] }): void {
  for (let down = -rings; down <= rings; down++) {
    for (let right = -rings; right <= rings; right++) {
      set(x + right, y + down, !light.includes(Math.max(Math.abs(down), Math.abs(right))));
    }
  }
}

function format(set: Setting, size: number): void {
  const bit = (at: number) => ((FORMAT >> at) & 1) === 1;
  for (let at = 0; at < 15; at++) {
    const down = at < 6 ? at : at < 8 ? at + 1 : size - 15 + at;
    const right = at < 8 ? size - 1 - at : at === 8 ? 7 : 14 - at;
    set(8, down, bit(at));
    set(right, 8, bit(at));
  }
  set(8, size - 8, true);
}

function fill(dark: boolean[][], fixed: readonly (readonly boolean[])[], bits: readonly number[]): void {
  const size = dark.length;
  let next = 0;
  for (let pair = size - 1; pair > 0; pair -= 2) {
    if (pair === 6) pair = 5; // the column of timing
    const upward = ((pair + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = upward ? size - 1 - step : step;
      for (const x of [pair, pair - 1]) {
        if (fixed[y]![x]) continue;
        dark[y]![x] = (bits[next++] === 1) !== isMasked(x);
      }
    }
  }
}
