/** The site's vials: which are open and until when, which is in the hand, what is wasted or goes back, what is opened next. */

import { useState } from "preact/hooks";

import type { At } from "../core";
import { dutiesOf } from "../duties";
import { duration, time } from "../format";
import { to } from "../nav";
import { Status, type Shape } from "../parts/drawings";
import { Faults, Field, Select, type Wrong } from "../parts/fields";
import { Facts, Refused, Screen, useDeed, useNow, useStation } from "../parts/screen";
import { adviceOf, choicesOf, inHand, takeInHand, type Choice } from "../vials";
import { codesOf, w } from "../words";
import { OpenVial } from "./opening";
import { Boxes, lotWords } from "./vial";

const A_MINUTE_MS = 60_000;
const HALF_A_MINUTE_MS = A_MINUTE_MS / 2;
const WHOLE_NUMBER = /^[0-9]{1,4}$/;

export function Vials() {
  const station = useStation();
  const now = useNow(HALF_A_MINUTE_MS);
  const [held, hold] = useState(inHand(station));
  const choices = choicesOf(station.desk(), now);
  const open = choices.filter((choice) => choice.openedAt !== null);
  const take = (key: string) => {
    takeInHand(station, key);
    hold(key);
  };
  return (
    <Screen title={w("vials.title")}>
      <div class="tc-stack">
        <h1>{w("vials.title")}</h1>
        <LastDoses choices={choices} now={now} />
        {(station.standby().length > 0 || dutiesOf(station.status.staff).has("lead")) && <p><a href={to("standby")}>{w("standby.title")}</a></p>}
        {open.length === 0 && <p class="tc-notice tc-notice--look">{w("vials.none")}</p>}
        {open.map((choice) => (
          <OpenedVial key={choice.key} choice={choice} isHeld={choice.key === held} take={() => take(choice.key)} now={now} />
        ))}
        <NextVial choices={choices} take={take} now={now} />
        <Unopened choices={choices} />
      </div>
    </Screen>
  );
}

function OpenedVial({ choice, isHeld, take, now }: { choice: Choice; isHeld: boolean; take: () => void; now: At }) {
  const left = choice.doses ?? 0;
  const stopped = choice.against !== null && choice.against !== "used-up";
  const until = choice.useUntilAt === null ? w("vial.until-unknown") : w("vial.until", { time: time(choice.useUntilAt) });
  return (
    <section class="tc-card tc-stack tc-stack--close" aria-label={lotWords(choice)}>
      <div class="tc-row tc-row--apart">
        <h2>{lotWords(choice)}</h2>
        <Status shape={shapeOf(choice, isHeld)}>{standing(choice, isHeld)}</Status>
      </div>
      {stopped && <p class="tc-notice tc-notice--stop">{w(`stop.${choice.against!}`, { lot: choice.lot, vial: choice.vial ?? "" })}</p>}
      <div class="tc-app__vial">
        <Facts
          facts={[
            [w("vial.opened"), `${time(choice.openedAt!)} (${w("vials.ago", { span: duration(now - choice.openedAt!) })}), ${until}`],
            [w("vials.left"), left < 0 ? w("vials.overfill", { n: -left }) : w("vials.doses", { n: left })],
          ]}
        />
        {choice.product && left >= 0 && <Boxes left={left} whole={choice.product.dosesPerVial} isCount />}
      </div>
      {!stopped && !isHeld && (
        <p>
          <button type="button" class="govuk-button govuk-button--secondary tc-button--chair" onClick={take}>
            {w("vials.take")}
          </button>
        </p>
      )}
      {left > 0 && (
        <div class="tc-open-line">
          <Tell choice={choice} kind="vial-wasted" />
          <Tell choice={choice} kind="vial-returned" />
        </div>
      )}
    </section>
  );
}

function shapeOf(choice: Choice, isHeld: boolean): Shape {
  if (choice.against !== null) return choice.against === "used-up" ? "void" : "oct";
  return choice.endsIn !== null ? "tri" : isHeld ? "done" : "ring";
}

function standing(choice: Choice, isHeld: boolean): string {
  if (choice.against !== null) return w(`against.${choice.against}`);
  if (choice.endsIn !== null) return w("vial.ends", { left: duration(choice.endsIn) });
  return w(isHeld ? "vials.in-hand" : "vials.open");
}

/** What became of doses that nobody drew. */
function Tell({ choice, kind }: { choice: Choice; kind: "vial-wasted" | "vial-returned" }) {
  const station = useStation();
  const [doses, setDoses] = useState(String(choice.doses ?? ""));
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const [id, list] = [`${kind}-${choice.key}`, kind === "vial-wasted" ? "waste-why" : "return-why"];
  const send = (event: Event) => {
    event.preventDefault();
    const told = faultsOf(id, { doses, reason });
    setWrong(told);
    if (Object.keys(told).length > 0 || choice.vial === null) return;
    run(async () => {
      await station.append(kind, { lot: choice.lot, vial: choice.vial!, doses: Number(doses), reason });
    });
  };
  return (
    <details>
      <summary>{w(`vials.${kind}`)}</summary>
      <form class="tc-stack tc-stack--close" onSubmit={send}>
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <div class="tc-inline-form">
          <Field id={`${id}-doses`} label={w("vials.how-many")} value={doses} set={setDoses} wrong={wrong} mode="numeric" width={4} longest={4} />
          <Select id={`${id}-why`} label={w("vials.why")} options={codesOf(list).map((code) => [code, w(list === "waste-why" ? `waste-why.${code}` : `return-why.${code}`)])} value={reason} set={setReason} wrong={wrong} empty="" />
          <button class="govuk-button govuk-button--secondary" aria-disabled={busy}>{w("vials.write")}</button>
        </div>
        <Refused text={refused} />
      </form>
    </details>
  );
}

