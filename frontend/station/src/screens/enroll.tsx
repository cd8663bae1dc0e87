/** A new device: the lead's one-time code, then six digits that both of them read on both screens. */

import { useState } from "preact/hooks";

import type { Stopped } from "../core";
import { codeIn } from "../invited";
import { go, to } from "../nav";
import { Confirm, Faults, Field, type Wrong } from "../parts/fields";
import { Refused, Screen, useDeed, useStation } from "../parts/screen";
import { Scanner } from "../scan/scanner";
import { w } from "../words";

const PAIR = 3;
export function Enroll({ handed }: { handed: string }) {
  const station = useStation();
  const [code, setCode] = useState(handed);
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    const told: Wrong = codeIn(code) ? {} : { code: w("enroll.no-code") };
    setWrong(told);
    if (Object.keys(told).length > 0) return;
    run(async () => {
      await station.enroll(codeIn(code), name.trim());
      go();
    });
  };
  const { phase, stopped } = station.status;
  const works = phase === "open" || (phase === "locked" && stopped !== "revoked");
  const title = w(stopped === null && !works ? "enroll.title" : "enroll.again");
  return (
    <Screen title={title} {...(works && { back: [to(), w("enroll.back")] as const })} chair>
      <form class="tc-stack" onSubmit={send}>
        <h1>{title}</h1>
        {stopped !== null && <Ended stopped={stopped} />}
        {stopped === null && works && <Stands />}
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <p>{w("enroll.lead")}</p>
        {phase === "new" && <p><a href="?tap-duot">{w("rehearsal.go")}</a></p>}
        <section class="tc-card">
          <Scanner words={w("enroll.scan")} found={setCode} />
          <Field id="code" label={w("enroll.code")} hint={w("enroll.code-hint")} value={code} set={setCode} wrong={wrong} longest={400} />
          <Field id="device-name" label={w("enroll.name")} hint={w("enroll.name-hint")} value={name} set={setName} width={20} />
        </section>
        <Refused text={refused} />
        <Confirm title={w("enroll.send")} busy={busy} />
      </form>
    </Screen>
  );
}

/** Why this device is enrolled again, and what becomes of what it has not sent. */
function Ended({ stopped }: { stopped: Stopped }) {
  const { status } = useStation();
  const n = status.unsent + status.kept;
  return (
    <div class="tc-notice tc-notice--look">
      <p>
        <b>{w(`stopped.${stopped}`)}</b> {w(n > 0 ? "enroll.keeps" : "enroll.all-sent", { n })}
      </p>
    </div>
  );
}

/** A device in order was handed a code: what it gives up by taking it. */
function Stands() {
  const { site, unsent } = useStation().status;
  return (
    <div class="tc-notice tc-notice--look">
      <p>
        <b>{w("enroll.stands", { site: site?.name ?? "–" })}</b> {w(unsent > 0 ? "enroll.stands-unsent" : "enroll.stands-means", { n: unsent })}
      </p>
    </div>
  );
}

export function Fingerprint() {
  const station = useStation();
  const { busy, refused, run } = useDeed();
  const digits = station.status.fingerprint ?? "";
  const ask = (event: Event) => {
    event.preventDefault();
    run(async () => void (await station.confirmed()));
  };
  return (
    <Screen title={w("fingerprint.title")} chair>
      <form class="tc-stack" onSubmit={ask}>
        <h1>{w("fingerprint.title")}</h1>
        <p class="tc-app__digits tc-num" data-fingerprint={digits}>
          {digits.slice(0, PAIR)} {digits.slice(PAIR)}
        </p>
        <p>{w("fingerprint.compare")}</p>
        <p class="tc-secondary">{w("fingerprint.waits")}</p>
        <Refused text={refused} />
        <Confirm title={w("fingerprint.ask")} busy={busy} />
      </form>
    </Screen>
  );
}
