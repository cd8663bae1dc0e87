"""What a busy desk writes down about a person: mostly the truth, sometimes a year only, a wrong digit, no marks."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

    from tiemchung_world.phase import Slips
    from tiemchung_world.population import Population

_OLD_ENOUGH: Final = np.datetime64("1961-09-13")
"""Born before this day is 60 and over in the phase: birth days were often never written down."""


def write_down(
    people: Population,
    who: NDArray[np.int64],
    *,
    slips: Slips,
    groups: dict[str, float],
    rng: random.Random,
) -> list[dict[str, Any]]:
    """Return the person block of each of these people as one desk types it, slips included."""
    names = people.names(who)
    born = people.born[who]
    old = (born < _OLD_ENOUGH).tolist()
    birth_texts = np.datetime_as_string(born).tolist()
    female = people.female[who].tolist()
    numbers = people.personal_number[who].tolist()
    cards = people.old_card[who].tolist()
    phones = people.phone[who].tolist()
    communes = [people.communes[index].code for index in people.commune[who].tolist()]
    targets = rng.choices(list(groups), weights=list(groups.values()), k=len(who))
    blocks = []
    for index, name in enumerate(names):
        year_only = rng.random() < (slips.year_only_old if old[index] else slips.year_only)
        blocks.append(
            {
                "name": typed_name(name, slips=slips, rng=rng),
                "born": birth_texts[index][:4] if year_only else birth_texts[index],
                "sex": "female" if female[index] else "male",
                "identifiers": _documents(numbers[index], cards[index], slips=slips, rng=rng),
                "phone": None if rng.random() < slips.no_phone else f"0{phones[index]}",
                "commune": None if rng.random() < slips.no_commune else communes[index],
                "target_group": targets[index],
            }
        )
    return blocks


def typed_name(name: str, *, slips: Slips, rng: random.Random) -> str:
    """Return a name as it is typed: some desks leave the marks out, use capitals or send decomposed letters."""
    if rng.random() < slips.no_marks:
        name = without_marks(name)
    if rng.random() < slips.capitals:
        name = name.upper()
    if rng.random() < slips.decomposed:
        name = unicodedata.normalize("NFD", name)
    return name


def without_marks(name: str) -> str:
    """Return a Vietnamese name in bare letters; Đ has no decomposition and is named by hand."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    return bare.replace("đ", "d").replace("Đ", "D")


def wrong_digit(number: str, *, rng: random.Random) -> str:
    """Return a number with one digit mistyped."""
    place = rng.randrange(len(number))
    other = (int(number[place]) + rng.randrange(1, 10)) % 10
    return f"{number[:place]}{other}{number[place + 1 :]}"


def _documents(number: int, card: int, *, slips: Slips, rng: random.Random) -> list[dict[str, str]]:
    shown = rng.random()
    if shown < slips.no_document:
        return []
    new = {"kind": "personal-number", "value": _typed(f"{number:012d}", slips=slips, rng=rng)}
    if card < 0:
        return [new]
    old = {"kind": "old-identity-card", "value": _typed(f"{card:09d}", slips=slips, rng=rng)}
    if shown < slips.no_document + slips.old_card:
        return [old]
    if shown < slips.no_document + slips.old_card + slips.both_cards:
        return [new, old]
    return [new]


def _typed(number: str, *, slips: Slips, rng: random.Random) -> str:
    return wrong_digit(number, rng=rng) if rng.random() < slips.wrong_digit else number
