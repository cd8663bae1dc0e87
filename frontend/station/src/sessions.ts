/**
 * The campaign session of today: the first who comes opens it, whoever is on no list joins it, anaphylaxis stops it, and
 * the lead lets it go on or ends it. What each tablet says is one fact; said by several, it is still one session.
 */

import { type Desk, type SessionStanding, type Station, StationError, type Visit } from "./core.js";

/** The session that runs: opened, not stopped, not over. */
export function runningSession({ sessions }: Desk): SessionStanding | null {
  return sessions.find((one) => one.opened && one.stopped === null && !one.closed) ?? null;
}

/** Into which session somebody comes who is called to none: the running one, else one of which nobody has spoken yet. */
export function sessionToJoin(desk: Desk): SessionStanding | null {
  return runningSession(desk) ?? desk.sessions.find(isPlanned) ?? null;
}

/** How the session of a visit stands; of a visit that belongs to none, the one that runs here. */
export function sessionOf(desk: Desk, visit: Visit): SessionStanding | null {
  const own = visit.campaignSession;
  if (own === null) return runningSession(desk);
  return desk.sessions.find((one) => one.campaignSession === own) ?? { ...UNHEARD, campaignSession: own };
}

/** Whether the session of a visit stands stopped; of a visit that belongs to none, any session here. */
export function standsStopped(desk: Desk, visit: Visit): boolean {
  const asked = visit.campaignSession === null ? desk.sessions : [sessionOf(desk, visit)];
  return asked.some((one) => one !== null && one.stopped !== null && !one.closed);
}

const UNHEARD = { product: null, opened: false, stopped: null, closed: false } as const;

function isPlanned({ opened, stopped, closed }: SessionStanding): boolean {
  return !opened && stopped === null && !closed;
}

/** Return the session of an arrival, and open it if this is its first. `calledTo` is that of the appointment. */
export async function joined(station: Station, calledTo: string | null): Promise<string | null> {
  const desk = station.desk();
  const session = calledTo ?? sessionToJoin(desk)?.campaignSession ?? null;
  const standing = desk.sessions.find((one) => one.campaignSession === session);
  if (session !== null && (standing === undefined || isPlanned(standing))) await openSession(station, session);
  return session;
}

function openSession(station: Station, session: string): Promise<void> {
  return ifAllowed(() => station.append("session-opened", { campaign_session: session, reason: null }));
}

/** A tablet that was not enrolled for a word of the session goes on with its work all the same: another says it. */
async function ifAllowed(deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed();
  } catch (error) {
    if (!(error instanceof StationError && error.code === "kind-not-allowed")) throw error;
  }
}

/** Stop the session of a visit for this reason; none that is over or stopped already. */
export async function stopSession(station: Station, session: SessionStanding | null, reason: string): Promise<void> {
  if (session === null || session.stopped !== null || session.closed) return;
  await station.append("session-stopped", { campaign_session: session.campaignSession, reason });
}

/** The lead's word that a stopped session goes on, and why. The stop and its reason stay on record. */
export async function resumeSession(station: Station, { campaignSession }: SessionStanding, reason: string): Promise<void> {
  await station.append("session-opened", { campaign_session: campaignSession, reason });
}

/** The lead's word that today's sessions are over: those that were opened and that nobody has ended. */
export async function closeSessions(station: Station): Promise<void> {
  for (const one of station.desk().sessions) {
    if (one.closed || isPlanned(one)) continue;
    await station.append("session-closed", { campaign_session: one.campaignSession, reason: null });
  }
}

/** Whether the day's end of whoever is signed in is the session's end too: the lead's, while one runs or stands stopped. */
export function endsSession(station: Station): boolean {
  const isLead = station.status.staff?.roles.includes("lead") ?? false;
  return isLead && station.desk().sessions.some((one) => !one.closed && !isPlanned(one));
}

/**
 * End the day on this tablet; at the lead's hand the session ends with it, and is sent before the list goes. `unsent` while
 * anything waits, and then the session goes on unless its end is all that waits.
 */
export async function endDay(station: Station): Promise<void> {
  if (station.status.unsent === 0 && endsSession(station)) {
    await ifAllowed(() => closeSessions(station));
    await station.syncNow();
  }
  await station.endDay();
}
