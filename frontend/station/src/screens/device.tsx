/** This device: what is not sent, what was put aside, how old its list is, and who signs out. */

import { useEffect, useState } from "preact/hooks";

import type { Waiting } from "../core";
import { moment } from "../format";
import { to } from "../nav";
import { Status } from "../parts/drawings";
import { Facts, Refused, Screen, useDeed, useStation } from "../parts/screen";
import { endDay, endsSession } from "../sessions";
import { w, wordFor } from "../words";
import { AddPasskey } from "./passkey";

const SHOWN = 50;

export function Device() {
  const station = useStation();
  const { status } = station;
  const [waiting, setWaiting] = useState<readonly Waiting[]>([]);
  const sync = useDeed();
  const leave = useDeed();
  useEffect(() => void station.waiting().then(setWaiting, () => setWaiting([])), [station, status.unsent]);
  const at = (instant: number | null) => (instant === null ? "–" : moment(instant, status.day));
  return (
    <Screen title={w("device.title")}>
      <div class="tc-stack">
        <h1>{w("device.title")}</h1>
        <section class="tc-card tc-stack tc-stack--close">
          <Facts
            facts={[
              [w("device.site"), status.site?.name ?? "–"],
              [w("device.unsent"), w("device.entries", { n: status.unsent })],
              [w("device.last"), at(status.lastSyncAt)],
              ...(status.hall === null ? [] : [[w("device.hall"), at(status.hall.heardAt)] as const]),
              [w("device.list"), at(status.bundle?.issuedAt ?? null)],
              [w("device.until"), at(status.enrolledUntilAt)],
            ]}
          />
          {status.heldByHub > 0 && <p class="tc-secondary">{w("device.hub", { n: status.heldByHub })}</p>}
          {!status.persisted && <p class="tc-notice tc-notice--look">{w("device.not-persisted")}</p>}
          <p class="tc-row">
            <button type="button" class="govuk-button tc-button--chair" aria-disabled={sync.busy} onClick={() => sync.run(() => station.syncNow())}>
              {w(sync.busy || status.syncing ? "device.syncing" : "device.sync")}
            </button>
          </p>
          <Refused text={sync.refused} />
          <p><a href={to("carry")}>{w("device.carry")}</a></p>
          {status.unsent === 0 && <p><a href="?tap-duot">{w("rehearsal.go")}</a></p>}
        </section>
        {status.staff?.roles.includes("lead") && (
          <p>
            <a class="govuk-button govuk-button--secondary tc-button--chair" href={to("closing")}>{w("closing.title")}</a>
          </p>
        )}
        {status.staff && !status.rehearsal && <AddPasskey member={status.staff} />}
        <Queue waiting={waiting} />
        {status.kept > 0 && (
          <section class="tc-card tc-stack tc-stack--close">
            <h2>{w("device.kept", { n: status.kept })}</h2>
            <p class="tc-secondary">{w("device.kept-means")}</p>
          </section>
        )}
        <Aside />
        <section class="tc-card tc-stack tc-stack--close">
          <h2>{status.staff?.name}</h2>
          {status.unsent > 0 && <p class="tc-notice tc-notice--look">{w("device.stay", { n: status.unsent })}</p>}
          <p class="tc-row">
            <button type="button" class="govuk-button govuk-button--secondary tc-button--chair" onClick={() => station.lock()}>
              {w("device.lock")}
            </button>
            <button type="button" class="govuk-button govuk-button--secondary tc-button--chair" aria-disabled={leave.busy} onClick={() => leave.run(() => station.signOut())}>
              {w("device.sign-out")}
            </button>
            <button type="button" class="govuk-button govuk-button--warning tc-button--chair" aria-disabled={leave.busy} onClick={() => leave.run(() => endDay(station))}>
              {w("device.end-day")}
            </button>
          </p>
          <p class="tc-small tc-secondary">{w("device.end-day-means")}{endsSession(station) && ` ${w("device.end-day-session")}`}</p>
          <Refused text={leave.refused} />
        </section>
      </div>
    </Screen>
  );
}

function Queue({ waiting }: { waiting: readonly Waiting[] }) {
  const { status } = useStation();
  if (waiting.length === 0) return null;
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{w("device.queue")}</h2>
      <p class="tc-secondary">{w(status.stopped ? "device.queue-stopped" : "device.queue-safe")}</p>
      <ul class="tc-known">
        {waiting.slice(0, SHOWN).map((entry) => (
          <li key={entry.seq}>
            <Status shape="up">{wordFor("kind-of", entry.kind)}</Status>
            <span class="tc-small tc-secondary">
              {moment(entry.at, status.day)} · {w("device.place", { n: entry.seq })}
            </span>
          </li>
        ))}
      </ul>
      {waiting.length > SHOWN && <p class="tc-secondary">{w("device.and-more", { n: waiting.length - SHOWN })}</p>}
    </section>
  );
}

function Aside() {
  const aside = useStation().setAside();
  if (aside.length === 0) return null;
  return (
    <section class="tc-card tc-stack tc-stack--close">
      <h2>{w("device.aside")}</h2>
      <p class="tc-secondary">{w("device.aside-means")}</p>
      <ul class="tc-known">
        {aside.map((entry) => (
          <li key={entry.seq}>
            <Status shape="oct">{wordFor("aside", entry.reason)}</Status>
            <span class="tc-small tc-secondary">{w("device.place", { n: entry.seq })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
