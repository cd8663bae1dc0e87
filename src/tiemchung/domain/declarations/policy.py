"""Who may read what people declared, and who may change the forms."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load forms."""
    return actor.can(Power.LOAD)


def may_see_answers(actor: Actor) -> bool:
    """Whoever screens or gives doses; the rows seen are those of the session's reach."""
    return actor.can(Power.SCREEN) or actor.can(Power.RECORD_DOSE)
