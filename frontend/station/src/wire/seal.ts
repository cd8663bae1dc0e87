/**
 * Bytes that only one recipient opens: `0x01 || point || iv || ciphertext and tag` (docs/operations/station.md, Sealed
 * bytes). The point is of a key made for the sealing, the context is told and never sent.
 */

import { type Bytes, concat, utf8 } from "./bytes.js";

const ECDH = { name: "ECDH", namedCurve: "P-256" } as const;
const LABEL = utf8("tc/seal/1");
const VERSION = 1;
const POINT_BYTES = 65;
const IV_BYTES = 12;
const SECRET_BITS = 256;

export interface AgreementKey {
  readonly privateKey: CryptoKey;
  readonly point: Bytes;
}

/** Make the key to which others may seal; its private half never leaves the browser's keystore. */
export async function makeAgreementKey(): Promise<AgreementKey> {
  const pair = await crypto.subtle.generateKey(ECDH, false, ["deriveBits"]);
  return { privateKey: pair.privateKey, point: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

export async function seal(clear: Bytes, { to, context }: { to: Bytes; context: Bytes }): Promise<Bytes> {
  const made = await makeAgreementKey();
  const key = await shared(made.privateKey, { theirs: to, point: made.point, recipient: to });
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: context }, key, clear);
  return concat(Uint8Array.of(VERSION), made.point, iv, new Uint8Array(sealed));
}

/** Return the clear bytes; rejects when they were sealed to another key or for another context, or changed since. */
export async function unseal(sealed: Bytes, { key, context }: { key: AgreementKey; context: Bytes }): Promise<Bytes> {
  if (sealed[0] !== VERSION) throw new RangeError("sealed-unreadable");
  const point = sealed.slice(1, 1 + POINT_BYTES);
  const iv = sealed.slice(1 + POINT_BYTES, 1 + POINT_BYTES + IV_BYTES);
  const opener = await shared(key.privateKey, { theirs: point, point, recipient: key.point });
  const rest = sealed.slice(1 + POINT_BYTES + IV_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: context }, opener, rest));
}

async function shared(
  mine: CryptoKey,
  { theirs, point, recipient }: { theirs: Bytes; point: Bytes; recipient: Bytes },
): Promise<CryptoKey> {
  const other = await crypto.subtle.importKey("raw", theirs, ECDH, false, []);
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: other }, mine, SECRET_BITS);
  return deriveKey(new Uint8Array(secret), concat(LABEL, point, recipient));
}

/** Return the AES key that HKDF-SHA-256 draws from a secret under a label. */
export async function deriveKey(secret: Bytes, info: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return crypto.subtle.deriveKey(hkdf, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
