/** One who is watched. Anaphylaxis is one tap; each deed after it is one tap with its minute. */

import { useState } from "preact/hooks";

import type { Severity, Visit } from "../core";
import { clock, duration, time } from "../format";
import { go, to } from "../nav";
import { Icon, ShapeOf } from "../parts/drawings";
import { Choices, Faults, Field, Select, type Wrong } from "../parts/fields";
import { MendLink } from "../parts/mend-link";
import { Facts, PersonHead, Refused, sayNext, Screen, ticketWord, useDeed, useNow, useStation } from "../parts/screen";
import { latestReaction, tellAnaphylaxis, tellReaction, type Reaction } from "../reactions";
import { standsStopped } from "../sessions";
import { measuredThen } from "../signs";
import { codesOf, hasWord, w } from "../words";
import { reactionLine } from "./board";

const A_SECOND_MS = 1000;
const WATCHED_LONGER = "watched-longer";
const VITALS = "vitals";
const TEAM = "team";
/** Names and roles as they are typed; the desk pages take as many letters. */
const TEAM_LETTERS = 300;
const TEMPERATURE = "temp_c";
const fieldOf = (sign: string) => `seen-${sign}`;

export function Watch({ visit }: { visit: Visit }) {
  const station = useStation();
  const now = useNow(A_SECOND_MS);
  const { busy, refused, run } = useDeed();
  const reaction = latestReaction(visit.reactions);
  // Time that may only be a clock set ahead lets nobody go.
  const left = visit.observeUntilAt === null ? 0 : visit.observeUntilAt - now + station.status.leapMs;
  const open = reaction && !reaction.over ? reaction : null;
  const dose = visit.dose;
  const product = station.desk().products.find((one) => one.code === dose?.product);
  const gone = dose ? Math.max(0, Math.floor((now - dose.at) / 60_000)) : 0;
  return (
    <Screen title={w("watch.title")} back={[to("board"), w("back.board")]} chair>
      <div class="tc-stack">
        <PersonHead visit={visit} what={w("watch.gone", { n: gone })} detail={ticketWord(visit)} />
        {dose && (
          <p class="tc-secondary">
            {[w("vial.lot", { product: product?.nameVi ?? dose.product, lot: dose.lot }), dose.vial ? w("vial.vial", { vial: dose.vial }) : "", time(dose.at)].filter(Boolean).join(" · ")}
          </p>
        )}
        <Refused text={refused} />
        {open && <Open visit={visit} reaction={open} now={now} />}
        {reaction?.over && <p class="tc-notice tc-notice--look">{reactionLine(visit, reaction)}: {doneLine(reaction)}</p>}
        {open?.severity !== "anaphylaxis" && (
          <button type="button" class="govuk-button govuk-button--warning tc-button--alarm" aria-disabled={busy} onClick={() => run(() => tellAnaphylaxis(station, visit))}>
            <Icon name="bell" />
            <b>{w("watch.anaphylaxis")}</b> <span>{w("watch.anaphylaxis-does")}</span>
          </button>
        )}
        {visit.ended ? (
          <p class="tc-notice tc-notice--done">
            {w("watch.gone-home")} <a href={to("visit", visit.key, "slip")}>{w("watch.slip")}</a>
          </p>
        ) : (
          <>
            <Asked visit={visit} gone={gone} mayGo={open === null && left <= 0} left={left} />
            <OtherReaction visit={visit} />
            <Leaves visit={visit} gone={gone} />
          </>
        )}
        <MendLink visit={visit} />
      </div>
    </Screen>
  );
}

