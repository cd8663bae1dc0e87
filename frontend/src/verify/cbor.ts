/** Reading CBOR that a stranger wrote, bounded in depth and number, as `engine/cbor.py` reads it. */
import { Unreadable } from "./base45";

const MOST_DEPTH = 12;
const MOST_ITEMS = 2000;
const BREAK = Symbol("break");

export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: unknown,
  ) {}
}

export type CborMap = Map<number | string, unknown>;

export function decode(content: Uint8Array): unknown {
  const reader = new Reader(content);
  const value = reader.value(0);
  if (value === BREAK || reader.at !== content.length) throw new Unreadable("more than one value");
  return value;
}

class Reader {
  at = 0;
  private items = 0;

  constructor(private readonly content: Uint8Array) {}

  value(depth: number): unknown {
    this.items += 1;
    if (depth > MOST_DEPTH || this.items > MOST_ITEMS) throw new Unreadable("too deep or too many values");
    const first = this.take(1)[0]!;
    const kind = first >> 5;
    const detail = first & 31;
    if (kind === 7) return this.simple(detail);
    if (detail === 31) return this.unbounded(kind, depth);
    const length = this.length(detail);
    if (kind === 0) return length;
    if (kind === 1) return -1 - length;
    if (kind === 2) return this.take(length);
    if (kind === 3) return textOf(this.take(length));
    if (kind === 6) return new Tagged(length, this.inner(depth));
    if (length > this.content.length - this.at) throw new Unreadable("cut off");
    const values: unknown[] = [];
    for (let count = 0; count < (kind === 4 ? length : 2 * length); count += 1) values.push(this.inner(depth));
    return kind === 4 ? values : mapOf(values);
  }

  private inner(depth: number): unknown {
    const value = this.value(depth + 1);
    if (value === BREAK) throw new Unreadable("a stray break");
    return value;
  }

  private unbounded(kind: number, depth: number): unknown {
    if (kind < 2 || kind > 5) throw new Unreadable("an unbounded number");
    const values: unknown[] = [];
    for (let value = this.value(depth + 1); value !== BREAK; value = this.value(depth + 1)) values.push(value);
    if (kind === 4) return values;
    if (kind === 5) return mapOf(values);
    const wanted = kind === 2 ? (value: unknown) => value instanceof Uint8Array : (value: unknown) => typeof value === "string";
    if (!values.every(wanted)) throw new Unreadable("a piece of another kind");
    return kind === 2 ? joined(...(values as Uint8Array[])) : values.join("");
  }

  private simple(detail: number): unknown {
    if (detail === 31) return BREAK;
    if (detail === 20 || detail === 21) return detail === 21;
    if (detail === 22 || detail === 23) return null;
    if (detail === 25) return half(this.view(2).getUint16(0));
    if (detail === 26) return this.view(4).getFloat32(0);
    if (detail === 27) return this.view(8).getFloat64(0);
    throw new Unreadable("a simple value of no meaning here");
  }

  private length(detail: number): number {
    if (detail < 24) return detail;
    if (detail === 24) return this.take(1)[0]!;
    if (detail === 25) return this.view(2).getUint16(0);
    if (detail === 26) return this.view(4).getUint32(0);
    if (detail !== 27) throw new Unreadable("a length of no meaning");
    const length = this.view(8).getBigUint64(0);
    if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new Unreadable("a number too large");
    return Number(length);
  }

  private view(length: number): DataView {
    const taken = this.take(length);
    return new DataView(taken.buffer, taken.byteOffset, length);
  }

  private take(length: number): Uint8Array {
    if (length > this.content.length - this.at) throw new Unreadable("cut off");
    this.at += length;
    return this.content.subarray(this.at - length, this.at);
  }
}

function mapOf(values: unknown[]): CborMap {
  if (values.length % 2) throw new Unreadable("a key without a value");
  const found: CborMap = new Map();
  for (let at = 0; at < values.length; at += 2) {
    const key = values[at];
    if ((typeof key !== "number" && typeof key !== "string") || !isName(key) || found.has(key)) {
      throw new Unreadable("a key twice, or of a kind that is no name");
    }
    found.set(key, values[at + 1]);
  }
  return found;
}

const isName = (key: number | string) => typeof key === "string" || Number.isInteger(key);

function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Unreadable("text that is no UTF-8");
  }
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const power = (bits >> 10) & 31;
  const rest = bits & 0x3ff;
  if (power === 31) return rest ? NaN : sign * Infinity;
  return sign * (power ? 2 ** (power - 15) * (1 + rest / 1024) : 2 ** -14 * (rest / 1024));
}

export function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
