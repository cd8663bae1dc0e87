/**
 * What a tablet may write down: one shape per kind, as the server reads it (the classes `events.py` of its rooms). What
 * every entry carries besides - id, sequence, clock, site, staff - is added by `Station.append`.
 *
 * Instants are RFC 3339 texts in UTC, days are ISO dates, ids are UUIDv7, volumes are milliliters, waits are minutes.
 */

export type Sex = "male" | "female" | "other" | "unknown";
export type Arm = "left" | "right";
export type How = "card-scanned" | "document-seen" | "known-to-officer" | "told";
export type Severity = "mild" | "moderate" | "severe" | "anaphylaxis";
export type Conclusion = "contraindicated" | "defer" | "refer_hospital" | "caution" | "eligible_now";

/** An identity number as it was read or typed; `kind` is a code of the server's `identifier_rules.csv`. */
export interface IdentifierTold {
  readonly kind: string;
  readonly value: string;
}

/** Who came, of somebody whom the list does not know. `born` is a year, a year and month, or a day. */
export interface PersonBlock {
  readonly name: string;
  readonly born: string;
  readonly sex: Sex;
  readonly identifiers?: readonly IdentifierTold[];
  readonly phone?: string | null;
  readonly commune?: string | null;
  readonly target_group?: string | null;
}

interface OfVisit {
  readonly visit: string;
  readonly person: string;
}

/** New values of a dose; what is absent stays as it was. */
export interface Correction {
  readonly product?: string;
  readonly lot?: string;
  readonly vial?: string;
  readonly volume_ml?: number;
  readonly arm?: Arm;
  readonly vaccinator?: string;
  readonly dose_number_told?: number;
}

export interface Facts {
  "arrived": OfVisit & {
    readonly ticket: string;
    readonly campaign_session?: string | null;
    readonly appointment?: string | null;
    readonly block?: PersonBlock | null;
  };
  "identified": OfVisit & { readonly how: How; readonly document?: string | null };
  "consented": OfVisit & {
    readonly form: string;
    readonly agreed: boolean;
    readonly guardian_name?: string | null;
    readonly guardian_phone?: string | null;
  };
  "screened": OfVisit & {
    readonly form: string;
    readonly conclusion: Conclusion;
    readonly answers: Readonly<Record<string, boolean | string | number | null>>;
    readonly vitals?: Readonly<Record<string, number | null>>;
    readonly reasons?: readonly string[];
  };
  "deferred": OfVisit & { readonly reason: string; readonly until?: string | null };
  /** `vaccinator` gave it; `recorder` only when somebody else types for them. `dose_number_told` is what was said. */
  "dose-given": {
    readonly person: string;
    readonly visit: string;
    readonly product: string;
    readonly lot: string;
    readonly vial?: string | null;
    readonly volume_ml: number;
    readonly arm: Arm;
    readonly vaccinator: string;
    readonly recorder?: string | null;
    readonly dose_number_told?: number | null;
  };
  "confirmed": { readonly entry: string };
  "observed": OfVisit & { readonly minutes: number; readonly state: string };
  "released": OfVisit & { readonly minutes: number; readonly state: string };
  "left": OfVisit & { readonly minutes: number; readonly reason: string };
  "aefi": {
    readonly visit?: string | null;
    readonly person?: string | null;
    readonly onset: string;
    readonly severity: Severity;
    readonly signs: readonly string[];
    readonly actions?: readonly { readonly at: string; readonly what: string }[];
  };
  "vial-opened": { readonly lot: string; readonly vial: string; readonly doses: number; readonly reason?: string | null };
  "vial-wasted": { readonly lot: string; readonly vial: string; readonly doses: number; readonly reason: string };
  "vial-returned": { readonly lot: string; readonly vial?: string | null; readonly doses: number; readonly reason: string };
  "counted": { readonly what: "slips" | "vials" | "doses"; readonly quantity: number; readonly lot?: string | null; readonly day?: string | null };
  "session-opened": { readonly campaign_session: string; readonly reason?: string | null };
  "session-stopped": { readonly campaign_session: string; readonly reason: string };
  "session-closed": { readonly campaign_session: string; readonly reason?: string | null };
  "lot-held-here": { readonly lot: string; readonly reason: string; readonly vial?: string };
  "corrected": { readonly entry: string; readonly values: Correction; readonly reason: string; readonly evidence?: string | null };
  "voided": { readonly entry: string; readonly reason: string; readonly evidence?: string | null };
}

export type Kind = keyof Facts;
