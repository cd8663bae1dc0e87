"""The unit that an open page is about, in the division of 2021 or of 2025, and the units right below it.

Sites are counted in both divisions. Residents are counted by the commune that was written then, mostly one of 2021: a
page of 2025 adds up what is shown of the communes that a unit took over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Level, Site
from tiemchung.domain.places.values import Unit as Place
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import UnitStanding
from tiemchung.faces.portal.pages import Row
from tiemchung.faces.shared.divisions import ERA, in_force, path_at
from tiemchung.faces.shared.goals import AgainstList, against_lists
from tiemchung.faces.shared.sites import open_to_people
from tiemchung.faces.shared.words import t


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
        return [unit.code for unit in places.unit_path(self.place.code, self.era)] if self.place else []

    @property
    def below(self) -> counted.Level:
        """Return the level of what lies right below it."""
        if self.place is None:
            return counted.Level.PROVINCE
        if self.place.level is Level.COMMUNE:
            return counted.Level.SITE
        if self.place.level is Level.PROVINCE and self.era is Era.Y2021:
            return counted.Level.DISTRICT
        return counted.Level.COMMUNE

    def address(self, kind: str = "") -> str:
        """Return the address of its page, or of what hangs by it (`_table`, `_days`)."""
        return address(self.era, self.place, kind)


def country(era: Era = ERA) -> Here:
    """Return the country in a division."""
    unit = counted.Unit(era.value, counted.Level.COUNTRY, counted.COUNTRY_CODE)
    return Here(unit=unit, place=None, name=t("Cả nước", "The whole country"), era=era)


def unit_at(path: Sequence[str], era: Era = ERA) -> Here:
    """Return the unit of an address, told by the codes from its province down; what does not lie so is not found."""
    units = path_at(path, era=era)
    if not units:
        return country(era)
    place = units[-1]
    level = counted.Level(place.level.value)
    return Here(unit=counted.Unit(era.value, level, place.code), place=place, name=name(place), era=era)


def rows(here: Here) -> list[Row]:
    """Return every unit (or site) right below, with or without doses, and what could be placed in none of them."""
    parent, era = here.unit.code, here.era
    doses = {unit.code: unit.doses for unit in figures.doses_by_unit(here.below, parent=parent, era=era.value)}
    standing = response.units_standing(here.below, parent=parent, era=era)
    told = against_lists(here.below, parent=parent, era=era)
    below, unknown = _below(here), _Named(name=t("Chưa rõ", "Unknown"), sorts_as="", href=None)
    found = sorted((doses.keys() | told.keys() | standing.keys()) - below.keys())
    of_sites = here.below is counted.Level.SITE
    nothing, nobody = UnitStanding(unit=""), AgainstList()
    return [
        _row(
            code,
            named,
            doses=doses.get(code, 0),
            stock=standing.get(code, nothing),
            told=told.get(code, nobody),
            of_site=of_sites,
        )
        for code, named in [*below.items(), *((code, unknown) for code in found)]
    ]


def _row(code: str, named: _Named, *, doses: int, stock: UnitStanding, told: AgainstList, of_site: bool) -> Row:
    return Row(
        code=code,
        name=named.name,
        sorts_as=named.sorts_as,
        href=named.href,
        doses=doses,
        one=told.one,
        two=told.two,
        registered=told.registered,
        due=told.due,
        called=told.called,
        allocated=stock.allocated,
        on_hand=stock.on_hand,
        reached=doses if of_site else told.one,
        of=stock.allocated if of_site else told.listed,
    )


def against_list(here: Here) -> AgainstList:
    """Return how far a unit itself is, as the table of the unit above shows it: what is hidden there is hidden here."""
    if here.place is None:
        raise ValueError("the country has no unit above it")
    parent = here.place.parent or counted.COUNTRY_CODE
    return against_lists(here.unit.level, parent=parent, era=here.era).get(here.unit.code, AgainstList())


@dataclass(frozen=True, kw_only=True)
class _Named:
    name: str
    sorts_as: str
    href: str | None


def _below(here: Here) -> dict[str, _Named]:
    if here.below is counted.Level.SITE:
        return {
            site.code: _Named(name=site.name, sorts_as=site.name, href=reverse("portal:site", args=[site.code]))
            for site in open_sites(here.era, here.unit.code)
        }
    return {
        place.code: _Named(name=name(place), sorts_as=place.name, href=address(place.era, place))
        for place in places.children(here.era, here.place.code if here.place else None)
    }


def open_sites(era: Era, code: str) -> list[Site]:
    """Return the sites in a unit where people are vaccinated, and those that are closed."""
    return open_to_people(places.sites_under(era, code))


def name(place: Place) -> str:
    """Return how a page calls a unit."""
    if place.level is not Level.PROVINCE:
        return place.display_name
    return f"TP. {place.name}" if place.kind == "thanh-pho" else place.name


def spots(here: Here, rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    """Return where the rows of a page lie, as far as known: a site where it stands, a unit at its middle."""
    if here.below is counted.Level.SITE:
        sites = places.sites_of([row.code for row in rows])
        return {
            code: (site.lon, site.lat) for code, site in sites.items() if site.lon is not None and site.lat is not None
        }
    return {code: (spot.lon, spot.lat) for code, spot in places.points(here.era, [row.code for row in rows]).items()}


def trail(here: Here) -> list[tuple[str, str]]:
    """Return the units above, from the country down, with their addresses."""
    above = places.unit_path(here.place.code, here.era)[:-1] if here.place else []
    first = (t("Cả nước", "The whole country"), address(here.era, None))
    return [first, *((name(place), address(here.era, place)) for place in above)]


def address(era: Era, place: Place | None, kind: str = "") -> str:
    """Return the address of a unit's page (None: the country's), or of what hangs by it.

    The country in the division in force is the first page.
    """
    if place is None and not kind:
        name = "home" if era is in_force() else "old_home" if era is ERA else "new_home"
        return reverse(f"portal:{name}")
    where = place.level.value if place else "home"
    path = [unit.code for unit in places.unit_path(place.code, era)] if place else []
    return reverse(f"portal:{where}{kind}" if era is ERA else f"portal:new_{where}{kind}", args=path)
