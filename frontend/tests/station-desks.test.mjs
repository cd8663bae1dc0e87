/** Two desks of one hall hear each other through the hub while the center is away, and the hub reads none of it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Center, STAFF } from "./station-center.mjs";
import { Device, PIN } from "./station-device.mjs";
import { Hub } from "./station-hub.mjs";

const NAME = "Trần Thị Ngọc Ánh";
const NUMBER = "079191008834";
const PHONE = "0908123377";
const WALK_IN = { name: NAME, born: "1991-11-05", sex: "female", identifiers: [{ kind: "personal-number", value: NUMBER }], contact: { phone: PHONE } };
const devices = [];
after(() => devices.forEach((one) => one.close()));

/** Two tablets at work whose center named one hub to both, and then went away. */
async function hall() {
  const centers = [new Center(), new Center()];
  const [first, second] = centers;
  Object.assign(second, { signing: first.signing, serverKey: first.serverKey, code: first.code, device: "01912d68-783e-7a03-8467-5661c1243ad9" });
  const hub = new Hub(first);
  hub.others = [second];
  const pages = [];
  for (const center of centers) {
    center.hubs = [hub.named];
    const tablet = new Device(center);
    tablet.hub = hub;
    devices.push(tablet);
    pages.push(await tablet.atWork());
  }
  const cut = () => centers.forEach((center) => { center.mishap = () => "before"; });
  const back = () => centers.forEach((center) => { center.mishap = () => null; });
  cut();
  return { centers, hub, tablets: devices.slice(-2), pages, cut, back };
}

async function comes(page, ticket = "900") {
  const of = { visit: page.newId(), person: page.newId() };
  await page.append("arrived", { ...of, ticket, block: WALK_IN });
  return of;
}
const tickets = (page) => page.today().filter(({ visit }) => visit !== null).map(({ ticket }) => ticket).sort();

test("who was received at one desk is at the next one, though the center is away", async () => {
  const { pages: [desk, chair] } = await hall();
  const { visit } = await comes(desk);
  await desk.syncNow();
  await chair.syncNow();
  const row = chair.today().find((one) => one.visit === visit);
  assert.deepEqual([row.name, row.born, row.idEnd, row.ticket, row.stage], [NAME, "1991", "8834", "900", "arrived"]);
  assert.equal((await chair.find(`${NUMBER}|023456789|${NAME}`)).key, row.key);
  assert.equal(await chair.find("079191008835"), null);
  assert.equal(chair.status.unsent, 0); // what the others wrote is theirs to send
  assert.equal(desk.status.unsent, 1); // and is as unsent as before
  await chair.append("left", { visit, person: row.person, minutes: 3, reason: "went-home" });
  await chair.syncNow();
  await desk.syncNow();
  assert.equal(desk.visit(row.key).stage, "left");
});

test("a tablet tells since when its hall's desks hear each other, until the center answers", async () => {
  const { pages: [desk], back } = await hall();
  assert.equal(desk.status.hall, null);
  await desk.syncNow();
  const { sinceAt, heardAt } = desk.status.hall;
  assert.equal(sinceAt, heardAt);
  await comes(desk);
  await desk.syncNow();
  assert.equal(desk.status.hall.sinceAt, sinceAt);
  assert.ok(desk.status.hall.heardAt >= heardAt);
  back();
  await desk.syncNow();
  assert.equal(desk.status.hall, null);
});

test("what goes through the hub says no name, no number and no kind of anything", async () => {
  const { hub, pages: [desk] } = await hall();
  const ticket = "90071346"; // three digits stand in a cipher by chance
  await comes(desk, ticket);
  await desk.syncNow();
  const told = hub.asked.filter(({ path }) => path.endsWith("/notes"));
  assert.ok(hub.notes.length > 0 && told.every(({ credentials }) => credentials === "omit"));
  const bodies = Buffer.concat(told.map(({ body }) => body)).toString();
  for (const secret of [NAME, NUMBER, PHONE, "8834", "arrived", ticket]) {
    assert.ok(!bodies.includes(secret) && !bodies.includes(Buffer.from(secret).toString("base64url").slice(0, -1)), secret);
  }
});

test("no desk is told more of a person than a list holds", async () => {
  const { pages: [desk, chair], tablets: [, other] } = await hall();
  await comes(desk);
  await desk.syncNow();
  await chair.syncNow();
  const { Disk } = await import("../.compiled/station/src/store/disk.js");
  const { Shelf } = await import("../.compiled/station/src/store/shelf.js");
  const pages = await new Shelf(await Disk.open(other.name)).pages(chair.enrolled.vault.key, 0);
  const blocks = pages.flatMap(({ page }) => page.entries).map(({ entry }) => entry.block).filter(Boolean);
  assert.deepEqual(blocks.map((block) => Object.keys(block).sort()), [["born", "last4", "name", "sex", "tokens"]]);
  assert.ok(!JSON.stringify(pages).includes(PHONE) && !JSON.stringify(pages).includes(NUMBER));
});

