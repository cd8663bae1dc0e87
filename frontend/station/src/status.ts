/** What the bar of every screen shows, put together from what lies on the disk. */

import type { Phase, StaffMember, Status } from "./core.js";
import type { Clock } from "./record/clock.js";
import { keptCount } from "./record/earlier.js";
import type { Outbox } from "./record/outbox.js";
import type { Disk } from "./store/disk.js";
import type { DeviceRow, Meta, SyncRow, Wrap } from "./store/schema.js";
import type { Staff } from "./store/shelf.js";

const HOUR_MS = 3_600_000;
/** A list older than this warns before each dose. */
const STALE_MS = 24 * HOUR_MS;

/** Where the center has not said after how long without a touch the screen is covered. Its own habit is the same. */
const LOCKS_AFTER_MS = 5 * 60_000;

export interface Readings {
  readonly waiting: { readonly count: number; readonly oldestAt: number | null };
  readonly about: Meta["about"] | undefined;
  readonly sync: SyncRow | undefined;
  readonly wraps: readonly Wrap[];
  readonly asides: Awaited<ReturnType<Outbox["asides"]>>;
  readonly kept: number;
  readonly heldByHub: number;
  readonly hall: Status["hall"];
}

export async function readings(disk: Disk, outbox: Outbox | null): Promise<Readings> {
  const [waiting, about, sync, wraps, asides, kept, heldByHub, hall] = await Promise.all([
    outbox === null ? { count: 0, oldestAt: null } : outbox.waiting(),
    disk.get("about"),
    disk.get("sync"),
    disk.get("wraps"),
    outbox === null ? [] : outbox.asides(),
    keptCount(disk),
    outbox === null ? 0 : heldBy(disk, outbox),
    heardBy(disk),
  ]);
  return { waiting, about, sync, wraps: wraps ?? [], asides, kept, heldByHub, hall };
}

/** What a hub holds counts only while the center names that hub, and of the present chain. */
async function heldBy(disk: Disk, outbox: Outbox): Promise<number> {
  const [chain, rows, hubs] = await Promise.all([outbox.chain(), disk.get("handedOver"), disk.get("hubs")]);
  const handed = rows?.find(({ device }) => device === chain.device);
  if (handed === undefined || !hubs?.some(({ device }) => device === handed.hub)) return 0;
  return Math.max(Math.min(handed.last, chain.seq) - chain.answered, 0);
}

/** The hall's desks are heard by a hub that the center names, for this device. */
async function heardBy(disk: Disk): Promise<Status["hall"]> {
  const [noted, device, hubs] = await Promise.all([disk.get("noted"), disk.get("device"), disk.get("hubs")]);
  const isNamed = noted?.device === device?.id && hubs?.some((hub) => hub.device === noted?.hub) === true;
  const { heardAt, sinceAt } = noted ?? {};
  if (!isNamed || heardAt === undefined || sinceAt === undefined) return null;
  return { sinceAt, heardAt };
}

export interface Moment {
  readonly phase: Phase;
  readonly device: DeviceRow | undefined;
  readonly staff: StaffMember | null;
  readonly reached: boolean | null;
  readonly syncing: boolean;
  readonly persisted: boolean;
}

export function statusOf({ waiting, about, sync, asides, kept, heldByHub, hall }: Readings, clock: Clock, moment: Moment): Status {
  const { device, phase, staff, reached, syncing, persisted } = moment;
  const isEnrolled = device !== undefined && device.status === "enrolled";
  const day = clock.day();
  return {
    phase,
    rehearsal: false,
    fingerprint: device?.fingerprint ?? null,
    device: device?.id || null,
    site: isEnrolled ? { code: device.site, name: about?.siteName ?? device.site } : null,
    enrolledUntilAt: isEnrolled ? device.expiresAt : null,
    staff,
    unsent: waiting.count,
    oldestUnsentAt: waiting.oldestAt,
    lastSyncAt: sync?.lastAt ?? null,
    reached,
    syncing,
    stopped: device?.stopped ?? null,
    setAside: asides.length,
    kept,
    heldByHub,
    hall,
    bundle: about === undefined ? null : { version: about.version, issuedAt: about.issuedAt, day: about.day },
    bundleStale: about === undefined || about.day !== day || clock.now() - about.issuedAt > STALE_MS,
    locksAfterMs: about?.locksAfterMs ?? LOCKS_AFTER_MS,
    offsetMs: clock.read().offsetMs,
    leapMs: clock.leapMs,
    persisted,
    day,
  };
}

/** Who may sign in here, by name. */
export function membersOf(staff: Staff, { wraps, day }: { wraps: readonly Wrap[]; day: string }): StaffMember[] {
  const known = (id: string, byPasskey: boolean): boolean =>
    wraps.some((wrap) => wrap.day === day && wrap.staff === id && (wrap.credential !== undefined) === byPasskey);
  return staff
    .map(({ id, name, roles }) => ({ id, name, roles, hasPin: known(id, false), hasPasskey: known(id, true) }))
    .sort((one, other) => one.name.localeCompare(other.name, "vi"));
}
