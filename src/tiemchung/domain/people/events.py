"""Facts of people: somebody is told otherwise, two rows are one, or the use of somebody's data is restricted."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tiemchung.kernel.events import Code, Event


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


class RegisterAsked(Event, frozen=True, kw_only=True):
    """The population register was asked about so many persons and answered. The event's id is the exchange's.

    `question` and `answer` are SHA-256 of the bytes that both sides signed, in hexadecimal; `asked_by` is our signed
    header, `answered_by` the register's signature. `right` and `wrong` count its verdicts. `ground` says why it was asked
    which fields differ, empty where that was not asked; `reference` is the visit or the list.
    """

    persons: int
    right: int
    wrong: int
    question: str
    asked_by: str
    answer: str
    answered_by: str
    took_ms: int
    ground: str = ""
    reference: str = ""


class RegisterFailed(Event, frozen=True, kw_only=True):
    """The population register gave no answer that can be believed about so many persons; `reason` says in a word why."""

    persons: int
    reason: str


class FeedRead(Event, frozen=True, kw_only=True):
    """A page of the register's changes was read, those after a place of its feed. The event's id is the exchange's.

    `odd` counts those that cannot be and were left aside; digests and signatures are those of `RegisterAsked`.
    """

    after: int
    changes: int
    odd: int
    question: str
    asked_by: str
    answer: str
    answered_by: str
    took_ms: int


class PersonDied(Event, frozen=True, kw_only=True):
    """The register tells that a person has died on a day; `exchange` is where it told."""

    person: UUID
    day: date
    exchange: UUID


class DeathDenied(Event, frozen=True, kw_only=True):
    """Somebody has found a person alive whom the register told to be dead, by the decision of a case if there was one."""

    person: UUID
    decision: UUID | None = None


class MoveTold(Event, frozen=True, kw_only=True):
    """The register tells that a person lives in another commune from a day on. Their ward has yet to take it over."""

    person: UUID
    day: date
    exchange: UUID
    commune: Code


class NumberTold(Event, frozen=True, kw_only=True):
    """The register tells that a person has this personal number from a day on; the earlier ones hold until then."""

    person: UUID
    day: date
    exchange: UUID
    number: Code


class ListSent(Event, frozen=True, kw_only=True):
    """A ward's officer signed a list of so many persons, for the register to say of each which fields differ."""

    list: UUID
    commune: Code
    persons: int


class ListSigned(Event, frozen=True, kw_only=True):
    """The ward signed a list as checked and mended; how many of its persons were in each state that day."""

    list: UUID
    commune: Code
    right: int
    wrong: int
    no_number: int
    not_yet: int


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
