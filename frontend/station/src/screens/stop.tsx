/** No dose today, and why; or this visit was somebody else's. */

import { useState } from "preact/hooks";

import type { Visit } from "../core";
import { dayTyped } from "../format";
import { go, to } from "../nav";
import { Choices, Confirm, Faults, Field, type Wrong } from "../parts/fields";
import { PersonHead, Refused, sayNext, Screen, ticketWord, useDeed, useStation } from "../parts/screen";
import { codesOf, w } from "../words";

const WRONG_PERSON = "wrong-person";

export function Stop({ visit }: { visit: Visit }) {
  const station = useStation();
  const [reason, setReason] = useState<string | null>(null);
  const [until, setUntil] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    const told: Record<string, string> = {};
    if (reason === null) told["reason"] = w("wrong.stop");
    if (until.trim() && dayTyped(until) === null) told["until"] = w("wrong.until");
    setWrong(told);
    if (reason === null || Object.keys(told).length > 0 || visit.visit === null) return;
    const of = { visit: visit.visit, person: visit.person };
    run(async () => {
      if (reason === WRONG_PERSON) await station.append("left", { ...of, minutes: 0, reason });
      else await station.append("deferred", { ...of, reason, until: dayTyped(until) });
      sayNext(w("said.recorded", { n: visit.ticket || "–" }));
      go();
    });
  };
  const reasons = [...codesOf("stop-reason").map((code) => [code, w(`stop-reason.${code}`)] as const), [WRONG_PERSON, w("stop.wrong-person")] as const];
  return (
    <Screen title={w("stop.title")} back={[to(), w("back.list")]} chair>
      <form class="tc-stack" onSubmit={send}>
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <PersonHead visit={visit} detail={ticketWord(visit)} />
        <section class="tc-card">
          <Choices id="reason" legend={w("stop.why")} options={reasons} value={reason} set={setReason} wrong={wrong} />
          {reason !== null && reason !== WRONG_PERSON && (
            <Field id="until" label={w("stop.until")} hint={w("field.day-hint")} value={until} set={setUntil} wrong={wrong} width={10} longest={10} />
          )}
        </section>
        <Refused text={refused} />
        <Confirm title={w("stop.send")} busy={busy} />
      </form>
    </Screen>
  );
}
