/** A recorder types what somebody else gave: for whom, and how that vaccinator's own word comes beside it. */

import type { StaffMember, Station, TypedDose } from "./core.js";

/** Who may be named as the one who gave a dose. */
export function vaccinators(station: Station): readonly StaffMember[] {
  return station.staff.filter((member) => member.roles.includes("vaccinator"));
}

/** Whether whoever is signed in says who gave the dose: a recorder, or somebody who gives none themselves. */
export function typesForOthers({ status }: Station): boolean {
  const roles = status.staff?.roles ?? [];
  return roles.includes("recorder") || !roles.includes("vaccinator");
}

let served: { readonly recorder: string; readonly vaccinator: string } | null = null;

/** Who probably gave the dose: whom the signed-in recorder typed for last at this tablet, or else they themselves. */
export function probablyGaveIt(station: Station): string {
  const { staff } = station.status;
  if (staff === null) return "";
  const last = served?.recorder === staff.id ? served.vaccinator : staff.id;
  return vaccinators(station).some((member) => member.id === last) ? last : "";
}

/** The signed-in recorder sits beside this vaccinator, until they name another. */
export function sitBeside(station: Station, vaccinator: string): void {
  const recorder = station.status.staff?.id;
  if (recorder !== undefined) served = { recorder, vaccinator };
}

/** What waits for the word of whoever is signed in. */
export function waitingForMe(station: Station): readonly TypedDose[] {
  const { staff } = station.status;
  return staff === null ? [] : station.typedFor(staff.id);
}

/** Say that whoever is signed in gave this dose as it was typed. False where it does not wait for them, or no more. */
export async function confirmTyped(station: Station, entry: string): Promise<boolean> {
  if (!waitingForMe(station).some(({ dose }) => dose.entry === entry)) return false;
  await station.append("confirmed", { entry });
  return true;
}
