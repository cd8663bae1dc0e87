/** The slip that goes home: what was given, what to watch. Its code names the visit, so that a site finds it again. */

import { useState } from "preact/hooks";

import type { Visit } from "../core";
import { day as written, dayOf, time } from "../format";
import { to } from "../nav";
import { Code } from "../parts/code";
import { Icon } from "../parts/drawings";
import { Choices } from "../parts/fields";
import { MendLink } from "../parts/mend-link";
import { nameOf, Screen, staffName, useStation } from "../parts/screen";
import { factsOf } from "../person";
import { qrModules } from "../qr";
import { w } from "../words";

const SIZES = ["58", "80", "a5"] as const;
let lastSize: (typeof SIZES)[number] = "80";

export function Slip({ visit }: { visit: Visit }) {
  const station = useStation();
  const [size, setSize] = useState(lastSize);
  const choose = (code: string) => {
    lastSize = code as typeof size;
    setSize(lastSize);
  };
  const doses = visit.doses.filter((dose) => dose.voided === null);
  const products = new Map(station.desk().products.map((one) => [one.code, one.nameVi]));
  return (
    <Screen title={w("slip.title")} back={[to("board"), w("back.to-board")]}>
      <div class="tc-no-print tc-card tc-stack tc-stack--close">
        <Choices id="size" legend={w("slip.size")} options={SIZES.map((code) => [code, w(`slip.size-${code}`)])} value={size} set={choose} inline />
        <p>
          <button type="button" class="govuk-button tc-button--chair" onClick={() => print()}>
            <Icon name="print" />
            {w("slip.print")}
          </button>
        </p>
      </div>
      <article class={`tc-slip tc-slip--${size}`} data-mark={station.status.rehearsal ? w("rehearsal.mark") : undefined}>
        <div class="tc-hem" />
        {station.status.rehearsal && <p class="tc-notice tc-notice--look">{w("rehearsal.slip")}</p>}
        <h1>{w("slip.heading")}</h1>
        <p class="tc-slip__name">{nameOf(visit)}</p>
        <p>{factsOf(visit, station.status.day)}</p>
        <dl class="tc-slip__doses">
          {doses.map((dose) => (
            <div key={dose.entry}>
              <dt>
                {w("dose.n", { n: dose.doseNumber ?? visit.doseNumber ?? 1 })} · {products.get(dose.product) ?? dose.product}
              </dt>
              <dd>
                {[w("slip.lot", { lot: dose.lot }), `${time(dose.at)} ${written(dayOf(dose.at))}`, w("slip.by", { name: staffName(station, dose.vaccinator) })].join(" · ")}
              </dd>
            </div>
          ))}
        </dl>
        <p>{station.status.site?.name}</p>
        <h2>{w("slip.home")}</h2>
        <ul class="govuk-list govuk-list--bullet">
          <li>{w("slip.home-company")}</li>
          <li>{w("slip.home-mild")}</li>
          <li>{w("slip.home-call")}</li>
        </ul>
        <div class="tc-slip__code">
          {/* The visit's id: it names nobody, and opens nothing but this visit at this site. A rehearsal's opens nothing at all. */}
          {visit.visit && !station.status.rehearsal && <Code modules={qrModules(visit.visit)} words={w("slip.code")} />}
          <div>
            {!station.status.rehearsal && <p>{w("slip.code")}</p>}
            <p>{w("person.ticket", { n: visit.ticket || "–" })}</p>
          </div>
        </div>
        <div class="tc-hem" />
      </article>
      <MendLink visit={visit} />
    </Screen>
  );
}
