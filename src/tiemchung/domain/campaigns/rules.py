"""What makes a registration one that can be taken. Values in, the name of the faulty field out."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from tiemchung.domain.campaigns.values import TIMES, Registration
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import display_name, fault_of_name

EARLIEST_BIRTH_YEAR = 1900


def fault_of(told: Registration, *, groups: frozenset[str], communes: frozenset[str], today: date) -> str | None:
    """Return the field of a registration that cannot be taken, or None. Nobody is turned away for lack of a number."""
    if fault_of_name(display_name(told.person_told.name)) is not None:
        return "name"
    if not _is_a_birth(told.person_told.born, today):
        return "born"
    if told.commune not in communes:
        return "commune"
    if told.target_group != "unknown" and told.target_group not in groups:
        return "target_group"
    if told.times and (set(told.times) - set(TIMES) or len(told.times) != len(set(told.times))):
        return "times"
    return None


@lru_cache(maxsize=1 << 15)
def _is_a_birth(text: str, today: date) -> bool:
    try:
        born = PartialDate.parse(text)
    except ValueError:
        return False
    return born.year >= EARLIEST_BIRTH_YEAR and born.earliest <= today
