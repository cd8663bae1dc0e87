/** A hall with a hub: one chain, two ways, one record; and nobody but the center makes an entry safe. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { CODE, Center, STAFF } from "./station-center.mjs";
import { Device, PIN, vial } from "./station-device.mjs";
import { Hub } from "./station-hub.mjs";

const devices = [];
after(() => devices.forEach((one) => one.close()));

/** A tablet at work whose center named a hub, and then went away. */
async function hall() {
  const center = new Center();
  const tablet = new Device(center);
  devices.push(tablet);
  tablet.hub = new Hub(center);
  center.hubs = [tablet.hub.named];
  const page = await tablet.atWork();
  const cut = () => { center.mishap = () => "before"; };
  const back = () => { center.mishap = () => null; };
  const write = async (...labels) => { for (const label of labels) await page.append("vial-opened", vial(label)); };
  cut();
  return { center, tablet, hub: tablet.hub, page, cut, back, write };
}
const vials = (center) => center.journal.map(({ entry }) => entry.vial);

test("what waits lies sealed with the hub too, and waits all the same", async () => {
  const { hub, page, write } = await hall();
  await write("Lọ A", "Lọ B");
  await page.syncNow();
  assert.equal(page.status.reached, false);
  assert.equal(page.status.unsent, 2);
  assert.equal(page.status.heldByHub, 2);
  const bodies = Buffer.concat(hub.asked.map(({ body }) => body));
  assert.ok(bodies.length > 0 && !bodies.includes("Lọ") && !bodies.includes("vial-opened"));
  assert.deepEqual([...new Set(hub.asked.map(({ credentials }) => credentials))], ["omit"]);
  await assert.rejects(page.signOut(), { code: "unsent" });
});

test("the center's receipt, handed on by the hub, is an answer", async () => {
  const { center, hub, page, write } = await hall();
  await write("A", "B");
  await page.syncNow();
  await write("C");
  await page.syncNow();
  await hub.carry();
  assert.equal(page.status.unsent, 3);
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.equal(page.status.heldByHub, 0);
  assert.deepEqual(vials(center), ["A", "B", "C"]);
});

test("by either way in any order there is one record", async () => {
  const { center, hub, page, cut, back, write } = await hall();
  await write("A", "B");
  await page.syncNow();
  back();
  await write("C");
  await page.syncNow(); // straight: the center does not know yet what the hub holds
  assert.equal(page.status.unsent, 0);
  await hub.carry();
  cut();
  await write("D");
  await page.syncNow();
  await hub.carry();
  back();
  await write("E");
  await page.syncNow(); // the hub was quicker with D
  assert.equal(page.status.unsent, 0);
  assert.equal(page.status.stopped, null);
  assert.deepEqual(vials(center), ["A", "B", "C", "D", "E"]);
  assert.deepEqual([...new Set(center.seen.values())], [1]);
});

test("while the center answers the hub is not asked", async () => {
  const { hub, page, back, write } = await hall();
  back();
  await write("A");
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.deepEqual(hub.asked, []);
});

test("after a round that the center did not answer the hub comes first, and the center is asked all the same", async () => {
  const { center, hub, page, write } = await hall();
  await write("A");
  await page.syncNow();
  const order = [];
  hub.mishap = () => { order.push("hub"); return null; };
  center.mishap = () => { order.push("center"); return "before"; };
  await write("B");
  await page.syncNow();
  assert.equal(order[0], "hub");
  assert.ok(order.includes("center"));
  assert.equal(page.status.heldByHub, 2);
});

test("a receipt that somebody else signed, or for another batch, is none", async () => {
  const { hub, page, write } = await hall();
  await write("A");
  await page.syncNow();
  const [held] = hub.held.values();
  const header = JSON.parse(held.body.subarray(0, held.body.indexOf(10)).toString());
  const told = { answers: [{ id: null, seq: 1, outcome: "kept" }] };
  const stranger = new Hub(new Center());
  const forged = [
    stranger.receipt(header, told),
    hub.receipt({ ...header, head: "A".repeat(43) }, told),
    hub.receipt({ ...header, first: 2 }, told),
    hub.receipt({ ...header, device: "01912d68-783e-7a03-8467-000000000000" }, told),
    hub.receipt(header, { answers: [] }),
    hub.receipt(header, { answers: [{ id: null, seq: 1, outcome: "believe me" }] }),
    hub.center.jws({ ...header, ...told }, "tc-bundle+jws"),
    "no receipt",
    { answers: told.answers },
  ];
  for (const receipt of forged) {
    held.receipt = receipt;
    await page.syncNow();
    assert.equal(page.status.unsent, 1);
  }
  held.receipt = hub.receipt(header, told);
  await page.syncNow();
  assert.equal(page.status.unsent, 0); // the control: one that is right counts
});

test("a word that the hub's key did not sign is none, and the batch is left there again", async () => {
  const { hub, page, write } = await hall();
  const honest = hub.key;
  hub.key = new Hub(hub.center).key;
  await write("A");
  await page.syncNow();
  assert.equal(page.status.heldByHub, 0);
  hub.key = honest;
  await page.syncNow();
  assert.equal(page.status.heldByHub, 1);
  assert.equal(hub.held.size, 1);
});

test("a hub that lost what it held is given it again", async () => {
  const { center, hub, page, write } = await hall();
  await write("A");
  await page.syncNow();
  await write("B");
  await page.syncNow();
  hub.held.clear();
  await page.syncNow();
  assert.equal(page.status.heldByHub, 2);
  await hub.carry();
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.deepEqual(vials(center), ["A", "B"]);
});

