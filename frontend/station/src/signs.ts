/** Vital signs as they are typed, with the numbers a body can have: bounds that only catch slips of the finger. */
import { w } from "./words.js";

export const SIGNS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  temp_c: [30, 45],
  pulse_bpm: [20, 250],
  systolic_mmhg: [40, 300],
  diastolic_mmhg: [20, 200],
  respiration_per_min: [4, 80],
  spo2_percent: [40, 100],
};

/** Return a sign as it was typed, null if it was not; a number that no body has is said in `wrong` under `id`. */
export function measured(sign: string, typed: string, wrong: Record<string, string>, id = sign): number | null {
  const text = typed.trim().replace(",", ".");
  if (!text) return null;
  const [low, high] = SIGNS[sign]!;
  const value = Number(text);
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(text) || value < low || value > high) {
    wrong[id] = w("wrong.sign", { sign: w(`sign.${sign}`), low, high });
    return null;
  }
  return value;
}

/** Return what was measured of somebody who reacts, in the words of the record; "" with the reason in `wrong`. */
export function measuredThen(typed: Readonly<Record<string, string>>, wrong: Record<string, string>, idOf: (sign: string) => string): string {
  const found = Object.keys(SIGNS).flatMap((sign) => {
    const value = measured(sign, typed[sign] ?? "", wrong, idOf(sign));
    return value === null ? [] : [`${sign} ${value}`];
  });
  if (found.length === 0 && Object.keys(wrong).length === 0) wrong[idOf("pulse_bpm")] = w("wrong.no-sign");
  return Object.keys(wrong).length > 0 ? "" : found.join(", ");
}
