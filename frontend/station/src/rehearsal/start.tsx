/** Before a rehearsal: how many come, and how fast the day goes. */

import { useState } from "preact/hooks";

import { Choices, Confirm } from "../parts/fields";
import { Refused, useDeed } from "../parts/screen";
import { w } from "../words";
import type { Run } from "./keep";
import { type Ground, sceneOf } from "./scene";

/** People of a short round, of a morning, of a busy day. Ours. */
const SIZES = ["12", "40", "120"] as const;
/** How much faster than the wall the day goes: half an hour of watching is five minutes at six. Ours. */
const PACES = ["6", "1"] as const;
/** A rehearsed day begins at half past seven in Viet Nam, whenever the team sits down. */
const BEGINS = "T00:30:00Z";

export function Start({ ground, begin }: { ground: Ground; begin: (run: Run) => Promise<void> }) {
  const [size, setSize] = useState<string>(SIZES[0]);
  const [pace, setPace] = useState<string>(PACES[0]);
  const { busy, refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    run(async () => {
      const startedAt = Date.now();
      const beginsAt = Date.parse(ground.day + BEGINS);
      const scene = sceneOf(ground, { seed: startedAt, people: Number(size), beginsAt });
      await begin({ scene, startedAt, beginsAt, pace: Number(pace) });
    });
  };
  return (
    <main id="main" class="tc-page tc-station tc-chair">
      <form class="tc-stack" onSubmit={send}>
        <h1>{w("rehearsal.title")}</h1>
        <p>{w("rehearsal.lead")}</p>
        <p class="tc-notice tc-notice--look">{w("rehearsal.no-real")}</p>
        <section class="tc-card tc-stack">
          <Choices id="size" legend={w("rehearsal.size")} options={SIZES.map((n) => [n, w("rehearsal.people", { n })])} value={size} set={setSize} />
          <Choices id="pace" legend={w("rehearsal.pace")} options={PACES.map((n) => [n, w(`rehearsal.pace-${n}`)])} value={pace} set={setPace} />
        </section>
        <Refused text={refused} />
        <Confirm title={w("rehearsal.begin")} busy={busy} />
      </form>
    </main>
  );
}
