/** Three proofs, one question, one confirm that repeats what will be written. Twice pressed, it is still one dose. */

import { useState } from "preact/hooks";

import type { Arm, DoseTold, Station, Visit } from "../core";
import { day as written, daysLater, moment, number, time } from "../format";
import { go, to } from "../nav";
import { Choices, Confirm, Faults, Select, Tick, type Wrong } from "../parts/fields";
import { Status } from "../parts/drawings";
import { Facts, PersonHead, Proof, Refused, sayNext, Screen, staffName, ticketWord, useDeed, useNow, useStation } from "../parts/screen";
import type { Hand } from "../scan/vial";
import { sessionOf } from "../sessions";
import { confirmTyped, probablyGaveIt, sitBeside, typesForOthers, vaccinators } from "../typing";
import { asScanned, choicesOf, defaultChoice, inHand, takeInHand, typedChoice, type Choice } from "../vials";
import { w, wordFor } from "../words";
import { formName } from "./screening";
import { lotWords, VialProof } from "./vial";

const HALF_A_MINUTE_MS = 30_000;
const BLOCKS = 3;

export function Dose({ visit }: { visit: Visit }) {
  const station = useStation();
  const now = useNow(HALF_A_MINUTE_MS);
  const choices = choicesOf(station.desk(), now);
  const [hand, setHand] = useState<Hand>(() => ({ key: defaultChoice(choices, inHand(station))?.key ?? "", lot: "", vial: "", product: "" }));
  const [arm, setArm] = useState<Arm>("left");
  const [vaccinator, setVaccinator] = useState(() => probablyGaveIt(station));
  const [given, setGiven] = useState(false);
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  if (visit.dose) return <Given visit={visit} />;
  if (visit.stage !== "screened") return <NotYet visit={visit} />;
  const listed = choices.find((choice) => choice.key === hand.key);
  const chosen = listed ? asScanned(listed, hand.expiresOn ?? null, now) : typedChoice(station.desk(), hand, now);
  const findings = chosen.product ? station.judge(visit.key, chosen.product.code, station.status.day) : [];
  const stops = stopsFor(station, visit, chosen, findings);
  const send = (event: Event) => {
    event.preventDefault();
    const told = faultsOf(chosen, vaccinator, stops.length > 0 && !given);
    setWrong(told);
    if (Object.keys(told).length > 0) return;
    run(() => record(station, visit, { chosen, arm, vaccinator }));
  };
  return (
    <Screen title={w("dose.title")} back={[to(), w("back.list")]} chair>
      <form class="tc-stack" onSubmit={send} onKeyDown={noEnter}>
        <Faults lead={w("dose.fault")} wrong={wrong} />
        <PersonHead visit={visit} what={doseAndVolume(visit, chosen)} detail={ticketWord(visit)} />
        {station.status.bundleStale && <p class="tc-notice tc-notice--look">{w("dose.list-old", { when: bundleAge(station) })}</p>}
        <div class="tc-stack tc-chair__proofs">
          <RightPerson visit={visit} />
          <Eligible visit={visit} findings={findings} />
          <VialProof choices={choices} chosen={chosen} hand={hand} setHand={setHand} wrong={wrong} now={now} />
          <Proof shape="done" title={w("dose.arm")}>
            <div class="tc-arms">
              <Choices id="arm" legend={w("dose.arm")} options={[["left", <b>{w("arm.left")}</b>], ["right", <b>{w("arm.right")}</b>]]} value={arm} set={(code) => setArm(code as Arm)} hideLegend />
            </div>
            {typesForOthers(station) && <Select id="vaccinator" label={w("dose.who")} options={vaccinators(station).map(({ id, name }) => [id, name])} value={vaccinator} set={setVaccinator} wrong={wrong} empty="" />}
          </Proof>
          {stops.length > 0 && (
            <Proof shape="oct" title={w("dose.stop")}>
              {stops.map((text) => <p key={text}>{text}</p>)}
              <Tick id="given" label={w("dose.given-already")} value={given} set={setGiven} />
              {wrong["given"] && <p class="govuk-error-message">{wrong["given"]}</p>}
            </Proof>
          )}
          <Refused text={refused} />
        </div>
        <Confirm
          note={w("dose.note")}
          title={w("dose.send", { n: visit.doseNumber ?? 1 })}
          detail={[lotWords(chosen), w(`arm.${arm}-said`), time(now), forWhom(station, vaccinator)].filter(Boolean).join(", ")}
          busy={busy}
          other={<a class="govuk-button govuk-button--secondary tc-confirm__other" href={to("visit", visit.key, "stop")}>{w("dose.none")}</a>}
        />
      </form>
    </Screen>
  );
}

/** A scanner ends what it types with Enter, as hands do: in a field that is no "given". */
function noEnter(event: KeyboardEvent): void {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
}

