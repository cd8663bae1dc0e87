/**
 * Requests to the center (and to a hub of the hall), and which answers are answers. A page of a captive portal, a proxy's error and a broken
 * connection are none: nobody knows whether the center took the request.
 */

import type { Clock } from "../record/clock.js";
import { type Bytes, fromUtf8, utf8 } from "../wire/bytes.js";
import { authorization } from "../wire/keys.js";

export const API = "/api/devices";
const TIMEOUT_MS = 60_000;
/** A hub stands in the hall: what it has not answered by now, it will not. */
const NEAR_MS = 20_000;
const OK = 200;
const BAD_REQUEST = 400;
const TOO_MANY = 429;
const OUR_FAULT = 500;

export interface Answer {
  readonly status: number;
  readonly body: Bytes;
  /** Why the center refused; empty when it did not. */
  readonly code: string;
  readonly json: unknown;
}

/** Nobody answered, or nobody who is the center; after `retryAfterMs` it may be asked again, or not before `untilAt`. */
export class NoAnswer extends Error {
  constructor(
    why: string,
    readonly retryAfterMs: number | null = null,
    readonly code = "",
    readonly untilAt: number | null = null,
  ) {
    super(why);
  }
}

interface Asked {
  readonly body?: Bytes | undefined;
  readonly headers?: Record<string, string> | undefined;
  /** Who has not answered whole by then, has not answered. */
  readonly withinMs?: number | undefined;
}

export interface Signer {
  readonly device: string;
  readonly key: CryptoKey;
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export class Http {
  constructor(
    private readonly clock: Clock,
    private readonly origin = "",
    private readonly fetching: Fetch = (input, init) => fetch(input, init),
  ) {}

  /** Ask and wait for an answer of the center's; throws NoAnswer for anything else, 429 and 5xx included. */
  async ask(method: string, path: string, { body, headers, withinMs }: Asked = {}): Promise<Answer> {
    const asked = this.clock.ticks();
    const { response, raw } = await this.send(method, path, { body, headers, withinMs });
    if (response.status === TOO_MANY || response.status >= OUR_FAULT) {
      const { code, untilAt } = refusalOf(response, raw);
      throw new NoAnswer(`${response.status}`, retryAfterMs(response), code, untilAt);
    }
    // Only the center tells its time and speaks JSON or a signed piece; whoever else answered, says nothing of our entries.
    const told = Date.parse(response.headers.get("TC-Time") ?? "");
    if (Number.isNaN(told)) throw new NoAnswer("somebody else answered");
    const json = parsed(response, raw);
    if (response.ok ? response.status >= BAD_REQUEST : typeof json !== "object" || json === null) throw new NoAnswer("unreadable");
    this.clock.measured(told, asked);
    const code = response.ok ? "" : String((json as { code?: unknown }).code ?? "");
    return { status: response.status, body: raw, code, json };
  }

  /**
   * Send to somebody who is not the center, and is believed for nothing but what is signed in their answer: it tells no time, and
   * its statuses say nothing of what the center holds.
   */
  async askElsewhere(origin: string, path: string, { body, headers }: { body: Bytes; headers?: Record<string, string> }): Promise<Answer> {
    const { response, raw } = await this.send("POST", path, { body, headers, withinMs: NEAR_MS }, origin);
    if (response.status === TOO_MANY || response.status >= OUR_FAULT) throw new NoAnswer(`${response.status}`);
    const json = parsed(response, raw);
    if (typeof json !== "object" || json === null) throw new NoAnswer("somebody else answered");
    const code = response.ok ? "" : String((json as { code?: unknown }).code ?? "");
    return { status: response.status, body: raw, code, json };
  }

  /** Measure the clock by any answer of the center's; throws NoAnswer when none comes within this time. */
  async time(withinMs = TIMEOUT_MS): Promise<void> {
    await this.ask("GET", `${API}/nonce`, { withinMs });
  }

  /** Ask with the device's signature over a fresh nonce; what is told may be made for that nonce. */
  async askSigned(signer: Signer, method: string, path: string, told?: object | ((nonce: string) => Promise<object>)): Promise<Answer> {
    const given = await this.ask("GET", `${API}/nonce`);
    const nonce = given.status === OK ? (given.json as { nonce?: unknown }).nonce : undefined;
    if (typeof nonce !== "string") throw new NoAnswer("no nonce");
    const word = typeof told === "function" ? await (told as (nonce: string) => Promise<object>)(nonce) : told;
    const proof = await authorization(signer.key, { device: signer.device, method, path, nonce });
    const headers: Record<string, string> = { Authorization: proof };
    if (word === undefined) return this.ask(method, path, { headers });
    return this.ask(method, path, { headers: { ...headers, "Content-Type": "application/json" }, body: utf8(JSON.stringify(word)) });
  }

  private async send(
    method: string,
    path: string,
    { body, headers, withinMs = TIMEOUT_MS }: Asked,
    origin = this.origin,
  ): Promise<{ response: Response; raw: Bytes }> {
    const init: RequestInit = { method, credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(withinMs) };
    try {
      const response = await this.fetching(origin + path, { ...init, ...(body && { body }), ...(headers && { headers }) });
      return { response, raw: new Uint8Array(await response.arrayBuffer()) };
    } catch (error) {
      throw new NoAnswer(String(error));
    }
  }
}

function parsed(response: Response, raw: Bytes): unknown {
  if (!/json/.test(response.headers.get("Content-Type") ?? "")) return null;
  try {
    return JSON.parse(fromUtf8(raw)) as unknown;
  } catch {
    throw new NoAnswer("cut off");
  }
}

/** Why the center takes nothing now, and until when, as far as it says so. */
function refusalOf(response: Response, raw: Bytes): { code: string; untilAt: number | null } {
  const told = parsed(response, raw) as { code?: unknown; until?: unknown } | null;
  const untilAt = typeof told?.until === "string" ? Date.parse(told.until) : Number.NaN;
  return { code: typeof told?.code === "string" ? told.code : "", untilAt: Number.isNaN(untilAt) ? null : untilAt };
}

function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? 1000 * seconds : null;
}
