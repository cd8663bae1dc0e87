"""What rows say about people: mostly the truth, with slips in exact counts as the noise file has them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from tiemchung.kernel.names import name_key
from tiemchung_world import facts
from tiemchung_world.nation.kinship import NOBODY, heads_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tiemchung_world.nation.kinship import Nation
    from tiemchung_world.nation.noise import Listed, Records
    from tiemchung_world.population import Population

PERSONAL_DIGITS: Final = 12
NO_MARKS: Final = 1
CAPITALS: Final = 2
SWAPPED: Final = 4


class Birth(IntEnum):
    """How a birth date was written."""

    TRUE = 0
    YEAR_ONLY = 1
    NEW_YEAR = 2
    WRONG = 3


class Number(IntEnum):
    """Which number was written."""

    TRUE = 0
    NONE = 1
    WRONG_DIGIT = 2
    ANOTHERS = 3
    OLD_CARD = 4
    MALFORMED = 5


class Phone(IntEnum):
    """Whose phone was written."""

    OWN = 0
    RELATIVES = 1
    NONE = 2


class State(IntEnum):
    """What a register would say of a record."""

    RIGHT = 0
    WRONG = 1
    NO_NUMBER = 2
    NOT_CHECKED = 3


class Field(IntEnum):
    """Which field of a wrong record is wrong; of somebody absent from the register, none is."""

    NOTHING = 0
    NAME = 1
    BORN = 2
    NUMBER = 3
    SEX = 4


@dataclass(frozen=True, kw_only=True)
class Written:
    """Rows about the people `who`, one element of every column each.

    `typed` is a sum of `NO_MARKS`, `CAPITALS` and `SWAPPED` (the given name first); `born` is what a year
    alone is a part of; `digit` and `shift` say where a wrong digit stands and by how much it is off.
    """

    who: NDArray[np.int64]
    typed: NDArray[np.int8]
    given: NDArray[np.int16]
    born: NDArray[np.datetime64]
    birth: NDArray[np.int8]
    female: NDArray[np.bool_]
    number: NDArray[np.int8]
    personal_number: NDArray[np.int64]
    digit: NDArray[np.int8]
    shift: NDArray[np.int8]
    phone_of: NDArray[np.int8]
    phone: NDArray[np.int64]
    commune: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.who)


def write_list(nation: Nation, *, noise: Listed, rng: np.random.Generator) -> Written:
    """Return a list of everybody, some of them twice, in no order."""
    everybody = len(nation.people)
    again = rng.choice(everybody, size=round(noise.again * everybody), replace=False, shuffle=False)
    who = rng.permutation(np.concatenate([np.arange(everybody), again]))
    people, rows = nation.people, len(who)
    typed = exactly(rows, [noise.no_marks], rng=rng)
    typed += CAPITALS * exactly(rows, [noise.capitals], rng=rng)
    typed += SWAPPED * exactly(rows, [noise.swapped], rng=rng)
    birth = exactly(rows, [noise.year_only, noise.new_year, noise.wrong_birth], rng=rng)
    born = people.born[who]
    _misdate(born, np.flatnonzero(birth == Birth.WRONG), rng=rng)
    new_year = birth == Birth.NEW_YEAR
    born[new_year] = born[new_year].astype("datetime64[Y]").astype("datetime64[D]")
    number = exactly(
        rows,
        [noise.no_number, noise.wrong_digit, noise.anothers_number, noise.old_card, noise.malformed_number],
        rng=rng,
    )
    # Whoever never had an old card shows the number they have.
    number[(number == Number.OLD_CARD) & (people.old_card[who] == NOBODY)] = Number.TRUE
    phone_of = exactly(rows, [noise.relatives_phone, noise.no_phone], rng=rng)
    return Written(
        who=who,
        typed=typed,
        given=people.given[who],
        born=born,
        birth=birth,
        female=people.female[who] ^ exactly(rows, [noise.wrong_sex], rng=rng).astype(bool),
        number=number,
        personal_number=_numbers(people, who, number, rng=rng),
        digit=rng.integers(0, PERSONAL_DIGITS, rows, dtype=np.int8),
        shift=rng.integers(1, 10, rows, dtype=np.int8),
        phone_of=phone_of,
        phone=np.where(phone_of == Phone.RELATIVES, _relatives_phones(people, who), people.phone[who]),
        commune=_elsewhere(people, who, exactly(rows, [noise.elsewhere], rng=rng).astype(bool), rng=rng),
    )


def write_records(
    nation: Nation, *, noise: Records, rng: np.random.Generator
) -> tuple[Written, NDArray[np.int8], NDArray[np.int8]]:
    """Return older records of some people, with the state of each and the field that is wrong in it.

    Raises ValueError where more of them are absent from the register than may be wrong.
    """
    people = nation.people
    rows = round(noise.of_persons * len(people))
    who = rng.permutation(len(people))[:rows]
    state = _states(nation.registered[who], noise.shares, rng=rng)
    field = np.zeros(rows, dtype=np.int8)
    mistaken = np.flatnonzero((state == State.WRONG) & nation.registered[who])
    field[mistaken] = 1 + exactly(len(mistaken), noise.weights[1:], rng=rng)
    born, given = people.born[who], people.given[who]
    _misdate(born, np.flatnonzero(field == Field.BORN), rng=rng)
    misnamed = np.flatnonzero(field == Field.NAME)
    given[misnamed] = _other_names(given[misnamed], female=people.female[who[misnamed]])
    number = np.where(field == Field.NUMBER, Number.WRONG_DIGIT, Number.TRUE).astype(np.int8)
    without = np.flatnonzero(state == State.NO_NUMBER)
    number[without] = np.where(exactly(len(without), [0.5], rng=rng) == 1, Number.MALFORMED, Number.NONE)
    written = Written(
        who=who,
        typed=np.zeros(rows, dtype=np.int8),
        given=given,
        born=born,
        birth=np.where(field == Field.BORN, Birth.WRONG, Birth.TRUE).astype(np.int8),
        female=people.female[who] ^ (field == Field.SEX),
        number=number,
        personal_number=people.personal_number[who],
        digit=rng.integers(0, PERSONAL_DIGITS, rows, dtype=np.int8),
        shift=rng.integers(1, 10, rows, dtype=np.int8),
        phone_of=np.zeros(rows, dtype=np.int8),
        phone=people.phone[who],
        commune=people.commune[who],
    )
    return written, state, field


def exactly(count: int, shares: Sequence[float], *, rng: np.random.Generator) -> NDArray[np.int8]:
    """Return 1 for the first share of so many rows, 2 for the second and so on, 0 for the rest: exact counts, drawn places."""
    kinds = np.zeros(count, dtype=np.int8)
    done = 0.0
    first = 0
    for kind, share in enumerate(shares, start=1):
        done += share
        last = min(count, round(done * count))
        kinds[first:last] = kind
        first = last
    rng.shuffle(kinds)
    return kinds


def _states(
    registered: NDArray[np.bool_], shares: tuple[float, float, float, float], *, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Draw states in exact counts, such that everybody absent from the register is wrong or has no usable number."""
    state = exactly(len(registered), shares[1:], rng=rng)
    absent = np.flatnonzero(~registered & ((state == State.RIGHT) | (state == State.NOT_CHECKED)))
    present = np.flatnonzero(registered & (state == State.WRONG))
    if len(absent) > len(present):
        raise ValueError("[records]: more persons are absent from the register than records are wrong")
    changed = present[: len(absent)]
    state[absent], state[changed] = state[changed], state[absent]
    return state


