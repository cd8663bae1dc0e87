/** Asking what time it is. Few tablets ever do, so it comes in a file of its own. */

import { day, dayOf, duration, time } from "../format";
import { Refused, useDeed, useNow, useStation } from "../parts/screen";
import { w } from "../words";

const A_MINUTE_MS = 60_000;

/** The clock leapt ahead and nobody knows why: until the center or a person tells the time, no timer counts it. */
export function ClockAsked() {
  const station = useStation();
  const now = useNow(A_MINUTE_MS);
  const { busy, refused, run } = useDeed();
  const { leapMs } = station.status;
  const at = (instant: number) => `${time(instant)}, ${day(dayOf(instant))}`;
  return (
    <div class="tc-sync tc-sync--waiting tc-app__update" role="status">
      <p>{w("clock.leapt", { span: duration(leapMs) })}</p>
      {[true, false].map((isRight) => (
        <button type="button" key={String(isRight)} class="tc-plain-button" aria-disabled={busy} onClick={() => run(() => station.settleClock(isRight))}>
          {w("clock.it-is", { time: at(isRight ? now : now - leapMs) })}
        </button>
      ))}
      <Refused text={refused} />
    </div>
  );
}
