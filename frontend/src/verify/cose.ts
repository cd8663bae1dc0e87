/** COSE_Sign1: taken apart and checked by the browser's own cryptography, as `engine/cose.py` does it. */
import { Unreadable } from "./base45";
import { decode, joined, Tagged, type CborMap } from "./cbor";

export const ES256 = -7;
export const PS256 = -37;

export type Message = {
  protectedHeader: Uint8Array;
  algorithm: unknown;
  kid: string | null;
  payload: Uint8Array;
  signature: Uint8Array;
};

export function takeApart(content: Uint8Array): Message {
  let value = decode(content);
  while (value instanceof Tagged && (value.tag === 18 || value.tag === 61)) value = value.value;
  if (!Array.isArray(value) || value.length !== 4) throw new Unreadable("no signed message");
  const [protectedHeader, unprotected, payload, signature] = value as unknown[];
  const whole =
    protectedHeader instanceof Uint8Array &&
    unprotected instanceof Map &&
    payload instanceof Uint8Array &&
    signature instanceof Uint8Array;
  if (!whole) throw new Unreadable("no signed message");
  const header = protectedHeader.length ? decode(protectedHeader) : new Map();
  if (!(header instanceof Map)) throw new Unreadable("a header that is no map");
  const told = (key: number): unknown => (header.has(key) ? header.get(key) : (unprotected as CborMap).get(key));
  const kid = told(4);
  return {
    protectedHeader,
    algorithm: told(1),
    kid: kid instanceof Uint8Array ? textOf(kid) : null,
    payload,
    signature,
  };
}

export function fits(algorithm: unknown, key: JsonWebKey): boolean {
  if (algorithm === ES256) return key.kty === "EC" && (key.crv === "P-256" || key.crv === "P-384");
  return algorithm === PS256 && key.kty === "RSA";
}

export async function isSignedBy(message: Message, jwk: JsonWebKey): Promise<boolean> {
  const bytes = toBeSigned(message);
  if (jwk.kty === "RSA") {
    const rsa = { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 };
    const key = await crypto.subtle.importKey("jwk", jwk, rsa, false, ["verify"]);
    return crypto.subtle.verify(rsa, key, buffer(message.signature), buffer(bytes));
  }
  if (message.signature.length !== (jwk.crv === "P-384" ? 96 : 64)) return false;
  const ecdsa = { name: "ECDSA", namedCurve: jwk.crv ?? "", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, ecdsa, false, ["verify"]);
  return crypto.subtle.verify(ecdsa, key, buffer(message.signature), buffer(bytes));
}

function toBeSigned(message: Message): Uint8Array {
  const context = new TextEncoder().encode("Signature1");
  return joined(
    Uint8Array.of(0x84, 0x60 + context.length),
    context,
    byteString(message.protectedHeader),
    Uint8Array.of(0x40),
    byteString(message.payload),
  );
}

function byteString(content: Uint8Array): Uint8Array {
  const length = content.length;
  if (length < 24) return joined(Uint8Array.of(0x40 | length), content);
  if (length <= 0xff) return joined(Uint8Array.of(0x58, length), content);
  return joined(Uint8Array.of(0x59, length >> 8, length & 0xff), content);
}

/** Base64url without padding. */
export const textOf = (content: Uint8Array): string =>
  btoa(String.fromCharCode(...content)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export const buffer = (content: Uint8Array): ArrayBuffer => Uint8Array.from(content).buffer;
