/** What the tablet fetches: the bundle, what the site's other devices wrote, who may unlock; and its own word that it lives. */

import type { DayTold } from "../core.js";
import { type Bundle, type HeldLot, readBundle, type StandbyTold } from "../record/bundle.js";
import type { Entry } from "../record/lines.js";
import type { Secrets } from "../store/vault.js";
import { type Bytes, fromBase64url } from "../wire/bytes.js";
import { openJws } from "../wire/jws.js";
import { loadPublicKey } from "../wire/keys.js";
import { type Answer, API, type Http, NoAnswer, type Signer } from "./http.js";

const BUNDLE = "tc-bundle+jws";
const OK = 200;
const FORBIDDEN = 403;
const NOT_THERE = 404;
const CONFLICT = 409;

/** The server says that this device is none of its own any more. */
export class NotOurs extends Error {}

export interface PulledEntries {
  readonly after: string;
  readonly more: boolean;
  readonly entries: readonly { readonly device: string; readonly seq: number; readonly entry: Entry }[];
  readonly own?: readonly { readonly id: string; readonly seq: number }[];
  readonly links?: readonly { readonly person: string; readonly same_as: string | readonly string[] }[];
  readonly held_lots?: readonly HeldLot[];
}

/** Where the center says that this device's chain stands. */
export interface ChainTold {
  readonly last: number;
  readonly head: Bytes;
}

interface UnlocksTold {
  readonly staff: readonly {
    readonly staff: string;
    readonly salt: string;
    readonly iterations: number;
    readonly days: readonly { readonly day: string; readonly secret: string }[];
  }[];
}

/** What may be changed of an unlocking: by eight digits that the lead gave. Null asks who may, and changes nothing. */
export type Word = { readonly staff: string; readonly code: string } | null;

export class Puller {
  constructor(
    private readonly http: Http,
    private readonly signer: Signer,
    private readonly of: { readonly site: string; readonly serverKey: Bytes },
  ) {}

  /** Return the newest bundle; null when what came is none of ours or an older one. */
  async bundle(atLeast: number): Promise<Bundle | null> {
    const answer = await this.get(`${API}/bundle`);
    const clear = await openJws(answer.body, { key: await loadPublicKey(this.of.serverKey), type: BUNDLE });
    return clear === null ? null : readBundle(clear, { device: this.signer.device, site: this.of.site, atLeast });
  }

  async entries(after: string | null, bundle: number | null): Promise<PulledEntries> {
    const asked = new URLSearchParams();
    if (after !== null) asked.set("after", after);
    if (bundle !== null) asked.set("bundle", String(bundle));
    const query = asked.toString();
    const answer = await this.get(`${API}/entries${query === "" ? "" : `?${query}`}`);
    return answer.json as PulledEntries;
  }

  /** Return the lines of a day as they stand, and what keeps it from being closed. */
  async day(day: string): Promise<DayTold> {
    const { closed_at: closedAt, ...told } = (await this.get(`${API}/days/${day}`)).json as Omit<DayTold, "closedAt"> & { closed_at: string | null };
    return { ...told, closedAt: closedAt === null ? null : Date.parse(closedAt) };
  }

  /** Return who may be called in; null where the center tells it no tablet, or not this one. */
  async standby(): Promise<StandbyTold | null> {
    const answer = await this.http.askSigned(this.signer, "GET", `${API}/standby`);
    if (answer.status === FORBIDDEN || answer.status === NOT_THERE) return null;
    return this.read(answer).json as StandbyTold;
  }

  /** Tell what came of calling somebody in; false where they do not wait any more. */
  async tellStandby(word: { session: string; person: string; state: string; staff: string | null }): Promise<boolean> {
    const answer = await this.http.askSigned(this.signer, "POST", `${API}/standby`, word);
    if (answer.status === OK) return true;
    if (answer.status === CONFLICT) return false;
    throw new NoAnswer(`${answer.status} ${answer.code}`);
  }

  /** Return the secrets of everybody who may unlock; null when the word was not good. */
  async unlocks(word: Word | ((nonce: string) => Promise<object>)): Promise<readonly Secrets[] | null> {
    const path = `${API}/unlocks`;
    const answer = await (word === null
      ? this.http.askSigned(this.signer, "GET", path)
      : this.http.askSigned(this.signer, "POST", path, word));
    if (answer.status !== OK) return null;
    return (answer.json as UnlocksTold).staff.map(({ staff, salt, iterations, days }) => ({
      staff,
      salt: fromBase64url(salt),
      iterations,
      days: days.map(({ day, secret }) => ({ day, sealed: fromBase64url(secret) })),
    }));
  }

  /** Say that the device lives, and hear where its chain stands; null from a center that does not say. */
  async heartbeat(word: { pending: number; oldestAt: number | null; bundle: number | null; erasedAt: number | null }): Promise<ChainTold | null> {
    const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
    const { json } = await this.http.askSigned(this.signer, "POST", `${API}/heartbeat`, {
      pending: word.pending,
      oldest_pending_at: instant(word.oldestAt),
      bundle_version: word.bundle,
      erased_at: instant(word.erasedAt),
    });
    const { last_sequence: last, head } = (json ?? {}) as { last_sequence?: unknown; head?: unknown };
    return typeof last === "number" && typeof head === "string" ? { last, head: fromBase64url(head) } : null;
  }

  private async get(path: string): Promise<Answer> {
    return this.read(await this.http.askSigned(this.signer, "GET", path));
  }

  private read(answer: Answer): Answer {
    if (answer.status === OK) return answer;
    if (answer.code === "request-not-signed") throw new NotOurs(answer.code);
    throw new NoAnswer(`${answer.status} ${answer.code}`);
  }
}
