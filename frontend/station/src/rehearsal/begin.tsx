/**
 * A rehearsal on this tablet: a page of its own (`/station/app/?tap-duot`), which never opens the record's database. What is
 * here comes along only when somebody rehearses.
 */

import { render } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

import { App } from "../screens/app";
import { onLanguage, w } from "../words";
import { Drill } from "./drill";
import { Keep, type Run } from "./keep";
import type { Ground } from "./scene";
import { Start } from "./start";
import { RehearsalStation } from "./station";

/** A run is forgotten so long after its beginning: nobody finds yesterday's invented people on a tablet in the morning. Ours. */
const FORGET_MS = 12 * 3_600_000;

interface Addresses {
  readonly ground: string;
  readonly worker: string;
}

export async function rehearse(root: HTMLElement, { ground, worker }: Addresses): Promise<void> {
  const keep = await Keep.open();
  const told = (await (await fetch(ground)).json()) as Ground;
  const run = await keep.run();
  if (run !== undefined && Math.abs(Date.now() - run.startedAt) > FORGET_MS) await keep.forget();
  document.body.classList.add("tc-rehearsal");
  const station = await resumed(keep);
  root.replaceChildren();
  render(<Rehearsal keep={keep} ground={told} worker={worker} resumed={station} />, root);
}

async function resumed(keep: Keep): Promise<RehearsalStation | null> {
  const run = await keep.run();
  return run === undefined ? null : RehearsalStation.resume(run, keep);
}

function Rehearsal({ keep, ground, worker, resumed: begun }: { keep: Keep; ground: Ground; worker: string; resumed: RehearsalStation | null }) {
  const [station, setStation] = useState(begun);
  const [, draw] = useState(0);
  useLayoutEffect(() => onLanguage(() => draw((n) => n + 1)), []);
  const begin = async (run: Run): Promise<void> => {
    await keep.begin(run);
    location.hash = "";
    setStation(await RehearsalStation.resume(run, keep));
  };
  const end = async (): Promise<void> => {
    await keep.forget();
    location.hash = "";
    setStation(null);
  };
  if (station !== null) {
    return <App station={station} worker={worker} banner={<Banner running />} own={(route) => <Drill station={station} page={route[1] ?? ""} end={end} />} />;
  }
  return (
    <>
      <Banner running={false} />
      <Start ground={ground} begin={begin} />
    </>
  );
}

/** Above every screen: who looks at it from across the table sees that this is none of the record's. */
function Banner({ running }: { running: boolean }) {
  return (
    <aside class="tc-rehearsal__banner" aria-label={w("rehearsal.title")}>
      <p>
        <b>{w("rehearsal.mark")}</b> {w("rehearsal.banner")}
      </p>
      <p class="tc-no-print">
        {running && <a href="#/device">{w("rehearsal.score")}</a>} <a href={location.pathname}>{w("rehearsal.leave")}</a>
      </p>
    </aside>
  );
}
