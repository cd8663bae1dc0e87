/**
 * QR codes (ISO/IEC 18004, bytes): of a short text for slips printed where no server is near (level M, versions 1 to 6; a
 * visit's id needs version 3), and of one large piece of a file that is shown on the screen (level L, version 15). A
 * reader written by others reads them back in the tests.
 */

/** How the words of one size lie: those of the text by block, and how many correct each block. */
interface Shape {
  readonly version: number;
  readonly blocks: readonly number[];
  readonly correction: number;
  readonly lengthBits: number;
  readonly format: number;
  /** Along one side, where the middles of the small squares are. */
  readonly middles: readonly number[];
}

const LEVEL_M = 0b101111001111100; // with mask 2, corrected and masked as the standard has it
const LEVEL_L = 0b111110110101010;

/** By version: words of the text in a block, blocks, correction words a block. */
const OF_SLIPS: readonly (readonly [words: number, blocks: number, correction: number])[] = [
  [16, 1, 10],
  [28, 1, 16],
  [44, 1, 26],
  [32, 2, 18],
  [43, 2, 24],
  [27, 4, 16],
];
const SLIPS: readonly Shape[] = OF_SLIPS.map(([words, blocks, correction], at) => ({
  version: at + 1,
  blocks: Array<number>(blocks).fill(words),
  correction,
  lengthBits: 8,
  format: LEVEL_M,
  middles: at === 0 ? [] : [6, 10 + 4 * (at + 1)],
}));
const LARGE: Shape = {
  version: 15,
  blocks: [87, 87, 87, 87, 87, 88],
  correction: 22,
  lengthBits: 16,
  format: LEVEL_L,
  middles: [6, 26, 48, 70],
};
/** As many bytes as the large code takes. */
export const LARGE_BYTES = 520;

const BYTES = 0b0100;
const MODE_BITS = 4;
const VERSION_TOLD_FROM = 7;
const isMasked = (x: number): boolean => x % 3 === 0; // mask 2 serves any text: a reader is told which it is

const POWERS = new Uint8Array(255);
const LOGS = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  POWERS[power] = value;
  LOGS[value] = power;
  value = value & 128 ? (value << 1) ^ 0x11d : value << 1;
}

type Modules = readonly (readonly boolean[])[];

/** Return the modules, row by row, dark ones true. A text of more than 106 bytes does not fit. */
export function qrModules(text: string): Modules {
  const data = new TextEncoder().encode(text);
  const shape = SLIPS.find((one) => fits(one, data));
  if (shape === undefined) throw new RangeError("this text is too long for a slip's code");
  return drawn(shape, woven(shape, data));
}

/** Return the modules of one large code of bytes, always of the same size. More than `LARGE_BYTES` do not fit. */
export function qrOfBytes(data: Uint8Array): Modules {
  if (!fits(LARGE, data)) throw new RangeError("these bytes are too many for one code");
  return drawn(LARGE, woven(LARGE, data));
}

const roomOf = ({ blocks }: Shape): number => blocks.reduce((sum, words) => sum + words, 0);

const fits = (shape: Shape, data: Uint8Array): boolean =>
  data.length * 8 + MODE_BITS + shape.lengthBits <= roomOf(shape) * 8 && data.length < 2 ** shape.lengthBits;

function woven(shape: Shape, data: Uint8Array): readonly number[] {
  const room = roomOf(shape);
  const bits = [...written(BYTES, MODE_BITS), ...written(data.length, shape.lengthBits), ...[...data].flatMap((byte) => written(byte, 8))];
  bits.push(...Array<number>(Math.min(4, room * 8 - bits.length)).fill(0));
  while (bits.length % 8) bits.push(0);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8) words.push(bits.slice(at, at + 8).reduce((sum, bit) => sum * 2 + bit, 0));
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad);
  let taken = 0;
  const parts = shape.blocks.map((length) => words.slice(taken, (taken += length)));
  const ends = parts.map((part) => remainder(part, shape.correction));
  return [...across(parts), ...across(ends)].flatMap((word) => written(word, 8));
}

/** The first word of each block, then the second of each; a shorter block is left out where it has ended. */
function across(parts: readonly (readonly number[])[]): readonly number[] {
  const longest = Math.max(...parts.map((part) => part.length));
  return Array.from({ length: longest }, (_, at) => parts.flatMap((part) => part.slice(at, at + 1))).flat();
}

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

function drawn({ version, format: level, middles }: Shape, bits: readonly number[]): Modules {
  const size = 17 + 4 * version;
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const set = (x: number, y: number, on: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y]![x] = on;
    fixed[y]![x] = true;
  };
  const corners = [[3, 3], [size - 4, 3], [3, size - 4]] as const;
  for (const [x, y] of corners) square(set, x, y, { rings: 4, light: [2, 4] });
  for (let at = 8; at < size - 8; at++) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  const isCorner = (x: number, y: number) => corners.some(([right, down]) => Math.abs(x - right) < 8 && Math.abs(y - down) < 8);
  for (const y of middles) {
    for (const x of middles) if (!isCorner(x, y)) square(set, x, y, { rings: 2, light: [1] });
  }
  format(set, size, level);
  if (version >= VERSION_TOLD_FROM) tellVersion(set, size, version);
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

function format(set: Setting, size: number, level: number): void {
  const bit = (at: number) => ((level >> at) & 1) === 1;
  for (let at = 0; at < 15; at++) {
    const down = at < 6 ? at : at < 8 ? at + 1 : size - 15 + at;
    const right = at < 8 ? size - 1 - at : at === 8 ? 7 : 14 - at;
    set(8, down, bit(at));
    set(right, 8, bit(at));
  }
  set(8, size - 8, true);
}

/** Large codes tell their version in two places: six bits of it and twelve that correct them. */
function tellVersion(set: Setting, size: number, version: number): void {
  let rest = version;
  for (let step = 0; step < 12; step++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const told = (version << 12) | rest;
  for (let at = 0; at < 18; at++) {
    const far = size - 11 + (at % 3);
    const near = Math.floor(at / 3);
    const on = ((told >> at) & 1) === 1;
    set(far, near, on);
    set(near, far, on);
  }
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