function Open({ visit, reaction, now }: { visit: Visit; reaction: Reaction; now: number }) {
  const station = useStation();
  const { refused, run } = useDeed();
  const lot = visit.dose?.lot ?? "";
  const held = station.desk().lots.some((one) => one.number === lot && one.held);
  const stopped = standsStopped(station.desk(), visit);
  const leads = station.staff.filter((one) => one.roles.includes("lead")).map((one) => one.name);
  const tell = (what: string) => run(() => tellReaction(station, visit, { severity: reaction.severity, done: [what] }));
  return (
    <>
      <section class="tc-alarm">
        <ShapeOf name="oct" />
        <div>
          <h2>{reactionLine(visit, reaction)}</h2>
          <p>
            {w("board.treated")} <b class="tc-num">{clock(now - reaction.onset)}</b>
          </p>
          {reaction.severity === "anaphylaxis" && (
            <ul class="govuk-list govuk-list--bullet">
              {held && <li>{w("watch.held", { lot, vial: visit.dose?.vial ?? w("watch.vial-used") })}</li>}
              <li>{stopped ? w("watch.stopped") : w("watch.none-stopped", { leads: leads.join(", ") || "–" })}</li>
            </ul>
          )}
        </div>
      </section>
      <section class="tc-card tc-stack tc-stack--close">
        <h2>{w("watch.deeds")}</h2>
        <div class="tc-deeds">
          {codesOf("action").map((code) => (
            <button type="button" key={code} class="govuk-button govuk-button--secondary tc-button--chair" onClick={() => tell(code)}>
              {w(`action.${code}`)}
            </button>
          ))}
        </div>
        <Vitals tell={tell} />
        <Team tell={tell} />
        <Refused text={refused} />
        {reaction.actions.length > 0 ? (
          <Facts facts={reaction.actions.map((action) => [time(Date.parse(action.at)), actionWord(action.what)])} />
        ) : (
          <p class="tc-secondary">{w("watch.nothing-done")}</p>
        )}
      </section>
    </>
  );
}

function Vitals({ tell }: { tell: (what: string) => void }) {
  const [signs, setSigns] = useState<Readonly<Record<string, string>>>({});
  const [wrong, setWrong] = useState<Wrong>({});
  const send = (event: Event) => {
    event.preventDefault();
    const faults: Record<string, string> = {};
    const measured = measuredThen(signs, faults, fieldOf);
    setWrong(faults);
    if (!measured) return;
    tell(`${VITALS}: ${measured}`);
    setSigns({});
  };
  return (
    <form class="tc-stack tc-stack--close" onSubmit={send}>
      <Faults lead={w("fault.lead")} wrong={wrong} />
      <div class="tc-signs">
        {codesOf("sign")
          .filter((sign) => sign !== TEMPERATURE)
          .map((sign) => (
            <Field key={sign} id={fieldOf(sign)} label={w(`sign.${sign}`)} value={signs[sign] ?? ""} wrong={wrong} set={(value) => setSigns({ ...signs, [sign]: value })} mode="decimal" width={5} longest={6} />
          ))}
      </div>
      <p>
        <button class="govuk-button govuk-button--secondary tc-button--chair">{w("watch.vitals")}</button>
      </p>
    </form>
  );
}

/** Who treats: a reaction that is looked into later is asked about by name. */
function Team({ tell }: { tell: (what: string) => void }) {
  const [names, setNames] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const send = (event: Event) => {
    event.preventDefault();
    const told = names.trim().replace(/\s+/g, " ");
    setWrong(told ? {} : { team: w("wrong.team") });
    if (!told) return;
    tell(`${TEAM}: ${told}`);
    setNames("");
  };
  return (
    <form class="tc-stack tc-stack--close" onSubmit={send}>
      <Field id="team" label={w("watch.who-treats")} value={names} set={setNames} wrong={wrong} longest={TEAM_LETTERS} />
      <p>
        <button class="govuk-button govuk-button--secondary tc-button--chair">{w("watch.team")}</button>
      </p>
    </form>
  );
}

