"""Quality holds and recalls: one person sets a lot aside, two let it be used again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.supply import policy
from tiemchung.domain.supply.actions.posting import insist_on_reason, lock_balances, tell
from tiemchung.domain.supply.errors import AmountImpossible, LotNotHeld, LotUnknown
from tiemchung.domain.supply.events import LotHeld, LotHeldAtStore, LotRecalled, LotReleased, RecallAnswered
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database


def hold_lot(number: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Set a lot aside in every place at once; one person is enough. Held already, it stays held since then."""
    if not policy.may_hold_everywhere(actor):
        raise NotPermitted(lot=number)
    why = insist_on_reason(reason, lot=number)
    with transaction.atomic():
        if _held_at(number) is not None:
            return
        tell([LotHeld(id=uuid7(now), at=now, lot=number, reason=why)], site="", actor=actor, now=now)
        database.run(
            "update supply_lot set status = 'held', held_at = %s, hold_reason = %s where number = %s",
            [now, why, number],
        )


def hold_here(site: str, lot: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Set a lot aside at one place; one person is enough. Held there already, it stays held since then."""
    if not policy.may_hold_here(actor, site):
        raise NotPermitted(site=site)
    why = insist_on_reason(reason, lot=lot)
    with transaction.atomic():
        # A shipment that is just leaving has these rows: it goes wholly before the hold, or not at all.
        lock_balances(site, [lot])
        fresh = database.run(
            "insert into supply_sitehold as h (site, lot, held_at, reason) values (%s, %s, %s, %s) "
            "on conflict (site, lot) do update set held_at = excluded.held_at, reason = excluded.reason "
            "where h.released_at >= h.held_at",
            [site, lot, now, why],
        )
        if fresh:
            held = LotHeldAtStore(id=uuid7(now), at=now, lot=lot, reason=why)
            tell([held], site=site, actor=actor, now=now)


def recall_lot(number: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take a lot back from every place: it is held everywhere, and each place that has it is asked to answer.

    One person who judges quality for the country is enough; letting it be used again takes two. Told again, nothing changes.
    """
    if not (policy.may_hold_everywhere(actor) and actor.can(Power.JUDGE_QUALITY)):
        raise NotPermitted(lot=number)
    why = insist_on_reason(reason, lot=number)
    with transaction.atomic():
        _held_at(number)
        fresh = database.run(
            "update supply_lot set status = 'held', held_at = coalesce(held_at, %s), hold_reason = %s, recalled_at = %s "
            "where number = %s and recalled_at is null",
            [now, why, now, number],
        )
        if fresh:
            recalled = LotRecalled(id=uuid7(now), at=now, lot=number, reason=why)
            tell([recalled], site="", actor=actor, now=now)


def answer_recall(site: str, lot: str, *, doses: int, actor: Actor, now: datetime) -> None:
    """Say for a place that the recall was read and how many doses were set aside; a later answer takes its place."""
    if not policy.may_keep_stock(actor, site):
        raise NotPermitted(site=site)
    if doses < 0:
        raise AmountImpossible(doses=doses)
    with transaction.atomic():
        recalled = database.row("select recalled_at from supply_lot where number = %s", [lot])
        if recalled is None or recalled[0] is None:
            raise LotNotHeld(lot=lot)
        database.run(
            "insert into supply_recallanswer (site, lot, told_by, answered_at, doses) values (%s, %s, %s, %s, %s) "
            "on conflict (site, lot) do update set told_by = excluded.told_by, answered_at = excluded.answered_at, "
            "doses = excluded.doses",
            [site, lot, actor.id, now, doses],
        )
        answer = RecallAnswered(id=uuid7(now), at=now, lot=lot, doses=doses)
        tell([answer], site=site, actor=actor, now=now)


def end_hold_everywhere(number: str, *, reason: str, first: UUID, second: UUID, actor: Actor, now: datetime) -> None:
    """End the nation's hold, and a recall with it, as two persons have agreed; refuses a lot that is not held."""
    if _held_at(number) is None:
        raise LotNotHeld(lot=number)
    released = LotReleased(id=uuid7(now), at=now, lot=number, reason=reason, second=second, staff=first)
    tell([released], site="", actor=actor, now=now)
    database.run(
        "update supply_lot set status = 'available', held_at = null, hold_reason = '', recalled_at = null "
        "where number = %s",
        [number],
    )


def end_hold_here(site: str, lot: str, *, reason: str, first: UUID, second: UUID, actor: Actor, now: datetime) -> None:
    """End a place's own hold, as two persons have agreed; refuses a lot that it does not hold."""
    released = database.run(
        "update supply_sitehold set released_at = %s where site = %s and lot = %s "
        "and (released_at is null or released_at < held_at)",
        [now, site, lot],
    )
    if not released:
        raise LotNotHeld(lot=lot, site=site)
    event = LotReleased(id=uuid7(now), at=now, lot=lot, reason=reason, second=second, staff=first)
    tell([event], site=site, actor=actor, now=now)


def _held_at(number: str) -> datetime | None:
    found = database.row("select held_at from supply_lot where number = %s for update", [number])
    if found is None:
        raise LotUnknown(lot=number)
    held_at: datetime | None = found[0]
    return held_at
