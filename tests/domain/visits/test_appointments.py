"""Appointments follow the record: a visit keeps one, the close of the day misses it, and whatever came later counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.chair import dose, follow
from tests.domain.campaigns.wards import open_campaign
from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import DAY, MORNING, SITE
from tiemchung.domain.access import actions as access
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.scheduling import actions as scheduling
from tiemchung.domain.scheduling.values import Appointment
from tiemchung.domain.visits import actions, queries
from tiemchung.domain.visits.events import Arrived, Left
from tiemchung.domain.visits.values import WRONG_PERSON, Explained, LineCode
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

HERE = Reach(sites=frozenset({SITE}))


@pytest.fixture(autouse=True)
def _ward(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    del committed_db
    set_time(MORNING)
    with as_worker():
        scenery.found_sites()
        open_campaign()


@pytest.fixture
def told(as_worker: Callable[[], AbstractContextManager[None]]) -> Callable[[], list[str]]:
    """Return a function after which all reactions have read all there is; it tells how the appointments stand."""

    def heard() -> list[str]:
        with as_worker():
            follow()
            return [state for (state,) in database.rows("select state from scheduling_appointment order by starts_at")]

    return heard


def arrives(person: UUID, *, appointment: Appointment | None = None, at: datetime = MORNING) -> Arrived:
    named = appointment.id if appointment else None
    return Arrived(id=uuid7(), at=at, visit=uuid7(), person=person, ticket="1", appointment=named)


def day_is_closed() -> None:
    lead = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST}), reach=HERE)
    row = {"id": str(lead.id), "name": "Khoa", "login": "khoa", "roles": [{"role": "lead", "site": SITE}]}
    access.load_staff([row], actor=SYSTEM, now=MORNING)
    with reaching(HERE):
        lines = queries.day_lines(SITE, DAY)
        words = [Explained(line=LineCode.PERSONS, difference=lines.visits.adrift, reason="waiting for a doctor")]
        now = MORNING + timedelta(hours=1)
        event = actions.close_day(SITE, DAY, lines_hash=lines.hash, actor=lead, now=now, explained=words)
        intake.record([event], actor=lead, site=SITE, now=MORNING + timedelta(hours=1))


def test_who_came_has_kept_it_and_who_did_not_is_missed_when_the_day_is_closed(told: Callable[[], list[str]]) -> None:
    hang, ai, _hue = called("Nguyễn Thị Hằng", "Võ Thúy Ái", "Trần Thị Huệ")
    scenery.tell(arrives(hang.person))
    # Whoever came under a new row is told by the appointment that the desk named.
    scenery.tell(arrives(uuid7(), appointment=ai))
    assert told() == ["fulfilled", "fulfilled", "booked"]
    day_is_closed()
    assert told() == ["fulfilled", "fulfilled", "missed"]


def test_who_came_after_the_close_came_all_the_same(told: Callable[[], list[str]]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    scenery.somebody_who_left()
    day_is_closed()
    assert told() == ["missed"]
    scenery.tell(arrives(hang.person))
    assert told() == ["fulfilled"]


def test_who_came_by_a_tablet_that_knew_no_date_has_kept_what_they_named(told: Callable[[], list[str]]) -> None:
    hang, ai = called("Nguyễn Thị Hằng", "Võ Thúy Ái")
    long_ago = MORNING.replace(year=1999)
    scenery.tell(arrives(hang.person, appointment=hang, at=long_ago))
    scenery.tell(arrives(ai.person, at=long_ago))
    # Of whom the day is not known and nothing was named, nobody can say for which day they came.
    assert told() == ["fulfilled", "booked"]
    scenery.somebody_who_left()
    day_is_closed()
    assert told() == ["fulfilled", "missed"]


def test_a_dose_without_an_arrival_keeps_it(told: Callable[[], list[str]]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    scenery.tell(dose(hang.person, at=MORNING))
    assert told() == ["fulfilled"]


def test_who_was_written_down_by_mistake_has_not_come(told: Callable[[], list[str]]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    arrival = arrives(hang.person)
    scenery.tell(arrival)
    assert told() == ["fulfilled"]
    scenery.tell(Left(id=uuid7(), at=MORNING, visit=arrival.visit, person=hang.person, minutes=0, reason=WRONG_PERSON))
    assert told() == ["booked"]
    scenery.tell(arrives(hang.person))
    assert told() == ["fulfilled"]


def test_a_visit_to_another_site_keeps_no_appointment_here(told: Callable[[], list[str]]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    scenery.tell(arrives(hang.person), site=scenery.OTHER_SITE)
    assert told() == ["booked"]


def test_a_day_that_nobody_closed_is_given_up_after_three_days(
    told: Callable[[], list[str]], as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    called("Nguyễn Thị Hằng")
    for days, state in ((3, "booked"), (4, "missed")):
        with as_worker():
            scheduling.miss_past(now=MORNING + timedelta(days=days))
        assert told() == [state]
