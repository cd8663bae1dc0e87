"""Who may see a person's certificates, and who may change the list of trusted keys."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tiemchung.kernel.actor import Actor, ActorKind, Power

_READS = frozenset({Power.RECORD_DOSE, Power.ATTEST})


def may_see(actor: Actor, persons: Collection[UUID]) -> bool:
    """Whoever serves people at a site, and the platform itself; the rows seen are those of the session's reach.

    A citizen: of persons whose book their account opens by a proof, and of nobody else.
    """
    if actor.kind is ActorKind.CITIZEN:
        return actor.reach.books.issuperset(persons)
    return actor.kind is ActorKind.SYSTEM or bool(actor.powers & _READS)


def may_load_keys(actor: Actor) -> bool:
    """Whoever loads a campaign's data."""
    return actor.can(Power.LOAD)
