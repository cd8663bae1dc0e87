"""`tiemchung population generate`: a population in files, the truth apart from what the register and the lists say.

```
DIR/truth/persons.csv   who there is, with household, twin and namesake, and whether the register knows them
DIR/truth/list.csv      for each row of the list: the person, and the slip of each field
DIR/truth/records.csv   for each older record: the person, what a register would say, which field is wrong
DIR/register.csv        the population register (`tiemchung population-register --people FILE`)
DIR/changes.csv         what the register is told afterwards: deaths, moves, new numbers
DIR/list.csv            a list as communes bring it
DIR/records.csv         records as the platform has them already
```
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from tiemchung_world import facts
from tiemchung_world.desk import without_marks
from tiemchung_world.nation import sheets
from tiemchung_world.nation.kinship import NOBODY, Nation, nation
from tiemchung_world.nation.noise import Noise, load_noise
from tiemchung_world.nation.written import (
    CAPITALS,
    NO_MARKS,
    PERSONAL_DIGITS,
    SWAPPED,
    Birth,
    Field,
    Number,
    Phone,
    State,
    Written,
    write_list,
    write_records,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from enum import IntEnum

    from numpy.typing import NDArray

    from tiemchung_world.population import Population

    Columns: TypeAlias = list[NDArray[np.bytes_]]

FEWEST: Final = 100
MOST: Final = 10_000_000
"""Persons at once: as many as one prefix has telephone lines."""
ON: Final = date(2021, 9, 13)
"""The day on which ages are counted; the first day of the replayed phase."""
PERSON_DIGITS: Final = 8
_ZERO: Final = np.array([b"0"])
HEADER: Final = "Họ và tên,Ngày sinh,Giới tính,Số giấy tờ,Điện thoại,Địa chỉ\n"
"""As the workbench's template has it; the address is a commune's code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Write a population; return 0, or 2 for a noise file that cannot be read or followed."""
    told = _parser().parse_args(argv)
    began = time.process_time()
    try:
        noise = load_noise(told.noise)
        generate(told.persons, seed=told.seed, noise=noise, province=told.province, out=told.out)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 2
    spent = time.process_time() - began
    print(f"{told.persons} persons in {spent:.2f} CPU s: {told.persons / spent:,.0f} a CPU second")  # noqa: T201 - same
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiemchung population", description="Make people who do not exist.")
    words = parser.add_subparsers(required=True)
    made = words.add_parser("generate", help="write a population, its register, a list and older records")
    made.add_argument("--persons", type=_count, required=True, metavar="N")
    made.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed makes the same people")
    made.add_argument("--noise", type=Path, metavar="FILE", help="how much goes wrong (default: noise_2021.toml)")
    made.add_argument("--province", default="79", choices=facts.provinces(), metavar="CODE", help="a code of 2021")
    made.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


def _count(text: str) -> int:
    count = int(text)
    if not FEWEST <= count <= MOST:
        raise argparse.ArgumentTypeError(f"from {FEWEST} to {MOST}")
    return count


def generate(count: int, *, seed: int, noise: Noise, province: str, out: Path) -> None:
    """Write a whole population below `out`; the same arguments write the same bytes."""
    made = nation(count, seed=seed, province=province, on=ON, truth=noise.truth)
    listed = write_list(made, noise=noise.list, rng=np.random.default_rng([seed, 22]))
    records, states, fields = write_records(made, noise=noise.records, rng=np.random.default_rng([seed, 23]))
    (out / "truth").mkdir(parents=True, exist_ok=True)
    _write_people(made, out=out)
    _write(out / "changes.csv", "day,what,number,becomes\n", _changes(made, rng=np.random.default_rng([seed, 24])))
    _write(out / "list.csv", HEADER, _rows(made.people, listed))
    _write(out / "records.csv", HEADER, _rows(made.people, records))
    _write(out / "truth" / "list.csv", "row,person,name,born,number,sex,phone,home\n", _slips(made.people, listed))
    _write(out / "truth" / "records.csv", "row,person,state,wrong\n", _outcomes(records, states, fields))


def _write(path: Path, header: str, pieces: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        file.write(header.encode())
        file.writelines(pieces)


def _write_people(made: Nation, *, out: Path) -> None:
    """Write the truth and the register side by side: most of a row is the same in both."""
    people = made.people
    known = sheets.texts(["no", "yes"])
    with (out / "truth" / "persons.csv").open("wb") as truth, (out / "register.csv").open("wb") as register:
        register.write(b"number,old_number,name,born,sex,commune\n")
        truth.write(b"number,old_number,name,born,sex,commune,person,household,phone,registered,twin,namesake\n")
        for piece in sheets.chunks(len(people)):
            who = np.arange(piece.start, piece.stop)
            shared = sheets.beside(_identity(people, who), sign=b",")
            there = made.registered[piece]
            register.write(sheets.lines([shared[there]]))
            own: Columns = [
                sheets.digits(who, PERSON_DIGITS),
                sheets.digits(people.household[piece].astype(np.int64), PERSON_DIGITS),
                _phones(people.phone[piece]),
                known.take(there.astype(np.int8)),
                _other_person(made.twin[piece]),
                _other_person(made.namesake[piece]),
            ]
            truth.write(sheets.lines([shared, *own]))


def _identity(people: Population, who: NDArray[np.int64]) -> Columns:
    plain = np.zeros(len(who), dtype=np.int8)
    old = people.old_card[who]
    return [
        sheets.digits(people.personal_number[who], PERSONAL_DIGITS),
        sheets.blanked(sheets.digits(np.maximum(old, 0), 9), old == NOBODY),
        _names(people, who, typed=plain, given=people.given[who]),
        sheets.iso_days(people.born[who]),
        sheets.texts(["male", "female"]).take(people.female[who].astype(np.int8)),
        _communes(people).take(people.commune[who]),
    ]


def _other_person(other: NDArray[np.int64]) -> NDArray[np.bytes_]:
    return sheets.blanked(sheets.digits(np.maximum(other, 0), PERSON_DIGITS), other == NOBODY)


def _communes(people: Population) -> NDArray[np.bytes_]:
    return sheets.texts([commune.code for commune in people.communes])


def _phones(lines: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Return ten digits: numbers are kept without the zero in front."""
    return sheets.beside([_ZERO.repeat(len(lines)), sheets.digits(lines, 9)])


