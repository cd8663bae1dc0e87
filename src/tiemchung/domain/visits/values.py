"""What other rooms and faces exchange with visits: stages, the list of a site's day, the day's lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple
from uuid import UUID

import msgspec


class Stage(StrEnum):
    """Where a visit stands, from what was told so far; the last stage reached counts."""

    ARRIVED = "arrived"
    WAITING_FOR_DOSE = "waiting-for-dose"
    DECLINED = "declined"
    DEFERRED = "deferred"
    OBSERVED = "observed"
    RELEASED = "released"
    LEFT = "left"


class How(IntEnum):
    """How somebody was identified, the strongest first; the first three prove a person (PROTOCOL)."""

    CARD_SCANNED = 1
    DOCUMENT_SEEN = 2
    KNOWN_TO_OFFICER = 3
    TOLD = 4


HOW_CODES = {
    "card-scanned": How.CARD_SCANNED,
    "document-seen": How.DOCUMENT_SEEN,
    "known-to-officer": How.KNOWN_TO_OFFICER,
    "told": How.TOLD,
}
"""The words of the wire."""


@dataclass(frozen=True, kw_only=True)
class Identification:
    """How somebody made sure who it is, and when."""

    how: How
    at: datetime


CONCLUSIONS = ("eligible_now", "caution", "refer_hospital", "defer", "contraindicated")
"""Conclusions of a screening, the mildest first; the place in this tuple, from 1, is the number stored."""


class Ending(IntEnum):
    """How a visit ended."""

    RELEASED = 1
    LEFT = 2


WRONG_PERSON = "wrong-person"
"""Why a visit ended that should never have been on the list: somebody else was meant."""


@dataclass(frozen=True, kw_only=True)
class VisitListed:
    """A visit in the list of a site's day. The name is None when nobody has told it yet: it is on another tablet."""

    id: UUID
    person: UUID
    ticket: str
    name: str | None
    born: str
    sex: str
    stage: Stage
    first_at: datetime
    arrived_at: datetime | None
    screened_at: datetime | None
    dosed_at: datetime | None
    conclusion: str | None
    consented: bool | None


