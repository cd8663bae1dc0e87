"""People who do not exist: households in real communes, with names, birth dates and numbers of the right form.

Everything is drawn from a seed, so that two runs meet the same people. What a person *is* (the truth) stays here; what
a site *writes down* about them, with the slips of a busy desk, is made by `tiemchung_world.desk`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from tiemchung_world import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ADULT_AGE: Final = 18
CARD_AGE: Final = 14
"""Younger people have a personal number without a card (identifier_rules)."""

HOUSEHOLD_SIZES: Final = (1, 2, 3, 4, 5, 6)
HOUSEHOLD_SHARES: Final = (0.10, 0.18, 0.23, 0.26, 0.14, 0.09)
"""Shares of households by size; ours."""
SAME_FAMILY_NAME: Final = 0.70
"""Share of a household's members who bear the head's family name (wives keep their own); ours."""
BORN_IN_PROVINCE: Final = 0.60
"""Share registered at birth in the province where they live; the rest by the size of the provinces; ours."""
WITHOUT_OWN_PHONE: Final = 0.18
"""Share of adults who give the household's phone as theirs; ours. Children and people over 70 always do."""
OLD_AGE: Final = 70

_DAYS_OF_YEAR: Final = 365.2425
_SERIALS: Final = 1_000_000
_STRIDE: Final = 387_419
"""Coprime to a million: counting in this stride visits every serial once before any comes again."""
_LINES: Final = 10_000_000
_LINE_STRIDE: Final = 3_871_093
"""Coprime to ten million, the subscribers of one prefix."""
_CENTURIES: Final = (1900, 2000)
_SLICES: Final = 4_096


@dataclass(frozen=True, kw_only=True)
class Population:
    """True people, one element of every column each; texts are made when somebody needs them.

    `born` counts days (datetime64[D]); `commune` is an index into `communes`; `personal_number` and `old_card` are the
    numbers without their leading zeros (`old_card` -1 for nobody's); `phone` lacks its leading zero.
    """

    province: str
    household: NDArray[np.int32]
    family: NDArray[np.int16]
    middle: NDArray[np.int16]
    given: NDArray[np.int16]
    female: NDArray[np.bool_]
    born: NDArray[np.datetime64]
    commune: NDArray[np.int16]
    personal_number: NDArray[np.int64]
    old_card: NDArray[np.int64]
    phone: NDArray[np.int64]
    communes: tuple[facts.Commune, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.female)

    def names(self, who: NDArray[np.int64]) -> list[str]:
        """Return the full names of these people, with their marks, composed (NFC)."""
        female = self.female[who]
        family = facts.name_parts("family", "M").texts[self.family[who]]
        middle = _by_sex("middle", self.middle[who], female=female)
        given = _by_sex("given", self.given[who], female=female)
        return [f"{f} {m} {g}" for f, m, g in zip(family, middle, given, strict=True)]

    def ages_on(self, day: date) -> NDArray[np.int64]:
        """Return everybody's age in whole years on this day."""
        return ages(self.born, day)


def ages(born: NDArray[np.datetime64], day: date) -> NDArray[np.int64]:
    """Return whole years lived on a day by people born on these days."""
    months = born.astype("datetime64[M]")
    day_of_month = (born - months.astype("datetime64[D]")).astype(np.int64)
    lived = np.datetime64(day, "M").astype(np.int64) - months.astype(np.int64)
    whole: NDArray[np.int64] = (lived - (day_of_month > day.day - 1)) // 12
    return whole


def populate(count: int, *, seed: int | Sequence[int], province: str, on: date, wards: int | None = None) -> Population:
    """Draw `count` people who live in a province on a day, in all of its communes or in so many of them."""
    rng = np.random.default_rng(seed)
    people = unnumbered(count, rng=rng, province=province, on=on, wards=wards)
    return replace(people, personal_number=personal_numbers(people.born, people.female, province=province, rng=rng))


def unnumbered(
    count: int, *, rng: np.random.Generator, province: str, on: date, wards: int | None = None
) -> Population:
    """Draw people without their personal numbers, which are made of birth and sex: for whoever changes these first."""
    household, heads = _households(count, rng=rng)
    age, female = _ages_and_sexes(heads, rng=rng)
    born = np.datetime64(on, "D") - (age * _DAYS_OF_YEAR + rng.uniform(1, 365, count)).astype(np.int64)
    communes = facts.communes_of(province)
    if wards is not None:
        communes = facts.spread(communes, wards)
    return Population(
        province=province,
        household=household,
        family=_family_names(household, heads, rng=rng),
        middle=_names_by_sex("middle", female, rng=rng),
        given=_names_by_sex("given", female, rng=rng),
        female=female,
        born=born,
        commune=_communes(household, len(communes), rng=rng),
        personal_number=np.zeros(count, dtype=np.int64),
        old_card=_old_cards(age, rng=rng),
        phone=_phones(household, heads, age, rng=rng),
        communes=communes,
    )


def _by_sex(part: str, index: NDArray[np.int16], *, female: NDArray[np.bool_]) -> NDArray[np.object_]:
    men, women = facts.name_parts(part, "M").texts, facts.name_parts(part, "F").texts
    both = np.concatenate([men, women])
    return both[index + np.where(female, len(men), 0)]


