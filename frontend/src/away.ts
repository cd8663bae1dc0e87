/**
 * What a page says and does when its server cannot be reached, and while an answer is long in coming. It asks `/healthz`
 * when the browser loses its network, when somebody begins to fill in a form after a while, and when a board gets no
 * answer; a form that is sent long after the last answer waits for the next. A form or a link that would lead to the
 * browser's own page of errors, and lose what was typed, is held on its page until whoever pressed it presses again.
 *
 * A page with words of its own for this ([data-says=offline]) keeps them and hears ours of what it holds alone.
 */
const bar = document.querySelector<HTMLElement>("[data-away]");
const PATIENCE_MS = 8_000;
const SLOW_MS = 2_000;
const FRESH_MS = 10_000;
const ASKS_AGAIN_MS = 5_000;

type Standing = "here" | "away" | "faulty";

let standing: Standing = "here";
let since = "";
let heldSomething = false;
let holding = false;
/** Without a network a server on this very machine answers all the same, as the demo's. */
let hereAllTheSame = false;
let heardAt = performance.now();
let asking: Promise<Standing> | null = null;
let askedAt = 0;

if (bar) watch(bar);

function watch(says: HTMLElement): void {
  const ownWords = document.querySelector("[data-says=offline]") !== null;

  const said = says.querySelector<HTMLElement>("[data-said]")!;
  const say = (name: string): void => {
    if (said.dataset["said"] === name) return;
    said.dataset["said"] = name;
    const words = says.querySelector<HTMLTemplateElement>(`template[data-when="${name}"]`);
    said.replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
    for (const time of said.querySelectorAll("[data-since]")) time.textContent = since;
    for (const time of said.querySelectorAll("[data-of]")) time.textContent = asOf();
  };

  /** Ask the server whether it is there; whoever asks meanwhile hears the same answer. */
  const ask = (): Promise<Standing> => {
    if (asking === null) {
      askedAt = performance.now();
      asking = answer().then((found) => {
        asking = null;
        heardAt = performance.now();
        hereAllTheSame = found === "here" && !navigator.onLine;
        settle(found);
        return found;
      });
    }
    return asking;
  };

  const settle = (found: Standing): void => {
    if (found === "here") {
      if (standing !== "here") say(heldSomething ? "back" : "");
    } else {
      if (standing === "here") since = clock();
      if (heldSomething) say(found === "away" ? "held" : "faulty");
      else if (found === "away" && !ownWords) say(asOf() ? "stale" : "away");
    }
    standing = found;
  };

  const doubtful = (): boolean =>
    standing !== "here" ||
    (!navigator.onLine && !hereAllTheSame) ||
    (asking !== null && performance.now() - askedAt > SLOW_MS);

  /** Keep what was pressed on its page; it goes on by itself if the way turns out to be free. */
  const hold = (event: Event, go: () => void): void => {
    event.preventDefault();
    if (holding) return;
    holding = heldSomething = true;
    window.setTimeout(() => {
      if (holding && standing === "here") say("slow");
    }, SLOW_MS);
    void ask().then((found) => {
      holding = false;
      if (found !== "here") return;
      heldSomething = false;
      say("");
      go();
    });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.hasAttribute("data-offline") || !form.requestSubmit) return;
    const sends = form.getAttribute("method") === "post";
    // Between the last question and its sending a network may go unseen: who has not heard of it for a while asks first.
    const unheard = sends && !form.target && (asking !== null || performance.now() - heardAt > FRESH_MS);
    if (doubtful() || unheard) return hold(event, () => form.requestSubmit((event as SubmitEvent).submitter));
    if (sends && !form.hasAttribute("data-hands-over")) {
      window.setTimeout(() => say("slow"), SLOW_MS);
    }
  });

  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.origin !== location.origin || !doubtful()) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    void keptAtHome(link.href).then((kept) => {
      if (kept) location.assign(link.href);
      else hold(event, () => location.assign(link.href));
    });
  });

  for (const sign of ["focusin", "input"]) {
    document.addEventListener(sign, (event) => {
      if ((event.target as Element).closest("form[method=post]") && performance.now() - heardAt > FRESH_MS) void ask();
    });
  }
  for (const sign of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(sign, () => {
      if (standing === "here") since = clock();
      if (asOf() && !heldSomething) say("stale");
      void ask();
    });
  }
  document.addEventListener("htmx:after:swap", () => {
    heardAt = performance.now();
    if (standing !== "here") settle("here");
    else if (!heldSomething) say("");
  });
  addEventListener("offline", () => void ask());
  addEventListener("online", () => void ask());
  // Back brings a page as it was left: what was held or slow then is over.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) say("");
  });
  setInterval(() => {
    if (standing !== "here") void ask();
  }, ASKS_AGAIN_MS);
}

async function answer(): Promise<Standing> {
  const given = new AbortController();
  const late = window.setTimeout(() => given.abort(), PATIENCE_MS);
  try {
    const told = await fetch("/healthz", { cache: "no-store", signal: given.signal });
    return told.ok ? "here" : "faulty";
  } catch {
    return "away";
  } finally {
    window.clearTimeout(late);
  }
}

/** Tell whether a page opens without a network, as the open check does. */
async function keptAtHome(address: string): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  return (await navigator.serviceWorker.getRegistration(address).catch(() => undefined)) !== undefined;
}

/** Return of when the figures are that renew themselves here; nothing on other pages. */
function asOf(): string {
  return document.querySelector<HTMLElement>("[data-as-of]")?.dataset["asOf"] ?? "";
}

function clock(): string {
  const now = new Date();
  return [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

export {};
