/** Today's campaign session as the site's tablets open, join, stop, resume and end it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { tellAnaphylaxis } from "../.compiled/station/src/reactions.js";
import { closeSessions, endDay, joined, resumeSession, runningSession, sessionOf, standsStopped } from "../.compiled/station/src/sessions.js";
import { Center, CODE, OTHER, SESSION, STAFF } from "./station-center.mjs";
import { Device, PIN } from "./station-device.mjs";

const devices = [];
after(() => devices.forEach((one) => one.close()));

async function morning(state = "planned", { kinds = null } = {}) {
  const center = new Center();
  center.sessions = state === null ? [] : [{ id: SESSION, product: "az", state }];
  center.kinds = kinds;
  const tablet = new Device(center);
  devices.push(tablet);
  return { tablet, center, page: await tablet.atWork() };
}

async function walkIn(page, session) {
  const of = { visit: page.newId(), person: page.newId() };
  const campaign_session = session === undefined ? await joined(page, null) : session;
  await page.append("arrived", { ...of, ticket: "1", campaign_session, block: { name: "A", born: "1980", sex: "male" } });
  await page.append("dose-given", { ...of, product: "az", lot: "ABX6412", vial: null, volume_ml: 0.5, arm: "left", vaccinator: STAFF.id });
  return page.visit(of.visit);
}

const told = async ({ page, center }, kind) => {
  await page.syncNow();
  return center.journal.map(({ entry }) => entry).filter((entry) => entry.kind === kind);
};

/** What another tablet of the site wrote, as it is pulled. */
const elsewhere = (center, kind, body, at) =>
  center.others.push({ device: "01912d68-0000-7000-8000-00000000000b", seq: center.others.length + 1, recorded_at: new Date(at).toISOString(),
    entry: { kind, id: `01912d68-cccc-7000-8000-${String(center.others.length).padStart(12, "0")}`, schema: 1, at: new Date(at).toISOString(), offset_ms: 0, campaign_session: SESSION, ...body } });

test("the first walk-in opens the day's session, the next ones join it", async () => {
  const site = await morning();
  const [one, other] = [await walkIn(site.page), await walkIn(site.page)];
  assert.deepEqual([one.campaignSession, other.campaignSession], [SESSION, SESSION]);
  const openings = await told(site, "session-opened");
  assert.deepEqual(openings.map(({ campaign_session, reason }) => [campaign_session, reason]), [[SESSION, null]]);
  assert.equal(runningSession(site.page.desk()).campaignSession, SESSION);
});

test("a tablet that pulled another's opening joins without opening anew", async () => {
  const site = await morning();
  elsewhere(site.center, "session-opened", { reason: null }, site.center.now - 60_000);
  await site.page.syncNow();
  assert.equal((await walkIn(site.page)).campaignSession, SESSION);
  assert.deepEqual(await told(site, "session-opened"), []);
});

test("where no session is planned, and where it is over, a walk-in belongs to none", async () => {
  for (const state of [null, "closed"]) {
    const site = await morning(state);
    assert.equal((await walkIn(site.page)).campaignSession, null);
    assert.deepEqual(await told(site, "session-opened"), []);
  }
});

test("a tablet that may not open a session receives people all the same", async () => {
  const site = await morning("planned", { kinds: ["arrived", "dose-given"] });
  assert.equal((await walkIn(site.page)).campaignSession, SESSION);
});

test("a walk-in's anaphylaxis stops the session that runs, once, also for a visit that belongs to none", async () => {
  for (const session of [undefined, null]) {
    const site = await morning("open");
    const visit = await walkIn(site.page, session);
    await tellAnaphylaxis(site.page, visit);
    await tellAnaphylaxis(site.page, site.page.visit(visit.key));
    assert.deepEqual((await told(site, "session-stopped")).map(({ campaign_session, reason }) => [campaign_session, reason]), [[SESSION, "anaphylaxis"]]);
    assert.equal(standsStopped(site.page.desk(), site.page.visit(visit.key)), true);
  }
});

test("where no session runs, anaphylaxis stops none and says so", async () => {
  const site = await morning(null);
  const visit = await walkIn(site.page);
  await tellAnaphylaxis(site.page, visit);
  assert.deepEqual(await told(site, "session-stopped"), []);
  assert.equal(standsStopped(site.page.desk(), visit), false);
});

test("an opening that another tablet wrote offline ends no stop; the lead's reason does", async () => {
  const site = await morning("open");
  const visit = await walkIn(site.page);
  await tellAnaphylaxis(site.page, visit);
  site.tablet.pass(60_000);
  elsewhere(site.center, "session-opened", { reason: null }, site.center.now);
  await site.page.syncNow();
  assert.equal(standsStopped(site.page.desk(), visit), true);
  await resumeSession(site.page, sessionOf(site.page.desk(), visit), "đổi lô");
  assert.equal(standsStopped(site.page.desk(), visit), false);
  assert.equal(runningSession(site.page.desk()).campaignSession, SESSION);
});

test("a stop that comes after the bundle but happened before it stands, and so does one that only the bundle knows", async () => {
  const late = await morning("open");
  elsewhere(late.center, "session-stopped", { reason: "anaphylaxis" }, late.center.now - 60_000);
  await late.page.syncNow();
  assert.equal(runningSession(late.page.desk()), null);
  const known = await morning("stopped");
  elsewhere(known.center, "session-opened", { reason: "đổi lô" }, known.center.now - 60_000);
  await known.page.syncNow();
  assert.equal(runningSession(known.page.desk()), null);
});

test("the day's end ends what was opened, and nothing joins it afterwards", async () => {
  const site = await morning();
  await walkIn(site.page);
  await closeSessions(site.page);
  await closeSessions(site.page);
  assert.equal((await told(site, "session-closed")).length, 1);
  assert.equal(await joined(site.page, null), null);
});

/** The lead takes over the tablet of whoever worked there. */
async function withLead(state, told) {
  const site = await morning(state, told);
  await site.page.setPin(OTHER.id, PIN, CODE);
  return site;
}
const closings = ({ center }) => center.journal.map(({ entry }) => entry).filter(({ kind }) => kind === "session-closed");

test("the lead's day end ends the session that runs or stands stopped, and its end is sent before the list goes", async () => {
  for (const state of ["open", "stopped"]) {
    const site = await withLead(state);
    await endDay(site.page);
    assert.equal(site.page.status.phase, "locked");
    assert.deepEqual(closings(site).map(({ campaign_session, staff }) => [campaign_session, staff]), [[SESSION, OTHER.id]]);
  }
});

test("anybody else's day end, and the lead's where none was opened or the tablet may not say so, ends no session", async () => {
  const sites = [await morning("open"), await withLead("planned"), await withLead("closed"), await withLead("open", { kinds: ["arrived"] })];
  for (const site of sites) {
    await endDay(site.page);
    assert.equal(site.page.status.phase, "locked");
    assert.deepEqual(closings(site), []);
  }
});

test("a day that cannot end yet ends no session, and one whose last word is unsent keeps its list", async () => {
  const site = await withLead("open");
  site.center.mishap = () => "before";
  await assert.rejects(endDay(site.page), { code: "unsent" });
  assert.equal(runningSession(site.page.desk()), null);
  assert.deepEqual([site.page.status.phase, site.page.status.unsent], ["open", 1]);
  const busy = await withLead("open");
  busy.center.mishap = () => "before";
  await busy.page.append("vial-opened", { lot: "ABX6412", vial: "A", doses: 10, reason: null });
  await assert.rejects(endDay(busy.page), { code: "unsent" });
  assert.equal(runningSession(busy.page.desk()).campaignSession, SESSION);
});
