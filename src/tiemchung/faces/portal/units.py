"""The unit that an open page is about, in the division of 2021 or of 2025, and the units right below it.

Sites are counted in both divisions. Residents are counted by the commune that was written then, which is one of 2021:
a page of 2025 has no column of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Level
from tiemchung.domain.places.values import Unit as Place
from tiemchung.faces.portal.pages import Row
from tiemchung.faces.shared.words import t

ERA = Era.Y2021
"""The units in which the campaign was led; an address that names no era speaks of these."""


@dataclass(frozen=True, kw_only=True)
class Here:
    """The unit a page is about: how the figures name it, its place (None for the country) and its name."""

    unit: counted.Unit
    place: Place | None
    name: str
    era: Era = ERA

    @property
    def path(self) -> list[str]:
        """Return the codes of its address."""
        if self.place is None:
            return []
        return [self.place.code] if self.place.parent is None else [self.place.province, self.place.code]

    @property
    def below(self) -> counted.Level:
        """Return the level of the units right below it."""
        if self.place is None:
            return counted.Level.PROVINCE
        if self.place.level is Level.PROVINCE and self.era is Era.Y2021:
            return counted.Level.DISTRICT
        return counted.Level.COMMUNE

    def address(self, kind: str = "") -> str:
        """Return the address of its page, or of what hangs by it (`_table`, `_days`)."""
        return address(self.era, self.path, kind)


def country(era: Era = ERA) -> Here:
    """Return the country in a division."""
    unit = counted.Unit(era.value, counted.Level.COUNTRY, counted.COUNTRY_CODE)
    return Here(unit=unit, place=None, name=t("Cả nước", "The whole country"), era=era)


def unit_at(province: str | None, district: str | None, era: Era = ERA) -> Here:
    """Return the unit of an address; what is no province, or no district of that province, is not found."""
    if province is None:
        return country(era)
    code = district or province
    place = places.unit(era, code)
    level = Level.DISTRICT if district else Level.PROVINCE
    if place is None or place.level is not level or place.province != province:
        raise Http404
    return Here(unit=counted.Unit(era.value, counted.Level(level.value), code), place=place, name=name(place), era=era)


def rows(here: Here) -> list[Row]:
    """Return every unit right below, with or without doses, and what could be placed in none of them."""
    parent, era = here.unit.code, here.era
    doses = {unit.code: unit.doses for unit in figures.doses_by_unit(here.below, parent=parent, era=era.value)}
    persons = {
        unit.code: unit.by_dose_number
        for unit in figures.persons_by_residence(here.below, parent=parent, era=era.value)
    }
    below = {place.code: place for place in places.children(era, here.place.code if here.place else None)}
    return [
        Row(
            code=code,
            name=name(below.get(code)),
            sorts_as=below[code].name if code in below else "",
            href=_href(below.get(code)),
            doses=doses.get(code, 0),
            one=persons.get(code, {}).get(1, 0),
            two=persons.get(code, {}).get(2, 0),
        )
        for code in [*below, *sorted((doses.keys() | persons.keys()) - below.keys())]
    ]


def name(place: Place | None) -> str:
    """Return how a page calls a unit."""
    if place is None:
        return t("Chưa rõ", "Unknown")
    if place.level is not Level.PROVINCE:
        return place.display_name
    return f"TP. {place.name}" if place.kind == "thanh-pho" else place.name


def trail(here: Here) -> list[tuple[str, str]]:
    """Return the units above, from the country down, with their addresses."""
    above = places.unit_path(here.place.code, here.era)[:-1] if here.place else []
    first = (t("Cả nước", "The whole country"), address(here.era, []))
    return [first, *((name(place), str(_href(place))) for place in above)]


def address(era: Era, path: Sequence[str], kind: str = "") -> str:
    """Return the address of a unit's page by the codes of its path."""
    where = ("home", "province", "district")[len(path)]
    return reverse(f"portal:{where}{kind}" if era is ERA else f"portal:new_{where}{kind}", args=path)


def _href(place: Place | None) -> str | None:
    if place is None or place.level is Level.COMMUNE:
        return None
    return address(place.era, [place.code] if place.parent is None else [place.parent, place.code])
