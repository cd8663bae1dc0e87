/** A rehearsed day: drawn from a seed, kept apart from the record, and scored by what was told. */
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Keep } from "../.compiled/station/src/rehearsal/keep.js";
import { PARTS, sceneOf } from "../.compiled/station/src/rehearsal/scene.js";
import { scoreOf } from "../.compiled/station/src/rehearsal/score.js";
import { RehearsalStation } from "../.compiled/station/src/rehearsal/station.js";
import { RECORD } from "../.compiled/station/src/store/disk.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/conformance/${name}`, import.meta.url), "utf8"));
const book = read("rules/book.json");
const products = Object.values(book.products).map((one) => ({ ...one, name: one.code, name_vi: one.code, dose_ml: 0.5, doses_per_vial: 10, use_after_open_hours: 6 }));
const forms = book.forms.map((form) => ({ kind: "screening", observe_minutes: 30, ...form, questions: form.questions.map((one) => ({ vi: `vi ${one.code}`, en: `en ${one.code}`, ...one })) }));
const GROUND = { day: "2021-09-13", products, rules: book.rules, decisions: [], forms };
const BEGINS = Date.UTC(2021, 8, 13, 0, 30);
const A_MINUTE = 60_000;
const FACTS = { id: "", schema: 0 };

const scene = (seed = 7, people = 12) => sceneOf(GROUND, { seed, people, beginsAt: BEGINS });
const plain = ({ bundle, cards, planted }) => ({ cards: cards.map(({ name, born, idEnd, part }) => [name, born, idEnd, part]), planted, eligible: bundle.list.persons.map((one) => one.eligible) });
let keeps = 0;

/** A team at work: its wall clock moves when it is told to. */
class Team {
  wall = 1_000_000;

  static async of({ seed = 7, people = 12, pace = 6 } = {}) {
    const team = new Team();
    team.keep = await Keep.open(`rehearsal-${(keeps += 1)}`);
    team.run = { scene: scene(seed, people), startedAt: team.wall, beginsAt: BEGINS, pace };
    await team.keep.begin(team.run);
    await team.resume();
    return team;
  }

  async resume() {
    this.station = await RehearsalStation.resume((await this.keep.run()) ?? this.run, this.keep, () => this.wall);
  }

  pass(minutes) {
    this.wall += (minutes * A_MINUTE) / this.run.pace;
  }

  playing(part) {
    return this.run.scene.cards.filter((card) => card.part === part);
  }

  rowOf(card) {
    return this.station.today().find((row) => row.person === card.person);
  }

  async receive(card) {
    const row = this.rowOf(card);
    const of = { visit: row.visit ?? this.station.newId(), person: row.person };
    await this.station.append("arrived", { ...of, ticket: "1", appointment: row.appointment });
    await this.station.append("identified", { ...of, how: "document-seen" });
    return of;
  }

  async screen(of, conclusion = "eligible_now") {
    this.pass(6);
    await this.station.append("consented", { ...of, form: "consent", agreed: true });
    await this.station.append("screened", { ...of, form: "adult", answers: {}, conclusion });
  }

  dose(of, vial = {}) {
    const [good] = this.station.desk().lots;
    return this.station.append("dose-given", { ...of, product: good.product, lot: good.number, vial: "V1", volume_ml: 0.5, arm: "left", vaccinator: this.station.staff[0].id, ...vial });
  }

  async release(of, minutes = 30) {
    this.pass(minutes);
    await this.station.append("released", { ...of, minutes, state: "well" });
  }

  score() {
    const visits = this.station.today().map((row) => this.station.visit(row.key));
    return scoreOf({ scene: this.run.scene, entries: this.station.told, visits, desk: this.station.desk(), pace: this.run.pace });
  }

  met(part) {
    return this.score().planted.find((one) => one.part === part).met;
  }
}

test("a seed draws one day, another seed another", () => {
  assert.deepEqual(plain(scene(7)), plain(scene(7)));
  assert.notDeepEqual(plain(scene(7)), plain(scene(8)));
});

