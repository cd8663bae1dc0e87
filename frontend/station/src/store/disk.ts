/** The database of this browser. A write that resolved has been handed to the disk with the wish to be kept for good. */

import { type IDBPTransaction, openDB } from "idb";

import { StationError } from "../core.js";
import { type Database, type Meta, type StationSchema, type Store, upgrade, VERSION } from "./schema.js";

/** A rehearsal or a test has a name of its own and never meets the record. */
export const RECORD = "tiemchung-station";

export type Writing<Names extends Store[]> = IDBPTransaction<StationSchema, Names, "readwrite">;

export class Disk {
  private constructor(private readonly database: Database) {}

  /** Open the database, bringing one of an older version of the app to this one. */
  static async open(name: string = RECORD): Promise<Disk> {
    const database: Database = await openDB<StationSchema>(name, VERSION, {
      upgrade: (opened, from) => upgrade(opened, from),
      // A newer version of the app waits in another page: let it have the database, this page reloads.
      blocking: () => database.close(),
    });
    return new Disk(database);
  }

  async get<Key extends keyof Meta>(key: Key): Promise<Meta[Key] | undefined> {
    return (await this.database.get("meta", key)) as Meta[Key] | undefined;
  }

  async put<Key extends keyof Meta>(key: Key, value: Meta[Key]): Promise<void> {
    await this.write(["meta"], async (transaction) => void (await transaction.objectStore("meta").put(value, key)));
  }

  /** Change one row by what it is now, alone: nobody else writes between the reading and the writing. */
  async change<Key extends keyof Meta>(key: Key, to: (now: Meta[Key] | undefined) => Meta[Key]): Promise<Meta[Key]> {
    return this.write(["meta"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const value = to((await meta.get(key)) as Meta[Key] | undefined);
      await meta.put(value, key);
      return value;
    });
  }

  /**
   * Run what writes in one transaction and return once it is committed. Inside, await the database only: anything else
   * lets the transaction end. `not-stored` when the disk did not take it.
   */
  async write<Names extends Store[], Result>(
    stores: Names,
    work: (transaction: Writing<Names>) => Promise<Result>,
  ): Promise<Result> {
    const transaction = this.database.transaction(stores, "readwrite", { durability: "strict" });
    try {
      const result = await work(transaction);
      await transaction.done;
      return result;
    } catch (error) {
      transaction.done.catch(() => undefined); // told by `error` already
      try {
        transaction.abort();
      } catch {
        // it has ended by itself
      }
      throw error instanceof DOMException ? new StationError("not-stored") : error;
    }
  }

  read(): Database {
    return this.database;
  }

  close(): void {
    this.database.close();
  }
}
