"""What was counted, at every level, and how the reactions stand. Public pages read counters and nothing else."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import TypeVar
from uuid import UUID

from tiemchung.domain.figures.rules import percentile
from tiemchung.domain.figures.values import (
    COUNTRY_CODE,
    SMALLEST_PUBLIC_CELL,
    UNKNOWN,
    AgeBand,
    BandPersons,
    Clock,
    Counted,
    DayDoses,
    Delay,
    DoseKey,
    Level,
    Placed,
    ReactionState,
    Totals,
    Unit,
    UnitDoses,
    UnitPersons,
)
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import Position
from tiemchung.domain.places import queries as geography
from tiemchung.domain.places.values import Era, Site
from tiemchung.domain.places.values import Level as UnitLevel
from tiemchung.plumbing import arrays, database

Axis = TypeVar("Axis", bound=Hashable)

NATION = Unit("2021", Level.COUNTRY, COUNTRY_CODE)
"""The whole country, in the units of 2021."""

_SUMMED_DAILY = frozenset({Level.COUNTRY, Level.PROVINCE, Level.DISTRICT})


# What anybody may see


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
    for code, number, dated, doses in database.rows(*_below(_BY_UNIT, level, parent, era)):
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


def _below(query: str, level: Level, parent: str | None, era: str) -> tuple[str, tuple[str, ...]]:
    """Return a query over a level's units with its parameters; a parent is told in the query, for the index to be used."""
    if parent is None:
        return query.format(parent=""), (era, level)
    return query.format(parent=" and parent = %s"), (era, level, parent)


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
    """Return all doses given in a country, province or district, by the code of the target group."""
    if unit.level not in _SUMMED_DAILY:
        raise ValueError(f"no groups are summed at the level {unit.level}")
    return dict(database.rows(_GROUPS, unit))


_GROUPS = """
select target_group, doses from figures_group_total where era = %s and level = %s and unit = %s order by target_group"""


_BY_GROUP = """
select target_group, sum(doses)::int8 from figures_group_day
where district = %s and day between %s and %s group by target_group order by target_group"""


def persons_by_residence(level: Level, *, parent: str | None = None, era: str = "2021") -> list[UnitPersons]:
    """Return, by where they live, how many persons had at least so many doses. Small cells are hidden (None).

    Where one cell alone would be hidden in a column, the next smallest is hidden with it: the parent's figure would
    tell it otherwise.
    """
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for code, state, persons in database.rows(*_below(_BY_RESIDENCE, level, parent, era)):
        found[code][state] = persons
    return [UnitPersons(code=code, by_dose_number=shown) for code, shown in hide_small(found).items()]


_BY_RESIDENCE = """
select unit, dose_state, sum(doses)::int8 from figures_residence_total
where era = %s and level = %s{parent} group by unit, dose_state order by unit, dose_state"""


def persons_by_age_band(unit: Unit = NATION) -> list[BandPersons]:
    """Return, for the residents of a unit, how many persons of each age band had at least so many doses.

    Every band is there, in the order of age, the unknown last; small cells are hidden (None).
    """
    bands = [*(band.code for band in age_bands()), UNKNOWN]
    found: dict[str, dict[int, int]] = {band: {} for band in bands}
    for band, state, persons in database.rows(_BY_BAND, unit):
        found[band][state] = persons
    return [BandPersons(age_band=band, by_dose_number=shown) for band, shown in hide_small(found).items()]


_BY_BAND = """
select age_band, dose_state, sum(doses)::int8 from figures_residence_total
where era = %s and level = %s and unit = %s group by age_band, dose_state order by age_band, dose_state"""


def hide_small(found: Mapping[str, Mapping[Axis, int]]) -> dict[str, dict[Axis, int | None]]:
    """Hide (None) the cells of persons that the public may not see, column by column, and with one cell the next smallest."""
    hidden: set[tuple[str, Axis]] = set()
    for column in {state for cells in found.values() for state in cells}:
        told = sorted((cells[column], row) for row, cells in found.items() if cells.get(column, 0) > 0)
        small = sum(persons < SMALLEST_PUBLIC_CELL for persons, _ in told)
        hidden |= {(row, column) for _, row in told[: max(small, 2) if small else 0]}
    return {
        row: {column: None if (row, column) in hidden else persons for column, persons in cells.items()}
        for row, cells in found.items()
    }


@cache
def age_bands() -> tuple[AgeBand, ...]:
    """Return the age bands of the reference data, youngest first."""
    with (resources.files("tiemchung.reference") / "age_bands.csv").open(encoding="utf-8") as lines:
        return tuple(
            AgeBand(
                code=row["band"],
                from_years=int(row["from_years"]),
                below_years=int(row["below_years"]) if row["below_years"] else None,
            )
            for row in csv.DictReader(lines)
        )


# How fast doses come in


def doses_by_minute(*, first: datetime, last: datetime) -> dict[datetime, int]:
    """Return how many doses the center took in each minute from `first` to `last`; a minute without any is not there.

    By the day's clock of entry: void and correction do not count back. A day is kept.
    """
    return dict(database.rows("select minute, doses from figures_minute where minute between %s and %s", (first, last)))


def places_of_minutes(minutes: Collection[datetime]) -> dict[datetime, Position]:
    """Return the place in the journal up to which each of these minutes is counted."""
    found = database.rows(_PLACES_OF_MINUTES, (arrays.instants(sorted(minutes)),))
    return {minute: Position(transaction, sequence) for minute, transaction, sequence in found}


_PLACES_OF_MINUTES = "select minute, transaction, sequence from figures_minute where minute = any(%b::timestamptz[])"


# How the reactions stand


