/** Bytes and the texts that carry them. Integers are big-endian, binary fields unpadded base64url (PROTOCOL). */

/** Bytes with memory of their own, as WebCrypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const BASE64URL = /^[A-Za-z0-9_-]*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const CHUNK = 0x8000; // more arguments than this overflow a call's stack

export const utf8 = (text: string): Bytes => encoder.encode(text);

/** Return the text of UTF-8 bytes; throw a TypeError for any others. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const u16 = (value: number): Bytes => Uint8Array.of(value >>> 8, value);
export const u32 = (value: number): Bytes => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

export function toBase64url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Return the bytes of unpadded base64url; throw a RangeError for any other spelling of any bytes. */
export function fromBase64url(text: string): Bytes {
  const unreadable = new RangeError("base64url-unreadable");
  if (!BASE64URL.test(text) || text.length % 4 === 1) throw unreadable;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  if (toBase64url(bytes) !== text) throw unreadable; // left-over bits: two texts would mean the same bytes
  return bytes;
}

/** Return the 16 bytes of a lower-case UUID; throw a RangeError for anything else. */
export function uuidBytes(id: string): Bytes {
  if (!UUID.test(id)) throw new RangeError("uuid-unreadable");
  const hex = id.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function uuidText(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
