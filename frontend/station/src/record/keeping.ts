/** How long a day's list stays on a tablet, and by whose clock (decision 47). */

import type { Clock } from "./clock.js";

/** The list is forgotten so long after anybody last signed in. A habit of ours: a long day and the way home. */
export const FORGET_MS = 16 * 3_600_000;
/** A clock that strangers set so often tells nothing any more. As many as wrong PINs; ours. */
export const TIMES_SET = 5;

/** `doubted`: it would be over, were the clock right that leapt ahead; nobody has proved it. */
export type Keeping = "kept" | "doubted" | "over";

export function keeping(openedAt: number, clock: Clock): Keeping {
  const goneMs = clock.now() - openedAt;
  if (clock.timesSet >= TIMES_SET || goneMs - clock.leapMs > FORGET_MS) return "over";
  return goneMs > FORGET_MS ? "doubted" : "kept";
}
