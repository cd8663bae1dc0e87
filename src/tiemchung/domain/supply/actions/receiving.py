"""Stores and what comes to them from outside: the chain, its fridges, consignments with their documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tiemchung.domain.supply import models, policy, queries
from tiemchung.domain.supply.actions.posting import insist_on_place, move, stock_line, tell
from tiemchung.domain.supply.actions.temperature import lay_down
from tiemchung.domain.supply.errors import AmountImpossible, ExpiryDiffers, FridgeUnknown, LotDiffers, LotOutOfDate
from tiemchung.domain.supply.events import ConsignmentReceived, LotRegistered
from tiemchung.domain.supply.values import ConsignmentTold, FridgeShown, MovementKind, Store
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.reference import put

MOST_DOSES = 10_000_000
"""Doses of one lot in one consignment; ours, far above the largest that came."""


@transaction.atomic
def load_stores(told: Iterable[Store], *, actor: Actor) -> int:
    """Take the stores of a campaign file with their place in the chain; returns how many were new or changed."""
    if not policy.may_load(actor):
        raise NotPermitted(power="load")
    rows = [{"code": each.code, "level": each.level.value, "supplier": each.supplier} for each in told]
    changes = put("supply_store", {"code": "text", "level": "text", "supplier": "text"}, rows, key=("code",))
    return changes.added + changes.altered


@transaction.atomic
def load_fridges(told: Iterable[FridgeShown], *, actor: Actor) -> int:
    """Take fridges of a campaign file with their limits; returns how many were new or changed."""
    if not policy.may_load(actor):
        raise NotPermitted(power="load")
    shape = {
        "site": "text",
        "code": "text",
        "name": "text",
        "low_c": "double precision",
        "high_c": "double precision",
    }
    rows = [
        {"site": each.site, "code": each.code, "name": each.name, "low_c": each.low_c, "high_c": each.high_c}
        for each in told
    ]
    changes = put("supply_fridge", shape, rows, key=("site", "code"))
    return changes.added + changes.altered


@transaction.atomic
def receive_consignment(told: ConsignmentTold, *, actor: Actor, now: datetime) -> bool:
    """Take in doses of a lot from outside with their documents; False if this id was told before.

    They lie in the ledger at once and leave the store only after two persons have released them. A lot nobody knew is
    registered; one that is known for another product or expiry, or past its last day, is refused.
    """
    if not policy.may_keep_stock(actor, told.site):
        raise NotPermitted(site=told.site)
    insist_on_place(told.site)
    if not (0 < told.vials <= told.doses <= MOST_DOSES):
        raise AmountImpossible(doses=told.doses)
    if told.expires_on < business_day(now):
        raise LotOutOfDate(lot=told.lot, expires_on=told.expires_on)
    if told.fridge and told.fridge not in {fridge.code for fridge in queries.fridges(told.site)}:
        raise FridgeUnknown(fridge=told.fridge)
    _, fresh = models.Consignment.objects.get_or_create(
        id=told.id,
        defaults={
            "site": told.site,
            "lot": told.lot,
            "doses": told.doses,
            "vials": told.vials,
            "invoice": told.invoice,
            "certificate": told.certificate,
            "packing": told.packing,
            "element_string": told.element_string,
            "verdict": told.verdict.value,
            "received_at": now,
            "told_by": actor.id,
        },
    )
    if not fresh:
        return False
    registered = _register(told, now=now)
    received = ConsignmentReceived(
        id=told.id,
        at=now,
        lot=told.lot,
        doses=told.doses,
        vials=told.vials,
        invoice=told.invoice,
        certificate=told.certificate,
        verdict=told.verdict.value,
        packing=told.packing,
        element_string=told.element_string,
    )
    shelved = lay_down(told.site, [told.lot], fridge=told.fridge, now=now)
    tell([*registered, received, *shelved], site=told.site, actor=actor, now=now)
    line = stock_line(told.id, MovementKind.RECEIVED, site=told.site, lot=told.lot, doses=told.doses, at=now)
    move([line])
    return True


def _register(told: ConsignmentTold, *, now: datetime) -> list[Event]:
    fresh = database.run(
        "insert into supply_lot (number, product, expires_on, status, hold_reason) values (%s, %s, %s, 'available', '') "
        "on conflict do nothing",
        [told.lot, told.product, told.expires_on],
    )
    if fresh:
        return [LotRegistered(id=uuid7(now), at=now, lot=told.lot, product=told.product, expires_on=told.expires_on)]
    known = queries.lot_shown(told.lot)
    assert known is not None  # noqa: S101 - the insert has just met it
    if known.product != told.product:
        raise LotDiffers(lot=told.lot, product=known.product, told=told.product)
    if known.expires_on is not None and known.expires_on != told.expires_on:
        raise ExpiryDiffers(lot=told.lot, expires_on=known.expires_on, told=told.expires_on)
    return []
