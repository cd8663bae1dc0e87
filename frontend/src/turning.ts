/** The bearer's screen: the declaration stays in this browser, behind the address's #, and its code turns. */
const root = document.querySelector<HTMLElement>("[data-turning]");
const EVERY_MS = 15_000;

if (root) start(root);

function start(face: HTMLElement): void {
  const text = face.dataset["text"] || decodeURIComponent(location.hash.slice(1));
  if (!text) return;
  history.replaceState(null, "", `${face.dataset["home"]!}#${encodeURIComponent(text)}`);
  const says = (name: string, visible: boolean) => {
    face.querySelector<HTMLElement>(`[data-says="${name}"]`)!.hidden = !visible;
  };

  async function turn(): Promise<void> {
    const body = new FormData(face.querySelector("form")!);
    body.set("text", text);
    try {
      const answer = await fetch(face.dataset["picture"]!, { method: "POST", body });
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
