/**
 * The data key, under which everything about persons lies here, and the wraps by which the staff open it
 * (docs/operations/station.md, Unlocking; decision 24). The key's bytes are in memory while somebody is signed in, and
 * on the disk only wrapped: once for each member of the staff and each business day.
 */

import { StationError } from "../core.js";
import { type Bytes, concat, utf8, uuidBytes } from "../wire/bytes.js";
import { type AgreementKey, deriveKey, unseal } from "../wire/seal.js";
import { aesKey, openUnder, sealUnder } from "./aes.js";
import type { Disk } from "./disk.js";
import type { GuardRow, Wrap } from "./schema.js";
import { inTurn } from "./turns.js";

export const PIN_MIN_DIGITS = 6;
/** Wrong PINs in a row after which the data key is deleted. */
export const TRIES = 5;
const KEY_BYTES = 32;
const KEY_BITS = 256;
const UNLOCK = utf8("tc/unlock/1");
const KEK = utf8("tc/kek/1");
const WRAP = utf8("tc/wrap/1");
const NONE: Bytes = new Uint8Array(0);

/** What the server gives for each member who may unlock: the salt of the PIN, and the sealed secret of each day. */
export interface Secrets {
  readonly staff: string;
  readonly salt: Bytes;
  readonly iterations: number;
  readonly days: readonly { readonly day: string; readonly sealed: Bytes }[];
}

interface Unlocked {
  readonly raw: Bytes;
  readonly key: CryptoKey;
}

/** What a PIN or a passkey came to, and what tells by which it was. */
export interface Way {
  readonly key: Bytes;
  readonly salt: Bytes;
  readonly iterations: number;
  readonly credential?: Bytes;
}

export class Vault {
  private data: Unlocked | null = null;
  /** By what those who signed in did: so that wraps of coming days are made without asking again. */
  private readonly ways = new Map<string, readonly Way[]>();

  constructor(
    private readonly disk: Disk,
    private readonly device: string,
    private readonly agreement: AgreementKey,
    private readonly now: () => number,
  ) {}

  /** The data key; null while nobody has signed in since the page came up. */
  get key(): CryptoKey | null {
    return this.data?.key ?? null;
  }

  async wraps(): Promise<readonly Wrap[]> {
    return (await this.disk.get("wraps")) ?? [];
  }

  /**
   * Tell which wrap would open today. A day before all of them is a clock that stands wrong, for the server made them no
   * earlier than its own today: then the first of them counts as today's.
   */
  async wrapFor(staff: string, day: string): Promise<Wrap | undefined> {
    return (await this.wrapsFor(staff, day)).find(({ credential }) => credential === undefined);
  }

  /** The same with those of passkeys, of which somebody may have several. */
  async wrapsFor(staff: string, day: string): Promise<readonly Wrap[]> {
    const own = (await this.wraps()).filter((one) => one.staff === staff).sort((one, other) => (one.day < other.day ? -1 : 1));
    const [first] = own;
    const on = first !== undefined && day < first.day ? first.day : day;
    return own.filter((one) => one.day === on);
  }

  /** Take the data key with a PIN. `pin-not-set` when nothing here is wrapped for this person and day. */
  async unlock(staff: string, pin: string, day: string): Promise<void> {
    const wrap = await this.wrapFor(staff, day);
    if (wrap === undefined) throw new StationError("pin-not-set");
    await this.countTry();
    const { salt, iterations } = wrap;
    const way = { key: await stretched(pin, salt, iterations), salt, iterations };
    if (!(await this.unlockBy(wrap, way))) throw await this.refusal();
  }

  /** Take the data key by what a PIN or a passkey came to; false where it opens nothing. */
  async unlockBy(wrap: Wrap, way: Way): Promise<boolean> {
    const wrapKey = await this.wrapKey(wrap, way.key);
    const raw = await openUnder(wrapKey, wrap.wrapped, WRAP).catch(() => null);
    if (raw === null) return false;
    this.data = { raw, key: await aesKey(raw) };
    this.keep(wrap.staff, way);
    await this.opened();
    return true;
  }

  private keep(staff: string, way: Way): void {
    const others = (this.ways.get(staff) ?? []).filter((one) => !isSameWay(one, way));
    this.ways.set(staff, [...others.filter((one) => way.credential !== undefined || one.credential !== undefined), way]);
  }

  private opened(): Promise<void> {
    return this.disk.put("guard", { wrong: 0, erasedAt: null, openedAt: this.now() });
  }

  /**
   * Let one more member unlock from now on. Where others can already, one of them must have (`locked`); where nobody can
   * any more, a new data key begins, and the caller has forgotten what the old one sealed.
   */
  admit(secrets: Secrets, pin: string, today: string): Promise<{ fresh: boolean }> {
    return this.admitBy(secrets, today, async () => {
      if (!isPin(pin)) throw new StationError("pin-refused");
      const { salt, iterations } = secrets;
      return { key: await stretched(pin, salt, iterations), salt, iterations };
    });
  }

  /** The same by whatever key there is. */
  admitBy(secrets: Secrets, today: string, way: () => Promise<Way>): Promise<{ fresh: boolean }> {
    return inTurn("admit", async () => this.admitNow(secrets, await way(), today));
  }

