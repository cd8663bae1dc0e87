"""Places at which people are vaccinated, apart from those where vaccines only lie, and those that somebody means by a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site
from tiemchung.domain.supply import queries as supply
from tiemchung.faces.shared.divisions import in_force

MOST_OFFERED = 12
"""Sites among which somebody chooses on a phone. Ours: who sees more of them adds ward and district."""


def open_to_people(sites: Iterable[Site]) -> list[Site]:
    """Leave out the stores: nobody is vaccinated there, and where vaccines lie is nobody's business."""
    told = list(sites)
    stores = {store.code for store in supply.stores([site.code for site in told])}
    return [site for site in told if site.code not in stores]


class SiteOffered(NamedTuple):
    """A site to choose: its code, its name and the units it lies in, from the smallest up."""

    code: str
    name: str
    within: str


def offered(sites: Iterable[Site]) -> list[SiteOffered]:
    """Return sites to choose from, as many as anybody reads, without the stores."""
    return [
        SiteOffered(
            site.code,
            site.name,
            ", ".join(unit.display_name for unit in reversed(places.unit_path(site.commune_code, site.era))),
        )
        for site in open_to_people(sites)[:MOST_OFFERED]
    ]


def sites_meant(text: str) -> list[Site]:
    """Return the sites that a text names: by their name, or by a part of the text where it adds a ward or a district.

    A text that names no site but a commune means the commune's own.
    """
    parts = [part.strip() for part in text.split(",")]
    for part in dict.fromkeys([text, *parts]):
        if part and (named := places.search(in_force(), part, limit=MOST_OFFERED).sites):
            return list(named)
    for part in filter(None, [text, *parts]):
        if communes := places.communes_named(part, in_force()):
            return [site for unit in communes for site in places.sites_under(unit.era, unit.code) if site.active]
    return []
