"""Facts of places: a province declared an epidemic zone, or let one end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tiemchung.kernel.events import Event


class ZoneDeclared(Event, frozen=True, kw_only=True):
    """An officer of the province entered a decision that puts a unit into a zone, from a day until another, if it names one."""

    era: str
    unit: str
    level: str
    closed: bool
    decision: str
    source: str
    first: date
    last: date | None
    asks_certificates: bool = False


class ZoneEnded(Event, frozen=True, kw_only=True):
    """A declared zone ends with a day, by another decision."""

    zone: UUID
    decision: str
    last: date
