"""The close of a day, from the tablet's batch to the attested dose, on the real database."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from tests.domain.intake.chair import LOT, NOW, SITE, VACCINATOR, TestTablet, arrived, dose, id_of
from tests.domain.visits.factories import CHIEF
from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Answer, Outcome
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import DrawClass
from tiemchung.domain.visits import actions, queries
from tiemchung.domain.visits.errors import LinesChanged, LineUnexplained
from tiemchung.domain.visits.events import Attested
from tiemchung.domain.visits.values import DayLines, OpenDraws, VialLeft
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
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
) -> bytes:
    signed = challenge or wire.day_challenge(site=SITE, day=day, lines_hash=bytes.fromhex(lines_hash))
    proof = passkey.answer(signed, origin=ORIGIN).as_proof()
    return tablet.line("attested", day=day, lines_hash=lines_hash, doses=[], proof=proof, staff=staff)


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
    answers = send(tablet, arrived(tablet, person, uuid7()), opened(tablet), dose(tablet, person))
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
    answers = send(tablet, arrived(tablet, person, uuid7()), opened(tablet, vial="V2"), dose(tablet, person, vial="V2"))
    assert "late" in answers[-1].findings
    (answer,) = send(tablet, attested(tablet, lead, lines_hash=lines().hash))
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.WAITING]


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
            send(other, arrived(other, slipped, uuid7()), opened(other, vial="V9"), dose(other, slipped, vial="V9"))
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
    send(tablet, arrived(tablet, person, uuid7()), opened(tablet, doses=10), dose(tablet, person))
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
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person, vial=None))
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


def test_a_second_person_attests_a_late_dose_by_its_id(tablet: TestTablet, lead: Passkey) -> None:
    person = uuid7()
    given = dose(tablet, person, at=NOW - timedelta(days=20))
    send(tablet, given)
    assert status_of(person) == [DoseStatus.WAITING]
    told = [id_of(given)]
    proof = lead.answer(wire.doses_challenge(told), origin=ORIGIN).as_proof()
    (answer,) = send(tablet, tablet.line("attested", day=None, lines_hash=None, doses=told, proof=proof, staff=CHIEF))
    assert answer.findings == []
    assert status_of(person) == [DoseStatus.ATTESTED]


# --- on a page


def close(told: str, *, actor: Actor = THE_LEAD) -> Attested:
    with reaching(HERE):
        return actions.close_day(SITE, DAY, lines_hash=told, actor=actor, now=NOW)


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
    send(tablet, arrived(tablet, person, uuid7()), opened(tablet, doses=2), dose(tablet, person))
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


# --- the lines themselves


def test_the_lines_tell_what_each_lot_did(tablet: TestTablet) -> None:
    persons = [uuid7() for _ in range(4)]
    entries: list[bytes] = [opened(tablet, doses=2), *(dose(tablet, person) for person in persons[:3])]
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
