"""The close of a day, from the tablet's batch to the attested dose, on the real database."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import connections

from tests.domain.intake.chair import LOT, NOW, SITE, VACCINATOR, TestTablet, arrived, dose, id_of
from tests.domain.visits.factories import CHIEF
from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.events import DosesAttested
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Answer, Outcome
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import DrawClass
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions, queries
from tiemchung.domain.visits.errors import DayEmpty, DayNotBegun, LinesChanged, LineUnexplained
from tiemchung.domain.visits.events import Attested
from tiemchung.domain.visits.values import DayLines, Explained, LineCode, OpenDraws, VialLeft
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.project.reactions import followers
from tiemchung.project.worker import Following
from tiemchung_world.passkey import Passkey

HERE = Reach(sites=frozenset({SITE}))
DAY = business_day(NOW)
ORIGIN = "http://localhost:8000"
THE_LEAD = Actor(id=CHIEF, kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST}), reach=HERE)


def send(tablet: TestTablet, *lines: bytes) -> list[Answer]:
    return intake.receive(tablet.batch(*lines), now=NOW).answers


def opened(tablet: TestTablet, *, vial: str = "V1", doses: int = 1, lot: str = LOT, reason: str | None = None) -> bytes:
    return tablet.line("vial-opened", lot=lot, vial=vial, doses=doses, reason=reason)


def attested(
    tablet: TestTablet,
    passkey: Passkey,
    *,
    lines_hash: str,
    day: date = DAY,
    staff: UUID = CHIEF,
    challenge: bytes | None = None,
    words: Sequence[dict[str, Any]] = (),
) -> bytes:
    signed = challenge or wire.day_challenge(site=SITE, day=day, lines_hash=bytes.fromhex(lines_hash))
    proof = passkey.answer(signed, origin=ORIGIN).as_proof()
    return tablet.line(
        "attested", day=day, lines_hash=lines_hash, doses=[], proof=proof, staff=staff, explained=list(words)
    )


def lines() -> DayLines:
    with reaching(HERE):
        return queries.day_lines(SITE, DAY)


def status_of(person: UUID) -> list[DoseStatus]:
    nurse = Actor(id=VACCINATOR, kind=ActorKind.STAFF, powers=frozenset({Power.RECORD_DOSE}), reach=HERE)
    with reaching(HERE):
        doses = immunization.history([person], purpose=Purpose.CARE, actor=nurse, viewed_at=NOW)[person]
    return [shown.status for shown in doses]


def one_dose(tablet: TestTablet) -> UUID:
    """Send one dose out of a vial of one, so that everything adds up."""
    person = uuid7()
    answers = send(tablet, arrived(tablet, person, person), opened(tablet), dose(tablet, person, person))
    assert [answer.findings for answer in answers] == [[], [], []]
    return person


def test_a_lead_who_signs_the_lines_attests_the_doses_of_the_day(tablet: TestTablet, lead: Passkey) -> None:
    person = one_dose(tablet)
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.ATTESTED]
    closed = queries.day_closed(SITE, DAY)
    assert closed is not None
    assert (closed.by, closed.closed_at) == (CHIEF, NOW)
    assert queries.closed_days(SITE) == {DAY}


def test_what_comes_after_the_close_is_late_and_stays_waiting(tablet: TestTablet, lead: Passkey) -> None:
    one_dose(tablet)
    send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    person = uuid7()
    answers = send(
        tablet, arrived(tablet, person, person), opened(tablet, vial="V2"), dose(tablet, person, person, vial="V2")
    )
    assert "late" in answers[-1].findings
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.WAITING]


def _unknown_until_judged(tablet: TestTablet, other: TestTablet) -> tuple[UUID, UUID]:
    """Let one tablet tell a dose before another tells who its person is; return the person and the dose."""
    person = uuid7()
    _, given = send(tablet, opened(tablet), dose(tablet, person, person))
    assert given.findings == ["person-unknown"]
    assert given.id is not None
    send(other, arrived(other, person, person))
    return person, given.id


def being_judged() -> bool:
    with reaching(HERE):
        return queries.being_judged(SITE, DAY)


def _follow(*names: str) -> None:
    """Let these reactions read all they may, one after the other."""
    for name in names:
        follower = next(one for one in followers() if one.name == name)
        while Following(follower, stop=Event()).step():
            pass


def test_a_dose_that_was_being_judged_when_the_day_was_closed_is_covered_by_the_close(
    new_tablet: Callable[..., TestTablet], lead: Passkey, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    tablet, other = new_tablet(), new_tablet()
    person, given = _unknown_until_judged(tablet, other)
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert (answer.id is not None, answer.findings) == (True, [])
    assert (status_of(person), being_judged()) == ([DoseStatus.WAITING], True)
    with as_worker():
        # Whoever judges has not read so far yet: nothing is taken, and nothing is passed over.
        _follow("visits.attest_judged", "immunization.rejudge", "visits.attest_judged")
        assert journal.cursor("visits.attest_judged") < journal.entries([answer.id or given])[0].position
        _follow("visits.rejudge_arrived", "visits.attest_judged", "visits.attest_judged")
        told = [one.body for one in journal.visible_after(START, kinds=["doses-attested"])]
    assert (status_of(person), being_judged()) == ([DoseStatus.ATTESTED], False)
    assert [(one.by, one.doses) for one in map(_doses_attested, told)] == [(CHIEF, [given])]


def _doses_attested(body: bytes) -> DosesAttested:
    return msgspec.json.decode(body, type=DosesAttested)


@pytest.mark.parametrize("what", ["mended since", "given by the lead", "by nobody of the site", "told afterwards"])
def test_a_close_covers_nothing_else_that_becomes_clear(
    new_tablet: Callable[..., TestTablet],
    lead: Passkey,
    as_worker: Callable[[], AbstractContextManager[None]],
    what: str,
) -> None:
    tablet, other = new_tablet(), new_tablet()
    by = {"given by the lead": CHIEF, "by nobody of the site": uuid7()}.get(what, VACCINATOR)
    person = uuid7()
    _, given = send(tablet, opened(tablet), dose(tablet, person, person, vaccinator=by))
    if what != "told afterwards":
        send(other, arrived(other, person, person))
    send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    if what == "told afterwards":
        with as_worker():
            _follow("immunization.rejudge", "visits.rejudge_arrived", "visits.attest_judged")
        send(other, arrived(other, person, person))
    if what == "mended since":
        word = tablet.line("corrected", entry=given.id, values={"arm": "right"}, reason="typed-wrong", at=NOW)
        (answer,) = intake.receive(tablet.batch(word), now=NOW + timedelta(minutes=1)).answers
        assert answer.outcome is Outcome.KEPT
    with as_worker():
        _follow("immunization.rejudge", "visits.rejudge_arrived", "visits.attest_judged", "visits.attest_judged")
    assert status_of(person) == [DoseStatus.WAITING]
    with reaching(HERE):
        assert immunization.waiting_count(SITE, closed_days=queries.closed_days(SITE)) == 1


def test_lines_that_changed_since_attest_nothing(tablet: TestTablet, lead: Passkey) -> None:
    before = lines().hash
    person = one_dose(tablet)
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=before))
    assert (answer.outcome, answer.findings) == (Outcome.KEPT, ["attestation-lines-differ"])
    assert status_of(person) == [DoseStatus.WAITING]
    assert queries.closed_days(SITE) == frozenset()


def test_a_dose_that_slips_in_while_the_day_is_attested_is_not_attested(
    new_tablet: Callable[..., TestTablet], lead: Passkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet, other = new_tablet(), new_tablet()
    before, slipped = one_dose(tablet), uuid7()
    attest = immunization_actions.attest

    def slip_in() -> None:
        try:
            send(
                other,
                arrived(other, slipped, slipped),
                opened(other, vial="V9"),
                dose(other, slipped, slipped, vial="V9"),
            )
        finally:
            connections.close_all()

    def attest_late(*told: Any, **named: Any) -> list[UUID]:
        thread = Thread(target=slip_in)
        thread.start()
        thread.join()
        return attest(*told, **named)

    monkeypatch.setattr(immunization_actions, "attest", attest_late)
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == ["attestation-lines-differ"]
    assert status_of(before) == status_of(slipped) == [DoseStatus.WAITING]
    assert queries.closed_days(SITE) == frozenset()


def test_a_vial_with_doses_left_refuses_the_close_until_they_are_explained(tablet: TestTablet, lead: Passkey) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, person), opened(tablet, doses=10), dose(tablet, person, person))
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == ["attestation-unexplained"]
    with reaching(HERE):
        assert queries.unexplained(lines()).vials == [VialLeft(lot=LOT, vial="V1", doses=9)]
    send(tablet, tablet.line("vial-wasted", lot=LOT, vial="V1", doses=9, reason="end-of-day"))
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.ATTESTED]


def test_a_dose_without_a_vial_refuses_the_close_until_a_line_explains_it(tablet: TestTablet, lead: Passkey) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, person), dose(tablet, person, person, vial=None))
    with reaching(HERE):
        assert queries.unexplained(lines()).draws == [OpenDraws(lot=LOT, doses=1)]
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == ["attestation-unexplained"]
    send(tablet, opened(tablet, vial="", doses=1, reason="line-missing"))
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.ATTESTED]


def test_a_signature_over_another_day_proves_nothing(tablet: TestTablet, lead: Passkey) -> None:
    person = one_dose(tablet)
    told = lines().hash
    other = wire.day_challenge(site=SITE, day=DAY - timedelta(days=1), lines_hash=bytes.fromhex(told))
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=told, challenge=other))
    assert answer.findings == ["attestation-proof-invalid"]
    assert status_of(person) == [DoseStatus.WAITING]


def test_a_device_alone_never_attests(tablet: TestTablet, lead: Passkey) -> None:
    del lead
    person = one_dose(tablet)
    line = tablet.line("attested", day=DAY, lines_hash=lines().hash, doses=[], proof=None, staff=CHIEF)
    (answer,) = send(tablet, line)
    assert answer.findings == ["attestation-proof-invalid"]
    assert status_of(person) == [DoseStatus.WAITING]


def test_who_may_not_attest_here_attests_nothing(tablet: TestTablet, lead: Passkey) -> None:
    person = one_dose(tablet)
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash, staff=VACCINATOR))
    assert answer.findings == ["attestation-not-permitted"]
    assert status_of(person) == [DoseStatus.WAITING]


def test_a_hash_that_is_none_is_another_hash(tablet: TestTablet, lead: Passkey) -> None:
    one_dose(tablet)
    line = attested(tablet, lead, lines_hash="zz", challenge=b"anything")
    (answer,) = send(tablet, line)
    assert answer.findings == ["attestation-lines-differ"]


def test_a_day_to_come_and_a_day_without_anybody_are_closed_by_no_tablet(tablet: TestTablet, lead: Passkey) -> None:
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == ["attestation-day-empty"]
    one_dose(tablet)
    tomorrow = DAY + timedelta(days=1)
    with reaching(HERE):
        told = queries.day_lines(SITE, tomorrow).hash
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=told, day=tomorrow))
    assert answer.findings == ["attestation-day-not-begun"]
    assert queries.closed_days(SITE) == frozenset()


def test_a_second_person_attests_a_late_dose_by_its_id(tablet: TestTablet, lead: Passkey) -> None:
    person = uuid7()
    given = dose(tablet, person, person, at=NOW - timedelta(days=20))
    send(tablet, given)
    assert status_of(person) == [DoseStatus.WAITING]
    told = [id_of(given)]
    proof = lead.answer(wire.doses_challenge(told), origin=ORIGIN).as_proof()
    (answer,) = send(tablet, tablet.line("attested", day=None, lines_hash=None, doses=told, proof=proof, staff=CHIEF))
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.ATTESTED]


# --- the lines besides the doses


def explained(
    line: LineCode, difference: int, *, lot: str | None = None, reason: str = "went to the toilet"
) -> Explained:
    return Explained(line=line, lot=lot, difference=difference, reason=reason)


def differences() -> list[tuple[str, str | None, int]]:
    with reaching(HERE):
        return [(one.line, one.lot, one.difference) for one in queries.unexplained(lines()).differences]


def count(tablet: TestTablet, what: str, quantity: int, *, lot: str | None = None, seconds: int = 0) -> bytes:
    return tablet.line("counted", what=what, lot=lot, quantity=quantity, at=NOW + timedelta(seconds=seconds))


def test_somebody_who_came_and_was_never_seen_again_is_explained_before_the_close(
    tablet: TestTablet, lead: Passkey
) -> None:
    del lead
    person, adrift = one_dose(tablet), uuid7()
    send(tablet, arrived(tablet, adrift, adrift))
    assert differences() == [("persons", None, 1)]
    for wrong in ([], [explained(LineCode.PERSONS, 2)], [explained(LineCode.PERSONS, 1, reason=" ")]):
        with pytest.raises(LineUnexplained):
            close(lines().hash, words=wrong)
    words = [explained(LineCode.PERSONS, 1)]
    (answer,) = intake.record([close(lines().hash, words=words)], actor=THE_LEAD, site=SITE, now=NOW)
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.ATTESTED]
    closed = queries.day_closed(SITE, DAY)
    assert closed is not None
    assert list(closed.explained) == words


def test_a_tablet_s_attestation_holds_only_with_words_for_each_difference(tablet: TestTablet, lead: Passkey) -> None:
    one_dose(tablet)
    send(tablet, count(tablet, "slips", 3))
    assert differences() == [("slips", None, 2)]
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == ["attestation-unexplained"]
    told = [{"line": "slips", "lot": None, "difference": 2, "reason": "spoiled"}]
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash, words=told))
    assert answer.findings == []
    assert queries.closed_days(SITE) == {DAY}


def test_vials_issued_are_those_opened_returned_and_wasted(tablet: TestTablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaccines, "products", lambda: {"az": SimpleNamespace(doses_per_vial=10)})
    one_dose(tablet)
    assert differences() == [], "what nobody counted differs from nothing"
    send(tablet, count(tablet, "vials", 4, lot=LOT))
    assert differences() == [("vials", LOT, 3)]
    send(tablet, tablet.line("vial-returned", lot=LOT, vial=None, doses=10, reason="not-needed"))
    assert differences() == [("vials", LOT, 2)]
    send(tablet, tablet.line("vial-wasted", lot=LOT, vial="B1", doses=10, reason="broken"))
    assert differences() == [("vials", LOT, 1)]
    send(tablet, tablet.line("vial-wasted", lot=LOT, vial="V1", doses=1, reason="broken"))
    assert differences() == [("vials", LOT, 1)], "waste of an opened vial is no second vial"
    send(tablet, count(tablet, "vials", 3, lot=LOT, seconds=1))
    assert differences() == []


def test_persons_arrived_are_those_who_went_declined_wait_or_are_watched(tablet: TestTablet) -> None:
    persons = [uuid7() for _ in range(6)]
    send(tablet, *(arrived(tablet, person, person) for person in persons))
    fates = ["released", "left", "deferred", "declined"]
    of: list[dict[str, Any]] = [{"visit": person, "person": person} for person in persons]
    send(
        tablet,
        tablet.line("released", **of[0], minutes=30, state="well"),
        tablet.line("left", **of[1], minutes=0, reason="went-home"),
        tablet.line("deferred", **of[2], until=None, reason="fever"),
        tablet.line("consented", **of[4], form="consent_1535", agreed=False),
        opened(tablet),
        dose(tablet, persons[3], persons[3]),
    )
    visits = lines().visits
    assert [getattr(visits, fate) for fate in fates] == [1, 1, 1, 1]
    assert (visits.visits, visits.observed, visits.adrift) == (6, 1, 1)


# --- on a page


def close(told: str, *, actor: Actor = THE_LEAD, words: Sequence[Explained] = ()) -> Attested:
    with reaching(HERE):
        return actions.close_day(SITE, DAY, lines_hash=told, actor=actor, now=NOW, explained=words)


def test_a_signed_in_lead_closes_the_day_on_a_page(tablet: TestTablet, lead: Passkey) -> None:
    del lead
    person = one_dose(tablet)
    fact = close(lines().hash)
    (answer,) = intake.record([fact], actor=THE_LEAD, site=SITE, now=NOW)
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.ATTESTED]


def test_a_page_refuses_what_a_lead_should_not_sign(tablet: TestTablet, lead: Passkey) -> None:
    del lead
    told = lines().hash
    person = uuid7()
    send(tablet, arrived(tablet, person, person), opened(tablet, doses=2), dose(tablet, person, person))
    with pytest.raises(LinesChanged):
        close(told)
    with pytest.raises(LineUnexplained) as refused:
        close(lines().hash)
    assert refused.value.facts["unexplained"].vials == [VialLeft(lot=LOT, vial="V1", doses=1)]
    for nobody in (
        Actor(id=VACCINATOR, kind=ActorKind.STAFF, powers=frozenset({Power.RECORD_DOSE}), reach=HERE),
        Actor(id=CHIEF, kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST})),
    ):
        with pytest.raises(NotPermitted):
            close(lines().hash, actor=nobody)


def test_a_page_closes_neither_a_day_to_come_nor_one_without_anybody(tablet: TestTablet, lead: Passkey) -> None:
    del lead
    with pytest.raises(DayEmpty):
        close(lines().hash)
    one_dose(tablet)
    yesterday = NOW - timedelta(days=1)
    with reaching(HERE), pytest.raises(DayNotBegun):
        actions.close_day(SITE, DAY, lines_hash=lines().hash, actor=THE_LEAD, now=yesterday)


# --- the lines themselves


def test_the_lines_tell_what_each_lot_did(tablet: TestTablet) -> None:
    persons = [uuid7() for _ in range(4)]
    entries: list[bytes] = [opened(tablet, doses=2), *(dose(tablet, person, person) for person in persons[:3])]
    entries.append(dose(tablet, persons[3], vial="no-such-vial"))
    send(tablet, *entries)
    send(tablet, tablet.line("voided", entry=id_of(entries[3]), reason="entered-twice", evidence=None))
    send(tablet, tablet.line("counted", what="slips", lot=None, quantity=4))
    told = lines()
    (line,) = told.lots
    assert (line.lot, line.product, line.given, line.voided) == (LOT, "az", 3, 1)
    assert (line.vial, line.overfill, line.explained, line.open) == (2, 0, 0, 1)
    assert (line.vials_opened, line.opened, line.left) == (1, 2, 0)
    assert [(count.what, count.quantity) for count in told.counted] == [("slips", 4)]


def shelf(seed: int, lot: str) -> list[dict[str, Any]]:
    """Tell a shelf's day under a lot of its own: vials with and without a line, with and without a reason."""
    shapes: list[dict[str, Any]] = [{"kind": "vial-opened", "vial": "V1", "doses": 2, "reason": None}]
    if seed % 2:
        shapes.append({"kind": "vial-opened", "vial": "V2", "doses": 2, "reason": "borrowed"})
    vials = ["V1", "V1", "V1", "V2", None, "V3", None, "V2", "V2"]
    shapes += [{"kind": "dose-given", "vial": vials[(seed + place) % len(vials)]} for place in range(3 + seed)]
    return [shape | {"lot": lot} for shape in shapes]


