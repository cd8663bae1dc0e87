/** A dose told wrong: new values beside the old, or voided. Nothing is overwritten, and the first telling stays readable. */

import { useState } from "preact/hooks";

import type { Arm, Correction, DoseTold, Visit } from "../core";
import { time } from "../format";
import { go, to } from "../nav";
import { Status } from "../parts/drawings";
import { Choices, Faults, Field, Select, type Wrong } from "../parts/fields";
import { PersonHead, Refused, sayNext, Screen, staffName, ticketWord, useDeed, useStation } from "../parts/screen";
import { codesOf, w, wordFor } from "../words";

export function Mend({ visit }: { visit: Visit }) {
  const station = useStation();
  return (
    <Screen title={w("mend.title")} back={[to(), w("back.list")]} chair>
      <div class="tc-stack">
        <PersonHead visit={visit} detail={ticketWord(visit)} />
        {visit.doses.map((dose) => (
          <History key={dose.entry} dose={dose} />
        ))}
        {visit.dose ? (
          <>
            <Correct key={visit.dose.entry} visit={visit} dose={visit.dose} />
            <Void visit={visit} dose={visit.dose} />
          </>
        ) : (
          <p class="tc-row">
            <a class="govuk-button" href={to("visit", visit.key, "dose")}>
              {w("mend.again")}
            </a>
          </p>
        )}
        <p class="tc-small tc-secondary">{w("mend.kept", { site: station.status.site?.name ?? "" })}</p>
      </div>
    </Screen>
  );
}

function History({ dose }: { dose: DoseTold }) {
  const station = useStation();
  return (
    <>
      {dose.corrected.map((one) => (
        <p class="tc-notice" key={one.entry}>
          {w("mend.was-corrected", { time: time(one.at), by: staffName(station, one.staff), why: wordFor("correct-why", one.reason) })}
        </p>
      ))}
      {dose.voided && (
        <p class="tc-notice">
          <Status shape="void">{w("mend.was-voided", { time: time(dose.at), lot: dose.lot, why: wordFor("void-why", dose.voided.reason) })}</Status>
        </p>
      )}
    </>
  );
}

function Correct({ visit, dose }: { visit: Visit; dose: DoseTold }) {
  const station = useStation();
  const desk = station.desk();
  const [lot, setLot] = useState(dose.lot);
  const [vial, setVial] = useState(dose.vial ?? "");
  const [product, setProduct] = useState(dose.product);
  const [vaccinator, setVaccinator] = useState(dose.vaccinator);
  const [arm, setArm] = useState<Arm>(dose.arm);
  const [why, setWhy] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    const values = changed(dose, { lot: lot.trim(), vial: vial.trim(), product, vaccinator, arm });
    const told: Record<string, string> = {};
    if (!lot.trim()) told["mend-lot"] = w("wrong.lot");
    else if (Object.keys(values).length === 0) told["mend-lot"] = w("wrong.same");
    if (!why) told["why"] = w("wrong.why");
    setWrong(told);
    if (Object.keys(told).length > 0) return;
    run(async () => {
      await station.append("corrected", { entry: dose.entry, values, reason: why });
      sayNext(w("said.corrected", { n: visit.ticket || "–" }));
      go();
    });
  };
  const vaccinators = station.staff.filter((member) => member.roles.includes("vaccinator"));
  return (
    <form class="tc-card tc-stack tc-stack--close" onSubmit={send}>
      <h2>{w("mend.correct")}</h2>
      <Faults lead={w("fault.lead")} wrong={wrong} />
      <Field id="mend-lot" label={w("dose.lot")} value={lot} set={setLot} wrong={wrong} width={20} longest={60} />
      <Field id="mend-vial" label={w("vial.label")} value={vial} set={setVial} width={20} longest={60} />
      <Select id="mend-product" label={w("dose.product")} options={desk.products.map((one) => [one.code, one.nameVi])} value={product} set={setProduct} />
      <Select id="mend-vaccinator" label={w("dose.who")} options={vaccinators.map((one) => [one.id, one.name])} value={vaccinator} set={setVaccinator} />
      <Choices id="mend-arm" legend={w("dose.arm")} options={[["left", w("arm.left")], ["right", w("arm.right")]]} value={arm} set={(code) => setArm(code as Arm)} inline />
      <Select id="why" label={w("mend.why")} options={codesOf("correct-why").map((code) => [code, w(`correct-why.${code}`)])} value={why} set={setWhy} wrong={wrong} empty="" />
      <Refused text={refused} />
      <p>
        <button class="govuk-button tc-button--chair" aria-disabled={busy}>
          {w("mend.send")}
        </button>
      </p>
    </form>
  );
}

function Void({ visit, dose }: { visit: Visit; dose: DoseTold }) {
  const station = useStation();
  const [why, setWhy] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    setWrong(why ? {} : { "void-why": w("wrong.void") });
    if (!why) return;
    run(async () => {
      await station.append("voided", { entry: dose.entry, reason: why });
      sayNext(w("said.voided", { n: visit.ticket || "–" }));
      go();
    });
  };
  return (
    <details class="tc-card">
      <summary class="tc-summary">{w("mend.void")}</summary>
      <form class="tc-stack tc-stack--close" onSubmit={send}>
        <Select id="void-why" label={w("mend.void-why")} options={codesOf("void-why").map((code) => [code, w(`void-why.${code}`)])} value={why} set={setWhy} wrong={wrong} empty="" />
        <p class="tc-secondary">{w("mend.void-means")}</p>
        <Refused text={refused} />
        <p>
          <button class="govuk-button govuk-button--warning">{w("mend.void-send")}</button>
        </p>
      </form>
    </details>
  );
}

/** Only what differs is told; what is absent stays as it was. */
function changed(dose: DoseTold, told: { lot: string; vial: string; product: string; vaccinator: string; arm: Arm }): Correction {
  return {
    ...(told.lot !== dose.lot && { lot: told.lot }),
    ...(told.vial && told.vial !== (dose.vial ?? "") && { vial: told.vial }),
    ...(told.product !== dose.product && { product: told.product }),
    ...(told.vaccinator !== dose.vaccinator && { vaccinator: told.vaccinator }),
    ...(told.arm !== dose.arm && { arm: told.arm }),
  };
}
