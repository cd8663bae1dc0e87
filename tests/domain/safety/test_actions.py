from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from tests.domain.visits.factories import MORNING, PERSON, SITE, VISIT, arrived, kept, nurse
from tiemchung.domain.safety import actions, queries
from tiemchung.domain.safety.events import Action, Aefi
from tiemchung.domain.visits import actions as visits
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching


@pytest.fixture(autouse=True)
def _at_the_site(db: None) -> Iterator[None]:
    with reaching(Reach(sites=frozenset({SITE}))):
        yield


def aefi(minute: int = 0, *, person: UUID | None = PERSON, visit: UUID | None = None) -> Aefi:
    at = MORNING + timedelta(minutes=minute)
    return Aefi(
        id=uuid7(at),
        at=at,
        person=person,
        visit=visit,
        onset=at,
        severity="moderate",
        signs=["rash", "wheeze"],
        actions=[Action(at=at, what="adrenaline")],
    )


def test_what_was_seen_is_shown_as_it_was_told_and_only_once() -> None:
    event = aefi()
    actions.fold([kept(event)])
    actions.fold([kept(event)])
    (shown,) = queries.events_of([PERSON], site=SITE, actor=nurse(), purpose=Purpose.SAFETY, viewed_at=MORNING)
    assert (shown.id, shown.severity, shown.signs, shown.onset) == (event.id, "moderate", event.signs, event.onset)
    assert [(action.at, action.what) for action in shown.actions] == [(MORNING, "adrenaline")]


def test_signs_and_actions_lie_sealed() -> None:
    actions.fold([kept(aefi())])
    ((sealed,),) = database.rows("select sealed from safety_adverseevent")
    assert b"rash" not in bytes(sealed)
    assert b"adrenaline" not in bytes(sealed)


def test_an_event_told_of_a_visit_belongs_to_whoever_visited_whichever_comes_first() -> None:
    actions.fold([kept(aefi(person=None, visit=VISIT))])
    wanted = {"site": SITE, "actor": nurse(), "purpose": Purpose.SAFETY, "viewed_at": MORNING}
    assert queries.events_of([PERSON], **wanted) == []  # type: ignore[arg-type]  # the four are named above
    visits.fold([kept(arrived())])
    assert len(queries.events_of([PERSON], **wanted)) == 1  # type: ignore[arg-type]  # same


def test_events_of_a_site_come_page_by_page_the_newest_first() -> None:
    events = [aefi(minute) for minute in range(5)]
    actions.fold([kept(event) for event in events])
    first = queries.events_at([SITE], actor=nurse(), purpose=Purpose.SAFETY, viewed_at=MORNING, limit=3)
    rest = queries.events_at(
        [SITE], actor=nurse(), purpose=Purpose.SAFETY, viewed_at=MORNING, limit=3, before=first[-1].id
    )
    assert [event.id for event in first + rest] == [event.id for event in reversed(events)]


def test_another_site_sees_nothing() -> None:
    actions.fold([kept(aefi())])
    with reaching(Reach(sites=frozenset({"01-0001"}))):
        assert database.rows("select * from safety_adverseevent") == []


def test_who_serves_nobody_here_is_refused() -> None:
    stranger = Actor(id=uuid7(), kind=ActorKind.STAFF, reach=Reach(sites=frozenset({SITE})))
    with pytest.raises(NotPermitted):
        queries.events_at([SITE], actor=stranger, purpose=Purpose.SAFETY, viewed_at=MORNING)
    with pytest.raises(NotPermitted):
        queries.events_of([PERSON], site=SITE, actor=stranger, purpose=Purpose.SAFETY, viewed_at=MORNING)


def test_every_look_is_logged_for_the_person_looked_at() -> None:
    actions.fold([kept(aefi())])
    queries.events_at([SITE], actor=nurse(), purpose=Purpose.SAFETY, viewed_at=MORNING)
    assert database.rows("select person_id, actor, purpose, site from journal_view") == [
        (PERSON, nurse().id, "safety", SITE)
    ]
