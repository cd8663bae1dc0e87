/** P-256: the device's own key, which no script can read, and the signatures of PROTOCOL (raw r and s, SHA-256). */

import { type Bytes, concat, toBase64url, u16, utf8, uuidBytes } from "./bytes.js";

const ECDSA = { name: "ECDSA", namedCurve: "P-256" } as const;
const SHA256 = { name: "ECDSA", hash: "SHA-256" } as const;
const FINGERPRINT = utf8("tc/fingerprint/1");
const REQUEST = utf8("tc/request/1");
const MILLION = 1_000_000;

export interface DeviceKey {
  readonly privateKey: CryptoKey;
  /** The uncompressed point, 65 bytes. */
  readonly point: Bytes;
}

/** Make a key whose private half never leaves the browser's keystore. */
export async function makeDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"]);
  return { privateKey: pair.privateKey, point: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

/** Return the key of an uncompressed point of 65 bytes; rejects for anything else. */
export function loadPublicKey(point: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", point, ECDSA, true, ["verify"]);
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export async function sign(key: CryptoKey, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(SHA256, key, message));
}

export function verify(key: CryptoKey, message: Bytes, signature: Bytes): Promise<boolean> {
  return crypto.subtle.verify(SHA256, key, signature, message);
}

/** Return the six digits that tablet and server show for a public key. */
export async function fingerprint(point: Bytes): Promise<string> {
  const digest = await sha256(concat(FINGERPRINT, point));
  return String(new DataView(digest.buffer).getUint32(0) % MILLION).padStart(6, "0");
}

/** Return the bytes that a request's signature covers; the path is the request target as sent, query included. */
export function requestMessage(method: string, path: string, nonce: string): Bytes {
  const texts = [method, path, nonce].map(utf8);
  return concat(REQUEST, ...texts.flatMap((text) => [u16(text.length), text]));
}

/** Return the value of the Authorization header of a signed request. */
export async function authorization(
  key: CryptoKey,
  { device, method, path, nonce }: { device: string; method: string; path: string; nonce: string },
): Promise<string> {
  uuidBytes(device); // a text that is no id would be signed and refused far from here
  const signature = await sign(key, requestMessage(method, path, nonce));
  return `TC1 device=${device},nonce=${nonce},signature=${toBase64url(signature)}`;
}
