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
/** A longer leap ahead may be sleep or a hand at the clock: until somebody who knows tells, no timer counts it. Ours. */
export const LEAP_MS = 2 * 60_000;
const VIETNAM_MS = 7 * 3_600_000;

export class Clock {
  private wallThen: number;
  private ticksThen: number;

  /** `offsetMs` is what to add to the wall, as last measured; null when nobody could tell. */
  constructor(
    private offset: number | null,
    private readonly watch: Watch = WATCH,
    private leap = 0,
    private set = 0,
  ) {
    this.wallThen = watch.wall();
    this.ticksThen = watch.ticks();
  }

  /**
   * Start with what an earlier page measured. Time does not run backwards: a clock that was set back meanwhile goes on from
   * the last instant known. One that leapt ahead meanwhile may be right or wrong.
   */
  static resumed(known: { offsetMs: number | null; wallMs: number; leapMs?: number; timesSet?: number } | undefined, watch: Watch = WATCH): Clock {
    if (known === undefined) return new Clock(null, watch);
    const { offsetMs, wallMs, leapMs = 0, timesSet = 0 } = known;
    const gone = watch.wall() - wallMs;
    if (gone < -STEP_MS) return new Clock((offsetMs ?? 0) - gone, watch, leapMs, timesSet + Number(gone < -LEAP_MS));
    return new Clock(offsetMs, watch, leapMs + (gone > LEAP_MS ? gone : 0), timesSet);
  }

  /** What `at` and `offset_ms` of an entry are now. */
  read(): { wallMs: number; offsetMs: number | null } {
    const wall = this.watch.wall();
    const ticks = this.watch.ticks();
    const ahead = wall - this.wallThen - (ticks - this.ticksThen);
    if (ahead < -STEP_MS || ahead > SLEEP_MAX_MS) {
      // The clock was set under us: by so much, and the error with it.
      this.offset = (this.offset ?? 0) - Math.round(ahead);
      if (Math.abs(ahead) > LEAP_MS) this.set += 1;
    } else if (ahead > LEAP_MS) this.leap += Math.round(ahead);
    this.wallThen = wall;
    this.ticksThen = ticks;
    return { wallMs: wall, offsetMs: this.offset };
  }

  /** By how much the clock leapt ahead since anybody knew the time; 0 when it stands proved. */
  get leapMs(): number {
    this.read();
    return this.leap;
  }

  /** How often somebody set the clock, by its own word or a person's, since the center told the time or anybody signed in. */
  get timesSet(): number {
    this.read();
    return this.set;
  }

  /** Somebody looked at another clock: the time is right, or it is as much earlier as the leap. */
  settle(isRight: boolean): void {
    if (!isRight) {
      this.offset = (this.offset ?? 0) - this.leapMs;
      this.set += 1;
    }
    this.leap = 0;
  }

  /** Somebody who may has signed in: whoever set the clock is no stranger. */
  vouched(): void {
    this.set = 0;
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
    this.leap = this.set = 0;
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