  private async admitNow(secrets: Secrets, way: Way, today: string): Promise<{ fresh: boolean }> {
    const others = (await this.wraps()).some((wrap) => wrap.day >= today);
    if (this.data === null && others) throw new StationError("locked");
    const fresh = this.data === null;
    if (this.data === null) {
      const raw = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
      this.data = { raw, key: await aesKey(raw) };
    }
    this.keep(secrets.staff, way);
    if (fresh) await this.disk.put("wraps", []);
    await this.renew([secrets], today, { before: [] });
    await this.opened();
    return { fresh };
  }

  /**
   * Make the wraps of the days for which the server gave secrets, for whoever's PIN or passkey is at hand; drop those of days that
   * are over, and those that lay here `before` it was asked of everybody it did not name. Whoever was let in meanwhile stays.
   */
  async renew(given: readonly Secrets[], today: string, { before }: { before: readonly Wrap[] }): Promise<void> {
    const made = await this.made(given, today, await this.wraps());
    const unnamed = before.filter((wrap) => !given.some((one) => one.staff === wrap.staff));
    await this.disk.change("wraps", (now = []) => {
      const fresh = this.data === null ? [] : made; // erased in between: nothing opens what is gone
      const isGone = (wrap: Wrap): boolean => wrap.day < today || unnamed.some((one) => sameBytes(one.wrapped.iv, wrap.wrapped.iv));
      const isReplaced = (wrap: Wrap): boolean => fresh.some((one) => one.staff === wrap.staff && one.day === wrap.day && isSameKind(one, wrap));
      return [...now.filter((wrap) => !isGone(wrap) && !isReplaced(wrap)), ...fresh];
    });
  }

  private async made(given: readonly Secrets[], today: string, known: readonly Wrap[]): Promise<readonly Wrap[]> {
    const made: Wrap[] = [];
    for (const { staff, salt, iterations, days } of given) {
      for (const way of this.ways.get(staff) ?? []) {
        if (way.credential === undefined && !isSameWay(way, { salt, iterations })) continue;
        for (const { day, sealed } of days) {
          if (this.data === null || day < today || known.some((wrap) => wrap.staff === staff && wrap.day === day && isSameWay(wrap, way))) continue;
          const { key, ...by } = way;
          const wrapKey = await this.wrapKey({ staff, day, secret: sealed }, key);
          made.push({ staff, day, ...by, secret: sealed, wrapped: await sealUnder(wrapKey, this.data.raw, WRAP) });
        }
      }
    }
    return made;
  }

  /** The key's bytes, for another page of this device; null while it is not open. */
  get raw(): Bytes | null {
    return this.data?.raw ?? null;
  }

  /** Take the key from another page of this device, where somebody signed in. */
  async share(raw: Bytes): Promise<void> {
    this.data = { raw, key: await aesKey(raw) };
  }

  /** Forget the key and every way to it. The outbox stays: it is sealed to the server. */
  async erase(): Promise<void> {
    this.forget();
    await this.disk.put("wraps", []);
  }

  forget(): void {
    this.data = null;
    this.ways.clear();
  }

  /** Count before trying: a page killed in mid-try gives no free one. */
  private async countTry(): Promise<void> {
    await this.disk.change("guard", (now): GuardRow => ({
      wrong: (now?.wrong ?? 0) + 1,
      erasedAt: now?.erasedAt ?? null,
      openedAt: now?.openedAt ?? 0,
    }));
  }

  private async refusal(): Promise<StationError> {
    const wrong = (await this.disk.get("guard"))?.wrong ?? TRIES;
    if (wrong < TRIES) return new StationError("pin-wrong", TRIES - wrong);
    await this.erase();
    await this.disk.put("guard", { wrong: 0, erasedAt: this.now(), openedAt: 0 });
    return new StationError("erased", 0);
  }

  private async wrapKey(of: { staff: string; day: string; secret: Bytes }, key: Bytes): Promise<CryptoKey> {
    const place = concat(uuidBytes(this.device), uuidBytes(of.staff), utf8(of.day));
    const secret = await unseal(of.secret, { key: this.agreement, context: concat(UNLOCK, place) });
    return deriveKey(concat(key, secret), concat(KEK, place));
  }
}

/** Tell whether these are digits enough that are not all the same and do not count up or down. */
export function isPin(pin: string): boolean {
  if (!/^\d+$/.test(pin) || pin.length < PIN_MIN_DIGITS) return false;
  const steps = new Set(Array.from(pin.slice(1), (digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10));
  const [only = 5] = steps;
  return !(steps.size === 1 && [0, 1, 9].includes(only));
}

async function stretched(pin: string, salt: Bytes, iterations: number): Promise<Bytes> {
  const material = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material, KEY_BITS);
  return new Uint8Array(bits);
}

type By = Pick<Way, "salt" | "iterations" | "credential">;

/** A PIN is one way, chosen anew in place of the old; each passkey is a way of its own. */
function isSameKind(one: By, other: By): boolean {
  return sameBytes(one.credential ?? NONE, other.credential ?? NONE);
}

function isSameWay(one: By, other: By): boolean {
  return isSameKind(one, other) && sameBytes(one.salt, other.salt) && one.iterations === other.iterations;
}

function sameBytes(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
