/**
 * The first desk. Somebody on the list is found and asked for; somebody who is not is written down as they are: the
 * year of birth alone will do, and nobody is turned away for lack of a paper.
 */

import { useState } from "preact/hooks";

import type { Facts, How, PersonBlock, Sex, Visit } from "../core";
import { day as written } from "../format";
import { go, to } from "../nav";
import { Choices, Confirm, Faults, Field, Select, Tick, type Wrong } from "../parts/fields";
import { ELSEWHERE, Residence } from "../parts/residence";
import { PersonHead, Refused, sayNext, Screen, ticketWord, useDeed, useStation } from "../parts/screen";
import { bornTyped, holderOf, type CardRead } from "../person";
import { isStill } from "../record/standby";
import { type Chosen, NOWHERE } from "../residences";
import { Scanner } from "../scan/scanner";
import { joined } from "../sessions";
import { codesOf, w } from "../words";
import { taken } from "./receive";

const PERSONAL_NUMBER = "personal-number";
const DIGITS: Readonly<Record<string, number>> = { [PERSONAL_NUMBER]: 12, "old-identity-card": 9 };

/** Somebody who is called: is it them, and how was that made sure? Who has come already comes no second time. */
export function Arrive({ visit }: { visit: Visit }) {
  const [came] = useState(visit.arrived !== null);
  return came ? <Identity visit={visit} /> : <Called visit={visit} />;
}

function Called({ visit }: { visit: Visit }) {
  const station = useStation();
  const [ticket, setTicket] = useState(() => visit.ticket || nextTicket(station.counts()));
  const [how, setHow] = useState<How | null>(null);
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    if (how === null) return setWrong({ how: w("arrive.no-how") });
    run(async () => {
      const of = { visit: visit.visit ?? station.newId(), person: visit.person };
      const campaign_session = await joined(station, visit.campaignSession);
      await station.append("arrived", { ...of, ticket: ticket.trim(), campaign_session, appointment: visit.appointment });
      await station.append("identified", { ...of, how });
      sayNext(w("said.arrived", { n: ticket.trim() || "–" }));
      go();
    });
  };
  return (
    <Screen title={w("arrive.title")} back={[to(), w("back.list")]} chair>
      <form class="tc-stack" onSubmit={send}>
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <PersonHead visit={visit} what={visit.doseNumber ? w("dose.n", { n: visit.doseNumber }) : ""} detail={visit.reference} />
        <p>{w("arrive.ask")}</p>
        <section class="tc-card">
          <Choices id="how" legend={w("arrive.how")} options={options("how")} value={how} set={(code) => setHow(code as How)} wrong={wrong} />
          <Field id="ticket" label={w("arrive.ticket")} value={ticket} set={setTicket} width={5} longest={12} />
        </section>
        <Refused text={refused} />
        <Confirm title={w("arrive.send")} detail={[visit.name, ticketWord({ ticket })].filter(Boolean).join(", ")} busy={busy} />
      </form>
    </Screen>
  );
}

/** The desk's word on how somebody was made sure of, told again: the strongest way counts. */
export function Identity({ visit }: { visit: Visit }) {
  const station = useStation();
  const [how, setHow] = useState<How | null>(null);
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    if (how === null || visit.visit === null) return setWrong({ how: w("arrive.no-how") });
    const of = { visit: visit.visit, person: visit.person };
    run(async () => {
      await station.append("identified", { ...of, how });
      sayNext(w("said.recorded", { n: visit.ticket || "–" }));
      go();
    });
  };
  return (
    <Screen title={w("identity.title")} back={[to(), w("back.list")]} chair>
      <form class="tc-stack" onSubmit={send}>
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <PersonHead visit={visit} detail={ticketWord(visit)} />
        <section class="tc-card">
          <Choices id="how" legend={w("arrive.how")} options={options("how")} value={how} set={(code) => setHow(code as How)} wrong={wrong} />
        </section>
        <Refused text={refused} />
        <Confirm title={w("identity.send")} busy={busy} />
        <p>
          <a href={to("visit", visit.key, "stop")}>{w("identity.wrong-person")}</a>
        </p>
      </form>
    </Screen>
  );
}

interface Typed {
  readonly name: string;
  readonly year: string;
  readonly month: string;
  readonly date: string;
  readonly sex: Sex | null;
  readonly kind: string;
  readonly number: string;
  readonly sure: boolean;
  readonly phone: string;
  readonly commune: string;
  readonly there: Chosen;
  readonly ticket: string;
  readonly how: How | null;
}

