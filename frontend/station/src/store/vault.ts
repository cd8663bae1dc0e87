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

export class Vault {
  private data: Unlocked | null = null;
  /** What the PINs of those who signed in came to: so that wraps of coming days are made without asking again. */
  private readonly pins = new Map<string, { readonly key: Bytes; readonly salt: Bytes; readonly iterations: number }>();

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
    const own = (await this.wraps()).filter((one) => one.staff === staff).sort((one, other) => (one.day < other.day ? -1 : 1));
    const [first] = own;
    return own.find((one) => one.day === day) ?? (first !== undefined && day < first.day ? first : undefined);
  }

  /** Take the data key with a PIN. `pin-not-set` when nothing here is wrapped for this person and day. */
  async unlock(staff: string, pin: string, day: string): Promise<void> {
    const wrap = await this.wrapFor(staff, day);
    if (wrap === undefined) throw new StationError("pin-not-set");
    await this.countTry();
    const pinKey = await stretched(pin, wrap.salt, wrap.iterations);
    const raw = await this.openWrap(wrap, pinKey);
    if (raw === null) throw await this.refusal();
    this.data = { raw, key: await aesKey(raw) };
    this.pins.set(staff, { key: pinKey, salt: wrap.salt, iterations: wrap.iterations });
    await this.disk.put("guard", { wrong: 0, erasedAt: null, openedAt: this.now() });
  }

  /**
   * Let one more member unlock from now on. Where others can already, one of them must have (`locked`); where nobody can
   * any more, a new data key begins, and the caller has forgotten what the old one sealed.
   */
  admit(secrets: Secrets, pin: string, today: string): Promise<{ fresh: boolean }> {
    return inTurn("admit", () => this.admitNow(secrets, pin, today));
  }

  private async admitNow(secrets: Secrets, pin: string, today: string): Promise<{ fresh: boolean }> {
    if (!isPin(pin)) throw new StationError("pin-refused");
    const others = (await this.wraps()).some((wrap) => wrap.day >= today);
    if (this.data === null && others) throw new StationError("locked");
    const fresh = this.data === null;
    if (this.data === null) {
      const raw = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
      this.data = { raw, key: await aesKey(raw) };
    }
    const key = await stretched(pin, secrets.salt, secrets.iterations);
    this.pins.set(secrets.staff, { key, salt: secrets.salt, iterations: secrets.iterations });
    if (fresh) await this.disk.put("wraps", []);
    await this.renew([secrets], today, { before: [] });
    await this.disk.put("guard", { wrong: 0, erasedAt: null, openedAt: this.now() });
    return { fresh };
  }

  /**
   * Make the wraps of the days for which the server gave secrets, for whoever's PIN is at hand; drop those of days that
   * are over, and those that lay here `before` it was asked of everybody it did not name. Whoever was let in meanwhile stays.
   */
  async renew(given: readonly Secrets[], today: string, { before }: { before: readonly Wrap[] }): Promise<void> {
    const made = await this.made(given, today, await this.wraps());
    const unnamed = before.filter((wrap) => !given.some((one) => one.staff === wrap.staff));
    await this.disk.change("wraps", (now = []) => {
      const fresh = this.data === null ? [] : made; // erased in between: nothing opens what is gone
      const isGone = (wrap: Wrap): boolean => wrap.day < today || unnamed.some((one) => sameBytes(one.wrapped.iv, wrap.wrapped.iv));
      const isReplaced = (wrap: Wrap): boolean => fresh.some((one) => one.staff === wrap.staff && one.day === wrap.day);
      return [...now.filter((wrap) => !isGone(wrap) && !isReplaced(wrap)), ...fresh];
    });
  }

  private async made(given: readonly Secrets[], today: string, known: readonly Wrap[]): Promise<readonly Wrap[]> {
    const made: Wrap[] = [];
    for (const { staff, salt, iterations, days } of given) {
      const pin = this.pins.get(staff);
      if (this.data === null || pin === undefined || !sameBytes(pin.salt, salt) || pin.iterations !== iterations) continue;
      for (const { day, sealed } of days) {
        if (day < today || known.some((wrap) => wrap.staff === staff && wrap.day === day && sameBytes(wrap.salt, salt))) continue;
        const wrapKey = await this.wrapKey({ staff, day, secret: sealed }, pin.key);
        const wrapped = await sealUnder(wrapKey, this.data.raw, WRAP);
        made.push({ staff, day, salt, iterations, secret: sealed, wrapped });
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
    this.pins.clear();
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

  private async openWrap(wrap: Wrap, pinKey: Bytes): Promise<Bytes | null> {
    const wrapKey = await this.wrapKey(wrap, pinKey);
    return openUnder(wrapKey, wrap.wrapped, WRAP).catch(() => null);
  }

  private async wrapKey(of: { staff: string; day: string; secret: Bytes }, pinKey: Bytes): Promise<CryptoKey> {
    const place = concat(uuidBytes(this.device), uuidBytes(of.staff), utf8(of.day));
    const secret = await unseal(of.secret, { key: this.agreement, context: concat(UNLOCK, place) });
    return deriveKey(concat(pinKey, secret), concat(KEK, place));
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

function sameBytes(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
