/** The station's app begins: the sentences and the store are opened, then the screens stand on them. */

import { render } from "preact";

import { codeInAddress } from "./invited";
import { open } from "./open";
import { layDrawings } from "./parts/drawings";
import { bringLater } from "./parts/later";
import { App } from "./screens/app";
import { loadWords } from "./words";

const root = document.getElementById("app")!;
void start();

async function start(): Promise<void> {
  const code = codeInAddress();
  layDrawings();
  const [station] = await Promise.all([open(), loadWords(root.dataset["words"]!)]);
  root.replaceChildren();
  render(<App station={station} worker={root.dataset["worker"]!} code={code} />, root);
  await bringLater();
}
