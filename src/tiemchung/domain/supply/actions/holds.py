"""Quality holds: one person sets a lot aside, two let it be used again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.supply import policy
from tiemchung.domain.supply.errors import LotNotHeld, LotUnknown, ReasonNeeded, SecondPersonNeeded
from tiemchung.domain.supply.events import LotHeld, LotReleased
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database


def hold_lot(number: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Set a lot aside in every place at once; one person is enough. Held already, it stays held since then."""
    if not policy.may_hold_everywhere(actor):
        raise NotPermitted(lot=number)
    if not reason:
        raise ReasonNeeded(lot=number)
    with transaction.atomic():
        if _held_at(number) is not None:
            return
        journal.append([LotHeld(id=uuid7(now), at=now, lot=number, reason=reason)], actor=actor, recorded_at=now)
        database.run(
            "update supply_lot set status = 'held', held_at = %s, hold_reason = %s where number = %s",
            [now, reason, number],
        )


def release_lot(number: str, *, reason: str, actor: Actor, second: Actor, now: datetime) -> None:
    """Let a lot be used again everywhere. It takes two persons; sites' own holds stay in force."""
    _insist_on_two(actor, second, permitted=policy.may_hold_everywhere(actor) and policy.may_hold_everywhere(second))
    if not reason:
        raise ReasonNeeded(lot=number)
    with transaction.atomic():
        if _held_at(number) is None:
            raise LotNotHeld(lot=number)
        released = LotReleased(id=uuid7(now), at=now, lot=number, reason=reason, second=_identity(second))
        journal.append([released], actor=actor, recorded_at=now)
        database.run(
            "update supply_lot set status = 'available', held_at = null, hold_reason = '' where number = %s", [number]
        )


def release_here(site: str, lot: str, *, reason: str, actor: Actor, second: Actor, now: datetime) -> None:
    """End a site's own hold. It takes two persons; a hold of the nation stays in force."""
    permitted = policy.may_keep_stock(actor, site) and policy.may_keep_stock(second, site)
    _insist_on_two(actor, second, permitted=permitted)
    if not reason:
        raise ReasonNeeded(lot=lot)
    with transaction.atomic():
        released = database.run(
            "update supply_sitehold set released_at = %s where site = %s and lot = %s "
            "and (released_at is null or released_at < held_at)",
            [now, site, lot],
        )
        if not released:
            raise LotNotHeld(lot=lot, site=site)
        event = LotReleased(id=uuid7(now), at=now, lot=lot, reason=reason, second=_identity(second))
        journal.append([event], actor=actor, recorded_at=now, site=site)


def _insist_on_two(actor: Actor, second: Actor, *, permitted: bool) -> None:
    if not permitted:
        raise NotPermitted
    if actor.id is None or second.id is None or actor.id == second.id:
        raise SecondPersonNeeded


def _identity(actor: Actor) -> UUID:
    if actor.id is None:
        raise SecondPersonNeeded
    return actor.id


def _held_at(number: str) -> datetime | None:
    found = database.row("select held_at from supply_lot where number = %s for update", [number])
    if found is None:
        raise LotUnknown(lot=number)
    held_at: datetime | None = found[0]
    return held_at
