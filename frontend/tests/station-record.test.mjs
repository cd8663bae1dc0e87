/** What the tablet makes of entries: today's visits, the search, the clock, what may stand in a line. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Clock, dayOf, SLEEP_MAX_MS } from "../.compiled/station/src/record/clock.js";
import { lineOf } from "../.compiled/station/src/record/lines.js";
import { nameKey } from "../.compiled/station/src/record/names.js";
import { bornBetween } from "../.compiled/station/src/record/humans.js";
import { Today } from "../.compiled/station/src/record/today.js";
import { Ids } from "../.compiled/station/src/wire/ids.js";
import { statusOf } from "../.compiled/station/src/status.js";
import { toBase64url } from "../.compiled/station/src/wire/bytes.js";

const NOON = Date.UTC(2021, 8, 13, 5);
const ids = new Ids();
const MINE = "01912d68-783e-7a03-8467-5661c1243ad4";
const THEIRS = "01912d68-783e-7a03-8467-5661c1243ad5";
const person = (number, told = {}) => ({
  person: `01912d68-7903-7000-8000-${String(number).padStart(12, "0")}`, visit: null, ticket: null, stage: null,
  appointment: `01912d68-7904-7000-8000-${String(number).padStart(12, "0")}`, session: null, starts_at: "2021-09-13T07:00:00Z", reference: `TC${number}`,
  name: `Nguyễn Thị Số ${number}`, born: "1980", sex: "female", last4: [{ kind: "personal-number", end: String(number).padStart(4, "0").slice(-4) }], tokens: [],
  doses: [], eligible: true, reasons: [], from_on: null, warnings: [], conditions: [], same_as: [], ...told,
});
const bundle = (persons, told = {}) => ({
  format: "tiemchung/bundle/2", version: 1, issued_at: "2021-09-13T00:00:00Z", device: MINE, site: { code: "79-0012", name: "Tân Phú", province_code: "79" },
  sessions: [{ id: "s", product: "az", state: "open" }], staff: [], decisions: [], rules: [], held_lots: [], devices_cut_off: [],
  products: [{ code: "az", name: "AZ", name_vi: "AZ", min_age: 18, doses_primary: 2, interval_min_days: 56, child_ages: null, dose_ml: 0.5, doses_per_vial: 10, use_after_open_hours: 6 }],
  forms: [{ code: "adult", kind: "screening", min_age: 18, max_age: null, observe_minutes: 30, questions: [], all_no: "eligible_now", limits: [] }],
  lots: [{ lot: "ABX1", product: "az", expires_on: "2021-12-31", doses: 100, held_since: null }], vials: [],
  list: { day: "2021-09-13", token_key: toBase64url(new Uint8Array(32).fill(7)), persons }, ...told,
});
const at = (minutes) => new Date(NOON + minutes * 60_000).toISOString();
let told = 0;
const entry = (kind, minutes, body) => ({ kind, id: ids.next(NOON + (told += 1)), at: at(minutes), offset_ms: 0, ...body });
const visitOf = (number, visit = `01912d68-7902-7000-8000-${String(number).padStart(12, "0")}`) => ({ visit, person: person(number).person });
const arrived = (number, minutes = 0, more = {}) => entry("arrived", minutes, { ...visitOf(number), ticket: String(number), ...more });
const dose = (number, minutes, more = {}) => entry("dose-given", minutes, { ...visitOf(number), product: "az", lot: "ABX1", vial: "L1", volume_ml: 0.5, arm: "left", vaccinator: "n", ...more });
function today(persons, entries, { device = MINE, told: more = {} } = {}) {
  const made = new Today("2021-09-13");
  made.take(bundle(persons, more));
  for (const one of entries) made.tell(one, { device, waits: device === MINE });
  return made;
}
const key = (number) => visitOf(number).visit;

test("a day moves people from expected to released, in whatever order the entries come", () => {
  const whole = [
    arrived(1), entry("identified", 1, { ...visitOf(1), how: "card-scanned" }), entry("consented", 2, { ...visitOf(1), form: "c", agreed: true }),
    entry("screened", 3, { ...visitOf(1), form: "adult", conclusion: "eligible_now", answers: {}, reasons: [] }), dose(1, 5),
    entry("observed", 20, { ...visitOf(1), minutes: 15, state: "well" }), entry("released", 36, { ...visitOf(1), minutes: 31, state: "well" }),
  ];
  const stages = ["arrived", "arrived", "arrived", "screened", "observed", "observed", "released"];
  whole.forEach((_, last) => assert.equal(today([person(1)], whole.slice(0, last + 1)).visit(key(1)).stage, stages[last]));
  const forward = today([person(1)], whole).visit(key(1));
  assert.deepEqual(today([person(1)], [...whole].reverse()).visit(key(1)), forward);
  assert.deepEqual(today([person(1)], [...whole, ...whole]).visit(key(1)), forward);
  assert.equal(forward.observeUntilAt, NOON + 35 * 60_000);
  assert.equal(today([person(1)], []).rows()[0].stage, "expected");
});

test("whoever came stands in the list once, under the visit", () => {
  const made = today([person(1), person(2)], [arrived(1, 0, { appointment: person(1).appointment })]);
  assert.deepEqual(made.rows().map(({ key: one, stage }) => [one, stage]).sort(), [[key(1), "arrived"], [person(2).appointment, "expected"]]);
  assert.equal(made.visit(person(1).appointment).visit, key(1));
  assert.deepEqual(made.counts(), { expected: 1, arrived: 1, screened: 0, deferred: 0, declined: 0, observed: 0, released: 0, left: 0, "wrong-person": 0 });
});

test("deferred, left, wrong person: each is where the visit stands", () => {
  const until = entry("deferred", 5, { ...visitOf(1), reason: "fever", until: "2021-09-20" });
  assert.equal(today([], [arrived(1), until]).visit(key(1)).stage, "deferred");
  assert.equal(today([], [arrived(1), until, dose(1, 9)]).visit(key(1)).stage, "observed");
  assert.equal(today([], [arrived(1), entry("left", 9, { ...visitOf(1), minutes: 2, reason: "went-home" })]).visit(key(1)).stage, "left");
  assert.equal(today([], [arrived(1), entry("left", 9, { ...visitOf(1), minutes: 0, reason: "wrong-person" })]).visit(key(1)).stage, "wrong-person");
});

test("whoever declines has been seen to, until they agree after all", () => {
  const asked = (minutes, agreed) => entry("consented", minutes, { ...visitOf(1), form: "c", agreed });
  const declined = today([], [arrived(1), asked(2, false)]);
  assert.equal(declined.visit(key(1)).stage, "declined");
  assert.deepEqual(declined.visit(key(1)).flags, []);
  assert.deepEqual([declined.counts().arrived, declined.counts().declined], [0, 1]);
  assert.equal(today([], [arrived(1), asked(2, false), asked(4, true)]).visit(key(1)).stage, "arrived");
  assert.equal(today([], [arrived(1), asked(2, false), dose(1, 5)]).visit(key(1)).stage, "observed");
  const listed = today([person(1, { visit: key(1), ticket: "1", stage: "declined" })], []);
  assert.equal(listed.visit(key(1)).stage, "declined");
});

test("a voided dose stays readable and counts no more, even when the void came first", () => {
  const given = dose(1, 5);
  const voided = entry("voided", 4, { entry: given.id, reason: "wrong-person" });
  for (const entries of [[arrived(1), given, voided], [voided, given, arrived(1)]]) {
    const visit = today([person(1)], entries).visit(key(1));
    assert.equal(visit.stage, "arrived");
    assert.equal(visit.dose, null);
    assert.equal(visit.doses[0].voided.reason, "wrong-person");
  }
});

test("a correction changes what is shown and not what was told", () => {
  const given = dose(1, 5);
  const mended = entry("corrected", 6, { entry: given.id, values: { arm: "right", lot: "ABX2" }, reason: "typed-wrong" });
  const shown = today([person(1)], [arrived(1), given, mended]).visit(key(1)).dose;
  assert.deepEqual([shown.arm, shown.lot, shown.product], ["right", "ABX2", "az"]);
  assert.equal(shown.corrected.length, 1);
});

test("two tablets that dose one person are flagged, in one visit or in two", () => {
  const one = today([person(1)], [arrived(1), dose(1, 5)]);
  assert.deepEqual(one.visit(key(1)).flags, []);
  one.tell(dose(1, 6), { device: THEIRS, waits: false });
  assert.deepEqual(one.visit(key(1)).flags, ["dosed-twice"]);
  const second = "01912d68-7902-7000-8000-0000000000ff";
  const two = today([person(1)], [arrived(1), dose(1, 5)]);
  for (const other of [entry("arrived", 1, { ...visitOf(1, second), ticket: "9" }), dose(1, 6, { visit: second })]) two.tell(other, { device: THEIRS, waits: false });
  assert.deepEqual(two.rows().map(({ flags }) => [...flags].sort()), [["dosed-twice", "opened-twice"], ["dosed-twice", "opened-twice"]]);
});

test("a flag goes when what it told of is mended", () => {
  const second = "01912d68-7902-7000-8000-0000000000ff";
  const twice = dose(1, 6, { visit: second });
  const made = today([person(1)], [arrived(1), dose(1, 5), entry("arrived", 1, { ...visitOf(1, second), ticket: "9" }), twice]);
  assert.ok(made.visit(key(1)).flags.includes("dosed-twice"));
  made.tell(entry("voided", 7, { entry: twice.id, reason: "wrong-person" }), { device: MINE, waits: true });
  made.tell(entry("left", 8, { ...visitOf(1, second), minutes: 0, reason: "wrong-person" }), { device: MINE, waits: true });
  assert.deepEqual(made.visit(key(1)).flags, []);
});

test("namesakes of one birth year, a held lot, a changed link and a refused consent are flagged", () => {
  const twins = [person(1, { name: "Nguyễn Thị Hoà" }), person(2, { name: "NGUYỄN THỊ HÒA" }), person(3, { name: "Nguyễn Thị Hòa", born: "1981" })];
  assert.deepEqual(today(twins, []).rows().map(({ born, flags }) => [born, flags]).sort(), [["1980", ["namesake"]], ["1980", ["namesake"]], ["1981", []]]);
  const made = today([person(1)], [arrived(1), dose(1, 5), entry("consented", 1, { ...visitOf(1), form: "c", agreed: false })]);
  made.hold([{ number: "ABX1" }]);
  assert.deepEqual(made.visit(key(1)).flags, ["lot-held", "consent-refused"]);
  assert.equal(made.desk().lots[0].held, true);
  const walkIn = today([person(1)], [arrived(2, 0, { block: { name: "Trần Văn An", born: "1990", sex: "male" } })]);
  walkIn.link(person(1).person, person(2).person);
  assert.deepEqual(walkIn.rows().map(({ name, flags }) => [name, flags]), [["Trần Văn An", ["link-changed"]]]);
});

test("the vial's doses count down over every tablet's doses, and below zero", () => {
  const open = entry("vial-opened", 0, { lot: "ABX1", vial: "L1", doses: 2 });
  const made = today([], [open, arrived(1), arrived(2), arrived(3), dose(1, 1), dose(2, 2)]);
  assert.deepEqual(made.desk().vials.map(({ label, dosesLeft, useUntilAt }) => [label, dosesLeft, useUntilAt]), [["L1", 0, NOON + 6 * 3_600_000]]);
  made.tell(dose(3, 3), { device: THEIRS, waits: false });
  assert.equal(made.desk().vials[0].dosesLeft, -1);
});

test("what the bundle counted of a vial is not counted again", () => {
  const vials = [{ lot: "ABX1", vial: "L1", doses: 3, opened_at: "2021-09-13T03:00:00Z" }];
  const made = today([], [arrived(1), arrived(2), dose(1, -60), dose(2, 10)], { told: { vials, issued_at: "2021-09-13T05:00:00Z" } });
  assert.equal(made.desk().vials[0].dosesLeft, 2);
});

const callable = (made, ...numbers) => {
  const persons = numbers.map((number) => ({ person: person(number).person, name: `Số ${number}`, born: "1980", group: ["nhóm", "group"], phone: "0902118340", state: number === 2 ? "coming" : null, told_at: number === 2 ? "2021-09-13T08:00:00Z" : null }));
  made.mayBeCalled({ day: "2021-09-13", told_at: "2021-09-13T08:30:00Z", lists: [{ session: "s", product: "az", persons }] });
  return made;
};

test("who may be called in stands in the center's order, without those who have come since", () => {
  const made = callable(today([], []), 3, 1, 2);
  assert.deepEqual(made.standby().map(({ campaignSession, product, asOf, persons }) => [campaignSession, product, asOf, persons.map((one) => one.name)]), [["s", "az", Date.UTC(2021, 8, 13, 8, 30), ["Số 3", "Số 1", "Số 2"]]]);
  assert.deepEqual(made.standby()[0].persons.map(({ state, toldAt }) => [state, toldAt]), [[null, null], [null, null], ["coming", Date.UTC(2021, 8, 13, 8)]]);
  made.tell(arrived(1), { device: MINE, waits: true });
  made.link(person(3).person, person(9).person);
  made.tell(arrived(9), { device: THEIRS, waits: false }); // known under another id
  assert.deepEqual(made.standby()[0].persons.map((one) => one.name), ["Số 2"]);
});

test("a wrong arrival takes nobody off the stand-by list, and another day's list calls nobody", () => {
  const wrong = [arrived(1), entry("left", 9, { ...visitOf(1), minutes: 0, reason: "wrong-person" })];
  assert.deepEqual(callable(today([], wrong), 1).standby()[0].persons.map((one) => one.name), ["Số 1"]);
  const made = today([], []);
  assert.deepEqual(made.standby(), []); // nobody has asked
  made.mayBeCalled({ day: "2021-09-12", told_at: "2021-09-12T08:30:00Z", lists: [{ session: "s", product: "az", persons: [] }] });
  assert.deepEqual(made.standby(), []);
});

test("a session that was stopped here is stopped", () => {
  const made = today([], [entry("session-stopped", 0, { campaign_session: "s", reason: "anaphylaxis" })]);
  assert.deepEqual(made.desk().sessions, [{ campaignSession: "s", product: "az", opened: true, stopped: "anaphylaxis", closed: false }]);
});

test("a dose too soon after the one in the list, or after one of today, is found", () => {
  const made = today([person(1, { doses: [{ product: "az", given_on: "2021-08-20", number: 1 }] })], [arrived(1)]);
  assert.deepEqual(made.judge(key(1), "az", "2021-09-13"), [{ code: "interval-too-short", severity: 2, days_missing: 32 }]);
  assert.deepEqual(made.judge(key(1), "az", "2021-10-20"), []);
  made.tell(dose(1, 5), { device: THEIRS, waits: false });
  assert.deepEqual(made.judge(key(1), "az", "2021-10-20").map(({ code }) => code), ["dose-after-series", "interval-too-short"]);
});

test("a card, a typed number and a reference find their person, and a stranger's finds nobody", async () => {
  const raw = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(7), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const token = toBase64url(new Uint8Array(await crypto.subtle.sign("HMAC", raw, new TextEncoder().encode("079187004417"))).subarray(0, 16));
  const made = today([person(1, { tokens: [token] }), person(2)], []);
  for (const scanned of ["079187004417|023456789|Nguyễn Thị Ánh|02031987|Nữ|12 Lê Lợi|01012021", "079 187 004417", "tc1"]) {
    assert.equal((await made.find(scanned)).person, person(1).person, scanned);
  }
  const block = { name: "Trần Văn An", born: "1990", sex: "male" };
  made.tell(arrived(3, 0, { block: { ...block, identifiers: [{ kind: "personal-number", value: "001090 123456" }] } }), { device: MINE, waits: true });
  assert.equal((await made.find("001090123456")).person, person(3).person);
  assert.equal(await made.find("079187004418"), null);
  assert.equal(await made.find(""), null);
});

test("a search takes words in any order and without accents, keeps Đ, and takes tickets and four digits", () => {
  const names = ["Đặng Thị Hòa", "Dặng Văn Hoà", "Lý Quý Thúy", "Nguyễn Văn An", "Trần An Nguyên"];
  const made = today(names.map((name, at) => person(at + 1, { name })), [arrived(5)]);
  const found = (text) => made.search(text, 20).map(({ name }) => name);
  assert.deepEqual(found("hoa dang").sort(), ["Dặng Văn Hoà", "Đặng Thị Hòa"].sort());
  assert.deepEqual(found("đang"), ["Đặng Thị Hòa"]);
  assert.deepEqual(found("li qui"), ["Lý Quý Thúy"]);
  assert.deepEqual(found("nguy an"), ["Nguyễn Văn An", "Trần An Nguyên"]);
  assert.deepEqual(found("0003"), ["Lý Quý Thúy"]);
  assert.deepEqual(found("5"), ["Trần An Nguyên"]);
  assert.deepEqual(found("xyz"), []);
  assert.deepEqual(found("  "), []);
});

test("among 9,000 people everybody is found by their own name", () => {
  const families = ["Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Võ", "Đỗ"];
  const middles = ["Thị", "Văn", "Ngọc", "Quốc", "Thị Kim"];
  const givens = ["Hòa", "An", "Anh", "Bảo", "Uyên", "Thúy", "Đạt", "Ấn", "Yến"];
  const named = (at) => `${families[at % 7]} ${middles[at % 5]} ${givens[at % 9]}`;
  const made = today(Array.from({ length: 9000 }, (_, at) => person(at, { name: named(at) })), []);
  assert.equal(made.rows().length, 9000);
  for (let at = 0; at < 9000; at += 450) {
    const words = named(at).toLowerCase().split(" ").reverse().join(" ");
    assert.ok(made.search(words, 9000).some(({ person: id }) => id === person(at).person), words);
  }
});

test("a name has the key that the server's twin gives it", () => {
  const cases = JSON.parse(readFileSync(new URL("../../tests/conformance/names/cases.json", import.meta.url), "utf8"));
  assert.ok(cases.length > 200);
  assert.deepEqual(cases.filter(({ typed, key: expected }) => nameKey(typed) !== expected), []);
});

test("a year or a month of birth spans its days", () => {
  assert.deepEqual(bornBetween("1980"), ["1980-01-01", "1980-12-31"]);
  assert.deepEqual(bornBetween("1980-02"), ["1980-02-01", "1980-02-29"]);
  assert.deepEqual(bornBetween("1980-05-01"), ["1980-05-01", "1980-05-01"]);
  assert.deepEqual(bornBetween("?"), [null, null]);
});

const envelope = { id: ids.next(NOON), seq: 1, atMs: NOON, offsetMs: null, site: "79-0012", staff: null };
const line = (body) => lineOf("vial-opened", body, envelope);
const vial = { lot: "A", vial: "B", doses: 10 };

test("a line holds what was told after what every entry carries", () => {
  assert.equal(new TextDecoder().decode(line(vial)), `{"kind":"vial-opened","id":"${envelope.id}","schema":1,"seq":1,"at":"2021-09-13T05:00:00.000Z","offset_ms":null,"site":"79-0012","staff":null,"lot":"A","vial":"B","doses":10}`);
});

for (const [name, body] of Object.entries({
  "a NUL": { ...vial, lot: "A\u0000" }, "a NUL in a name": { "\u0000": 1 }, "no number": { ...vial, doses: Number.NaN }, "an endless number": { ...vial, doses: Infinity },
  "half a letter": { ...vial, lot: "\ud83d" }, "another's sequence": { ...vial, seq: 7 }, "another's kind": { ...vial, kind: "aefi" }, "a function": { ...vial, lot: () => "" },
})) {
  test(`no line is made of ${name}`, () => assert.throws(() => line(body), { code: "entry-invalid" }));
}

function clockAt(offset, wall = NOON) {
  const state = { wall, ticks: 0 };
  return { state, clock: new Clock(offset, { wall: () => state.wall, ticks: () => state.ticks }) };
}

test("a clock set back or far ahead under a running page stays right", () => {
  for (const jump of [-60_000, -86_400_000, 86_400_000, 100 * 365 * 86_400_000]) {
    const { state, clock } = clockAt(250);
    state.wall += 1000 + jump;
    state.ticks += 1000;
    assert.equal(clock.now(), NOON + 1000 + 250, String(jump));
    assert.equal(clock.read().offsetMs, 250 - jump);
  }
});

test("a device that slept has not set its clock", () => {
  const { state, clock } = clockAt(250);
  state.wall += SLEEP_MAX_MS - 1;
  assert.equal(clock.read().offsetMs, 250);
});

test("what was measured before a restart holds, and a clock set back goes on from the last instant known", () => {
  const watch = { wall: () => NOON, ticks: () => 0 };
  assert.equal(Clock.resumed({ offsetMs: 250, wallMs: NOON - 5000 }, watch).read().offsetMs, 250);
  assert.equal(Clock.resumed({ offsetMs: 250, wallMs: NOON + 5000 }, watch).now(), NOON + 5250);
  assert.equal(Clock.resumed({ offsetMs: null, wallMs: NOON + 5000 }, watch).now(), NOON + 5000);
  assert.equal(Clock.resumed(undefined, watch).read().offsetMs, null);
});

for (const [told, expected] of [
  [{ hours: 23.9 }, false],
  [{ hours: 24.1 }, true],
  [{ hours: 1, day: "2021-09-12" }, true],
  [null, true],
]) {
  test(`a list ${told === null ? "that is not there" : `of ${told.day ?? "today"}, ${told.hours} h old,`} warns before each dose: ${expected}`, () => {
    const { clock, state } = clockAt(0);
    state.wall = NOON;
    const about = told === null ? undefined : { version: 1, issuedAt: NOON - told.hours * 3_600_000, day: told.day ?? clock.day(), siteName: "" };
    const readings = { waiting: { count: 0, oldestAt: null }, about, sync: undefined, wraps: [], asides: [], kept: 0 };
    assert.equal(statusOf(readings, clock, { phase: "open", device: undefined, staff: null, reached: null, syncing: false, persisted: true }).bundleStale, expected);
  });
}

test("the error of a clock is measured against the middle of the way there and back", () => {
  const { state, clock } = clockAt(null);
  state.ticks += 400;
  state.wall += 400;
  assert.equal(clock.measured(NOON + 10_000, 0), 10_000 + 200 - 400);
});

test("a business day begins at midnight in Viet Nam", () => {
  assert.equal(dayOf(Date.parse("2021-09-12T16:59:59.999Z")), "2021-09-12");
  assert.equal(dayOf(Date.parse("2021-09-12T17:00:00Z")), "2021-09-13");
});

test("a leap ahead is counted by nobody until the center or a person tells the time", () => {
  const HOUR = 3_600_000;
  const leapt = () => { const made = clockAt(250); made.state.wall += HOUR; assert.equal(made.clock.leapMs, HOUR); return made; };
  const { clock: right } = leapt();
  right.settle(true);
  assert.deepEqual([right.leapMs, right.now()], [0, NOON + HOUR + 250]);
  const { clock: wrong } = leapt();
  wrong.settle(false);
  assert.deepEqual([wrong.leapMs, wrong.now()], [0, NOON + 250]);
  const { clock: told } = leapt();
  told.measured(NOON + 7000, 0);
  assert.deepEqual([told.leapMs, told.now()], [0, NOON + 7000]);
});

test("a leap that nobody proved is still one after a reload", () => {
  const watch = { wall: () => NOON + 3_600_000, ticks: () => 0 };
  const again = Clock.resumed({ offsetMs: 250, wallMs: NOON }, watch);
  assert.equal(again.leapMs, 3_600_000);
  assert.equal(Clock.resumed({ offsetMs: 250, wallMs: NOON + 3_600_000, leapMs: again.leapMs }, watch).leapMs, 3_600_000);
  assert.equal(Clock.resumed({ offsetMs: 250, wallMs: NOON + 3_590_000 }, watch).leapMs, 0);
});
