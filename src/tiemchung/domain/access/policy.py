"""Who may enroll and cut off devices, who may vouch for a person at a desk, and what may be claimed. Closed by default."""

from __future__ import annotations

from tiemchung.domain.access.rules.claims import fault_of_birth, fault_of_name, fault_of_number
from tiemchung.domain.access.values import ADULT_AT_YEARS
from tiemchung.kernel.actor import Actor, ActorKind, Power


def may_enroll_devices(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor may open enrollments, compare fingerprints and cut off devices of this site."""
    return actor.can(Power.ENROLL_DEVICE) and actor.reaches(site)


def may_load(actor: Actor) -> bool:
    """Tell whether the actor may load a campaign's staff and enrollment codes."""
    return actor.can(Power.LOAD)


def may_vouch(actor: Actor, *, site: str) -> bool:
    """Tell whether the actor, as a person at this site's desk, may hand out a proof code or confirm who somebody is."""
    powers = (Power.RECORD_DOSE, Power.SCREEN, Power.ATTEST)
    return actor.kind is ActorKind.STAFF and actor.reaches(site) and any(actor.can(power) for power in powers)


__all__ = [
    "ADULT_AT_YEARS",
    "fault_of_birth",
    "fault_of_name",
    "fault_of_number",
    "may_enroll_devices",
    "may_load",
    "may_vouch",
]
