"""The two divisions of the country: the one in force, what an address or a typed residence names, and the heir of an old unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.http import Http404

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Unit, era_on
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

ERA = Era.Y2021
"""The units in which the campaign was led; an address that names no era speaks of these."""


def in_force() -> Era:
    """Return the division that people and offices go by today: what they tell now is told in its units."""
    return era_on(business_day(clock().now()))


def path_at(codes: Sequence[str], *, era: Era = ERA) -> list[Unit]:
    """Return the units that an address names, from the province down; what does not lie so is not found."""
    if not codes:
        return []
    unit = places.unit(era, codes[-1])
    path = [] if unit is None else places.unit_path(unit.code, era)
    if [each.code for each in path] != list(codes):
        raise Http404
    return path


def heir_since_2025(path: Sequence[Unit]) -> Unit | None:
    """Return the province of 2025 that took over the one in which a unit of 2021 lies; None for the country."""
    return places.unit(Era.Y2025, path[0].successor) if path and path[0].successor else None


def names_apart(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """Return units to choose from by code and name; those of several units above name theirs, for many wards bear a number."""
    if len({unit.parent for unit in units}) <= 1:
        return [(unit.code, unit.display_name) for unit in units]
    paths = [places.unit_path(unit.code, unit.era)[-2:] for unit in units]
    return [(path[-1].code, ", ".join(each.display_name for each in reversed(path))) for path in paths]


class Named(NamedTuple):
    """What somebody typed of a residence: the code it stands for or the text itself, and how many communes it names."""

    code: str
    fitting: int


def commune_named(typed: str) -> Named:
    """Return the commune that a text names, of the division in force first; of several nobody knows which is meant.

    A residence is a bare code, read in the division in force: a commune of the other whose number is another's there
    cannot be named.
    """
    if not typed or typed.isdecimal():
        return Named(typed, 1)
    for era in sorted(Era, key=lambda era: era is not in_force()):
        found = places.communes_named(typed, era)
        if len(found) > 1:
            return Named(typed, len(found))
        if found:
            return Named(found[0].code if read_today(found[0].code)[-1:] == [found[0]] else typed, 1)
    return Named(typed, 0)


def commune_shown(code: str) -> str:
    """Return a commune as a residence is read, with the units above it and its number; "" if there is none."""
    path = read_today(code)
    return f"{', '.join(unit.display_name for unit in reversed(path))} ({code})" if path else ""


def read_today(code: str) -> list[Unit]:
    """Return the commune as which a bare code is read today, behind the units above it; nothing if there is none."""
    era = places.commune_era(code, on=business_day(clock().now()))
    return places.unit_path(code, era) if era else []
