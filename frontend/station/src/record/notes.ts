/**
 * A note of an entry, for the other desks of the hall: no more of it than the center itself passes on, and of a person no more
 * than a list holds. Sealed under the site's key of the day, bound to its device and its place in the chain.
 */

import { openUnder, sealUnder } from "../store/aes.js";
import { type Bytes, concat, fromBase64url, fromUtf8, toBase64url, u32, utf8, uuidBytes } from "../wire/bytes.js";
import { deriveKey } from "../wire/seal.js";
import { deflate, inflate } from "../wire/zlib.js";
import { type Block, normalNumber } from "./humans.js";
import type { Entry } from "./lines.js";
import { hallTokenKey, tokenUnder } from "./tokens.js";

const NOTE = utf8("tc/note/1");
const IN_THE_HALL = utf8("tc/hall/note/1");
const IV_BYTES = 12;
const LAST_FOUR = 4;
const YEAR_DIGITS = 4;
/** What no other desk needs: an attester's signature, and whom a child's consent names. */
const NOT_PASSED_ON = ["proof", "guardian_name", "guardian_phone"];

interface Place {
  readonly device: string;
  readonly seq: number;
}

/** Seals and opens the notes of one day. */
export class Notes {
  private constructor(
    private readonly key: CryptoKey,
    private readonly tokenKey: CryptoKey,
  ) {}

  static async of(secret: Bytes): Promise<Notes> {
    return new Notes(await deriveKey(secret, IN_THE_HALL), await hallTokenKey(secret));
  }

  async sealed(entry: Entry, place: Place): Promise<string> {
    const { iv, sealed } = await sealUnder(this.key, await deflate(utf8(JSON.stringify(await this.short(entry)))), about(place));
    return toBase64url(concat(iv, sealed));
  }

  /** The entry of a note; null for one of another day or place, or of nobody who has the key. */
  async opened(note: string, place: Place): Promise<Entry | null> {
    try {
      const raw = fromBase64url(note);
      const clear = await openUnder(this.key, { iv: raw.slice(0, IV_BYTES), sealed: raw.slice(IV_BYTES) }, about(place));
      return JSON.parse(fromUtf8(await inflate(clear))) as Entry;
    } catch {
      return null;
    }
  }

  private async short(entry: Entry): Promise<Entry> {
    const told = Object.entries(entry).filter(([name]) => !NOT_PASSED_ON.includes(name));
    const block = entry["block"] as Block | null | undefined;
    const short = Object.fromEntries(told) as Entry;
    return block === null || block === undefined ? short : { ...short, block: await this.shortBlock(block) };
  }

  private async shortBlock({ name = "", born = "", sex = "unknown", identifiers = [] }: Block): Promise<Block> {
    const numbers = identifiers.map(({ kind = "", value = "" }) => ({ kind, value }));
    return {
      name,
      born: born.slice(0, YEAR_DIGITS),
      sex,
      last4: numbers.map(({ kind, value }) => ({ kind, end: value.length > LAST_FOUR ? value.slice(-LAST_FOUR) : "" })),
      tokens: await Promise.all(numbers.map(({ value }) => tokenUnder(this.tokenKey, normalNumber(value)))),
    };
  }
}

function about({ device, seq }: Place): Bytes {
  return concat(NOTE, uuidBytes(device), u32(seq));
}
