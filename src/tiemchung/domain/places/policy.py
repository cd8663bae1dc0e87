"""Who may change the directory of places. Everybody may read it: it names nobody."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load units, organizations and sites."""
    return actor.can(Power.LOAD)


def may_enroll_checkpoint(actor: Actor, commune: str) -> bool:
    """Tell whether the actor may enroll and end checkpoints in this commune: an officer of the ward."""
    return actor.can(Power.ENROLL_CHECKPOINT) and (actor.reach.everywhere or actor.reach.covers_commune(commune))
