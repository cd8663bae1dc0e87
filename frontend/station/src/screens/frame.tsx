/** What stands above every screen: whose app this is, who is signed in, what is not sent, how old the list is. */

import type { Status } from "../core";
import { dutiesOf } from "../duties";
import { moment } from "../format";
import { to } from "../nav";
import { Icon, Mark } from "../parts/drawings";
import { useNow, useStation } from "../parts/screen";
import type { Update } from "../update";
import { language, speak, w } from "../words";

const A_MINUTE_MS = 60_000;

export function Band({ here }: { here: string }) {
  const { status } = useStation();
  const open = status.phase === "open";
  const duties = dutiesOf(status.staff);
  const places = [
    ["today", to(), w("nav.today")],
    ...(duties.has("check-in") ? [["arrive", to("arrive"), w("nav.arrive")]] : []),
    ["board", to("board"), w("nav.board")],
    ...(duties.has("dose") || duties.has("lead") ? [["vials", to("vials"), w("nav.vials")]] : []),
    ["device", to("device"), w(status.rehearsal ? "rehearsal.score" : "nav.device")],
  ] as const;
  return (
    <header class="tc-band">
      <div class="tc-band__row">
        <a class="tc-brand" href={to()}>
          <Mark />
          Tiêm Chủng <span class="tc-brand__face">{w("app.face")}</span>
        </a>
        {open && (
          <nav class="tc-band__nav" aria-label={w("app.face")}>
            <ul>
              {places.map(([name, address, word]) => (
                <li key={name}>
                  <a href={address} aria-current={name === here ? "page" : undefined}>
                    {word}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
        <div class="tc-band__who">
          {open && <b>{status.staff?.name}</b>}
          {status.site?.name ?? ""}
        </div>
        <Languages />
      </div>
    </header>
  );
}

/** The other language; this very screen is then drawn in it. */
function Languages() {
  const [code, name] = language() === "vi" ? (["en", "English"] as const) : (["vi", "Tiếng Việt"] as const);
  return (
    <p class="tc-language">
      <button type="button" class="tc-language__other" lang={code} onClick={() => speak(code)}>
        {name}
      </button>
    </p>
  );
}

/** What this device has sent and how old its list is: always visible. */
export function SyncBar() {
  const { status } = useStation();
  useNow(A_MINUTE_MS);
  const isEnrolled = status.phase !== "new" && status.phase !== "waiting";
  if (status.rehearsal || (!isEnrolled && status.kept === 0)) return null;
  const tone = status.stopped ? " tc-sync--stopped" : status.unsent + status.kept > 0 || status.reached === false ? " tc-sync--waiting" : "";
  return (
    <section class={`tc-sync${tone}`} aria-label={w("bar.label")}>
      <Icon name={status.stopped ? "x" : status.reached === false ? "off" : "wifi"} />
      <p>
        {isEnrolled && sentence(status)} {status.kept > 0 && w("bar.kept", { n: status.kept })}
      </p>
      {status.phase === "open" && <a href={to("device")}>{w("bar.see")}</a>}
      {isEnrolled && status.stopped && <a href={to("enroll")}>{w("enroll.again")}</a>}
      {isEnrolled && <p class="tc-sync__age">{age(status)}</p>}
    </section>
  );
}

function sentence(status: Status) {
  const last = status.lastSyncAt === null ? w("bar.never") : moment(status.lastSyncAt, status.day);
  const waiting =
    status.unsent === 0
      ? ""
      : w("bar.waiting", { n: status.unsent, oldest: status.oldestUnsentAt === null ? "–" : moment(status.oldestUnsentAt, status.day) });
  if (status.stopped) return [<b>{w(`stopped.${status.stopped}`)}</b>, " ", status.unsent > 0 && w("bar.held", { n: status.unsent })];
  const hall = status.hall !== null && [" ", w("bar.hall", { since: moment(status.hall.sinceAt, status.day) })];
  if (status.reached === false) return [<b>{w("bar.away", { last })}</b>, hall, " ", waiting || w("bar.nothing")];
  if (status.unsent > 0) return [<b>{w("bar.sending")}</b>, " ", waiting];
  return [<b>{w("bar.sent")}</b>, " ", w("bar.last", { last })];
}

/** How old the list is: with it came the rules and the lots that are held. */
function age(status: Status): string {
  if (status.bundle === null) return w("bar.no-list");
  const when = moment(status.bundle.issuedAt, status.day);
  return status.bundleStale ? w("bar.list-old", { when }) : w("bar.list", { when });
}

/** A new version waits until somebody takes it: never in the middle of a form. */
export function NewVersion({ update }: { update: Update }) {
  if (!update.waiting) return null;
  return (
    <div class="tc-sync tc-app__update" role="status">
      <p>{w("update.waiting")}</p>
      <button type="button" class="tc-plain-button" onClick={() => update.take()}>
        {w("update.take")}
      </button>
    </div>
  );
}
