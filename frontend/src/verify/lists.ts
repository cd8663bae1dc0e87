/** The published lists, taken home only if our key has signed them: over a mirror or a stale cache they prove themselves. */
import { buffer } from "./cose";
import type { Lists } from "./verdict";

export type Signed = { protected: string; payload: string; signature: string };
const TYPE = "tc-lists+jws";

/** Return the lists inside; null if they are not signed by this key, or are another kind of document. */
export async function openLists(signed: Signed, key: JsonWebKey): Promise<Lists | null> {
  try {
    const header = JSON.parse(text(signed.protected)) as { alg?: string; typ?: string };
    if (header.alg !== "ES256" || header.typ !== TYPE) return null;
    const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const { kty, crv, x, y } = key;
    const imported = await crypto.subtle.importKey("jwk", { kty, crv, x, y } as JsonWebKey, ecdsa, false, ["verify"]);
    const about = new TextEncoder().encode(`${signed.protected}.${signed.payload}`);
    const genuine = await crypto.subtle.verify(ecdsa, imported, buffer(bytes(signed.signature)), about);
    return genuine ? (JSON.parse(text(signed.payload)) as Lists) : null;
  } catch {
    return null;
  }
}

const bytes = (told: string): Uint8Array =>
  Uint8Array.from(atob(told.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (told: string): string => new TextDecoder().decode(bytes(told));
