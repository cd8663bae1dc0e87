/** Asking what time it is. Few tablets ever do, so it comes in a file of its own. */

import { day, dayOf, duration, time } from "../format";
import { Refused, Screen, useDeed, useNow, useStation } from "../parts/screen";
import { w } from "../words";

const A_MINUTE_MS = 60_000;

/** The clock leapt ahead and nobody knows why: until the center or a person tells the time, no timer counts it. */
export function ClockAsked() {
  const { leapMs } = useStation().status;
  return (
    <div class="tc-sync tc-sync--waiting tc-app__update" role="status">
      <p>{w("clock.leapt", { span: duration(leapMs) })}</p>
      <Times button="tc-plain-button" />
    </div>
  );
}

/** It leapt so far that the day's list would be gone: that lies covered until somebody tells the time, and only then one signs in. */
export function TimeAsked() {
  const { leapMs } = useStation().status;
  return (
    <Screen title={w("clock.title")} chair>
      <div class="tc-stack">
        <h1>{w("clock.title")}</h1>
        <p>{w("clock.leapt", { span: duration(leapMs) })}</p>
        <div class="tc-app__names">
          <Times button="tc-choice" />
        </div>
        <p class="tc-secondary">{w("clock.covered")}</p>
      </div>
    </Screen>
  );
}

function Times({ button }: { button: string }) {
  const station = useStation();
  const now = useNow(A_MINUTE_MS);
  const { busy, refused, run } = useDeed();
  const { leapMs } = station.status;
  const at = (instant: number) => `${time(instant)}, ${day(dayOf(instant))}`;
  return (
    <>
      {[true, false].map((isRight) => (
        <button type="button" key={String(isRight)} class={button} aria-disabled={busy} onClick={() => run(() => station.settleClock(isRight))}>
          <b>{w("clock.it-is", { time: at(isRight ? now : now - leapMs) })}</b>
        </button>
      ))}
      <Refused text={refused} />
    </>
  );
}
