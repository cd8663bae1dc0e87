/** The screens over a station in memory: for looking at them, and for pictures. */

import { render } from "preact";

import { layDrawings } from "../src/parts/drawings";
import { App } from "../src/screens/app";
import { loadWords } from "../src/words";
import { MemoryStation } from "./memory";
import { morning } from "./scene";

declare global {
  var station: MemoryStation;
}

layDrawings();
await loadWords("words.json");
const forms = await (await fetch("forms.json")).json();
globalThis.station = new MemoryStation(morning(forms));
render(<App station={globalThis.station} worker="" />, document.getElementById("app")!);