/** Somebody on no list. */
export function WalkIn() {
  const station = useStation();
  const [{ card: begun, calledIn }] = useState(taken);
  const [read, setRead] = useState<CardRead | null | undefined>(calledIn === null ? (begun ?? undefined) : undefined);
  const [typed, setTyped] = useState<Typed>(() => ({ ...prefilled(begun), ticket: nextTicket(station.counts()) }));
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const set = (change: Partial<Typed>) => setTyped((before) => ({ ...before, ...change }));
  const scanned = async (text: string) => {
    const row = await station.find(text);
    if (row) return go("visit", row.key, "arrive");
    const { personIn } = await import("../scan/person");
    const card = await personIn(text);
    setRead(card);
    if (card) set({ ...prefilled(card), ticket: typed.ticket });
  };
  const send = (event: Event) => {
    event.preventDefault();
    const told = readTyped(typed, station.status.day);
    setWrong(told.wrong);
    const { block, how } = told;
    if (block === null || how === null) return;
    run(async () => {
      const known = calledIn !== null && isStill(calledIn, typed) ? calledIn : null;
      const of = { visit: station.newId(), person: known?.person ?? station.newId() };
      const campaign_session = await joined(station, known?.campaignSession ?? null);
      const arrived: Facts["arrived"] = { ...of, ticket: typed.ticket.trim(), campaign_session, block };
      await station.append("arrived", arrived);
      await station.append("identified", { ...of, how, document: block.identifiers?.[0]?.kind ?? null });
      sayNext(w("said.arrived", { n: typed.ticket.trim() || "–" }));
      go();
    });
  };
  const title = w(calledIn === null ? "walkin.title" : "standby.title");
  return (
    <Screen title={title} back={[to(), w("back.today")]} chair>
      <form class="tc-stack" onSubmit={send}>
        <h1>{title}</h1>
        <p class="tc-secondary">{calledIn === null ? w("walkin.lead") : w("walkin.called-in", { name: calledIn.name })}</p>
        {calledIn === null && station.standby().length > 0 && <p><a href={to("standby")}>{w("standby.title")}</a></p>}
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <Scanner words={w("walkin.scan")} found={(text) => void scanned(text)} />
        <div role="status">{read !== undefined && <p class="tc-notice tc-notice--look">{readWords(read)}</p>}</div>
        <WalkInFields typed={typed} set={set} wrong={wrong} />
        <Refused text={refused} />
        <Confirm title={w("arrive.send")} detail={[typed.name.trim(), ticketWord(typed)].filter(Boolean).join(", ")} busy={busy} />
      </form>
    </Screen>
  );
}

function WalkInFields({ typed, set, wrong }: { typed: Typed; set: (change: Partial<Typed>) => void; wrong: Wrong }) {
  return (
    <>
      <section class="tc-card">
        <Field id="name" label={w("field.name")} value={typed.name} set={(name) => set({ name })} wrong={wrong} />
        <fieldset class={`govuk-fieldset${wrong["year"] ? " govuk-form-group--error" : ""}`}>
          <legend class="govuk-fieldset__legend">{w("field.born")}</legend>
          <p class="govuk-hint">{w("field.born-hint")}</p>
          <div class="tc-row tc-row--top tc-app__born">
            <Field id="date" label={w("field.day")} value={typed.date} set={(date) => set({ date })} mode="numeric" width={2} longest={2} />
            <Field id="month" label={w("field.month")} value={typed.month} set={(month) => set({ month })} mode="numeric" width={2} longest={2} />
            <Field id="year" label={w("field.year")} value={typed.year} set={(year) => set({ year })} mode="numeric" width={4} longest={4} wrong={wrong} />
          </div>
        </fieldset>
        <Choices id="sex" legend={w("field.sex")} options={options("sex")} value={typed.sex} set={(code) => set({ sex: code as Sex })} wrong={wrong} inline />
      </section>
      <section class="tc-card">
        <Select id="kind" label={w("field.kind")} options={options("kind")} value={typed.kind} set={(kind) => set({ kind })} wrong={wrong} empty={w("field.kind-none")} />
        {typed.kind && <Field id="number" label={w("field.number")} value={typed.number} set={(number) => set({ number })} wrong={wrong} width={20} longest={40} />}
        {"sure" in wrong && <Tick id="sure" label={w("field.sure")} value={typed.sure} set={(sure) => set({ sure })} />}
        <Field id="phone" label={w("field.phone")} value={typed.phone} set={(phone) => set({ phone })} wrong={wrong} mode="tel" width={10} longest={16} />
        <Residence told={typed} set={set} wrong={wrong} />
        <Field id="ticket" label={w("arrive.ticket")} value={typed.ticket} set={(ticket) => set({ ticket })} width={5} longest={12} />
      </section>
      <section class="tc-card">
        <Choices id="how" legend={w("arrive.how")} options={options("how")} value={typed.how} set={(code) => set({ how: code as How })} wrong={wrong} />
      </section>
    </>
  );
}

