/** What people read, in both languages: the server writes the sentences, the app takes them along as one file. */

import { filled } from "../../src/filled.js";

export type Language = "vi" | "en";
type Catalog = Readonly<Record<string, readonly [vi: string, en: string]>>;
export type Told = Readonly<Record<string, string | number>>;

const REMEMBERED = "tc-language";
const listeners = new Set<() => void>();
let catalog: Catalog = {};
let spoken: Language = "vi";

/** Take the sentences along; without a network they come out of the cache. */
export async function loadWords(address: string): Promise<void> {
  const answer = await fetch(address);
  useWords((await answer.json()) as Catalog);
}

/** Speak by these sentences, in the language chosen last on this device. */
export function useWords(sentences: Catalog): void {
  catalog = sentences;
  speak(remembered());
}

export function language(): Language {
  return spoken;
}

/** Speak this language from now on, here and after a reload. Nothing about a person is kept by it. */
export function speak(chosen: Language): void {
  spoken = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(REMEMBERED, chosen);
  } catch {
    // A browser that keeps nothing speaks Vietnamese again after a reload.
  }
  for (const listener of listeners) listener();
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Say a sentence; a key that the server has no sentence for shows as itself, and a test names it. */
export function w(key: string, facts?: Told): string {
  const pair = catalog[key];
  const text = pair === undefined ? key : pair[spoken === "vi" ? 0 : 1];
  return facts === undefined ? text : filled(text, facts);
}

/** Say what a code of the server means; a code that nobody has words for is said to be one. */
export function wordFor(prefix: string, code: string): string {
  const key = `${prefix}.${code}`;
  return key in catalog ? w(key) : code;
}

export function hasWord(key: string): boolean {
  return key in catalog;
}

/** The codes that the server has words for under this prefix, in its order. */
export function codesOf(prefix: string): readonly string[] {
  const begins = `${prefix}.`;
  return Object.keys(catalog)
    .filter((key) => key.startsWith(begins))
    .map((key) => key.slice(begins.length));
}

function remembered(): Language {
  try {
    return localStorage.getItem(REMEMBERED) === "en" ? "en" : "vi";
  } catch {
    return "vi";
  }
}