test("a hub that is away, full, or answers nonsense changes nothing", async () => {
  const { center, hub, page, back, write } = await hall();
  await write("A");
  const nonsense = [
    "away",
    new Response("<!doctype html><title>Wi-Fi</title>", { status: 200, headers: { "Content-Type": "text/html" } }),
    new Response("{}", { status: 507, headers: { "Content-Type": "application/problem+json" } }),
    new Response("{}", { status: 200, headers: { "Content-Type": "application/json" } }),
    new Response("null", { status: 200, headers: { "Content-Type": "application/json" } }),
    new Response('{"held":"?!"}', { status: 200, headers: { "Content-Type": "application/json" } }),
    new Response('{"code":"unknown-sender"}', { status: 401, headers: { "Content-Type": "application/problem+json" } }),
  ];
  for (const answer of nonsense) {
    hub.mishap = () => (answer === "away" ? answer : answer.clone());
    await page.syncNow();
    assert.equal(page.status.unsent, 1);
    assert.equal(page.status.heldByHub, 0);
    assert.equal(page.status.stopped, null);
  }
  back();
  await page.syncNow();
  assert.deepEqual(vials(center), ["A"]);
});

test("a page that is opened anew knows what the hub holds, and leaves only the rest there", async () => {
  const { tablet, hub, page, write } = await hall();
  await write("A");
  await page.syncNow();
  page.close();
  const again = await tablet.page();
  await again.syncNow();
  assert.equal(again.status.heldByHub, 1);
  assert.equal(hub.asked.filter(({ path }) => path.endsWith("/batches")).length, 1);
});

test("a hub that the center names no more is asked for nothing", async () => {
  const { center, hub, page, cut, back, write } = await hall();
  await write("A");
  await page.syncNow();
  back();
  center.hubs = [];
  await page.syncNow();
  cut();
  const before = hub.asked.length;
  await write("B");
  await page.syncNow();
  assert.equal(hub.asked.length, before);
  assert.equal(page.status.unsent, 1);
  assert.equal(page.status.heldByHub, 0);
});

test("the second hub is asked when the first does not answer", async () => {
  const { center, hub, page, back, cut, write } = await hall();
  const gone = new Hub(center);
  center.hubs = [gone.named, hub.named]; // nobody answers at the first address: the center's own fetch is cut too
  back();
  await page.syncNow();
  cut();
  await write("A");
  await page.syncNow();
  assert.equal(page.status.heldByHub, 1);
  assert.equal(hub.held.size, 1);
});

test("a receipt from before a stop lifts none", async () => {
  const { center, hub, page, cut, write } = await hall();
  await write("A");
  await page.syncNow();
  await hub.carry();
  hub.mishap = () => "away";
  center.mishap = (request) => (request.path.endsWith("/batches") ? center.refuse(409, "broken-chain", { last_sequence: 1, head: "A".repeat(43) }) : null);
  await page.syncNow();
  assert.equal(page.status.stopped, "fork");
  assert.equal(page.status.unsent, 1);
  hub.mishap = () => null;
  cut();
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.equal(page.status.stopped, "fork");
});

test("what a receipt says of a tablet that was cut off stops it, as the center's own answer would", async () => {
  const { center, hub, page, write } = await hall();
  await write("A");
  await page.syncNow();
  center.standing = "revoked";
  await hub.carry();
  await page.syncNow();
  assert.equal(page.status.unsent, 0);
  assert.equal(page.status.stopped, "revoked");
  assert.equal(page.status.setAside, 1);
});

test("what an earlier enrollment left goes by the hub too, under its own name, and says nothing about this one", async () => {
  const { center: before, tablet, hub, page, write } = await hall();
  before.mishap = (request) => (request.path.endsWith("/batches") ? before.refuse(401, "wrong-signature") : null);
  await write("A", "B");
  await page.syncNow();
  assert.equal(page.status.stopped, "refused"); // so that it is enrolled anew
  page.close();
  const next = new Center();
  next.signing = before.signing; // one center, which has named the hub
  next.serverKey = before.serverKey;
  next.code = before.code;
  next.device = "01912d68-783e-7a03-8467-5661c1243ad9";
  next.hubs = [hub.named];
  const answering = next.fetch;
  const isEarlier = (input, init) => input.endsWith("/batches") && Buffer.from(init.body).subarray(0, 100).includes(before.device);
  next.fetch = (input, init) => (isEarlier(input, init) ? before : { fetch: answering }).fetch(input, init);
  hub.center = tablet.center = next;
  hub.others = [before];
  const again = await tablet.page();
  await again.enroll(next.code, "Máy 03");
  next.confirmed = true;
  await again.confirmed();
  await again.setPin(STAFF.id, PIN, CODE);
  await again.syncNow();
  assert.equal(again.status.kept, 2);
  before.mishap = next.mishap = () => "before";
  await again.append("vial-opened", vial("of the new life"));
  await again.syncNow();
  assert.deepEqual([again.status.unsent, again.status.heldByHub, again.status.kept, hub.held.size], [1, 1, 2, 2]);
  before.standing = "revoked";
  await hub.carry();
  await again.syncNow();
  assert.deepEqual([again.status.unsent, again.status.kept, again.status.stopped, again.status.setAside], [0, 0, null, 0]);
  assert.deepEqual(before.journal.map(({ entry, reason }) => [entry.vial, reason]), [["A", "device-revoked"], ["B", "device-revoked"]]);
  assert.deepEqual(vials(next), ["of the new life"]);
});
