/** The third proof: which lot and vial, and whether it may be used, said before the dose. */

import { useState } from "preact/hooks";

import type { At } from "../core";
import { day as written, duration, moment, number, time } from "../format";
import { type Shape, Status } from "../parts/drawings";
import { Fault, Field, Select, type Wrong } from "../parts/fields";
import { Facts, Proof, useStation } from "../parts/screen";
import { Scanner } from "../scan/scanner";
import type { Hand, Scanned } from "../scan/vial";
import type { Choice } from "../vials";
import { w } from "../words";
import { OpenVial } from "./opening";

const MOST_BOXES = 20;

interface Given {
  readonly choices: readonly Choice[];
  readonly chosen: Choice;
  readonly hand: Hand;
  readonly setHand: (hand: Hand) => void;
  readonly wrong: Wrong;
  readonly now: At;
}

export function VialProof(given: Given) {
  const { chosen, wrong, setHand, now } = given;
  const station = useStation();
  const [other, setOther] = useState(chosen.lot === "");
  const [read, setRead] = useState<Scanned | null>(null);
  const shape: Shape = chosen.against ? "oct" : chosen.vial && chosen.product && chosen.endsIn === null ? "done" : "tri";
  const take = (key: string) => {
    setHand({ key, lot: "", vial: "", product: "" });
    setOther(false);
  };
  // A vial whose code was read and that nobody opened yet is opened under its own serial.
  const isRead = read?.hand != null && read.hand.vial === chosen.vial && read.lot === chosen.lot;
  const unopened = chosen.lot && chosen.against === null && chosen.product && (chosen.key ? chosen.vial === null : isRead);
  const scanned = async (text: string) => {
    const { scannedVial } = await import("../scan/vial");
    const found = scannedVial(text, station.desk(), station.status.day);
    setRead(found);
    if (found.hand) setHand(found.hand);
    // What nobody told of yet is looked over before the dose, and its product chosen.
    setOther(found.saying !== null);
  };
  return (
    <Proof
      shape={shape}
      title={chosen.lot ? lotWords(chosen) : w("vial.choose")}
      action={
        <button type="button" class="govuk-button govuk-button--secondary" aria-expanded={other} onClick={() => setOther(!other)}>
          {w(other ? "vial.close" : "vial.other")}
        </button>
      }
    >
      <div id="lot">
        <Fault id="lot" text={wrong["lot"]} />
        <Scanner words={w("vial.scan")} found={(text) => void scanned(text)} />
        <div role="status">
          {read && <p class={`tc-notice tc-notice--${read.saying ? "look" : "done"}`}>{saidOf(read)}</p>}
        </div>
        {station.desk().fridgesOutside.map(({ name, tempC, at }) => (
          <p key={name}>
            <Status shape="tri">{w("vial.fridge-outside", { name, temp: number(tempC, 1), when: moment(at, station.status.day) })}</Status>
          </p>
        ))}
        {chosen.lot && <AboutVial chosen={chosen} />}
        {other && <OtherVial {...given} />}
        {unopened && (
          <>
            <p><Status shape="tri">{chosen.vial ? w("vial.not-opened", { vial: chosen.vial }) : w("vial.none-open")}</Status></p>
            <OpenVial key={chosen.vial ?? ""} chosen={chosen} opened={take} now={now} />
          </>
        )}
      </div>
    </Proof>
  );
}

function saidOf({ saying, lot, expiresOn }: Scanned): string {
  const facts = { lot, day: expiresOn ? written(expiresOn) : "–" };
  return saying ? w(`scanned.${saying}`, facts) : w("vial.scanned", facts);
}

