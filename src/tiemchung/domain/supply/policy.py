"""Who may move, hold and release stock."""

from __future__ import annotations

from tiemchung.kernel.actor import Actor, Power


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may register lots, receipts and issues from a file."""
    return actor.can(Power.LOAD)


def may_hold_everywhere(actor: Actor) -> bool:
    """Tell whether the actor may hold or release a lot for the whole country."""
    return actor.can(Power.RECEIVE_STOCK) and actor.reach.everywhere


def may_keep_stock(actor: Actor, site: str) -> bool:
    """Tell whether the actor may explain differences and release the site's own holds."""
    return actor.can(Power.RECEIVE_STOCK) and actor.reaches(site)


def may_note_vials(actor: Actor, site: str) -> bool:
    """Tell whether the actor may write down what became of vials at this site: who gives doses there, and its lead."""
    return (actor.can(Power.RECORD_DOSE) or actor.can(Power.RECEIVE_STOCK)) and actor.reaches(site)


def may_hold_here(actor: Actor, site: str) -> bool:
    """Tell whether the actor may set a lot aside at this site: whoever stands at the chair or observes, at once."""
    return (may_note_vials(actor, site) or actor.can(Power.OBSERVE)) and actor.reaches(site)
