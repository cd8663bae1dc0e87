/** Who is watched after the dose: reactions above all, then who may go, then the others, least time first. */

import type { Station, Visit } from "../core";
import { clock, time } from "../format";
import { to } from "../nav";
import { ShapeOf, Status } from "../parts/drawings";
import { nameOf, Screen, useNow, useStation } from "../parts/screen";
import { openReaction, type Reaction } from "../reactions";
import { w, wordFor } from "../words";

const A_SECOND_MS = 1000;
const SOON_MS = 5 * 60_000; // a habit of the screen, no medical rule
const RING = 34;
const MIDDLE = 40;

interface Watched {
  readonly visit: Visit;
  readonly reaction: Reaction | null;
  /** Milliseconds until the time is over; below zero it is. */
  readonly left: number;
  readonly share: number;
}

export function Board() {
  const station = useStation();
  const now = useNow(A_SECOND_MS);
  const all = watchedAt(station, now);
  const alarms = all.filter((one) => one.reaction);
  const free = all.filter((one) => !one.reaction && one.left <= 0);
  const waiting = all.filter((one) => !one.reaction && one.left > 0);
  const title = w("board.title");
  return (
    <Screen title={alarms.length > 0 ? `(${alarms.length}) ${title}` : title}>
      <div class="tc-row tc-row--apart tc-station__title">
        <h1>{title}</h1>
        <p class="tc-secondary">
          {w("board.people", { n: all.length })} · {w("board.may-go", { n: free.length })}
          {alarms.length > 0 && <strong class="tc-stop-word"> · {w("board.react", { n: alarms.length })}</strong>}
        </p>
      </div>
      {alarms.map((one) => <Alarm key={one.visit.key} {...one} now={now} />)}
      {free.length > 0 && (
        <section aria-labelledby="free-title">
          <div class="tc-board-head">
            <h2 id="free-title"><Status shape="done">{w("board.free", { n: station.desk().observeMinutes })}</Status></h2>
          </div>
          <ul class="tc-watched-list">{free.map((one) => <Card key={one.visit.key} {...one} />)}</ul>
        </section>
      )}
      {waiting.length > 0 && (
        <section aria-labelledby="waiting-title">
          <div class="tc-board-head">
            <h2 id="waiting-title">{w("board.waiting")}</h2>
            <span class="tc-small tc-secondary">{w("board.order")}</span>
          </div>
          <ul class="tc-watched-list">{waiting.map((one) => <Card key={one.visit.key} {...one} />)}</ul>
        </section>
      )}
      {all.length === 0 && (
        <div class="tc-card tc-stack tc-stack--close">
          <h2>{w("board.nobody")}</h2>
          <p class="tc-secondary">{w("board.nobody-why")}</p>
        </div>
      )}
    </Screen>
  );
}

function watchedAt(station: Station, now: number): readonly Watched[] {
  const whole = station.desk().observeMinutes * 60_000;
  const proved = now - station.status.leapMs;
  return station
    .today({ stage: "observed" })
    .flatMap((row) => station.visit(row.key) ?? [])
    .map((visit) => {
      const left = (visit.observeUntilAt ?? proved) - proved;
      return { visit, reaction: openReaction(visit), left, share: 1 - left / whole };
    })
    .sort((one, other) => one.left - other.left);
}

function Alarm({ visit, reaction, now }: Watched & { now: number }) {
  if (reaction === null) return null;
  return (
    <section class="tc-alarm" aria-label={nameOf(visit)}>
      <ShapeOf name="oct" />
      <div>
        <h2>
          {nameOf(visit)} <span>· {w("person.ticket", { n: visit.ticket || "–" })}</span>
        </h2>
        <p>
          {reactionLine(visit, reaction)}. {w("board.treated")} <b class="tc-num">{clock(now - reaction.onset)}</b>
        </p>
        <p>
          <a class="govuk-button govuk-button--secondary" href={to("visit", visit.key, "watch")}>
            {w("board.write")}
          </a>
        </p>
      </div>
    </section>
  );
}

/** What was seen and how long after the dose it began. */
export function reactionLine(visit: Visit, reaction: Reaction): string {
  const what = [wordFor("reaction", reaction.severity), reaction.signs.map((sign) => wordFor("seen", sign)).join(", ")].filter(Boolean).join(": ");
  const after = visit.dose ? w("board.after", { n: Math.max(0, Math.floor((reaction.onset - visit.dose.at) / 60_000)) }) : "";
  return [what, after, w("board.began", { time: time(reaction.onset) })].filter(Boolean).join(" · ");
}

function Card({ visit, left, share }: Watched) {
  const station = useStation();
  const tone = left <= 0 ? "go" : left <= SOON_MS ? "soon" : "wait";
  const product = station.desk().products.find((one) => one.code === visit.dose?.product);
  const detail = [visit.doseNumber ? w("dose.n", { n: visit.dose?.doseNumber ?? visit.doseNumber }) : "", product?.nameVi ?? "", visit.born.slice(0, 4)];
  return (
    <li>
      <a class={`tc-watched tc-watched--${tone}`} href={to("visit", visit.key, "watch")}>
        <Ring tone={tone} left={left} share={share} />
        <span>
          <span class="tc-watched__seat">{w("person.ticket", { n: visit.ticket || "–" })}</span>
          <span class="tc-watched__name">{nameOf(visit)}</span>
          {tone !== "go" && <span class="tc-hidden">{w("board.minutes-left", { n: Math.ceil(left / 60_000) })}</span>}
        </span>
        <span class="tc-watched__detail tc-small">
          {tone === "go" ? (
            <span class="tc-secondary">{w("board.ask-once")}</span>
          ) : visit.screened?.conclusion === "caution" ? (
            <Status shape="tri">{w("conclusion-is.caution")}</Status>
          ) : (
            <span class="tc-secondary">{detail.filter(Boolean).join(" · ")}</span>
          )}
        </span>
      </a>
    </li>
  );
}

function Ring({ tone, left, share }: { tone: string; left: number; share: number }) {
  return (
    <svg class={`tc-ring tc-ring--${tone}`} viewBox="0 0 80 80" aria-hidden="true">
      {tone === "go" ? (
        <>
          <circle class="tc-ring__whole" cx={MIDDLE} cy={MIDDLE} r={RING} />
          <path class="tc-ring__tick" d="m27 41 9 9 18-19" />
        </>
      ) : (
        <>
          <circle class="tc-ring__ground" cx={MIDDLE} cy={MIDDLE} r={RING} />
          <path class="tc-ring__gone" d={arc(share)} />
          <text x={MIDDLE} y="42" text-anchor="middle">{clock(left)}</text>
          <text class="tc-ring__unit" x={MIDDLE} y="57" text-anchor="middle">{w("board.left")}</text>
        </>
      )}
    </svg>
  );
}

/** The arc of the time gone, clockwise from the top. */
function arc(share: number): string {
  const turned = 2 * Math.PI * Math.min(Math.max(share, 0.001), 0.999);
  const x = MIDDLE + RING * Math.sin(turned);
  const y = MIDDLE - RING * Math.cos(turned);
  return `M${MIDDLE} ${MIDDLE - RING}A${RING} ${RING} 0 ${turned > Math.PI ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}`;
}