test("every part is planted, and anaphylaxis once however many come", () => {
  for (const people of [12, 40, 120]) {
    const { cards, bundle } = scene(3, people);
    assert.equal(bundle.list.persons.length, people);
    for (const part of PARTS) assert.ok(cards.some((card) => card.part === part), `${part} of ${people}`);
    assert.equal(cards.filter((card) => card.part === "anaphylaxis").length, 1);
    assert.equal(cards.filter((card) => card.part === "walk-in" && bundle.list.persons.some((one) => one.person === card.person)).length, 0);
  }
});

test("who plays a reason says yes to a question of the form, and who comes too early is found by the rules", () => {
  const { cards, bundle } = scene();
  for (const card of cards) assert.equal(card.yes !== null, card.part === "contraindicated" || card.part === "defer");
  const early = bundle.list.persons.filter((one) => !one.eligible);
  assert.deepEqual(early.map((one) => one.person), cards.filter((card) => card.part === "too-early").map((card) => card.person));
  assert.ok(early.every((one) => one.reasons.length > 0));
});

test("two namesakes differ by their number alone", () => {
  const [one, other] = scene().cards.filter((card) => card.part === "namesake");
  assert.deepEqual([one.name, one.born], [other.name, other.born]);
  assert.notEqual(one.idEnd, other.idEnd);
});

test("a rehearsal opens no other database, asks no network and signs nothing", async () => {
  const fetching = globalThis.fetch;
  const signing = crypto.subtle.sign;
  globalThis.fetch = crypto.subtle.sign = () => assert.fail("it went out");
  try {
    const team = await Team.of();
    await team.dose(await team.receive(team.playing("anaphylaxis")[0]));
    await team.station.syncNow();
    await assert.rejects(team.station.sealedFile(), { code: "no-answer" });
    await assert.rejects(team.station.frames(), { code: "no-answer" });
    await assert.rejects(team.station.enroll(), { code: "no-answer" });
  } finally {
    globalThis.fetch = fetching;
    crypto.subtle.sign = signing;
  }
  const names = (await indexedDB.databases()).map((one) => one.name);
  assert.ok(names.length > 0 && names.every((name) => name !== RECORD), names.join());
});

test("what it writes has the shape that a center is known to refuse", async () => {
  const team = await Team.of();
  const of = await team.receive(team.playing("anaphylaxis")[0]);
  await team.dose(of);
  const written = team.station.told.find((entry) => entry.kind === "dose-given");
  const known = read("rehearsal/entry.json");
  assert.deepEqual(Object.keys(written).sort(), Object.keys(known).sort());
  for (const own of ["kind", "schema", "site", "staff", "vaccinator"]) assert.equal(written[own], known[own], own);
  assert.equal(written.schema, FACTS.schema);
});

test("a reload goes on where the team was, and an ended day is gone", async () => {
  const team = await Team.of();
  await team.dose(await team.receive(team.playing("anaphylaxis")[0]));
  const before = team.score();
  await team.resume();
  assert.deepEqual(team.score(), before);
  await team.keep.forget();
  assert.deepEqual([await team.keep.run(), await team.keep.told()], [undefined, []]);
});

test("its day goes as much faster as it was asked to", async () => {
  const team = await Team.of({ pace: 6 });
  const began = team.station.now();
  team.wall += 5 * A_MINUTE;
  assert.equal(team.station.now() - began, 30 * A_MINUTE);
});

test("who should get no dose is handled when sent home, and missed when dosed", async () => {
  for (const part of ["contraindicated", "defer", "too-early"]) {
    const [careful, careless] = [await Team.of(), await Team.of()];
    assert.equal(careful.met(part), "open");
    const of = await careful.receive(careful.playing(part)[0]);
    assert.equal(careful.met(part), "open");
    await careful.screen(of, "defer");
    await careful.station.append("deferred", { ...of, reason: "acute-illness" });
    assert.equal(careful.met(part), "handled", part);
    const other = await careless.receive(careless.playing(part)[0]);
    await careless.screen(other);
    await careless.dose(other);
    assert.equal(careless.met(part), "missed", part);
  }
});

