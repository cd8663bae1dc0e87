"""Facts of campaigns. Who is meant lies in the sealed body of the entry and in its person, never in an address."""

from __future__ import annotations

from uuid import UUID

from tiemchung.kernel.events import Code, Event


class Registered(Event, frozen=True, kw_only=True):
    """Somebody wishes to be called. The event's id is the registration's."""

    campaign: Code
    person: UUID
    commune: Code
    target_group: Code
    channel: str
    preferred_site: Code | None
    times: list[str]


class RegistrationWithdrawn(Event, frozen=True, kw_only=True):
    """Somebody no longer wishes to be called, or was taken off the list for a `reason` that staff told."""

    registration: UUID
    reason: Code | None = None


class RegistrationMoved(Event, frozen=True, kw_only=True):
    """Somebody wishes to be called elsewhere or at other times."""

    registration: UUID
    preferred_site: Code | None
    times: list[str]


class RegistrationRegrouped(Event, frozen=True, kw_only=True):
    """Somebody who wishes to be called is told to be of another target group, by a ward's list that came back."""

    registration: UUID
    target_group: Code
