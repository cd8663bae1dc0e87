"""What citizens have allowed other systems to read: for their own page, and for the system that comes with its token."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.access.queries.citizens import citizen_actor
from tiemchung.domain.access.values import ConsentShown
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database


class Allowed(NamedTuple):
    """What a consent opens now: by which scopes, of whom, and the rows of that human being."""

    scopes: frozenset[str]
    person: UUID
    reach: Reach


def consents_of(persons: Collection[UUID], *, purpose: Purpose, now: datetime) -> list[ConsentShown]:
    """Return what is allowed now of these rows of a book, the newest first. The session must open that book."""
    del purpose
    found = database.rows(
        "select id, person, client, scopes, given_at, ends_at, spent_at is not null from access_consent "
        "where person = any(%b::uuid[]) and withdrawn_at is null and ends_at > %s order by given_at desc, id",
        [arrays.uuids(list(persons)), now],
    )
    return [
        ConsentShown(
            id=row[0],
            person=row[1],
            client=row[2],
            scopes=tuple(row[3]),
            given_at=row[4],
            ends_at=row[5],
            used=row[6],
        )
        for row in found
    ]


def allowed(consent: UUID, *, client: str, now: datetime) -> Allowed | None:
    """Return what a consent opens for this client now; None once it is over, withdrawn, or another client's.

    It reaches no further than whoever gave it: an account that has lost the book has nothing to give any more.
    """
    found = database.row(
        "select account, person, scopes from access_standing_consent(%s, %s, %s)", [consent, client, now]
    )
    if found is None:
        return None
    account, person, scopes = found
    rows = people.ids_of(person) & citizen_actor(account, now=now).reach.books
    if person not in rows:
        return None
    return Allowed(frozenset(scopes), person, Reach(books=frozenset(rows)))
