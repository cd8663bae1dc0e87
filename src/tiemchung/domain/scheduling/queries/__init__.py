"""What scheduling tells: sessions, slots, appointments, and who may be called in at the end of a day."""

from __future__ import annotations

from tiemchung.domain.scheduling.queries.approving import call_lists, untold_in, with_lists_to_decide
from tiemchung.domain.scheduling.queries.line import But, called_here, free_for, front_for
from tiemchung.domain.scheduling.queries.sessions import (
    INSTEAD,
    PAGE,
    SESSIONS,
    appointments_at,
    appointments_in,
    appointments_of,
    called_to,
    campaign_session,
    counts_at,
    counts_of,
    expected_among,
    expected_at,
    own_appointments,
    own_persons,
    sessions_at,
    sessions_instead,
    sessions_with_room,
    slots_of,
    with_place,
)
from tiemchung.domain.scheduling.queries.standby import STANDBY, StandbyList, on_standby, standby, waiting_ward

__all__ = [
    "INSTEAD",
    "PAGE",
    "SESSIONS",
    "STANDBY",
    "But",
    "StandbyList",
    "appointments_at",
    "appointments_in",
    "appointments_of",
    "call_lists",
    "called_here",
    "called_to",
    "campaign_session",
    "counts_at",
    "counts_of",
    "expected_among",
    "expected_at",
    "free_for",
    "front_for",
    "on_standby",
    "own_appointments",
    "own_persons",
    "sessions_at",
    "sessions_instead",
    "sessions_with_room",
    "slots_of",
    "standby",
    "untold_in",
    "waiting_ward",
    "with_lists_to_decide",
    "with_place",
]
