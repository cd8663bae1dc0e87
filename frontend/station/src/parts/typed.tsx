/** What recorders typed for whoever is signed in: above today's list, until they say that it is right or mend it. */

import { time } from "../format";
import { to } from "../nav";
import { confirmTyped, waitingForMe } from "../typing";
import { w } from "../words";
import { nameOf, Refused, staffName, useDeed, useStation } from "./screen";

export function TypedForMe() {
  const station = useStation();
  const { busy, refused, run } = useDeed();
  const waiting = waitingForMe(station);
  const { products } = station.desk();
  if (waiting.length === 0) return null;
  return (
    <section class="tc-card tc-stack tc-stack--close tc-typed" aria-labelledby="typed-title">
      <h2 id="typed-title">{w("typed.title", { n: waiting.length })}</h2>
      {waiting.map(({ visit, dose }) => (
        <div key={dose.entry} class="tc-row tc-row--apart">
          <span>
            <b class="tc-num">{time(dose.at)}</b> · {nameOf(visit)} · {w("dose.n", { n: dose.doseNumber ?? visit.doseNumber ?? 1 })} ·{" "}
            {products.find((one) => one.code === dose.product)?.nameVi ?? dose.product} · {w("typed.lot", { lot: dose.lot })} · {w(`arm.${dose.arm}-said`)}{" "}
            <span class="tc-small tc-secondary">{w("typed.by", { name: staffName(station, dose.recorder) })}</span>
          </span>
          <span class="tc-row">
            <button type="button" class="govuk-button govuk-button--secondary" aria-disabled={busy} onClick={() => run(async () => void (await confirmTyped(station, dose.entry)))}>
              {w("typed.confirm")}
            </button>
            <a href={to("visit", visit.key, "mend")}>{w("dose.mend")}</a>
          </span>
        </div>
      ))}
      <Refused text={refused} />
    </section>
  );
}
