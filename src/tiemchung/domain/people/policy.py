"""Who may change what is told of a person: who decides cases; the restriction of its use ends by the person's own word."""

from __future__ import annotations

from uuid import UUID

from tiemchung.domain.people.engine.identifiers import faults_of_number, origin_of
from tiemchung.kernel.actor import Actor, ActorKind, Power


def may_correct(actor: Actor) -> bool:
    """Tell whether the actor decides cases; whom they reach, the session says."""
    return actor.kind is ActorKind.STAFF and actor.can(Power.MEND)


def may_lift(actor: Actor, person: UUID) -> bool:
    """Tell whether this is an account whose book of this person is open."""
    return actor.kind is ActorKind.CITIZEN and person in actor.reach.books


def may_check_list(actor: Actor, *, commune: str) -> bool:
    """Tell whether the actor signs lists of this ward: whoever plans there."""
    return actor.kind is ActorKind.STAFF and actor.can(Power.PLAN) and actor.reach.covers_commune(commune)


__all__ = ["faults_of_number", "may_check_list", "may_correct", "may_lift", "origin_of"]
