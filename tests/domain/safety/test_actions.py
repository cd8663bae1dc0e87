from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.domain.visits.factories import MORNING, PERSON, SITE, VISIT, arrived, kept, nurse
from tiemchung.domain.safety import actions, queries, rules
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
    first = queries.reactions_at([SITE], actor=nurse(), purpose=Purpose.SAFETY, viewed_at=MORNING, limit=3)
    rest = queries.reactions_at(
        [SITE], actor=nurse(), purpose=Purpose.SAFETY, viewed_at=MORNING, limit=3, before=first[-1].id
    )
    assert [event.id for event in first + rest] == [event.id for event in reversed(events)]


def test_a_reaction_told_in_steps_stands_whole_on_one_page_wherever_the_page_ends() -> None:
    first = aefi(0)
    others = [aefi(minute, person=uuid7()) for minute in (1, 2)]
    later = msgspec.structs.replace(
        first,
        id=uuid7(MORNING + timedelta(minutes=9)),
        severity="anaphylaxis",
        signs=["collapse", "rash"],
        actions=[*first.actions, Action(at=MORNING + timedelta(minutes=9), what="better")],
    )
    actions.fold([kept(event) for event in (first, *others, later)])
    asking: dict[str, Any] = {"actor": nurse(), "purpose": Purpose.SAFETY, "viewed_at": MORNING, "limit": 2}
    page = queries.reactions_at([SITE], **asking)
    rest = queries.reactions_at([SITE], **asking, before=page[-1].id)
    assert [one.id for one in page + rest] == [later.id, others[1].id, others[0].id]
    assert (page[0].severity, page[0].signs, page[0].over) == ("anaphylaxis", ("rash", "wheeze", "collapse"), True)
    assert [deed.what for deed in page[0].actions] == ["adrenaline", "better"]


def test_what_nobody_can_tell_whose_it_is_is_told_each_for_itself() -> None:
    onset = aefi().onset
    same: dict[str, Any] = {"person": None, "visit": None, "onset": onset}
    assert rules.episode_of(telling=uuid7(), **same) != rules.episode_of(telling=uuid7(), **same)
    seen: dict[str, Any] = {**same, "visit": VISIT}
    assert rules.episode_of(telling=uuid7(), **seen) == rules.episode_of(telling=uuid7(), **seen)


def test_another_site_sees_nothing() -> None:
    actions.fold([kept(aefi())])
    with reaching(Reach(sites=frozenset({"01-0001"}))):
        assert database.rows("select * from safety_adverseevent") == []


def test_who_serves_nobody_here_is_refused() -> None:
    stranger = Actor(id=uuid7(), kind=ActorKind.STAFF, reach=Reach(sites=frozenset({SITE})))
    with pytest.raises(NotPermitted):
        queries.reactions_at([SITE], actor=stranger, purpose=Purpose.SAFETY, viewed_at=MORNING)
    with pytest.raises(NotPermitted):
        queries.events_of([PERSON], site=SITE, actor=stranger, purpose=Purpose.SAFETY, viewed_at=MORNING)


def test_every_look_is_logged_for_the_person_looked_at() -> None:
    actions.fold([kept(aefi())])
    queries.reactions_at([SITE], actor=nurse(), purpose=Purpose.SAFETY, viewed_at=MORNING)
    assert database.rows("select person_id, actor, purpose, site from journal_view") == [
        (PERSON, nurse().id, "safety", SITE)
    ]
