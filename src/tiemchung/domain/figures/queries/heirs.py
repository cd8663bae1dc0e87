"""Counts of persons by unit, as anybody may see them, in either division of the country.

Persons are counted by the commune that was written then. A unit of 2025 is told what is *shown* of the units of 2021
that went into it: so the two divisions laid side by side tell nothing that one of them hides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from tiemchung.domain.figures.queries.persons import Axis, hide_small, persons_by_age_band, persons_by_residence
from tiemchung.domain.figures.values import COUNTRY_CODE, BandPersons, Level, Unit
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.places.values import Level as UnitLevel
from tiemchung.plumbing import arrays, database

Cells = Mapping[str, Mapping[Axis, int]]
"""Counts by unit and column."""
Shown = dict[str, dict[Axis, int | None]]
"""Counts by unit and column; None is hidden."""


def residents(level: Level, *, parent: str, era: Era) -> dict[str, dict[int, int | None]]:
    """Return how many residents of each unit under a parent had at least so many doses; None is hidden.

    In the division of 2025 these are at least so many: what is hidden of a commune of 2021 is left out.
    """
    told = persons_by_residence(level, parent=parent, era=era.value)
    native = {unit.code: dict(unit.by_dose_number) for unit in told}
    if era is Era.Y2021:
        return native
    return over_to_heirs(level, parent=parent, native=native, counted=_residents_under)


def _residents_under(level: Level, parents: Collection[str]) -> dict[str, Cells[int]]:
    found: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for parent, code, state, persons in database.rows(
        _RESIDENTS, [Era.Y2021.value, level.value, arrays.texts(sorted(parents))]
    ):
        found[parent][code][state] = persons
    return dict(found)


_RESIDENTS = """
select parent, unit, dose_state, sum(doses)::int8 from figures_residence_total
where era = %s and level = %s and parent = any(%b::text[]) group by parent, unit, dose_state"""


def residents_by_age(unit: Unit) -> list[BandPersons]:
    """Return how many residents of a unit, by age band, had at least so many doses; every band is there, None is hidden.

    In the division of 2025 these are at least so many, as with `residents`: of each unit of 2021 that went over to this one
    mainly, what its own page shows is added, and nothing of one whose sum is hidden.
    """
    told = persons_by_age_band(unit)
    if unit.era == Era.Y2021.value:
        return told
    sums: dict[str, dict[int, int | None]] = {band.age_band: dict(band.by_dose_number) for band in told}
    for shown in _ages_taken_over(unit):
        for band, cells in shown.items():
            for state, persons in cells.items():
                sums[band][state] = _together(sums[band].get(state, 0), persons)
    return [BandPersons(age_band=band, by_dose_number=cells) for band, cells in sums.items()]


def _ages_taken_over(unit: Unit) -> list[Shown[int]]:
    """Return, for each unit of 2021 that went over to this one, its age bands as its page shows them."""
    if unit.level is Level.COUNTRY:
        return [{band.age_band: dict(band.by_dose_number) for band in persons_by_age_band()}]
    of = places.unit(Era.Y2025, unit.code)
    heirs, above = _taken_over(unit.level, of.parent or COUNTRY_CODE if of else COUNTRY_CODE)
    mine = {code for code, heir in heirs.items() if heir == unit.code}
    found: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for code, band, state, persons in database.rows(
        _AGES, [Era.Y2021.value, unit.level.value, arrays.texts(sorted(mine))]
    ):
        found[code][band][state] = persons
    sums = {
        code: cells for each in _residents_under(unit.level, above).values() for code, cells in hide_small(each).items()
    }
    return [
        {
            band: {state: persons if sums[code].get(state) is not None else None for state, persons in cells.items()}
            for band, cells in hide_small(bands).items()
        }
        for code, bands in found.items()
    ]


_AGES = """
select unit, age_band, dose_state, sum(doses)::int8 from figures_residence_total
where era = %s and level = %s and unit = any(%b::text[]) group by unit, age_band, dose_state"""


def over_to_heirs(
    level: Level,
    *,
    parent: str,
    native: Mapping[str, Mapping[Axis, int | None]],
    counted: Callable[[Level, Collection[str]], Mapping[str, Cells[Axis]]],
) -> Shown[Axis]:
    """Return what is shown of the units of 2025 under a parent: what was told of them, and of the units they took over.

    `counted` returns the true counts of the units of 2021 under some parents, by parent; they are hidden here.
    """
    heirs, above = _taken_over(level, parent)
    sums: dict[str, dict[Axis, int | None]] = {code: dict(cells) for code, cells in native.items()}
    for cells in counted(level, above).values():
        for code, shown in hide_small(cells).items():
            if code in heirs:
                held = sums.setdefault(heirs[code], {})
                for column, persons in shown.items():
                    held[column] = _together(held.get(column, 0), persons)
    return sums


def _together(held: int | None, more: int | None) -> int | None:
    """Add what is shown; nothing but hidden cells together stay hidden."""
    if not more:
        return held or more
    return (held or 0) + more


def _taken_over(level: Level, parent: str) -> tuple[dict[str, str], set[str]]:
    """Return the main heir under a parent of 2025 by unit of 2021, and the parents of those units."""
    if level is Level.PROVINCE:
        provinces = places.units_of(Era.Y2021, UnitLevel.PROVINCE)
        return {each.code: each.successor for each in provinces if each.successor}, {COUNTRY_CODE}
    communes = places.gazetteer().both_eras(Era.Y2025, parent)[Era.Y2021]
    heirs = {commune: places.gazetteer().main_heir(commune) for commune in communes}
    above = {each.parent for commune in communes if (each := places.unit(Era.Y2021, commune))}
    return {commune: heir for commune, heir in heirs.items() if heir}, {code for code in above if code}
