"""Who may change the rule book. Everybody may read it: it names nobody."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load products and rules."""
    return actor.can(Power.LOAD)
