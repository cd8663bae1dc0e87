/** From screen to camera: what waits is shown code after code, and another tablet's codes are looked at and passed on. */

import { useEffect, useState } from "preact/hooks";

import type { FramesShown, Gathered, Passed } from "../core";
import type { Code as Seen } from "../../../src/verify/reading";
import { Code } from "../parts/code";
import { Refused, useDeed, useStation } from "../parts/screen";
import { qrOfBytes } from "../qr";
import { Collector } from "../scan/scanner";
import { w } from "../words";

/** Two and a half codes a second: below the three flashes a second that may harm (WCAG 2.3.1), above what a camera needs. */
const TURN_MS = 400;
/** Where the row of codes stood when the screen was last left: a lock in the middle must not begin it anew for ever. */
let stoodAt = 0;

export function ShowFrames() {
  const station = useStation();
  const waiting = station.status.unsent + station.status.kept;
  const out = useDeed();
  const [shown, setShown] = useState<FramesShown | null>(null);
  const show = (anew: boolean) => out.run(async () => setShown(await (await station.frames()).shown(anew)));
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{w("frames.out")}</h2>
      <p>{w("frames.out-means")}</p>
      {shown === null && waiting === 0 && <p class="tc-notice">{w("carry.nothing")}</p>}
      {shown === null && waiting > 0 && (
        <p>
          <button type="button" class="govuk-button tc-button--chair" aria-disabled={out.busy} onClick={() => show(false)}>
            {w("frames.show", { n: waiting })}
          </button>
        </p>
      )}
      {shown !== null && shown.frames.length > 0 && <Turning frames={shown.frames} />}
      {shown !== null && waiting > shown.entries && (
        <div class="tc-notice tc-notice--look">
          <p>{w("frames.more-since", { n: waiting - shown.entries })}</p>
          <button type="button" class="govuk-button govuk-button--secondary" aria-disabled={out.busy} onClick={() => show(true)}>
            {w("frames.anew")}
          </button>
        </div>
      )}
      <Refused text={out.refused} />
    </section>
  );
}

function Turning({ frames }: { frames: FramesShown["frames"] }) {
  const [at, setAt] = useState(stoodAt);
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    if (paused) return undefined;
    const turning = setInterval(() => setAt((now) => now + 1), TURN_MS);
    return () => clearInterval(turning);
  }, [paused]);
  stoodAt = at;
  const number = at % frames.length;
  return (
    <>
      <div class="tc-frames">
        <Code modules={qrOfBytes(frames[number]!)} words={w("frames.code")} />
      </div>
      <p>{w("frames.number", { n: number + 1, count: frames.length })}</p>
      <p>
        <button type="button" class="govuk-button govuk-button--secondary" onClick={() => setPaused(!paused)}>
          {paused ? w("frames.go-on") : w("frames.pause")}
        </button>
      </p>
    </>
  );
}

export function TakeFrames({ told }: { told: (passed: Passed | null) => void }) {
  const station = useStation();
  const deed = useDeed();
  const [gathered, setGathered] = useState<readonly Gathered[]>([]);
  const [foreign, setForeign] = useState(false);
  const renew = async () => setGathered(await (await station.frames()).gathered());
  useEffect(() => deed.run(renew), [station]);
  const take = async ({ bytes }: Seen): Promise<boolean> => {
    const seen = await (await station.frames()).take(bytes);
    setForeign(seen === null);
    if (seen === null) return false;
    setGathered((before) => [...before.filter(({ file }) => file !== seen.file), seen]);
    return seen.have === seen.count;
  };
  const pass = (file: string) =>
    deed.run(async () => {
      told(null);
      told(await (await station.frames()).pass(file));
      await renew();
    });
  const forget = (file: string) =>
    deed.run(async () => {
      await (await station.frames()).forget(file);
      await renew();
    });
  return (
    <>
      <p>{w("frames.in-means")}</p>
      <Collector words={w("frames.look")} take={take} />
      <div role="status">{foreign && <p class="tc-notice tc-notice--look">{w("frames.foreign")}</p>}</div>
      {gathered.map((one) => (
        <OfFile key={one.file} one={one} busy={deed.busy} pass={() => pass(one.file)} forget={() => forget(one.file)} />
      ))}
      <Refused text={deed.refused} />
    </>
  );
}

interface OfFileProps {
  readonly one: Gathered;
  readonly busy: boolean;
  readonly pass: () => void;
  readonly forget: () => void;
}

function OfFile({ one: { file, have, count }, busy, pass, forget }: OfFileProps) {
  const name = file.slice(0, 4).toUpperCase();
  return (
    <div class="tc-stack tc-stack--close">
      <label class="govuk-label" for={`have-${file}`}>{w("frames.have", { name, have, count })}</label>
      <progress id={`have-${file}`} class="tc-frames__have" max={count} value={have} />
      <p class="tc-row">
        {have === count && (
          <button type="button" class="govuk-button tc-button--chair" aria-disabled={busy} onClick={pass}>
            {w("frames.pass", { name })}
          </button>
        )}
        <button type="button" class="govuk-button govuk-button--secondary" aria-disabled={busy} onClick={forget}>
          {w("frames.forget", { name })}
        </button>
      </p>
    </div>
  );
}
