"""From doses that are counted otherwise than before to the differences of every counter.

Each dose touches five counters of its own and what is counted by site alone; what stands above is summed from their
differences, once a batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tiemchung.domain.figures.rules import iso_week
from tiemchung.domain.figures.values import COUNTRY_CODE, UNKNOWN, Counted, Level, Placed

Keys = tuple[Any, ...]
DAILY_LEVELS = frozenset({Level.COUNTRY, Level.PROVINCE, Level.DISTRICT})
"""Levels whose days are kept summed; a commune's and a site's days are read from the sites."""


class Step(NamedTuple):
    """One unit on the way from a place up to the country, with the unit above it."""

    era: str
    level: Level
    unit: str
    parent: str


class Change(NamedTuple):
    """What a dose was counted as and what it is to be counted as; None is not at all."""

    counted: Counted | None
    wanted: Counted | None


def steps(placed: Placed, site: str | None = None) -> list[Step]:
    """Return the units a residence, or a site of this code, lies in, from the country down."""
    era, province, district, commune = placed
    way = [Step(era, Level.COUNTRY, COUNTRY_CODE, ""), Step(era, Level.PROVINCE, province, COUNTRY_CODE)]
    if district:
        way.append(Step(era, Level.DISTRICT, district, province))
    way.append(Step(era, Level.COMMUNE, commune, district or province))
    if site is not None:
        way.append(Step(era, Level.SITE, site, commune))
    return way


def differences(
    changes: Iterable[Change],
    *,
    sites: Mapping[str, Sequence[Placed]],
    residences: Mapping[tuple[str, str], Placed],
) -> dict[str, Counter[Keys]]:
    """Return, by table, how many doses are to be added under which keys; what cancels out is left out.

    `sites` tells where each site lies, one place an era; `residences` where the commune of an (era, code) lies.
    """
    site_day: Counter[Keys] = Counter()
    undated: Counter[Keys] = Counter()
    residence_week: Counter[Keys] = Counter()
    group_day: Counter[Keys] = Counter()
    entry_day: Counter[Keys] = Counter()
    site_group: Counter[tuple[str, str]] = Counter()
    site_age: Counter[tuple[str, str]] = Counter()
    districts = {site: _district(places) for site, places in sites.items()}
    for dose, sign in _signed(changes):
        if dose.given_on is None:
            undated[dose.site, dose.product, dose.dose_number] += sign
        else:
            site_day[dose.site, dose.given_on, dose.product, dose.dose_number] += sign
            group_day[districts[dose.site], dose.given_on, dose.target_group] += sign
        entry_day[dose.site, dose.recorded_on, dose.delay.value] += sign
        site_group[dose.site, dose.target_group] += sign
        site_age[dose.site, dose.age_band] += sign
        week = iso_week(dose.given_on)
        residence_week[dose.era, dose.commune, week, dose.sex, dose.age_band, dose.dose_number] += sign
    own = {
        "figures_site_day": site_day,
        "figures_undated": undated,
        "figures_residence_week": residence_week,
        "figures_group_day": group_day,
        "figures_entry_day": entry_day,
    }
    sums = _site_sums(own, sites) | _home_sums(own, residences)
    sums |= {"figures_group_total": _sums_of(site_group, sites), "figures_age_total": _sums_of(site_age, sites)}
    return {table: _without_zeros(found) for table, found in (own | sums).items()}


def _signed(changes: Iterable[Change]) -> Iterator[tuple[Counted, int]]:
    for counted, wanted in changes:
        if counted is not None:
            yield counted, -1
        if wanted is not None:
            yield wanted, 1


def _district(places: Sequence[Placed]) -> str:
    return next((place.district for place in places if place.district), UNKNOWN)


def _site_sums(own: Mapping[str, Counter[Keys]], sites: Mapping[str, Sequence[Placed]]) -> dict[str, Counter[Keys]]:
    ways = {site: [step for place in places for step in steps(place, site)] for site, places in sites.items()}
    daily_ways = {site: _daily(way) for site, way in ways.items()}
    unit_total: Counter[Keys] = Counter()
    unit_day: Counter[Keys] = Counter()
    unit_entry_day: Counter[Keys] = Counter()
    for (site, day, product, number), doses in own["figures_site_day"].items():
        for step in ways[site]:
            unit_total[*_flat(step), product, number, True] += doses
        for step in daily_ways[site]:
            unit_day[step.era, step.level.value, step.unit, day, product, number] += doses
    for (site, product, number), doses in own["figures_undated"].items():
        for step in ways[site]:
            unit_total[*_flat(step), product, number, False] += doses
    for (site, day, delay), doses in own["figures_entry_day"].items():
        for step in daily_ways[site]:
            unit_entry_day[step.era, step.level.value, step.unit, day, delay] += doses
    return {
        "figures_unit_total": unit_total,
        "figures_unit_day": unit_day,
        "figures_unit_entry_day": unit_entry_day,
    }


def _sums_of(by_site: Mapping[tuple[str, str], int], sites: Mapping[str, Sequence[Placed]]) -> Counter[Keys]:
    """Sum what is counted by site and one kind of part, from the site up to the country."""
    ways = {site: [step for place in sites[site] for step in steps(place, site)] for site, _ in by_site}
    total: Counter[Keys] = Counter()
    for (site, part), doses in by_site.items():
        for step in ways[site]:
            total[step.era, step.level.value, step.unit, part] += doses
    return total


def _home_sums(
    own: Mapping[str, Counter[Keys]], residences: Mapping[tuple[str, str], Placed]
) -> dict[str, Counter[Keys]]:
    homes = {residence: steps(place) for residence, place in residences.items()}
    residence_total: Counter[Keys] = Counter()
    for (era, commune, _week, sex, band, state), doses in own["figures_residence_week"].items():
        for step in homes[era, commune]:
            residence_total[*_flat(step), sex, band, state] += doses
    return {"figures_residence_total": residence_total}


def _daily(way: Iterable[Step]) -> list[Step]:
    return [step for step in way if step.level in DAILY_LEVELS]


def _flat(step: Step) -> tuple[str, str, str, str]:
    return step.era, step.level.value, step.unit, step.parent


def _without_zeros(found: Counter[Keys]) -> Counter[Keys]:
    return Counter({keys: doses for keys, doses in found.items() if doses})
