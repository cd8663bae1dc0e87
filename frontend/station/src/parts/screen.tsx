/** What every screen stands in: its title, the way back, the notice of what was just recorded, one deed at a time. */

import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Station, Visit } from "../core";
import { StationError } from "../core";
import { moment } from "../format";
import { factsOf } from "../person";
import { hasWord, w } from "../words";
import { Icon, ShapeOf, type Shape, TONES } from "./drawings";

export const StationContext = createContext<Station | null>(null);

/** The station; whoever asks is drawn again when anything it shows may have changed. */
export function useStation(): Station {
  const station = useContext(StationContext);
  if (station === null) throw new Error("a screen stands in an app that has a station");
  const [, draw] = useState(0);
  useLayoutEffect(() => station.subscribe(() => draw((n) => n + 1)), [station]);
  return station;
}

/** The instant, drawn again every so many milliseconds; it goes by the corrected clock, so no reload changes a timer. */
export function useNow(everyMs: number): number {
  const station = useStation();
  const [now, setNow] = useState(station.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(station.now()), everyMs);
    return () => clearInterval(ticking);
  }, [station, everyMs]);
  return now;
}

interface ScreenProps {
  readonly title: string;
  readonly back?: readonly [address: string, words: string];
  readonly onBack?: () => void;
  readonly chair?: boolean;
  readonly children: ComponentChildren;
}

/** The first screen after the app came up moves no focus: nobody has gone anywhere yet. */
let isFirst = true;

/** A page of the app: focus goes to its heading, and the window's title names it. */
export function Screen({ title, back, onBack, chair = false, children }: ScreenProps) {
  const main = useRef<HTMLElement>(null);
  // At once: a picture later, somebody may have begun to type, and would lose the field.
  useLayoutEffect(() => {
    scrollTo(0, 0);
    const heading = main.current?.querySelector<HTMLElement>("h1");
    heading?.setAttribute("tabindex", "-1");
    if (!isFirst) heading?.focus();
    isFirst = false;
  }, []);
  useEffect(() => {
    document.title = `${title} – Tiêm Chủng`;
  }, [title]);
  return (
    <main id="main" class={`tc-page tc-station${chair ? " tc-chair" : ""}`} ref={main}>
      <LastSaid />
      {back && (
        <p class="tc-no-print">
          {onBack ? (
            <button type="button" class="tc-chair__back tc-plain-button" onClick={onBack}>
              <Icon name="back" />
              {back[1]}
            </button>
          ) : (
            <a class="tc-chair__back" href={back[0]}>
              <Icon name="back" />
              {back[1]}
            </a>
          )}
        </p>
      )}
      {children}
    </main>
  );
}

let toSay: string | null = null;

/** Let the next screen say what was recorded. */
export function sayNext(sentence: string): void {
  toSay = sentence;
}

function LastSaid() {
  const [sentence] = useState(() => {
    const told = toSay;
    toSay = null;
    return told;
  });
  return (
    <div role="status" class="tc-no-print">
      {sentence && <p class="tc-notice tc-notice--done">{sentence}</p>}
    </div>
  );
}

/**
 * One deed at a time: while one is under way a second tap is none. What the station refuses is said; nothing has
 * happened then, and what was typed still stands.
 */
export function useDeed(): { busy: boolean; refused: string | null; run: (deed: () => Promise<void>) => void } {
  const under = useRef(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const run = useCallback((deed: () => Promise<void>) => {
    if (under.current) return;
    under.current = true;
    setBusy(true);
    setRefused(null);
    deed()
      .catch((fault: unknown) => setRefused(refusal(fault)))
      .finally(() => {
        under.current = false;
        setBusy(false);
      });
  }, []);
  return { busy, refused, run };
}

/** Say why the station said no; what is our own fault is said to be that. */
export function refusal(fault: unknown): string {
  if (fault instanceof StationError && hasWord(`refused.${fault.code}`)) {
    if (fault.code === "tries-spent" && fault.untilAt !== null) return w("tries.until", { when: moment(fault.untilAt, "") });
    return w(`refused.${fault.code}`, { left: fault.left ?? 0 });
  }
  console.error(fault);
  return w("refused.fault");
}

export function Refused({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text && <p class="tc-notice tc-notice--stop tc-app__refused">{text}</p>}
    </div>
  );
}

/** One of the proofs before a dose: shape, title, facts, at most one action at the side. */
export function Proof(told: { shape: Shape; title: string; action?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <section class={`tc-proof tc-proof--${TONES[told.shape]}`}>
      <ShapeOf name={told.shape} />
      <h2>{told.title}</h2>
      {told.action && <div class="tc-proof__action">{told.action}</div>}
      <div class="tc-proof__body">{told.children}</div>
    </section>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [what: string, value: ComponentChildren])[] }) {
  return (
    <dl class="tc-facts">
      {facts.map(([what, value]) => [<dt key={what}>{what}</dt>, <dd key={`${what}-value`}>{value}</dd>])}
    </dl>
  );
}

/** Who sits here: the name large enough to be read across the table. */
export function PersonHead({ visit, what, detail }: { visit: Visit; what?: string; detail?: string }) {
  const station = useStation();
  return (
    <div class="tc-person">
      <div>
        <h1 class="tc-person__name">{nameOf(visit)}</h1>
        <p class="tc-person__facts">{factsOf(visit, station.status.day)}</p>
      </div>
      {(what || detail) && (
        <p class="tc-person__what">
          {what && <b>{what}</b>}
          {detail}
        </p>
      )}
    </div>
  );
}

export function nameOf(one: { readonly name: string }): string {
  return one.name || w("person.nameless");
}

export function ticketWord(one: { readonly ticket: string }): string {
  return one.ticket ? w("person.ticket", { n: one.ticket }) : "";
}

/** Who did it, and when. */
export function staffName(station: Station, id: string | null): string {
  return station.staff.find((member) => member.id === id)?.name ?? "–";
}
