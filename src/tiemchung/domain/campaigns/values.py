"""Campaigns, their goals and target groups, registrations, and what is told of demand."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.places.values import Era
from tiemchung.kernel.events import Code

TIMES = ("morning", "afternoon", "evening", "weekend")
"""When somebody would rather come. The list is ours; none chosen means any time."""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign against some diseases, from its first day to its last; `source` says who told of it.

    With `lists_approved` nobody is invited but by a list that was put forward for a batch of vaccine and approved.
    """

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=24)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    starts_on: date
    ends_on: date
    target_diseases: list[str]
    source: str = ""
    lists_approved: bool = False


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A target of the campaign: a row of goals.csv. Without `denominator_value` a count is shown and nothing else.

    `target` is a percentage or a count, as `unit` says; `due_on` is None where no source gives a day.
    """

    code: str
    due_on: date | None
    area: str
    measure: str
    comparison: str
    target: int
    unit: str
    denominator: str
    denominator_value: int | None
    denominator_source: str
    source: str
    verified: str
    note: str


class TargetGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A priority group of the campaign's decision, with its place in the order: `rank` 1 is served first."""

    code: str
    rank: int
    label_vi: str
    label_en: str


class Channel(StrEnum):
    """How somebody came to be registered."""

    OWN = "own"
    """By themselves or their family, on a phone."""
    DESK = "desk"
    """By the staff of a site or a ward, for somebody who stood there."""
    LIST = "list"
    """By a ward's target list."""


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wishes: to be called. `id` is made where it is told and is the key; told twice, it is one.

    `person` is given where the account's link or the list already names the row; without it the registration makes a
    new person under its own id. `times` are of `TIMES`.
    """

    id: UUID
    campaign: Code
    person_told: PersonBlock
    commune: Code
    account: UUID | None = None
    person: UUID | None = None
    target_group: Code = "unknown"
    preferred_site: Code | None = None
    times: list[str] = []


class TakeOffReason(StrEnum):
    """Why staff take somebody off the list. Who has died leaves it by the register's word, and not by this."""

    MOVED = "moved"
    DOSED_ELSEWHERE = "dosed-elsewhere"
    DECLINED = "declined"
    LISTED_TWICE = "listed-twice"
    LISTED_WRONGLY = "listed-wrongly"


class Standing(StrEnum):
    """Where a registration stands, as whoever made it is told."""

    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"


class RegistrationShown(msgspec.Struct, frozen=True, kw_only=True):
    """A registration as its maker sees it."""

    id: UUID
    campaign: str
    person: UUID
    commune: str
    target_group: str
    preferred_site: str | None
    times: list[str]
    registered_at: datetime
    standing: Standing


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits to be called, for those who plan: no name and no number. The lowest rank is served first."""

    registration: UUID
    person: UUID
    commune: str
    target_group: str
    preferred_site: str | None
    times: list[str]
    registered_at: datetime


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """How many persons of a unit are registered and how many of them are due; `due_as_of` None before it was computed."""

    unit: str
    registered: int
    due: int
    due_as_of: datetime | None
    by_group: dict[str, int]
    by_channel: dict[str, int]


class CommuneDemand(msgspec.Struct, frozen=True, kw_only=True):
    """How many persons of one commune are registered, how many of them by a target list, and how many are due."""

    era: Era
    commune: str
    registered: int
    listed: int
    due: int
    due_as_of: datetime | None


class SiteDemand(msgspec.Struct, frozen=True, kw_only=True):
    """How many of those who are registered wish to be called to one site, and how many of them are due."""

    site: str
    registered: int
    due: int


class Result(StrEnum):
    """What became of one row of a list. Each is in exactly one."""

    NEW = "new"
    MATCH = "match"
    DOUBT = "doubt"
    UNUSABLE = "unusable"


class Remark(StrEnum):
    """The reasons of rows that are counted and looked for by themselves; each is a `reason` of `ListRow`."""

    ABOVE = "above"
    """The same as a row above it in the file."""
    LISTED = "in-campaign"
    """Of somebody who is on this campaign's list already: keeping it adds nothing."""
    VACCINATED = "vaccinated"
    """Of somebody who has had a dose, wherever given."""


class Choice(StrEnum):
    """What somebody decided about a row that can be read: to keep both is to choose somebody new."""

    NONE = ""
    NEW = "new"
    PERSON = "person"
    LEAVE = "leave"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that a row which came back says otherwise than the record, each as a screen may show it."""

    field: str
    stands: str
    told: str


class TakenRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a list that somebody takes along: whose registration it is, and what it shows of the person.

    `number` and `phone` are their last digits, `born` a partial date, `sex` FHIR's administrative gender.
    """

    registration: UUID
    name: str
    born: str
    sex: str
    number: str
    phone: str
    group: str


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a list that was taken along which a file did not bring back: how many, and the first of them by person."""

    rows: int
    persons: dict[UUID, UUID]


class ListRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a list with its answer: `reason` is a code, `facts` fill its sentence.

    `wrong` names the field whose letters from `start` to `end` are meant. `cells` are those of the file, in its columns;
    `id` is the registration it becomes, so that keeping it twice keeps it once. A row that came back by its key has its
    `place` in the list that was `taken`, the registration it is `of`, and what it says otherwise.
    """

    line: int
    id: UUID
    cells: list[str]
    result: Result
    reason: str
    facts: dict[str, str] = {}
    wrong: str = ""
    start: int = 0
    end: int = 0
    block: PersonBlock | None = None
    target_group: str = "unknown"
    candidates: list[UUID] = []
    person: UUID | None = None
    choice: Choice = Choice.NONE
    taken: UUID | None = None
    place: int = 0
    of: UUID | None = None
    differences: list[Difference] = []

    @property
    def certain(self) -> bool:
        """Tell whether the row can be kept as it stands: new or matching and not left out, or decided by somebody."""
        if self.choice is Choice.NONE:
            return self.result in {Result.NEW, Result.MATCH}
        return self.choice in {Choice.NEW, Choice.PERSON}


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """Which column of a header is what, by field, as somebody of a ward said; `mark` names the header."""

    mark: bytes
    header: list[str]
    columns: dict[str, int]
    said_at: datetime


class ListState(StrEnum):
    """Where a list stands."""

    READING = "reading"
    """Its file is being read by a job; `rows` are those answered so far."""
    UNREADABLE = "unreadable"
    """The file turned out to be no list; `fault` says why."""
    OPEN = "open"
    KEEPING = "keeping"
    KEPT = "kept"
    UNDOING = "undoing"
    """It was kept, and what it registered is being taken back."""
    UNDONE = "undone"
    DROPPED = "dropped"
    FORGOTTEN = "forgotten"
    """Its rows were erased some time after it was decided, or was left lying."""


class ListShown(msgspec.Struct, frozen=True, kw_only=True):
    """A list as whoever uploaded it sees it. Counts are of rows, by result; `certain` counts those that can be kept.

    `remarks` counts rows among them, by reason; `undone` registrations that were taken back again; `expected` is how many
    lines the file has, 0 where nobody knows before it is read. `taken` is the list that it is an edited copy of.
    """

    id: UUID
    name: str
    campaign: str
    commune: str
    state: ListState
    uploaded_at: datetime
    header: list[str]
    columns: dict[str, int]
    typed: str
    rows: int
    counts: dict[Result, int]
    certain: int
    kept: int
    remarks: dict[Remark, int]
    undone: int
    expected: int
    fault: str = ""
    taken: UUID | None = None
