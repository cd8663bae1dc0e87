"""What happens at the chair, recorded through the one door for facts, and the reactions that follow it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tiemchung.domain.immunization.events import Corrected, Correction, DoseGiven, Voided
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.project.reactions import followers
from tiemchung.project.worker import Following

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
SITE = "79-0001"


def record(*events: Event, at: datetime = NOW) -> None:
    """Keep these events as one page's batch, learned by the center at `at`."""
    answers = intake.record(list(events), actor=SYSTEM, site=SITE, now=at)
    assert {answer.outcome for answer in answers} == {"kept"}, answers


def arrival(person: UUID, *, at: datetime = NOW, **told: Any) -> Arrived:
    """Return the arrival of a woman of 1980 from Bến Nghé whom nobody knew."""
    usual: dict[str, Any] = {
        "name": "Trần Thị Mai",
        "born": "1980-05-01",
        "sex": "female",
        "identifiers": [],
        "commune": "26740",
        "target_group": "05",
    }
    block = PersonBlock(**(usual | told))
    return Arrived(id=uuid7(at), at=at, visit=uuid7(at), person=person, ticket="1", block=block)


def dose(person: UUID, *, at: datetime = NOW, **told: Any) -> DoseGiven:
    """Return a dose of AstraZeneca from a lot nobody has registered."""
    usual: dict[str, Any] = {"product": "az", "lot": "ABX1", "volume_ml": 0.5, "arm": "left", "vaccinator": uuid7()}
    return DoseGiven(id=uuid7(at), at=at, person=person, **(usual | told))


def void(entry: UUID, *, at: datetime = NOW) -> Voided:
    """Return the fact that a dose never happened."""
    return Voided(id=uuid7(at), at=at, entry=entry, reason="wrong-person")


def correction(entry: UUID, *, at: datetime = NOW, **values: Any) -> Corrected:
    """Return the fact that something of a dose was told wrong."""
    return Corrected(id=uuid7(at), at=at, entry=entry, values=Correction(**values), reason="typed-wrong")


def visit(person: UUID | None = None, *, at: datetime = NOW, **told: Any) -> tuple[UUID, UUID]:
    """Record an arrival and a dose; return the person and the dose."""
    who = person or uuid7(at)
    given = dose(who, at=at, **told)
    record(*([arrival(who, at=at)] if person is None else []), given, at=at)
    return who, given.id


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


def follow() -> None:
    """Let every reaction read all there is."""
    following = [Following(follower, stop=threading.Event()) for follower in followers()]
    while sum(each.step() for each in following):
        pass
