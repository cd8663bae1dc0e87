"""Folding again what referred to something that had not come yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization.events import Confirmed, Corrected, Voided
from tiemchung.domain.intake import engine
from tiemchung.domain.intake.actions import AWAITS, ROOM_TO_COME
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.movement import actions as movement
from tiemchung.domain.movement.events import Passed
from tiemchung.domain.visits import actions as visits
from tiemchung.kernel.events import Event, Kept

AT_ONCE = 500


def refold(*, now: datetime, after: UUID | None = None) -> tuple[int, UUID | None]:
    """Fold again up to 500 entries that await another, in journal order. Idempotent: what still waits, waits on.

    For a session that sees every site. Returns how many were folded, and where the next call goes on (None: from the start).
    """
    waiting = journal_queries.unfolded(AWAITS, after=after, limit=AT_ONCE)
    kept: list[Kept[Event]] = []
    for entry in journal_queries.entries(waiting):
        event = engine.read(entry.body, entry.seq)
        if isinstance(event, Confirmed | Corrected | Voided):
            kept.append(
                Kept(
                    event=event,
                    site=entry.site,
                    device=entry.device,
                    occurred_at=entry.occurred_at,
                    recorded_at=entry.recorded_at,
                )
            )
    with transaction.atomic():
        still = {finding.entry for finding in immunization.fold(kept) if finding.code == AWAITS}
        visits.fold(kept)
        folded = [one.event.id for one in kept if one.event.id not in still]
        journal.mark_folded(folded)
        immunization.tell_again(folded, now=now)
    return len(folded), waiting[-1] if len(waiting) == AT_ONCE else None


def fold_arrived() -> int:
    """Fold what was kept for a room that has arrived since, up to 500 entries. Idempotent. Returns how many were folded."""
    waiting = journal_queries.unfolded(ROOM_TO_COME, after=None, limit=AT_ONCE)
    passages: list[Kept[Passed]] = []
    for entry in journal_queries.entries(waiting):
        event = engine.read(entry.body, entry.seq)
        if isinstance(event, Passed):
            passages.append(
                Kept(
                    event=event,
                    site=entry.site,
                    device=entry.device,
                    occurred_at=entry.occurred_at,
                    recorded_at=entry.recorded_at,
                )
            )
    with transaction.atomic():
        movement.fold(passages)
        journal.mark_folded([one.event.id for one in passages])
    return len(passages)
