/** Who works now: a name of the site's staff and that person's PIN or passkey. A covered screen asks for the same person's first. */

import { useState } from "preact/hooks";

import type { StaffMember } from "../core";
import { Confirm, Field } from "../parts/fields";
import { Icon } from "../parts/drawings";
import { later } from "../parts/later";
import { Refused, Screen, useDeed, useStation } from "../parts/screen";
import { hasWord, w } from "../words";

const OpenByPasskey = later(() => import("./rare").then((file) => file.OpenByPasskey));
const NewPin = later(() => import("./rare").then((file) => file.NewPin));

export function SignIn() {
  const station = useStation();
  const before = station.status.staff;
  const [chosen, setChosen] = useState<StaffMember | null>(before);
  // The list may have come again since: what is true of a member now is what it says.
  const member = station.staff.find((one) => one.id === chosen?.id) ?? chosen;
  if (member === null) return <Names choose={setChosen} />;
  return member.hasPin || member.hasPasskey ? (
    <Pin key={member.id} member={member} locked={before?.id === member.id} other={() => setChosen(null)} />
  ) : (
    <NewPin key={member.id} member={member} other={() => setChosen(null)} />
  );
}

function Names({ choose }: { choose: (member: StaffMember) => void }) {
  const station = useStation();
  return (
    <Screen title={w("signin.title")} chair>
      <h1>{w("signin.title")}</h1>
      {station.staff.length === 0 && <p class="tc-notice tc-notice--look">{w("signin.nobody")}</p>}
      <ul class="tc-app__names">
        {station.staff.map((member) => (
          <li key={member.id}>
            <button type="button" class="tc-choice" onClick={() => choose(member)}>
              <span>
                <b>{member.name}</b>
                <span class="tc-small tc-secondary">
                  {member.roles.filter((role) => hasWord(`role.${role}`)).map((role) => w(`role.${role}`)).join(", ")}
                </span>
              </span>
              <Icon name="chev" />
            </button>
          </li>
        ))}
      </ul>
      <p>
        <a href="?tap-duot">{w("rehearsal.go")}</a>
      </p>
    </Screen>
  );
}

function Pin({ member, locked, other }: { member: StaffMember; locked: boolean; other: () => void }) {
  const station = useStation();
  const [pin, setPin] = useState("");
  const [renew, setRenew] = useState(false);
  const { busy, refused, run } = useDeed();
  if (renew) return <NewPin member={member} other={() => setRenew(false)} />;
  const send = (event: Event) => {
    event.preventDefault();
    run(async () => {
      const typed = pin;
      setPin("");
      await station.signIn(member.id, typed);
    });
  };
  // Whose only key is lost or refused has this way in left.
  const renewal = (kind: string) => (
    <button type="button" class={`govuk-button govuk-button--secondary ${kind}`} onClick={() => setRenew(true)}>
      {w("pin.forgotten")}
    </button>
  );
  return (
    <Screen title={locked ? w("lock.title") : w("pin.title")} back={["", w("signin.other")]} onBack={other} chair>
      <form class="tc-stack" onSubmit={send}>
        <h1>{member.name}</h1>
        {member.hasPasskey && <OpenByPasskey member={member} />}
        {member.hasPin && <p class="tc-secondary">{locked ? w("lock.why") : w("pin.why")}</p>}
        <Refused text={refused} />
        {member.hasPin && (
          <section class="tc-card">
            <Field id="pin" label={w("pin.label")} value={pin} set={setPin} mode="numeric" longest={12} width={10} secret autoFocus={!member.hasPasskey} />
          </section>
        )}
        {member.hasPin ? (
          <Confirm title={locked ? w("lock.open") : w("signin.send")} busy={busy} other={renewal("tc-confirm__other")} />
        ) : (
          <p class="tc-row">{renewal("tc-button--chair")}</p>
        )}
      </form>
    </Screen>
  );
}