test("anaphylaxis is handled when written down and missed when the person goes home", async () => {
  const [awake, asleep] = [await Team.of(), await Team.of()];
  for (const team of [awake, asleep]) {
    team.of = await team.receive(team.playing("anaphylaxis")[0]);
    await team.screen(team.of);
    await team.dose(team.of);
    team.pass(6);
  }
  await awake.station.append("aefi", { ...awake.of, onset: new Date(awake.station.now()).toISOString(), severity: "anaphylaxis", signs: [] });
  const told = awake.score().planted.find((one) => one.part === "anaphylaxis");
  assert.deepEqual([told.met, told.afterMs], ["handled", A_MINUTE]);
  assert.equal(asleep.met("anaphylaxis"), "open");
  await asleep.release(asleep.of);
  assert.equal(asleep.met("anaphylaxis"), "missed");
});

test("somebody on no list is handled once received and done with", async () => {
  const team = await Team.of();
  const [{ name, born, sex }] = team.playing("walk-in");
  const of = { visit: team.station.newId(), person: team.station.newId() };
  await team.station.append("arrived", { ...of, ticket: "9", block: { name: name.toUpperCase(), born, sex } });
  assert.equal(team.met("walk-in"), "open");
  await team.station.append("identified", { ...of, how: "told" });
  await team.screen(of);
  await team.dose(of);
  await team.release(of);
  assert.equal(team.met("walk-in"), "handled");
});

test("each thing that should not happen is told with its person, and nothing is told of a dose as it should be", async () => {
  const team = await Team.of({ people: 40 });
  const { heldLot, expiredLot, oldVial } = team.run.scene.planted;
  const others = team.run.scene.cards.filter((card) => card.part === null);
  const given = async (card, vial, told = true) => {
    const of = await team.receive(card);
    if (told) await team.screen(of);
    await team.dose(of, vial);
    return of;
  };
  await team.release(await given(others[0], {}));
  assert.deepEqual(team.score().misses, []);
  await given(others[1], { lot: heldLot });
  await given(others[2], { lot: expiredLot });
  await given(others[3], { vial: oldVial });
  await given(others[4], { vial: null });
  await given(others[5], {}, false);
  await team.release(await given(others[6], {}), 29);
  const twice = await given(others[7], {});
  await team.dose(twice);
  const row = team.rowOf(others[8]);
  await team.dose({ visit: team.station.newId(), person: row.person });
  const told = Object.fromEntries(team.score().misses.map(({ miss, who }) => [miss, who]));
  const name = (place) => others[place].name;
  assert.deepEqual(told["held-lot"], [name(1)]);
  assert.deepEqual(told["expired-lot"], [name(2)]);
  assert.deepEqual(told["old-vial"], [name(3)]);
  assert.deepEqual(told["no-vial"], [name(4)]);
  assert.deepEqual(told["not-agreed"], [name(5)]);
  assert.deepEqual(told["not-screened"], [name(5)]);
  assert.deepEqual(told["released-early"], [name(6)]);
  assert.deepEqual(told["dosed-twice"], [name(7)]);
});

test("a dose that was voided is no miss, and is told as mended", async () => {
  const team = await Team.of();
  const of = await team.receive(team.playing("contraindicated")[0]);
  await team.screen(of);
  const { id } = await team.dose(of, { lot: team.run.scene.planted.heldLot });
  assert.equal(team.score().misses.length, 1);
  await team.station.append("voided", { entry: id, reason: "wrong-person" });
  const { misses, mended } = team.score();
  assert.deepEqual([misses, mended], [[], { voided: 1, corrected: 0, wrongPerson: 0 }]);
});

test("waits are told as the team felt them", async () => {
  const team = await Team.of({ pace: 6 });
  const of = await team.receive(team.playing("anaphylaxis")[0]);
  await team.screen(of);
  team.pass(12);
  await team.dose(of);
  assert.deepEqual(team.score().times, [
    { step: "screening", count: 1, medianMs: A_MINUTE, longestMs: A_MINUTE },
    { step: "dose", count: 1, medianMs: 2 * A_MINUTE, longestMs: 2 * A_MINUTE },
  ]);
});
