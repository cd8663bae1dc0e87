/** The verdict about a text that somebody shows, without the server; word for word what `engine/verifying.py` says. */
import { decode as base45, Unreadable } from "./base45";
import { decode as cbor, type CborMap } from "./cbor";
import { buffer, ES256, fits, isSignedBy, PS256, takeApart, textOf, type Message } from "./cose";

export type Key = {
  kid: string;
  country: string;
  kind: number;
  uses: string;
  from: number;
  until: number;
  jwk: JsonWebKey;
};

/** What the server publishes: keys, and hashes of revoked certificates by day, sixteen bytes each, base64url. */
export type Lists = {
  as_of: number;
  keys: Key[];
  revoked: Record<string, string>;
  replaced: Record<string, string>;
};

export type Bearer = {
  name: string;
  name_latin: string;
  born: string;
  country: string;
  issuer: string;
  identifier: string;
  issued_at: number | null;
  expires_at: number;
  entry: string;
  product: string;
  dose_number: number;
  series_doses: number;
  given_on: string | null;
};

export type Verdict = { word: "pass" | "look" | "stop"; why: string; kind: number | null; bearer: Bearer | null; since: string | null };

const CERTIFICATE = 1;
const PASS = 2;
const KINDS: Record<string, number> = { "HC1:": CERTIFICATE, "TC1:": PASS };
const CLAIMS: Record<number, number> = { [CERTIFICATE]: -260, [PASS]: -70260 };
const SKEW_S = 300;
const MOST_LETTERS = 12_000;
const MOST_BYTES = 32_000;
const HASH_LETTERS = 22;

class WrongContent extends Error {}

/** What was shown without the code that turns in front of it, which only a checkpoint with a network reads. */
export const bare = (shown: string): string => shown.trim().replace(/^TL1:[A-Z2-7]{8}:/, "");

/** What a certificate or pass says of its bearer, whoever signed it: it proves nothing. Null for anything else. */
export async function told(shown: string): Promise<Bearer | null> {
  const text = bare(shown);
  const kind = KINDS[text.slice(0, 4)];
  if (kind === undefined || text.length > MOST_LETTERS) return null;
  try {
    return readBearer((await opened(text)).claims, kind, "");
  } catch (fault) {
    if (fault instanceof Unreadable || fault instanceof WrongContent) return null;
    throw fault;
  }
}

export async function judge(shown: string, lists: Lists, nowSeconds: number): Promise<Verdict> {
  const text = bare(shown);
  const kind = KINDS[text.slice(0, 4)] ?? null;
  if (kind === null) return stop("not-a-certificate", null);
  if (text.length > MOST_LETTERS) return stop("unreadable", kind);
  let message: Message;
  let claims: CborMap;
  try {
    ({ message, claims } = await opened(text));
  } catch (fault) {
    if (fault instanceof Unreadable) return stop("unreadable", kind);
    throw fault;
  }
  const signer = await signerOf(message, kind, lists.keys);
  if (typeof signer === "string") return stop(signer, kind);
  return judgeClaims(claims, kind, signer, message, lists, nowSeconds);
}

async function opened(text: string): Promise<{ message: Message; claims: CborMap }> {
  const message = takeApart(await inflate(base45(text.slice(4))));
  const found = cbor(message.payload);
  if (!(found instanceof Map)) throw new Unreadable("claims that are no map");
  return { message, claims: found as CborMap };
}

async function signerOf(message: Message, kind: number, keys: Key[]): Promise<Key | string> {
  if (message.algorithm !== ES256 && message.algorithm !== PS256) return "wrong-algorithm";
  const known = keys.filter((key) => key.kid === message.kid);
  if (!message.kid || known.length === 0) return "unknown-key";
  const fitting = known.filter((key) => fits(message.algorithm, key.jwk));
  if (fitting.length === 0) return "wrong-algorithm";
  for (const key of fitting) {
    if (await isSignedBy(message, key.jwk)) return key.kind === kind ? key : "wrong-prefix";
  }
  return "wrong-signature";
}

async function judgeClaims(
  claims: CborMap,
  kind: number,
  signer: Key,
  message: Message,
  lists: Lists,
  now: number,
): Promise<Verdict> {
  let bearer: Bearer;
  try {
    bearer = readBearer(claims, kind, signer.country);
  } catch (fault) {
    if (fault instanceof WrongContent) return stop("wrong-content", kind);
    throw fault;
  }
  const verdict = (word: Verdict["word"], why: string, since: string | null = null): Verdict => ({ word, why, kind, bearer, since });
  const hashes = await hashesOf(bearer.identifier, message.signature);
  const revokedOn = dayOf(lists.revoked, hashes);
  if (revokedOn) return verdict("stop", "revoked", revokedOn);
  const replacedOn = dayOf(lists.replaced, hashes);
  if (replacedOn) return verdict("stop", "replaced", replacedOn);
  if (signer.uses && !signer.uses.includes(bearer.entry)) return verdict("stop", "key-for-other-use");
  if (bearer.issued_at !== null && bearer.issued_at > now + SKEW_S) return verdict("stop", "not-yet-valid");
  if (bearer.expires_at < now) return verdict("stop", "expired");
  if (now < signer.from - SKEW_S || now >= signer.until) return verdict("stop", "key-not-valid");
  if (kind === PASS) return verdict("look", "provisional");
  return bearer.given_on === null ? verdict("look", "no-vaccination") : verdict("pass", "signed");
}

