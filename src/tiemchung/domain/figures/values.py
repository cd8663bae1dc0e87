"""What is counted, and under which keys. All figures here are whole numbers of doses or of persons."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

UNKNOWN = "unknown"
"""The code of a place, a band or a group that nobody told."""

SMALLEST_PUBLIC_CELL = 5
"""A cell by residence with fewer persons is hidden from the public (DESIGN, small lists of PROTOCOL)."""


class DoseKey(NamedTuple):
    """One dose: whose it is as it was written, and its id."""

    person: UUID
    dose: UUID


class Clock(StrEnum):
    """By which of the two clocks doses are laid out: when they were given, or when the center learned of them."""

    DOSE = "dose"
    ENTRY = "entry"


class Delay(StrEnum):
    """How many business days lay between the dose and its arrival at the center. The classes are ours."""

    SAME_DAY = "same-day"
    NEXT_DAY = "next-day"
    WITHIN_WEEK = "within-a-week"
    LATER = "later"
    UNKNOWN = UNKNOWN


class Level(StrEnum):
    """The steps of the country, from above."""

    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    SITE = "site"


class Unit(NamedTuple):
    """One unit of one era ("2021" or "2025"), by its code; sites are units of the lowest level."""

    era: str
    level: Level
    code: str


COUNTRY_CODE = "VN"
"""The unit above all provinces, in either era."""


class Placed(NamedTuple):
    """Where a site or a residence lies in the units of one era; `district` is "" in an era without districts."""

    era: str
    province: str
    district: str
    commune: str


class AgeBand(msgspec.Struct, frozen=True, kw_only=True):
    """Ages in completed years from `from_years` up to, not including, `below_years`; None has no end."""

    code: str
    from_years: int
    below_years: int | None


class Counted(NamedTuple):
    """What one dose is counted as: every key that any counter needs, and nothing by which a person is known.

    `given_on` is None in the class "date unknown": such a dose is in no day, in no week and in the band unknown.
    """

    site: str
    given_on: date | None
    recorded_on: date
    product: str
    dose_number: int
    commune: str
    era: str
    sex: str
    age_band: str
    target_group: str
    delay: Delay


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of one unit by place of vaccination: `doses` counts all, `undated` those among them without a day."""

    doses: int
    undated: int
    by_dose_number: dict[int, int]
    by_product: dict[str, int]


class UnitDoses(msgspec.Struct, frozen=True, kw_only=True):
    """Doses given at the sites of one unit. A unit without any dose has no row."""

    code: str
    doses: int
    undated: int
    by_dose_number: dict[int, int]


class DayDoses(msgspec.Struct, frozen=True, kw_only=True):
    """Doses of one business day."""

    day: date
    doses: int


class UnitPersons(msgspec.Struct, frozen=True, kw_only=True):
    """Persons living in one unit who have had at least so many doses; None where the public may not see so few."""

    code: str
    by_dose_number: dict[int, int | None]


class BandPersons(msgspec.Struct, frozen=True, kw_only=True):
    """Persons of one age band, taken on the day of the dose, who have had at least so many doses; None is hidden."""

    age_band: str
    by_dose_number: dict[int, int | None]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One table of the figures against its recount: how many live rows, and by how many doses which of them are off.

    `different` is keyed by the row's keys and tells the live figure less the recounted one; of the table of counted
    doses it is keyed by the dose's id.
    """

    table: str
    rows: int
    different: dict[tuple[Any, ...], int]


class ReactionState(msgspec.Struct, frozen=True, kw_only=True):
    """How a reaction stands, in real time.

    `lag` is how long the oldest entry it has not read has been waiting, zero when it is level; `horizon_age` how long
    the oldest entry waits to be settled. `last_lag` is what the oldest entry of its last batch had waited when the
    batch was done, `worst_lag` the longest such wait so far; within `p50_lag` and `p99_lag` it has lately taken half and
    nearly all of its entries, None when it had none. `entries` counts those it was handed, `set_aside` those
    it could not take; `failing_since` says since when it has been failing, `seen_at` when its worker last reported.
    """

    name: str
    lag: timedelta
    horizon_age: timedelta
    last_lag: timedelta
    worst_lag: timedelta
    p50_lag: timedelta | None
    p99_lag: timedelta | None
    entries: int
    seen_at: datetime
    failing_since: datetime | None
    error: str
    set_aside: int
