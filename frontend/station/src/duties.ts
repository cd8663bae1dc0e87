/** Who does what at which stage: the doors that a row of the list opens for somebody of these roles. */

import type { Row, Stage, StaffMember } from "./core";
import { to } from "./nav";

export type Duty = "check-in" | "screen" | "dose" | "observe" | "lead";

/** The duties of a role, as the server grants its powers (`domain/access/values.py`). */
const DUTIES: Readonly<Record<string, readonly Duty[]>> = {
  "check-in": ["check-in"],
  screener: ["screen"],
  vaccinator: ["dose", "observe"],
  recorder: ["dose", "check-in"],
  observer: ["observe"],
  lead: ["lead"],
};

const DOORS: Readonly<Record<Stage, readonly (readonly [duty: Duty, screen: string])[]>> = {
  expected: [["check-in", "arrive"]],
  arrived: [["screen", "screening"], ["check-in", "identity"]],
  screened: [["dose", "dose"], ["screen", "screening"], ["check-in", "identity"]],
  observed: [["observe", "watch"], ["dose", "dose"]],
  released: [["observe", "slip"], ["dose", "dose"]],
  left: [["screen", "screening"], ["dose", "dose"], ["check-in", "identity"]],
  deferred: [["screen", "screening"], ["dose", "dose"], ["check-in", "identity"]],
  declined: [["screen", "screening"], ["dose", "dose"], ["check-in", "identity"]],
  "wrong-person": [],
};

export function dutiesOf(member: StaffMember | null): ReadonlySet<Duty> {
  return new Set((member?.roles ?? []).flatMap((role) => DUTIES[role] ?? []));
}

/** The address that a row leads to for somebody of these duties; null where they have nothing to do. */
export function doorOf(row: Row, duties: ReadonlySet<Duty>): string | null {
  const found = DOORS[row.stage].find(([duty]) => duties.has(duty));
  return found ? to("visit", row.key, found[1]) : null;
}

/** The stage at which somebody of these duties works: the chair, the desks before it, or after. */
export function firstStage(duties: ReadonlySet<Duty>): Tab {
  if (duties.has("check-in")) return "expected";
  if (duties.has("screen")) return "arrived";
  if (duties.has("dose")) return "screened";
  return duties.has("observe") ? "observed" : "expected";
}

/** The figures above the list, each with the stages it counts. */
export const TABS = {
  expected: ["expected"],
  arrived: ["arrived"],
  screened: ["screened"],
  observed: ["observed"],
  released: ["released"],
  none: ["deferred", "declined", "left", "wrong-person"],
} as const satisfies Readonly<Record<string, readonly Stage[]>>;
export type Tab = keyof typeof TABS;
