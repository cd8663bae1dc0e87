/**
 * The device's clock, its measured error, and what happens when somebody sets it. `wall` may jump, `ticks` never does but
 * may stand still while the device sleeps; both in milliseconds.
 */

export interface Watch {
  wall(): number;
  ticks(): number;
}

export const WATCH: Watch = { wall: () => Date.now(), ticks: () => performance.now() };

/**
 * How far the wall may run ahead of the ticks and still be taken for a device that slept. Beyond it somebody set the
 * clock. Backwards nothing sleeps: any step of more than `STEP_MS` is a clock that was set. Both are habits of ours.
 */
export const SLEEP_MAX_MS = 12 * 3_600_000;
export const STEP_MS = 1000;
const VIETNAM_MS = 7 * 3_600_000;

export class Clock {
  private wallThen: number;
  private ticksThen: number;

  /** `offsetMs` is what to add to the wall, as last measured; null when nobody could tell. */
  constructor(
    private offset: number | null,
    private readonly watch: Watch = WATCH,
  ) {
    this.wallThen = watch.wall();
    this.ticksThen = watch.ticks();
  }

  /**
   * Start with what an earlier page measured. Had the clock stood still further ahead then, it was set back meanwhile by
   * nobody knows how much, and its error is unknown.
   */
  static resumed(known: { offsetMs: number | null; wallMs: number } | undefined, watch: Watch = WATCH): Clock {
    const setBack = known !== undefined && watch.wall() < known.wallMs - STEP_MS;
    return new Clock(known === undefined || setBack ? null : known.offsetMs, watch);
  }

  /** What `at` and `offset_ms` of an entry are now. */
  read(): { wallMs: number; offsetMs: number | null } {
    const wall = this.watch.wall();
    const ticks = this.watch.ticks();
    const ahead = wall - this.wallThen - (ticks - this.ticksThen);
    if (ahead < -STEP_MS || ahead > SLEEP_MAX_MS) {
      // The clock was set under us: by so much, and the error with it.
      if (this.offset !== null) this.offset -= Math.round(ahead);
    }
    this.wallThen = wall;
    this.ticksThen = ticks;
    return { wallMs: wall, offsetMs: this.offset };
  }

  /** The corrected instant, ms since 1970. */
  now(): number {
    const { wallMs, offsetMs } = this.read();
    return wallMs + (offsetMs ?? 0);
  }

  /** The business day in Viet Nam, which has no summer time. */
  day(): string {
    return dayOf(this.now());
  }

  /** The server told its time in an answer that was asked for and heard at these ticks: half the way counts. */
  measured(serverMs: number, askedTicks: number): number {
    const ticks = this.watch.ticks();
    const wall = this.watch.wall();
    this.offset = Math.round(serverMs + (ticks - askedTicks) / 2 - wall);
    this.wallThen = wall;
    this.ticksThen = ticks;
    return this.offset;
  }

  ticks(): number {
    return this.watch.ticks();
  }
}

/** Return the business day in Viet Nam of an instant. */
export function dayOf(atMs: number): string {
  return new Date(atMs + VIETNAM_MS).toISOString().slice(0, 10);
}
