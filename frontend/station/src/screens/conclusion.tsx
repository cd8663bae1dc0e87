/** What the form's rows say together, each as a reason; where they do not agree or are silent, a doctor decides. */

import { useState } from "preact/hooks";

import type { Fired } from "../../../src/rules/screening";
import type { Conclusion as Concluded, FormShown, Visit } from "../core";
import { dutiesOf } from "../duties";
import { dayTyped, number } from "../format";
import { go } from "../nav";
import { Status } from "../parts/drawings";
import { Choices, Confirm, Faults, Field, type Wrong } from "../parts/fields";
import { PersonHead, Refused, sayNext, Screen, ticketWord, useDeed, useStation } from "../parts/screen";
import { codesOf, hasWord, language, w } from "../words";
import { formName, type Screened } from "./screening";

const NO_FORM = "none"; // stands for the form where no source gives one: a doctor decides
const GOES_ON: readonly string[] = ["eligible_now", "caution"];
const REASON_LENGTH = 200;
const ANY_AGE = 18;

interface Given {
  readonly visit: Visit;
  readonly told: Screened;
  readonly minor: boolean;
  readonly back: () => void;
}

export function Conclusion({ visit, told, minor, back }: Given) {
  const doctor = told.evaluation === null || told.evaluation.doctor_decides;
  const suggested = doctor ? null : (told.evaluation?.outcome ?? null);
  const [conclusion, setConclusion] = useState<string | null>(suggested);
  const [note, setNote] = useState("");
  const [until, setUntil] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, write } = useWriting(visit, told, minor);
  const send = (event: Event) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    if (told.agreed && conclusion === null) found["conclusion"] = w("wrong.conclusion");
    if (until.trim() && dayTyped(until) === null) found["until"] = w("wrong.until");
    const differs = doctor || conclusion !== told.evaluation?.outcome;
    if (told.agreed && !note.trim() && differs) found["note"] = w("wrong.note");
    setWrong(found);
    if (Object.keys(found).length === 0) write(conclusion, note.trim(), dayTyped(until));
  };
  return (
    <Screen title={w("conclusion.title")} back={["", w("conclusion.back")]} onBack={back} chair>
      <form class="tc-stack" onSubmit={send}>
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <PersonHead visit={visit} what={told.form ? formName(told.form) : ""} detail={ticketWord(visit)} />
        {told.agreed ? (
          <>
            <section class="tc-card tc-stack tc-stack--close">
              <h2>{w("conclusion.rows")}</h2>
              <Rows told={told} />
              {doctor && <p class="tc-notice tc-notice--look">{w("conclusion.doctor")}</p>}
            </section>
            <section class="tc-card">
              <Choices id="conclusion" legend={w("conclusion.legend")} options={codesOf("conclusion-is").map((code) => [code, w(`conclusion-is.${code}`)])} value={conclusion} set={setConclusion} wrong={wrong} />
              <Field id="note" label={w("conclusion.note")} value={note} set={setNote} wrong={wrong} longest={300} />
              {conclusion !== null && !GOES_ON.includes(conclusion) && (
                <Field id="until" label={w("conclusion.until")} hint={w("field.day-hint")} value={until} set={setUntil} wrong={wrong} width={10} longest={10} />
              )}
            </section>
          </>
        ) : (
          <p class="tc-notice tc-notice--stop">{w("conclusion.declined")}</p>
        )}
        <Refused text={refused} />
        <Confirm title={w(told.agreed ? "conclusion.send" : "conclusion.send-declined")} detail={conclusion ? w(`conclusion-is.${conclusion}`) : ""} busy={busy} />
      </form>
    </Screen>
  );
}

function Rows({ told }: { told: Screened }) {
  const rows = told.evaluation?.fired ?? [];
  if (told.form === null) return <p>{w("conclusion.no-form")}</p>;
  if (rows.length === 0) return <p><Status shape="done">{w("conclusion.no-rows")}</Status></p>;
  return (
    <ul class="tc-known">
      {rows.map((row) => (
        <li key={row.question}>
          <Status shape="tri">{rowText(row, told.form)}</Status>
          <span class="tc-small tc-secondary">
            {[row.question, row.outcome ? w(`conclusion-is.${row.outcome}`) : w("conclusion.doctor-row"), row.verified === "found" ? "" : w("conclusion.unverified")]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </li>
      ))}
    </ul>
  );
}

function rowText(row: Fired, form: FormShown | null): string {
  const question = form?.questions.find((one) => one.code === row.question);
  const text = question ? (language() === "en" ? question.en : question.vi) : row.question;
  const measured = row.abnormal.filter((sign) => hasWord(`sign.${sign.sign}`)).map((sign) => `${w(`sign.${sign.sign}`)} ${number(sign.value, 1)}`);
  const why = [row.words, ...measured].filter(Boolean).join(", ");
  return why ? `${text}: ${why}` : text;
}

/** Consent, screening and, where it says so, the deferral: told in this order, each a fact of its own. */
function useWriting(visit: Visit, told: Screened, minor: boolean) {
  const station = useStation();
  const { busy, refused, run } = useDeed();
  const write = (conclusion: string | null, note: string, until: string | null) =>
    run(async () => {
      if (visit.visit === null) return;
      const of = { visit: visit.visit, person: visit.person };
      const form = consentForm(station.forms(ANY_AGE), minor);
      await station.append("consented", { ...of, form, agreed: told.agreed, guardian_name: told.guardian, guardian_phone: told.guardianPhone });
      if (told.agreed && conclusion !== null) {
        const reasons = [...(told.evaluation?.fired ?? []).map((row) => row.question), ...(note ? [note] : [])];
        const screened = { form: told.form?.code ?? NO_FORM, conclusion: conclusion as Concluded, answers: told.answers, vitals: told.vitals, reasons };
        await station.append("screened", { ...of, ...screened });
        if (!GOES_ON.includes(conclusion)) await station.append("deferred", { ...of, reason: `screening:${reasons.join(",")}`.slice(0, REASON_LENGTH), until });
      }
      const goesOn = told.agreed && conclusion !== null && GOES_ON.includes(conclusion);
      sayNext(w(goesOn ? "said.to-dose" : "said.no-dose"));
      if (goesOn && dutiesOf(station.status.staff).has("dose")) go("visit", visit.key, "dose");
      else go();
    });
  return { busy, refused, write };
}

/** The dated form of consent, which is for all ages: for a minor the one that a guardian signs, where one is in force. */
function consentForm(forms: readonly FormShown[], minor: boolean): string {
  const found = forms.filter((form) => form.kind === "consent");
  const guardians = found.filter((form) => form.fields.includes("guardian_name"));
  const others = found.filter((form) => !guardians.includes(form));
  const wanted = minor && guardians.length > 0 ? guardians : others;
  return wanted[wanted.length - 1]?.code ?? NO_FORM;
}
