"""Who may change the directory of places. Everybody may read it: it names nobody."""

from __future__ import annotations

from collections.abc import Collection

from tiemchung.kernel.actor import Actor, Power


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load units, organizations and sites."""
    return actor.can(Power.LOAD)


def may_enroll_checkpoint(actor: Actor, commune: str) -> bool:
    """Tell whether the actor may enroll and end checkpoints in this commune: an officer of the ward."""
    return actor.can(Power.ENROLL_CHECKPOINT) and (actor.reach.everywhere or actor.reach.covers_commune(commune))


def may_declare_zone(actor: Actor, communes: Collection[str]) -> bool:
    """Tell whether the actor may enter zones in the province of these communes: an officer who reaches all of it."""
    whole = actor.reach.everywhere or (bool(communes) and all(actor.reach.covers_commune(code) for code in communes))
    return actor.can(Power.DECLARE_ZONE) and whole
