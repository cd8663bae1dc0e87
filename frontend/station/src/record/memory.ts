/** Today as it is held in memory while somebody is signed in, read from the disk and kept up with it. */

import type { Shelf } from "../store/shelf.js";
import type { Clock } from "./clock.js";
import type { Entry } from "./lines.js";
import type { Outbox } from "./outbox.js";
import { Today } from "./today.js";

export class Memory {
  private today_: Today;
  private seq = 0;
  private page = 0;
  private version = 0;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly shelf: Shelf,
    private readonly clock: Clock,
  ) {
    this.today_ = new Today(clock.day());
  }

  get today(): Today {
    return this.today_;
  }

  /** Nobody is signed in: hold nothing. */
  forget(): void {
    this.today_ = new Today(this.clock.day());
    this.seq = this.page = this.version = 0;
  }

  /** Tell whether midnight has passed since it was read. */
  get isOfYesterday(): boolean {
    return this.today_.day !== this.clock.day();
  }

  /** Read what came since; all anew for another bundle or another day. One reading at a time, none is left out. */
  read(key: CryptoKey, own: { outbox: Outbox; device: string }): Promise<void> {
    this.reading = this.reading.catch(() => undefined).then(() => this.readNow(key, own));
    return this.reading;
  }

  /** An entry of this device that was just written. */
  tell(entry: Entry, device: string): void {
    this.today_.tell(entry, { device, waits: true, offsetMs: this.offsetMs });
  }

  private async readNow(key: CryptoKey, { outbox, device }: { outbox: Outbox; device: string }): Promise<void> {
    const bundle = await this.shelf.bundle(key);
    const version = bundle?.version ?? 0;
    if (version !== this.version || this.isOfYesterday) {
      this.forget();
      if (bundle !== null) this.today_.take(bundle);
      this.version = version;
    }
    this.today_.mayBeCalled(await this.shelf.standby(key));
    for (const { number, page } of await this.shelf.pages(key, this.page)) {
      this.page = number;
      for (const { device: by, entry } of page.entries) {
        this.today_.tell(entry, { device: by, waits: false });
        outbox.heard(entry.id);
      }
      if (page.held_lots !== undefined) this.today_.hold(page.held_lots);
      for (const { person, same_as: same } of page.links ?? []) [same].flat().forEach((other) => this.today_.link(person, other));
    }
    for (const { entry, seq, waits } of await outbox.told(key, this.seq + 1)) {
      this.seq = seq;
      this.today_.tell(entry, { device, waits, offsetMs: this.offsetMs });
    }
    this.today_.answered(device, (await outbox.chain()).answered);
  }

  private get offsetMs(): number {
    return this.clock.read().offsetMs ?? 0;
  }
}
