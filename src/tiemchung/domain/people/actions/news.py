"""What somebody of the ward does about what the register told: the person is alive after all, the move is taken over or not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import policy, queries
from tiemchung.domain.people.actions.correcting import move
from tiemchung.domain.people.errors import NewsSettled
from tiemchung.domain.people.events import DeathDenied
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database


@transaction.atomic
def deny_death(person: UUID, *, actor: Actor, now: datetime, decision: UUID | None = None) -> bool:
    """Let a person whom the register told to be dead be alive, in the actor's reach; False where nobody told so.

    They are called and written to again. The register is not corrected by that: told again, the same death says nothing.
    """
    if not policy.may_correct(actor):
        raise NotPermitted
    denied = database.rows(
        "update people_register_news set taken = false, settled_at = %s, settled_by = %s "
        "where person_id = any(%b::uuid[]) and what = 'died' and taken returning person_id",
        [now, actor.id, arrays.uuids(sorted(queries.ids_of(person)))],
    )
    facts = [
        DeathDenied(id=uuid7(now), at=now, person=one, decision=decision) for one in sorted({one for (one,) in denied})
    ]
    if facts:
        journal.append(facts, actor=actor, recorded_at=now, persons={fact.id: fact.person for fact in facts})
    return bool(facts)


@transaction.atomic
def settle_move(person: UUID, sequence: int, *, taken: bool, actor: Actor, now: datetime) -> None:
    """Take over a move that the register told, or leave the person where they told us to live.

    Refuses who does not mend there, and a move that is settled (`news-settled`).
    """
    if not policy.may_correct(actor):
        raise NotPermitted
    told = database.row(
        "update people_register_news set taken = %s, settled_at = %s, settled_by = %s "
        "where person_id = %s and sequence = %s and what = 'moved' and settled_at is null returning new_commune, exchange",
        [taken, now, actor.id, person, sequence],
    )
    if told is None:
        raise NewsSettled
    if taken:
        move(person, told[0], decision=told[1], seen=("register",), actor=actor, now=now)
