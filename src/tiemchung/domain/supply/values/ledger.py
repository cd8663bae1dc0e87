"""The ledger in values: draws, lots, stock and the class a drawn dose belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec


class MovementKind(IntEnum):
    """Why doses came to a place or left it. The numbers lie in the ledger and never change their meaning."""

    RECEIVED = 1
    ISSUED = 2
    DRAWN = 3
    WASTED = 4
    RETURNED = 5
    ADJUSTED = 6


class DrawClass(StrEnum):
    """Where a given dose came from, as far as the stock lines tell: every dose is in exactly one class.

    VIAL: within the doses of a vial whose line lies at this site. OVERFILL: beyond that vial's doses. EXPLAINED: it
    names no vial known here, but a movement with a reason code covers it. OPEN: nothing explains it. VOIDED: the dose
    never happened, and the ledger was given its draw back.
    """

    VIAL = "vial"
    OVERFILL = "overfill"
    EXPLAINED = "explained"
    OPEN = "open"
    VOIDED = "voided"


class LotStatus(StrEnum):
    """The nation's word on a lot. A site may hold a lot on its own besides."""

    AVAILABLE = "available"
    HELD = "held"


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """Doses that one entry took from a lot; `vial` is the label as told. A correction draws negative doses."""

    entry: UUID
    site: str
    lot: str
    occurred_at: datetime
    vial: str | None = None
    doses: int = 1


@dataclass(frozen=True, kw_only=True)
class LotFacts:
    """What is known of a lot. `held_since` is the earliest hold in force, the nation's or the site's."""

    number: str
    product: str
    expires_on: date | None
    held_since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class HeldLot:
    """A lot that must not be used, since when and why; `everywhere` tells the nation's hold from a site's own."""

    number: str
    since: datetime
    reason: str
    everywhere: bool


@dataclass(frozen=True, kw_only=True)
class HeldVial:
    """A vial that was set aside after anaphylaxis, since when, whatever becomes of its lot."""

    lot: str
    vial: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class VialOpen:
    """A vial that was opened and is not used up: the doses that nobody drew, wasted or returned yet."""

    lot: str
    vial: str
    doses: int
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpeningRule:
    """So many must wait before the next vial of a product is opened: percent of its doses, beyond what open vials hold."""

    product: str
    waiting_percent: int
    valid_from: date
    source: str


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """Doses of one lot that one site holds by the ledger; negative when lines are still missing."""

    lot: str
    product: str | None
    expires_on: date | None
    doses: int
    held_since: datetime | None


@dataclass(frozen=True, kw_only=True)
class LotTold:
    """A lot as a loader or a store tells it. `manufacturer_doses` is the size the manufacturer names, when told."""

    number: str
    product: str
    expires_on: date | None
    manufacturer_doses: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiptTold:
    """Doses of a lot that arrived at a store from outside. The id is the idempotency key."""

    id: UUID
    lot: str
    store: str
    doses: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class IssueTold:
    """Doses of a lot sent from one place to another; `origin` is None when they come from outside the network."""

    id: UUID
    lot: str
    origin: str | None
    destination: str
    doses: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CountTold:
    """The latest count of one thing at a site on a day; `lot` is None when all lots were counted together."""

    what: str
    lot: str | None
    quantity: int
    counted_at: datetime


@dataclass(frozen=True, kw_only=True)
class VialDay:
    """The stock lines of one lot at one site on one day, in doses unless it says vials.

    `left` are doses of vials opened on that day, by lines without a reason, which nobody drew, wasted or returned.
    """

    lot: str
    vials_opened: int
    opened: int
    left: int
    wasted: int
    returned: int
