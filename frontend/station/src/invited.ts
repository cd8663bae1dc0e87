/** The enrollment code that the app's address brings, and when it is answered by the form that spends it. */

import type { Status } from "./core.js";

/** What stands before the code in the lead's QR code, which is an address of this app. */
const BEFORE = "#enroll=";

/** The code of a scanned address, or what was typed as it is. */
export function codeIn(text: string): string {
  return text.slice(text.includes(BEFORE) ? text.indexOf(BEFORE) + BEFORE.length : 0).trim();
}

/** Take the code out of the app's own address, so that it stands nowhere afterwards; empty where there is none. */
export function codeInAddress(): string {
  if (!location.hash.startsWith(BEFORE)) return "";
  const code = codeIn(location.hash);
  history.replaceState(null, "", location.pathname);
  return code;
}

/**
 * Whether a device that has been enrolled is asked to enroll anew. One that the center listens to no more: when somebody wants
 * it, or nothing else is left to do. One in order: only where a code was handed to it, and a rehearsal never.
 */
export function asksToEnroll({ phase, stopped, rehearsal }: Status, { code, asked }: { code: string; asked: boolean }): boolean {
  if (rehearsal) return false;
  if (stopped === null) return code !== "" && (phase === "open" || phase === "locked");
  return asked || code !== "" || (phase === "waiting" && stopped !== "refused") || (phase === "locked" && stopped === "revoked");
}
