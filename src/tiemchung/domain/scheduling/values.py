"""Campaign sessions, their slots, appointments, and how a session stands."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonShown
from tiemchung.kernel.events import Code

SLOT = timedelta(minutes=15)
"""How long a slot is. A habit of the campaign's planners; nobody is called for eight with everybody else."""

FARTHEST = timedelta(days=60)
"""How far ahead a session may be planned: as far as the page lists them, so that each is found again. Ours."""
REFERENCE_LETTERS = 7
"""Letters of an appointment's reference: to be read aloud and typed, among those of one site and day."""


class SessionState(StrEnum):
    """Whether people may still be called to a campaign session."""

    OPEN = "open"
    CLOSED = "closed"


class AppointmentState(StrEnum):
    """Where an appointment stands. Each is in exactly one; who has one that is booked gets no second.

    Fulfilled and missed follow from the record of the site: a visit fulfills, the close of the day without one misses.
    """

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MISSED = "missed"
    FULFILLED = "fulfilled"


class StandbyState(StrEnum):
    """What came of calling somebody in at the end of a day: nobody answered yet, or they come, or they do not."""

    CALLED = "called"
    COMING = "coming"
    DECLINED = "declined"


class SessionTold(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign session to be opened: hours of the business day in Viet Nam, places in each slot of 15 minutes."""

    id: UUID
    campaign: Code
    site: Code
    day: date
    product: Code
    starts: time
    ends: time
    capacity: int


class CampaignSession(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign session as planners see it, with its slots and places."""

    id: UUID
    campaign: str
    site: str
    day: date
    product: str
    state: SessionState
    slots: int
    places: int
    taken: int


class CallListState(StrEnum):
    """What became of a list that was put forward."""

    ASKED = "asked"
    APPROVED = "approved"
    SENT_BACK = "sent-back"


class CallList(msgspec.Struct, frozen=True, kw_only=True):
    """A list of those who shall be called to a session, for a batch of vaccine. `people` stood on it when it was put forward."""

    id: UUID
    batch: str
    people: int
    asked_at: datetime
    asked_by: UUID
    state: CallListState
    decided_at: datetime | None
    decided_by: UUID | None
    reason: str


class SessionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of those who were called to a session: numbers, never persons by name."""

    invited: int = 0
    coming: int = 0
    """How many of the invited said that they come."""
    came: int = 0
    missed: int = 0


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Fifteen minutes of a session."""

    starts_at: datetime
    capacity: int
    taken: int

    @property
    def free(self) -> int:
        """Return how many more may be called."""
        return self.capacity - self.taken


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be given a place: `id` is the appointment's and the key. Without `starts_at` the first free slot is taken.

    `times` are those of the registration: a wish that is met where a place is free.
    """

    id: UUID
    person: UUID
    commune: Code
    starts_at: datetime | None = None
    times: list[str] = []


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """One person's place in a slot. The reference is for the telephone and the paper; it opens nothing."""

    id: UUID
    session: UUID
    person: UUID
    site: str
    day: date
    product: str
    starts_at: datetime
    reference: str
    state: AppointmentState
    invited_at: datetime | None
    commune: str
    """Where the person is registered: whose letter goes there is carried by that commune."""
    message: UUID
    """The message or letter that told of it last, if it was sent."""
    confirmed_at: datetime | None = None
    """When the person, or who holds their book, said that they come at this very time. None is no answer, and no refusal."""
    declined_at: datetime | None = None
    call_list: UUID | None = None
    """When they gave the place back themselves; a place that the staff cancelled was declined by nobody."""


class NotAgain(StrEnum):
    """Why somebody is not called again."""

    NO_PLACE = "no-place"
    NOT_INVITED = "not-invited"
    ANSWERED = "answered"
    JUST_TOLD = "just-told"
    ON_ITS_WAY = "on-its-way"
    LETTER_HERE = "letter-here"
    OVER = "over"
    ELSEWHERE = "elsewhere"


class CalledAgain(msgspec.Struct, frozen=True, kw_only=True):
    """How many were called again by message and by letter, and how many were not, by why."""

    messages: int
    letters: int
    left: dict[NotAgain, int]


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody called to a site, as its reception sees them. The person is None where nobody has told who it is."""

    appointment: Appointment
    person: PersonShown | None


class DayCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many are called to a site on a day, and what became of it so far."""

    called: int
    came: int
    missed: int


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was at a site on a business day, and said for which appointment, if they did.

    Of a tablet whose clock could not be believed nobody knows the day; the appointment tells it.
    """

    person: UUID
    site: str
    day: date | None
    appointment: UUID | None = None


class CalledTo(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a place in a session of a site's day, for the tablets of that site: ids and times, no names."""

    appointment: UUID
    session: UUID
    person: UUID
    product: str
    commune: str
    starts_at: datetime
    reference: str


class Standby(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may be called in: waits, is due, and has no place. The phone is empty for whoever may not call."""

    person: UUID
    shown: PersonShown | None
    commune: str
    target_group: str
    registered_at: datetime
    phone: str
    state: StandbyState | None
    told_at: datetime | None
