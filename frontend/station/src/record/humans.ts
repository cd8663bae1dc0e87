/** What is known of people themselves: name, birth, the end of a number, by the list or by whoever wrote them down. */

import type { Sex } from "../core.js";
import type { ListedPerson } from "./bundle.js";

const LAST_DIGITS = 4;

export interface Human {
  readonly name: string;
  readonly born: string;
  readonly sex: Sex;
  readonly idEnd: string;
}

/** A person block: of this device whole, of others cut down to what a list holds. */
export interface Block {
  readonly name?: string;
  readonly born?: string;
  readonly sex?: string;
  readonly identifiers?: readonly { readonly value?: string; readonly kind?: string }[];
  readonly last4?: readonly { readonly kind: string; readonly end: string }[];
  readonly tokens?: readonly string[];
}

export function humanOf({ name, born, sex, last4 }: ListedPerson): Human {
  return { name, born, sex: sex as Sex, idEnd: last4[0]?.end ?? "" };
}

/** A card's QR begins with the number; a typed one may hold spaces and dots. */
export function normalNumber(text: string): string {
  return (text.split("|")[0] ?? "").normalize("NFKC").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** The first and last day on which somebody was born of whom a year, a month or a day is known. */
export function bornBetween(born: string): [string | null, string | null] {
  if (!/^\d{4}(-\d{2}){0,2}$/.test(born)) return [null, null];
  const [year = "", month, day] = born.split("-");
  if (day !== undefined) return [born, born];
  if (month === undefined) return [`${year}-01-01`, `${year}-12-31`];
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return [`${born}-01`, `${born}-${last}`];
}

export function humanTold(block: Block): Human {
  return {
    name: block.name ?? "",
    born: block.born ?? "",
    sex: (block.sex ?? "unknown") as Sex,
    idEnd: block.last4?.[0]?.end ?? block.identifiers?.[0]?.value?.slice(-LAST_DIGITS) ?? "",
  };
}
