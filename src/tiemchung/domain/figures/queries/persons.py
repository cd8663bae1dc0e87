"""Persons by where they live. What the public may not see, because so few are in it, is hidden here."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Hashable, Mapping
from functools import cache
from importlib import resources
from typing import TypeVar

from tiemchung.domain.figures.values import (
    COUNTRY_CODE,
    SMALLEST_PUBLIC_CELL,
    UNKNOWN,
    AgeBand,
    BandPersons,
    Level,
    Unit,
    UnitPersons,
)
from tiemchung.plumbing import database

Axis = TypeVar("Axis", bound=Hashable)

NATION = Unit("2021", Level.COUNTRY, COUNTRY_CODE)
"""The whole country, in the units of 2021."""


def persons_by_residence(level: Level, *, parent: str | None = None, era: str = "2021") -> list[UnitPersons]:
    """Return, by where they live, how many persons had at least so many doses. Small cells are hidden (None).

    Where one cell alone would be hidden in a column, the next smallest is hidden with it: the parent's figure would
    tell it otherwise.
    """
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for code, state, persons in database.rows(*below(_BY_RESIDENCE, level, parent, era)):
        found[code][state] = persons
    return [UnitPersons(code=code, by_dose_number=shown) for code, shown in hide_small(found).items()]


_BY_RESIDENCE = """
select unit, dose_state, sum(doses)::int8 from figures_residence_total
where era = %s and level = %s{parent} group by unit, dose_state order by unit, dose_state"""


def persons_by_age_band(unit: Unit = NATION) -> list[BandPersons]:
    """Return, for the residents of a unit, how many persons of each age band had at least so many doses.

    Every band is there, in the order of age, the unknown last; small cells are hidden (None).
    """
    bands = [*(band.code for band in age_bands()), UNKNOWN]
    found: dict[str, dict[int, int]] = {band: {} for band in bands}
    for band, state, persons in database.rows(_BY_BAND, unit):
        found[band][state] = persons
    return [BandPersons(age_band=band, by_dose_number=shown) for band, shown in hide_small(found).items()]


_BY_BAND = """
select age_band, dose_state, sum(doses)::int8 from figures_residence_total
where era = %s and level = %s and unit = %s group by age_band, dose_state order by age_band, dose_state"""


def hide_small(found: Mapping[str, Mapping[Axis, int]]) -> dict[str, dict[Axis, int | None]]:
    """Hide (None) the cells of persons that the public may not see, column by column, and with one cell the next smallest."""
    hidden: set[tuple[str, Axis]] = set()
    for column in {state for cells in found.values() for state in cells}:
        told = sorted((cells[column], row) for row, cells in found.items() if cells.get(column, 0) > 0)
        small = sum(persons < SMALLEST_PUBLIC_CELL for persons, _ in told)
        hidden |= {(row, column) for _, row in told[: max(small, 2) if small else 0]}
    return {
        row: {column: None if (row, column) in hidden else persons for column, persons in cells.items()}
        for row, cells in found.items()
    }


def hide_small_parts(parts: Mapping[str, int]) -> dict[str, int | None]:
    """Hide (None) the parts of one whole that the public may not see: the whole is told, so never one alone."""
    return {part: cells[0] for part, cells in hide_small({part: {0: count} for part, count in parts.items()}).items()}


def below(query: str, level: Level, parent: str | None, era: str) -> tuple[str, tuple[str, ...]]:
    """Return a query over a level's units with its parameters; a parent is told in the query, for the index to be used."""
    if parent is None:
        return query.format(parent=""), (era, level)
    return query.format(parent=" and parent = %s"), (era, level, parent)


@cache
def age_bands() -> tuple[AgeBand, ...]:
    """Return the age bands of the reference data, youngest first."""
    with (resources.files("tiemchung.reference") / "age_bands.csv").open(encoding="utf-8") as lines:
        return tuple(
            AgeBand(
                code=row["band"],
                from_years=int(row["from_years"]),
                below_years=int(row["below_years"]) if row["below_years"] else None,
            )
            for row in csv.DictReader(lines)
        )
