"""Who may move, hold, judge and release stock."""

from __future__ import annotations

from tiemchung.domain.supply.values import DecisionKind
from tiemchung.kernel.actor import Actor, Power


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may register lots, receipts and issues from a file."""
    return actor.can(Power.LOAD)


def may_hold_everywhere(actor: Actor) -> bool:
    """Tell whether the actor may hold, recall or release a lot for the whole country."""
    return _keeps_or_judges(actor) and actor.reach.everywhere


def may_keep_stock(actor: Actor, site: str) -> bool:
    """Tell whether the actor may take in, send, read, count and explain at this place."""
    return actor.can(Power.RECEIVE_STOCK) and actor.reaches(site)


def may_note_vials(actor: Actor, site: str) -> bool:
    """Tell whether the actor may write down what became of vials at this site: who gives doses there, and its lead."""
    return (actor.can(Power.RECORD_DOSE) or actor.can(Power.RECEIVE_STOCK)) and actor.reaches(site)


def may_hold_here(actor: Actor, site: str) -> bool:
    """Tell whether the actor may set a lot aside at this place: whoever stands there, observes or judges, at once."""
    closest = may_note_vials(actor, site) or actor.can(Power.OBSERVE) or actor.can(Power.JUDGE_QUALITY)
    return closest and actor.reaches(site)


def may_see_stock(actor: Actor, site: str) -> bool:
    """Tell whether the actor may look at the shelves of this place."""
    return _keeps_or_judges(actor) and actor.reaches(site)


def may_judge(actor: Actor, site: str) -> bool:
    """Tell whether the actor may decide about the quality of what lies at this place."""
    return actor.can(Power.JUDGE_QUALITY) and actor.reaches(site)


def may_decide(actor: Actor, kind: DecisionKind, *, sites: tuple[str, ...]) -> bool:
    """Tell whether the actor may be one of the two persons of such a decision about one of these places."""
    if kind is DecisionKind.RELEASE_LOT:
        return may_hold_everywhere(actor)
    if kind in (DecisionKind.EXPLAIN_SHIPMENT, DecisionKind.EXPLAIN_COUNT, DecisionKind.RELEASE_HERE):
        return any(_keeps_or_judges(actor) and actor.reaches(site) for site in sites)
    return any(may_judge(actor, site) for site in sites)


def _keeps_or_judges(actor: Actor) -> bool:
    return actor.can(Power.RECEIVE_STOCK) or actor.can(Power.JUDGE_QUALITY)