function readBearer(claims: CborMap, kind: number, country: string): Bearer {
  const held = claims.get(CLAIMS[kind]!);
  const words = held instanceof Map ? map(held.get(1)) : wrong();
  const expires = claims.get(4);
  const issued = claims.get(6);
  const issuer = claims.get(1);
  if (typeof expires !== "number" || !inCalendar(expires)) return wrong();
  if (typeof issued === "number" && !inCalendar(issued)) return wrong();
  const names = map(words.get("nam"));
  check(words.get("ver"), /^\d+\.\d+\.\d+$/);
  const latin = /^[A-Z<]{0,80}$/;
  const born = check(words.get("dob"), /^((19|20)\d\d(-\d\d){0,2})?/);
  const lists = ["v", "t", "r"].filter((entry) => words.get(entry) !== undefined && words.get(entry) !== null);
  if (lists.length !== 1) return wrong();
  const entry = lists[0]!;
  const found = words.get(entry);
  if (!Array.isArray(found) || found.length !== 1) return wrong();
  const dose = map(found[0]);
  for (const code of ["tg", "co"]) check(dose.get(code), /^[^]{1,80}$/u);
  const told = {
    name: [optional(names.get("fn"), /^[^]{0,80}$/u), optional(names.get("gn"), /^[^]{0,80}$/u)].filter(Boolean).join(" "),
    name_latin: [check(names.get("fnt"), latin), optional(names.get("gnt"), latin)].filter(Boolean).join(" "),
    born,
    country: typeof issuer === "string" ? issuer : country,
    identifier: check(dose.get("ci"), /^[^]{0,80}$/u),
    issued_at: typeof issued === "number" ? issued : null,
    expires_at: expires,
    entry,
  };
  if (entry !== "v") return { ...told, issuer: "", product: "", dose_number: 0, series_doses: 0, given_on: null };
  for (const code of ["vp", "ma"]) check(dose.get(code), /^[^]{1,80}$/u);
  return {
    ...told,
    issuer: check(dose.get("is"), /^[^]{0,80}$/u),
    product: check(dose.get("mp"), /^[^]{1,80}$/u),
    dose_number: positive(dose.get("dn")),
    series_doses: positive(dose.get("sd")),
    given_on: day(check(dose.get("dt"), /^\d{4}-\d\d-\d\d/)),
  };
}

const wrong = (): never => {
  throw new WrongContent();
};
const map = (value: unknown): CborMap => (value instanceof Map ? (value as CborMap) : wrong());
const check = (value: unknown, pattern: RegExp): string =>
  typeof value === "string" && pattern.test(value) ? value : wrong();
const optional = (value: unknown, pattern: RegExp): string =>
  value === undefined || value === null ? "" : check(value, pattern);
const positive = (value: unknown): number => (Number.isInteger(value) && (value as number) >= 1 ? (value as number) : wrong());
const inCalendar = (seconds: number): boolean => seconds >= -62135596800 && seconds < 253402300800;

function day(text: string): string {
  const told = text.slice(0, 10);
  const read = new Date(`${told}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().slice(0, 10) === told && told >= "0001" ? told : wrong();
}

async function hashesOf(identifier: string, signature: Uint8Array): Promise<string[]> {
  const named = await hash(new TextEncoder().encode(identifier));
  return [named, await hash(signature.subarray(0, signature.length >> 1))];
}

const hash = async (content: Uint8Array): Promise<string> =>
  textOf(new Uint8Array(await crypto.subtle.digest("SHA-256", buffer(content))).subarray(0, 16));

function dayOf(list: Record<string, string>, hashes: string[]): string | null {
  for (const [told, joined] of Object.entries(list)) {
    for (let at = 0; at < joined.length; at += HASH_LETTERS) {
      if (hashes.includes(joined.slice(at, at + HASH_LETTERS))) return told;
    }
  }
  return null;
}

/** Inflate, and stop at the size beyond which nothing honest goes: a bomb never unfolds. */
async function inflate(packed: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([buffer(packed)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const parts: number[] = [];
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      if (parts.length + step.value.length > MOST_BYTES) {
        await reader.cancel();
        throw new Unreadable("too large");
      }
      for (const byte of step.value) parts.push(byte);
    }
  } catch (fault) {
    if (fault instanceof Unreadable) throw fault;
    throw new Unreadable("not deflated");
  }
  return Uint8Array.from(parts);
}

const stop = (why: string, kind: number | null): Verdict => ({ word: "stop", why, kind, bearer: null, since: null });
