/** Consent and screening by the dated form: what is known stands above, a question is asked where a row needs it. */

import { useState } from "preact/hooks";

import { completed, evaluate, questionsFor, type Answer, type Evaluation } from "../../../src/rules/screening";
import type { FormShown, Station, Visit } from "../core";
import { day as written } from "../format";
import { to } from "../nav";
import { Status } from "../parts/drawings";
import { Choices, Confirm, Fault, Faults, Field, Tick, type Wrong } from "../parts/fields";
import { PersonHead, Screen, ticketWord, useStation } from "../parts/screen";
import { agesOf, isMinor } from "../person";
import { measured, SIGNS } from "../signs";
import { codesOf, hasWord, language, w, wordFor } from "../words";
import { Conclusion } from "./conclusion";

const ALWAYS = "temp_c";
const GRAVE: ReadonlySet<string> = new Set(["severe", "anaphylaxis"]);

export interface Typed {
  readonly form: string;
  readonly agreed: "yes" | "no" | null;
  readonly guardian: string;
  readonly guardianPhone: string;
  readonly yes: Readonly<Record<string, boolean>>;
  readonly words: Readonly<Record<string, string>>;
  readonly rest: boolean;
  readonly signs: Readonly<Record<string, string>>;
}

/** What the screener told, read: ready to be judged and written down. */
export interface Screened {
  readonly form: FormShown | null;
  readonly agreed: boolean;
  readonly guardian: string | null;
  readonly guardianPhone: string | null;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly vitals: Readonly<Record<string, number | null>>;
  readonly evaluation: Evaluation | null;
}

const NOTHING: Typed = { form: "", agreed: null, guardian: "", guardianPhone: "", yes: {}, words: {}, rest: false, signs: {} };

export function Screening({ visit }: { visit: Visit }) {
  const station = useStation();
  const [typed, setTyped] = useState<Typed>(NOTHING);
  const [wrong, setWrong] = useState<Wrong>({});
  const [told, setTold] = useState<Screened | null>(null);
  const forms = formsFor(station, visit.born);
  const form = forms.find((one) => one.code === typed.form) ?? forms[0] ?? null;
  const minor = isMinor(visit.born, station.status.day);
  const set = (change: Partial<Typed>) => setTyped((before) => ({ ...before, ...change }));
  const send = (event: Event) => {
    event.preventDefault();
    const read = readScreening(typed, form, { minor, sex: visit.sex });
    setWrong(read.wrong);
    if (read.told) setTold(read.told);
  };
  if (told) return <Conclusion visit={visit} told={told} minor={minor} back={() => setTold(null)} />;
  return (
    <Screen title={w("screening.title")} back={[to(), w("back.list")]} chair>
      <form class="tc-stack" onSubmit={send}>
        <Faults lead={w("fault.missing")} wrong={wrong} />
        <PersonHead visit={visit} what={form ? formName(form) : w("screening.no-form")} detail={ticketWord(visit)} />
        <Known visit={visit} />
        {forms.length > 1 && (
          <section class="tc-card">
            <Choices id="form" legend={w("screening.which-form")} options={forms.map((one) => [one.code, formName(one)])} value={form?.code ?? null} set={(code) => set({ form: code })} inline />
          </section>
        )}
        <Consent typed={typed} set={set} wrong={wrong} minor={minor} />
        {form ? <Questions form={form} sex={visit.sex} typed={typed} set={set} wrong={wrong} /> : <p class="tc-notice tc-notice--look">{w("screening.no-form-why")}</p>}
        <Measures form={form} typed={typed} set={set} wrong={wrong} />
        <Confirm
          title={w(typed.agreed === "no" ? "screening.declined-next" : "screening.next")}
          busy={false}
          other={
            <a class="govuk-button govuk-button--secondary tc-confirm__other" href={to("visit", visit.key, "stop")}>
              {w("dose.none")}
            </a>
          }
        />
      </form>
    </Screen>
  );
}

interface Part {
  readonly typed: Typed;
  readonly set: (change: Partial<Typed>) => void;
  readonly wrong: Wrong;
}

