"""The people of a simulated phase as the register has them: for a demo whose desks ask about whoever comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan

if TYPE_CHECKING:
    from collections.abc import Iterator


def people_of(name: str, *, scale: float, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield everybody of a phase's first wave, in the order of `register.csv`: what desks write of them has slips, this has none.

    Raises FileNotFoundError for a phase that there is not.
    """
    people = draw_plan(load_phase(name, scale=scale), seed=seed).people
    everybody = np.arange(len(people))
    return zip(
        (f"{number:012}" for number in people.personal_number.tolist()),
        (f"{number:09}" if number >= 0 else "" for number in people.old_card.tolist()),
        people.names(everybody),
        np.datetime_as_string(people.born).tolist(),
        ("female" if female else "male" for female in people.female.tolist()),
        (people.communes[index].code for index in people.commune.tolist()),
        strict=True,
    )
