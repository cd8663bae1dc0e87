"""What a certificate's preparation hears of a dose's life, from the journal, as the worker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest

from tests.domain.intake.chair import LOT, NOW, SITE, TestTablet, arrived, dose, id_of
from tests.domain.visits.factories import CHIEF
from tiemchung.domain.certificates import actions, queries
from tiemchung.domain.certificates.reactions import prepare
from tiemchung.domain.certificates.values import Reason, Standing, State
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.visits import queries as visits
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung_world.passkey import Passkey

AsWorker = Callable[[], AbstractContextManager[None]]
DAY = business_day(NOW)
READY = Standing(State.READY, Reason.NONE)


def send(tablet: TestTablet, *lines: bytes) -> None:
    intake.receive(tablet.batch(*lines), now=NOW)


def give(tablet: TestTablet, person: UUID, *, vial: str = "V1") -> bytes:
    """Send a visit with one dose out of a vial of one; return the dose's line."""
    visit = uuid7()
    came = arrived(tablet, person, visit)
    line = tablet.line("vial-opened", lot=LOT, vial=vial, doses=1, reason=None)
    given = dose(tablet, person, visit, vial=vial)
    send(tablet, came, line, given)
    return given


def identify(tablet: TestTablet, person: UUID, *, how: str) -> None:
    send(tablet, tablet.line("identified", visit=uuid7(), person=person, how=how, document=None))


def attest(tablet: TestTablet, lead: Passkey) -> None:
    with reaching(Reach(sites=frozenset({SITE}))):
        told = visits.day_lines(SITE, DAY).hash
    challenge = wire.day_challenge(site=SITE, day=DAY, lines_hash=bytes.fromhex(told))
    proof = lead.answer(challenge, origin="http://localhost:8000").as_proof()
    send(tablet, tablet.line("attested", day=DAY, lines_hash=told, doses=[], proof=proof, staff=CHIEF))


def stands(person: UUID, as_worker: AsWorker) -> list[Standing]:
    """Let the reaction read the whole journal, backwards and twice, and return where the person's doses stand."""
    with as_worker():
        entries = journal.settled_after(START, limit=1000).entries
        prepare(entries[::-1], now=NOW)
        prepare(entries, now=NOW + timedelta(minutes=1))
        return list(queries.standings([person]).values())


def test_a_dose_waits_until_it_is_attested(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person = uuid7()
    give(tablet, person)
    identify(tablet, person, how="document-seen")
    assert stands(person, as_worker) == [Standing(State.WAITING, Reason.NOT_ATTESTED)]
    attest(tablet, lead)
    assert stands(person, as_worker) == [READY]


def test_an_attested_dose_waits_until_somebody_was_sure_whose_it_is(
    tablet: TestTablet, lead: Passkey, as_worker: AsWorker
) -> None:
    person = uuid7()
    give(tablet, person)
    identify(tablet, person, how="told")
    attest(tablet, lead)
    assert stands(person, as_worker) == [Standing(State.WAITING, Reason.PERSON_NOT_PROVED)]
    identify(tablet, person, how="known-to-officer")
    assert stands(person, as_worker) == [READY]


@pytest.mark.parametrize("ready_before", [True, False])
def test_a_void_takes_a_ready_dose_back(
    tablet: TestTablet,
    lead: Passkey,
    as_worker: AsWorker,
    ready_before: bool,  # noqa: FBT001 - both of two cases
) -> None:
    person = uuid7()
    given = give(tablet, person)
    if ready_before:
        identify(tablet, person, how="card-scanned")
        attest(tablet, lead)
        assert stands(person, as_worker) == [READY]
    send(tablet, tablet.line("voided", entry=id_of(given), reason="another-person", evidence=None))
    assert stands(person, as_worker) == [Standing(State.WITHHELD, Reason.VOIDED)]


def test_a_late_dose_is_withheld_for_a_second_person(tablet: TestTablet, as_worker: AsWorker) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7(), at=NOW - timedelta(days=20)))
    send(tablet, dose(tablet, person, at=NOW - timedelta(days=20)))
    assert stands(person, as_worker) == [Standing(State.WITHHELD, Reason.LATE)]


def test_reading_again_rewrites_nothing(tablet: TestTablet, as_worker: AsWorker) -> None:
    person = uuid7()
    give(tablet, person)
    with as_worker():
        assert actions.prepare([person], now=NOW) == 1
        assert actions.prepare([person], now=NOW) == 0
        assert actions.prepare([], now=NOW) == 0