/** One dose: a visit that has one already gets no second by this button, however often it is pressed. */
async function record(station: Station, before: Visit, told: { chosen: Choice; arm: Arm; vaccinator: string }): Promise<void> {
  const visit = station.visit(before.key);
  const { chosen, arm, vaccinator } = told;
  if (visit === null || visit.visit === null || visit.dose !== null || chosen.product === null) return;
  const signedIn = station.status.staff?.id ?? null;
  const isTyped = vaccinator !== signedIn;
  const number = visit.doseNumber ?? 1;
  await station.append("dose-given", {
    visit: visit.visit,
    person: visit.person,
    product: chosen.product.code,
    lot: chosen.lot,
    vial: chosen.vial,
    volume_ml: chosen.product.doseMl,
    arm,
    vaccinator,
    recorder: isTyped ? signedIn : null,
    dose_number_told: number,
  });
  takeInHand(station, `${chosen.lot}|${chosen.vial ?? ""}`);
  if (typesForOthers(station)) sitBeside(station, vaccinator);
  const said = w("said.dose", { n: number, product: chosen.product.nameVi, lot: chosen.lot });
  sayNext(isTyped ? `${said} ${w("said.dose-typed", { name: staffName(station, vaccinator) })}` : said);
  go();
}

function RightPerson({ visit }: { visit: Visit }) {
  const station = useStation();
  const told = visit.identified;
  if (told === null) {
    return (
      <Proof shape="tri" title={w("proof.nobody")}>
        <p>{w("proof.ask-again")}</p>
      </Proof>
    );
  }
  const weak = told.how === "told";
  const facts: (readonly [string, preact.ComponentChildren])[] = [
    [w("proof.how"), w(`how.${told.how}`)],
    [w("proof.by"), `${staffName(station, told.staff)}, ${time(told.at)}`],
  ];
  const twins = visit.flags.filter((flag) => flag === "namesake" || flag === "opened-twice" || flag === "link-changed");
  if (twins.length > 0) facts.push([w("proof.note"), twins.map((flag) => <Status key={flag} shape="twin">{w(`flag.${flag}`)}</Status>)]);
  return (
    <Proof shape={weak ? "tri" : "done"} title={w(weak ? "proof.told" : "proof.person")}>
      <Facts facts={facts} />
    </Proof>
  );
}

function Eligible({ visit, findings }: { visit: Visit; findings: ReturnType<Station["judge"]> }) {
  const station = useStation();
  const told = visit.screened;
  const form = told && station.forms(18).concat(station.forms(12)).find((one) => one.code === told.form);
  const caution = told?.conclusion === "caution" || visit.warnings.length + visit.conditions.length > 0;
  const facts: (readonly [string, preact.ComponentChildren])[] = [];
  if (told) facts.push([w("proof.screened"), [staffName(station, told.staff), time(told.at), form ? formName(form) : ""].filter(Boolean).join(" · ")]);
  const measured = told ? vitalsLine(told.vitals) : "";
  if (measured) facts.push([w("proof.measured"), measured]);
  facts.push([w("proof.interval"), intervalLine(visit, station.status.day)]);
  for (const text of findingLines(findings, station.status.day)) facts.push([w("proof.rule"), <Status shape="tri">{text}</Status>]);
  for (const warning of visit.warnings) facts.push([w("known.title"), <Status shape="oct">{wordFor("reaction", warning.severity)}</Status>]);
  facts.push([w("proof.consent"), w(visit.consented === null ? "consent.unknown" : visit.consented.agreed ? "consent.agreed" : "consent.declined")]);
  return (
    <Proof shape={caution || findings.length > 0 ? "tri" : "done"} title={told ? w(`conclusion-is.${told.conclusion}`) : w("proof.not-screened")}>
      <Facts facts={facts} />
    </Proof>
  );
}

function Given({ visit }: { visit: Visit }) {
  const station = useStation();
  const dose = visit.dose!;
  const product = station.desk().products.find((one) => one.code === dose.product);
  return (
    <Screen title={w("dose.title")} back={[to(), w("back.list")]} chair>
      <div class="tc-stack">
        <PersonHead visit={visit} detail={ticketWord(visit)} />
        <div class="tc-stack tc-chair__proofs">
          <RightPerson visit={visit} />
          <Proof shape="done" title={w("dose.recorded", { n: dose.doseNumber ?? visit.doseNumber ?? 1, time: time(dose.at) })}>
            <Facts
              facts={[
                [w("dose.product"), product?.nameVi ?? dose.product],
                [w("dose.lot"), [dose.lot, dose.vial].filter(Boolean).join(" · ")],
                [w("dose.arm-short"), w(`arm.${dose.arm}`)],
                [w("dose.by"), staffName(station, dose.vaccinator)],
              ]}
            />
            {dose.recorder !== null && <Typed dose={dose} />}
          </Proof>
        </div>
        <p class="tc-chair__end tc-row">
          <a class="govuk-button" href={to()}>{w("back.to-list")}</a>
          <a class="govuk-button govuk-button--secondary" href={to("visit", visit.key, "mend")}>{w("dose.mend")}</a>
        </p>
      </div>
    </Screen>
  );
}

