/** An ID card's code (number|old number|name|birth|sex|address|issued), compared with what a certificate or declaration says. */
export type Said = { latin: string; born: string; initials: string };

/** Tell whether the card is of somebody else; null if what was read is no card. */
export function differs(card: string, said: Said): boolean | null {
  const parts = card.split("|");
  const name = parts[2]?.trim() ?? "";
  const birth = /^(\d\d)(\d\d)(\d{4})$/.exec(parts[3] ?? "");
  if (parts.length < 6 || !name || !birth) return null;
  const born = `${birth[3]}-${birth[2]}-${birth[1]}`;
  if (said.born && !born.startsWith(said.born)) return true;
  if (said.initials) return bare(initialsOf(name)) !== bare(said.initials);
  return latin(name) !== said.latin.replace(/</g, " ").trim();
}

const bare = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[ĐÐ]/g, "D")
    .normalize("NFD")
    .replace(/\p{M}/gu, "");

const latin = (name: string): string =>
  bare(name)
    .replace(/-/g, " ")
    .replace(/[^A-Z ]/g, "")
    .split(/ +/)
    .filter(Boolean)
    .join(" ");

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .slice(0, 8)
    .map((word) => [...word.normalize("NFC")][0]!)
    .join(".");
