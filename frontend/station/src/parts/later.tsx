/**
 * Screens in files of their own: the app begins without them and fetches them right afterwards, so that no tap waits and a
 * tablet that loses its network has them. The service worker has taken them home with the version.
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { to } from "../nav";
import { w } from "../words";
import { Screen } from "./screen";

type Drawn<Props> = (props: Props) => JSX.Element | null;
const all: (() => Promise<void>)[] = [];

/** A screen out of a file of its own. One that does not come is asked for again at the next opening. */
export function later<Props>(load: () => Promise<Drawn<Props>>): Drawn<Props> {
  let known: Drawn<Props> | null = null;
  const bring = async (): Promise<void> => {
    known ??= await load();
  };
  all.push(bring);
  return function Later(props: Props) {
    const [isAway, setAway] = useState(false);
    const [, draw] = useState(0);
    const Known = known;
    useEffect(() => {
      // What was not drawn is drawn, also where the file came between the drawing and this: asking `known` again would leave nothing.
      if (Known === null) bring().then(() => draw((n) => n + 1), () => setAway(true));
    }, []);
    if (Known !== null) return <Known {...(props as Props & JSX.IntrinsicAttributes)} />;
    return isAway ? <Away /> : null;
  };
}

/** Fetch every such screen now. What does not come is fetched when it is opened. */
export async function bringLater(): Promise<void> {
  await Promise.allSettled(all.map((bring) => bring()));
}

function Away() {
  return (
    <Screen title={w("lost.title")} back={[to(), w("back.to-list")]}>
      <p class="tc-notice tc-notice--look" role="alert">{w("later.away")}</p>
    </Screen>
  );
}
