"""Facts of supply: the stock lines of the chair, and the room's own facts about lots and stores."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

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
    """Somebody counted by hand: slips, vials or doses, of one lot or of all."""

    what: Literal["slips", "vials", "doses"]
    quantity: Amount
    lot: Code | None = None


class LotHeldHere(Event, frozen=True, kw_only=True):
    """The site set a lot aside until somebody decides."""

    lot: Code
    reason: str


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
