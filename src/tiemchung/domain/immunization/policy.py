"""Who may touch the record."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tiemchung.kernel.actor import Actor, ActorKind, Power


def may_record_dose(actor: Actor, site: str) -> bool:
    """A nurse or a recorder at her own site; an enrolled device at the site it is enrolled at."""
    return actor.can(Power.RECORD_DOSE) and actor.reaches(site)


def may_attest(actor: Actor, site: str) -> bool:
    """A lead of the site, as a person: a device never attests."""
    return actor.kind is ActorKind.STAFF and actor.can(Power.ATTEST) and actor.reaches(site)


_READS = frozenset({Power.RECORD_DOSE, Power.SCREEN, Power.OBSERVE, Power.ATTEST, Power.MEND, Power.READ_RECORD})


def may_see_history(actor: Actor, persons: Collection[UUID]) -> bool:
    """Whoever serves people at a site or mends what is wrong, and the platform itself; the rows are those of the session's reach.

    A citizen: of persons whose book their account opens by a proof, and of nobody else. So whoever a citizen allowed it.
    """
    if actor.kind is ActorKind.CITIZEN or actor.reach.books:
        return actor.reach.books.issuperset(persons)
    return actor.kind is ActorKind.SYSTEM or bool(actor.powers & _READS)


def may_ask_for_doses(actor: Actor, persons: Collection[UUID]) -> bool:
    """Whoever serves people or receives them: the first desk asks which doses somebody had. A citizen asks of own books."""
    if actor.kind is ActorKind.CITIZEN:
        return actor.reach.books.issuperset(persons)
    return bool(actor.powers & (_READS - {Power.MEND} | {Power.CHECK_IN}))


def may_amend(actor: Actor, site: str) -> bool:
    """Whoever records at the site of the dose, its lead, and who decides what is complained of there."""
    return bool(actor.powers & {Power.RECORD_DOSE, Power.ATTEST, Power.MEND}) and actor.reaches(site)
