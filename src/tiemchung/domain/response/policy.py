"""Who may look at what goes wrong, and who may do something about it."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power


def may_see(actor: Actor, site: str) -> bool:
    """Tell whether the actor watches over this site; what is of no site is for who watches the country."""
    return actor.can(Power.SEE_BOARD) and _covers(actor, site)


def may_respond(actor: Actor, site: str) -> bool:
    """Tell whether the actor may open, take, assign, comment and resolve incidents there, and speak with callers."""
    return actor.can(Power.RESPOND) and _covers(actor, site)


def may_form_teams(actor: Actor) -> bool:
    """Tell whether the actor may form support teams: whoever responds for the whole country."""
    return actor.can(Power.RESPOND) and actor.reach.everywhere


def _covers(actor: Actor, site: str) -> bool:
    return actor.reach.everywhere or (site != "" and actor.reaches(site))
