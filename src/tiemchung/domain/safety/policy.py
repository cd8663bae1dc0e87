"""Who may see what went wrong with a body."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power

_SERVES = frozenset({Power.RECORD_DOSE, Power.SCREEN, Power.ATTEST})


def may_see_events(actor: Actor, site: str) -> bool:
    """Tell whether the actor serves people at this site."""
    return bool(actor.powers & _SERVES) and actor.reaches(site)
