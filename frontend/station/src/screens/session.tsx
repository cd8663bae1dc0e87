/** The lead's word over today's campaign session: begin it, stop it, let it go on for a reason, end it. */

import { useState } from "preact/hooks";

import type { SessionStanding } from "../core";
import { dutiesOf } from "../duties";
import { to } from "../nav";
import { type Shape, Status } from "../parts/drawings";
import { Field, type Wrong } from "../parts/fields";
import { Refused, Screen, useDeed, useStation } from "../parts/screen";
import { closeSessions, joined, resumeSession, stopSession } from "../sessions";
import { w, wordFor } from "../words";

type State = "planned" | "open" | "stopped" | "closed";
const SHAPES: Readonly<Record<State, Shape>> = { planned: "ring", open: "half", stopped: "oct", closed: "done" };

export function Session() {
  const station = useStation();
  const { sessions } = station.desk();
  const isLead = dutiesOf(station.status.staff).has("lead");
  return (
    <Screen title={w("session.title")} back={[to(), w("back.today")]}>
      <div class="tc-stack">
        <h1>{w("session.title")}</h1>
        {sessions.length === 0 && <p class="tc-notice tc-notice--look">{w("session.none")}</p>}
        {sessions.map((one) => (
          <OneSession key={one.campaignSession} one={one} isLead={isLead} />
        ))}
      </div>
    </Screen>
  );
}

function OneSession({ one, isLead }: { one: SessionStanding; isLead: boolean }) {
  const station = useStation();
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const state = stateOf(one);
  const field = `reason-${one.campaignSession}`;
  const product = station.desk().products.find((known) => known.code === one.product)?.nameVi ?? "";
  const explained = (deed: () => Promise<void>) => () => {
    setWrong(reason.trim() ? {} : { [field]: w("wrong.session-reason") });
    if (reason.trim()) run(() => deed().then(() => setReason("")));
  };
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{product || w("session.one")}</h2>
      <p>
        <Status shape={SHAPES[state]}>{w(`session.${state}`)}</Status>
      </p>
      {one.stopped && <p class="tc-secondary">{w("session.why", { why: wordFor("reaction", one.stopped) })}</p>}
      {isLead && (state === "open" || state === "stopped") && (
        <Field id={field} label={w(state === "open" ? "session.why-stop" : "session.why-on")} value={reason} set={setReason} wrong={wrong} longest={300} />
      )}
      {isLead && state !== "closed" && (
        <p class="tc-row">
          {state === "planned" && <Deed word={w("session.begin")} busy={busy} deed={() => run(async () => void (await joined(station, one.campaignSession)))} />}
          {state === "open" && <Deed word={w("session.stop")} busy={busy} warns deed={explained(() => stopSession(station, one, reason.trim()))} />}
          {state === "stopped" && <Deed word={w("session.go-on")} busy={busy} warns deed={explained(() => resumeSession(station, one, reason.trim()))} />}
          {state !== "planned" && <Deed word={w("session.end")} busy={busy} deed={() => run(() => closeSessions(station))} />}
        </p>
      )}
      {!isLead && state === "stopped" && <p>{w("session.lead-decides")}</p>}
      <Refused text={refused} />
    </section>
  );
}

function Deed({ word, busy, warns = false, deed }: { word: string; busy: boolean; warns?: boolean; deed: () => void }) {
  return (
    <button type="button" class={`govuk-button govuk-button--${warns ? "warning" : "secondary"} tc-button--chair`} aria-disabled={busy} onClick={deed}>
      {word}
    </button>
  );
}

function stateOf({ opened, stopped, closed }: SessionStanding): State {
  return closed ? "closed" : stopped !== null ? "stopped" : opened ? "open" : "planned";
}
