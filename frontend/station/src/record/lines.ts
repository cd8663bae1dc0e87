/** The bytes of an entry, and what may stand in one. */

import { StationError } from "../core.js";
import type { Facts, Kind } from "../facts.js";
import { type Bytes, utf8 } from "../wire/bytes.js";
import { MAX_ENTRY_BYTES } from "../wire/chain.js";

export const SCHEMA = 1;

/** What every entry carries besides its own fields. */
export interface Envelope {
  readonly id: string;
  readonly seq: number;
  readonly atMs: number;
  readonly offsetMs: number | null;
  readonly site: string;
  readonly staff: string | null;
}

/** An entry as it was told, own or another device's. */
export interface Entry {
  readonly kind: string;
  readonly id: string;
  readonly at: string;
  readonly offset_ms?: number | null;
  readonly site?: string | null;
  readonly staff?: string | null;
  readonly seq?: number;
  readonly [field: string]: unknown;
}

const OWN_FIELDS = new Set(["kind", "id", "schema", "seq", "at", "offset_ms", "site", "staff"]);

/** Return the line of an entry. `entry-invalid` for what no reader could take, `entry-too-large` beyond 16 KB. */
export function lineOf<K extends Kind>(kind: K, body: Facts[K], envelope: Envelope): Bytes {
  const { id, seq, atMs, offsetMs, site, staff } = envelope;
  check(body);
  const at = new Date(atMs).toISOString();
  const line = utf8(JSON.stringify({ kind, id, schema: SCHEMA, seq, at, offset_ms: offsetMs, site, staff, ...body }));
  if (line.length > MAX_ENTRY_BYTES) throw new StationError("entry-too-large");
  return line;
}

function check(body: object): void {
  if (Object.keys(body).some((name) => OWN_FIELDS.has(name))) throw new StationError("entry-invalid");
  checkValue(body);
}

/** The server's tables hold no NUL; JSON has no infinite number, and would say null for it; a half of a pair is no text. */
function checkValue(value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new StationError("entry-invalid");
  if (typeof value === "string" && (value.includes("\u0000") || !isWhole(value))) throw new StationError("entry-invalid");
  if (typeof value === "object" && value !== null) Object.entries(value).flat().forEach(checkValue);
  if (!["number", "string", "object", "boolean", "undefined"].includes(typeof value)) throw new StationError("entry-invalid");
}

function isWhole(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

/**
 * The corrected instant of an entry, ms since 1970. Of one written before the clock's error was known, by what is known of
 * it now.
 */
export function instantOf(entry: Entry, knownMs = 0): number {
  return Date.parse(entry.at) + (entry.offset_ms ?? knownMs);
}
