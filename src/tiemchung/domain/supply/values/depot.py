"""Stores, consignments, shipments, temperatures, counts and decisions as they pass between supply and those above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class StoreLevel(StrEnum):
    """How high a store stands in the chain; a vaccination site is the last of it and no store."""

    NATIONAL = "national"
    REGIONAL = "regional"
    PROVINCIAL = "provincial"
    DISTRICT = "district"


class Verdict(StrEnum):
    """What the temperature device in a box or on a pallet says of the way."""

    FINE = "fine"
    ALARM = "alarm"
    NONE = "none"
    """No device came with it."""


class Purpose(StrEnum):
    """Why doses travel. Only a return may carry a lot that is on hold."""

    SUPPLY = "supply"
    RETURN = "return"


class ShipmentState(StrEnum):
    """Where a shipment stands. It has arrived when nothing of it is open any more."""

    PICKED = "picked"
    CANCELLED = "cancelled"
    ON_ROAD = "on-road"
    ARRIVED = "arrived"


class Cause(StrEnum):
    """Why doses of a shipment did not arrive. Miscounted ones never left: the sender has them back in the ledger."""

    LOST = "lost"
    BROKEN = "broken"
    TEMPERATURE = "temperature"
    MISCOUNTED = "miscounted"


class DecisionKind(StrEnum):
    """What two persons decide together."""

    RELEASE_CONSIGNMENT = "release-consignment"
    REFUSE_CONSIGNMENT = "refuse-consignment"
    RELEASE_LOT = "release-lot"
    RELEASE_HERE = "release-here"
    DESTROY = "destroy"
    EXPLAIN_SHIPMENT = "explain-shipment"
    EXPLAIN_COUNT = "explain-count"


@dataclass(frozen=True, kw_only=True)
class Store:
    """A store of the chain; `supplier` is the code of the store above it."""

    code: str
    level: StoreLevel
    supplier: str | None


@dataclass(frozen=True, kw_only=True)
class ProductStock:
    """Doses of one product at one site: those that came to it so far, and those lying there that may be used."""

    site: str
    product: str
    issued: int
    usable: int


@dataclass(frozen=True, kw_only=True)
class DaysLeft:
    """How long a site's usable doses last; days and daily mean are None where nothing tells: no vial opened lately.

    `usable` leaves out what is held, expired, or waits for its release. `daily` is the mean of doses that left the
    vials opened on the last seven days before today.
    """

    site: str
    usable: int
    on_road: int
    daily: float | None
    days: float | None


@dataclass(frozen=True, kw_only=True)
class RoadLine:
    """Doses of one lot that have left a place and neither arrived nor been explained."""

    shipment: UUID
    origin: str
    destination: str
    lot: str
    doses: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class ConsignmentTold:
    """Doses of one lot that came from outside, as the storekeeper tells them. The id is the idempotency key."""

    id: UUID
    site: str
    lot: str
    product: str
    expires_on: date
    vials: int
    doses: int
    invoice: str
    certificate: str
    verdict: Verdict
    packing: str = ""
    element_string: str = ""
    fridge: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsignmentShown:
    """A consignment at a store, with what has been decided about it."""

    id: UUID
    site: str
    lot: str
    product: str | None
    expires_on: date | None
    vials: int
    doses: int
    invoice: str
    certificate: str
    packing: str
    verdict: Verdict
    state: str
    received_at: datetime
    told_by: UUID | None


@dataclass(frozen=True, kw_only=True)
class ShelfLine:
    """Doses of one lot at one place as a storekeeper sees them; `free` may be sent: released, not held, not picked.

    `use_before` is the shorter of the lot's expiry and the time since it was thawed; `thaw` tells that it is the
    latter. `mark` is what the source says beside the number of days, to be shown with it.
    """

    lot: str
    product: str | None
    doses: int
    waiting: int
    picked: int
    free: int
    fridge: str
    expires_on: date | None
    thawed_on: date | None
    use_before: date | None
    thaw: bool
    mark: str
    held_since: datetime | None
    recalled: bool


@dataclass(frozen=True, kw_only=True)
class Picked:
    """Doses of one lot that go into a shipment."""

    lot: str
    doses: int


@dataclass(frozen=True, kw_only=True)
class ShipmentLineShown:
    """One lot of a shipment: sent, arrived, explained. What is left of sent is open; below 0, too many came."""

    lot: str
    product: str | None
    sent: int
    arrived: int
    explained: int

    @property
    def open(self) -> int:
        """Return the doses of which nobody has said where they are."""
        return self.sent - self.arrived - self.explained


@dataclass(frozen=True, kw_only=True)
class ArrivalShown:
    """One time that doses of a shipment were taken in."""

    arrived_at: datetime
    told_by: UUID | None
    verdict: Verdict
    note: str
    doses: int


@dataclass(frozen=True, kw_only=True)
class ShipmentShown:
    """A shipment with its lines and arrivals."""

    id: UUID
    origin: str
    destination: str
    purpose: Purpose
    state: ShipmentState
    picked_at: datetime
    picked_by: UUID | None
    dispatched_at: datetime | None
    dispatched_by: UUID | None
    ended_at: datetime | None
    note: str
    lines: Sequence[ShipmentLineShown]
    arrivals: Sequence[ArrivalShown]

    @property
    def doses(self) -> int:
        """Return all doses that it carries."""
        return sum(line.sent for line in self.lines)

    @property
    def open(self) -> int:
        """Return the doses that are open, too many and too few alike."""
        return sum(abs(line.open) for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class ArrivalTold:
    """What came of a shipment this time. `open_before` is what its lines had open when the page was shown.

    The id is the idempotency key; a shipment that has changed since is not taken in on top.
    """

    id: UUID
    shipment: UUID
    doses: dict[str, int]
    open_before: dict[str, int]
    verdict: Verdict
    note: str = ""
    fridge: str = ""


@dataclass(frozen=True, kw_only=True)
class FridgeShown:
    """A fridge with its limits in °C; `low_c` is None where only the highest is given."""

    site: str
    code: str
    name: str
    low_c: float | None
    high_c: float


@dataclass(frozen=True, kw_only=True)
class ReadingTold:
    """A temperature read by hand, with what the fridge's own device says of the time since the reading before."""

    id: UUID
    site: str
    fridge: str
    taken_at: datetime
    temp_c: float
    lowest_c: float | None = None
    highest_c: float | None = None
    minutes_outside: int | None = None
    note: str = ""
    told_by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """Doses of one lot that somebody counted on the shelf."""

    lot: str
    counted: int


