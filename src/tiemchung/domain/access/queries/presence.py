"""Who opened their record at a site by standing there, and how far. What has ended opens nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tiemchung.domain.access.policy import may_serve
from tiemchung.domain.access.values import Presence, ShownHow
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

_PRESENCE = "select id, person_id, site, how, visit, ends_at from access_presence where ends_at > now() "


def presence(identifier: UUID, *, site: str, actor: Actor, purpose: Purpose) -> Presence | None:
    """Return a presence at this site that has not ended; None for any other. Ids alone: whoever names them logs the view."""
    del purpose
    _insist(actor, site)
    row = database.row(f"{_PRESENCE} and id = %s and site = %s", [identifier, site])
    return None if row is None else _shown(row)


def opened_at(person: UUID, *, site: str, actor: Actor) -> frozenset[UUID]:
    """Return every row of this human being whose record is open at this site by a code that was shown; none without one."""
    _insist(actor, site)
    rows = people.ids_of(person)
    found = database.row(
        f"select exists ({_PRESENCE} and person_id = any(%b::uuid[]) and site = %s and how = %s)",
        [arrays.uuids(sorted(rows)), site, ShownHow.CODE],
    )
    return rows if found is not None and found[0] else frozenset()


def numbers_shown_at(visit: UUID, *, site: str, actor: Actor) -> list[UUID]:
    """Return who has the number that was shown on this visit, while doses, days and warnings of theirs are open here."""
    _insist(actor, site)
    found = database.rows(
        f"{_PRESENCE} and visit = %s and site = %s and how <> %s order by person_id", [visit, site, ShownHow.CODE]
    )
    return [row[1] for row in found]


def _insist(actor: Actor, site: str) -> None:
    if not may_serve(actor, site=site):
        raise NotPermitted(site=site)


def _shown(row: tuple[Any, ...]) -> Presence:
    identifier, person, site, how, visit, ends_at = row
    return Presence(id=identifier, person=person, site=site, how=ShownHow(how), visit=visit, ends_at=ends_at)
