/** Asking what time it is. Few tablets ever do, so it comes in a file of its own. */

import { day, dayOf, duration, time } from "../format";
import { Refused, useDeed, useNow, useStation } from "../parts/screen";
import { w } from "../words";

const A_MINUTE_MS = 60_000;

/**
 * The clock leapt ahead and nobody knows why: until the center or a person tells the time, no timer counts it. A locked tablet asks
 * only where nobody can sign in for it: without a network none but a person can tell the day for which there is a key.
 */
export function ClockAsked() {
  const station = useStation();
  const now = useNow(A_MINUTE_MS);
  const { busy, refused, run } = useDeed();
  const { leapMs, phase } = station.status;
  const at = (instant: number) => `${time(instant)}, ${day(dayOf(instant))}`;
  if (phase !== "open" && (phase !== "locked" || station.staff.some((one) => one.hasPin))) return null;
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
