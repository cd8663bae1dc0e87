"""What a decision or the person's own word does to the use of data: restricted to care and the law, and opened again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import policy, queries
from tiemchung.domain.people.errors import PersonOutOfReach
from tiemchung.domain.people.events import RestrictionLifted, UseRestricted
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import reaching


def restrict(person: UUID, *, decision: UUID, actor: Actor, now: datetime) -> None:
    """Let a person's data serve care and the law alone from now on; restricted twice, they are restricted once."""
    if not policy.may_correct(actor):
        raise NotPermitted
    row = database.row("select site, commune from people_person where id = %s", [person])
    if row is None:
        raise PersonOutOfReach
    fact = UseRestricted(id=uuid7(now), at=now, person=person, decision=decision)
    fresh = database.run(
        "insert into people_restriction (person_id, id, since, site, commune) values (%s, %s, %s, %s, %s) "
        "on conflict do nothing",
        [person, fact.id, now, *row],
    )
    if fresh:
        journal.append([fact], actor=actor, recorded_at=now, persons={fact.id: person})


def lift_restriction(person: UUID, *, actor: Actor, now: datetime) -> None:
    """End a restriction by the word of whose data they are. Refuses anybody else; where there is none, nothing happens."""
    if not policy.may_lift(actor, person):
        raise NotPermitted
    with reaching(actor.reach):
        ended = database.run(
            "update people_restriction set ended_at = %s where person_id = any(%b::uuid[]) and ended_at is null",
            [now, arrays.uuids(sorted(queries.ids_of(person)))],
        )
    if ended:
        fact = RestrictionLifted(id=uuid7(now), at=now, person=person)
        with reaching(Reach()):
            journal.append([fact], actor=actor, recorded_at=now, persons={fact.id: person})
