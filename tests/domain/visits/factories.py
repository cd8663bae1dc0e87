"""Entries of a visit for tests: each function states what a test does not care about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.visits.events import Arrived, Deferred, Identified, Left, Observed, Released
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.ids import uuid7

MORNING = datetime(2021, 9, 13, 2, tzinfo=UTC)
DAY = date(2021, 9, 13)
SITE = "79-0012"
TABLET = UUID("018f0000-0000-7000-8000-000000000001")
PERSON = UUID("018f0000-0000-7000-8000-000000000002")
VISIT = UUID("018f0000-0000-7000-8000-000000000003")
NURSE = UUID("018f0000-0000-7000-8000-000000000004")
CHIEF = UUID("018f0000-0000-7000-8000-000000000005")
E = TypeVar("E", bound=Event)


def kept(
    event: E, *, site: str = SITE, plausible: bool = True, device: UUID = TABLET, recorded_at: datetime | None = None
) -> Kept[E]:
    here_at = recorded_at or event.at
    return Kept(event=event, site=site, device=device, occurred_at=event.at, recorded_at=here_at, plausible=plausible)


def minutes(count: int) -> datetime:
    return MORNING + timedelta(minutes=count)


def arrived(
    minute: int = 0, *, person: UUID = PERSON, visit: UUID = VISIT, ticket: str = "A0001", name: str | None = None
) -> Arrived:
    block = None if name is None else PersonBlock(name=name, born="1960", sex="female")
    return Arrived(id=uuid7(), at=minutes(minute), visit=visit, person=person, ticket=ticket, block=block)


def identified(minute: int = 1, *, how: str = "card-scanned", person: UUID = PERSON, visit: UUID = VISIT) -> Identified:
    return Identified(id=uuid7(), at=minutes(minute), visit=visit, person=person, how=how)  # type: ignore[arg-type]  # tests name the words of the wire


def consented(minute: int = 2, *, agreed: bool = True, person: UUID = PERSON, visit: UUID = VISIT) -> Consented:
    return Consented(id=uuid7(), at=minutes(minute), visit=visit, person=person, form="consent_1535", agreed=agreed)


def screened(
    minute: int = 5, *, conclusion: str = "eligible_now", person: UUID = PERSON, visit: UUID = VISIT
) -> Screened:
    return Screened(
        id=uuid7(),
        at=minutes(minute),
        visit=visit,
        person=person,
        form="adult_4355",
        answers={},
        conclusion=conclusion,  # type: ignore[arg-type]  # same
    )


def deferred(minute: int = 6, *, until: date | None = None, reason: str = "acute-illness") -> Deferred:
    return Deferred(id=uuid7(), at=minutes(minute), visit=VISIT, person=PERSON, until=until, reason=reason)


def dosed(
    minute: int = 10,
    *,
    person: UUID = PERSON,
    visit: UUID | None = VISIT,
    lot: str = "ABX6412",
    vial: str | None = "V1",
    vaccinator: UUID = NURSE,
) -> DoseGiven:
    return DoseGiven(
        id=uuid7(),
        at=minutes(minute),
        visit=visit,
        person=person,
        product="az",
        lot=lot,
        vial=vial,
        vaccinator=vaccinator,
        volume_ml=0.5,
        arm="left",
        staff=vaccinator,
    )


def observed(minute: int = 25, *, after: int = 15, state: str = "well") -> Observed:
    return Observed(id=uuid7(), at=minutes(minute), visit=VISIT, person=PERSON, minutes=after, state=state)


def released(minute: int = 40, *, after: int = 30, state: str = "well") -> Released:
    return Released(id=uuid7(), at=minutes(minute), visit=VISIT, person=PERSON, minutes=after, state=state)


def left(minute: int = 20, *, after: int = 10, reason: str = "did-not-wait") -> Left:
    return Left(id=uuid7(), at=minutes(minute), visit=VISIT, person=PERSON, minutes=after, reason=reason)


def nurse() -> Actor:
    return Actor(
        id=NURSE,
        kind=ActorKind.STAFF,
        powers=frozenset({Power.RECORD_DOSE}),
        reach=Reach(sites=frozenset({SITE})),
    )