@pytest.mark.parametrize("seed", range(4))
def test_the_doses_and_the_ledger_agree_on_every_class_in_any_order(tablet: TestTablet, seed: int) -> None:
    chance = random.Random(seed)
    shapes = shelf(seed, f"LOT{seed}")
    chance.shuffle(shapes)
    given: list[bytes] = []
    while shapes:
        size = chance.randint(1, 4)
        part, shapes = shapes[:size], shapes[size:]
        written = []
        for shape in part:
            if shape["kind"] == "dose-given":
                at = NOW - timedelta(days=chance.randrange(2), minutes=5)
                written.append(dose(tablet, uuid7(), lot=shape["lot"], vial=shape["vial"], at=at))
                given.append(written[-1])
            else:
                written.append(opened(tablet, **{name: shape[name] for name in ("lot", "vial", "doses", "reason")}))
        send(tablet, *written)
    if given:
        send(tablet, tablet.line("voided", entry=id_of(chance.choice(given)), reason="entered-twice", evidence=None))
    with reaching(HERE):
        recorded, ledger = queries.draws_by_class(SITE), supply.draws_by_class(SITE)
        of_days = {day: queries.draws_of_day(SITE, day) for day in (DAY - timedelta(days=1), DAY)}
        whole = database.rows(
            "select given_on, lot, product, class, count(*) from visits_draw_classes where site = %s group by 1, 2, 3, 4",
            [SITE],
        )
    assert Counter({(day, *line): doses for day, told in of_days.items() for *line, doses in told}) == Counter(
        {tuple(line): doses for *line, doses in whole}
    )
    assert sum(recorded.values()) == len(given)
    assert recorded[DrawClass.VOIDED] == min(1, len(given))
    assert recorded | {DrawClass.VOIDED: 0} == ledger
