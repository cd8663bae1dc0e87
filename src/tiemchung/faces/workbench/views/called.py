"""How far the calling of somebody who waits has come, how and when they were told, and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.notices import queries as notices
from tiemchung.domain.notices.values import Channel, Standing, State
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import Appointment, AppointmentState
from tiemchung.faces.shared.words import Words
from tiemchung.kernel.purpose import Purpose


class Call(StrEnum):
    """How far the calling of somebody has come, as the filter's address tells it. Each who waits is in exactly one.

    An invitation has arrived when the operator says so of the message, or somebody that the letter was given out. Only whom
    one has reached can be without an answer, and whoever answered was reached, whatever became of the message.
    """

    NOBODY = "chua-moi"
    PLACED = "co-cho"
    INVITED = "da-moi"
    COMING = "se-den"
    UNREACHED = "chua-toi"
    ABSENT = "vang"
    DECLINED = "xin-hoan"


WORDS = {
    Call.NOBODY: Words("Chưa mời", "Not called yet"),
    Call.PLACED: Words("Có chỗ, chưa gửi lời mời", "A place, not invited yet"),
    Call.INVITED: Words("Đã báo, chưa trả lời", "Told, no answer yet"),
    Call.COMING: Words("Đã trả lời: sẽ đến", "Answered: will come"),
    Call.UNREACHED: Words("Lời mời chưa tới tay", "The invitation has not arrived"),
    Call.ABSENT: Words("Đã mời, không đến", "Invited, did not come"),
    Call.DECLINED: Words("Đã trả lời: không đến được", "Answered: cannot come"),
}
SHAPES = {
    Call.NOBODY: "ring",
    Call.PLACED: "half",
    Call.INVITED: "half",
    Call.COMING: "done",
    Call.UNREACHED: "tri",
    Call.ABSENT: "twin",
    Call.DECLINED: "void",
}


class How(StrEnum):
    """By what somebody was told of the place that they have or had last, as the filter's address tells it.

    Each is in exactly one. Whoever answered in the health book without a message that arrived was told by the book.
    """

    MESSAGE = "tin-nhan"
    LETTER = "giay-da-phat"
    TO_CARRY = "giay-cho-phat"
    BOOK = "so"
    NOTHING = "chua-bao"


HOW_WORDS = {
    How.MESSAGE: Words("Tin nhắn", "Text message"),
    How.LETTER: Words("Giấy mời đã phát", "Letter given out"),
    How.TO_CARRY: Words("Giấy mời chưa phát", "Letter not given out yet"),
    How.BOOK: Words("Sổ sức khỏe", "Health book"),
    How.NOTHING: Words("Chưa báo được", "Not told"),
}


class Called(NamedTuple):
    """How far the calling of one person has come, when their place is or was, and how, when and to what they were told."""

    call: Call
    at: datetime | None = None
    how: How = How.NOTHING
    told_at: datetime | None = None
    """When the message was sent, or the letter written; of who was told by the book when they answered."""
    answered_at: datetime | None = None


def called(persons: Sequence[UUID]) -> dict[UUID, Called]:
    """Return how far the calling of each of these persons has come. Ids and times; whoever names them logs the view.

    Two statements, however many they are.
    """
    newest: dict[UUID, Appointment] = {}
    for one in scheduling.appointments_of(persons, purpose=Purpose.REGISTRATION):
        if one.state is AppointmentState.BOOKED or one.person not in newest:
            newest[one.person] = one
    told = notices.states_of([one.message for one in newest.values() if one.invited_at])
    found = {person: _called(one, told.get(one.message)) for person, one in newest.items()}
    return {person: found.get(person, Called(Call.NOBODY)) for person in persons}


def _called(one: Appointment, standing: Standing | None) -> Called:
    answered_at = one.confirmed_at or one.declined_at
    how = _how(standing, answered=answered_at is not None)
    told_at = answered_at if how is How.BOOK else standing.queued_at if standing and how is not How.NOTHING else None
    return Called(_call(one, how), one.starts_at, how, told_at, answered_at)


def _how(standing: Standing | None, *, answered: bool) -> How:
    if standing is not None and standing.state is State.DELIVERED:
        return How.LETTER if standing.channel is Channel.PRINT else How.MESSAGE
    if answered:
        return How.BOOK
    written = standing is not None and standing.channel is Channel.PRINT and standing.state is State.QUEUED
    return How.TO_CARRY if written else How.NOTHING


def _call(one: Appointment, how: How) -> Call:
    if one.state is AppointmentState.MISSED:
        return Call.ABSENT
    if one.state is not AppointmentState.BOOKED:
        return Call.DECLINED if one.declined_at else Call.NOBODY
    if one.confirmed_at:
        return Call.COMING
    if one.invited_at is None:
        return Call.PLACED
    return Call.INVITED if how in (How.LETTER, How.MESSAGE) else Call.UNREACHED
