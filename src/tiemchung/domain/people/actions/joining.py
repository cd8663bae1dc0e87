"""Two rows become one human being, or are two again. A merge moves nothing: a link begins, or ends (DESIGN, law 6).

Only workers may write links: whoever decides a case has it done by the reaction to the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people.events import PersonsJoined, PersonsParted
from tiemchung.domain.people.values import Joined
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

_JOIN = """
insert into people_same_as (id, person, other, valid_from)
select x.id, x.person, x.other, %s from unnest(%b::uuid[], %b::uuid[], %b::uuid[]) as x(id, person, other)
on conflict do nothing returning person, other
"""
_PART = """
update people_same_as s set valid_to = %s from unnest(%b::uuid[], %b::uuid[]) as x(person, other)
where s.person = x.person and s.other = x.other and s.valid_to is null returning s.person, s.other
"""


def join(pairs: Sequence[Joined], *, now: datetime) -> int:
    """Let the rows of each pair be one human being from now on; returns how many were not yet. For a worker's session.

    Each row has a fact of its own in the journal, so that all that follows reads both.
    """
    if not pairs:
        return 0
    ids = arrays.uuids([uuid7(now) for _ in pairs])
    return _tell(pairs, database.rows(_JOIN, [now, ids, *_columns(pairs)]), PersonsJoined, now=now)


def part(pairs: Sequence[Joined], *, now: datetime) -> int:
    """End the links of these pairs: their rows are two human beings again, unless others tie them. Returns how many ended."""
    if not pairs:
        return 0
    return _tell(pairs, database.rows(_PART, [now, *_columns(pairs)]), PersonsParted, now=now)


def _columns(pairs: Sequence[Joined]) -> list[arrays.Packed]:
    return [arrays.uuids([pair.person for pair in pairs]), arrays.uuids([pair.other for pair in pairs])]


def _tell(
    pairs: Sequence[Joined],
    changed: Sequence[tuple[object, ...]],
    event: type[PersonsJoined | PersonsParted],
    *,
    now: datetime,
) -> int:
    fresh = set(changed)
    facts = [
        event(id=uuid7(now), at=now, person=row, other=other, decision=pair.decision)
        for pair in pairs
        if (pair.person, pair.other) in fresh
        for row, other in ((pair.person, pair.other), (pair.other, pair.person))
    ]
    if facts:
        journal.append(facts, actor=SYSTEM, recorded_at=now, persons={fact.id: fact.person for fact in facts})
    return len(fresh)
