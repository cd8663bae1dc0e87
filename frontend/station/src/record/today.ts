/**
 * Today at this site: who is on the list, who came, and what was told of them by this device and the others. Holds plain
 * facts by their id, so that what comes twice counts once, and folds a visit when somebody looks at it.
 */

import type { Desk, Flag, FormShown, Row, Sex, Stage, StandbyList, TypedDose, Visit } from "../core.js";
import { type Finding, judge } from "../../../src/rules/intervals.js";
import { type Bundle, bookOf, type ListedPerson, type StandbyTold } from "./bundle.js";
import { dayOf } from "./clock.js";
import { type Block, bornBetween, type Human, humanOf, humanTold, normalNumber } from "./humans.js";
import { flaggedTogether } from "./flags.js";
import type { Entry } from "./lines.js";
import { type Held, marksOf, order } from "./marks.js";
import { Index } from "./search.js";
import { standbyOf } from "./standby.js";
import { type Draw, deskOf, OBSERVE_MINUTES, observeMinutesOf, SESSION, STOCK } from "./supplies.js";
import { tokensOf } from "./tokens.js";
import { type Course, type Fact, factOf, flagsOf, fold, isAmendment, type Source, waitsFor } from "./visits.js";

const UNDER_NO_VISIT: readonly Fact[] = [];

const STAGES: readonly Stage[] = ["expected", "arrived", "screened", "deferred", "declined", "observed", "released", "left", "wrong-person"];

export class Today {
  private bundle: Bundle | null = null;
  private expected: readonly ListedPerson[] = [];
  private readonly facts = new Map<string, Fact>();
  private readonly ofVisit = new Map<string, Map<string, Fact>>();
  private readonly visitOfDose = new Map<string, string>();
  private readonly orphans = new Map<string, Fact[]>();
  /** Visits in which somebody typed a dose for another: few, so that nobody folds a whole day to find them. */
  private readonly typed = new Set<string>();
  private readonly humans = new Map<string, Human>();
  private readonly personOf = new Map<string, string>();
  private readonly sameAs = new Map<string, string>();
  private readonly visits = new Map<string, Held>();
  private readonly heldLots = new Set<string>();
  private callable: StandbyTold | null = null;
  /** Whose number it is, of those typed on this device; and of all others by tokens under the bundle's key. */
  private readonly numbers = new Map<string, string>();
  private readonly tokens = new Map<string, string>();
  private listedRows: Held[] | null = null;
  /** Who is expected, in the order of their rows: a list that is nearly in order is soon in order. */
  private inOrder: readonly ListedPerson[] | null = null;
  private rowsByKey: ReadonlyMap<string, Held> | null = null;
  private observeMinutes = OBSERVE_MINUTES;
  private index: Index | null = null;

  constructor(readonly day: string) {}

  /** Take a newer bundle. What was told stays; of a list of another day only the names are good. */
  take(bundle: Bundle): void {
    this.bundle = bundle;
    this.expected = bundle.list.day === this.day ? bundle.list.persons : [];
    this.inOrder = null;
    this.observeMinutes = observeMinutesOf(bundle);
    this.heldLots.clear();
    for (const lot of bundle.held_lots) this.heldLots.add(lot.number);
    for (const listed of bundle.list.persons) {
      this.humans.set(listed.person, humanOf(listed));
      for (const other of listed.same_as) this.sameAs.set(other, listed.person);
    }
    for (const { visit, person, tokens } of this.expected) {
      if (visit !== null) this.personOf.set(visit, person);
      for (const token of tokens) this.tokens.set(token, person);
    }
    this.forgetViews();
  }

  hold(lots: readonly { readonly number: string }[]): void {
    for (const lot of lots) this.heldLots.add(lot.number);
    this.forgetViews();
  }

  /** The server knows these two to be one human being. Ids stay as they were written. */
  link(person: string, same: string): void {
    this.sameAs.set(same, person);
    this.forgetViews();
  }

