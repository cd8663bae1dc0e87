/** Letting one more member of the staff unlock this tablet: once a person and tablet, with a network. */

import { useState } from "preact/hooks";

import type { StaffMember } from "../core";
import { Confirm, Faults, Field, type Wrong } from "../parts/fields";
import { Refused, Screen, useDeed, useStation } from "../parts/screen";
import { w } from "../words";
import { AddPasskey } from "./passkey";

export function NewPin({ member, other }: { member: StaffMember; other: () => void }) {
  const station = useStation();
  const [word, setWord] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const send = (event: Event) => {
    event.preventDefault();
    const told: Record<string, string> = {};
    if (!word.trim()) told["word"] = w("newpin.no-word");
    if (!/^\d{6,12}$/.test(pin)) told["pin"] = w("newpin.shape");
    else if (pin !== again) told["again"] = w("newpin.differs");
    setWrong(told);
    if (Object.keys(told).length > 0) return;
    run(() => station.setPin(member.id, pin, word.trim()));
  };
  return (
    <Screen title={w("newpin.title")} back={["", w("signin.other")]} onBack={other} chair>
      <form class="tc-stack" onSubmit={send}>
        <h1>{member.name}</h1>
        <p>{w("newpin.lead")}</p>
        <Faults lead={w("fault.lead")} wrong={wrong} />
        <Refused text={refused} />
        <section class="tc-card">
          <Field id="word" label={w("newpin.word")} hint={w("newpin.word-hint")} value={word} set={setWord} wrong={wrong} width={20} />
          <Field id="pin" label={w("newpin.pin")} value={pin} set={setPin} wrong={wrong} mode="numeric" longest={12} width={10} secret />
          <Field id="again" label={w("newpin.again")} value={again} set={setAgain} wrong={wrong} mode="numeric" longest={12} width={10} secret />
        </section>
        <Confirm title={w("newpin.send")} busy={busy} />
        <AddPasskey member={member} />
      </form>
    </Screen>
  );
}
