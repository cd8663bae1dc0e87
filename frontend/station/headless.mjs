/**
 * Tablets without screens: the core of the station's app in Node, told by lines of JSON on its standard input what to
 * write and when to send, and answering each with one line. Each device has a database of its own in memory.
 *
 * Whoever simulates people and their day (`tiemchung replay --station-clients`) speaks to it; store, seals, chain, batches,
 * what is fetched and what becomes of a visit are the app's own.
 */
import "fake-indexeddb/auto";

import { createInterface } from "node:readline";

import { atWork } from "../.compiled/station/src/enrolled.js";
import { Clock } from "../.compiled/station/src/record/clock.js";
import { Memory } from "../.compiled/station/src/record/memory.js";
import { Disk } from "../.compiled/station/src/store/disk.js";
import { Shelf } from "../.compiled/station/src/store/shelf.js";
import { chance } from "../.compiled/station/src/rehearsal/chance.js";
import { BATCHES } from "../.compiled/station/src/sync/send.js";
import { Http } from "../.compiled/station/src/sync/http.js";
import { fromBase64url, fromUtf8 } from "../.compiled/station/src/wire/bytes.js";
import { makeAgreementKey } from "../.compiled/station/src/wire/seal.js";

/** How long a center may be away before the tablet gives up. */
const PATIENCE_MS = 180_000;
const SHORT_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000;
const PIN = "407218";

class Client {
  wall = 0;
  ticks = 0;
  /** The chance that an answer to a batch is lost, and what draws it: by its seed a day that failed is had again. */
  loses = 0;
  chance;
  /** What the center said of each entry, by its sequence. */
  answers = new Map();
  lost = 0;
  /** The day whose bundle it has. */
  bundleOf = null;

  static async begin({ device, site, key, server_key: serverKey, sealing_key: sealingKey, origin, staff, at_ms: atMs, seed }) {
    const client = new Client();
    client.chance = chance(seed);
    client.set(atMs, 0);
    const clock = new Clock(null, { wall: () => client.wall, ticks: () => client.ticks });
    const disk = await Disk.open(device);
    const http = new Http(clock, origin, (input, init) => client.fetch(input, init));
    const signing = await crypto.subtle.importKey("jwk", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    const agreement = await makeAgreementKey();
    const row = {
      id: device, signing, point: new Uint8Array(0), agreement: agreement.privateKey, agreementPoint: agreement.point, code: "", name: device,
      status: "enrolled", fingerprint: "", site, expiresAt: Number.MAX_SAFE_INTEGER, kinds: null, pin: "",
      serverKey: fromBase64url(serverKey), sealingKey: fromBase64url(sealingKey), stopped: null,
    };
    await disk.put("device", row);
    const shelf = new Shelf(disk);
    Object.assign(client, { http, memory: new Memory(shelf, clock) });
    client.station = await atWork({ disk, http, clock, name: device, persisted: true }, shelf, row);
    client.takeOneBundleADay(clock);
    // Nobody signs in here: the data key begins with a PIN that no secret of the center's backs, and never leaves memory.
    await client.station.vault.admit({ staff, salt: new Uint8Array(16), iterations: 1, days: [] }, PIN, clock.day());
    return client;
  }

  /** A simulated half hour passes in seconds, and a center makes no device a bundle every few of them: one a day will do. */
  takeOneBundleADay(clock) {
    const { round } = this.station;
    const ask = round.bundle.bind(round);
    round.bundle = async () => {
      const day = clock.day();
      if (this.bundleOf === day) return false;
      const got = await ask();
      if (got) this.bundleOf = day;
      return got;
    };
  }

  /** The tablet's clock runs with the simulated day, wrong by as much as it is told. */
  set(atMs, errorMs) {
    this.ticks = atMs;
    this.wall = atMs + errorMs;
  }

  async fetch(input, init) {
    const response = await fetch(input, init);
    if (!input.endsWith(BATCHES) || !response.ok) return response;
    if (this.chance.share() < this.loses) {
      await response.arrayBuffer();
      this.lost += 1;
      throw new TypeError("the answer is lost");
    }
    for (const one of (await response.clone().json()).answers) this.answers.set(one.seq, one);
    return response;
  }

  async append({ entry: { kind, id, ...body }, staff, at_ms: atMs, error_ms: errorMs }) {
    this.set(atMs, errorMs);
    const { outbox, vault } = this.station;
    outbox.newId = () => id; // whoever simulates the day refers to its entries by ids of their own
    const { seq, line } = await outbox.append(kind, body, { staff, key: vault.key, atMs });
    return { seq, line: fromUtf8(line) };
  }

  /** Send until nothing waits, and fetch what the site's others wrote; tell what the center answered to each entry. */
  async send({ loses, all }) {
    const { outbox, round } = this.station;
    this.loses = loses;
    const givesUpAt = performance.now() + PATIENCE_MS;
    await this.http.time().catch(() => undefined); // the wall stood still since the last entry
    for (;;) {
      const { unanswered, stopped } = await round.run({ all, stopped: null, leads: false });
      if (stopped !== null) throw new Error(`the center listens no more: ${stopped}`);
      if (unanswered === null) break;
      if (performance.now() > givesUpAt) throw unanswered;
      await new Promise((resolve) => setTimeout(resolve, Math.min(unanswered.retryAfterMs ?? SHORT_WAIT_MS, LONGEST_WAIT_MS)));
    }
    const { count } = await outbox.waiting();
    if (count > 0) throw new Error(`${count} entries wait`);
    const answers = [...this.answers.values()];
    this.answers.clear();
    return { answers, lost: this.lost };
  }

  /** The doses of the day that count, as the app's own fold has them: by this device, and by the others that it heard of. */
  async doses() {
    const { outbox, vault, device } = this.station;
    await this.memory.read(vault.key, { outbox, device: device.id });
    const { today } = this.memory;
    const doses = today.rows().flatMap(({ key }) => today.visit(key)?.doses ?? []);
    return { day: today.day, doses: doses.filter(({ voided }) => voided === null).map(({ entry }) => entry) };
  }
}

const clients = new Map();

async function answer({ do: what, device, ...told }) {
  if (what === "begin") {
    clients.set(device, await Client.begin({ device, ...told }));
    return {};
  }
  return clients.get(device)[what](told);
}

for await (const line of createInterface({ input: process.stdin })) {
  let told;
  try {
    told = await answer(JSON.parse(line));
  } catch (fault) {
    told = { fault: String(fault?.stack ?? fault) };
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
