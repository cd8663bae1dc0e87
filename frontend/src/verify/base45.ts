/** Base45 (RFC 9285), as `engine/base45.py` reads it. */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** Something that somebody shows cannot be read. */
export class Unreadable extends Error {}

export function decode(text: string): Uint8Array {
  const values = [...text].map((letter) => {
    const value = VALUES.get(letter);
    if (value === undefined) throw new Unreadable("a letter that is not of base45");
    return value;
  });
  const rest = values.length % 3;
  if (rest === 1) throw new Unreadable("a letter too many");
  const bytes: number[] = [];
  for (let at = 0; at + 2 < values.length; at += 3) {
    const value = values[at]! + 45 * values[at + 1]! + 2025 * values[at + 2]!;
    if (value > 0xffff) throw new Unreadable("three letters that are no two bytes");
    bytes.push(value >> 8, value & 0xff);
  }
  if (rest === 2) {
    const value = values[values.length - 2]! + 45 * values[values.length - 1]!;
    if (value > 0xff) throw new Unreadable("two letters that are no byte");
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}