/** Who typed the dose, and whether its vaccinator has said that it is right: they say it here, on this tablet or their own. */
function Typed({ dose }: { dose: DoseTold }) {
  const station = useStation();
  const { busy, refused, run } = useDeed();
  const name = staffName(station, dose.vaccinator);
  const by = w("typed.by", { name: staffName(station, dose.recorder) });
  if (dose.confirmed !== null) return <p><Status shape="done">{w("typed.confirmed-at", { name, time: time(dose.confirmed.at) })}</Status> {by}</p>;
  if (dose.vaccinator !== station.status.staff?.id) {
    return (
      <>
        <p><Status shape="half">{w("typed.waits", { name })}</Status> {by}</p>
        <p>{w("typed.hand-over", { name })}</p>
        <p><button type="button" class="govuk-button govuk-button--secondary" onClick={() => station.lock()}>{w("device.lock")}</button></p>
      </>
    );
  }
  return (
    <>
      <p><Status shape="half">{w("typed.waits-for-you")}</Status> {by}</p>
      <p>
        <button type="button" class="govuk-button" aria-disabled={busy} onClick={() => run(async () => void (await confirmTyped(station, dose.entry)))}>
          {w("typed.confirm")}
        </button>
      </p>
      <Refused text={refused} />
    </>
  );
}

function NotYet({ visit }: { visit: Visit }) {
  return (
    <Screen title={w("dose.title")} back={[to(), w("back.list")]} chair>
      <div class="tc-stack">
        <PersonHead visit={visit} detail={ticketWord(visit)} />
        <p class="tc-notice tc-notice--stop">{w("dose.not-yet")}</p>
        <p class="tc-row"><a class="govuk-button" href={to("visit", visit.key, "screening")}>{w("dose.screen")}</a></p>
      </div>
    </Screen>
  );
}

function faultsOf(chosen: Choice, vaccinator: string, stopped: boolean): Wrong {
  const wrong: Record<string, string> = {};
  if (!chosen.lot) wrong["lot"] = w("wrong.lot");
  else if (chosen.product === null) wrong["product"] = w("wrong.product");
  if (!vaccinator) wrong["vaccinator"] = w("wrong.vaccinator");
  if (stopped) wrong["given"] = w("wrong.given");
  return wrong;
}

/** What stops a dose that is not given yet; one that is in the arm is recorded all the same. */
function stopsFor(station: Station, visit: Visit, chosen: Choice, findings: ReturnType<Station["judge"]>): readonly string[] {
  const session = sessionOf(station.desk(), visit);
  const stops: string[] = [];
  if (session !== null && session.stopped !== null) stops.push(w("stop.session"));
  else if (session?.closed) stops.push(w("stop.session-closed"));
  if (chosen.against === "held" || chosen.against === "expired" || chosen.against === "open-too-long") {
    stops.push(w(`stop.${chosen.against}`, { lot: chosen.lot, vial: chosen.vial ?? "" }));
  }
  return [...stops, ...findingLines(findings.filter((finding) => finding.severity >= BLOCKS), station.status.day)];
}

function findingLines(findings: ReturnType<Station["judge"]>, today: string): readonly string[] {
  return findings.map((finding) =>
    finding.code === "interval-too-short" && finding.days_missing !== null
      ? w("proof.days-missing", { n: finding.days_missing, day: written(daysLater(today, finding.days_missing)) })
      : wordFor("finding", finding.code),
  );
}

function intervalLine(visit: Visit, today: string): string {
  const last = visit.history[visit.history.length - 1];
  if (last === undefined) return w("proof.no-dose");
  const days = Math.round((Date.parse(`${today}T00:00:00Z`) - Date.parse(`${last.givenOn}T00:00:00Z`)) / 86_400_000);
  return w("proof.days-after", { days, n: visit.history.length, on: written(last.givenOn) });
}

function vitalsLine(vitals: Readonly<Record<string, number | null>>): string {
  const { temp_c: temp, systolic_mmhg: high, diastolic_mmhg: low, spo2_percent: oxygen } = vitals;
  return [
    typeof temp === "number" ? `${number(temp, 1)}\u00a0°C` : "",
    typeof high === "number" && typeof low === "number" ? `${high}/${low}\u00a0mmHg` : "",
    typeof oxygen === "number" ? `SpO₂ ${oxygen}\u00a0%` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

function doseAndVolume(visit: Visit, chosen: Choice): string {
  const dose = w("dose.n", { n: visit.doseNumber ?? 1 });
  return chosen.product ? `${dose} · ${number(chosen.product.doseMl, 1)}\u00a0ml` : dose;
}

function bundleAge(station: Station): string {
  const issued = station.status.bundle?.issuedAt;
  return issued === undefined ? "–" : moment(issued, station.status.day);
}

/** The name of who gave it, where somebody else types. */
function forWhom(station: Station, vaccinator: string): string {
  return vaccinator === "" || vaccinator === station.status.staff?.id ? "" : w("dose.for", { name: staffName(station, vaccinator) });
}
