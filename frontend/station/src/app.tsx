/** The station's app begins: the sentences and the store are opened, then the screens stand on them. */

import { render } from "preact";

import { codeInAddress } from "./invited";
import { open } from "./open";
import { layDrawings } from "./parts/drawings";
import { bringLater } from "./parts/later";
import { App } from "./screens/app";
import { loadWords } from "./words";

/** What stands behind the app's address to rehearse: a page of its own, which never opens the record. */
const REHEARSES = "tap-duot";

const root = document.getElementById("app")!;
void start();

async function start(): Promise<void> {
  const code = codeInAddress();
  layDrawings();
  if (rehearses()) return rehearsal();
  const [station] = await Promise.all([open(), loadWords(root.dataset["words"]!)]);
  root.replaceChildren();
  render(<App station={station} worker={root.dataset["worker"]!} code={code} />, root);
  await bringLater();
}

function rehearses(): boolean {
  return new URLSearchParams(location.search).has(REHEARSES);
}

async function rehearsal(): Promise<void> {
  const [{ rehearse }] = await Promise.all([import("./rehearsal/begin"), loadWords(root.dataset["words"]!)]);
  await rehearse(root, { ground: root.dataset["ground"]!, worker: root.dataset["worker"]! });
  await bringLater();
}
