"""Who may see who wishes to be called, and who may put people on a list."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, ActorKind, Power


def may_plan(actor: Actor, *, commune: str) -> bool:
    """Tell whether the actor plans for this commune: a ward officer for her ward, a planner for the units below theirs."""
    return actor.can(Power.PLAN) and actor.reach.covers_commune(commune)


def may_register(actor: Actor, *, commune: str, account: object) -> bool:
    """Tell whether the actor may register somebody: a citizen on their own account, staff within their reach."""
    if actor.kind is ActorKind.CITIZEN:
        return account is not None and actor.reach.account == account
    return actor.kind is ActorKind.SYSTEM or may_plan(actor, commune=commune) or actor.can(Power.CHECK_IN)


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load campaigns."""
    return actor.can(Power.LOAD)
