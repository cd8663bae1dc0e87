/**
 * Codes from screen to screen: those that this device shows of what waits, and those of others that its camera has seen.
 * Both lie on the disk, so that a reload in the middle costs nothing: the same codes are shown again, and what was seen
 * need not be seen twice. All of it is sealed to the server.
 */

import type { Frames, FramesShown, Gathered, Passed } from "../core.js";
import { keptCount } from "../record/earlier.js";
import type { Outbox } from "../record/outbox.js";
import type { Disk } from "../store/disk.js";
import type { ShownRow } from "../store/schema.js";
import { passOn, sealedFile } from "./carrying.js";
import { patient } from "./enrolling.js";
import { framesOf, joined, readFrame } from "./frames.js";
import type { Http, Signer } from "./http.js";

const STORE = ["carried"] as ["carried"];
const ofFile = (file: string): IDBKeyRange => IDBKeyRange.bound([file], [file, []]);

export class Gathering implements Frames {
  constructor(
    private readonly disk: Disk,
    private readonly http: Http,
    private readonly outbox: Outbox,
    private readonly signer: Signer,
  ) {}

  async shown(anew = false): Promise<FramesShown> {
    const [{ seq, answered }, kept] = await Promise.all([this.outbox.chain(), keptCount(this.disk)]);
    const { device } = this.signer;
    const before = await this.disk.get("shown");
    // A signature is another one each time it is made: a file made anew would be a stranger to whoever has half of this one.
    const stands = before !== undefined && before.file.length > 0 && before.device === device && before.answered === answered && before.kept === kept;
    if (stands && !anew) return told(before);
    const made = { device, seq, answered, kept, file: await sealedFile(this.disk, this.outbox, this.signer) };
    await this.disk.put("shown", made);
    return told(made);
  }

  async take(raw: Uint8Array): Promise<Gathered | null> {
    const frame = readFrame(raw);
    if (frame === null) return null;
    const { file, number } = frame;
    return this.disk.write(STORE, async (transaction) => {
      const carried = transaction.objectStore("carried");
      if ((await carried.get([file, number])) === undefined) await carried.put(frame);
      return { file, have: await carried.count(ofFile(file)), count: frame.count };
    });
  }

  async gathered(): Promise<readonly Gathered[]> {
    const database = this.disk.read();
    const files = new Map<string, number>();
    for (const [file] of await database.getAllKeys("carried")) files.set(file, (files.get(file) ?? 0) + 1);
    return Promise.all(
      [...files].map(async ([file, have]) => {
        const [first] = await database.getAll("carried", ofFile(file), 1);
        return { file, have, count: first?.count ?? have };
      }),
    );
  }

  async pass(file: string): Promise<Passed> {
    const frames = await this.disk.read().getAll("carried", ofFile(file));
    const whole = await joined(frames);
    if (whole === null) {
      // What is complete and has another digest would never be right: it is seen anew from the first code on.
      if (frames.length >= (frames[0]?.count ?? 0)) await this.forget(file);
      return { kept: 0, known: 0, aside: 0, refused: "batch-unreadable" };
    }
    const passed = await patient(passOn(this.http, whole));
    if (passed.refused === null) await this.forget(file);
    return passed;
  }

  async forget(file: string): Promise<void> {
    await this.disk.write(STORE, (transaction) => transaction.objectStore("carried").delete(ofFile(file)));
  }
}

async function told({ seq, answered, kept, file }: ShownRow): Promise<FramesShown> {
  return { frames: await framesOf(file), entries: seq - answered + kept };
}
