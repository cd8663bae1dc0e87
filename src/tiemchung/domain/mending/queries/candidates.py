"""Which doses a complaint may be about: found by what it tells, before anybody opens it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown
from tiemchung.domain.mending import policy, rules
from tiemchung.domain.mending.queries.cases import case, letter_of
from tiemchung.domain.mending.values import CaseShown
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching

MOST = 5
"""Persons whom a case offers. Ours: where more are told alike, nobody could choose among them by looking."""


def candidates_of(
    shown: CaseShown, *, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> list[tuple[PersonShown, list[DoseShown]]]:
    """Return the persons of the case's desk who were told by its phone, or at its site and day by its name, with their doses.

    None where the case is about somebody already, where nothing told leads to anybody, or where too many are alike. Whoever
    is shown is logged as looked at.
    """
    case(shown.listed.id, actor=actor, purpose=purpose)
    if shown.person is not None or not (shown.facts.name or shown.phone_shown):
        return []
    with reaching(policy.desks_of(actor)):
        days = rules.days_told(shown.facts.day)
        there = immunization.persons_dosed(shown.listed.site, days) if days and shown.listed.site else set()
        phone = letter_of(shown.listed.id).get("phone", "")
        found = sorted(people.told_like(there, name=shown.facts.name, phone=phone))
        if not 0 < len(found) <= MOST:
            return []
        asking: dict[str, Any] = {"purpose": purpose, "actor": actor, "viewed_at": viewed_at, "site": shown.listed.site}
        persons = people.persons(found, **asking)
        doses = immunization.history(sorted(persons), **asking) if persons else {}
    return [(person, list(doses.get(who, []))) for who, person in sorted(persons.items())]
