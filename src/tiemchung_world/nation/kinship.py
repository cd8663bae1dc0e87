"""People who are easily taken for one another: twins of one household, and namesakes born on one day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tiemchung_world import facts
from tiemchung_world.population import Population, personal_numbers, unnumbered

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from tiemchung_world.nation.noise import Truth

NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class Nation:
    """True people, who of them the register knows, and what becomes of some of them afterwards.

    `twin` and `namesake` hold the place of the other one, or -1; `newly_numbered` persons get the numbers `new_numbers`.
    """

    people: Population
    registered: NDArray[np.bool_]
    twin: NDArray[np.int64]
    namesake: NDArray[np.int64]
    died: NDArray[np.int64]
    moved: NDArray[np.int64]
    newly_numbered: NDArray[np.int64]
    new_numbers: NDArray[np.int64]


def nation(count: int, *, seed: int, province: str, on: date, truth: Truth) -> Nation:
    """Draw so many people of a province as the noise file's [truth] says. Raises ValueError where too few can be alike."""
    people = unnumbered(count, rng=np.random.default_rng([seed, 20]), province=province, on=on)
    rng = np.random.default_rng([seed, 21])
    twin = _make_twins(people, pairs=round(truth.twins * count / 2), rng=rng)
    namesake = _make_namesakes(people, twin=twin, pairs=round(truth.namesakes * count / 2), rng=rng)
    absent = rng.choice(count, size=round(truth.absent * count), replace=False, shuffle=False)
    registered = np.ones(count, dtype=bool)
    registered[absent] = False
    known = np.flatnonzero(registered)
    sizes = [round(share * count) for share in (truth.died, truth.moved, truth.renumbered)]
    changed = _some(known, sum(sizes), what="died, moved and renumbered", rng=rng)
    died, moved, renumbered = np.split(changed, np.cumsum(sizes)[:2])
    numbers = personal_numbers(
        np.concatenate([people.born, people.born[renumbered]]),
        np.concatenate([people.female, people.female[renumbered]]),
        province=province,
        rng=rng,
    )
    return Nation(
        people=replace(people, personal_number=numbers[:count]),
        registered=registered,
        twin=twin,
        namesake=namesake,
        died=died,
        moved=moved,
        newly_numbered=renumbered,
        new_numbers=numbers[count:],
    )


def _make_twins(people: Population, *, pairs: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Make neighbors of one household twins: one birth day, sex, family and middle name; two given names and numbers."""
    twin = np.full(len(people), NOBODY, dtype=np.int64)
    heads = heads_of(people)
    # Every second place only: so no two pairs share a person.
    first = np.arange(0, len(people) - 1, 2)
    fit = (people.household[first] == people.household[first + 1]) & ~heads[first] & ~heads[first + 1]
    one = _some(first[fit], pairs, what="twins", rng=rng)
    other = one + 1
    _copy(people, one, other, fields=("born", "female", "family", "middle", "given", "phone"))
    women = people.female[other]
    for female in (False, True):
        of_sex = other[women == female]
        names = len(facts.name_parts("given", "F" if female else "M").texts)
        people.given[of_sex] = (people.given[of_sex] + 1 + rng.integers(0, names - 1, len(of_sex))) % names
    people.old_card[other[people.old_card[one] < 0]] = NOBODY
    twin[one], twin[other] = other, one
    return twin


def _make_namesakes(
    people: Population, *, twin: NDArray[np.int64], pairs: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Give people of two households the same full name, sex and birth day. Heads and twins stay as they are."""
    namesake = np.full(len(people), NOBODY, dtype=np.int64)
    free = np.flatnonzero(~heads_of(people) & (twin == NOBODY))
    chosen = _some(free, 2 * pairs, what="namesakes", rng=rng)
    one, other = chosen[:pairs], chosen[pairs:]
    apart = people.household[one] != people.household[other]
    one, other = one[apart], other[apart]
    _copy(people, one, other, fields=("born", "female", "family", "middle", "given"))
    people.old_card[other[people.old_card[one] < 0]] = NOBODY
    namesake[one], namesake[other] = other, one
    return namesake


def heads_of(people: Population) -> NDArray[np.bool_]:
    """Tell who heads a household: the first of each."""
    heads = np.ones(len(people), dtype=bool)
    heads[1:] = people.household[1:] != people.household[:-1]
    return heads


def _some(of: NDArray[np.int64], count: int, *, what: str, rng: np.random.Generator) -> NDArray[np.int64]:
    if count > len(of):
        raise ValueError(f"[truth]: {what} asks for {count} persons where {len(of)} can be")
    return rng.choice(of, size=count, replace=False)


def _copy(people: Population, one: NDArray[np.int64], other: NDArray[np.int64], *, fields: tuple[str, ...]) -> None:
    for field in fields:
        column = getattr(people, field)
        column[other] = column[one]
