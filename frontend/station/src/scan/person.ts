/** What codes say of a person: an identity card's, which nobody signed, and a certificate's, whose signature is not looked at here. */

import { told } from "../../../src/verify/verdict";
import { readCard, type CardRead } from "../person";

const BOOK = /^TCS1:/i;
const CERTIFICATE = /^(HC1|TC1):|^TL1:/;

/** Tell whether this is the code that a health book shows at the desk: only the center can open it. */
export function isBook(scanned: string): boolean {
  return BOOK.test(scanned.trim());
}

/** Read what fills the form; null for a code that says nothing of a person. It proves nothing of who stands there. */
export async function personIn(scanned: string): Promise<CardRead | null> {
  if (!CERTIFICATE.test(scanned.trim())) return readCard(scanned);
  const bearer = await told(scanned);
  if (bearer === null) return null;
  const doses = bearer.given_on === null ? null : { number: bearer.dose_number, on: bearer.given_on };
  return { number: "", name: bearer.name || bearer.name_latin.replace(/</g, " "), born: bearer.born, sex: "unknown", dose: doses };
}
