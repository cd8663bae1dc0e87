/** Tokens of identity numbers: whoever has read a number off a card finds its person by one, and nobody reads a number out of it. */

import { type Bytes, fromBase64url, toBase64url, utf8 } from "../wire/bytes.js";
import type { Bundle } from "./bundle.js";

const TOKEN_BYTES = 16;
const HMAC = { name: "HMAC", hash: "SHA-256", length: 256 } as const;
const IN_THE_HALL = utf8("tc/hall/token/1");

/** The token of a number, as `normalNumber` has it. */
export async function tokenUnder(key: CryptoKey, number: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(number))).subarray(0, TOKEN_BYTES));
}

/** The key of the tokens in what the hall's desks tell each other on a day. */
export async function hallTokenKey(secret: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: IN_THE_HALL };
  return crypto.subtle.deriveKey(hkdf, material, HMAC, false, ["sign"]);
}

/** All tokens under which a number may be known on a day: by the bundle's list, and by what the hall's desks told. */
export async function tokensOf({ list, hall }: Pick<Bundle, "list" | "hall">, day: string, number: string): Promise<readonly string[]> {
  const ofList = crypto.subtle.importKey("raw", fromBase64url(list.token_key), HMAC, false, ["sign"]);
  const ofHall = (hall ?? []).filter((one) => one.day === day).map(({ key }) => hallTokenKey(fromBase64url(key)));
  return Promise.all([ofList, ...ofHall].map(async (key) => tokenUnder(await key, number)));
}
