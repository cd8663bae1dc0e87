/** Who is signed in on this device, and whether its screen is covered: the same in all of its pages. */

import { type Phase, type StaffMember, StationError } from "./core.js";
import type { Enrolled, Parts } from "./enrolled.js";
import type { Shelf } from "./store/shelf.js";
import type { News } from "./sync/pages.js";

/** By this kind of entry a tablet is known as one that the lead works on. */
const LEADS = "session-closed";

/** What the station around it does when somebody comes or goes. */
interface Around {
  readonly shelf: Shelf;
  /** Refuses with `not-enrolled`. */
  enrolled(): Enrolled;
  tell(news: News): void;
  read(): Promise<void>;
  forget(): void;
  refresh(): Promise<void>;
  nudge(): void;
}

export class Presence {
  private staff: string | null = null;
  private covered = false;

  constructor(
    private readonly parts: Parts,
    private readonly around: Around,
  ) {}

  /** Who signed in, kept while the screen is merely covered. */
  get signedIn(): string | null {
    return this.staff;
  }

  phase({ vault }: Enrolled): Phase {
    return this.staff !== null && !this.covered && vault.key !== null ? "open" : "locked";
  }

  async setPin(staff: string, pin: string, word: string): Promise<void> {
    const { fresh } = await this.around.enrolled().admission.admit(staff, pin, word);
    if (fresh) await this.around.shelf.forgetAll();
    await this.came(staff);
  }

  /** Sign in whom another way than a PIN has let in; `fresh` tells that a new data key began. */
  async cameBy(staff: string, { fresh }: { fresh: boolean }): Promise<void> {
    if (fresh) await this.around.shelf.forgetAll();
    this.parts.clock.vouched();
    await this.came(staff);
  }

  async signIn(staff: string, pin: string): Promise<void> {
    const { vault } = this.around.enrolled();
    const { clock, http } = this.parts;
    // Nothing for today may mean that the clock was set while nobody looked: the center knows the day.
    if ((await vault.wrapFor(staff, clock.day())) === undefined) await http.time().catch(() => undefined);
    try {
      await vault.unlock(staff, pin, clock.day());
    } catch (error) {
      if (error instanceof StationError && error.code === "erased") {
        await this.around.shelf.forgetAll();
        await this.leave();
      }
      throw error;
    }
    clock.vouched();
    await this.came(staff);
  }

  /** Cover the screen; tells whether anybody is signed in behind it. */
  lock(): boolean {
    if (this.staff === null) return false;
    this.covered = true;
    this.around.tell({ what: "lock" });
    return true;
  }

  async signOut(): Promise<void> {
    await this.refuseWhileUnsent();
    await this.leave();
    this.around.tell({ what: "out" });
  }

  async endDay(): Promise<void> {
    await this.refuseWhileUnsent();
    const { answered } = await this.around.enrolled().outbox.chain();
    await this.around.shelf.forgetDay(answered);
    await this.leave();
    this.around.tell({ what: "out" });
  }

  async leave(): Promise<void> {
    this.staff = null;
    this.covered = false;
    this.around.forget();
    await this.around.refresh();
  }

  /** What another page of this device tells of who is here. */
  async hear(news: News, enrolled: Enrolled | null): Promise<void> {
    if (news.what === "lock") this.covered = this.staff !== null;
    if (news.what === "out") await this.leave();
    if (news.what === "who") this.answerWho(enrolled);
    if (news.what !== "opened" || enrolled === null) return;
    await enrolled.vault.share(news.raw);
    this.staff = news.staff;
    this.covered = false;
    await this.around.read();
  }

  async refuseWhileUnsent(): Promise<void> {
    if ((await this.around.enrolled().outbox.waiting()).count > 0) throw new StationError("unsent");
  }

  private async came(staff: string): Promise<void> {
    this.staff = staff;
    this.covered = false;
    await this.around.read();
    const { raw } = this.around.enrolled().vault;
    if (raw !== null) this.around.tell({ what: "opened", staff, raw });
    await this.around.refresh();
    this.around.nudge();
  }

  private answerWho(enrolled: Enrolled | null): void {
    const raw = enrolled?.vault.raw ?? null;
    if (raw !== null && this.staff !== null && !this.covered) this.around.tell({ what: "opened", staff: this.staff, raw });
  }
}

/** Whether this member of the staff leads the site, on a tablet for all desks: people's phones are fetched for nobody else. */
export function leadsHere(staff: StaffMember | null, kinds: readonly string[] | null): boolean {
  return (staff?.roles.includes("lead") ?? false) && (kinds === null || kinds.includes(LEADS));
}
