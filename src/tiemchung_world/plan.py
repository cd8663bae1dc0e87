"""Who comes when, where and for which dose: the whole phase drawn beforehand, in columns.

A *record* is a person as the platform will know them: usually one to a person, but a second one where nobody at the
site found the first (a duplicate). The true person behind a record is the record's own index below `len(persons)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from tiemchung_world import population
from tiemchung_world.mint import Mint
from tiemchung_world.phase import Phase, instant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiemchung_world.population import Population

ADULTS_AT_LEAST: Final = 0.70
"""A share of adults that the pyramid surpasses: as many people are drawn as this needs."""
HALL: Final = 0
"""Where there is a hall, it is the first site."""
_SIZE_SPREAD: Final = 0.4
"""Standard deviation of the logarithm of sites' sizes; ours."""


@dataclass(frozen=True, kw_only=True)
class Visits:
    """Visits in the order of day, site and arrival, one element of every column each.

    `number` is the true number of the dose, 0 for a visit that ends without one. `met` tells that the record stands
    since an earlier visit, so that no person block is sent.
    """

    day: NDArray[np.int16]
    site: NDArray[np.int16]
    record: NDArray[np.int32]
    product: NDArray[np.int8]
    number: NDArray[np.int8]
    met: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The phase as it will happen: people, their records, and the visits of each day and site."""

    phase: Phase
    seed: int
    run: str
    wave: int
    people: Population = field(repr=False)
    persons: NDArray[np.int64] = field(repr=False)
    """Index into `people` of each true person who comes at all."""
    person_of: NDArray[np.int32] = field(repr=False)
    """True person of each record."""
    record_ids: list[str] = field(repr=False)
    visits: Visits = field(repr=False)
    bounds: NDArray[np.int64] = field(repr=False)
    """First visit of each (day, site), and one past the last."""

    @property
    def days(self) -> list[date]:
        """Return all days of work, those before the phase first."""
        return self.phase.days

    @property
    def days_before(self) -> int:
        """Return how many of the days lie before the phase."""
        return len(self.phase.before.days_before)

    def at(self, day: int, site: int) -> range:
        """Return the visits of one site's day."""
        cell = day * self.phase.sites + site
        return range(int(self.bounds[cell]), int(self.bounds[cell + 1]))

    def truth(self, record: int) -> str:
        """Return the id of the true person of a record: that of the person's first record."""
        return self.record_ids[int(self.person_of[record])]

    def most_doses_a_day(self) -> NDArray[np.int64]:
        """Return each site's busiest day, in visits."""
        counts = np.diff(self.bounds).reshape(len(self.days), self.phase.sites)
        most: NDArray[np.int64] = counts.max(axis=0)
        return most


def draw_plan(phase: Phase, *, seed: int, run: str = "", wave: int = 0) -> Plan:
    """Draw a phase.

    `run` tells two runs of one seed on one platform apart: other ids, the same people. Each `wave` brings other people
    to the same sites and staff.
    """
    rng = np.random.default_rng([seed, 1, wave])
    deferred = round(phase.doses * phase.shares.deferred)
    comers = phase.doses + deferred
    people = population.populate(
        ceil(comers / ADULTS_AT_LEAST),
        seed=[seed, 0, wave],
        province=phase.phase.province,
        on=phase.phase.starts_on,
        wards=phase.wards,
    )
    adults = np.flatnonzero(people.ages_on(phase.days[0]) >= population.ADULT_AGE)
    if len(adults) < comers:
        raise ValueError(f"{len(adults)} adults drawn, {comers} needed")
    persons = adults[:comers]
    site, day = _sites_and_days(phase, people, persons, rng=rng)
    person_of, visits = _visits(phase, site=site, day=day, deferred=deferred, rng=rng)
    cells = visits.day.astype(np.int64) * phase.sites + visits.site
    bounds = np.searchsorted(cells, np.arange(len(phase.days) * phase.sites + 1))
    return Plan(
        phase=phase,
        seed=seed,
        run=run,
        wave=wave,
        people=people,
        persons=persons,
        person_of=person_of,
        record_ids=_record_ids(phase, visits, records=len(person_of), seed=seed, run=run),
        visits=visits,
        bounds=bounds,
    )


