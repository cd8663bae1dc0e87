"""How far the calling of somebody who waits has come: no place yet, a place, invited, not reached, invited and not come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.notices import queries as notices
from tiemchung.domain.notices.values import State
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import Appointment, AppointmentState
from tiemchung.faces.shared.words import Words
from tiemchung.kernel.purpose import Purpose


class Call(StrEnum):
    """How far the calling of somebody has come, as the filter's address tells it. Each who waits is in exactly one.

    An invitation has arrived when the operator says so of the message, or somebody that the letter was given out.
    """

    NOBODY = "chua-moi"
    PLACED = "co-cho"
    INVITED = "da-moi"
    UNREACHED = "chua-toi"
    ABSENT = "vang"


WORDS = {
    Call.NOBODY: Words("Chưa mời", "Not called yet"),
    Call.PLACED: Words("Có chỗ, chưa gửi lời mời", "A place, not invited yet"),
    Call.INVITED: Words("Đã mời, chờ đến ngày", "Invited, the day is to come"),
    Call.UNREACHED: Words("Lời mời chưa tới tay", "The invitation has not arrived"),
    Call.ABSENT: Words("Đã mời, không đến", "Invited, did not come"),
}
SHAPES = {
    Call.NOBODY: "ring",
    Call.PLACED: "half",
    Call.INVITED: "done",
    Call.UNREACHED: "tri",
    Call.ABSENT: "twin",
}


class Called(NamedTuple):
    """How far the calling of one person has come, and when their place is, or was."""

    call: Call
    at: datetime | None = None


def called(persons: Sequence[UUID]) -> dict[UUID, Called]:
    """Return how far the calling of each of these persons has come. Ids and times; whoever names them logs the view."""
    newest: dict[UUID, Appointment] = {}
    for one in scheduling.appointments_of(persons, purpose=Purpose.REGISTRATION):
        if one.state is AppointmentState.BOOKED or one.person not in newest:
            newest[one.person] = one
    told = notices.states_of([one.id for one in newest.values() if one.invited_at])
    found = {}
    for person, one in newest.items():
        standing = told.get(one.id)
        if one.state is AppointmentState.MISSED:
            found[person] = Called(Call.ABSENT, one.starts_at)
        elif one.state is not AppointmentState.BOOKED:
            found[person] = Called(Call.NOBODY)
        elif one.invited_at is None:
            found[person] = Called(Call.PLACED, one.starts_at)
        else:
            arrived = standing is not None and standing.state is State.DELIVERED
            found[person] = Called(Call.INVITED if arrived else Call.UNREACHED, one.starts_at)
    return {person: found.get(person, Called(Call.NOBODY)) for person in persons}
