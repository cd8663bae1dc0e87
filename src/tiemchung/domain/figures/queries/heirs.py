"""Counts of persons by unit, as anybody may see them, in either division of the country.

Persons are counted by the commune that was written then. A unit of 2025 is told what is *shown* of the units of 2021
that went into it: so the two divisions laid side by side tell nothing that one of them hides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from tiemchung.domain.figures.queries.persons import Axis, hide_small, persons_by_residence
from tiemchung.domain.figures.values import COUNTRY_CODE, Level
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
