/** Screens that are opened rarely come along when they are: the service worker has taken them home with the version. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { to } from "../nav";
import { w } from "../words";
import { Screen } from "./screen";

type Drawn<Props> = (props: Props) => JSX.Element | null;

/** A screen out of a file of its own. One that does not come is asked for again at the next opening. */
export function later<Props>(load: () => Promise<Drawn<Props>>): Drawn<Props> {
  let known: Drawn<Props> | null = null;
  return function Later(props: Props) {
    const [state, setState] = useState<"here" | "comes" | "away">(known === null ? "comes" : "here");
    useEffect(() => {
      if (known !== null) return;
      load().then(
        (drawn) => {
          known = drawn;
          setState("here");
        },
        () => setState("away"),
      );
    }, []);
    const Known = known;
    if (Known !== null) return <Known {...(props as Props & JSX.IntrinsicAttributes)} />;
    return state === "away" ? <Away /> : null;
  };
}

function Away() {
  return (
    <Screen title={w("lost.title")} back={[to(), w("back.to-list")]}>
      <p class="tc-notice tc-notice--look" role="alert">{w("later.away")}</p>
    </Screen>
  );
}