  /** Take an entry of this day, own or another's. Told again, only whether it waits may change. */
  tell(entry: Entry, from: Source): void {
    const fact = factOf(entry, from);
    if (dayOf(fact.atMs) !== this.day) return;
    this.facts.set(entry.id, fact);
    this.listedRows = this.index = null;
    const visit = this.visitOf(entry);
    if (visit === null) {
      if (isAmendment(entry)) this.keep(this.orphans, String(entry["entry"]), fact);
      else this.visits.clear();
      return;
    }
    this.place(visit, fact);
    if (entry.kind === "dose-given") {
      this.adopt(entry.id, visit);
      if (typeof entry["recorder"] === "string") this.typed.add(visit);
    }
    if (typeof entry["person"] === "string") this.personOf.set(visit, entry["person"]);
    if (entry.kind === "arrived") this.meet(entry);
  }

  /** The server answered for this device's entries up to this sequence, and for none behind it. */
  answered(device: string, last: number): void {
    for (const fact of this.facts.values()) {
      const still = (fact.entry.seq ?? 0) > last;
      if (fact.device !== device || fact.waits === still) continue;
      const settled = { ...fact, waits: still };
      this.facts.set(fact.entry.id, settled);
      const visit = this.visitOf(fact.entry);
      if (visit !== null) this.place(visit, settled);
    }
    this.listedRows = this.index = null;
  }

  rows(stage?: Stage): readonly Held[] {
    const rows = (this.listedRows ??= this.makeRows());
    return stage === undefined ? rows : rows.filter((row) => row.stage === stage);
  }

  counts(): Record<Stage, number> {
    const counts = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;
    for (const row of this.rows()) counts[row.stage] += 1;
    return counts;
  }

  search(text: string, most: number): Row[] {
    this.index ??= new Index(this.rows());
    return this.index.find(text, most);
  }

  /** Find whose appointment or number this text is: by reference, by a number told here, or by a token of the bundle. */
  async find(scanned: string): Promise<Row | null> {
    const text = scanned.trim();
    const number = normalNumber(text);
    if (number === "") return null;
    // A slip printed by a tablet names the visit itself.
    const ofSlip = this.rows().find((row) => row.visit === text);
    if (ofSlip !== undefined) return ofSlip;
    const listed = this.expected.find((one) => one.reference?.toUpperCase() === text.toUpperCase() || one.appointment === text);
    const person = listed?.person ?? this.numbers.get(number) ?? (await this.byToken(number));
    return person === undefined ? null : (this.rows().find((row) => this.one(row.person) === this.one(person)) ?? null);
  }

  private async byToken(number: string): Promise<string | undefined> {
    const tokens = this.bundle === null ? [] : await tokensOf(this.bundle, this.day, number);
    return tokens.map((token) => this.tokens.get(token)).find((person) => person !== undefined);
  }

  visit(key: string): Visit | null {
    const row = this.byKey().get(key);
    return row === undefined ? null : { ...this.whole(row.visit, this.listedOf(row)), flags: row.flags };
  }

  typedFor(vaccinator: string): readonly TypedDose[] {
    return [...this.typed]
      .map((visit) => this.whole(visit, null))
      .flatMap((visit) => visit.doses.filter((dose) => waitsFor(dose, vaccinator)).map((dose) => ({ visit, dose })))
      .sort((one, other) => one.dose.at - other.dose.at);
  }

  standby(): readonly StandbyList[] {
    if (this.callable?.day !== this.day) return [];
    const here = this.rows().filter((row) => row.visit !== null && row.stage !== "wrong-person");
    const came = new Set(here.map((row) => this.one(row.person)));
    return standbyOf(this.callable, (person) => came.has(this.one(person)));
  }

  /** Who may be called in, by the center's newest word. */
  mayBeCalled(told: StandbyTold | null): void {
    this.callable = told;
  }

  desk(): Desk {
    const bundle = this.bundle;
    if (bundle === null) return { products: [], lots: [], heldLots: [], vials: [], fridgesOutside: [], sessions: [], inHand: {}, openings: [], communes: [], observeMinutes: OBSERVE_MINUTES };
    const facts = [...this.facts.values()].filter(({ entry }) => STOCK.has(entry.kind) || SESSION.has(entry.kind));
    return deskOf(bundle, { facts, draws: this.draws(), heldLots: this.heldLots });
  }