test("a note that was moved, altered, or of another day's key is no entry, and the others are heard", async () => {
  const { hub, centers: [first], pages: [desk, chair] } = await hall();
  await comes(desk, "901");
  await comes(desk, "902");
  await comes(desk, "903");
  await desk.syncNow();
  const [one, two, three] = hub.notes;
  [one.note, two.note] = [two.note, `${one.note.slice(0, -4)}AAAA`];
  hub.notes.push({ device: first.device, seq: 99, note: "?" }, { device: first.device, seq: 98, note: three.note });
  await chair.syncNow();
  assert.deepEqual(tickets(chair), ["903"]);
});

test("nobody hears a device that was cut off, nor itself from somebody else's mouth", async () => {
  const { hub, centers: [first, second], pages: [desk, chair], back, cut } = await hall();
  back();
  second.cutOff = [first.device];
  await chair.syncNow();
  cut();
  await comes(desk);
  await desk.syncNow();
  await chair.syncNow();
  assert.deepEqual(tickets(chair), []);
  hub.notes.forEach((one) => { one.device = second.device; });
  await desk.syncNow();
  await chair.syncNow();
  assert.deepEqual(tickets(chair), []);
});

test("a page that is opened anew has what was heard, and hears on from there", async () => {
  const { hub, tablets: [, other], pages: [desk, chair] } = await hall();
  await comes(desk, "901");
  await desk.syncNow();
  await chair.syncNow();
  const asked = () => JSON.parse(hub.asked.filter(({ path }) => path.endsWith("/notes")).at(-1).body.toString().split("\n")[0]);
  await comes(desk, "902");
  await desk.syncNow();
  chair.close();
  const again = await other.page();
  await again.signIn(STAFF.id, PIN);
  await again.syncNow();
  assert.equal(asked().device, other.center.device);
  assert.equal(asked().after, "1");
  assert.deepEqual(tickets(again), ["901", "902"]);
});

test("what the hub told and the center then tells is there once, and a day's entries are left once", async () => {
  const { hub, centers: [first, second], pages: [desk, chair], back } = await hall();
  const { visit } = await comes(desk);
  await desk.syncNow();
  await chair.syncNow();
  await desk.syncNow();
  assert.equal(hub.notes.length, 1);
  back();
  await desk.syncNow();
  second.others = first.journal.map(({ entry }, at) => ({ device: first.device, seq: at + 1, entry: { ...entry, block: { name: NAME, born: "1991", sex: "female", last4: [], tokens: [] } } }));
  await chair.syncNow();
  assert.deepEqual(chair.today().filter((one) => one.visit === visit).length, 1);
  assert.equal(desk.status.unsent, 0);
});

test("a hub that passes nothing on, or answers nonsense, keeps nobody from working", async () => {
  const { hub, pages: [desk] } = await hall();
  for (const answer of [
    new Response('{"code":"not-found"}', { status: 404, headers: { "Content-Type": "application/problem+json" } }),
    new Response('{"after":1,"notes":{}}', { status: 200, headers: { "Content-Type": "application/json" } }),
    new Response('{"after":"7","more":true,"notes":[]}', { status: 200, headers: { "Content-Type": "application/json" } }),
  ]) {
    hub.mishap = ({ path }) => (path.endsWith("/notes") ? answer.clone() : null);
    await comes(desk);
    await desk.syncNow();
    assert.equal(desk.status.heldByHub, desk.status.unsent);
  }
});

test("without a key of the day nothing is left and nothing is asked", async () => {
  const { hub, centers, pages: [desk], back, cut } = await hall();
  back();
  centers[0].hall = [{ day: "2021-09-12", key: centers[0].hall[0].key }];
  await desk.syncNow();
  cut();
  await comes(desk);
  await desk.syncNow();
  assert.equal(desk.status.heldByHub, 1);
  assert.deepEqual(hub.asked.filter(({ path }) => path.endsWith("/notes")), []);
});

test("a line that swallows what is sent is asked for a sign of life, briefly, before anything goes its way", async (context) => {
  const { centers: [center], pages: [desk] } = await hall();
  const timeout = AbortSignal.timeout;
  context.after(() => { AbortSignal.timeout = timeout; });
  AbortSignal.timeout = (ms) => Object.assign(new AbortController().signal, { patience: ms });
  const swallowed = [];
  center.fetch = async (input, { signal }) => {
    swallowed.push([new URL(input, "http://center.test").pathname, signal.patience]);
    throw new DOMException("nobody answered in time", "TimeoutError"); // as the patience's end would be
  };
  await comes(desk);
  await desk.syncNow(); // nothing was known yet: all of it is tried
  assert.ok(swallowed.length > 0);
  swallowed.length = 0;
  await comes(desk);
  await desk.syncNow();
  assert.deepEqual(swallowed, [["/api/devices/nonce", 10_000]]);
  assert.equal(desk.status.heldByHub, 2);
});
