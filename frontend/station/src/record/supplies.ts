/** Vials, lots and campaign sessions of the site: what the bundle told and what was told since, by whichever device. */

import type { Desk, Lot, SessionStanding, Vial } from "../core.js";
import type { Bundle } from "./bundle.js";
import { inOrder, type Fact } from "./visits.js";

const HOUR_MS = 3_600_000;
export const OBSERVE_MINUTES = 30;

export const STOCK = new Set(["vial-opened", "vial-wasted", "vial-returned", "lot-held-here"]);
export const SESSION = new Set(["session-opened", "session-stopped", "session-closed"]);

interface Opened {
  readonly lot: string;
  readonly label: string;
  readonly openedAt: number;
  doses: number;
}

/** `draws` are today's standing doses: lot, vial and instant of each. */
export function deskOf(
  bundle: Bundle,
  { facts, draws, heldLots }: { facts: readonly Fact[]; draws: readonly Draw[]; heldLots: ReadonlySet<string> },
): Desk {
  const ordered = inOrder(facts);
  const held = new Set(heldLots);
  for (const { entry } of ordered) if (entry.kind === "lot-held-here") held.add(String(entry["lot"]));
  const lots: Lot[] = bundle.lots.map(({ lot, product, expires_on, doses, held_since }) => ({
    number: lot,
    product,
    expiresOn: expires_on,
    doses,
    held: held_since !== null || held.has(lot),
  }));
  return {
    products: bundle.products.map((product) => ({
      code: product.code,
      name: product.name,
      nameVi: product.name_vi,
      doseMl: product.dose_ml,
      dosesPerVial: product.doses_per_vial,
      useAfterOpenHours: product.use_after_open_hours,
    })),
    lots,
    heldLots: [...held],
    vials: vialsOf(bundle, ordered, { draws, lots }),
    fridgesOutside: (bundle.fridges_outside ?? []).map(({ name, temp_c, at }) => ({ name, tempC: temp_c, at: Date.parse(at) })),
    sessions: sessionsOf(bundle, ordered),
    inHand: inHand(ordered, draws),
    openings: (bundle.openings ?? []).map(({ product, waiting_percent, source }) => ({ product, waitingPercent: waiting_percent, source })),
    communes: bundle.communes ?? [],
    observeMinutes: observeMinutesOf(bundle),
  };
}

/** How long somebody is watched after a dose; where two forms differ, the longer holds: the board has one clock. */
export function observeMinutesOf({ forms }: Bundle): number {
  return Math.max(0, ...forms.map((form) => form.observe_minutes ?? 0)) || OBSERVE_MINUTES;
}

export interface Draw {
  readonly lot: string;
  readonly vial: string | null;
  readonly atMs: number;
  /** Who wrote it down. */
  readonly by: string | null;
}

/** What each member of the staff opened or drew from last: after a reload it still lies before them. */
function inHand(ordered: readonly Fact[], draws: readonly Draw[]): Record<string, string> {
  const opened = ordered
    .filter(({ entry }) => entry.kind === "vial-opened")
    .map(({ entry, atMs }): Draw => ({ lot: String(entry["lot"]), vial: String(entry["vial"]), atMs, by: entry.staff ?? null }));
  const held: Record<string, string> = {};
  for (const { lot, vial, by } of [...opened, ...draws].sort((one, other) => one.atMs - other.atMs)) {
    if (by !== null) held[by] = `${lot}|${vial ?? ""}`;
  }
  return held;
}

/**
 * A vial that was set aside after anaphylaxis is in use no more. One whose opening was told here is counted from its entries alone. Of one that only the bundle knows, the bundle's
 * count holds for what happened before it was issued.
 */
function vialsOf(bundle: Bundle, ordered: readonly Fact[], { draws, lots }: { draws: readonly Draw[]; lots: readonly Lot[] }): Vial[] {
  const key = (lot: unknown, vial: unknown): string => JSON.stringify([lot, vial]);
  const told = new Map<string, Opened>();
  for (const { entry, atMs } of ordered) {
    const at = key(entry["lot"], entry["vial"]);
    if (entry.kind !== "vial-opened" || told.has(at)) continue;
    told.set(at, { lot: String(entry["lot"]), label: String(entry["vial"]), openedAt: atMs, doses: Number(entry["doses"]) });
  }
  const counted = new Map<string, Opened>();
  for (const { lot, vial, doses, opened_at } of bundle.vials) {
    const at = key(lot, vial);
    if (!told.has(at)) counted.set(at, { lot, label: vial, openedAt: Date.parse(opened_at), doses });
  }
  const issued = Date.parse(bundle.issued_at);
  const spend = (at: string, doses: number, atMs: number): void => {
    const vial = told.get(at) ?? (atMs > issued ? counted.get(at) : undefined);
    if (vial !== undefined) vial.doses -= doses;
  };
  for (const { entry, atMs } of ordered) {
    const isSpent = entry.kind === "vial-wasted" || entry.kind === "vial-returned";
    if (isSpent) spend(key(entry["lot"], entry["vial"]), Number(entry["doses"]), atMs);
  }
  for (const { lot, vial, atMs } of draws) spend(key(lot, vial), 1, atMs);
  const aside = new Set(ordered.filter(({ entry }) => entry.kind === "lot-held-here" && entry["vial"]).map(({ entry }) => key(entry["lot"], entry["vial"])));
  const inUse = [...told.values(), ...counted.values()].filter(({ lot, label }) => !aside.has(key(lot, label)));
  return inUse.map((vial) => shown(vial, bundle, lots));
}

function shown({ lot, label, openedAt, doses }: Opened, bundle: Bundle, lots: readonly Lot[]): Vial {
  const product = lots.find((one) => one.number === lot)?.product ?? null;
  const hours = bundle.products.find((one) => one.code === product)?.use_after_open_hours ?? null;
  const useUntilAt = hours === null ? null : openedAt + hours * HOUR_MS;
  return { label, lot, product, openedAt, useUntilAt, dosesLeft: doses };
}

/**
 * How each session stands. Openings without a reason are the first arrivals of several tablets and end no stop; only the
 * lead's, which has one, lets a session go on. What the bundle says of a stop or an end holds beside the entries, which may
 * come later than it; a stop by an entry holds whatever the bundle says.
 */
function sessionsOf(bundle: Bundle, ordered: readonly Fact[]): SessionStanding[] {
  const told = new Map<string, SessionStanding>();
  for (const { id, product, state } of bundle.sessions) {
    const stopped = state === "stopped" ? "" : null;
    told.set(id, { campaignSession: id, product, opened: state !== "planned", stopped, closed: state === "closed" });
  }
  const issued = Date.parse(bundle.issued_at);
  const isStoppedByBundle = new Set([...told.values()].filter((one) => one.stopped !== null).map((one) => one.campaignSession));
  for (const { entry, atMs } of ordered) {
    const id = String(entry["campaign_session"]);
    const before = told.get(id) ?? { campaignSession: id, product: null, opened: false, stopped: null, closed: false };
    if (entry.kind === "session-opened") {
      const goesOn = Boolean(entry["reason"]) && (atMs > issued || !isStoppedByBundle.has(id));
      told.set(id, { ...before, opened: true, stopped: goesOn ? null : before.stopped });
    }
    if (entry.kind === "session-stopped") told.set(id, { ...before, opened: true, stopped: String(entry["reason"]) });
    if (entry.kind === "session-closed") told.set(id, { ...before, closed: true });
  }
  return [...told.values()];
}
