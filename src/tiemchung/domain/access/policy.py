"""Who may enroll and cut off devices. Closed by default."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power


def may_enroll_devices(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor may open enrollments, compare fingerprints and cut off devices of this site."""
    return actor.can(Power.ENROLL_DEVICE) and actor.reaches(site)


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load a campaign's staff and enrollment codes."""
    return actor.can(Power.LOAD)
