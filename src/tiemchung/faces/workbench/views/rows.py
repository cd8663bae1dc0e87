"""Rows of those who wait, as pages and files show them."""

from __future__ import annotations

from typing import NamedTuple

from tiemchung.domain.campaigns.values import Registered, TakenRow
from tiemchung.domain.people.values import PersonShown
from tiemchung.faces.shared.words import t
from tiemchung.faces.workbench.views.called import Called


class Row(NamedTuple):
    """One person of the list, as the page shows them."""

    told: Registered
    name: str
    born: str
    number: str
    phone: str
    due: bool
    called: Called
    taken: TakenRow


class Filter(NamedTuple):
    """What of the list is looked at: codes, in the address."""

    group: str
    product: str
    due: str
    call: str = ""
    how: str = ""


def taken_row(one: Registered, person: PersonShown | None) -> TakenRow:
    """Return a row as it leaves in a list that is to come back."""
    return TakenRow(
        registration=one.registration,
        name=person.name if person else "",
        born=person.born if person else "",
        sex=person.sex if person else "unknown",
        number=person.identifiers[0].value if person and person.identifiers else "",
        phone=person.phone or "" if person else "",
        group=one.target_group,
    )


def born_shown(born: str) -> str:
    """Return a birth date as staff read it; one of which only the year is known says so."""
    parts = born.split("-")
    if len(parts) == 1:
        return t("{year} (chỉ có năm)", "{year} (year only)", year=born) if born else ""
    return "/".join(reversed(parts))
