"""Facts of people: somebody is told otherwise, two rows are one, or the use of somebody's data is restricted."""

from __future__ import annotations

from uuid import UUID

from tiemchung.kernel.events import Event


class PersonCorrected(Event, frozen=True, kw_only=True):
    """A person is told otherwise, by the decision of a case and by what was seen for it; what is empty stays as it was.

    `number_since` is the day until which the earlier numbers of the kind were right; empty if they were wrong.
    """

    person: UUID
    decision: UUID
    name: str = ""
    born: str = ""
    sex: str = ""
    number_kind: str = ""
    number: str = ""
    number_since: str = ""
    phone: str = ""
    commune: str = ""
    seen: tuple[str, ...] = ()


class UseRestricted(Event, frozen=True, kw_only=True):
    """A person's data serve care and the law alone from now on, by the decision of a case."""

    person: UUID
    decision: UUID


class RestrictionLifted(Event, frozen=True, kw_only=True):
    """Whose data they are has ended the restriction of their use."""

    person: UUID


class PersonsJoined(Event, frozen=True, kw_only=True):
    """Two rows are one human being from now on, by the decision of a case. Told once for each of the two."""

    person: UUID
    other: UUID
    decision: UUID


class PersonsParted(Event, frozen=True, kw_only=True):
    """Two rows are two human beings again: the case that joined them is open. Told once for each of the two."""

    person: UUID
    other: UUID
    decision: UUID
