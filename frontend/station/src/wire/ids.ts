/**
 * UUIDv7 that only rise: the hybrid logical clock of the device. The stamp is the corrected instant; within a
 * millisecond, and while the clock is set back a little, the 12 bits of `rand_a` count on.
 */

import { uuidBytes, uuidText } from "./bytes.js";

const COUNTER_MAX = 0xfff;
const STAMP_MAX = 2 ** 48 - 1;
/**
 * How far the last stamp may lie ahead of the clock and still be counted on. Beyond it the stamp, not the clock, was
 * wrong (a device set to the year 2121 and back): ids start anew, and order is the sequence's alone. A habit of ours.
 */
export const AHEAD_MAX_MS = 600_000;

export class Ids {
  private counter = 0;

  constructor(private stamp = 0) {}

  /** The last stamp given or heard, ms since 1970. */
  get last(): number {
    return this.stamp;
  }

  /** Return a new id for this instant. */
  next(nowMs: number): string {
    const now = Math.min(Math.max(Math.trunc(nowMs), 0), STAMP_MAX);
    if (now > this.stamp || this.stamp - now > AHEAD_MAX_MS) {
      this.stamp = now;
      this.counter = 0;
    } else if (this.counter < COUNTER_MAX) {
      this.counter += 1;
    } else {
      this.stamp = Math.min(this.stamp + 1, STAMP_MAX);
      this.counter = 0;
    }
    return uuid7(this.stamp, this.counter);
  }

  /** Go on after the id of another device that came in; one that claims to be from far ahead is not believed. */
  heard(id: string, nowMs: number): void {
    const stamp = stampOf(id);
    if (stamp <= this.stamp || stamp - nowMs > AHEAD_MAX_MS) return;
    this.stamp = stamp;
    this.counter = 0;
  }
}

/** Return the instant an id claims to have been made, ms since 1970. */
export function stampOf(id: string): number {
  return uuidBytes(id).subarray(0, 6).reduce((stamp, byte) => stamp * 256 + byte, 0);
}

function uuid7(stamp: number, counter: number): string {
  const raw = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 5, rest = stamp; at >= 0; at--, rest = Math.floor(rest / 256)) raw[at] = rest % 256;
  raw[6] = 0x70 | (counter >>> 8);
  raw[7] = counter & 0xff;
  raw[8] = 0x80 | ((raw[8] ?? 0) & 0x3f);
  return uuidText(raw);
}
