/** The rehearsal itself, in the place of the device: its scorecard, the cards of those who play, and its end. */

import { useState } from "preact/hooks";

import { clock, number } from "../format";
import { to } from "../nav";
import { type Shape, Status } from "../parts/drawings";
import { Facts, Screen, useDeed, useNow } from "../parts/screen";
import { language, w } from "../words";
import { type Card, PARTS } from "./scene";
import { type Met, type Score, scoreOf } from "./score";
import type { RehearsalStation } from "./station";

const SHAPES: Readonly<Record<Met, Shape>> = { handled: "done", missed: "oct", open: "ring" };
const LOOK_AGAIN_MS = 10_000;

interface Given {
  readonly station: RehearsalStation;
  /** `cards` shows the cards, anything else the scorecard. */
  readonly page: string;
  readonly end: () => Promise<void>;
}

export function Drill({ station, page, end }: Given) {
  return page === "cards" ? <Cards cards={station.run.scene.cards} /> : <Scorecard station={station} end={end} />;
}

function Scorecard({ station, end }: { station: RehearsalStation; end: () => Promise<void> }) {
  useNow(LOOK_AGAIN_MS);
  const { run, told } = station;
  const visits = station.today().flatMap((row) => station.visit(row.key) ?? []);
  const score = scoreOf({ scene: run.scene, entries: told, visits, desk: station.desk(), pace: run.pace });
  return (
    <Screen title={w("rehearsal.score")}>
      <div class="tc-stack">
        <h1>{w("rehearsal.score")}</h1>
        <p class="tc-secondary">{w("rehearsal.score-means")}</p>
        <section class="tc-card">
          <Facts
            facts={[
              [w("score.arrived"), w("score.of", { n: number(score.arrived), all: number(score.arrived + score.expected) })],
              [w("score.dosed"), number(score.dosed)],
              [w("score.away"), number(score.turnedAway)],
              [w("score.inside"), number(score.inside)],
              [w("score.left"), number(score.dosesLeft)],
              [w("score.mended"), w("score.mended-of", { voided: number(score.mended.voided), corrected: number(score.mended.corrected), wrong: number(score.mended.wrongPerson) })],
            ]}
          />
        </section>
        <Planted score={score} />
        <Misses score={score} />
        <Times score={score} />
        <p class="tc-row tc-no-print">
          <button type="button" class="govuk-button tc-button--chair" onClick={() => print()}>
            {w("rehearsal.print")}
          </button>
          <a class="govuk-button govuk-button--secondary tc-button--chair" href={to("device", "cards")}>
            {w("rehearsal.cards")}
          </a>
        </p>
        <End end={end} />
      </div>
    </Screen>
  );
}

function Planted({ score }: { score: Score }) {
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{w("score.planted")}</h2>
      <ul class="tc-known">
        {score.planted.map(({ part, who, met, afterMs }) => (
          <li key={part}>
            <Status shape={SHAPES[met]}>
              <b>{w(`part.${part}`)}</b>: {w(`met.${met}`)}
              {afterMs !== null && ` ${w("score.noticed", { span: clock(afterMs) })}`}
            </Status>
            {/* Who it will be is no news to the team before it has happened. */}
            {met !== "open" && <span class="tc-small tc-secondary">{who.join(", ")}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Misses({ score }: { score: Score }) {
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{w("score.misses")}</h2>
      {score.misses.length === 0 && <p>{w("score.none")}</p>}
      <ul class="tc-known">
        {score.misses.map(({ miss, who }) => (
          <li key={miss}>
            <Status shape="oct">{w(`miss.${miss}`)}</Status>
            <span class="tc-small tc-secondary">{who.join(", ")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Times({ score }: { score: Score }) {
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{w("score.times")}</h2>
      <p class="tc-secondary">{w("score.times-mean")}</p>
      <Facts
        facts={score.times.map(({ step, count, medianMs, longestMs }) => [
          w(`score.step-${step}`),
          count === 0 ? "–" : w("score.waited", { median: clock(medianMs), longest: clock(longestMs) }),
        ])}
      />
    </section>
  );
}

/** Asked twice: the run and its scorecard are gone then. */
function End({ end }: { end: () => Promise<void> }) {
  const [asked, ask] = useState(false);
  const { busy, run } = useDeed();
  return (
    <section class="tc-card tc-stack tc-stack--close tc-no-print">
      <h2>{w("rehearsal.end")}</h2>
      <p>{w("rehearsal.end-means")}</p>
      <p>
        <button type="button" class="govuk-button govuk-button--warning tc-button--chair" aria-disabled={busy} onClick={() => (asked ? run(end) : ask(true))}>
          {w(asked ? "rehearsal.end-sure" : "rehearsal.end")}
        </button>
      </p>
    </section>
  );
}

/** Those who play what is planted first; for everybody else one sentence is enough. */
function Cards({ cards }: { cards: readonly Card[] }) {
  const playing = PARTS.flatMap((part) => cards.filter((card) => card.part === part));
  return (
    <Screen title={w("rehearsal.cards")} back={[to("device"), w("rehearsal.score")]}>
      <div class="tc-stack">
        <h1>{w("rehearsal.cards")}</h1>
        <p>{w("rehearsal.cards-mean")}</p>
        <p class="tc-no-print">
          <button type="button" class="govuk-button tc-button--chair" onClick={() => print()}>
            {w("rehearsal.print")}
          </button>
        </p>
        <ul class="tc-cast">
          {playing.map((card) => (
            <li key={card.person} class="tc-card">
              <h2>{card.name}</h2>
              <p>
                {w(`sex.${card.sex}`)}, {card.born} · •••• {card.idEnd}
              </p>
              <p>{w(`play.${card.part ?? "anybody"}`)}</p>
              {card.yes !== null && (
                <p>
                  {w("play.yes")} <b>{card.yes[language() === "vi" ? 0 : 1]}</b>
                </p>
              )}
            </li>
          ))}
        </ul>
        <p>{w("play.anybody")}</p>
      </div>
    </Screen>
  );
}
