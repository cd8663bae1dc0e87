/**
 * Single keys for whoever decides case after case: what carries `data-key` is pressed by that key. They sleep in every
 * field that is typed into, with a modifier, and where they were switched off; this browser remembers that. The key is
 * the place on the keyboard, so that no input method changes it.
 */
const OFF = "keys-off";
const TYPED = "textarea, select, input:not([type=radio]):not([type=checkbox])";
const legend = document.querySelector<HTMLElement>("[data-keys]");

if (legend) wake(legend);

function wake(words: HTMLElement): void {
  const on = words.querySelector<HTMLInputElement>("[data-keys-on]")!;
  on.checked = remembered() !== "yes";
  on.addEventListener("change", () => remember(on.checked ? "" : "yes"));
  document.addEventListener("keydown", (event) => {
    const field = (event.target as HTMLElement).closest<HTMLElement>(TYPED);
    if (field) return typing(event, field);
    if (!on.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const key = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1]?.toLowerCase();
    const found = key && document.querySelector<HTMLElement>(`[data-key="${key}"]`);
    if (!found) return;
    event.preventDefault(); // the letter is no word of the field that it leads to
    found.focus();
    if (!found.matches(TYPED)) found.click();
    if (found.matches("[type=radio]")) found.closest("form")!.querySelector("textarea")!.focus();
  });
  words.hidden = false;
}

/** In a field two keys alone mean something: Escape leaves it, Ctrl and Enter send its form. */
function typing(event: KeyboardEvent, field: HTMLElement): void {
  if (event.isComposing || event.repeat) return;
  if (event.key === "Escape") field.blur();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.matches("textarea")) {
    event.preventDefault();
    (field as HTMLTextAreaElement).form!.requestSubmit();
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null; // a browser that keeps nothing forgets with the page
  }
}

function remember(told: string): void {
  try {
    localStorage.setItem(OFF, told);
  } catch {
    // the same
  }
}

export {};
