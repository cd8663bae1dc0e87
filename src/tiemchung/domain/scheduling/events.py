"""Facts of scheduling. A room's own: appended by the room, never sent by a device."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tiemchung.kernel.events import Code, Event, Instant


class CampaignSessionPlanned(Event, frozen=True, kw_only=True):
    """People may be called to a site on a day. The event's id is the campaign session's."""

    campaign: Code
    day: date
    product: Code
    places: int


class CampaignSessionCalledOff(Event, frozen=True, kw_only=True):
    """Nobody more is called; who was is told so."""

    session: UUID
    reason: str


class CallListPutForward(Event, frozen=True, kw_only=True):
    """Whoever has a place in a session and was not told yet stands on a list for a batch of vaccine. The event's id is the list's."""

    session: UUID
    batch: str
    people: int


class CallListApproved(Event, frozen=True, kw_only=True):
    """A second person approved a list: those on it may be invited."""

    call_list: UUID


class CallListReturned(Event, frozen=True, kw_only=True):
    """A list was sent back; those on it keep their places."""

    call_list: UUID
    reason: str


class AppointmentBooked(Event, frozen=True, kw_only=True):
    """Somebody has a place. The event's id is the appointment's."""

    session: UUID
    person: UUID
    starts_at: Instant


class AppointmentMoved(Event, frozen=True, kw_only=True):
    """Somebody comes at another time."""

    appointment: UUID
    session: UUID
    starts_at: Instant


class AppointmentCancelled(Event, frozen=True, kw_only=True):
    """Somebody does not come; the place is free again."""

    appointment: UUID


class AppointmentConfirmed(Event, frozen=True, kw_only=True):
    """Somebody said that they come at this time."""

    appointment: UUID
    starts_at: Instant


class AppointmentMissed(Event, frozen=True, kw_only=True):
    """Somebody was expected and did not come."""

    appointment: UUID


class StandbyTold(Event, frozen=True, kw_only=True):
    """Somebody without a place was called in for the doses that are left, and this is what came of it.

    `by` is who of the staff called, where the actor is the tablet that they used.
    """

    session: UUID
    person: UUID
    state: Code
    by: UUID | None = None
