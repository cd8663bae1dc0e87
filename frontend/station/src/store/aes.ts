/** AES-GCM under one key, each sealing with an iv of its own. */

import type { Bytes } from "../wire/bytes.js";
import type { Sealed } from "./schema.js";

const AES = "AES-GCM";
const IV_BYTES = 12;

/** `about` binds the sealed bytes to their place; it is told again when they are opened. */
export async function sealUnder(key: CryptoKey, clear: Bytes, about: Bytes): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: AES, iv, additionalData: about }, key, clear);
  return { iv, sealed: new Uint8Array(sealed) };
}

/** Return the clear bytes; rejects for another key or place, or changed bytes. */
export async function openUnder(key: CryptoKey, { iv, sealed }: Sealed, about: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: AES, iv, additionalData: about }, key, sealed));
}

/** Return the key for these 32 bytes, which no script reads back. */
export function aesKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);
}
