/** The enrollment code that the app was opened with. */

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
