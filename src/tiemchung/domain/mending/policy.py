"""Who may see what is to be mended, and who may decide it."""

from __future__ import annotations

from tiemchung.domain.mending.values import CENTER, ComplaintKind
from tiemchung.domain.people.values import PersonCorrection
from tiemchung.domain.visits import policy as visits
from tiemchung.kernel.actor import NOWHERE, Actor, ActorKind, Power, Reach


def may_mend(actor: Actor, *, site: str, commune: str) -> bool:
    """Tell whether the actor works the cases of this desk: its site's, its commune's, or the center's for the country."""
    if actor.kind is not ActorKind.STAFF or not actor.can(Power.MEND):
        return False
    if site == CENTER:
        return actor.reach.everywhere
    return actor.reaches(site) or actor.reach.covers_commune(commune)


def may_enter_missing(actor: Actor, site: str) -> bool:
    """Tell whether the actor enters at this site what people miss: whoever types there what others wrote on paper."""
    types = actor.can(Power.CHECK_IN) and actor.can(Power.RECORD_DOSE)
    return actor.kind is ActorKind.STAFF and types and actor.reaches(site)


def may_repair(actor: Actor, site: str) -> bool:
    """Tell whether the actor mends what hit many doses of this site: its lead, and its ward's officers."""
    return actor.kind is ActorKind.STAFF and actor.can(Power.MEND) and actor.reaches(site)


def deciders(kind: ComplaintKind, correction: PersonCorrection | None, *, counts_change: bool) -> int:
    """Return how many persons decide a case.

    Two where an identity number changes, for by it somebody's record is found, and where doses are counted otherwise.
    """
    return max(kind.deciders, 2 if counts_change or (correction and correction.number) else 1)


def desks_of(actor: Actor) -> Reach:
    """Return the reach of the desks whose cases this actor works: of whoever watches the country, the center's own."""
    if actor.kind is not ActorKind.STAFF or not actor.can(Power.MEND):
        return NOWHERE
    center = frozenset({CENTER}) if actor.reach.everywhere else frozenset()
    return Reach(sites=actor.reach.sites | center, communes=actor.reach.communes)


def may_type_scans(actor: Actor, site: str) -> bool:
    """Tell whether the actor types what others wrote on paper at this site: a recorder."""
    return actor.kind is ActorKind.STAFF and visits.may_type_from_paper(actor, site)


def may_bring_scans(actor: Actor, site: str) -> bool:
    """Tell whether the actor brings scans of slips and sees the queue: who types there, and the site's lead."""
    return actor.kind is ActorKind.STAFF and (may_type_scans(actor, site) or visits.may_attest(actor, site))
