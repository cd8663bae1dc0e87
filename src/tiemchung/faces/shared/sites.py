"""Places at which people are vaccinated, apart from those where vaccines only lie."""

from __future__ import annotations

from collections.abc import Iterable

from tiemchung.domain.places.values import Site
from tiemchung.domain.supply import queries as supply


def open_to_people(sites: Iterable[Site]) -> list[Site]:
    """Leave out the stores: nobody is vaccinated there, and where vaccines lie is nobody's business."""
    told = list(sites)
    stores = {store.code for store in supply.stores([site.code for site in told])}
    return [site for site in told if site.code not in stores]
