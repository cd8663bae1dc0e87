"""Who may read what people declared, and who may change the forms."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load forms."""
    return actor.can(Power.LOAD)


def may_see_answers(actor: Actor) -> bool:
    """Whoever screens, gives doses or observes; the rows seen are those of the session's reach."""
    return actor.can(Power.SCREEN) or actor.can(Power.RECORD_DOSE) or actor.can(Power.OBSERVE)


def may_screen(actor: Actor, site: str) -> bool:
    """Whoever asks the questions of a form here, and the consent before them."""
    return actor.can(Power.SCREEN) and actor.reaches(site)