def reaction_states() -> list[ReactionState]:
    """Return how every reaction stands that a worker has spoken of, by name."""
    behind = {lag.consumer: lag.behind for lag in journal.lags()}
    waits = lag_steps(lately=True)
    horizon_age = journal.horizon().age
    return [
        ReactionState(
            name=name,
            lag=behind.get(name, timedelta(0)),
            horizon_age=horizon_age,
            last_lag=timedelta(milliseconds=last_lag_ms),
            worst_lag=timedelta(milliseconds=worst_lag_ms),
            p50_lag=percentile(waits.get(name, {}), HALF),
            p99_lag=percentile(waits.get(name, {}), NEARLY_ALL),
            entries=entries,
            seen_at=seen_at,
            failing_since=failing_since,
            error=error,
            set_aside=set_aside,
        )
        for name, last_lag_ms, worst_lag_ms, entries, seen_at, failing_since, error, set_aside in database.rows(_STATES)
    ]


_STATES = """
select name, last_lag_ms, worst_lag_ms, entries, seen_at, failing_since, error,
  (select count(*) from figures_skipped_entry where reaction = name)
from figures_reaction_state order by name"""


LATELY = timedelta(minutes=20)
"""Over which real time the board tells percentiles of lag: two slots of the table, the one that runs and the one before."""
HALF, NEARLY_ALL = 0.5, 0.99


def lag_steps(*, lately: bool = False) -> dict[str, dict[int, int]]:
    """Return for every reaction how many entries it took after a wait of each step (`rules.lag_step`), of the last day."""
    found: dict[str, dict[int, int]] = {}
    window = LATELY if lately else timedelta(days=2)
    for name, step, entries in database.rows(_LAG_STEPS, [window]):
        found.setdefault(name, {})[step] = int(entries)
    return found


_LAG_STEPS = """
select name, step, sum(entries) from figures_reaction_lag where slot > now() - %s group by 1, 2 order by 1, 2"""


def skipped_entries(reaction: str) -> list[UUID]:
    """Return the ids of the entries that this reaction could not take."""
    return [
        entry for (entry,) in database.rows("select entry from figures_skipped_entry where reaction = %s", [reaction])
    ]


# What the counting itself reads


def counted(doses: Collection[DoseKey], *, schema: str | None = None) -> dict[DoseKey, Counted]:
    """Return what these doses are counted as; a dose that counts as nothing is not there.

    `schema` names the side, where a session has a shadow beside the live tables.
    """
    persons = arrays.uuids([dose.person for dose in doses])
    ids = arrays.uuids([dose.dose for dose in doses])
    found = database.rows(_COUNTED.format(schema=f"{schema}." if schema else ""), (persons, ids))
    return {DoseKey(person, dose): Counted._make((*keys, Delay(late))) for person, dose, *keys, late in found}


_COUNTED = """
select d.person_id, d.id, site, given_on, recorded_on, product, dose_number, commune, era, sex, age_band, target_group,
  delay
from unnest(%b::uuid[], %b::uuid[]) as t(person_id, id) join {schema}figures_dose as d using (person_id, id)"""


def counted_doses_of(persons: Collection[UUID], *, schema: str | None = None) -> set[DoseKey]:
    """Return the doses of these persons that are counted."""
    found = database.rows(_COUNTED_OF.format(schema=f"{schema}." if schema else ""), (arrays.uuids(list(persons)),))
    return {DoseKey._make(key) for key in found}


_COUNTED_OF = "select person_id, id from {schema}figures_dose where person_id = any(%b::uuid[])"


def counted_places(sites: Collection[str], *, schema: str | None = None) -> dict[str, list[Placed]]:
    """Return where these sites are counted, one place an era; a site that never counted is not there."""
    found: dict[str, list[Placed]] = defaultdict(list)
    told = _PLACES.format(schema=f"{schema}." if schema else "")
    for site, *place in database.rows(told, (arrays.texts(list(sites)),)):
        found[site].append(Placed._make(place))
    return dict(found)


_PLACES = """
select site, era, province, district, commune from {schema}figures_site where site = any(%b::text[]) order by era"""


def places(sites: Collection[str]) -> dict[str, list[Placed]]:
    """Return where each of these sites lies now, in the units of both eras.

    What nobody knows is an unknown unit: of a site without a row, of the new commune of a split one, of the old units
    of a site that was opened in the new era.
    """
    known = geography.sites_of(sites)
    return {code: _placed_site(known.get(code)) for code in sites}


def _placed_site(site: Site | None) -> list[Placed]:
    old, new = Placed(Era.Y2021, UNKNOWN, UNKNOWN, UNKNOWN), Placed(Era.Y2025, UNKNOWN, "", UNKNOWN)
    if site is None:
        return [old, new]
    if site.era is Era.Y2025:
        return [old, Placed(Era.Y2025, site.province_code, "", site.commune_code)]
    return [
        Placed(Era.Y2021, site.province_code, site.district_code or UNKNOWN, site.commune_code),
        Placed(Era.Y2025, site.heir_province_code or UNKNOWN, "", site.heir_commune_code or UNKNOWN),
    ]


def residences(homes: Collection[tuple[str, str]]) -> dict[tuple[str, str], Placed]:
    """Return where the commune of each (era, code) lies; an unknown commune lies in unknown units."""
    return {(era, commune): _placed_home(era, commune) for era, commune in homes}


def _placed_home(era: str, commune: str) -> Placed:
    path = {unit.level: unit.code for unit in geography.unit_path(commune, era)}
    districts = "" if era == Era.Y2025 else UNKNOWN
    return Placed(era, path.get(UnitLevel.PROVINCE, UNKNOWN), path.get(UnitLevel.DISTRICT, districts), commune)