class VisitOnList(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A visit on the list that a tablet takes along, by ids."""

    visit: UUID
    person: UUID
    ticket: str
    stage: Stage
    appointment: UUID | None
    campaign_session: UUID | None


class Change(StrEnum):
    """What became otherwise of a visit while its desk went by what it knew."""

    LINKED = "linked"
    """The person was found to be one with another record, and that record holds doses."""
    CANCELLED = "cancelled"
    """The appointment that was named had been given back."""
    MOVED = "moved"
    """The appointment that was named is for a later day, or for another site."""


class Verdict(StrEnum):
    """What the lead says of a change."""

    STANDS = "stands"
    """Looked at: it is one person, and the visit stands as it was told."""
    TWO_PERSONS = "two-persons"
    """The two records are not one person."""


class ChangeKey(NamedTuple):
    """One change: of which visit, what, and to which record or by which appointment."""

    visit: UUID
    change: Change
    other: UUID


class ChangeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A change that waits for the lead. `changed_at` is when the link was made; `moved_at` and `moved_site` tell where to."""

    key: ChangeKey
    person: UUID
    ticket: str
    came_at: datetime
    day: date
    changed_at: datetime | None
    moved_at: datetime | None
    moved_site: str


@dataclass(frozen=True, kw_only=True)
class SessionStanding:
    """What a site said of the campaign session a visit belongs to; a session that nobody spoke of has no instants."""

    campaign_session: UUID
    stopped_at: datetime | None
    closed_at: datetime | None

    @property
    def over(self) -> bool:
        """Tell whether no further dose is intended in it."""
        return self.stopped_at is not None or self.closed_at is not None


class SessionStopped(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign session that stands stopped, since when and why."""

    campaign_session: UUID
    stopped_at: datetime
    reason: str


class VisitCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Visits of a site's day. All but `dosed` are stages, and a visit stands at one of them."""

    visits: int
    dosed: int
    deferred: int
    left: int
    released: int = 0
    observed: int = 0
    declined: int = 0

    @property
    def adrift(self) -> int:
        """Return of how many who arrived nobody told what became of them."""
        return self.visits - self.released - self.deferred - self.left - self.observed - self.declined


class LotLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one lot's doses did at a site on a day, in doses unless it says vials.

    Every given dose is in one class: `vial + overfill + explained + open = given`. A voided dose gave its draw back.
    `left` are doses of vials opened that day which nobody drew, wasted or returned. `sealed_wasted` and `sealed_returned` are
    vials that were broken or went back unopened; None where nobody knows how many doses a vial of the lot has.
    """

    lot: str
    product: str
    given: int = 0
    voided: int = 0
    vial: int = 0
    overfill: int = 0
    explained: int = 0
    open: int = 0
    vials_opened: int = 0
    opened: int = 0
    left: int = 0
    wasted: int = 0
    returned: int = 0
    sealed_wasted: int | None = 0
    sealed_returned: int | None = 0


class CountLine(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted by hand: shown beside the lines, for a person to compare."""

    what: str
    lot: str | None
    quantity: int


class DayLines(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a site's day as they stand: what an attester signs for. Lots and counts come in their order."""

    site: str
    day: date
    visits: VisitCounts
    lots: list[LotLine]
    counted: list[CountLine]

    @property
    def empty(self) -> bool:
        """Tell whether nobody came and nothing was given: there is nothing to stand for."""
        return not self.visits.visits and not any(lot.given or lot.voided for lot in self.lots)

    @property
    def text(self) -> bytes:
        """Return the lines as the JSON whose digest is attested; equal lines have equal bytes."""
        return msgspec.json.encode(self)

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the lines, in hex."""
        return hashlib.sha256(self.text).hexdigest()


class VialLeft(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of an opened vial which nobody drew, wasted or returned."""

    lot: str
    vial: str
    doses: int


class OpenDraws(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of a lot that came from no vial known at the site and that no line with a reason explains."""

    lot: str
    doses: int


class LineCode(StrEnum):
    """Lines of a day besides its doses: each comes to nothing, or somebody says why not."""

    PERSONS = "persons"
    """Persons arrived = released + deferred + declined + left + under observation."""
    SLIPS = "slips"
    """Paper slips counted = visits entered. A site that counted none keeps none."""
    VIALS = "vials"
    """Vials issued to the tables (counted) = opened + returned + wasted, of one lot."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """By how much a line does not come to nothing: persons, slips or vials; above zero are those that are missing."""

    line: LineCode
    lot: str | None
    difference: int


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line does not come to nothing, in the words of whoever closes the day. Another difference is not explained by it."""

    line: LineCode
    difference: int
    reason: str
    lot: str | None = None


class Unexplained(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a day from being closed.

    A `vial-wasted` answers the first, a `vial-opened` with a reason the second; a difference is explained by who closes.
    """

    vials: list[VialLeft]
    draws: list[OpenDraws]
    differences: list[Difference] = []

    def __bool__(self) -> bool:
        return bool(self.vials or self.draws or self.differences)

    def without(self, explained: Iterable[Explained]) -> Unexplained:
        """Return what is left when these words are taken: those with a reason, for the very difference that stands."""
        known = {(one.line, one.lot, one.difference) for one in explained if one.reason.strip()}
        still = [one for one in self.differences if (one.line, one.lot, one.difference) not in known]
        return Unexplained(vials=self.vials, draws=self.draws, differences=still)


@dataclass(frozen=True, kw_only=True)
class DayClosed:
    """Who closed a site's day, and when the center learned of it."""

    closed_at: datetime
    by: UUID
    lines_hash: str
    explained: Sequence[Explained] = ()