@dataclass(frozen=True, kw_only=True)
class OpenCount:
    """A difference between shelf and ledger that nobody has explained yet."""

    stocktake: UUID
    site: str
    lot: str
    counted: int
    ledger: int
    counted_at: datetime
    told_by: UUID | None

    @property
    def difference(self) -> int:
        """Return the doses more (positive) or fewer on the shelf."""
        return self.counted - self.ledger


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Something that takes two persons, as the first of them proposes it. The id is the idempotency key.

    `subject` is the consignment, shipment or stocktake it is about; a lot in the whole country names no site.
    """

    id: UUID
    kind: DecisionKind
    site: str
    lot: str
    reason: str
    subject: UUID | None = None
    doses: int = 0
    cause: Cause | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionShown:
    """A proposal, and what became of it."""

    id: UUID
    kind: DecisionKind
    site: str
    lot: str
    subject: UUID | None
    doses: int
    cause: str
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    agreed_by: UUID | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LotAt:
    """One lot at one place: doses there, doses given there by the ledger, and the place's own hold."""

    site: str
    doses: int
    given: int
    held_since: datetime | None
    answered_at: datetime | None
    set_aside: int | None


@dataclass(frozen=True, kw_only=True)
class LotShown:
    """A lot with the nation's word on it."""

    number: str
    product: str
    expires_on: date | None
    held_at: datetime | None
    hold_reason: str
    recalled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RecallShown:
    """A recall that a place has not answered yet."""

    lot: str
    recalled_at: datetime
    reason: str
    doses: int
