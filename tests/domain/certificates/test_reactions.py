"""What a certificate's preparation hears of a dose's life, from the journal, as the worker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest

from tests.domain.certificates.scenery import attest, give, identify, send
from tests.domain.intake.chair import NOW, TestTablet, arrived, dose, id_of
from tiemchung.domain.certificates import actions, queries
from tiemchung.domain.certificates.reactions import prepare
from tiemchung.domain.certificates.values import Reason, Standing, State
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.kernel.ids import uuid7
from tiemchung_world.passkey import Passkey

AsWorker = Callable[[], AbstractContextManager[None]]
READY = Standing(State.READY, Reason.NONE)


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