  forms(ageYears: number): readonly FormShown[] {
    const fits = (form: FormShown): boolean =>
      (form.min_age ?? 0) <= ageYears && ageYears <= (form.max_age ?? Number.POSITIVE_INFINITY);
    return (this.bundle?.forms ?? []).filter(fits);
  }

  judge(key: string, product: string, day: string): readonly Finding[] {
    const visit = this.visit(key);
    if (visit === null || this.bundle === null) return [];
    const [born_earliest, born_latest] = bornBetween(visit.born);
    const given = this.rows()
      .filter((row) => row.visit !== null && this.one(row.person) === this.one(visit.person))
      .flatMap((row) => this.visit(row.key)?.doses ?? [])
      .filter((dose) => dose.voided === null)
      .map((dose) => ({ product: dose.product, given_on: dayOf(dose.at) }));
    const prior = [...visit.history.map(({ product: code, givenOn }) => ({ product: code, given_on: givenOn })), ...given];
    const province = this.bundle.site.province_code ?? null;
    return judge({ product, given_on: day, born_earliest, born_latest, province, prior, conditions: [] }, bookOf(this.bundle));
  }

  private draws(): Draw[] {
    return [...this.ofVisit.keys()]
      .flatMap((visit) => this.whole(visit, null).doses)
      .filter((dose) => dose.voided === null)
      .map((dose) => ({ lot: dose.lot, vial: dose.vial, atMs: dose.at, by: dose.staff }));
  }

  private visitOf(entry: Entry): string | null {
    if (typeof entry["visit"] === "string") return entry["visit"];
    if (isAmendment(entry)) return this.visitOfDose.get(String(entry["entry"])) ?? null;
    // A reaction may be told of a person alone: it is shown with the visit of today.
    if (entry.kind !== "aefi") return null;
    const person = this.one(String(entry["person"]));
    return [...this.personOf].find(([, other]) => this.one(other) === person)?.[0] ?? null;
  }

  private place(visit: string, fact: Fact): void {
    const facts = this.ofVisit.get(visit) ?? new Map<string, Fact>();
    facts.set(fact.entry.id, fact);
    this.ofVisit.set(visit, facts);
    this.visits.delete(visit);
  }

  /** A void may come before the dose it voids: it waited for it. */
  private adopt(dose: string, visit: string): void {
    this.visitOfDose.set(dose, visit);
    for (const fact of this.orphans.get(dose) ?? []) this.place(visit, fact);
    this.orphans.delete(dose);
  }

  private keep(map: Map<string, Fact[]>, key: string, fact: Fact): void {
    map.set(key, [...(map.get(key) ?? []), fact]);
  }

  private meet(entry: Entry): void {
    const block = entry["block"] as Block | null | undefined;
    const person = String(entry["person"]);
    for (const { value } of block?.identifiers ?? []) if (value !== undefined) this.numbers.set(normalNumber(value), person);
    for (const token of block?.tokens ?? []) this.tokens.set(token, person);
    if (block?.name === undefined || this.humans.has(person)) return;
    this.humans.set(person, humanTold(block));
  }

  /** Under which id a human being is counted here. */
  private one(person: string): string {
    return this.sameAs.get(person) ?? person;
  }

  private forgetViews(): void {
    this.visits.clear();
    this.listedRows = this.index = null;
  }

  private listedOf(row: { person: string }): ListedPerson | null {
    return this.listedByPerson().get(row.person) ?? this.listedByPerson().get(this.one(row.person)) ?? null;
  }

  private byPerson: { readonly bundle: Bundle | null; readonly map: ReadonlyMap<string, ListedPerson> } = { bundle: null, map: new Map() };

  private listedByPerson(): ReadonlyMap<string, ListedPerson> {
    if (this.byPerson.bundle !== this.bundle) {
      const map = new Map((this.bundle?.list.persons ?? []).map((listed) => [listed.person, listed]));
      this.byPerson = { bundle: this.bundle, map };
    }
    return this.byPerson.map;
  }

