"""Doses and demand by unit of either era, read from counts that the clock keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import COUNTRY_CODE, Level
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.response.values import CountedAt, DemandShown, ProductStanding, UnitDemand, UnitStanding
from tiemchung.plumbing import arrays, database


def units_standing(level: Level, *, parent: str, era: Era) -> dict[str, UnitStanding]:
    """Return the doses and the demand of each unit of a level under one parent (`figures.doses_by_unit`), by code.

    A unit with neither doses nor demand is not there.
    """
    found = database.rows(f"{_SHOWN} where era = %s and level = %s and parent = %s", [era.value, level.value, parent])
    return {row[0]: _shown(row) for row in found}


def unit_standing(level: Level, code: str, *, era: Era) -> UnitStanding:
    """Return the doses and the demand of one unit; noughts where nothing was counted."""
    row = database.row(f"{_SHOWN} where era = %s and level = %s and unit = %s", [era.value, level.value, code])
    return _shown(row) if row else UnitStanding(unit=code)


def products_standing(level: Level, code: str, *, era: Era) -> list[ProductStanding]:
    """Return the doses of one unit by product, what most was allocated of first."""
    return [
        ProductStanding(product=product, allocated=allocated, on_hand=on_hand)
        for product, allocated, on_hand in database.rows(
            "select product, allocated, on_hand from response_productstanding where era = %s and level = %s and unit = %s "
            "order by allocated desc, on_hand desc, product",
            [era.value, level.value, code],
        )
    ]


def demand_shown(level: Level, *, parent: str, era: Era) -> dict[str, DemandShown]:
    """Return the demand of each unit under a parent as anybody may see it, by code. A unit without demand is not there.

    A unit of 2025 has at least what is shown of the units of 2021 that it took over.
    """
    by_parent = _demand_under(level, {parent}, era=era)
    native = figures.hide_small(by_parent.get(parent, {}))
    if era is Era.Y2025 and level is not Level.SITE:
        native = figures.over_to_heirs(level, parent=parent, native=native, counted=_demand_under)
    return {code: DemandShown(**cells) for code, cells in native.items()}


def _demand_under(
    level: Level, parents: Collection[str], *, era: Era = Era.Y2021
) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for parent, unit, *counts in database.rows(
        "select parent, unit, registered, listed, due, called from response_unitstanding "
        "where era = %s and level = %s and parent = any(%b::text[])",
        [era.value, level.value, arrays.texts(sorted(parents))],
    ):
        found.setdefault(parent, {})[unit] = dict(zip(("registered", "listed", "due", "called"), counts, strict=True))
    return found


def counted_at(era: Era) -> CountedAt:
    """Return how old these figures are."""
    row = database.row(
        "select as_of, due_as_of from response_unitstanding where era = %s and level = %s and unit = %s",
        [era.value, Level.COUNTRY.value, COUNTRY_CODE],
    )
    return CountedAt(stock=row[0], due=row[1]) if row else CountedAt(stock=None, due=None)


_SHOWN = "select unit, allocated, on_hand, on_road, registered, listed, due, called from response_unitstanding"


def _shown(row: tuple[Any, ...]) -> UnitStanding:
    unit, allocated, on_hand, on_road, registered, listed, due, called = row
    return UnitStanding(
        unit=unit,
        allocated=allocated,
        on_hand=on_hand,
        on_road=on_road,
        registered=registered,
        listed=listed,
        due=due,
        called=called,
    )


def demand_by_unit(campaign: str) -> tuple[list[UnitDemand], datetime | None]:
    """Return the demand of every unit of both eras for a campaign, and since when the oldest count of the due holds.

    A site has those who wish for it, wherever they live; they are counted in no unit above it.
    Residents of a commune are counted in the units of its own era, and in the country of both: what goes over to the
    heir of 2025 is worked out from what may be shown (`demand_shown`).
    """
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    oldest: datetime | None = None
    for told in campaigns.demand_by_commune(campaign):
        oldest = min(filter(None, (oldest, told.due_as_of)), default=None)
        for key in _keys(told.era, told.commune):
            held = sums.setdefault(key, [0, 0, 0])
            for place, count in enumerate((told.registered, told.listed, told.due)):
                held[place] += count
    of_units = [
        UnitDemand(era=era, level=level, unit=unit, parent=parent, registered=wanting, listed=listed, due=due)
        for (era, level, unit, parent), (wanting, listed, due) in sums.items()
    ]
    return [*of_units, *_demand_of_sites(campaign)], oldest


def _demand_of_sites(campaign: str) -> Iterator[UnitDemand]:
    """Yield the demand of each site in each era; its parent is told by the count of its doses, which knows where it lies."""
    for told in campaigns.demand_by_site(campaign):
        for era in Era:
            yield UnitDemand(
                era=era.value,
                level=Level.SITE.value,
                unit=told.site,
                parent="",
                registered=told.registered,
                listed=0,
                due=told.due,
            )


def _keys(era: Era, commune: str) -> Iterator[tuple[str, str, str, str]]:
    for each in Era:
        yield each.value, Level.COUNTRY.value, COUNTRY_CODE, ""
    parent = COUNTRY_CODE
    for unit in places.unit_path(commune, era):
        yield era.value, unit.level.value, unit.code, parent
        parent = unit.code