def _sites_and_days(
    phase: Phase, people: Population, persons: NDArray[np.int64], *, rng: np.random.Generator
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Call households together: all of one to the same site on the same day of the phase."""
    count = len(persons)
    household = people.household[persons]
    for_hall = min(count, phase.hall_days * phase.hall.doses_a_day)
    in_hall = np.arange(count) < for_hall
    site = np.zeros(count, dtype=np.int16)
    first = 1 if phase.hall_days else 0
    weights = rng.lognormal(sigma=_SIZE_SPREAD, size=phase.sites - first)
    edges = np.round(np.cumsum(weights) / weights.sum() * (count - for_hall)).astype(np.int64)
    by_commune = np.flatnonzero(~in_hall)[np.argsort(people.commune[persons][~in_hall], kind="stable")]
    site[by_commune] = first + np.searchsorted(edges, np.arange(count - for_hall), side="right")
    day = rng.integers(phase.phase.days, size=int(household[-1]) + 1)[household]
    if phase.hall_days:
        day[in_hall] = np.arange(for_hall) // phase.hall.doses_a_day
    return site, (day + len(phase.before.days_before)).astype(np.int16)


def _visits(
    phase: Phase, *, site: NDArray[np.int16], day: NDArray[np.int16], deferred: int, rng: np.random.Generator
) -> tuple[NDArray[np.int32], Visits]:
    """Lay out the visits of the phase and, for second doses, the visits of the first doses before."""
    count = len(site)
    shares, products = phase.shares, phase.products
    gets_dose = np.ones(count, dtype=bool)
    gets_dose[rng.choice(count, size=deferred, replace=False)] = False
    second = gets_dose & (rng.random(count) < shares.second_doses)
    product = rng.choice(len(products), size=count, p=[one.share for one in products]).astype(np.int8)
    other = (product + rng.integers(1, len(products), size=count)) % len(products)
    given = np.where(second & (rng.random(count) < shares.other_product), other, product).astype(np.int8)

    duplicated = np.flatnonzero(second & (rng.random(count) < shares.new_person))
    person_of = np.concatenate([np.arange(count), duplicated]).astype(np.int32)
    record = np.arange(count, dtype=np.int32)
    record[duplicated] = count + np.arange(len(duplicated))

    had_first = np.flatnonzero(second)
    moved = had_first[rng.random(len(had_first)) < shares.elsewhere]
    first_site = site.copy()
    first_site[moved] = rng.integers(phase.sites, size=len(moved))
    met = second.copy()
    met[duplicated] = False

    columns = {
        "day": np.concatenate([_first_days(phase, product[had_first], rng=rng), day]),
        "site": np.concatenate([first_site[had_first], site]),
        "record": np.concatenate([had_first.astype(np.int32), record]),
        "product": np.concatenate([product[had_first], given]),
        "number": np.concatenate([np.ones(len(had_first)), gets_dose.astype(int) + second]).astype(np.int8),
        "met": np.concatenate([np.zeros(len(had_first), dtype=bool), met]),
    }
    order = np.lexsort((columns["record"], columns["site"], columns["day"]))
    return person_of, Visits(**{name: column[order] for name, column in columns.items()})


def _first_days(phase: Phase, product: NDArray[np.int8], *, rng: np.random.Generator) -> NDArray[np.int16]:
    """Draw on which day before the phase each first dose was given, by what its product's table says."""
    ordered = sorted(phase.before.days_before, reverse=True)
    day = np.zeros(len(product), dtype=np.int16)
    for index, one in enumerate(phase.products):
        mine = product == index
        if not mine.any():
            continue
        days, shares = zip(*one.given_before, strict=True)
        drawn = rng.choice([ordered.index(before) for before in days], size=int(mine.sum()), p=shares)
        day[mine] = drawn
    return day


def _record_ids(phase: Phase, visits: Visits, *, records: int, seed: int, run: str) -> list[str]:
    """Make every record's id, stamped with the morning of the day it comes first."""
    first = np.full(records, len(phase.days), dtype=np.int16)
    np.minimum.at(first, visits.record, visits.day)
    opens = [int(instant(day, phase.site.opens).timestamp() * 1000) for day in phase.days]
    mint = Mint("record", seed, run)
    return [mint.id(opens[day]) for day in first.tolist()]
