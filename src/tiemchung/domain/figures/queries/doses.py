"""Doses by place of vaccination: all of them, by unit, by day, by delay, by age and by target group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from tiemchung.domain.figures.queries.persons import NATION, age_bands, below
from tiemchung.domain.figures.values import (
    UNKNOWN,
    Clock,
    DayDoses,
    Delay,
    Level,
    Totals,
    Unit,
    UnitDoses,
)
from tiemchung.plumbing import arrays, database

_SUMMED_DAILY = frozenset({Level.COUNTRY, Level.PROVINCE, Level.DISTRICT})


def as_of() -> datetime | None:
    """Return when the center took the newest entry that is in the figures; None before the first."""
    found = database.row("select as_of from figures_standing")
    return found[0] if found else None


def totals(unit: Unit = NATION) -> Totals:
    """Return all doses given at the sites of one unit."""
    by_number: dict[int, int] = defaultdict(int)
    by_product: dict[str, int] = defaultdict(int)
    undated = 0
    for product, number, dated, doses in database.rows(_TOTALS, unit):
        by_number[number] += doses
        by_product[product] += doses
        undated += 0 if dated else doses
    return Totals(
        doses=sum(by_number.values()),
        undated=undated,
        by_dose_number=dict(sorted(by_number.items())),
        by_product=dict(sorted(by_product.items())),
    )


_TOTALS = """
select product, dose_number, dated, sum(doses)::int8 from figures_unit_total
where era = %s and level = %s and unit = %s group by product, dose_number, dated"""


def doses_by_unit(level: Level, *, parent: str | None = None, era: str = "2021") -> list[UnitDoses]:
    """Return the doses of each unit of a level, by code; of one parent's units, or of the whole country.

    The parent of a province is the country, of a district its province, of a commune its district (its province in an
    era without districts), of a site its commune. A unit without any dose has no row.
    """
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    undated: dict[str, int] = defaultdict(int)
    for code, number, dated, doses in database.rows(*below(_BY_UNIT, level, parent, era)):
        found[code][number] += doses
        undated[code] += 0 if dated else doses
    return [
        UnitDoses(code=code, doses=sum(by_number.values()), undated=undated[code], by_dose_number=dict(by_number))
        for code, by_number in found.items()
    ]


_BY_UNIT = """
select unit, dose_number, dated, sum(doses)::int8 from figures_unit_total
where era = %s and level = %s{parent}
group by unit, dose_number, dated order by unit, dose_number"""


def doses_by_day(unit: Unit = NATION, *, clock: Clock = Clock.DOSE, first: date, last: date) -> list[DayDoses]:
    """Return the doses of a unit on each business day from `first` to `last`, days without any included.

    By the day on which they were given, or by the day on which the center learned of them. Doses in the class "date
    unknown" are in no day of the first kind.
    """
    found = dict(database.rows(_day_query(unit.level, clock), (*_place_of(unit), first, last)))
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [DayDoses(day=day, doses=found.get(day, 0)) for day in days]


def doses_on(level: Level, units: Collection[str], *, days: Sequence[date], era: str = "2021") -> dict[str, list[int]]:
    """Return how many doses were given in each of these units on each of these days, as known now; noughts included."""
    if level in _SUMMED_DAILY:
        source = (
            "c.unit as place from figures_unit_day c where c.era = %s and c.level = %s and c.unit = any(%b::text[])"
        )
        where: tuple[object, ...] = (era, level, arrays.texts(sorted(units)))
    elif level is Level.SITE:
        source, where = (
            "c.site as place from figures_site_day c where c.site = any(%b::text[])",
            (arrays.texts(sorted(units)),),
        )
    else:
        source = (
            "s.commune as place from figures_site s join figures_site_day c using (site) "
            "where s.era = %s and s.commune = any(%b::text[])"
        )
        where = (era, arrays.texts(sorted(units)))
    found = {
        (unit, day): doses
        for unit, day, doses in database.rows(
            f"select place, day, sum(doses)::int8 from (select c.day, c.doses, {source} and c.day = any(%b::date[])) x "
            "group by place, day",
            [*where, arrays.dates(list(days))],
        )
    }
    return {unit: [found.get((unit, day), 0) for day in days] for unit in units}


def _place_of(unit: Unit) -> tuple[str, ...]:
    if unit.level in _SUMMED_DAILY:
        return unit
    return (unit.code,) if unit.level is Level.SITE else (unit.era, unit.code)


def _day_query(level: Level, clock: Clock) -> str:
    own, summed = {
        Clock.DOSE: ("figures_site_day", "figures_unit_day"),
        Clock.ENTRY: ("figures_entry_day", "figures_unit_entry_day"),
    }[clock]
    if level in _SUMMED_DAILY:
        source = f"{summed} as c where era = %s and level = %s and unit = %s"
    elif level is Level.SITE:
        source = f"{own} as c where site = %s"
    else:
        source = f"{own} as c join figures_site using (site) where era = %s and commune = %s"
    return f"select c.day, sum(c.doses)::int8 from {source} and c.day between %s and %s group by c.day"


def doses_by_delay(unit: Unit = NATION, *, first: date, last: date) -> dict[Delay, int]:
    """Return the doses of a country, province or district that the center learned in these days, by how late it was."""
    if unit.level not in _SUMMED_DAILY:
        raise ValueError(f"no delays are summed at the level {unit.level}")
    found = dict(database.rows(_BY_DELAY, (*unit, first, last)))
    return {delay: found.get(delay.value, 0) for delay in Delay}


_BY_DELAY = """
select delay, sum(doses)::int8 from figures_unit_entry_day
where era = %s and level = %s and unit = %s and day between %s and %s group by delay"""


def doses_by_group(unit: Unit = NATION) -> dict[str, int]:
    """Return all doses given in a unit, or at a site, by the code of the target group that was told at the arrival."""
    return dict(database.rows(_GROUPS, unit))


_GROUPS = """
select target_group, doses from figures_group_total where era = %s and level = %s and unit = %s order by target_group"""


def doses_by_age(unit: Unit = NATION) -> dict[str, int]:
    """Return all doses given in a unit, or at a site, by the age band on the day of the dose: youngest first, unknown last.

    A band without any dose is not there.
    """
    found = dict(database.rows(_AGES, unit))
    return {band: found[band] for band in (*(band.code for band in age_bands()), UNKNOWN) if band in found}


_AGES = """
select age_band, doses from figures_age_total where era = %s and level = %s and unit = %s"""
