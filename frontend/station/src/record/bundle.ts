/** The site bundle as the server signs it (docs/operations/station.md, The bundle), and how one is taken. */

import type { FormShown } from "../core.js";
import type { Book, Decision, Product as RuleProduct, Rule } from "../../../src/rules/intervals.js";
import type { HubRow } from "../store/schema.js";
import { fromUtf8, type Bytes } from "../wire/bytes.js";

export interface ListedPerson {
  readonly person: string;
  readonly visit: string | null;
  readonly ticket: string | null;
  readonly stage: string | null;
  readonly appointment: string | null;
  readonly session: string | null;
  readonly starts_at: string | null;
  readonly reference: string | null;
  readonly name: string;
  readonly born: string;
  readonly sex: string;
  readonly last4: readonly { readonly kind: string; readonly end: string }[];
  readonly tokens: readonly string[];
  readonly doses: readonly { readonly product: string; readonly given_on: string; readonly number: number | null }[];
  readonly eligible: boolean | null;
  readonly reasons: readonly string[];
  readonly from_on: string | null;
  readonly warnings: readonly { readonly severity: string; readonly on: string | null }[];
  readonly conditions: readonly string[];
  readonly same_as: readonly string[];
}

export interface BundledProduct extends RuleProduct {
  readonly name: string;
  readonly name_vi: string;
  readonly dose_ml: number;
  readonly doses_per_vial: number;
  readonly use_after_open_hours: number | null;
}

export interface BundledForm extends FormShown {
  readonly observe_minutes: number | null;
}

/** Who may be called in on a day, as the center tells it. */
export interface StandbyTold {
  readonly day: string;
  readonly told_at: string;
  readonly lists: readonly StandbyListTold[];
}

interface StandbyListTold {
  readonly session: string;
  readonly product: string;
  readonly persons: readonly {
    readonly person: string;
    readonly name: string;
    readonly born: string;
    readonly group: readonly [vi: string, en: string] | null;
    readonly phone: string;
    readonly state: string | null;
    readonly told_at: string | null;
  }[];
}

export interface HeldLot {
  readonly number: string;
}

export interface HallKey {
  readonly day: string;
  readonly key: string;
}

export interface Bundle {
  readonly format: string;
  readonly version: number;
  readonly issued_at: string;
  readonly device: string;
  readonly site: { readonly code: string; readonly name?: string; readonly province_code?: string };
  readonly sessions: readonly { readonly id: string; readonly product: string | null; readonly state: string }[];
  readonly communes?: readonly { readonly code: string; readonly name: string }[];
  readonly staff: readonly { readonly id: string; readonly name: string; readonly roles: readonly string[]; readonly credentials?: readonly string[] }[];
  readonly products: readonly BundledProduct[];
  readonly rules: readonly Rule[];
  readonly decisions: readonly Decision[];
  readonly forms: readonly BundledForm[];
  readonly lots: readonly { readonly lot: string; readonly product: string; readonly expires_on: string | null; readonly doses: number; readonly held_since: string | null }[];
  readonly vials: readonly { readonly lot: string; readonly vial: string; readonly doses: number; readonly opened_at: string }[];
  /** After so many seconds without a touch the screen is covered. Absent in a bundle of an older center. */
  readonly locks_after_s?: number;
  /** Absent in a bundle of an older center. */
  readonly openings?: readonly { readonly product: string; readonly waiting_percent: number; readonly source: string }[];
  /** Absent in a bundle of an older center. */
  readonly hubs?: readonly HubRow[];
  /** Keys of days under which the hall's desks tell each other what they wrote; absent in a bundle of an older center. */
  readonly hall?: readonly HallKey[];
  readonly held_lots: readonly HeldLot[];
  readonly fridges_outside?: readonly { readonly name: string; readonly temp_c: number; readonly at: string }[];
  readonly devices_cut_off: readonly string[];
  readonly list: { readonly day: string; readonly token_key: string; readonly persons: readonly ListedPerson[] };
}

export const FORMAT = "tiemchung/bundle/2";

/** Return the bundle in these bytes, if it is one for this device and site and none older than the known; else null. */
export function readBundle(
  clear: Bytes,
  { device, site, atLeast }: { device: string; site: string; atLeast: number },
): Bundle | null {
  const told = JSON.parse(fromUtf8(clear)) as Bundle;
  const ours = told.format === FORMAT && told.device === device && told.site.code === site;
  return ours && told.version >= atLeast ? told : null;
}

/** What `src/rules` judges by. */
export function bookOf({ products, rules, decisions }: Pick<Bundle, "products" | "rules" | "decisions">): Book {
  return { products: Object.fromEntries(products.map((product) => [product.code, product])), rules, decisions };
}
