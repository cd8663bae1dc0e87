/** The corners of PROTOCOL's table of answers, as a tablet meets them: each reason, and each refusal that repeating does not mend. */
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Device, vial } from "./station-device.mjs";

const devices = [];
const device = () => { const made = new Device(); devices.push(made); return made; };
after(() => devices.forEach((one) => one.close()));
const isBatch = (request) => request.path.endsWith("/batches");
const refusing = (center, ...told) => (request) => (isBatch(request) ? center.refuse(...told) : null);

for (const reason of ["unreadable", "kind-unknown", "kind-not-allowed", "schema-unknown", "sequence-differs", "id-reused"]) {
  test(`an entry set aside as ${reason} is shown, and the tablet works on`, async () => {
    const tablet = device();
    const page = await tablet.atWork();
    tablet.center.asides.set("vial-wasted", reason);
    const { id } = await page.append("vial-wasted", { lot: "ABX6412", vial: "A", doses: 1, reason: "broken" });
    await page.append("vial-opened", vial("B"));
    await page.syncNow();
    assert.deepEqual(page.setAside(), [{ seq: 1, id, reason }]);
    assert.deepEqual([page.status.unsent, page.status.setAside, page.status.stopped], [0, 1, null]);
    await page.append("vial-opened", vial("C"));
    await page.syncNow();
    assert.deepEqual([...tablet.center.seen.values()], [1, 1]);
  });
}

test("a device whose term is over delivers what it holds and writes nothing new", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.asides.set("vial-opened", "device-expired");
  tablet.center.mishap = () => "before";
  for (const label of ["A", "B"]) await page.append("vial-opened", vial(label));
  tablet.center.mishap = () => null;
  await page.syncNow();
  assert.deepEqual([page.status.stopped, page.status.unsent], ["expired", 0]);
  assert.deepEqual(page.setAside().map(({ seq, reason }) => [seq, reason]), [[1, "device-expired"], [2, "device-expired"]]);
  await assert.rejects(page.append("vial-opened", vial("C")), { code: "stopped" });
});

for (const [status, code] of [[401, "unknown-sender"], [401, "wrong-signature"], [400, "batch-unreadable"]]) {
  test(`${status} ${code} loses nothing, says so, and is tried again`, async () => {
    const tablet = device();
    const page = await tablet.atWork();
    tablet.center.mishap = refusing(tablet.center, status, code);
    await page.append("vial-opened", vial("A"));
    await page.syncNow();
    assert.deepEqual([page.status.stopped, page.status.unsent], ["refused", 1]);
    tablet.center.mishap = () => null;
    await page.syncNow();
    assert.deepEqual([page.status.stopped, page.status.unsent], [null, 0]);
    assert.deepEqual([...tablet.center.seen.values()], [1]);
  });
}

test("413 for an entry alone is no reason to drop it", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  tablet.center.mishap = refusing(tablet.center, 413, "batch-too-large");
  for (const label of ["A", "B", "C"]) await page.append("vial-opened", vial(label));
  await page.syncNow();
  assert.deepEqual([page.status.stopped, page.status.unsent], ["refused", 3]);
  tablet.center.mishap = () => null;
  await page.syncNow();
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["A", "B", "C"]);
});

test("a center that holds entries whose answer got lost is believed by its link, and the rest follows", async () => {
  const tablet = device();
  const page = await tablet.atWork();
  let answers = 0;
  // Taken, and told to nobody; then refused as a gap would be: the link says what is there.
  tablet.center.mishap = (request) => (isBatch(request) && (answers += 1) === 1 ? "after" : null);
  await page.append("vial-opened", vial("A"));
  await page.syncNow();
  const { last, head } = tablet.center;
  await page.append("vial-opened", vial("B"));
  let refused = 0;
  tablet.center.mishap = (request) =>
    isBatch(request) && (refused += 1) === 1
      ? tablet.center.refuse(409, "broken-chain", { last_sequence: last, head: Buffer.from(head).toString("base64url") })
      : null;
  await page.syncNow();
  assert.deepEqual([page.status.stopped, page.status.unsent], [null, 0]);
  assert.deepEqual(tablet.center.journal.map(({ entry }) => entry.vial), ["A", "B"]);
  assert.deepEqual([...tablet.center.seen.values()], [1, 1]);
});
