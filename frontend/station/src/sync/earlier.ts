/** Sends what earlier enrollments of this browser left behind, each under its own name and key. */

import { earlierOnes, EarlierQueue } from "../record/earlier.js";
import type { Disk } from "../store/disk.js";
import type { EarlierRow } from "../store/schema.js";
import type { Http } from "./http.js";
import { Sender } from "./send.js";

/** Who was refused once is asked again after so long, or when somebody presses the button. */
const PATIENCE_MS = 60_000;

export class Earlier {
  private triedAt: number | null = null;

  constructor(
    private readonly disk: Disk,
    private readonly http: Http,
    private readonly ticks: () => number,
  ) {}

  /** Send what can be sent, and tell how many entries were answered for. What nobody takes holds up nothing else. */
  async deliver(atOnce: boolean): Promise<number> {
    const rows = await earlierOnes(this.disk);
    if (rows.length === 0 || (!atOnce && this.triedAt !== null && this.ticks() - this.triedAt < PATIENCE_MS)) return 0;
    let answered = 0;
    for (const row of rows) {
      try {
        answered += await this.send(row);
      } catch {
        // No answer, or rows of which no batch can be made: they stay here, counted, and nothing else waits for them.
      }
    }
    this.triedAt = this.ticks();
    return answered;
  }

  private async send({ device, signing: key }: EarlierRow): Promise<number> {
    const queue = new EarlierQueue(this.disk, device);
    const sender = new Sender(queue, this.http, { device, key });
    let answered = 0;
    for (;;) {
      const chain = await queue.chain();
      if (chain.seq === chain.answered) {
        await queue.forget();
        return answered;
      }
      const sent = await sender.once(null);
      answered += sent.answered;
      if (!sent.goesOn) return answered;
    }
  }
}
