"""What became otherwise of a visit while its desk went by what it knew: found by a worker, settled by the site's lead.

A desk without a network goes by the list and the records of the morning. A link of its person, or an appointment given back
or moved meanwhile, is no fault of anybody's; somebody who can ask the person looks at it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries as people
from tiemchung.domain.visits import policy
from tiemchung.domain.visits.errors import DoubtUnexplained
from tiemchung.domain.visits.events import ChangeSettled
from tiemchung.domain.visits.values import WRONG_PERSON, Change, ChangeKey, Ending, Verdict
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

TOLD_AT_ONCE = timedelta(minutes=10)
"""An arrival that the center learned of later than this came from a desk without a network. Ours."""
_ALONE = "interval '3 days'"
"""How long a site works without a network (DESIGN): so old may be what such a desk knew."""
_MEANT = f"(v.ending is distinct from {int(Ending.LEFT)} or v.state is distinct from '{WRONG_PERSON}')"
_DAY_ENDS = "(v.day + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh'"
_BEGUN = "coalesce(v.arrived_at, v.screened_at, v.dosed_at)"

# Only a link to a record with doses changes what the chair would have known: any other is passed over.
_LINKED = f"""
insert into visits_changed (person_id, visit, change, other, site, day, found_at, moved_site)
select v.person_id, v.id, '{Change.LINKED}', case when s.person = v.person_id then s.other else s.person end,
    v.site, v.day, %s, ''
from visits_visit v
join people_same_as s on v.person_id in (s.person, s.other) and s.valid_to is null
left join unnest(%b::uuid[], %b::text[], %b::date[], %b::timestamptz[]) as late(person, site, day, told_at)
    on late.person = v.person_id and late.site = v.site and late.day = v.day
where v.person_id = any(%b::uuid[]) and v.day is not null and {_MEANT}
and s.valid_from > {_BEGUN} - case when late.person is null then interval '0' else {_ALONE} end
and s.valid_from <= greatest(coalesce(v.ended_at, {_DAY_ENDS}), late.told_at)
and exists (
    select 1 from people_linked(array[v.person_id]) l join immunization_dose_facts d on d.person_id = l.id
    where l.id <> v.person_id and d.status <> 2
)
on conflict do nothing
"""
# Whoever comes after a day that they missed comes late, and no list has changed.
_LIST_CHANGED = f"""
insert into visits_changed (person_id, visit, change, other, site, day, found_at, moved_site, moved_at)
select v.person_id, v.id, x.change, a.id, v.site, coalesce(v.day, a.day), %s,
    case x.change when '{Change.MOVED}' then a.site else '' end,
    case x.change when '{Change.MOVED}' then a.starts_at end
from visits_visit v join scheduling_appointment a on a.id = v.appointment
cross join lateral (select case a.state when 'cancelled' then '{Change.CANCELLED}' else '{Change.MOVED}' end) as x(change)
where v.person_id = any(%b::uuid[]) and {_MEANT} and (a.state = 'cancelled' or a.site <> v.site or a.day > v.day)
on conflict do nothing
"""
_SETTLE = """
update visits_changed c set settled_at = %s, settled_by = %s, verdict = %s
from unnest(%b::uuid[], %b::text[], %b::uuid[]) as x(visit, change, other)
where c.site = %s and c.visit = x.visit and c.change = x.change and c.other = x.other and c.settled_at is null
returning c.person_id, c.visit, c.change, c.other
"""


class ArrivedLate(NamedTuple):
    """An arrival that a desk without a network told: the center learned of it when it had one again."""

    person: UUID
    site: str
    day: date
    told_at: datetime


def find_changes(persons: Collection[UUID], *, late: Sequence[ArrivedLate], now: datetime) -> int:
    """Find what became otherwise of these persons' visits; returns how many are new. For a worker's session.

    Looked for again, or in another order, the same are found; what was settled stays settled.
    """
    if not persons:
        return 0
    found = database.run(_LIST_CHANGED, [now, arrays.uuids(sorted(persons))])
    linked = sorted(person for person, rows in people.ids_of_many(persons).items() if len(rows) > 1)
    if not linked:
        return found
    told = [one for one in late if one.person in set(linked)]
    columns = [
        arrays.uuids([one.person for one in told]),
        arrays.texts([one.site for one in told]),
        arrays.dates([one.day for one in told]),
        arrays.instants([one.told_at for one in told]),
    ]
    return found + database.run(_LINKED, [now, *columns, arrays.uuids(linked)])


@transaction.atomic
def settle_changes(
    keys: Sequence[ChangeKey], *, verdict: Verdict, why: str = "", site: str, actor: Actor, now: datetime
) -> int:
    """Let the lead's word stand on changes of this site that wait; returns how many it settled. Said twice, it is once.

    That two records are two persons is said of a link alone, and for a reason (`doubt-unexplained`). Refuses who does not
    stand for the site (`not-permitted`).
    """
    if not policy.may_attest(actor, site):
        raise NotPermitted(site=site)
    if verdict is Verdict.TWO_PERSONS:
        keys = [key for key in keys if key.change is Change.LINKED]
        if not why.strip():
            raise DoubtUnexplained(site=site)
    columns = [
        arrays.uuids([key.visit for key in keys]),
        arrays.texts([key.change.value for key in keys]),
        arrays.uuids([key.other for key in keys]),
    ]
    settled = database.rows(_SETTLE, [now, actor.id, verdict.value, *columns, site])
    events = [
        ChangeSettled(
            id=uuid7(now),
            at=now,
            visit=visit,
            person=person,
            change=change,
            other=other,
            verdict=verdict.value,
            why=why.strip(),
        )
        for person, visit, change, other in settled
    ]
    persons = {event.id: event.person for event in events}
    journal.append(events, actor=actor, recorded_at=now, site=site, persons=persons)
    return len(settled)
