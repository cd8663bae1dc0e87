/** Reads what the server signed: a compact JWS under its ES256 key, of exactly the type expected. */

import { type Bytes, fromBase64url, fromUtf8, utf8 } from "./bytes.js";
import { verify } from "./keys.js";
import { inflate } from "./zlib.js";

interface Head {
  readonly alg?: unknown;
  readonly typ?: unknown;
  readonly zip?: unknown;
  readonly crit?: unknown;
}

/** Return the payload of what the server signed, inflated if its header says so; null for anything else. */
export async function openJws(compact: Uint8Array, { key, type }: { key: CryptoKey; type: string }): Promise<Bytes | null> {
  try {
    const parts = fromUtf8(compact).trim().split(".");
    const [header = "", payload = "", signature = ""] = parts;
    if (parts.length !== 3) return null;
    const told = JSON.parse(fromUtf8(fromBase64url(header))) as Head;
    if (told.alg !== "ES256" || told.typ !== type || told.crit !== undefined) return null;
    if (!(await verify(key, utf8(`${header}.${payload}`), fromBase64url(signature)))) return null;
    const raw = fromBase64url(payload);
    return told.zip === "DEF" ? await inflate(raw, "deflate-raw") : raw;
  } catch {
    return null; // no base64url, no UTF-8, no JSON, no DEFLATE: nobody signed this
  }
}

/** The same for a payload of JSON. */
export async function openJson(compact: Uint8Array, by: { key: CryptoKey; type: string }): Promise<unknown> {
  const payload = await openJws(compact, by);
  try {
    return payload === null ? null : (JSON.parse(fromUtf8(payload)) as unknown);
  } catch {
    return null;
  }
}
