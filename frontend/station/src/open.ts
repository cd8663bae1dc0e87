/** Opens the station of this browser: its database, its clock, its way to the center. */

import type { Station } from "./core.js";
import { Clock } from "./record/clock.js";
import { StationAtWork } from "./station.js";
import { Disk, RECORD } from "./store/disk.js";
import { type Fetch, Http } from "./sync/http.js";

/** What a test or a rehearsal may choose; the app asks for nothing. */
export interface Options {
  readonly name?: string;
  readonly origin?: string;
  readonly fetch?: Fetch;
}

export async function open({ name = RECORD, origin = "", fetch: fetching }: Options = {}): Promise<Station> {
  const disk = await Disk.open(name);
  const clock = Clock.resumed(await disk.get("clock"));
  // The browser may say no and still keep everything for months: the status tells it, the work goes on.
  const persisted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
  return StationAtWork.start({ disk, http: new Http(clock, origin, fetching), clock, name, persisted });
}