def _draw(shares: NDArray[np.float64], count: int, *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw indexes by shares through the inverse of their sums: many times faster than `Generator.choice`.

    A guide tells for each slice of the numbers from 0 to 1 where its first one falls; few fall later.
    """
    sums = np.cumsum(shares)
    sums[-1] = np.inf
    guide = np.searchsorted(sums, np.arange(_SLICES) / _SLICES, side="right")
    drawn = rng.random(count)
    index = guide.take((drawn * _SLICES).astype(np.int64))
    later = np.flatnonzero(sums.take(index) <= drawn)
    while len(later):
        index[later] += 1
        later = later[sums.take(index[later]) <= drawn[later]]
    return index


def _households(count: int, *, rng: np.random.Generator) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return everybody's household and who heads one: the first of each."""
    sizes = np.array(HOUSEHOLD_SIZES)[_draw(np.array(HOUSEHOLD_SHARES), count, rng=rng)]
    household = np.repeat(np.arange(count, dtype=np.int32), sizes)[:count]
    heads = np.ones(count, dtype=bool)
    heads[1:] = household[1:] != household[:-1]
    return household, heads


def _ages_and_sexes(
    heads: NDArray[np.bool_], *, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give every household an adult head, and everybody else ages such that all together follow the pyramid."""
    pyramid = facts.age_pyramid()
    adults = np.where(pyramid.youngest >= ADULT_AGE, pyramid.shares, 0)
    of_heads = adults / adults.sum()
    of_others = np.clip(pyramid.shares * len(heads) - of_heads * heads.sum(), 0, None)
    cell = np.empty(len(heads), dtype=np.int64)
    cell[heads] = _draw(of_heads, int(heads.sum()), rng=rng)
    if not heads.all():
        cell[~heads] = _draw(of_others / of_others.sum(), int((~heads).sum()), rng=rng)
    width = pyramid.oldest[cell] - pyramid.youngest[cell] + 1
    return pyramid.youngest[cell] + (rng.random(len(heads)) * width).astype(np.int64), pyramid.female[cell]


def _family_names(
    household: NDArray[np.int32], heads: NDArray[np.bool_], *, rng: np.random.Generator
) -> NDArray[np.int16]:
    own = _draw(facts.name_parts("family", "M").shares, len(heads), rng=rng).astype(np.int16)
    shares_it = rng.random(len(heads)) < SAME_FAMILY_NAME
    return np.where(shares_it, own[heads][household], own)


def _names_by_sex(part: str, female: NDArray[np.bool_], *, rng: np.random.Generator) -> NDArray[np.int16]:
    index = np.empty(len(female), dtype=np.int16)
    for sex, of_sex in (("M", ~female), ("F", female)):
        index[of_sex] = _draw(facts.name_parts(part, sex).shares, int(of_sex.sum()), rng=rng)
    return index


def _communes(household: NDArray[np.int32], communes: int, *, rng: np.random.Generator) -> NDArray[np.int16]:
    """Spread households over communes of unequal size. The sizes are drawn: no source gives those of 2021."""
    weights = rng.lognormal(sigma=0.5, size=communes)
    home = _draw(weights / weights.sum(), int(household[-1]) + 1, rng=rng).astype(np.int16)
    return home[household]


def personal_numbers(
    born: NDArray[np.datetime64], female: NDArray[np.bool_], *, province: str, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Make personal numbers by the published rule: province of birth, century and sex, year of birth, serial."""
    prefixes, shares = facts.birth_prefixes()
    elsewhere = prefixes[_draw(shares, len(born), rng=rng)]
    prefix = np.where(rng.random(len(born)) < BORN_IN_PROVINCE, facts.prefix_of(province), elsewhere)
    year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    century_sex = (year - _CENTURIES[0]) // 100 * 2 + female
    stem = (prefix * 10 + century_sex) * 100 + year % 100
    # Prefixes are below 100, and only four of ten digits of century and sex occur: sixteen bits, which sort ten times faster.
    narrow = ((prefix * 4 + century_sex) * 100 + year % 100).astype(np.uint16)
    order = np.argsort(narrow, kind="stable")
    return stem * _SERIALS + _serials(stem, order, first=int(rng.integers(_SERIALS)))


def _serials(stem: NDArray[np.int64], order: NDArray[np.int64], *, first: int) -> NDArray[np.int64]:
    """Number the people of one stem so that no two get the same serial, and neighbors no neighboring ones."""
    ordered = stem[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    rank = np.empty(len(stem), dtype=np.int64)
    rank[order] = np.arange(len(stem)) - np.repeat(starts, np.diff(np.append(starts, len(stem))))
    return (first + rank * _STRIDE + stem) % _SERIALS


def _old_cards(age: NDArray[np.int64], *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Give everybody of card age or older the nine-digit number they once had; its digits carry no meaning here."""
    count = len(age)
    number = (int(rng.integers(_LINES)) + np.arange(count) * _LINE_STRIDE) % _LINES + 10_000_000 * rng.integers(
        0, 38, count
    )
    return np.where(age >= CARD_AGE, number, -1)


def _phones(
    household: NDArray[np.int32], heads: NDArray[np.bool_], age: NDArray[np.int64], *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Give everybody a line of their own or the head's: a phone is not a person."""
    count = len(age)
    prefixes = facts.mobile_prefixes()
    line = (int(rng.integers(_LINES)) + np.arange(count) * _LINE_STRIDE) % _LINES
    own = prefixes[rng.integers(len(prefixes), size=count)] * _LINES + line
    shares_it = (age < CARD_AGE) | (age >= OLD_AGE) | (rng.random(count) < WITHOUT_OWN_PHONE)
    return np.where(shares_it & ~heads, own[heads][household], own)
