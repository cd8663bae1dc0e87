"""The two divisions of the country in addresses: which units an address names, and what is the heir of an old one."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Unit

ERA = Era.Y2021
"""The units in which the campaign was led; an address that names no era speaks of these."""


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
