"""Who may see a site's day, who may say what of a visit, and who may stand for the day."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power

_SERVES = frozenset({Power.CHECK_IN, Power.RECORD_DOSE, Power.SCREEN, Power.OBSERVE, Power.ATTEST})
_TURNS_AWAY = frozenset({Power.CHECK_IN, Power.SCREEN, Power.RECORD_DOSE})
_STOPS = frozenset({Power.OBSERVE, Power.RECORD_DOSE, Power.ATTEST})


def may_see_day(actor: Actor, site: str) -> bool:
    """Tell whether the actor serves people at this site: receives, screens, gives doses, observes or attests there."""
    return bool(actor.powers & _SERVES) and actor.reaches(site)


def may_check_in(actor: Actor, site: str) -> bool:
    """Tell whether the actor may say who came, and that it is them."""
    return actor.can(Power.CHECK_IN) and actor.reaches(site)


def may_turn_away(actor: Actor, site: str) -> bool:
    """Tell whether the actor may say that somebody gets no dose today, or left before one."""
    return bool(actor.powers & _TURNS_AWAY) and actor.reaches(site)


def may_type_from_paper(actor: Actor, site: str) -> bool:
    """Tell whether the actor types what others wrote on paper: receives people and records doses there."""
    return actor.can(Power.CHECK_IN) and actor.can(Power.RECORD_DOSE) and actor.reaches(site)


def may_observe(actor: Actor, site: str) -> bool:
    """Tell whether the actor looks after people who had their dose."""
    return actor.can(Power.OBSERVE) and actor.reaches(site)


def may_stop_session(actor: Actor, site: str) -> bool:
    """Tell whether the actor may stop a campaign session: whoever stands at the chair may, at once."""
    return bool(actor.powers & _STOPS) and actor.reaches(site)


def may_attest(actor: Actor, site: str) -> bool:
    """Tell whether the actor may stand for doses of this site."""
    return actor.can(Power.ATTEST) and actor.reaches(site)