/** What a scan has filled, and that nobody is known by it. */
function readWords(read: CardRead | null): string {
  if (read === null) return w("walkin.unread");
  if (read.number) return w("walkin.from-card");
  return read.dose ? w("walkin.from-certificate", { n: read.dose.number, day: written(read.dose.on) }) : w("walkin.from-paper");
}

function prefilled(card: CardRead | null): Typed {
  const [year = "", month = "", date = ""] = card?.born.split("-") ?? [];
  return {
    name: card?.name ?? "",
    year,
    month,
    date,
    sex: card && card.sex !== "unknown" ? card.sex : null,
    kind: card?.number ? PERSONAL_NUMBER : "",
    number: card?.number ?? "",
    sure: false,
    phone: "",
    commune: "",
    there: NOWHERE,
    ticket: "",
    how: null, // a code that anybody can print proves nothing: somebody looks at card and face
  };
}

/** What the form tells, or by field what is missing or cannot be. */
export function readTyped(typed: Typed, today: string): { wrong: Wrong; block: PersonBlock | null; how: How | null } {
  const wrong: Record<string, string> = {};
  const name = typed.name.trim().replace(/\s+/g, " ");
  if (!/\p{L}/u.test(name)) wrong["name"] = w("wrong.name");
  const born = bornTyped(typed.year.trim(), typed.month.trim(), typed.date.trim(), today);
  if (born === null) wrong["year"] = /^\d{4}$/.test(typed.year.trim()) ? w("wrong.born") : w("wrong.year");
  if (typed.sex === null) wrong["sex"] = w("wrong.sex");
  const number = typed.kind ? typed.number.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase() : "";
  if (number) Object.assign(wrong, wrongNumber(typed, number, born));
  else if (typed.kind || typed.how === "card-scanned") wrong["number"] = w("wrong.number-missing");
  const phone = typed.phone.replace(/[\s.-]/g, "").replace(/^\+84/, "0");
  if (phone && !/^0\d{9}$/.test(phone)) wrong["phone"] = w("wrong.phone");
  const commune = typed.commune === ELSEWHERE ? typed.there.commune : typed.commune;
  if (typed.commune === ELSEWHERE && !commune) wrong["province"] = w("wrong.elsewhere");
  if (typed.how === null) wrong["how"] = w("arrive.no-how");
  if (Object.keys(wrong).length > 0 || born === null || typed.sex === null) return { wrong, block: null, how: null };
  const identifiers = number ? [{ kind: typed.kind, value: number }] : [];
  return { wrong, how: typed.how, block: { name, born, sex: typed.sex, identifiers, phone: phone || null, commune: commune || null } };
}

function wrongNumber(typed: Typed, number: string, born: string | null): Wrong {
  const digits = DIGITS[typed.kind];
  if (digits !== undefined && (number.length !== digits || !/^\d+$/.test(number))) {
    return { number: w("wrong.number", { n: number.length, digits }) };
  }
  const holder = typed.kind === PERSONAL_NUMBER ? holderOf(number) : null;
  if (holder === null || born === null || typed.sure) return {};
  const otherSex = (typed.sex === "female" || typed.sex === "male") && typed.sex !== holder.sex;
  // Whoever has looked twice may insist: nobody is turned away.
  return holder.year !== Number(born.slice(0, 4)) || otherSex
    ? { number: w(`wrong.number-of-${holder.sex}`, { year: holder.year }), sure: "" }
    : {};
}

function options(prefix: string): readonly (readonly [string, string])[] {
  return codesOf(prefix).map((code) => [code, w(`${prefix}.${code}`)]);
}

/** The next ticket by what this device knows; where several desks write tickets, paper decides. */
function nextTicket(counts: Readonly<Record<string, number>>): string {
  const came = Object.entries(counts).reduce((sum, [stage, n]) => (stage === "expected" ? sum : sum + n), 0);
  return String(came + 1);
}
