/** When no network comes back: what waits leaves as a sealed file or as codes on the screen; another tablet's is passed on. */

import { useState } from "preact/hooks";

import type { Passed, Station } from "../core";
import { to } from "../nav";
import { Refused, Screen, useDeed, useStation } from "../parts/screen";
import { w } from "../words";
import { ShowFrames, TakeFrames } from "./frames";

/** The center takes no more at its desk page in one file; a day's work of a tablet is far below. */
const MOST_BYTES = 16 * 1024 * 1024;

export function Carry() {
  const station = useStation();
  const { status } = station;
  const out = useDeed();
  const pass = useDeed();
  const [saved, setSaved] = useState<"all" | "none" | null>(null);
  const waiting = status.unsent + status.kept;
  const [passed, setPassed] = useState<Passed | null>(null);
  const [large, setLarge] = useState(false);
  const choose = (file: File | undefined) => {
    setPassed(null);
    setLarge(file !== undefined && file.size > MOST_BYTES);
    if (file !== undefined && file.size <= MOST_BYTES) {
      pass.run(async () => setPassed(await station.passOn(new Uint8Array(await file.arrayBuffer()))));
    }
  };
  return (
    <Screen title={w("carry.title")} back={[to("device"), w("carry.back")]}>
      <div class="tc-stack">
        <h1>{w("carry.title")}</h1>
        <section class="tc-card tc-stack tc-stack--close">
          <h2>{w("carry.out")}</h2>
          <p>{w("carry.out-means")}</p>
          {status.kept > 0 && <p>{w("carry.kept", { n: status.kept })}</p>}
          {waiting === 0 ? (
            <p class="tc-notice">{w("carry.nothing")}</p>
          ) : (
            <p class="tc-row">
              <button type="button" class="govuk-button tc-button--chair" aria-disabled={out.busy} onClick={() => out.run(async () => setSaved((await save(station)) ? "all" : "none"))}>
                {w("carry.save", { n: waiting })}
              </button>
            </p>
          )}
          <div role="status">
            {saved === "all" && <p class="tc-notice tc-notice--done">{w("carry.saved")}</p>}
            {saved === "none" && <p class="tc-notice tc-notice--stop">{w("carry.no-key")}</p>}
          </div>
          <Refused text={out.refused} />
        </section>
        <ShowFrames />
        <section class="tc-card tc-stack tc-stack--close">
          <h2>{w("carry.in")}</h2>
          <p>{w("carry.in-means")}</p>
          <div class="govuk-form-group">
            <label class="govuk-label" for="carried">
              {w("carry.file")}
            </label>
            <input class="govuk-file-upload" id="carried" type="file" accept=".tcb" onChange={(event) => choose(event.currentTarget.files?.[0])} />
          </div>
          <TakeFrames told={setPassed} />
          <div role="status">
            {large && <p class="tc-notice tc-notice--stop">{w("carry.too-large")}</p>}
            {passed && <Answer passed={passed} />}
          </div>
          <Refused text={pass.refused} />
        </section>
      </div>
    </Screen>
  );
}

function Answer({ passed }: { passed: Passed }) {
  const { kept, known, aside, refused } = passed;
  return (
    <>
      {refused !== null && <p class="tc-notice tc-notice--stop">{w("carry.refused")}</p>}
      {kept + known + aside > 0 && <p class="tc-notice tc-notice--done">{w("carry.answer", { kept, known, aside })}</p>}
    </>
  );
}

/** Save the file; false when nothing that waits could be put into one. */
async function save(station: Station): Promise<boolean> {
  const batches = await station.sealedFile();
  if (batches.length === 0) return false;
  const file = new Blob([batches], { type: "application/octet-stream" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${station.status.site?.code ?? "tiem-chung"}-${(station.status.device ?? "").slice(-8)}.tcb`;
  link.click();
  URL.revokeObjectURL(link.href);
  return true;
}
