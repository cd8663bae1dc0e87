"""Whom a person is to an account: one of them is its holder, a child is a minor, and everybody else is helped."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tiemchung.domain.access.queries import citizens as queries
from tiemchung.domain.access.rules import claims
from tiemchung.domain.access.values import Link, Relation
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonBlock
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.names import name_key
from tiemchung.kernel.purpose import Purpose


def oneself(held: Collection[Link]) -> Link | None:
    """Return the link by which an account is somebody; a constraint of the table keeps it to one."""
    return next((link for link in held if link.relation is Relation.SELF), None)


def tells_of(told: PersonBlock, person: UUID, *, account: UUID, now: datetime) -> bool:
    """Tell whether what was typed has the name and the birth year of this person, whose book the session opens."""
    actor = queries.citizen_of(account)
    shown = people.persons([person], purpose=Purpose.OWN, actor=actor, viewed_at=now).get(person)
    return shown is not None and name_key(shown.name) == name_key(told.name) and shown.born[:4] == told.born[:4]


def relation_of(person: UUID, *, said: Relation, page: Link | None, own: Link | None, now: datetime) -> Relation:
    """Return whom somebody is whose book opens now. `page` is the link it was opened from, `own` whom the account says to be.

    A proof of somebody else makes nobody the holder: not where another is proved to be, and not on the page of a claim of
    oneself with another name. Whoever has come of age is nobody's child: the guardian's link would show nothing.
    """
    relation = said if page is None else page.relation
    if relation is Relation.SELF and own is not None and (own.proved or own == page):
        return Relation.HELPED
    if relation is Relation.CHILD:
        facts = people.facts([person]).get(person)
        if facts is not None and facts.born is not None and claims.is_adult(facts.born, business_day(now)):
            return Relation.HELPED
    return relation
