"""The shapes of a campaign file: each of its lists with what a row of it may say, and which fields name the row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from tiemchung.domain.access.values import EnrollmentRow, StaffRow
from tiemchung.domain.supply.values import StoreLevel

Code = Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,24}$")]
"""A natural key: up to 24 visible ASCII characters."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Doses = Annotated[int, msgspec.Meta(gt=0, le=100_000_000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of one of the file's lists; a field that nobody knows is a mistake."""


class CampaignRow(Row, frozen=True, kw_only=True):
    """The campaign itself. With `lists_approved` nobody is invited but by a list that a second person approved."""

    code: Code
    name: Name
    starts_on: date
    ends_on: date
    target_diseases: list[str]
    lists_approved: bool = False


class OrganizationRow(Row, frozen=True, kw_only=True):
    """Who runs sites."""

    code: Code
    name: Name
    commune: Code
    era: Literal["2021", "2025"] = "2021"


class SiteRow(Row, frozen=True, kw_only=True):
    """A site or a store."""

    code: Code
    name: Name
    organization: Code
    commune: Code
    era: Literal["2021", "2025"] = "2021"
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    mobile: bool = False


class StoreRow(Row, frozen=True, kw_only=True):
    """A place that keeps vaccines for others, and the store above it."""

    code: Code
    level: StoreLevel
    supplier: Code | None = None


class FridgeRow(Row, frozen=True, kw_only=True):
    """A fridge of a store with its limits in °C."""

    store: Code
    code: Code
    name: Name
    high_c: float
    low_c: float | None = None


class ReadingRow(Row, frozen=True, kw_only=True):
    """A line of a fridge's paper log."""

    id: UUID
    store: Code
    fridge: Code
    at: Instant
    temp_c: float
    lowest_c: float | None = None
    highest_c: float | None = None
    minutes_outside: Annotated[int, msgspec.Meta(ge=0)] | None = None
    note: str = ""


class LotRow(Row, frozen=True, kw_only=True):
    """A lot of one product."""

    number: Code
    product: Code
    expires_on: date | None = None
    manufacturer_doses: Doses | None = None


class ReceiptRow(Row, frozen=True, kw_only=True):
    """Doses that arrived at a store."""

    id: UUID
    lot: Code
    store: Code
    doses: Doses
    at: Instant


class IssueRow(Row, frozen=True, kw_only=True, rename={"origin": "from", "destination": "to"}):
    """Doses sent from a place, or from outside, to another."""

    id: UUID
    lot: Code
    origin: Code | None
    destination: Code
    doses: Doses
    at: Instant


LISTS: dict[str, type[msgspec.Struct]] = {
    "organizations": OrganizationRow,
    "sites": SiteRow,
    "stores": StoreRow,
    "fridges": FridgeRow,
    "readings": ReadingRow,
    "staff": StaffRow,
    "lots": LotRow,
    "receipts": ReceiptRow,
    "issues": IssueRow,
    "enrollments": EnrollmentRow,
}
"""The file's lists in the order in which they are loaded, each with the shape of its rows."""
KEYS = {
    "organizations": ("code",),
    "sites": ("code",),
    "stores": ("code",),
    "fridges": ("store", "code"),
    "readings": ("id",),
    "staff": ("id",),
    "lots": ("number",),
    "receipts": ("id",),
    "issues": ("id",),
    "enrollments": ("code",),
}
"""The fields by which a row is known; two rows of one key are a mistake."""
