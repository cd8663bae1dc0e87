/** The officer's camera: a traveler's code is sent to be judged; an ID card is compared here and sent nowhere. */
import { differs } from "./verify/card";

/** Under which name the open check, in this browser alone, finds what was scanned here without a network. */
const HANDED = "tc-shown";
const PATIENCE_MS = 3_000;
const LOOKS_EVERY_MS = 20_000;
let away = false;

/** Look whether the server can judge: what a phone says of its network tells nothing of a way through it. */
async function look(): Promise<void> {
  const heard = fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  away = !(await heard.then((told) => told.ok).catch(() => false));
}

/** Hand what was scanned to the open check, which needs no network and notes nothing. */
function hand(form: HTMLFormElement): void {
  sessionStorage.setItem(HANDED, form.querySelector("textarea")!.value);
  location.assign(form.dataset["offline"]!);
}

for (const root of document.querySelectorAll<HTMLElement>("[data-scan]")) {
  const asking = root.querySelector<HTMLFormElement>("form[data-offline]")!;
  const told = () =>
    look().then(() => {
      root.querySelector<HTMLElement>("[data-says=offline]")!.hidden = !away;
    });
  const tell = () => void told();
  let judging = false;
  // The network may have gone since it was looked for, and the browser's own page of errors judges nobody.
  const judge = async (): Promise<void> => {
    if (judging) return;
    judging = true;
    await told();
    judging = false;
    if (away) hand(asking);
    else asking.submit();
  };
  asking.addEventListener("submit", (event) => {
    event.preventDefault();
    void judge();
  });
  addEventListener("offline", tell);
  addEventListener("online", tell);
  setInterval(tell, LOOKS_EVERY_MS);
  tell();
  // The open check takes its files home now, while there is a network.
  if ("serviceWorker" in navigator) {
    void navigator.serviceWorker
      .register(asking.dataset["worker"]!)
      .then((kept) => kept.active ?? new Promise((done) => kept.installing?.addEventListener("statechange", done)))
      .then(() => root.setAttribute("data-ready", ""))
      .catch(() => undefined);
  }
  const camera = root.querySelector<HTMLElement>("[data-camera]")!;
  const frame = camera.querySelector<HTMLElement>(".tc-verifier__camera")!;
  camera.hidden = false;
  camera.querySelector("[data-open]")!.addEventListener("click", () => {
    void (async () => {
      const refused = root.querySelector<HTMLElement>("[data-says=no-camera]")!;
      try {
        const { watch } = await import("./verify/scanning");
        frame.hidden = false;
        asking.querySelector("textarea")!.value = await watch(camera.querySelector("video")!);
        await judge();
      } catch {
        refused.hidden = false;
      } finally {
        frame.hidden = true;
      }
    })();
  });
}

for (const root of document.querySelectorAll<HTMLElement>("[data-card]")) {
  const frame = root.querySelector<HTMLElement>(".tc-verifier__camera")!;
  const compared = root.querySelector<HTMLElement>("[role=status]")!;
  root.hidden = false;
  root.querySelector("button")!.addEventListener("click", () => {
    void (async () => {
      compared.hidden = true;
      let told = compared.dataset["unread"]!;
      try {
        const { watch } = await import("./verify/scanning");
        frame.hidden = false;
        const found = differs(await watch(root.querySelector("video")!), {
          latin: root.dataset["latin"] ?? "",
          born: root.dataset["born"] ?? "",
          initials: root.dataset["initials"] ?? "",
        });
        if (found !== null) told = (found ? compared.dataset["differs"] : compared.dataset["same"])!;
      } catch {
        // Without a camera the eye compares.
      } finally {
        frame.hidden = true;
      }
      compared.textContent = told;
      compared.hidden = false;
    })();
  });
}
