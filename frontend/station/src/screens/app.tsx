/** Which screen stands where: what the device may show at all comes first, then what the address asks for. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Station, Visit } from "../core";
import { Idle } from "../idle";
import { asksToEnroll, codeInAddress } from "../invited";
import { to, useRoute, type Route } from "../nav";
import { later } from "../parts/later";
import { Screen, StationContext, useStation } from "../parts/screen";
import { useUpdate } from "../update";
import { onLanguage, w } from "../words";
import { Band, NewVersion, SyncBar } from "./frame";
import { SignIn } from "./signin";
import { Today } from "./today";

const LOOKS_EVERY_MS = 10_000;
const chair = () => import("./chair");
const after = () => import("./after");
const rare = () => import("./rare");
const Arrive = later(() => chair().then((file) => file.Arrive));
const Dose = later(() => chair().then((file) => file.Dose));
const Identity = later(() => chair().then((file) => file.Identity));
const Screening = later(() => chair().then((file) => file.Screening));
const WalkIn = later(() => chair().then((file) => file.WalkIn));
const Board = later(() => after().then((file) => file.Board));
const Slip = later(() => after().then((file) => file.Slip));
const Watch = later(() => after().then((file) => file.Watch));
const Carry = later(() => rare().then((file) => file.Carry));
const ClockAsked = later(() => rare().then((file) => file.ClockAsked));
const Closing = later(() => rare().then((file) => file.Closing));
const Device = later(() => rare().then((file) => file.Device));
const Enroll = later(() => rare().then((file) => file.Enroll));
const Fingerprint = later(() => rare().then((file) => file.Fingerprint));
const Mend = later(() => rare().then((file) => file.Mend));
const Session = later(() => rare().then((file) => file.Session));
const Standby = later(() => rare().then((file) => file.Standby));
const Stop = later(() => rare().then((file) => file.Stop));
const TimeAsked = later(() => rare().then((file) => file.TimeAsked));
const Vials = later(() => rare().then((file) => file.Vials));
const TOUCHES = ["pointerdown", "keydown", "scroll"] as const;

const OF_VISIT: Readonly<Record<string, (props: { visit: Visit }) => preact.JSX.Element | null>> = {
  arrive: Arrive,
  identity: Identity,
  screening: Screening,
  dose: Dose,
  watch: Watch,
  slip: Slip,
  mend: Mend,
  stop: Stop,
};

interface Given {
  readonly station: Station;
  /** The address of the service worker; empty where there is none. */
  readonly worker: string;
  /** An enrollment code that the app was opened with. */
  readonly code?: string;
  /** What stands in the place of this device's page, and of the day's close: a rehearsal has neither. */
  readonly own?: ((route: Route) => preact.JSX.Element) | undefined;
  /** What stands above every screen, behind the link that skips it. */
  readonly banner?: preact.JSX.Element | undefined;
}

export function App({ station, worker, code = "", own, banner }: Given) {
  const [spoken, speak] = useState(0);
  useLayoutEffect(() => onLanguage(() => speak((n) => n + 1)), []);
  // Kept here: what is drawn anew in the other language has not been handed the code of its opening again.
  const handed = useHanded(code);
  return (
    <StationContext.Provider value={station}>
      <Whole key={spoken} worker={worker} handed={handed} own={own} banner={banner} />
    </StationContext.Provider>
  );
}

function Whole({ worker, handed, own, banner }: Omit<Given, "station" | "code"> & { handed: string }) {
  const { status } = useStation();
  const route = useRoute();
  const update = useUpdate(worker, status.phase !== "open");
  useAutoLock();
  const again = asksToEnroll(status, { code: handed, asked: route[0] === "enroll" });
  return (
    <>
      <a class="tc-skip" href="#main" onClick={toMain}>
        {w("app.skip")}
      </a>
      {banner}
      <Band here={route[0] ?? "today"} />
      <SyncBar />
      {status.phase === "open" && status.leapMs !== 0 && <ClockAsked />}
      <NewVersion update={update} />
      {(status.phase === "new" || again) && <Enroll key={handed} handed={handed} />}
      {status.phase === "waiting" && !again && <Fingerprint />}
      {status.phase === "doubted" && <TimeAsked />}
      {status.phase === "locked" && !again && <SignIn />}
      {status.phase === "open" && !again && <Opened key={route.join("/")} route={route} own={own} />}
    </>
  );
}

/** The code that the page was opened with, or that its address was given while it stood open; gone with the next step. */
function useHanded(first: string): string {
  const [code, setCode] = useState(first);
  useLayoutEffect(() => {
    const change = () => setCode(codeInAddress());
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return code;
}

function Opened({ route, own }: { route: Route; own: Given["own"] }) {
  const [place, key, step] = route;
  if (own !== undefined && (place === "device" || place === "closing" || place === "carry")) return own(route);
  if (place === "board") return <Board />;
  if (place === "device") return <Device />;
  if (place === "carry") return <Carry />;
  if (place === "closing") return <Closing />;
  if (place === "vials") return <Vials />;
  if (place === "standby") return <Standby />;
  if (place === "arrive") return <WalkIn />;
  if (place === "session") return <Session />;
  if (place !== "visit" || key === undefined) return <Today />;
  return <OfVisit of={key} step={step ?? ""} />;
}

function OfVisit({ of, step }: { of: string; step: string }) {
  const known = useStation().visit(of);
  // Who is called has another key once they have come: the step that says so stays until it has gone on.
  const last = useRef(known);
  last.current = known ?? last.current;
  const Step = OF_VISIT[step];
  return last.current && Step ? <Step visit={last.current} /> : <Lost />;
}

function Lost() {
  return (
    <Screen title={w("lost.title")} back={[to(), w("back.today")]}>
      <h1>{w("lost.title")}</h1>
      <p>{w("lost.why")}</p>
    </Screen>
  );
}

/** The address after # is where in the app somebody is, so the skip link moves the focus itself. */
function toMain(event: Event): void {
  event.preventDefault();
  const main = document.getElementById("main");
  main?.setAttribute("tabindex", "-1");
  main?.focus();
}

/** Cover the screen when nobody has touched it for a while; a touch in one page of this device counts for all of them. */
function useAutoLock(): void {
  const station = useStation();
  const { phase, locksAfterMs } = station.status;
  const afterMs = phase === "open" ? locksAfterMs : 0;
  useEffect(() => {
    if (afterMs === 0) return undefined;
    const pages = new BroadcastChannel("tiemchung-touched");
    const idle = new Idle({ wall: () => Date.now(), ticks: () => performance.now() }, afterMs, () => station.lock());
    let toldAt = 0;
    const touch = () => {
      idle.touch();
      if (performance.now() - toldAt < LOOKS_EVERY_MS) return;
      toldAt = performance.now();
      pages.postMessage(null);
    };
    const look = () => void idle.look();
    pages.onmessage = () => idle.begin();
    for (const kind of TOUCHES) addEventListener(kind, touch, { passive: true });
    // A tablet that slept runs no timers: it is looked at again on waking.
    document.addEventListener("visibilitychange", look);
    const looking = setInterval(look, LOOKS_EVERY_MS);
    return () => {
      for (const kind of TOUCHES) removeEventListener(kind, touch);
      document.removeEventListener("visibilitychange", look);
      clearInterval(looking);
      pages.close();
    };
  }, [station, afterMs]);
}
