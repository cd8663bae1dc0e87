"""Facts of this room's own, appended to the journal as they happen. `staff` of the event is who did it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tiemchung.kernel.events import Event


class DeviceEnrolled(Event, frozen=True, kw_only=True):
    """A device became one of us: its key was vouched for in advance, or a lead compared the fingerprints."""

    device: UUID
    vouched: bool


class DeviceRevoked(Event, frozen=True, kw_only=True):
    """A device was cut off; what it sends from now on is set aside."""

    device: UUID
    reason: str


class RoleGranted(Event, frozen=True, kw_only=True):
    """Somebody was given a role at a place."""

    member: UUID
    role: str
    level: str
    era: str
    place: str


class IdentityProved(Event, frozen=True, kw_only=True):
    """A person stands proved behind an account: by a phone confirmed in person, by the slip's code, or at a desk."""

    person: UUID
    how: str


class ProofWithdrawn(Event, frozen=True, kw_only=True):
    """A proof of this person was withdrawn, by a holder of the book or at a site."""

    person: UUID
    reason: str


class PresenceOpened(Event, frozen=True, kw_only=True):
    """Somebody stood at a desk: their record is open there for a quarter of an hour, as far as what they showed opens it."""

    person: UUID
    how: str


class OwnDataAsked(Event, frozen=True, kw_only=True):
    """Somebody asked for a correction or a restriction of their data, or said of a dose: this was not me."""

    person: UUID
    about: str
    dose: UUID | None = None


class ConsentGiven(Event, frozen=True, kw_only=True):
    """Somebody allowed another system to read of this person's book until a day."""

    person: UUID
    consent: UUID
    client: str
    scopes: list[str]
    ends_on: date


class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    """A consent was taken back by whoever opens this person's book: from now on it opens nothing."""

    person: UUID
    consent: UUID
