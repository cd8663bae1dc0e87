/** The boards refresh themselves by htmx; the page's own address is asked again, so that it works without a script too. */
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;

// The title carries the number of open problems, so that a tab in the back of the window still tells.
document.addEventListener("htmx:after:swap", () => {
  const title = document.querySelector<HTMLElement>("[data-title]")?.dataset["title"];
  if (title !== undefined) document.title = title;
});
