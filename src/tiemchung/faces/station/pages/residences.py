"""Every commune of the division in force, for a tablet that asks somebody from elsewhere without a network."""

from __future__ import annotations

import msgspec

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Level, Unit
from tiemchung.faces.shared.divisions import in_force

Communes = list[tuple[str, str]]
"""Communes by code and name."""
Parts = list[tuple[str, Communes]]
"""The districts of a province with their communes; where there are no districts, all communes under an empty name."""


def every_commune() -> bytes:
    """Return the provinces of the division in force with their parts, as JSON; always the same bytes for the same units."""
    told = [(province.display_name, _parts(province)) for province in places.children(in_force())]
    return msgspec.json.encode(told)


def _parts(province: Unit) -> Parts:
    below = places.children(province.era, province.code)
    districts = [unit for unit in below if unit.level is Level.DISTRICT]
    if not districts:
        return [("", _named(below))]
    return [(unit.display_name, _named(places.children(unit.era, unit.code))) for unit in districts]


def _named(communes: list[Unit]) -> Communes:
    return [(unit.code, unit.display_name) for unit in communes]
