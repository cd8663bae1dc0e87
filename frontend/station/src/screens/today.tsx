/** Who is expected and who is here, by stage; found by name without accents or order, ticket, or last four digits. */

import { useMemo, useState } from "preact/hooks";

import type { Flag, Row } from "../core";
import { doorOf, dutiesOf, firstStage, type Duty, TABS, type Tab } from "../duties";
import { dayTitle, number, time } from "../format";
import { to } from "../nav";
import { Icon, type Shape, Status } from "../parts/drawings";
import { nameOf, Screen, useStation } from "../parts/screen";
import { SessionLine } from "../parts/session-line";
import { TypedForMe } from "../parts/typed";
import { idWord, sexWord } from "../person";
import { Scanner } from "../scan/scanner";
import { w } from "../words";
import { receive } from "./receive";

const SHOWN_AT_ONCE = 60;
const SLOT_MS = 30 * 60_000;
const STAGE_SHAPES: Readonly<Record<Row["stage"], Shape>> = {
  expected: "ring",
  arrived: "half",
  screened: "half",
  deferred: "oct",
  declined: "oct",
  observed: "done",
  released: "done",
  left: "ring",
  "wrong-person": "void",
};
const FLAG_SHAPES: Readonly<Record<Flag, Shape>> = {
  "dosed-twice": "oct",
  "opened-twice": "twin",
  namesake: "twin",
  "lot-held": "oct",
  "consent-refused": "oct",
  "link-changed": "twin",
};
const BEFORE_DOSE: ReadonlySet<string> = new Set(["expected", "arrived", "screened"]);
let lastTab: Tab | null = null;

