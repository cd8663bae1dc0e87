"""What places hand to others: administrative units of two eras, their pairs, sites and points on the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

_WARD = "ward:"


class Era(StrEnum):
    """Which division of the country a code belongs to: the one of the campaign, or that of July 2025."""

    Y2021 = "2021"
    Y2025 = "2025"


NEW_UNITS_SINCE = date(2025, 7, 1)
"""From this day on communes are told in the codes of 2025 (vn_communes_2025.csv); before, in those of 2021."""


def era_on(day: date) -> Era:
    """Return the division in force on a day, in whose codes a commune was told then."""
    return Era.Y2025 if day >= NEW_UNITS_SINCE else Era.Y2021


def ward_code(commune: str) -> str:
    """Return the code under which persons lie whom a ward or a phone told and no site: seen by that ward, by no site."""
    return f"{_WARD}{commune}"


def is_ward_code(code: str) -> bool:
    """Tell whether this is the code of a ward's own records and no site's."""
    return code.startswith(_WARD)


class Level(StrEnum):
    """How high a unit stands. There are no districts in the division of 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class HeirBasis(StrEnum):
    """How the place of 2025 was found for something that was told in a code of 2021."""

    SAME = "same"
    """It was told in a code of 2025."""
    WHOLE = "whole"
    """The old commune went into one new commune."""
    COORDINATES = "coordinates"
    """The old commune was split or has no pair: of the possible heirs, the one whose middle is nearest to the site."""
    MAIN_HEIR = "main-heir"
    """The old commune was split: its main heir. An estimate."""
    PROVINCE_ONLY = "province-only"
    """The old commune has no pair: only the province is known."""


ESTIMATES = frozenset({HeirBasis.COORDINATES, HeirBasis.MAIN_HEIR})
"""By these the unit of 2025 is an estimate, and a page says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A province, district or commune of one era. `display_name` has the word of its type, `name` has not.

    `population` is told with its `population_note`, for neither is a census figure of the unit. `successor` is the
    province of 2025 that a province of 2021 went into. A point is the middle of a unit of 2025, in degrees.
    """

    era: Era
    code: str
    level: Level
    kind: str
    name: str
    display_name: str
    parent: str | None
    province: str
    iso_3166_2: str | None = None
    identity_prefix: str | None = None
    region: str | None = None
    successor: str | None = None
    population: int | None = None
    population_note: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """An old commune and a new one that took it over whole or in part; each old commune has one main heir."""

    old_code: str
    new_code: str
    whole: bool
    main: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """Where a unit is drawn, in degrees. Units of 2021 have no middle of their own: theirs is estimated by heirs."""

    lon: float
    lat: float
    estimated: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Organization:
    """Who runs sites: a hospital, a health station, a store."""

    code: str
    name: str
    era: Era
    commune_code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A place where people are vaccinated or vaccines stored. Codes are those of its own era; `heir_*` those of 2025.

    `district_code` is None in the era of 2025; `heir_commune_code` is None where only the province is known.
    """

    code: str
    name: str
    organization: str
    era: Era
    commune_code: str
    district_code: str | None
    province_code: str
    heir_commune_code: str | None
    heir_province_code: str | None
    heir_basis: HeirBasis
    lon: float | None
    lat: float | None
    mobile: bool
    active: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a search for a place brought: units, the largest first, and sites by name."""

    units: tuple[Unit, ...] = ()
    sites: tuple[Site, ...] = ()


class CheckpointKind(StrEnum):
    """What kind of place asks for certificates."""

    ROAD = "road"
    MARKET = "market"
    OFFICE = "office"
    STATION = "station"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """A place that asks for certificates, enrolled by its ward."""

    code: str
    name: str
    kind: CheckpointKind
    era: Era
    commune_code: str
    ended: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """An epidemic zone as a decision set it: the unit, its level in the decision's words, and its last day, if told.

    `closed` asks for a look at journeys from and to it; `asks_certificates` at certificates that are shown within it too.
    """

    era: Era
    code: str
    level: str
    closed: bool
    valid_from: date
    valid_to: date | None
    source: str
    asks_certificates: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneMet:
    """A zone that shares ground with a unit: `whole` where all of the unit lies in it, else a part that nobody named."""

    zone: Zone
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneTold:
    """A zone as an officer enters it from a decision. The id is the idempotency key."""

    id: UUID
    era: Era
    code: str
    level: str
    closed: bool
    valid_from: date
    valid_to: date | None
    decision: str
    source: str
    asks_certificates: bool = False
