"""Who may plan a site's sessions."""

from __future__ import annotations

from uuid import UUID

from tiemchung.kernel.actor import Actor, ActorKind, Power


def may_plan(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor opens, fills and calls off sessions at this site."""
    return actor.can(Power.PLAN) and actor.reaches(site)


def may_change(actor: Actor, *, site: str, person: UUID) -> bool:
    """Tell whether the actor may move or cancel this person's appointment: who plans, or whose book it is."""
    if actor.kind is ActorKind.CITIZEN:
        return person in actor.reach.books
    return may_plan(actor, site=site)