export function Today() {
  const station = useStation();
  const duties = dutiesOf(station.status.staff);
  const [tab, setTab] = useState<Tab>(lastTab ?? firstStage(duties));
  const [asked, setAsked] = useState("");
  const [unknown, setUnknown] = useState<"book" | "code" | null>(null);
  const rows = asked.trim() ? station.search(asked) : rowsOf(tab);
  const choose = (chosen: Tab) => {
    lastTab = chosen;
    setTab(chosen);
    setAsked("");
  };
  const scanned = async (text: string) => {
    const row = await station.find(text);
    const door = row && doorOf(row, duties);
    if (door) return location.assign(door);
    const { isBook, personIn } = await import("../scan/person");
    const card = await personIn(text);
    if (card && !card.number && station.search(card.name).length > 0) return setAsked(card.name);
    setUnknown(isBook(text) ? "book" : duties.has("check-in") ? null : "code");
    if (duties.has("check-in") && !isBook(text)) receive(card);
  };
  function rowsOf(chosen: Tab): readonly Row[] {
    return TABS[chosen].flatMap((stage) => station.today({ stage }));
  }
  return (
    <Screen title={w("today.title")}>
      <div class="tc-row tc-row--apart tc-station__title">
        <h1>{dayTitle(station.status.day)}</h1>
        <p class="tc-secondary">{station.status.site?.name}</p>
      </div>
      <SessionLine />
      <TypedForMe />
      <search class="tc-station__search">
        <label class="tc-hidden" for="asked">
          {w("today.search")}
        </label>
        <input
          class="govuk-input"
          id="asked"
          value={asked}
          autocomplete="off"
          spellcheck={false}
          placeholder={w("today.search")}
          onInput={(event) => setAsked(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && void scanned(asked)}
        />
        <Scanner words={w("today.scan")} found={(text) => void scanned(text)} />
      </search>
      {unknown && <p class="tc-notice tc-notice--look" role="status">{w(unknown === "book" ? "today.book-code" : "today.unknown-code")}</p>}
      <Figures current={asked.trim() ? null : tab} choose={choose} />
      {asked.trim() ? (
        <div class="tc-station__found tc-row" role="status">
          <h2>{w("today.found", { n: rows.length })}</h2>
          <button type="button" class="tc-plain-button" onClick={() => setAsked("")}>
            {w("today.clear")}
          </button>
        </div>
      ) : null}
      <List rows={rows} slots={tab === "expected" && !asked.trim()} duties={duties} empty={asked.trim() ? w("today.none-found") : w("today.none")} />
      {duties.has("check-in") && (
        <p class="tc-app__foot">
          <a class="govuk-button govuk-button--secondary tc-button--chair" href={to("arrive")}>
            <Icon name="plus" />
            {w("today.walk-in")}
          </a>
        </p>
      )}
    </Screen>
  );
}

function Figures({ current, choose }: { current: Tab | null; choose: (tab: Tab) => void }) {
  const counts = useStation().counts();
  return (
    <nav aria-label={w("today.by-stage")}>
      <ul class="tc-stages tc-stages--buttons">
        {(Object.keys(TABS) as Tab[]).map((tab) => (
          <li key={tab}>
            <button type="button" aria-current={tab === current ? "true" : undefined} onClick={() => choose(tab)}>
              <b>{number(TABS[tab].reduce((sum, stage) => sum + counts[stage], 0))}</b>
              {w(`tab.${tab}`)}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function List({ rows, slots, duties, empty }: { rows: readonly Row[]; slots: boolean; duties: ReadonlySet<Duty>; empty: string }) {
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const groups = useMemo(() => grouped(rows.slice(0, most), slots), [rows, most, slots]);
  if (rows.length === 0) {
    return (
      <div class="tc-card tc-stack tc-stack--close tc-station__found">
        <h2>{w("today.nobody")}</h2>
        <p class="tc-secondary">{empty}</p>
      </div>
    );
  }
  return (
    <>
      {groups.map(([slot, members]) => (
        <section key={slot}>
          {slot && (
            <div class="tc-board-head">
              <h2>{slot}</h2>
            </div>
          )}
          <ul class="tc-visits tc-visits--open">
            {members.map((row) => (
              <Person key={row.key} row={row} door={doorOf(row, duties)} />
            ))}
          </ul>
        </section>
      ))}
      {rows.length > most && (
        <p class="tc-app__foot">
          <button type="button" class="govuk-button govuk-button--secondary tc-button--chair" onClick={() => setMost(most + SHOWN_AT_ONCE)}>
            {w("today.more", { n: rows.length - most })}
          </button>
        </p>
      )}
    </>
  );
}

function grouped(rows: readonly Row[], slots: boolean): readonly (readonly [string, readonly Row[]])[] {
  if (!slots) return [["", rows]];
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const begins = row.startsAt === null ? null : Math.floor(row.startsAt / SLOT_MS) * SLOT_MS;
    const name = begins === null ? w("today.no-slot") : w("today.slot", { from: time(begins), to: time(begins + SLOT_MS) });
    found.set(name, [...(found.get(name) ?? []), row]);
  }
  return [...found];
}

function Person({ row, door }: { row: Row; door: string | null }) {
  const comes = row.doseNumber !== null && BEFORE_DOSE.has(row.stage) ? w("dose.n", { n: row.doseNumber }) : "";
  const facts = [row.born.slice(0, 4), sexWord(row.sex), idWord(row.idEnd), comes];
  const inner = (
    <>
      <span class="tc-visits__ticket tc-num">{row.ticket || (row.startsAt === null ? "" : time(row.startsAt))}</span>
      <span>
        <span class="tc-visits__name">{nameOf(row)}</span>
        <span class="tc-small tc-secondary">{facts.filter(Boolean).join(" · ")}</span>
      </span>
      <span class="tc-visits__state">
        <Status shape={STAGE_SHAPES[row.stage]}>{stageWord(row)}</Status>
        {row.flags.map((flag) => (
          <Status key={flag} shape={FLAG_SHAPES[flag]}>
            {w(`flag.${flag}`)}
          </Status>
        ))}
        {row.unsent && <Status shape="up">{w("row.unsent")}</Status>}
      </span>
      {door && <Icon name="chev" />}
    </>
  );
  return <li>{door ? <a href={door}>{inner}</a> : <div>{inner}</div>}</li>;
}

function stageWord(row: Row): string {
  const dosed = row.stage === "observed" || row.stage === "released";
  return dosed && row.since !== null ? w(`stage.${row.stage}-at`, { time: time(row.since) }) : w(`stage.${row.stage}`);
}
