"""Lots and stores: what was registered, received, issued and explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.supply import policy
from tiemchung.domain.supply.actions.chair import post
from tiemchung.domain.supply.actions.gathering import Line
from tiemchung.domain.supply.actions.posting import plain, stock_line
from tiemchung.domain.supply.errors import LotDiffers
from tiemchung.domain.supply.events import LotIssued, LotReceived, LotRegistered
from tiemchung.domain.supply.values import IssueTold, LotTold, MovementKind, ReceiptTold
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database


def load_lots(lots: Iterable[LotTold], *, actor: Actor, now: datetime) -> int:
    """Register lots, or mend what is known of them; returns how many were new or changed.

    Refuses a lot that is known for another product (`lot-differs`).
    """
    if not policy.may_load(actor):
        raise NotPermitted(power="load")
    told = {lot.number: lot for lot in lots}
    with transaction.atomic():
        known = {
            number: LotTold(number=number, product=product, expires_on=expires_on, manufacturer_doses=doses)
            for number, product, expires_on, doses in database.rows(
                "select number, product, expires_on, manufacturer_doses from supply_lot "
                "where number = any(%b::text[]) for update",
                [arrays.texts(list(told))],
            )
        }
        for number, lot in known.items():
            if lot.product != told[number].product:
                raise LotDiffers(lot=number, product=lot.product, told=told[number].product)
        fresh = [lot for number, lot in sorted(told.items()) if known.get(number) != lot]
        _append([_registered(lot, now) for lot in fresh], actor=actor, now=now)
        database.run(
            "insert into supply_lot (number, product, expires_on, manufacturer_doses, status, hold_reason) "
            "select n, p, e, d, 'available', '' from unnest(%b::text[], %b::text[], %b::date[], %b::int4[]) "
            "as t (n, p, e, d) on conflict (number) do update "
            "set expires_on = excluded.expires_on, manufacturer_doses = excluded.manufacturer_doses",
            [
                arrays.texts([lot.number for lot in fresh]),
                arrays.texts([lot.product for lot in fresh]),
                arrays.dates([lot.expires_on for lot in fresh]),
                arrays.integers([lot.manufacturer_doses for lot in fresh]),
            ],
        )
    return len(fresh)


def _registered(lot: LotTold, now: datetime) -> LotRegistered:
    return LotRegistered(
        id=uuid7(now),
        at=now,
        lot=lot.number,
        product=lot.product,
        expires_on=lot.expires_on,
        manufacturer_doses=lot.manufacturer_doses,
    )


def load_receipts(receipts: Iterable[ReceiptTold], *, actor: Actor, now: datetime) -> int:
    """Take in doses that arrived at stores; a receipt told before changes nothing. Returns how many were new."""
    if not policy.may_load(actor):
        raise NotPermitted(power="load")
    told: list[tuple[Event, list[Line]]] = [
        (
            LotReceived(id=receipt.id, at=receipt.at, site=receipt.store, lot=receipt.lot, doses=receipt.doses),
            [
                stock_line(
                    receipt.id,
                    MovementKind.RECEIVED,
                    site=receipt.store,
                    lot=receipt.lot,
                    doses=receipt.doses,
                    at=receipt.at,
                )
            ],
        )
        for receipt in receipts
    ]
    return _load(told, actor=actor, now=now)


def load_issues(issues: Iterable[IssueTold], *, actor: Actor, now: datetime) -> int:
    """Move doses between places; an issue told before changes nothing. Returns how many were new."""
    if not policy.may_load(actor):
        raise NotPermitted(power="load")
    told: list[tuple[Event, list[Line]]] = []
    for issue in issues:
        ends = [(issue.destination, issue.doses), *([(issue.origin, -issue.doses)] if issue.origin else [])]
        lines = [
            stock_line(issue.id, MovementKind.ISSUED, site=site, lot=issue.lot, doses=doses, at=issue.at)
            for site, doses in ends
        ]
        event = LotIssued(
            id=issue.id, at=issue.at, site=issue.origin, lot=issue.lot, destination=issue.destination, doses=issue.doses
        )
        told.append((event, lines))
    return _load(told, actor=actor, now=now)


def _load(told: Sequence[tuple[Event, list[Line]]], *, actor: Actor, now: datetime) -> int:
    fresh_count = 0
    for first in range(0, len(told), _STEP):
        step = told[first : first + _STEP]
        with transaction.atomic():
            known = {
                source
                for (source,) in database.rows(
                    "select distinct source from supply_movement m join "
                    "unnest(%b::text[], %b::text[], %b::uuid[], %b::int2[]) as t (site, lot, source, kind) "
                    "using (site, lot, source, kind)",
                    [
                        arrays.texts([lines[0].site for _, lines in step]),
                        arrays.texts([lines[0].lot for _, lines in step]),
                        arrays.uuids([lines[0].source for _, lines in step]),
                        arrays.smallints([lines[0].kind for _, lines in step]),
                    ],
                )
            }
            fresh = [(event, lines) for event, lines in step if event.id not in known]
            _append([event for event, _ in fresh], actor=actor, now=now)
            post(plain([line for _, lines in fresh for line in lines]))
        fresh_count += len(fresh)
    return fresh_count


_STEP = 500
"""How many facts of a file are appended and committed together: a batch of the journal's own (PROTOCOL, Limits)."""


def _append(events: Sequence[Event], *, actor: Actor, now: datetime) -> None:
    for first in range(0, len(events), _STEP):
        journal.append(events[first : first + _STEP], actor=actor, recorded_at=now)
