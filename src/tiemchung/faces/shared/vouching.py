"""Where somebody of the staff may say who stands before them."""

from __future__ import annotations

from tiemchung.domain.access.policy import VOUCH
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Unit, is_ward_code, ward_code
from tiemchung.kernel.actor import Actor, Power


def vouching_place(actor: Actor) -> str | None:
    """Return where somebody vouches: at the site at which they work, or as a ward's officer for the ward itself.

    Whoever plans for many wards and serves at no site meets nobody face to face, and vouches for nobody.
    """
    sites = sorted(code for code in actor.reach.sites if not is_ward_code(code))
    if sites and actor.powers & (VOUCH - {Power.PLAN}):
        return sites[0]
    for era in (Era.Y2021, Era.Y2025):
        wards = wards_of(actor, era)
        if len(wards) == 1:
            return ward_code(wards[0].code)
    return None


def wards_of(actor: Actor, era: Era) -> list[Unit]:
    """Return the communes of a division for which somebody works."""
    found = (places.unit(era, code) for code in sorted(actor.reach.communes))
    return [unit for unit in found if unit is not None]
