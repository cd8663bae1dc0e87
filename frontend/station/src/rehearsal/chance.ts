/** Chance from a seed: the same seed draws the same day. No secret hangs on it. */

export interface Chance {
  /** From 0 up to, not including, 1. */
  share(): number;
  below(limit: number): number;
  pick<T>(of: readonly T[]): T;
  letters(count: number): string;
  shuffled<T>(of: readonly T[]): T[];
}

/** Without letters that are read for each other. */
const LETTERS = "ACDEFHJKLMNPRTUVWXY";

/** Mulberry32, by Tommy Ettinger, in the public domain. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(share() * limit);
  const pick = <T,>(of: readonly T[]): T => of[below(of.length)]!;
  return {
    share,
    below,
    pick,
    letters: (count) => Array.from({ length: count }, () => LETTERS[below(LETTERS.length)]).join(""),
    shuffled: (of) => {
      const mixed = [...of];
      for (let last = mixed.length - 1; last > 0; last -= 1) {
        const other = below(last + 1);
        [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
      }
      return mixed;
    },
  };
}
