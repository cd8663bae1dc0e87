"""What waits at a site for its lead: entries that were kept whole and do not count."""

from __future__ import annotations

from tiemchung.domain.intake import engine
from tiemchung.domain.intake.values import RELEASABLE, AsideShown
from tiemchung.domain.journal import queries as journal
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.refusal import NotPermitted

SHOWN = 100
"""Entries on the lead's page. Ours: who has more has other worries than reading them one by one."""


def set_aside(site: str, *, actor: Actor) -> list[AsideShown]:
    """Return what is set aside at a site, the newest first: which kind of entry, by whom, from which device, why.

    Nobody's name or health is in it. Refuses who may not attest at the site (`not-permitted`).
    """
    if not actor.can(Power.ATTEST) or not actor.reaches(site):
        raise NotPermitted(site=site)
    shown = []
    for held in journal.set_aside_of(site, limit=SHOWN):
        told = engine.read(held.line, held.seq)
        readable = not isinstance(told, engine.Unread)
        shown.append(
            AsideShown(
                id=held.id,
                device=held.device,
                reason=held.reason,
                recorded_at=held.recorded_at,
                kind=None if isinstance(told, engine.Unread) else told.kind(),
                staff=None if isinstance(told, engine.Unread) else told.staff,
                told_at=None if isinstance(told, engine.Unread) else engine.occurred_at(told),
                releasable=readable and held.reason in RELEASABLE,
            )
        )
    return shown
