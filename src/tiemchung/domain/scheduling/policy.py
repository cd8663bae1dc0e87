"""Who may plan a site's sessions."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tiemchung.kernel.actor import Actor, ActorKind, Power


def may_plan(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor opens, fills and calls off sessions at this site."""
    return actor.can(Power.PLAN) and actor.reaches(site)


def may_change(actor: Actor, *, site: str, person: UUID, own: Collection[UUID]) -> bool:
    """Tell whether the actor may move or cancel this person's appointment: who plans, or whose `own` person it is."""
    if actor.kind is ActorKind.CITIZEN:
        return person in own
    return may_plan(actor, site=site)


def may_receive(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor sees who is called to this site: whoever receives people there, or plans for it."""
    return bool(actor.powers & {Power.CHECK_IN, Power.PLAN}) and actor.reaches(site)
