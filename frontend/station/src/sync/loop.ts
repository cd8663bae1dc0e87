/**
 * When the next round begins. Nothing the browser says of the network is believed: a round is tried, and its outcome
 * counts. Waits grow while nobody answers and are drawn, so that a hall's tablets do not come back all at once.
 */

import { ifFree, inTurn } from "../store/turns.js";
import type { Outcome } from "./round.js";
import { NoAnswer } from "./http.js";

const IDLE_MS = 10_000;
const SOON_MS = 300;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** A wait is drawn from half to one and a half of itself. */
const JITTER = 0.5;

export interface Work {
  /** One round; throws NoAnswer when the center does not answer. */
  round(all: boolean): Promise<Outcome>;
  ended(what: { reached: boolean }): Promise<void>;
  begun(): void;
}

export class Loop {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private over = false;
  /** The center listens no more: it is asked again, and not often. */
  private stopped = false;
  private running: Promise<void> | null = null;

  constructor(private readonly work: Work) {}

  start(): void {
    this.plan(0);
  }

  /** Something was written: send it soon, together with what follows at once. Not sooner than a failure's wait. */
  nudge(): void {
    if (this.failures === 0) this.plan(SOON_MS);
  }

  /** Run a round now, after the one that runs. */
  async now(): Promise<void> {
    await this.running;
    await this.turn({ all: true, waits: true });
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
  }

  private plan(afterMs: number): void {
    clearTimeout(this.timer);
    if (!this.over) this.timer = setTimeout(() => void this.turn({ all: false, waits: false }), afterMs);
  }

  private turn(how: { all: boolean; waits: boolean }): Promise<void> {
    if (this.over) return Promise.resolve();
    this.running ??= this.once(how).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async once({ all, waits }: { all: boolean; waits: boolean }): Promise<void> {
    clearTimeout(this.timer);
    let waitMs = IDLE_MS;
    try {
      await this.underLock(waits, all);
      if (this.stopped) waitMs = LONGEST_WAIT_MS;
      this.failures = 0;
    } catch (error) {
      if (this.over) return; // the page goes, and its database with it
      if (!(error instanceof NoAnswer)) console.error(error);
      waitMs = error instanceof NoAnswer && error.retryAfterMs !== null ? error.retryAfterMs : backoff(this.failures);
      this.failures += 1;
      await this.work.ended({ reached: false }).catch((fault: unknown) => {
        if (!this.over) throw fault;
      });
    }
    this.plan(drawn(waitMs));
  }

  /** Another page of the device may be at it: then this turn is its, unless somebody asked for it. */
  private underLock(waits: boolean, all: boolean): Promise<void> {
    return waits ? inTurn("sync", () => this.round(all)) : ifFree("sync", () => this.round(all));
  }

  private async round(all: boolean): Promise<void> {
    this.work.begun();
    this.stopped = (await this.work.round(all)).stopped !== null;
    await this.work.ended({ reached: true });
  }
}

function backoff(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 16), LONGEST_WAIT_MS);
}

function drawn(waitMs: number): number {
  return waitMs * (1 - JITTER + Math.random() * 2 * JITTER);
}