def _misdate(born: NDArray[np.datetime64], rows: NDArray[np.int64], *, rng: np.random.Generator) -> None:
    """Write another day: day and month swapped where that is one, else the year before."""
    days = born[rows]
    months = days.astype("datetime64[M]")
    day = (days - months.astype("datetime64[D]")).astype(np.int64)
    years = months.astype("datetime64[Y]")
    month = (months - years.astype("datetime64[M]")).astype(np.int64)
    swapped = (years.astype("datetime64[M]") + day % 12).astype("datetime64[D]") + month
    can = (day < 12) & (day != month) & (rng.random(len(rows)) < 0.5)  # noqa: PLR2004 - the months of a year
    # Of 29 February it makes 1 March, another day as well.
    earlier = (months - 12).astype("datetime64[D]") + day
    born[rows] = np.where(can, swapped, earlier)


def _other_names(given: NDArray[np.int16], *, female: NDArray[np.bool_]) -> NDArray[np.int16]:
    """Return another given name of the same sex for each."""
    return np.where(
        female, _next_name("F")[given % len(_next_name("F"))], _next_name("M")[given % len(_next_name("M"))]
    )


@cache
def _next_name(sex: str) -> NDArray[np.int16]:
    """Return for each given name the place of the next one that is another name without its marks too."""
    keys = [name_key(text) for text in facts.name_parts("given", sex).texts]
    places = range(len(keys))
    return np.array(
        [next(other for other in (*places[at:], *places[:at]) if keys[other] != keys[at]) for at in places],
        dtype=np.int16,
    )


def _numbers(
    people: Population, who: NDArray[np.int64], number: NDArray[np.int8], *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return everybody's own number, or another's where the row is to have one."""
    step = 1 + rng.integers(0, len(people) - 1)
    theirs = np.where(number == Number.ANOTHERS, (who + step) % len(people), who)
    return people.personal_number[theirs]


def _relatives_phones(people: Population, who: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the line of the household's head; for whoever has that one anyway, of the next household's."""
    first = np.flatnonzero(heads_of(people))
    household = people.household[who]
    of_head = people.phone[first[household]]
    of_next = people.phone[first[(household + 1) % len(first)]]
    return np.where(of_head == people.phone[who], of_next, of_head)


def _elsewhere(
    people: Population, who: NDArray[np.int64], moved: NDArray[np.bool_], *, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Return everybody's commune, or another one of the province."""
    communes = len(people.communes)
    commune = people.commune[who].astype(np.int64)
    step = 1 + rng.integers(0, communes - 1, int(moved.sum()))
    commune[moved] = (commune[moved] + step) % communes
    return commune.astype(np.int16)
