"""Who is to be compared with everybody: queued when they are told, taken off when that is done. For a worker's session."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tiemchung.domain.people.queries import Waiting
from tiemchung.plumbing import arrays, database

_QUEUE = """
insert into people_to_link (person_id, entry, site)
select distinct on (p.id) p.id, x.entry, x.site
from unnest(%b::uuid[], %b::uuid[], %b::text[]) as x(person, entry, site) join people_person p on p.id = x.person
where p.entry = x.entry or not %s
order by p.id, x.entry desc
on conflict (person_id) do update set entry = excluded.entry, site = excluded.site
"""
_LINKED = """
delete from people_to_link t using unnest(%b::uuid[], %b::uuid[]) as x(person, entry)
where t.person_id = x.person and t.entry = x.entry
"""


def queue_to_link(told: Sequence[Waiting], *, only_new: bool) -> int:
    """Let these persons be compared with everybody; `only_new`: those whom their entry made. Returns how many."""
    return database.run(_QUEUE, [*_persons(told), arrays.texts([one.site for one in told]), only_new]) if told else 0


def linked(done: Sequence[Waiting]) -> None:
    """Take these off the queue; who was told otherwise meanwhile stays."""
    database.run(_LINKED, _persons(done))


def _persons(told: Sequence[Waiting]) -> list[arrays.Packed]:
    ids: list[UUID] = [one.person for one in told]
    return [arrays.uuids(ids), arrays.uuids([one.entry for one in told])]
