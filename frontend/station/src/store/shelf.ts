/** What was fetched, sealed under the data key: the bundle, and page by page what other devices wrote. */

import type { Bundle, HallKey, StandbyTold } from "../record/bundle.js";
import type { PulledEntries } from "../sync/pull.js";
import { type Bytes, fromUtf8, utf8 } from "../wire/bytes.js";
import { deflate, inflate } from "../wire/zlib.js";
import { aesKey, openUnder, sealUnder } from "./aes.js";
import type { Disk } from "./disk.js";
import { type Meta, NEVER, type NotedRow, type Sealed, type SyncRow } from "./schema.js";

const BUNDLE = utf8("tc/shelf/bundle");
const PEOPLE = utf8("tc/shelf/people");
const STANDBY = utf8("tc/shelf/standby");
const PAGE = utf8("tc/shelf/page");
const HALL = utf8("tc/shelf/hall");
const STAFF = utf8("tc/shelf/staff");
const KEY_BYTES = 32;
const SECOND_MS = 1000;

export type Staff = Bundle["staff"];
/** What of a page is read again; one of a hub has entries alone. */
export type Page = Pick<PulledEntries, "entries" | "links" | "held_lots">;

/** By what the desks of the hall hear each other through a hub. */
export interface Hall {
  readonly keys: readonly HallKey[];
  readonly cutOff: readonly string[];
}

export class Shelf {
  private heldTold = "";

  constructor(private readonly disk: Disk) {}

  /** Keep a bundle in place of the one before. Of another day, what others wrote on that day goes. */
  async put(key: CryptoKey, told: Bundle): Promise<void> {
    const { list, ...tables } = told;
    const hall: Hall = { keys: told.hall ?? [], cutOff: told.devices_cut_off };
    const [bundle, people, desks] = await Promise.all([
      sealedJson(key, { ...tables, list: { ...list, persons: [] } }, BUNDLE),
      sealedJson(key, list.persons, PEOPLE),
      sealedJson(key, hall, HALL),
    ]);
    await this.putTeam(told.staff);
    const about = {
      version: told.version,
      issuedAt: Date.parse(told.issued_at),
      day: told.list.day,
      siteName: told.site.name ?? told.site.code,
      ...(told.locks_after_s !== undefined && { locksAfterMs: told.locks_after_s * SECOND_MS }),
    };
    await this.disk.write(["meta", "others"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const before = (await meta.get("about")) as { day: string } | undefined;
      if (before !== undefined && before.day !== about.day) {
        await transaction.objectStore("others").clear();
        await meta.delete("standby");
        const sync = (await meta.get("sync")) as SyncRow | undefined;
        if (sync !== undefined) await meta.put({ ...sync, cursor: null, standbyAt: null }, "sync");
        await hearAnew(meta);
      }
      await meta.put(bundle, "bundle");
      await meta.put(people, "people");
      await meta.put(about, "about");
      await meta.put(told.hubs ?? [], "hubs");
      await meta.put(desks, "hall");
    });
  }

  /** Keep who works here, readable by a locked screen. */
  async putTeam(staff: Staff): Promise<void> {
    await this.disk.put("staff", await sealUnder(await this.screenKey(), utf8(JSON.stringify(staff)), STAFF));
  }

  /** The bundle, without its people where they were forgotten; null where there is none under this key. */
  async bundle(key: CryptoKey): Promise<Bundle | null> {
    const [bundle, people] = await Promise.all([this.disk.get("bundle"), this.disk.get("people")]);
    const told = (await openedJson(key, bundle, BUNDLE)) as Bundle | null;
    if (told === null) return null;
    const persons = ((await openedJson(key, people, PEOPLE)) as Bundle["list"]["persons"] | null) ?? [];
    return { ...told, list: { ...told.list, persons } };
  }

  async putStandby(key: CryptoKey, told: StandbyTold): Promise<void> {
    await this.disk.put("standby", await sealedJson(key, told, STANDBY));
  }

  /** Who may be called in; null where nobody asked on this day. */
  async standby(key: CryptoKey): Promise<StandbyTold | null> {
    return (await openedJson(key, await this.disk.get("standby"), STANDBY)) as StandbyTold | null;
  }