  private makeRows(): Held[] {
    this.rowsByKey = null;
    const ids = new Set([...this.personOf.keys(), ...this.ofVisit.keys()]);
    const here = [...ids].map((visit) => this.whole(visit, null));
    const came = new Set(here.map((row) => this.one(row.person)));
    const appointments = new Set(here.map((row) => row.appointment));
    const rows = this.waiting()
      .filter((listed) => !came.has(this.one(listed.person)) && !appointments.has(listed.appointment))
      .map((listed) => this.whole(null, listed));
    rows.push(...here.sort(order));
    return flaggedTogether(rows.sort(order), (person) => this.one(person));
  }

  /** Whom the list expects and has no visit of, in order. */
  private waiting(): readonly ListedPerson[] {
    this.inOrder ??= this.expected
      .filter((listed) => listed.visit === null && listed.appointment !== null)
      .map((listed) => ({ listed, row: this.whole(null, listed) }))
      .sort((one, other) => order(one.row, other.row))
      .map(({ listed }) => listed);
    return this.inOrder;
  }

  /** By their key and by their appointment: made when somebody opens a row, and not after every entry. */
  private byKey(): ReadonlyMap<string, Held> {
    const rows = this.rows();
    if (this.rowsByKey !== null) return this.rowsByKey;
    const made = new Map<string, Held>();
    for (const row of rows) {
      if (row.appointment !== null) made.set(row.appointment, row);
      made.set(row.key, row);
    }
    this.rowsByKey = made;
    return made;
  }

  private remember(visit: Visit): Held {
    const held = { ...visit, marks: marksOf(visit) };
    this.visits.set(visit.key, held);
    return held;
  }

  private whole(visit: string | null, expected: ListedPerson | null): Held {
    const known = this.visits.get(visit ?? expected?.appointment ?? "");
    if (known !== undefined) return known;
    const facts = visit === null ? UNDER_NO_VISIT : [...(this.ofVisit.get(visit)?.values() ?? [])];
    const person = expected?.person ?? this.personOf.get(visit ?? "") ?? "";
    const listed = expected ?? this.listedOf({ person });
    const arrival = facts.find((fact) => fact.entry.kind === "arrived")?.entry;
    const course = fold(facts, { observeMinutes: this.observeMinutes, listed: visit === null ? null : (listed?.stage ?? null) });
    return this.remember({ ...this.head(visit, person, listed, arrival), ...this.known(listed), ...course, flags: this.flagsOf(course, person) });
  }

  private flagsOf(course: Course, person: string): Flag[] {
    const flags = flagsOf(course, this.heldLots);
    return this.sameAs.has(person) ? [...flags, "link-changed"] : flags;
  }

  private head(visit: string | null, person: string, listed: ListedPerson | null, arrival: Entry | undefined) {
    const human = this.humans.get(person) ?? this.humans.get(this.one(person));
    const appointment = (arrival?.["appointment"] as string | null | undefined) ?? listed?.appointment ?? null;
    return {
      key: visit ?? appointment ?? person,
      visit,
      person,
      appointment,
      campaignSession: (arrival?.["campaign_session"] as string | null | undefined) ?? listed?.session ?? null,
      name: human?.name ?? "",
      born: human?.born ?? "",
      sex: human?.sex ?? ("unknown" as Sex),
      idEnd: human?.idEnd ?? "",
      ticket: (arrival?.["ticket"] as string | undefined) ?? listed?.ticket ?? "",
      startsAt: listed?.starts_at ? Date.parse(listed.starts_at) : null,
      doseNumber: listed === null ? null : listed.doses.length + 1,
      reference: listed?.reference ?? "",
    };
  }

  private known(listed: ListedPerson | null) {
    return {
      history: (listed?.doses ?? []).map(({ product, given_on: givenOn }) => ({ product, givenOn })),
      warnings: listed?.warnings ?? [],
      conditions: listed?.conditions ?? [],
      eligible: listed?.eligible ?? null,
      reasons: listed?.reasons ?? [],
      fromOn: listed?.from_on ?? null,
    };
  }
}
