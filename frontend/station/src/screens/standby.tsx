/** Who may be called in when an open vial has doses left and nobody waits: in order of priority, with phones for the lead. */

import type { StandbyList, StandbyPerson } from "../core";
import { dutiesOf } from "../duties";
import { moment, time } from "../format";
import { to } from "../nav";
import { type Shape, Status } from "../parts/drawings";
import { nameOf, Refused, Screen, useDeed, useStation } from "../parts/screen";
import { codesOf, hasWord, language, w, wordFor } from "../words";
import { receiveCalledIn } from "./receive";

const SHAPES: Readonly<Record<string, Shape>> = { called: "half", coming: "done", declined: "void" };

export function Standby() {
  const station = useStation();
  const duties = dutiesOf(station.status.staff);
  const lists = station.standby();
  return (
    <Screen title={w("standby.title")} back={[to("vials"), w("standby.back")]}>
      <div class="tc-stack">
        <h1>{w("standby.title")}</h1>
        <p>{w("standby.means")}</p>
        {lists.length === 0 && <p class="tc-notice">{w("standby.none-here")}</p>}
        {lists.map((list) => (
          <OneList key={list.campaignSession} list={list} mayCall={duties.has("lead")} mayReceive={duties.has("check-in")} />
        ))}
        <p class="tc-secondary">{w("standby.where")}</p>
      </div>
    </Screen>
  );
}

function OneList({ list, mayCall, mayReceive }: { list: StandbyList; mayCall: boolean; mayReceive: boolean }) {
  const station = useStation();
  const { busy, refused, run } = useDeed();
  const product = station.desk().products.find((one) => one.code === list.product)?.nameVi ?? list.product;
  const coming = list.persons.filter((one) => one.state === "coming").length;
  return (
    <section class="tc-card tc-stack tc-stack--close tc-typed tc-calls">
      <div class="tc-row tc-row--apart">
        <h2>{product}</h2>
        <span class="tc-secondary">{w("standby.coming", { n: coming })}</span>
      </div>
      <p class="tc-small tc-secondary">{w("standby.as-of", { when: moment(list.asOf, station.status.day) })}</p>
      {list.persons.length === 0 && <p class="tc-secondary">{w("standby.nobody")}</p>}
      <ul class="govuk-list tc-stack tc-stack--close">
        {list.persons.map((one) => (
          <li key={one.person} class="tc-row tc-row--apart">
            <span>
              <b>{nameOf(one)}</b> <Status shape={SHAPES[one.state ?? ""] ?? "ring"}>{stateWord(one)}</Status>
              <br />
              <span class="tc-small tc-secondary">{[one.born, groupName(one)].filter(Boolean).join(" · ")}</span>
              {mayCall && <Phone of={one} />}
            </span>
            {(mayCall || mayReceive) && (
              <span class="tc-row">
                {mayReceive && (
                  <button type="button" class="govuk-button" onClick={() => receiveCalledIn({ ...one, campaignSession: list.campaignSession })}>
                    {w("standby.receive")}
                    <span class="tc-hidden">: {nameOf(one)}</span>
                  </button>
                )}
                {mayCall && codesOf("standby-state").filter((code) => code !== one.state).map((code) => (
                  <button key={code} type="button" class="govuk-button govuk-button--secondary" aria-disabled={busy} onClick={() => run(() => station.tellStandby(list, one.person, code))}>
                    {w(`standby-state.${code}`)}
                    <span class="tc-hidden">: {nameOf(one)}</span>
                  </button>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
      <Refused text={refused} />
    </section>
  );
}

function Phone({ of }: { of: StandbyPerson }) {
  if (of.phone === "") return <><br /><span class="tc-small">{w("standby.no-phone")}</span></>;
  return <><br /><a class="tc-num" href={`tel:${of.phone}`}>{of.phone}</a></>;
}

function groupName({ group }: StandbyPerson): string {
  return group === null ? "" : group[language() === "vi" ? 0 : 1];
}

function stateWord({ state, toldAt }: StandbyPerson): string {
  if (state === null || !hasWord(`standby-state.${state}`)) return w("standby.not-called");
  return [wordFor("standby-state", state), toldAt === null ? "" : time(toldAt)].filter(Boolean).join(" ");
}
