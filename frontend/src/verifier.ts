/** The check in the browser: camera, picture or text; the verdict is found here, and nothing of what was shown is kept. */
import { filled } from "./filled";
import { openLists, type Signed } from "./verify/lists";
import { bare, judge, type Bearer, type Lists, type Verdict } from "./verify/verdict";

/** Larger pictures are refused before they are read: a phone of little memory would give up without a word. Ours. */
const MOST_BYTES = 20 * 1024 * 1024;
/** How long an answer about a pass is waited for; without one the pass is looked at closely. Ours. */
const PATIENCE_MS = 3_000;
/** After so long the lists are called old. Ours: a day, as the EU's verifiers have it. */
const OLD_S = 24 * 3600;
/** Under which name a checkpoint without a network hands over what was shown, in this browser alone. */
const HANDED = "tc-shown";

type Sentences = {
  whys: Record<string, string>;
  advice: Record<string, string[]>;
  otherwise: string[];
  born: string;
  born_unknown: string;
  dose: string;
  issued_in: string;
  pulses: Record<string, number>;
  products: Record<string, string>;
};
type Shown = { tone: string; why: string; name: string; facts: string[]; advice: string[] };

const face = document.querySelector<HTMLElement>("[data-verifier]");
if (face) start(face);

function start(root: HTMLElement): void {
  const sentences = JSON.parse(document.getElementById("verdict-words")!.textContent!) as Sentences;
  const vietnamese = document.documentElement.lang === "vi";
  let lists: Lists | null = null;
  let ahead = 0;
  const says = (name: string, visible: boolean) => {
    root.querySelector<HTMLElement>(`[data-says="${name}"]`)!.hidden = !visible;
  };
  const ready = refresh().then(() => root.setAttribute("data-ready", ""));

  async function refresh(): Promise<void> {
    try {
      const answer = await fetch(root.dataset["lists"]!);
      const opened = await openLists((await answer.json()) as Signed, JSON.parse(root.dataset["key"]!) as JsonWebKey);
      says("lists-refused", opened === null);
      // An older list than the one held would bring back what has been revoked since.
      if (opened === null || (lists !== null && opened.as_of < lists.as_of)) return;
      lists = opened;
      // A telephone's clock may be wrong, and the demo's time is not ours: the server's counts, as long as it was heard.
      const made = Date.parse(answer.headers.get("Date") ?? "") / 1000;
      ahead = lists.as_of - (Number.isNaN(made) ? Date.now() / 1000 : made);
      if (Math.abs(ahead) < 120) ahead = 0;
      says("lists-old", Date.now() / 1000 + ahead - lists.as_of > OLD_S);
    } catch {
      // Without a network and without a list taken home before, the form below still asks the server later.
    }
  }

  async function show(text: string): Promise<void> {
    await ready;
    const now = Date.now() / 1000 + ahead;
    if (bare(text).startsWith("TD1:")) {
      const told = { word: "look" as const, why: "declaration-unchecked", kind: null, bearer: null, since: null };
      return open(phrase(told, now), false);
    }
    if (!lists) return askServer(text);
    const verdict = await judge(text, lists, now);
    if (verdict.kind === 2 && (verdict.why === "unknown-key" || verdict.why === "wrong-algorithm")) {
      // A pass: its key is in no list, so the server is asked; without one it is looked at, never let pass.
      const told = await serverSays(text);
      return open(told ?? phrase({ ...verdict, word: "look", why: "pass-unchecked" }, now), told !== null);
    }
    open(phrase(verdict, now), false);
  }

  function askServer(text: string): void {
    const form = root.querySelector("form")!;
    form.querySelector("textarea")!.value = text;
    form.submit();
  }

  async function serverSays(text: string): Promise<Shown | null> {
    try {
      const body = new FormData(root.querySelector("form")!);
      body.set("text", text);
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const headers = { Accept: "application/json" };
      const answer = await fetch(root.dataset["check"]!, { method: "POST", body, headers, signal });
      return answer.ok ? ((await answer.json()) as { shown: Shown }).shown : null;
    } catch {
      return null;
    }
  }

  function phrase(verdict: Verdict, now: number): Shown {
    const bearer = verdict.bearer;
    const day = verdict.since ?? (bearer ? businessDay(bearer.expires_at) : "");
    const facts = { n: bearer?.dose_number ?? "", series: bearer?.series_doses ?? "", day: written(day) };
    return {
      tone: verdict.word,
      why: filled(sentences.whys[verdict.why] ?? verdict.why, facts),
      name: bearer ? bearer.name || bearer.name_latin.replace(/</g, " ") : "",
      facts: bearer ? factsOf(bearer, now) : [],
      advice: sentences.advice[verdict.why] ?? sentences.otherwise,
    };
  }

  function factsOf(bearer: Bearer, now: number): string[] {
    const facts = [bearer.born ? filled(sentences.born, { year: bearer.born.slice(0, 4) }) : sentences.born_unknown];
    if (bearer.given_on) {
      const age = Math.round((Date.parse(businessDay(now)) - Date.parse(bearer.given_on)) / 86_400_000);
      const product = sentences.products[bearer.product] ?? bearer.product;
      facts.push(filled(sentences.dose, { product, n: bearer.dose_number, day: written(bearer.given_on), age }));
    }
    return [...facts, filled(sentences.issued_in, { country: bearer.country })];
  }

  const written = (day: string): string => {
    if (!day) return "";
    const read = new Date(`${day}T00:00:00Z`);
    const form: Intl.DateTimeFormatOptions = vietnamese
      ? { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" }
      : { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(vietnamese ? "vi-VN" : "en-GB", form).format(read);
  };

  function open(told: Shown, byServer: boolean): void {
    const screen = document.querySelector<HTMLDialogElement>(`dialog[data-verdict="${told.tone}"]`)!;
    const slot = (name: string) => screen.querySelector<HTMLElement>(`[data-slot="${name}"]`)!;
    const time = new Date((Date.now() / 1000 + ahead) * 1000).toLocaleTimeString("vi-VN", {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: "Asia/Ho_Chi_Minh",
    });
    const how = vietnamese ? (byServer ? "Máy chủ kiểm tra" : "Không cần mạng") : byServer ? "Checked by the server" : "No network needed";
    slot("how").textContent = `${how} · ${time}`;
    slot("why").textContent = told.why;
    slot("name").textContent = told.name;
    slot("name").hidden = !told.name;
    slot("facts").replaceChildren(...told.facts.map((fact) => element("p", fact)));
    slot("advice").replaceChildren(...told.advice.map((step) => element("li", step)));
    screen.showModal();
    screen.querySelector<HTMLElement>(".tc-verdict__word")!.focus();
    navigator.vibrate?.(Array.from({ length: (sentences.pulses[told.tone] ?? 1) * 2 - 1 }, () => 120));
  }

  for (const button of document.querySelectorAll<HTMLElement>("[data-next]")) {
    button.addEventListener("click", () => {
      button.closest("dialog")!.close();
      root.querySelector("textarea")!.value = "";
      void refresh();
    });
  }

  root.querySelector("form")!.addEventListener("submit", (event) => {
    const text = root.querySelector("textarea")!.value;
    if (!text.trim() || !lists) return;
    event.preventDefault();
    void show(text);
  });

  const camera = root.querySelector<HTMLElement>("[data-camera]")!;
  camera.hidden = false;
  const frame = camera.querySelector<HTMLElement>(".tc-verifier__camera")!;
  const video = camera.querySelector("video")!;
  camera.querySelector("[data-open]")!.addEventListener("click", () => {
    void (async () => {
      try {
        const { watch } = await import("./verify/scanning");
        says("no-camera", false);
        frame.hidden = false;
        const text = await watch(video);
        frame.hidden = true;
        await show(text);
      } catch {
        frame.hidden = true;
        says("no-camera", true);
      }
    })();
  });

  const picture = camera.querySelector<HTMLInputElement>("input[type=file]")!;
  picture.addEventListener("change", () => {
    void (async () => {
      const file = picture.files?.[0];
      if (!file) return;
      for (const name of ["no-code", "no-picture", "too-large"]) says(name, false);
      picture.value = "";
      if (file.size > MOST_BYTES) return says("too-large", true);
      let text: string | null;
      try {
        const { read } = await import("./verify/scanning");
        // A HEIC, or what else this browser cannot draw, says so here and not in the reader's silence.
        (await createImageBitmap(file)).close();
        text = await read(file);
      } catch {
        return says("no-picture", true);
      }
      says("no-code", text === null);
      if (text !== null) await show(text);
    })();
  });

  const handed = sessionStorage.getItem(HANDED);
  if (handed !== null) {
    sessionStorage.removeItem(HANDED);
    void show(handed);
  }

  if ("serviceWorker" in navigator) {
    void navigator.serviceWorker
      .register(root.dataset["worker"]!)
      .then(() => navigator.serviceWorker.ready)
      .then(() => says("ready", true))
      .catch(() => undefined);
  }
}

/** The day in Viet Nam, which is seven hours ahead the whole year. */
const businessDay = (seconds: number): string => new Date((seconds + 7 * 3600) * 1000).toISOString().slice(0, 10);

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
