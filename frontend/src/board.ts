/**
 * The boards refresh themselves by htmx; the page's own address is asked again, so that it works without a script too.
 * A board is told by server-sent events when there is something new. Without them, or while they are away, it asks by
 * itself every few seconds.
 */
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;

const ASKS_EVERY_MS = 5_000;
const AGES_EVERY_MS = 30_000;

// The title carries the number of open incidents, so that a tab in the back of the window still tells.
document.addEventListener("htmx:after:swap", () => {
  const title = document.querySelector<HTMLElement>("[data-title]")?.dataset["title"];
  if (title !== undefined) document.title = title;
});

const board = document.querySelector<HTMLElement>("[data-hx-trigger]");
if (board !== null) {
  let told = false;
  let asked = Date.now();
  const ask = (): void => {
    asked = Date.now();
    document.querySelector("#board")?.dispatchEvent(new Event("news"));
  };
  const address = board.dataset["stream"];
  if (address) {
    const stream = new EventSource(address, { withCredentials: true });
    stream.addEventListener("changed", ask);
    stream.onopen = () => (told = true);
    stream.onerror = () => (told = false);
  }
  window.setInterval(() => {
    if (Date.now() - asked >= (told ? AGES_EVERY_MS : ASKS_EVERY_MS)) ask();
  }, 1_000);
}
