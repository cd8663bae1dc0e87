"""Facts of supply: the stock lines of the chair, and the room's own facts about lots and stores."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.kernel.events import Amount, Code, Event


class VialOpened(Event, frozen=True, kw_only=True):
    """A vial was opened at the chair: its label, the doses it should give, and a reason code when it is unusual."""

    lot: Code
    vial: Code
    doses: Amount
    reason: str | None = None


class VialWasted(Event, frozen=True, kw_only=True):
    """Doses of a vial reached nobody and never will."""

    lot: Code
    vial: Code
    doses: Amount
    reason: str


class VialReturned(Event, frozen=True, kw_only=True):
    """Doses went back to the store; `vial` is None when whole vials went that nobody had opened."""

    lot: Code
    doses: Amount
    reason: str
    vial: Code | None = None


class Counted(Event, frozen=True, kw_only=True):
    """Somebody counted by hand: slips, vials or doses, of one lot or of all; `day` is named where it is an earlier one."""

    what: Literal["slips", "vials", "doses"]
    quantity: Amount
    lot: Code | None = None
    day: date | None = None


class LotHeldHere(Event, frozen=True, kw_only=True):
    """The site set a lot aside until somebody decides.

    With `vial` that vial is set aside too, for those who look into what happened: whatever becomes of the lot.
    """

    lot: Code
    reason: str
    vial: Code | None = None


class LotRegistered(Event, frozen=True, kw_only=True):
    """A lot became known, or what is known of it changed."""

    lot: str
    product: str
    expires_on: date | None
    manufacturer_doses: int | None = None


class LotReceived(Event, frozen=True, kw_only=True):
    """Doses of a lot arrived at the store `site` from outside the network."""

    lot: str
    doses: int


class LotIssued(Event, frozen=True, kw_only=True):
    """Doses of a lot left `site` (None: outside the network) for `destination`."""

    lot: str
    destination: str
    doses: int


class StockAdjusted(Event, frozen=True, kw_only=True):
    """Somebody explained a difference at `site`: doses more or fewer, with a reason code."""

    lot: str
    doses: int
    reason: str


class LotHeld(Event, frozen=True, kw_only=True):
    """A lot was set aside in every place of the country at once."""

    lot: str
    reason: str


class LotReleased(Event, frozen=True, kw_only=True):
    """Two persons released a lot: everywhere, or at `site` alone. `second` is the one who agreed."""

    lot: str
    reason: str
    second: UUID


class SentDoses(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of one lot within a fact about several."""

    lot: str
    doses: int


class ConsignmentReceived(Event, frozen=True, kw_only=True):
    """Doses of a lot came to the store `site` from outside, with their documents; they wait for their release."""

    lot: str
    doses: int
    vials: int
    invoice: str
    certificate: str
    verdict: str
    packing: str = ""
    element_string: str = ""


class ConsignmentReleased(Event, frozen=True, kw_only=True):
    """Two persons let a consignment be used: `first` proposed, the staff of the entry agreed."""

    consignment: UUID
    lot: str
    reason: str
    first: UUID


class ConsignmentRefused(Event, frozen=True, kw_only=True):
    """Two persons sent a consignment back to whoever brought it; its doses have left the ledger."""

    consignment: UUID
    lot: str
    doses: int
    reason: str
    first: UUID


class ShipmentPicked(Event, frozen=True, kw_only=True):
    """Doses were picked at `site` to be sent; the id is the shipment's. They still lie there."""

    destination: str
    purpose: str
    lines: tuple[SentDoses, ...]


class ShipmentCancelled(Event, frozen=True, kw_only=True):
    """A picked shipment goes nowhere; its doses are free again."""

    shipment: UUID
    reason: str


class ShipmentDispatched(Event, frozen=True, kw_only=True):
    """A shipment left `site`; `warm` tells that it travels at 2 to 8 °C."""

    shipment: UUID
    destination: str
    lines: tuple[SentDoses, ...]
    warm: bool


class ShipmentArrived(Event, frozen=True, kw_only=True):
    """Doses of a shipment were taken in at `site`, all of them or some."""

    shipment: UUID
    lines: tuple[SentDoses, ...]
    verdict: str
    note: str = ""


class ShipmentExplained(Event, frozen=True, kw_only=True):
    """Two persons agreed on why doses of a shipment did not arrive; below 0, why too many did."""

    shipment: UUID
    lot: str
    doses: int
    cause: str
    reason: str
    first: UUID


class TemperatureRead(Event, frozen=True, kw_only=True):
    """Somebody read a fridge at `site`; in °C, with what its device says since the reading before."""

    fridge: str
    temp_c: float
    lowest_c: float | None = None
    highest_c: float | None = None
    minutes_outside: int | None = None
    note: str = ""


class LotShelved(Event, frozen=True, kw_only=True):
    """A lot was put into a fridge at `site`; `thawed_on` is the day from which its shorter clock runs."""

    lot: str
    fridge: str
    thawed_on: date | None


class LotHeldAtStore(Event, frozen=True, kw_only=True):
    """A storekeeper or quality officer set a lot aside at `site`; the chair's own word is `lot-held-here`."""

    lot: str
    reason: str


class LotDestroyed(Event, frozen=True, kw_only=True):
    """Two persons had doses of a lot destroyed at `site`."""

    lot: str
    doses: int
    reason: str
    first: UUID


class LotRecalled(Event, frozen=True, kw_only=True):
    """A lot is taken back from every place that has it; it is on hold everywhere."""

    lot: str
    reason: str


class RecallAnswered(Event, frozen=True, kw_only=True):
    """`site` has read of a recall and set so many doses aside."""

    lot: str
    doses: int


class ShelvesCounted(Event, frozen=True, kw_only=True):
    """The shelves of `site` were counted by hand; `lines` are what was found."""

    lines: tuple[SentDoses, ...]


class DifferenceExplained(Event, frozen=True, kw_only=True):
    """Two persons agreed on why shelf and ledger differed at `site`; the ledger has the doses of the shelf again."""

    stocktake: UUID
    lot: str
    doses: int
    reason: str
    first: UUID


class DecisionProposed(Event, frozen=True, kw_only=True):
    """One person proposed what takes two; nothing has happened yet. The id is the decision's."""

    about: str
    lot: str
    doses: int
    reason: str
    subject: UUID | None = None
    cause: str = ""


class DecisionWithdrawn(Event, frozen=True, kw_only=True):
    """A proposal was taken back or turned down before anybody agreed."""

    decision: UUID
    reason: str


class PaperKept(Event, frozen=True, kw_only=True):
    """A paper of a consignment was kept at the store `site`; the digest is that of its bytes."""

    consignment: UUID
    name: str
    media: str
    size: int
    sha256: str


class LoggerRead(Event, frozen=True, kw_only=True):
    """A fridge's logger file was kept: its span, points and extremes in °C, and the digest of the file."""

    fridge: str
    first: datetime
    last: datetime
    points: int
    lowest_c: float
    highest_c: float
    minutes_outside: int
    sha256: str