function AboutVial({ chosen }: { chosen: Choice }) {
  const facts: (readonly [string, preact.ComponentChildren])[] = [[w("vial.expires"), chosen.expiresOn ? written(chosen.expiresOn) : w("vial.expiry-unknown")]];
  if (chosen.openedAt !== null) {
    const until = chosen.useUntilAt === null ? w("vial.until-unknown") : w("vial.until", { time: time(chosen.useUntilAt) });
    facts.push([w("vial.opened"), `${time(chosen.openedAt)}, ${until}`]);
  }
  if (chosen.vial) facts.push([w("vial.this"), chosen.vial]);
  return (
    <>
      {chosen.against && (
        <p>
          <Status shape={chosen.against === "used-up" ? "tri" : "oct"}>{w(`stop.${chosen.against}`, { lot: chosen.lot, vial: chosen.vial ?? "" })}</Status>
        </p>
      )}
      {chosen.endsIn !== null && (
        <p>
          <Status shape="tri">{w("vial.ends", { left: duration(chosen.endsIn) })}</Status>
        </p>
      )}
      <div class="tc-app__vial">
        <Facts facts={facts} />
        {chosen.vial !== null && chosen.doses !== null && chosen.product && <Boxes left={chosen.doses} whole={chosen.product.dosesPerVial} />}
      </div>
    </>
  );
}

/** Doses of the vial as boxes: drawn, this one, still inside. Beyond the last box is overfill, which is counted. */
export function Boxes({ left, whole, isCount = false }: { left: number; whole: number; isCount?: boolean }) {
  const this_ = whole - left + (isCount ? 0.5 : 1);
  return (
    <div>
      {!isCount && <p class="tc-secondary">{this_ > whole ? w("vial.overfill", { n: this_, whole }) : w("vial.nth", { n: this_, whole })}</p>}
      <div class="tc-app__boxes" aria-hidden="true">
        {Array.from({ length: Math.min(MOST_BOXES, Math.max(whole, this_)) }, (_, place) => (
          <i key={place} class={place + 1 < this_ ? "tc-app__drawn" : place + 1 === this_ ? "tc-app__this" : ""} />
        ))}
      </div>
    </div>
  );
}

function OtherVial({ choices, hand, setHand, wrong }: Given) {
  const products = useStation().desk().products;
  const take = (key: string) => setHand({ key, lot: "", vial: "", product: "" });
  return (
    <fieldset class="tc-lots">
      <legend class="tc-hidden">{w("dose.lot")}</legend>
      {choices.map((choice) => (
        <label class="tc-choice" key={choice.key}>
          <input type="radio" name="hand" checked={hand.key === choice.key} onChange={() => take(choice.key)} />
          <span>
            <b>{lotWords(choice)}</b>
            <span class="tc-small tc-secondary">
              {[choice.expiresOn ? w("vial.expires-on", { day: written(choice.expiresOn) }) : w("vial.expiry-unknown"), dosesWord(choice)].filter(Boolean).join(" · ")}
            </span>
            {choice.against && <Status shape={choice.against === "used-up" ? "tri" : "oct"}>{w(`against.${choice.against}`)}</Status>}
          </span>
        </label>
      ))}
      <label class="tc-choice">
        <input type="radio" name="hand" checked={hand.key === ""} onChange={() => take("")} />
        <span>
          <b>{w("vial.not-above")}</b>
        </span>
      </label>
      {hand.key === "" && (
        <div>
          <Field id="other-lot" label={w("vial.lot-typed")} value={hand.lot} set={(lot) => setHand({ ...hand, lot })} width={20} longest={60} />
          <Select id="product" label={w("vial.product-typed")} options={products.map((one) => [one.code, one.nameVi])} value={hand.product} set={(product) => setHand({ ...hand, product })} wrong={wrong} empty="" />
          <Field id="vial" label={w("vial.label")} value={hand.vial} set={(vial) => setHand({ ...hand, vial })} width={20} longest={60} />
        </div>
      )}
    </fieldset>
  );
}

export function lotWords(choice: Choice): string {
  if (!choice.lot) return "";
  const lot = w("vial.lot", { product: choice.product?.nameVi ?? w("vial.product-unknown"), lot: choice.lot });
  return choice.vial ? `${lot} · ${w("vial.vial", { vial: choice.vial })}` : lot;
}

function dosesWord(choice: Choice): string {
  if (choice.doses === null) return "";
  return w(choice.vial ? "vial.doses-left" : "vial.doses-stock", { n: choice.doses });
}
