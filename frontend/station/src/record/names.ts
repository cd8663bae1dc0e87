/**
 * Keys under which spellings of one name meet: the twin of `name_key` in `kernel/names.py`. Both are held to the golden
 * cases of `tests/conformance/names/`; whoever changes one changes the other.
 */

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  // Eth and African D look like Đ and are typed for it.
  "Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ",
  // Apostrophes that Unicode counts as letters.
  "\u02bc": "'", "\u02b9": "'",
  // Letters that no decomposition parts from their stroke.
  "ƀ": "b", "ɓ": "b", "ł": "l", "ø": "o", "ß": "ss",
};
const ALIKE = new RegExp(`[${Object.keys(LOOK_ALIKES).join("")}]`, "gu");
const LONE_Y = /^(qu|[b-df-hj-np-tv-xzđ]*)y$/u;
const QU_Y = /^(.*?)quy(?=[b-df-hj-np-tv-xz])/u;

const REMEMBERED = 20_000;
const known = new Map<string, string>();

/** The key of a name, remembered: a day's list is read again after every entry. */
export function nameKey(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= REMEMBERED) known.clear();
  const key = makeKey(text);
  known.set(text, key);
  return key;
}

/** Return the key of a name: small letters without accents, Đ kept apart from D, a lone y as i. */
function makeKey(text: string): string {
  const folded = alike(text).normalize("NFKD").toLowerCase().normalize("NFKD");
  const bare = alike(folded.replace(/[\p{M}\p{C}]/gu, (letter) => (/\s/u.test(letter) ? " " : "")));
  return bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim().split(" ").map(unifyY).join(" ");
}

function alike(text: string): string {
  return text.replace(ALIKE, (letter) => LOOK_ALIKES[letter] ?? letter);
}

function unifyY(word: string): string {
  if (LONE_Y.test(word)) return word.replace(/y$/, "i");
  return word.replace(QU_Y, "$1qui");
}
