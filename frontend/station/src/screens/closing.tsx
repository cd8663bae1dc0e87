/** The day's lines as the center has them, for the lead: read here, closed on the lead's own page, where they are signed in. */

import { useEffect, useState } from "preact/hooks";

import type { DayTold } from "../core";
import { day as written, moment } from "../format";
import { Status } from "../parts/drawings";
import { Facts, Refused, Screen, useDeed, useStation } from "../parts/screen";
import { w } from "../words";

export function Closing() {
  const station = useStation();
  const { status } = station;
  const [told, tell] = useState<DayTold | null>(null);
  const { busy, refused, run } = useDeed();
  const ask = () => run(async () => tell(await station.dayTold(status.day)));
  useEffect(ask, []);
  return (
    <Screen title={w("closing.title")}>
      <div class="tc-stack">
        <h1>{w("closing.title-day", { day: written(status.day) })}</h1>
        {status.unsent > 0 && <p class="tc-notice tc-notice--look">{w("closing.unsent", { n: status.unsent })}</p>}
        <Refused text={refused} />
        {told && <Lines told={told} />}
        <p>
          <button type="button" class="govuk-button govuk-button--secondary tc-button--chair" aria-disabled={busy} onClick={ask}>
            {w(busy ? "closing.asking" : "closing.ask")}
          </button>
        </p>
      </div>
    </Screen>
  );
}

function Lines({ told }: { told: DayTold }) {
  const { lines, unexplained, closedAt } = told;
  const { visits, lots } = lines;
  const counted = (what: string, lot: string | null) => lines.counted.find((one) => one.what === what && one.lot === lot)?.quantity ?? null;
  const slips = counted("slips", null);
  const open = unexplained.vials.length + unexplained.draws.length + unexplained.differences.length;
  return (
    <>
      <p>
        {closedAt !== null ? (
          <Status shape="done">{w("closing.closed", { at: moment(closedAt, lines.day) })}</Status>
        ) : (
          <Status shape={open > 0 ? "tri" : "half"}>{open > 0 ? w("closing.lines-open", { n: open }) : w("closing.ready")}</Status>
        )}
      </p>
      <Sum name={w("closing.persons")} whole={visits.visits} difference={visits.visits - visits.released - visits.deferred - visits.declined - visits.left - visits.observed}>
        {w("closing.persons-are", { released: visits.released, deferred: visits.deferred, declined: visits.declined, left: visits.left, observed: visits.observed })}
      </Sum>
      <Sum name={w("closing.slips")} whole={slips} difference={slips === null ? null : slips - visits.visits}>
        {w("closing.slips-are", { n: visits.visits })}
      </Sum>
      {lots.map((lot) => {
        const issued = counted("vials", lot.lot);
        const gone = lot.vials_opened + (lot.sealed_returned ?? 0) + (lot.sealed_wasted ?? 0);
        return (
          <div key={lot.lot} class="tc-stack tc-stack--close">
            <Sum name={w("closing.vials", { lot: lot.lot })} whole={issued} difference={issued === null ? null : issued - gone}>
              {w("closing.vials-are", { opened: lot.vials_opened, returned: lot.sealed_returned ?? 0, wasted: lot.sealed_wasted ?? 0 })}
            </Sum>
            <Sum name={w("closing.doses", { lot: lot.lot })} whole={lot.opened} difference={lot.left}>
              {w("closing.doses-are", { given: lot.vial, wasted: lot.opened - lot.left - lot.vial, overfill: lot.overfill })}
            </Sum>
            {lot.open > 0 && <p><Status shape="tri">{w("closing.draws", { n: lot.open, lot: lot.lot })}</Status></p>}
          </div>
        );
      })}
      {unexplained.vials.map((one) => (
        <p key={`${one.lot}|${one.vial}`}><Status shape="tri">{w("closing.vial-left", { vial: one.vial, lot: one.lot, n: one.doses })}</Status></p>
      ))}
      {told.explained.map((one) => (
        <p key={`${one.line}|${one.lot}`}>{w("closing.explained", { n: one.difference, reason: one.reason })}</p>
      ))}
      <p class="tc-secondary">{w("closing.where")}</p>
    </>
  );
}

/** A line as a sum: what stands on the left, its parts, and what is missing; null where nobody counted. */
function Sum(told: { name: string; whole: number | null; difference: number | null; children: preact.ComponentChildren }) {
  const { name, whole, difference } = told;
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <div class="tc-row tc-row--apart">
        <h2>{name}</h2>
        <Status shape={difference === null ? "ring" : difference === 0 ? "done" : "tri"}>
          {difference === null ? w("closing.not-counted") : w("closing.off", { n: difference })}
        </Status>
      </div>
      <Facts facts={[[w("closing.count"), whole ?? "–"], [w("closing.made-of"), told.children]]} />
    </section>
  );
}
