"""Makes one row of all entries of a visit before anything is written: the four entries of a visit become one.

Each stage keeps the telling that the statement in `chair` would keep, whatever the order and the cut into batches: the
first arrival, the strongest identification, the latest word on consent, screening and deferral, the first dose, the
longest observation, the first ending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.visits.events import Arrived, Deferred, Identified, Left, Observed, Released
from tiemchung.domain.visits.values import CONCLUSIONS, HOW_CODES, Ending
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event, Kept

T = TypeVar("T")
_NO_DAY = date.max


class VisitTold(msgspec.Struct, kw_only=True):
    """What one batch tells of one visit. A stage that it does not mention is None."""

    person: UUID
    id: UUID
    site: str
    entries: list[UUID]
    day: date | None = None
    arrival: tuple[datetime, str] | None = None
    campaign_session: UUID | None = None
    appointment: UUID | None = None
    identity: tuple[int, datetime] | None = None
    consent: tuple[datetime, bool] | None = None
    screening: tuple[datetime, int] | None = None
    deferral: tuple[datetime, str, date] | None = None
    dosed_at: datetime | None = None
    observation: tuple[int, str] | None = None
    ending: tuple[datetime, int] | None = None

    @property
    def deferred_until(self) -> date | None:
        """Return the day from which a dose may be tried again, if one was told."""
        return None if self.deferral is None or self.deferral[2] == _NO_DAY else self.deferral[2]


def gather(kept: Iterable[Kept[Event]]) -> list[VisitTold]:
    """Return one row for each visit told, in the order of their keys; entries of other kinds are passed over."""
    # Whole numbers are hashed and sorted ten times faster than the ids they are; their order is the same.
    visits: dict[tuple[int, int], VisitTold] = {}
    for one in kept:
        teller = _TELLERS.get(type(one.event))
        if teller is None or one.event.visit is None:  # type: ignore[attr-defined]  # each kind with a teller has one
            continue
        event: Any = one.event
        key = (event.person.int, event.visit.int)
        told = visits.get(key)
        if told is None:
            told = visits[key] = VisitTold(person=event.person, id=event.visit, site=one.site or "", entries=[])
        told.entries.append(event.id)
        if one.plausible:
            told.day = _least(told.day, business_day(one.occurred_at))
        teller(told, event, one.occurred_at)
    return [visits[key] for key in sorted(visits)]


def _least(known: T | None, told: T) -> T:
    return told if known is None or told < known else known  # type: ignore[operator]  # T is a tuple, a date, an instant


def _greatest(known: T | None, told: T) -> T:
    return told if known is None or told > known else known  # type: ignore[operator]  # same


def _arrived(told: VisitTold, event: Arrived, at: datetime) -> None:
    arrival = (at, event.ticket)
    if told.arrival is None or arrival < told.arrival:
        told.arrival = arrival
        told.campaign_session, told.appointment = event.campaign_session, event.appointment


def _identified(told: VisitTold, event: Identified, at: datetime) -> None:
    told.identity = _least(told.identity, (int(HOW_CODES[event.how]), at))


def _consented(told: VisitTold, event: Consented, at: datetime) -> None:
    told.consent = _greatest(told.consent, (at, event.agreed))


def _screened(told: VisitTold, event: Screened, at: datetime) -> None:
    told.screening = _greatest(told.screening, (at, CONCLUSIONS.index(event.conclusion) + 1))


def _deferred(told: VisitTold, event: Deferred, at: datetime) -> None:
    told.deferral = _greatest(told.deferral, (at, event.reason, event.until or _NO_DAY))


def _dosed(told: VisitTold, _event: DoseGiven, at: datetime) -> None:
    told.dosed_at = _least(told.dosed_at, at)


def _observed(told: VisitTold, event: Observed | Released, _at: datetime) -> None:
    told.observation = _greatest(told.observation, (event.minutes, event.state))


def _released(told: VisitTold, event: Released, at: datetime) -> None:
    _observed(told, event, at)
    told.ending = _least(told.ending, (at, int(Ending.RELEASED)))


def _left(told: VisitTold, event: Left, at: datetime) -> None:
    told.observation = _greatest(told.observation, (event.minutes, event.reason))
    told.ending = _least(told.ending, (at, int(Ending.LEFT)))


_TELLERS: dict[type[Event], Callable[[VisitTold, Any, datetime], None]] = {
    Arrived: _arrived,
    Identified: _identified,
    Consented: _consented,
    Screened: _screened,
    Deferred: _deferred,
    DoseGiven: _dosed,
    Observed: _observed,
    Released: _released,
    Left: _left,
}