function Asked({ visit, gone, mayGo, left }: { visit: Visit; gone: number; mayGo: boolean; left: number }) {
  const station = useStation();
  const [state, setState] = useState<string | null>(null);
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const tell = (release: boolean) => {
    const fault = state === null ? w("wrong.state") : release && state === WATCHED_LONGER ? w("wrong.longer") : "";
    setWrong(fault ? { state: fault } : {});
    if (fault || state === null || visit.visit === null) return;
    const of = { visit: visit.visit, person: visit.person };
    run(async () => {
      await station.append(release ? "released" : "observed", { ...of, minutes: gone, state });
      sayNext(w("said.recorded", { n: visit.ticket || "–" }));
      if (release) go("visit", visit.key, "slip");
      else go("board");
    });
  };
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <Faults lead={w("fault.lead")} wrong={wrong} />
      <Choices id="state" legend={w("watch.ask")} options={codesOf("state").map((code) => [code, w(`state.${code}`)])} value={state} set={setState} wrong={wrong} />
      <Refused text={refused} />
      <p class="tc-row">
        {mayGo && (
          <button type="button" class="govuk-button tc-button--chair" aria-disabled={busy} onClick={() => tell(true)}>
            {w("watch.release")}
          </button>
        )}
        <button type="button" class="govuk-button govuk-button--secondary tc-button--chair" aria-disabled={busy} onClick={() => tell(false)}>
          {w("watch.keep")}
        </button>
      </p>
      {!mayGo && <p class="tc-secondary">{w("watch.not-yet", { n: station.desk().observeMinutes, left: duration(Math.max(0, left)) })}</p>}
    </section>
  );
}

function OtherReaction({ visit }: { visit: Visit }) {
  const station = useStation();
  const [signs, setSigns] = useState("");
  const { refused, run } = useDeed();
  const tell = (severity: Severity) =>
    run(async () => {
      await tellReaction(station, visit, { severity, signs: signs.trim() ? [signs.trim()] : [] });
      setSigns("");
    });
  return (
    <details class="tc-card">
      <summary class="tc-summary">{w("watch.other")}</summary>
      <div class="tc-stack tc-stack--close">
        <Field id="signs" label={w("watch.signs")} value={signs} set={setSigns} longest={300} />
        <Refused text={refused} />
        <p class="tc-row">
          {(["mild", "moderate", "severe"] as const).map((severity) => (
            <button type="button" key={severity} class="govuk-button govuk-button--secondary" onClick={() => tell(severity)}>
              {w(`reaction.${severity}`)}
            </button>
          ))}
        </p>
      </div>
    </details>
  );
}

function Leaves({ visit, gone }: { visit: Visit; gone: number }) {
  const station = useStation();
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { refused, run } = useDeed();
  const tell = () => {
    setWrong(reason ? {} : { reason: w("wrong.leaves") });
    if (!reason || visit.visit === null) return;
    const of = { visit: visit.visit, person: visit.person };
    run(async () => {
      await station.append("left", { ...of, minutes: gone, reason });
      sayNext(w("said.recorded", { n: visit.ticket || "–" }));
      go("board");
    });
  };
  return (
    <details class="tc-card">
      <summary class="tc-summary">{w("watch.leaves")}</summary>
      <div class="tc-stack tc-stack--close">
        <Select id="reason" label={w("watch.why")} options={codesOf("left").map((code) => [code, w(`left.${code}`)])} value={reason} set={setReason} wrong={wrong} empty="" />
        <Refused text={refused} />
        <p>
          <button type="button" class="govuk-button govuk-button--secondary" onClick={tell}>
            {w("watch.leave")}
          </button>
        </p>
      </div>
    </details>
  );
}

function doneLine(reaction: Reaction): string {
  return reaction.actions.map((action) => `${time(Date.parse(action.at))} ${actionWord(action.what)}`).join("; ");
}

function actionWord(what: string): string {
  if (what.startsWith(`${VITALS}: `)) {
    const pairs = what.slice(VITALS.length + 2).split(", ").map((pair) => pair.split(" "));
    return w("watch.measured", { told: pairs.map(([sign = "", value = ""]) => `${hasWord(`sign.${sign}`) ? w(`sign.${sign}`) : sign} ${value}`).join(", ") });
  }
  if (what.startsWith(`${TEAM}: `)) return w("watch.treated-by", { told: what.slice(TEAM.length + 2) });
  return hasWord(`action.${what}`) ? w(`action.${what}`) : what;
}
