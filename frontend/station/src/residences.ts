/** Where somebody from elsewhere lives: every commune of the country, out of one file that came with the app. */

export type Communes = readonly (readonly [code: string, name: string])[];
/** The districts of a province with their communes; in the division of 2025 all communes under an empty name. */
export type Parts = readonly (readonly [name: string, communes: Communes])[];
export type Country = readonly (readonly [province: string, parts: Parts])[];

/** How far a residence has been told, by its place in the lists; "" where nothing was chosen yet. */
export interface Chosen {
  readonly province: string;
  readonly district: string;
  readonly commune: string;
}

export const NOWHERE: Chosen = { province: "", district: "", commune: "" };

/** What there is to choose from now: no districts where the division has none. */
export interface Choice {
  readonly provinces: readonly string[];
  readonly districts: readonly string[];
  readonly communes: Communes;
}

export function choiceOf(country: Country, chosen: Chosen): Choice {
  const parts = chosen.province === "" ? [] : (country[Number(chosen.province)]?.[1] ?? []);
  const undivided = parts.length === 1 && parts[0]![0] === "";
  const part = undivided ? parts[0] : chosen.district === "" ? undefined : parts[Number(chosen.district)];
  return { provinces: country.map(([name]) => name), districts: undivided ? [] : parts.map(([name]) => name), communes: part?.[1] ?? [] };
}