  /** Keep a page and the cursor behind it together: a page is never missed and never kept twice. */
  async putPage(key: CryptoKey, page: PulledEntries): Promise<boolean> {
    const held = JSON.stringify(page.held_lots ?? []);
    const tellsNothing = isEmpty(page) && held === this.heldTold;
    this.heldTold = held;
    const sealed = tellsNothing ? null : await sealUnder(key, utf8(JSON.stringify(page)), PAGE);
    await this.disk.write(["meta", "others"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const sync = (await meta.get("sync")) as SyncRow | undefined;
      if (sealed !== null) await transaction.objectStore("others").add(sealed);
      await meta.put({ ...NEVER, ...sync, cursor: page.after }, "sync");
    });
    return sealed !== null;
  }

  /** By what the hall's desks hear each other; null where nothing lies under this key. */
  async hall(key: CryptoKey): Promise<Hall | null> {
    return (await openedJson(key, await this.disk.get("hall"), HALL)) as Hall | null;
  }

  /** Keep what the hall's other desks left with a hub, together with how far it was heard. */
  async putHeard(key: CryptoKey, entries: Page["entries"], noted: NotedRow): Promise<void> {
    const sealed = entries.length === 0 ? null : await sealUnder(key, utf8(JSON.stringify({ entries })), PAGE);
    await this.disk.write(["meta", "others"], async (transaction) => {
      if (sealed !== null) await transaction.objectStore("others").add(sealed);
      await transaction.objectStore("meta").put(noted, "noted");
    });
  }

  /** The pages behind this number, in order, each with its own. */
  async pages(key: CryptoKey, behind: number): Promise<{ number: number; page: Page }[]> {
    const range = IDBKeyRange.lowerBound(behind, true);
    const [numbers, rows] = await Promise.all([
      this.disk.read().getAllKeys("others", range),
      this.disk.read().getAll("others", range),
    ]);
    const opened = await Promise.all(rows.map((row: Sealed) => openUnder(key, row, PAGE).catch(() => null)));
    return opened.flatMap((raw, at) => {
      const number = numbers[at];
      return raw === null || number === undefined ? [] : [{ number, page: JSON.parse(fromUtf8(raw)) as Page }];
    });
  }

  /** Who works here, for the screen at which one signs in. */
  async staff(): Promise<Staff> {
    const [sealed, key] = await Promise.all([this.disk.get("staff"), this.disk.get("screen")]);
    if (sealed === undefined || key === undefined) return [];
    const raw = await openUnder(key, sealed, STAFF).catch(() => null);
    return raw === null ? [] : (JSON.parse(fromUtf8(raw)) as Staff);
  }

  private async screenKey(): Promise<CryptoKey> {
    const made = await aesKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
    return this.disk.change("screen", (now) => now ?? made);
  }

  /**
   * Forget everybody of the day: the list, what others wrote and, with `answered`, own entries up to this sequence.
   * Products, rules, forms and lots stay, for the next morning may have no network.
   */
  forgetDay(answered: number | null): Promise<void> {
    return this.forget(["people", "standby"], answered);
  }

  /** Forget all that was fetched. Own entries stay: they are sealed to the server too. */
  forgetAll(): Promise<void> {
    return this.forget(["people", "standby", "bundle", "about", "hall"], null);
  }

  private async forget(what: readonly (keyof Meta)[], answered: number | null): Promise<void> {
    await this.disk.write(["meta", "others", "entries"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      for (const key of what) await meta.delete(key);
      await transaction.objectStore("others").clear();
      if (answered !== null) await transaction.objectStore("entries").delete(IDBKeyRange.upperBound(answered));
      const sync = (await meta.get("sync")) as SyncRow | undefined;
      if (sync !== undefined) await meta.put({ ...sync, cursor: null, bundleAt: null, othersAt: null, standbyAt: null }, "sync");
      await hearAnew(meta);
    });
  }
}

/** What was heard of the other desks is gone: a hub is asked for it from the beginning. */
async function hearAnew(meta: { get(key: "noted"): Promise<unknown>; put(row: NotedRow, key: "noted"): Promise<unknown> }): Promise<void> {
  const noted = (await meta.get("noted")) as NotedRow | undefined;
  if (noted !== undefined) await meta.put({ ...noted, after: "" }, "noted");
}

async function sealedJson(key: CryptoKey, told: unknown, about: Bytes): Promise<Sealed> {
  return sealUnder(key, await deflate(utf8(JSON.stringify(told))), about);
}

async function openedJson(key: CryptoKey, sealed: Sealed | undefined, about: Bytes): Promise<unknown> {
  const raw = sealed === undefined ? null : await openUnder(key, sealed, about).catch(() => null);
  return raw === null ? null : (JSON.parse(fromUtf8(await inflate(raw))) as unknown);
}

function isEmpty({ entries, links }: PulledEntries): boolean {
  return entries.length === 0 && (links ?? []).length === 0;
}
