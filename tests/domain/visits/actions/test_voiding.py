"""What a visit says of its dose once that dose never happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.chair import NOW, SITE, arrival, days, dose, record, void
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.visits import queries
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.project import jobs


@pytest.fixture(autouse=True)
def _at_the_center(worker_db: None, set_time: Callable[[datetime], None]) -> None:
    journal.forget_server_device()
    set_time(NOW + days(1))


@pytest.fixture
def here() -> tuple[UUID, UUID]:
    """Return a person who has arrived, and the visit."""
    came = arrival(uuid7(NOW))
    record(came)
    return came.person, came.visit


def given(here: tuple[UUID, UUID], *, minute: int = 5) -> DoseGiven:
    person, visit = here
    return dose(person, at=NOW + timedelta(minutes=minute), visit=visit)


def dosed_at(here: tuple[UUID, UUID]) -> datetime | None:
    found = database.row("select dosed_at from visits_visit where person_id = %s and id = %s", list(here))
    assert found is not None
    at: datetime | None = found[0]
    return at


def dosed() -> int:
    return queries.day_lines(SITE, business_day(NOW)).visits.dosed


def test_a_visit_whose_only_dose_never_happened_had_none(here: tuple[UUID, UUID]) -> None:
    told = given(here)
    record(told)
    assert (dosed_at(here), dosed()) == (told.at, 1)
    record(void(told.id))
    assert (dosed_at(here), dosed()) == (None, 0)


def test_a_dose_entered_twice_leaves_the_other(here: tuple[UUID, UUID]) -> None:
    first, second = given(here, minute=5), given(here, minute=7)
    record(first, second)
    record(void(first.id))
    assert (dosed_at(here), dosed()) == (second.at, 1)


def test_a_dose_and_its_void_in_one_batch_leave_nothing(here: tuple[UUID, UUID]) -> None:
    told = given(here)
    record(told, void(told.id))
    assert dosed_at(here) is None


def test_a_void_that_came_first_counts_when_its_dose_is_here(here: tuple[UUID, UUID]) -> None:
    told = given(here)
    record(void(told.id))
    record(told)
    jobs.refold(0)
    assert dosed_at(here) is None


def test_a_dose_given_after_the_void_is_this_visits_dose(here: tuple[UUID, UUID]) -> None:
    wrong, right = given(here, minute=5), given(here, minute=9)
    record(wrong)
    record(void(wrong.id))
    record(right)
    assert dosed_at(here) == right.at