/** What the list tells of somebody before anybody asks: reactions and conditions first, then earlier doses. */
export function Known({ visit }: { visit: Visit }) {
  const station = useStation();
  const products = new Map(station.desk().products.map((product) => [product.code, product.nameVi]));
  const questions = new Map(agesOf(visit.born, station.status.day).flatMap((age) => station.forms(age)).flatMap((form) => form.questions.map((one) => [one.code, one])));
  const asked = (code: string) => {
    const question = questions.get(code);
    return question ? (language() === "en" ? question.en : question.vi) : code;
  };
  return (
    <section class="tc-card tc-stack tc-stack--close" aria-labelledby="known-title">
      <h2 id="known-title">{w("known.title")}</h2>
      {visit.warnings.length + visit.conditions.length + visit.history.length === 0 && <p class="tc-secondary">{w("known.nothing")}</p>}
      <ul class="tc-known">
        {visit.warnings.map((warning) => (
          <li key={`${warning.severity}${warning.on}`}>
            <Status shape={GRAVE.has(warning.severity) ? "oct" : "tri"}>{wordFor("reaction", warning.severity)}</Status>
            {warning.on && <span class="tc-small tc-secondary">{written(warning.on.slice(0, 10))}</span>}
          </li>
        ))}
        {visit.conditions.map((code) => (
          <li key={code}>
            <Status shape="tri">{asked(code)}</Status>
            <span class="tc-small tc-secondary">{w("known.screened-before")}</span>
          </li>
        ))}
        {visit.history.map((dose, place) => (
          <li key={`${dose.givenOn}${place}`}>
            <Status shape="done">{w("known.dose", { n: place + 1, product: products.get(dose.product) ?? dose.product })}</Status>
            <span class="tc-small tc-secondary">{written(dose.givenOn)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Consent({ typed, set, wrong, minor }: Part & { minor: boolean }) {
  const answers = [
    ["yes", w("consent.yes")],
    ["no", w("consent.no")],
  ] as const;
  return (
    <section class="tc-card">
      <Choices id="agreed" legend={w(minor ? "consent.guardian-asks" : "consent.asks")} options={answers} value={typed.agreed} set={(code) => set({ agreed: code as "yes" | "no" })} wrong={wrong} inline />
      {minor && (
        <>
          <Field id="guardian" label={w("consent.guardian")} value={typed.guardian} set={(guardian) => set({ guardian })} wrong={wrong} />
          <Field id="guardianPhone" label={w("consent.guardian-phone")} value={typed.guardianPhone} set={(guardianPhone) => set({ guardianPhone })} wrong={wrong} mode="tel" width={10} longest={16} />
        </>
      )}
    </section>
  );
}

function Questions({ form, sex, typed, set, wrong }: Part & { form: FormShown; sex: string }) {
  const asked = askedOf(form, sex);
  return (
    <section class="tc-card tc-stack tc-stack--close" aria-labelledby="questions-title">
      <h2 id="questions-title">{w("screening.ask")}</h2>
      <div class="tc-questions">
        {asked.map((question) => (
          <OneQuestion key={question.code} question={question} typed={typed} set={set} wrong={wrong} />
        ))}
      </div>
      <Tick id="rest" label={w("screening.rest")} value={typed.rest} set={(rest) => set({ rest })} />
    </section>
  );
}

function OneQuestion({ question, typed, set, wrong }: Part & { question: FormShown["questions"][number] }) {
  const id = `q-${question.code}`;
  const answer = typed.yes[question.code];
  const say = (yes: boolean) => set({ yes: { ...typed.yes, [question.code]: yes } });
  return (
    <fieldset class="tc-question" id={id} aria-describedby={wrong[id] ? `${id}-error` : undefined}>
      <legend>{language() === "en" ? question.en : question.vi}</legend>
      <Fault id={id} text={wrong[id] && w("screening.not-asked")} />
      {question.detail !== "text" && (
        <div class="tc-question__answers">
          {([false, true] as const).map((yes) => (
            <label class="tc-choice" key={String(yes)}>
              <input type="radio" name={id} checked={answer === yes} onChange={() => say(yes)} />
              <span>{w(yes ? "answer.yes" : "answer.no")}</span>
            </label>
          ))}
        </div>
      )}
      {question.detail !== null && (answer === true || question.detail === "text") && (
        <Field id={`w-${question.code}`} label={w("screening.words")} value={typed.words[question.code] ?? ""} set={(text) => set({ words: { ...typed.words, [question.code]: text } })} longest={300} />
      )}
    </fieldset>
  );
}

function Measures({ form, typed, set, wrong }: Part & { form: FormShown | null }) {
  return (
    <section class="tc-card tc-stack tc-stack--close" aria-labelledby="signs-title">
      <h2 id="signs-title">{w("screening.measure")}</h2>
      <div class="tc-signs">
        {codesOf("sign").map((sign) => {
          const whom = form?.limits.find((limit) => limit.sign === sign)?.measure ?? "";
          return (
            <Field
              key={sign}
              id={sign}
              label={w(`sign.${sign}`)}
              hint={hasWord(`measure.${whom}`) ? w(`measure.${whom}`) : ""}
              value={typed.signs[sign] ?? ""}
              set={(text) => set({ signs: { ...typed.signs, [sign]: text } })}
              wrong={wrong}
              mode="decimal"
              width={5}
              longest={6}
            />
          );
        })}
      </div>
      {form && <p class="tc-small tc-secondary">{w(form.limits.length > 0 ? "screening.limits" : "screening.no-limits")}</p>}
    </section>
  );
}

/** The forms that may be the person's, that for the youngest age they can have first. */
function formsFor(station: Station, born: string): readonly FormShown[] {
  const ages = agesOf(born, station.status.day);
  const found = ages.flatMap((age) => station.forms(age)).filter((form) => form.kind === "screening");
  return found.filter((form, place) => found.findIndex((other) => other.code === form.code) === place);
}

function askedOf(form: FormShown, sex: string): FormShown["questions"] {
  const needed = new Set(questionsFor(form, sex).map((question) => question.code));
  return form.questions.filter((question) => needed.has(question.code));
}

/** Name a form by its decree's number, as the paper does: mẫu 4355. */
export function formName(form: { readonly decree: string }): string {
  return w("form.name", { n: /^QD (\d+)\/QD-BYT\b/.exec(form.decree)?.[1] ?? form.decree });
}

/** Read what was typed, or say by field what is missing. A declined consent asks nothing more. */
export function readScreening(
  typed: Typed,
  form: FormShown | null,
  of: { readonly minor: boolean; readonly sex: string },
): { wrong: Wrong; told: Screened | null } {
  const wrong: Record<string, string> = {};
  const guardian = typed.guardian.trim() || null;
  const guardianPhone = typed.guardianPhone.replace(/[\s.-]/g, "").replace(/^\+84/, "0") || null;
  if (typed.agreed === null) wrong["agreed"] = w("wrong.agreed");
  if (typed.agreed === "no") {
    return { wrong, told: { form, agreed: false, guardian, guardianPhone, answers: {}, vitals: {}, evaluation: null } };
  }
  if (of.minor && guardian === null) wrong["guardian"] = w("wrong.guardian");
  // Nobody is turned away because the guardian has no phone; what is typed must be one.
  if (of.minor && guardianPhone !== null && !/^0\d{9}$/.test(guardianPhone)) wrong["guardianPhone"] = w("wrong.phone");
  const asked: Record<string, Answer> = {};
  for (const question of form ? askedOf(form, of.sex) : []) {
    const answer = answerOf(question, typed);
    if (answer === null) wrong[`q-${question.code}`] = w("wrong.question", { question: language() === "en" ? question.en : question.vi });
    asked[question.code] = answer;
  }
  const vitals = Object.fromEntries(Object.keys(SIGNS).map((sign) => [sign, measured(sign, typed.signs[sign] ?? "", wrong)]));
  if (vitals[ALWAYS] === null && !(ALWAYS in wrong)) wrong[ALWAYS] = w("wrong.temperature");
  if (Object.keys(wrong).length > 0) return { wrong, told: null };
  const answers = form ? completed(form, asked, vitals, of.sex) : {};
  const evaluation = form ? evaluate(form, answers, vitals) : null;
  return { wrong, told: { form, agreed: true, guardian, guardianPhone, answers, vitals, evaluation } };
}

function answerOf(question: FormShown["questions"][number], typed: Typed): Answer {
  const words = (typed.words[question.code] ?? "").trim();
  if (question.detail === "text") return words || false;
  const said = typed.yes[question.code] ?? (typed.rest ? false : null);
  return said === true && words ? words : said;
}
