"""Which doses a complaint may be about: found by what it tells, before anybody opens it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
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


class Candidate(NamedTuple):
    """Somebody whom a case may be about, with their doses; `is_theirs` where it is the case's own person."""

    person: PersonShown
    doses: list[DoseShown]
    is_theirs: bool = False


def candidates_of(shown: CaseShown, *, actor: Actor, purpose: Purpose, viewed_at: datetime) -> list[Candidate]:
    """Return the persons of the case's desk who were told by its phone, or at its site and day by its name, with their doses.

    Where the case misses a dose of a known person, those doses that may be it: their own, and of who was told alike at its
    site and day. None where the case is about somebody already, where nothing told leads to anybody, or where too many are
    alike. Whoever is shown is logged as looked at.
    """
    case(shown.listed.id, actor=actor, purpose=purpose)
    if shown.person is not None and shown.misses:
        return _missing_of(shown, shown.person, actor=actor, purpose=purpose, viewed_at=viewed_at)
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
    return [Candidate(person, list(doses.get(who, []))) for who, person in sorted(persons.items())]


def _missing_of(
    shown: CaseShown, person: UUID, *, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> list[Candidate]:
    site, days = shown.listed.site, rules.days_told(shown.facts.day)
    with reaching(policy.desks_of(actor)):
        own = people.ids_of(person)
        there = immunization.persons_dosed(site, days) if days and site else set()
        alike = (
            people.told_like(there, name=shown.facts.name, phone=letter_of(shown.listed.id).get("phone", "")) & there
        )
        others = sorted(alike - own)
        wanted = [person, *(others if len(others) <= MOST else [])]
        asking: dict[str, Any] = {"purpose": purpose, "actor": actor, "viewed_at": viewed_at, "site": site}
        persons = people.persons(wanted, **asking)
        doses = immunization.history(wanted, **asking)
    return [
        Candidate(persons[who], fitting, who == person)
        for who in wanted
        if who in persons and (fitting := [dose for dose in doses[who] if _may_be(dose, site, days)])
    ]


def _may_be(dose: DoseShown, site: str, days: Collection[date]) -> bool:
    """Tell whether a dose may be the one that is missing: it stands, where and when somebody said."""
    is_then = not days or dose.given_on in days
    return dose.status is not DoseStatus.VOIDED and is_then and (not site or dose.site == site)
