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


def may_call(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor calls people in to this site by phone: its lead, whoever plans for it, and its tablets' list."""
    calls = actor.kind is ActorKind.DEVICE or bool(actor.powers & {Power.ATTEST, Power.PLAN})
    return calls and actor.reaches(site)


def may_see_standby(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor sees who may be called in: whoever calls, and reception, which receives those who come."""
    return may_receive(actor, site=site) or may_call(actor, site=site)
