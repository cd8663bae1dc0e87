/**
 * The bearer's screen, whose code turns. A declaration stays in this browser, behind the address's #; a certificate of the
 * health book (`data-kept`) stays on its page.
 */
const root = document.querySelector<HTMLElement>("[data-turning]");
const EVERY_MS = 15_000;

if (root) start(root);

function start(face: HTMLElement): void {
  const text = face.dataset["text"] || decodeURIComponent(location.hash.slice(1));
  if (!text) return;
  if (face.dataset["kept"] === undefined) history.replaceState(null, "", `${face.dataset["home"]!}#${encodeURIComponent(text)}`);
  const says = (name: string, visible: boolean) => {
    const words = face.querySelector<HTMLElement>(`[data-says="${name}"]`);
    if (words) words.hidden = !visible;
  };

  async function turn(): Promise<void> {
    const body = new FormData(face.querySelector("form")!);
    body.set("text", text);
    try {
      const answer = await fetch(face.dataset["picture"]!, { method: "POST", body });
      // The book has closed meanwhile: its sign-in stands there now.
      if (answer.redirected) return location.reload();
      if (!answer.ok) return says("empty", true);
      face.querySelector("[data-code]")!.innerHTML = await answer.text();
      says("offline", false);
      says("empty", false);
    } catch {
      says("offline", true);
    }
  }

  addEventListener("offline", () => void turn());
  void turn();
  setInterval(() => void turn(), EVERY_MS);
}
