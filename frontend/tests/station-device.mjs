/** A device for the station's tests: a database of its own in memory, a clock that can be set, a center to speak with. */
import "fake-indexeddb/auto";

import { StationAtWork } from "../.compiled/station/src/station.js";
import { Clock } from "../.compiled/station/src/record/clock.js";
import { Disk } from "../.compiled/station/src/store/disk.js";
import { Http } from "../.compiled/station/src/sync/http.js";
import { CODE, Center, NOON, STAFF } from "./station-center.mjs";

export const PIN = "407218";
const TODAY = { StationAtWork, Clock, Disk, Http };
let devices = 0;

export class Device {
  name = `device-${(devices += 1)}`;
  wall = NOON;
  elapsed = 0;
  pages = [];
  /** A hub in the hall (station-hub.mjs), if a test has one. */
  hub = null;

  constructor(center = new Center()) {
    this.center = center;
  }

  watch = { wall: () => this.wall, ticks: () => this.elapsed };

  pass(ms) {
    this.wall += ms;
    this.elapsed += ms;
    this.center.now += ms;
  }

  /** Open a page of the app, today's or an older build's; several of one device share its database. */
  async page({ StationAtWork, Clock, Disk, Http } = TODAY) {
    const disk = await Disk.open(this.name);
    const clock = Clock.resumed(await disk.get("clock"), this.watch);
    const http = new Http(clock, "", (input, init) => (this.hub?.isAt(input) ? this.hub : this.center).fetch(input, init));
    const station = await StationAtWork.start({ disk, http, clock, name: this.name, persisted: true });
    this.pages.push(station);
    return station;
  }

  /** A page of an enrolled device with somebody signed in and the list fetched. */
  async atWork(build = TODAY) {
    const page = await this.page(build);
    await page.enroll(this.center.code, "Máy 03");
    this.center.confirmed = true;
    await page.confirmed();
    await page.syncNow();
    await page.setPin(STAFF.id, PIN, CODE);
    await page.syncNow();
    return page;
  }

  close() {
    this.pages.forEach((page) => page.close());
  }
}

export const vial = (label) => ({ lot: "ABX6412", vial: label, doses: 10, reason: null });
export const until = async (holds, what) => {
  for (let turn = 0; turn < 2000; turn++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never: ${what}`);
};
