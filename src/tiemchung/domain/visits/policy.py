"""Who may see a site's day, and who may stand for it."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power

_SERVES = frozenset({Power.RECORD_DOSE, Power.SCREEN, Power.ATTEST})


def may_see_day(actor: Actor, site: str) -> bool:
    """Tell whether the actor serves people at this site: records, screens or attests there."""
    return bool(actor.powers & _SERVES) and actor.reaches(site)


def may_attest(actor: Actor, site: str) -> bool:
    """Tell whether the actor may stand for doses of this site."""
    return actor.can(Power.ATTEST) and actor.reaches(site)
