"""Who may see what went wrong with a body."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power

_SERVES = frozenset({Power.RECORD_DOSE, Power.SCREEN, Power.OBSERVE, Power.ATTEST, Power.FOLLOW_UP})
_REPORTS = frozenset({Power.RECORD_DOSE, Power.OBSERVE})


def may_see_events(actor: Actor, site: str) -> bool:
    """Tell whether the actor serves people at this site, or follows up what went wrong there."""
    return bool(actor.powers & _SERVES) and actor.reaches(site)


def may_report(actor: Actor, site: str) -> bool:
    """Tell whether the actor may say that something went wrong after a dose: whoever gives doses or observes here."""
    return bool(actor.powers & _REPORTS) and actor.reaches(site)


def may_be_warned(actor: Actor, site: str) -> bool:
    """Tell whether the actor is told that somebody reacted before: whoever receives people, and who sees the events."""
    return may_see_events(actor, site) or (actor.can(Power.CHECK_IN) and actor.reaches(site))
