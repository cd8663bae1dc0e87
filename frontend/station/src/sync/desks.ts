/**
 * What the desks of a hall tell each other while the center does not answer (docs/operations/hub.md): each leaves with the hub a
 * note of what it wrote today, and fetches those of the others. It only shows: what a tablet holds, sends and waits for is
 * untouched by it, and the center's own word takes the place of a note as soon as it comes.
 */

import type { Clock } from "../record/clock.js";
import { dayOf } from "../record/clock.js";
import type { Entry } from "../record/lines.js";
import { Notes } from "../record/notes.js";
import type { Outbox } from "../record/outbox.js";
import type { Disk } from "../store/disk.js";
import type { DeviceRow, HubRow, NotedRow } from "../store/schema.js";
import type { Hall, Shelf } from "../store/shelf.js";
import type { Vault } from "../store/vault.js";
import { type Bytes, concat, fromBase64url, fromUtf8, toBase64url, u16, utf8, uuidBytes } from "../wire/bytes.js";
import { MAX_BATCH_BYTES, MAX_ENTRIES, MAX_HEADER_BYTES } from "../wire/chain.js";
import { sha256, sign } from "../wire/keys.js";
import { API, type Http } from "./http.js";

const NOTES = `${API}/notes`;
const ASKED = utf8("tc/notes/1");
const JSON_LINES = "application/x-ndjson";
const OK = 200;

interface Told {
  readonly after: string;
  readonly more: boolean;
  readonly notes: readonly { readonly device: string; readonly seq: number; readonly note: string }[];
}

/** Notes as they go: whole lines, and up to where in the chain they tell of. */
interface Leaving {
  readonly lines: readonly string[];
  readonly last: number;
}

export class Desks {
  constructor(
    private readonly parts: {
      readonly disk: Disk;
      readonly http: Http;
      readonly clock: Clock;
      readonly outbox: Outbox;
      readonly vault: Vault;
      readonly shelf: Shelf;
      readonly device: DeviceRow;
    },
  ) {}

  /** Leave what this device wrote today, and fetch what the others left; tell whether anything was heard. Nothing while it is locked. */
  async exchange(hub: HubRow): Promise<boolean> {
    const { vault, shelf, clock } = this.parts;
    const hall = vault.key === null ? null : await shelf.hall(vault.key);
    const secret = hall?.keys.find(({ day }) => day === clock.day());
    if (!hall || secret === undefined) return false;
    const notes = await Notes.of(fromBase64url(secret.key));
    for (let heard = false; ; ) {
      const row = await this.row(hub);
      const { lines, last } = await this.leaving(notes, row.left + 1);
      const told = await this.ask(hub, row.after, lines);
      if (told === null || vault.key === null) return heard;
      const entries = await this.opened(notes, told, hall);
      await shelf.putHeard(vault.key, entries, { ...row, left: last, after: told.after, ...this.heard(row) });
      heard ||= entries.length > 0;
      const isMoved = last > row.left || told.after !== row.after;
      if (!isMoved || (!told.more && last >= (await this.parts.outbox.chain()).seq)) return heard;
    }
  }

  /** The notes of today's entries from a place in the chain on, as many as one request carries. */
  private async leaving(notes: Notes, first: number): Promise<Leaving> {
    const { outbox, vault, clock, device } = this.parts;
    const end = Math.min((await outbox.chain()).seq, first + MAX_ENTRIES - 1);
    const lines: string[] = [];
    let room = MAX_BATCH_BYTES - MAX_HEADER_BYTES;
    for (const row of end < first ? [] : await outbox.rows(first, end)) {
      if (vault.key === null) return { lines, last: row.seq - 1 };
      const line = dayOf(row.at) === clock.day() ? await outbox.opened(row, vault.key) : null;
      if (line === null) continue;
      const entry = JSON.parse(fromUtf8(line)) as Entry;
      const told = `${row.seq}.${await notes.sealed(entry, { device: device.id, seq: row.seq })}\n`;
      room -= told.length;
      if (room < 0) return { lines, last: row.seq - 1 };
      lines.push(told);
    }
    return { lines, last: Math.max(end, first - 1) };
  }

  private async ask(hub: HubRow, after: string, lines: readonly string[]): Promise<Told | null> {
    const { device, http } = this.parts;
    const notes = utf8(lines.join(""));
    const message = notesMessage({ hub: hub.device, device: device.id, after, count: lines.length, digest: await sha256(notes) });
    const signature = toBase64url(await sign(device.signing, message));
    const header = utf8(`${JSON.stringify({ device: device.id, after, count: lines.length, signature })}\n`);
    const answer = await http.askElsewhere(hub.address, NOTES, { body: concat(header, notes), headers: { "Content-Type": JSON_LINES } });
    const { after: next, notes: told, more } = (answer.json ?? {}) as Partial<Record<keyof Told, unknown>>;
    if (answer.status !== OK || typeof next !== "string" || !Array.isArray(told)) return null;
    return { after: next, more: more === true, notes: told as Told["notes"] };
  }

  /** What this device can read of it; nothing of devices that were cut off, and nothing told in its own name. */
  private async opened(notes: Notes, { notes: told }: Told, { cutOff }: Hall): Promise<readonly { device: string; seq: number; entry: Entry }[]> {
    const others = told.filter(({ device }) => device !== this.parts.device.id && !cutOff.includes(device));
    const opened = await Promise.all(others.map(({ device, seq, note }) => notes.opened(note, { device, seq })));
    return others.flatMap(({ device, seq }, at) => {
      const entry = opened[at];
      return entry === null || entry === undefined ? [] : [{ device, seq, entry }];
    });
  }

  private heard({ sinceAt }: NotedRow): { heardAt: number; sinceAt: number } {
    const now = this.parts.clock.now();
    return { heardAt: now, sinceAt: sinceAt ?? now };
  }

  /** The center answered: what the desks heard of each other without it is over. */
  async centerIsBack(): Promise<void> {
    const { disk } = this.parts;
    if ((await disk.get("noted"))?.heardAt === undefined) return;
    await disk.change("noted", (row) => {
      const { heardAt: _, sinceAt: __, ...rest } = row as NotedRow;
      return rest;
    });
  }

  /** How far this device and this hub have told each other. Of another hub, or of an earlier enrollment, nothing. */
  private async row(hub: HubRow): Promise<NotedRow> {
    const row = await this.parts.disk.get("noted");
    const device = this.parts.device.id;
    return row?.hub === hub.device && row.device === device ? row : { hub: hub.device, device, left: 0, after: "" };
  }
}

/** What a tablet signs when it leaves notes with a hub and asks for those behind a place. */
export function notesMessage(told: { hub: string; device: string; after: string; count: number; digest: Bytes }): Bytes {
  const after = utf8(told.after);
  return concat(ASKED, uuidBytes(told.hub), uuidBytes(told.device), u16(told.count), u16(after.length), after, told.digest);
}
