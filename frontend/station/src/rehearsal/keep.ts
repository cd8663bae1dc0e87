/**
 * Where a rehearsal lies: a database of its own, of another shape than the record's. It has no place for a key, a chain or an
 * outbox, so nothing of it can be signed or sent.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import { StationError } from "../core.js";
import type { Entry } from "../record/lines.js";
import type { Scene } from "./scene.js";

export const REHEARSAL = "tiemchung-rehearsal";

/** One run: its day, and how much faster than the wall its clock goes. */
export interface Run {
  readonly scene: Scene;
  readonly startedAt: number;
  readonly beginsAt: number;
  readonly pace: number;
}

interface Shape extends DBSchema {
  run: { key: "run"; value: Run };
  told: { key: number; value: Entry };
}

export class Keep {
  private constructor(private readonly database: IDBPDatabase<Shape>) {}

  static async open(name: string = REHEARSAL): Promise<Keep> {
    const database: IDBPDatabase<Shape> = await openDB<Shape>(name, 1, {
      upgrade: (opened) => {
        opened.createObjectStore("run");
        opened.createObjectStore("told", { autoIncrement: true });
      },
      blocking: () => database.close(),
    });
    return new Keep(database);
  }

  run(): Promise<Run | undefined> {
    return this.database.get("run", "run");
  }

  told(): Promise<Entry[]> {
    return this.database.getAll("told");
  }

  async begin(run: Run): Promise<void> {
    await this.forget();
    await this.database.put("run", run, "run");
  }

  async tell(entry: Entry): Promise<void> {
    try {
      await this.database.add("told", entry);
    } catch (error) {
      throw error instanceof DOMException ? new StationError("not-stored") : error;
    }
  }

  async forget(): Promise<void> {
    const writing = this.database.transaction(["run", "told"], "readwrite");
    await Promise.all([writing.objectStore("run").clear(), writing.objectStore("told").clear(), writing.done]);
  }

  close(): void {
    this.database.close();
  }
}
