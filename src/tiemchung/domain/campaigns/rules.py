"""What makes a registration one that can be taken. Values in, the name of the faulty field out."""

from __future__ import annotations

from datetime import date

from tiemchung.domain.campaigns.values import TIMES, Registration
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import display_name, fault_of_name

EARLIEST_BIRTH_YEAR = 1900


def fault_of(told: Registration, *, groups: frozenset[str], communes: frozenset[str], today: date) -> str | None:
    """Return the field of a registration that cannot be taken, or None. Nobody is turned away for lack of a number."""
    faults = {
        "name": fault_of_name(display_name(told.person_told.name)) is not None,
        "born": not _is_a_birth(told.person_told.born, today),
        "commune": told.commune not in communes,
        "target_group": told.target_group != "unknown" and told.target_group not in groups,
        "times": bool(set(told.times) - set(TIMES)) or len(told.times) != len(set(told.times)),
    }
    return next((field for field, faulty in faults.items() if faulty), None)


def _is_a_birth(text: str, today: date) -> bool:
    try:
        born = PartialDate.parse(text)
    except ValueError:
        return False
    return born.year >= EARLIEST_BIRTH_YEAR and born.earliest <= today
