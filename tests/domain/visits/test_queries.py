from __future__ import annotations

from uuid import UUID

import pytest

from tests.domain.visits.factories import (
    DAY,
    MORNING,
    PERSON,
    SITE,
    arrived,
    dosed,
    identified,
    kept,
    minutes,
    nurse,
    screened,
)
from tiemchung.domain.people import actions as people
from tiemchung.domain.people.values import PersonTold
from tiemchung.domain.visits import actions, queries
from tiemchung.domain.visits.events import Arrived
from tiemchung.domain.visits.values import Stage, VisitListed
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("at_the_site")


def come(event: Arrived) -> None:
    """Let somebody arrive as intake does: first the person, then the visit."""
    if event.block is not None:
        told = PersonTold(entry=event.id, person=event.person, block=event.block, site=SITE, recorded_at=event.at)
        people.fold_blocks([told])
    actions.fold([kept(event)])


def listed(*stages: Stage, after: VisitListed | None = None, limit: int = 200) -> list[VisitListed]:
    return queries.visits_at(
        stages, site=SITE, day=DAY, actor=nurse(), purpose=Purpose.CARE, viewed_at=MORNING, after=after, limit=limit
    )


def test_who_waits_for_a_dose_is_listed_by_arrival_with_name() -> None:
    for minute, name in ((7, "Nguyễn Thị Hòa"), (3, "Đặng Văn Lý")):
        person, visit = uuid7(), uuid7()
        come(arrived(minute, person=person, visit=visit, ticket=f"A{minute}", name=name))
        actions.fold([kept(screened(20, person=person, visit=visit))])
    come(arrived(1, name="Phạm Thị Chờ"))
    waiting = listed(Stage.WAITING_FOR_DOSE)
    assert [(one.ticket, one.name, one.conclusion) for one in waiting] == [
        ("A3", "Đặng Văn Lý", "eligible_now"),
        ("A7", "Nguyễn Thị Hòa", "eligible_now"),
    ]
    assert queries.stage_counts(SITE, DAY) == dict.fromkeys(Stage, 0) | {Stage.WAITING_FOR_DOSE: 2, Stage.ARRIVED: 1}


def test_the_look_at_a_list_is_logged_for_everybody_on_it() -> None:
    come(arrived(name="Nguyễn Thị Hòa"))
    listed(Stage.ARRIVED)
    assert database.rows("select person_id, actor, purpose, site from journal_view") == [
        (PERSON, nurse().id, "care", SITE)
    ]


def test_a_person_told_on_another_tablet_stands_in_the_list_without_a_name() -> None:
    actions.fold([kept(arrived(ticket="A9"))])
    (one,) = listed(Stage.ARRIVED)
    assert (one.ticket, one.name, one.sex) == ("A9", None, "unknown")


def test_a_list_pages_by_key_and_leaves_nobody_out() -> None:
    visits = sorted(uuid7() for _ in range(5))
    # Two came in the same instant: the key tells them apart.
    for place, visit in enumerate(visits):
        actions.fold([kept(arrived(place // 2, person=uuid7(), visit=visit))])
    seen: list[UUID] = []
    page = listed(Stage.ARRIVED, limit=2)
    while page:
        seen += [one.id for one in page]
        page = listed(Stage.ARRIVED, after=page[-1], limit=2)
    assert seen == visits


def test_who_serves_nobody_here_sees_no_list() -> None:
    for stranger in (
        Actor(id=uuid7(), kind=ActorKind.STAFF, reach=Reach(sites=frozenset({SITE}))),
        Actor(id=uuid7(), kind=ActorKind.STAFF, powers=nurse().powers),
    ):
        with pytest.raises(NotPermitted):
            queries.visits_at(
                [Stage.WAITING_FOR_DOSE], site=SITE, day=DAY, actor=stranger, purpose=Purpose.CARE, viewed_at=MORNING
            )


def test_another_site_sees_no_visit() -> None:
    actions.fold([kept(arrived())])
    with reaching(Reach(sites=frozenset({"01-0001"}))):
        assert sum(queries.stage_counts(SITE, DAY).values()) == 0


@pytest.mark.parametrize(
    ("how", "proves"),
    [("card-scanned", True), ("document-seen", True), ("known-to-officer", True), ("told", False)],
)
def test_the_first_three_ways_of_identification_prove_a_person(how: str, proves: bool) -> None:  # noqa: FBT001 - a table of cases
    actions.fold([kept(identified(4, how=how)), kept(dosed())])
    assert queries.proved_since([PERSON, uuid7()]) == ({PERSON: minutes(4)} if proves else {})


def test_a_person_is_proved_since_the_first_visit_that_proved_them() -> None:
    for minute in (50, 4, 30):
        actions.fold([kept(identified(minute, visit=uuid7()))])
    assert queries.proved_since([PERSON]) == {PERSON: minutes(4)}
