/** Opening a vial: from now on its time runs and its doses are counted; what the rule says of one more, beside it. */

import { useState } from "preact/hooks";

import type { At } from "../core";
import { time } from "../format";
import { Status } from "../parts/drawings";
import { Field, type Wrong } from "../parts/fields";
import { Refused, useDeed, useStation } from "../parts/screen";
import { adviceOf, choicesOf, takeInHand, type Advice, type Choice } from "../vials";
import { w } from "../words";

/** Open a vial of the chosen lot and take it in the hand. A label that is open already is no new vial. */
export function OpenVial({ chosen, opened, now }: { chosen: Choice; opened: (key: string) => void; now: At }) {
  const station = useStation();
  const [label, setLabel] = useState(chosen.vial ?? "");
  const [wrong, setWrong] = useState<Wrong>({});
  const { busy, refused, run } = useDeed();
  const open = () =>
    run(async () => {
      const vial = label.trim();
      const key = `${chosen.lot}|${vial}`;
      const known = choicesOf(station.desk(), station.now()).find((one) => one.key === key && one.openedAt !== null);
      const fault = !vial ? w("wrong.label") : known ? w("wrong.opened-before", { time: time(known.openedAt!) }) : "";
      setWrong(fault ? { "new-vial": fault } : {});
      if (fault || chosen.product === null) return;
      await station.append("vial-opened", { lot: chosen.lot, vial, doses: chosen.product.dosesPerVial, reason: null });
      takeInHand(station, key);
      opened(key);
    });
  const advice = chosen.product && adviceOf(station, chosen.product, now);
  return (
    <div>
      {advice && <Advised advice={advice} />}
      <div class="tc-inline-form">
        <Field id="new-vial" label={w("vial.open-label", { lot: chosen.lot })} value={label} set={setLabel} wrong={wrong} width={20} longest={60} />
        <button type="button" class="govuk-button govuk-button--secondary" aria-disabled={busy} onClick={open}>
          {w("vial.open", { time: time(now) })}
        </button>
      </div>
      <Refused text={refused} />
    </div>
  );
}

/** What the rule says of one more vial: an advice with its figures, never a refusal. */
export function Advised({ advice }: { advice: Advice }) {
  const { say, waiting, left, need, expected, source } = advice;
  return (
    <div class="tc-stack tc-stack--close">
      <p>
        <Status shape={say === "open" ? "done" : "tri"}>{w(`opening.${say}`, { waiting, left, need, expected })}</Status>
      </p>
      <p class="tc-small tc-secondary">
        {w("opening.rule", { need })} {w("opening.figures", { waiting, left, expected })} {source === "ours" ? w("opening.ours") : w("opening.source", { source })}
      </p>
    </div>
  );
}