def _rows(people: Population, written: Written) -> Iterator[bytes]:
    """Return rows as a commune types them."""
    sexes = sheets.texts(["Nam", "Nữ"])
    communes = _communes(people)
    for piece in sheets.chunks(len(written)):
        yield sheets.lines(
            [
                _names(people, written.who[piece], typed=written.typed[piece], given=written.given[piece]),
                sheets.spoken_days(written.born[piece], year_only=written.birth[piece] == Birth.YEAR_ONLY),
                sexes.take(written.female[piece].astype(np.int8)),
                _numbers(people, written, piece),
                sheets.blanked(_phones(written.phone[piece]), written.phone_of[piece] == Phone.NONE),
                communes.take(written.commune[piece]),
            ]
        )


def _numbers(people: Population, written: Written, piece: slice) -> NDArray[np.bytes_]:
    kind, number = written.number[piece], written.personal_number[piece].copy()
    slipped = np.flatnonzero(kind == Number.WRONG_DIGIT)
    value = 10 ** (PERSONAL_DIGITS - 1 - written.digit[piece][slipped].astype(np.int64))
    digit = number[slipped] // value % 10
    number[slipped] += ((digit + written.shift[piece][slipped]) % 10 - digit) * value
    column = sheets.digits(number, PERSONAL_DIGITS)
    old = np.flatnonzero(kind == Number.OLD_CARD)
    column[old] = sheets.digits(people.old_card[written.who[piece][old]], 9)
    short = np.flatnonzero(kind == Number.MALFORMED)
    column[short] = column[short].astype("S11")
    return sheets.blanked(column, kind == Number.NONE)


def _names(
    people: Population, who: NDArray[np.int64], *, typed: NDArray[np.int8], given: NDArray[np.int16]
) -> NDArray[np.bytes_]:
    """Return full names as typed: family, middle and given name, or the given name first."""
    female = people.female[who]
    family, middle, last = (
        _part(part, place, female=female, typed=typed)
        for part, place in (("family", people.family[who]), ("middle", people.middle[who]), ("given", given))
    )
    names = sheets.beside([family, middle, last], sign=b" ")
    swapped = np.flatnonzero(typed & SWAPPED)
    if len(swapped):
        names[swapped] = sheets.beside([last[swapped], family[swapped], middle[swapped]], sign=b" ")
    return names


