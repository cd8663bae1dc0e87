/**
 * The screen is covered when nobody has touched it for a while: a tablet lies on a table between two people. What was
 * recorded lies sealed already, and goes on being sent.
 */

/** Two clocks: one may be set, the other may stand while the tablet sleeps. Whichever says more counts. */
export interface Clocks {
  wall(): number;
  ticks(): number;
}

export class Idle {
  private wall = 0;
  private ticks = 0;

  constructor(
    private readonly clocks: Clocks,
    private readonly afterMs: number,
    private readonly lock: () => void,
  ) {
    this.begin();
  }

  /** Somebody touched the page. The finger that wakes a tablet after too long opens nothing: it finds the lock. */
  touch(): void {
    if (!this.look()) this.begin();
  }

  /** Somebody touched another page of this device. */
  begin(): void {
    this.wall = this.clocks.wall();
    this.ticks = this.clocks.ticks();
  }

  /** Lock if nobody has touched anything for too long; tells whether it did. */
  look(): boolean {
    const idleMs = Math.max(this.clocks.wall() - this.wall, this.clocks.ticks() - this.ticks);
    if (idleMs < this.afterMs) return false;
    this.lock();
    return true;
  }
}