function faultsOf(id: string, { doses, reason }: { doses: string; reason: string }): Wrong {
  const wrong: Record<string, string> = {};
  if (!WHOLE_NUMBER.test(doses) || Number(doses) === 0) wrong[`${id}-doses`] = w("wrong.doses");
  if (!reason) wrong[`${id}-why`] = w("wrong.stock-why");
  return wrong;
}

/** Doses in open vials for which nobody waits: who may still come, and who else can be called. */
function LastDoses({ choices, now }: { choices: readonly Choice[]; now: At }) {
  const station = useStation();
  const products = new Map(choices.flatMap(({ product }) => (product ? [[product.code, product] as const] : [])));
  return (
    <>
      {[...products.values()].map((product) => {
        const advice = adviceOf(station, product, now);
        const over = advice === null ? 0 : advice.left - advice.waiting;
        if (advice === null || over <= 0) return null;
        const enough = advice.expected >= over;
        return (
          <p key={product.code} class="tc-notice tc-notice--look">
            {w(enough ? "vials.last-expected" : "vials.last-nobody", { n: over, product: product.nameVi, expected: advice.expected })}
          </p>
        );
      })}
    </>
  );
}

function NextVial({ choices, take, now }: { choices: readonly Choice[]; take: (key: string) => void; now: At }) {
  const lots = choices.filter((choice) => choice.vial === null && choice.against === null && choice.product !== null);
  const [key, setKey] = useState(lots[0]?.key ?? "");
  const chosen = lots.find((one) => one.key === key) ?? lots[0];
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{w("vials.next")}</h2>
      {chosen === undefined ? (
        <p class="tc-secondary">{w("vials.no-lot")}</p>
      ) : (
        <>
          <Select id="next-lot" label={w("dose.lot")} options={lots.map((one) => [one.key, lotWords(one)])} value={chosen.key} set={setKey} />
          <OpenVial key={chosen.key} chosen={chosen} opened={take} now={now} />
          <p class="tc-small"><a href={to()}>{w("back.to-list")}</a></p>
        </>
      )}
    </section>
  );
}

/** Vials that nobody opened: back to the store, or broken. */
function Unopened({ choices }: { choices: readonly Choice[] }) {
  const station = useStation();
  const lots = choices.filter((choice) => choice.vial === null && choice.lot !== "");
  const [told, tell] = useState({ lot: "", kind: "vial-returned", vial: "", doses: "", reason: "" });
  const [wrong, setWrong] = useState<Wrong>({});
  const [done, setDone] = useState("");
  const { busy, refused, run } = useDeed();
  const isBroken = told.kind === "vial-wasted";
  const list = isBroken ? "waste-why" : "return-why";
  if (lots.length === 0) return null;
  const send = (event: Event) => {
    event.preventDefault();
    const faults = { ...faultsOf("unopened", told), ...(told.lot ? {} : { "unopened-lot": w("wrong.lot") }), ...(isBroken && !told.vial.trim() ? { "unopened-vial": w("wrong.label") } : {}) };
    setWrong(faults);
    setDone("");
    if (Object.keys(faults).length > 0) return;
    const stock = { lot: told.lot, doses: Number(told.doses), reason: told.reason };
    run(async () => {
      if (isBroken) await station.append("vial-wasted", { ...stock, vial: told.vial.trim() });
      else await station.append("vial-returned", { ...stock, vial: null });
      setDone(w("vials.written", { n: stock.doses, lot: stock.lot }));
      tell({ ...told, vial: "", doses: "", reason: "" });
    });
  };
  return (
    <details class="tc-card">
      <summary class="tc-summary">{w("vials.unopened")}</summary>
      <form class="tc-stack tc-stack--close" onSubmit={send}>
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <Select id="unopened-lot" label={w("dose.lot")} options={lots.map((one) => [one.lot, lotWords(one)])} value={told.lot} set={(lot) => tell({ ...told, lot })} wrong={wrong} empty="" />
        <Select id="unopened-kind" label={w("vials.what")} options={[["vial-returned", w("vials.vial-returned")], ["vial-wasted", w("vials.broken")]]} value={told.kind} set={(kind) => tell({ ...told, kind, reason: "" })} />
        {isBroken && <Field id="unopened-vial" label={w("wrong.label")} value={told.vial} set={(vial) => tell({ ...told, vial })} wrong={wrong} width={20} longest={60} />}
        <Field id="unopened-doses" label={w("vials.how-many")} value={told.doses} set={(doses) => tell({ ...told, doses })} wrong={wrong} mode="numeric" width={4} longest={4} />
        <Select id="unopened-why" label={w("vials.why")} options={codesOf(list).map((code) => [code, w(isBroken ? `waste-why.${code}` : `return-why.${code}`)])} value={told.reason} set={(reason) => tell({ ...told, reason })} wrong={wrong} empty="" />
        <Refused text={refused} />
        <div role="status">{done && <p class="tc-notice tc-notice--done">{done}</p>}</div>
        <p>
          <button class="govuk-button govuk-button--secondary tc-button--chair" aria-disabled={busy}>{w("vials.write")}</button>
        </p>
      </form>
    </details>
  );
}