def _part(
    part: str, place: NDArray[np.int16], *, female: NDArray[np.bool_], typed: NDArray[np.int8]
) -> NDArray[np.bytes_]:
    table, men, variant = _name_table(part)
    where = place.astype(np.int64) + variant * (typed & (NO_MARKS | CAPITALS)).astype(np.int64)
    return table.take(where + np.where(female, men, 0))


@cache
def _name_table(part: str) -> tuple[NDArray[np.bytes_], int, int]:
    """Return the texts of a part as the four sums of no marks and capitals show them, men's before women's.

    Beside them: how many are men's (none where both sexes bear the same) and how many one way of showing has.
    """
    men = list(facts.name_parts(part, "M").texts)
    women = [] if part == "family" else list(facts.name_parts(part, "F").texts)
    plain = [*men, *women]
    bare = [without_marks(text) for text in plain]
    shown = [*plain, *bare, *(text.upper() for text in plain), *(text.upper() for text in bare)]
    return sheets.texts(shown), len(men) if women else 0, len(plain)


def _slips(people: Population, written: Written) -> Iterator[bytes]:
    """Return for each row of a list the person, and the slip of each field; nothing where it tells the truth."""
    ways = ("no-marks", "capitals", "swapped")
    names = sheets.texts(["+".join(way for bit, way in enumerate(ways) if sums >> bit & 1) for sums in range(8)])
    births, numbers, phones = (_words(kinds) for kinds in (Birth, Number, Phone))
    sexes, homes = sheets.texts(["", "wrong"]), sheets.texts(["", "elsewhere"])
    for piece in sheets.chunks(len(written)):
        who = written.who[piece]
        yield sheets.lines(
            [
                sheets.digits(np.arange(piece.start, piece.stop), PERSON_DIGITS),
                sheets.digits(who, PERSON_DIGITS),
                names.take(written.typed[piece]),
                births.take(written.birth[piece]),
                numbers.take(written.number[piece]),
                sexes.take((written.female[piece] != people.female[who]).astype(np.int8)),
                phones.take(written.phone_of[piece]),
                homes.take((written.commune[piece] != people.commune[who]).astype(np.int8)),
            ]
        )


def _outcomes(records: Written, states: NDArray[np.int8], fields: NDArray[np.int8]) -> Iterator[bytes]:
    said, wrong = sheets.texts([_word(state) for state in State]), _words(Field)
    for piece in sheets.chunks(len(records)):
        yield sheets.lines(
            [
                sheets.digits(np.arange(piece.start, piece.stop), PERSON_DIGITS),
                sheets.digits(records.who[piece], PERSON_DIGITS),
                said.take(states[piece]),
                wrong.take(fields[piece]),
            ]
        )


def _words(kinds: type[IntEnum]) -> NDArray[np.bytes_]:
    """Return the words of a slip's kinds; the first, the truth, has none."""
    return sheets.texts(["" if kind == 0 else _word(kind) for kind in kinds])


def _word(kind: IntEnum) -> str:
    return kind.name.lower().replace("_", "-")


def _changes(made: Nation, *, rng: np.random.Generator) -> Iterator[bytes]:
    """Return what the register is told in the weeks after: a day, the number known until then, and what becomes of it."""
    people = made.people
    communes = [commune.code for commune in people.communes]
    told: list[tuple[str, str, int, str]] = []
    for what, whom, becomes in (
        ("died", made.died, [""] * len(made.died)),
        ("moved", made.moved, [communes[at] for at in rng.integers(0, len(communes), len(made.moved))]),
        ("renumbered", made.newly_numbered, [f"{number:012}" for number in made.new_numbers.tolist()]),
    ):
        days = np.datetime_as_string(np.datetime64(ON, "D") + rng.integers(1, 120, len(whom))).tolist()
        told += zip(days, [what] * len(whom), people.personal_number[whom].tolist(), becomes, strict=True)
    return (f"{day},{what},{number:012},{new}\n".encode() for day, what, number, new in sorted(told))
