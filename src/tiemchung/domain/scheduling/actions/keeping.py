"""Appointments that were kept and those that were not, as the record of the sites tells it: by visits and closed days.

Nothing here is a fact of its own: told again, or in another order, the appointments say the same in the end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from tiemchung.domain.scheduling.values import Came
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing import arrays, database

WAITED_FOR = timedelta(days=3)
"""How long a day that nobody closed may still bring its visits: a site works three days without a network (DESIGN)."""

_BY_ID = """
update scheduling_appointment a set state = 'fulfilled' from unnest(%b::uuid[]) as c(id)
where a.id = c.id and a.state in ('booked', 'missed')
"""
# A person has few appointments, a site's day hundreds: the expression keeps the planner from the index of the day, which it
# would take for good while the table is small.
_BY_PERSON = """
update scheduling_appointment a set state = 'fulfilled'
from unnest(%b::uuid[], %b::text[], %b::date[]) as c(person, site, day)
where a.person_id = c.person and a.site || '' = c.site and a.day = c.day and a.state in ('booked', 'missed')
"""
_REOPEN = """
update scheduling_appointment a set state = case when exists (
    select 1 from scheduling_appointment other
    where other.person_id = a.person_id and other.campaign = a.campaign and other.state = 'booked'
) then 'missed' else 'booked' end
where a.person_id = any(%b::uuid[]) and a.state = 'fulfilled' and not (a.id = any(%b::uuid[]))
and not exists (
    select 1 from unnest(%b::uuid[], %b::text[], %b::date[]) as c(person, site, day)
    where a.person_id = c.person and a.site = c.site and a.day = c.day
)
"""
_MISS = """
update scheduling_appointment a set state = 'missed' from unnest(%b::text[], %b::date[]) as c(site, day)
where a.site = c.site and a.day = c.day and a.state = 'booked'
"""


@transaction.atomic(savepoint=False)
def fulfill(came: Sequence[Came]) -> int:
    """Let the appointments of those who came say so; returns how many changed. Who came after a miss has come."""
    named = [one.appointment for one in came if one.appointment is not None]
    kept = database.run(_BY_ID, [arrays.uuids(named)]) if named else 0
    return kept + (database.run(_BY_PERSON, _columns(came)) if came else 0)


@transaction.atomic(savepoint=False)
def reopen(persons: Collection[UUID], *, came: Sequence[Came]) -> int:
    """Take the word back for those of these persons who were not there after all; `came` are all their visits."""
    named = [one.appointment for one in came if one.appointment is not None]
    return database.run(_REOPEN, [arrays.uuids(list(persons)), arrays.uuids(named), *_columns(came)])


def miss_of_days(closed: Collection[tuple[str, date]]) -> int:
    """Let who was called to a site on a day that its lead has closed, and did not come, be missed; returns how many."""
    ordered = sorted(closed)
    if not ordered:
        return 0
    columns = [arrays.texts([site for site, _ in ordered]), arrays.dates([day for _, day in ordered])]
    return database.run(_MISS, columns)


def miss_past(*, now: datetime) -> int:
    """Let who was called for a day long past, and of whom nobody told anything, be missed; returns how many.

    A place that is never given back would keep its holder from being called again.
    """
    return database.run(
        "update scheduling_appointment set state = 'missed' where state = 'booked' and day < %s",
        [business_day(now) - WAITED_FOR],
    )


def _columns(came: Sequence[Came]) -> list[arrays.Packed]:
    return [
        arrays.uuids([one.person for one in came]),
        arrays.texts([one.site for one in came]),
        arrays.dates([one.day for one in came]),
    ]
