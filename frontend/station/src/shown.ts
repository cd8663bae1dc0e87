/** The status of the station as it was read last, and who is told when it may have changed. */

import type { SetAside, StaffMember, Status } from "./core.js";
import type { Parts } from "./enrolled.js";
import type { Outbox } from "./record/outbox.js";
import { membersOf, type Moment, readings, statusOf } from "./status.js";
import type { Staff } from "./store/shelf.js";

/** What the station knows of itself and no disk tells. */
export interface Now extends Omit<Moment, "staff" | "persisted"> {
  readonly outbox: Outbox | null;
  readonly team: Staff;
  readonly signedIn: string | null;
}

export class Shown {
  status!: Status;
  staff: readonly StaffMember[] = [];
  asides: readonly SetAside[] = [];
  private readonly listeners = new Set<() => void>();
  private saying = false;
  private asked = 0;
  private answered = 0;

  constructor(
    private readonly parts: Parts,
    private readonly now: () => Now,
  ) {}

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Read the status anew and tell whoever listens, once for all that happened in this turn. */
  async refresh(): Promise<void> {
    const { disk, clock, persisted } = this.parts;
    const turn = (this.asked += 1);
    const told = await readings(disk, this.now().outbox);
    if (turn < this.answered) return; // a later reading was quicker
    this.answered = turn;
    const { team, signedIn, ...moment } = this.now();
    this.asides = told.asides;
    this.staff = membersOf(team, { wraps: told.wraps, day: clock.day() });
    const staff = this.staff.find((one) => one.id === signedIn) ?? null;
    this.status = statusOf(told, clock, { ...moment, staff, persisted });
    this.say();
  }

  private say(): void {
    if (this.saying) return;
    this.saying = true;
    queueMicrotask(() => {
      this.saying = false;
      this.listeners.forEach((listener) => listener());
    });
  }
}
