"""From shelf to shelf: picked by first expiry first out, dispatched or cancelled, taken in whole or in parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.supply import models, policy, queries, rules
from tiemchung.domain.supply.actions.posting import (
    insist_on_place,
    insist_on_reason,
    insist_on_stock,
    lock_balances,
    lock_lots,
    move,
    stock_line,
    tell,
)
from tiemchung.domain.supply.actions.receiving import MOST_DOSES
from tiemchung.domain.supply.actions.temperature import lay_down
from tiemchung.domain.supply.errors import (
    AmountImpossible,
    LotOnHold,
    LotOutOfDate,
    ShipmentChanged,
    ShipmentGone,
    ShipmentNotOnRoad,
    ShipmentUnknown,
)
from tiemchung.domain.supply.events import (
    SentDoses,
    ShipmentArrived,
    ShipmentCancelled,
    ShipmentDispatched,
    ShipmentPicked,
)
from tiemchung.domain.supply.values import (
    ArrivalTold,
    Band,
    MovementKind,
    Picked,
    Purpose,
    ShelfLine,
    ShipmentShown,
    ShipmentState,
)
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

COLD = Band(low_c=2.0, high_c=8.0)
"""How boxes travel unless they carry dry ice."""


@transaction.atomic
def pick_shipment(
    identifier: UUID,
    *,
    origin: str,
    destination: str,
    product: str,
    doses: int,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> bool:
    """Pick doses of a product by first expiry, first out; False if this id was told before.

    They stay in the ledger of the origin and are free for nobody else. Fewer free doses than asked for: nothing is picked.
    """
    _permit_picking(origin, destination, doses, actor)
    if queries.shipment(identifier) is not None:
        return False
    lock_balances(origin, [line.lot for line in queries.shelves(origin) if line.product == product])
    chosen = queries.picked(origin, product, doses, on=business_day(now))
    insist_on_stock(origin, product, wanted=doses, free=sum(each.doses for each in chosen))
    return _pick(identifier, chosen, Purpose.SUPPLY, origin, destination, actor=actor, now=now, note=note)


@transaction.atomic
def pick_return(
    identifier: UUID,
    *,
    origin: str,
    destination: str,
    lot: str,
    doses: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Pick doses of one lot to be sent back, whether it is on hold or not; False if this id was told before."""
    _permit_picking(origin, destination, doses, actor)
    why = insist_on_reason(reason, lot=lot)
    if queries.shipment(identifier) is not None:
        return False
    lock_balances(origin, [lot])
    for line in queries.shelves(origin, lot=lot):
        insist_on_stock(origin, lot, wanted=doses, free=_not_in_boxes(line))
        chosen = [Picked(lot=lot, doses=doses)]
        return _pick(identifier, chosen, Purpose.RETURN, origin, destination, actor=actor, now=now, note=why)
    insist_on_stock(origin, lot, wanted=doses, free=0)
    return False


def _permit_picking(origin: str, destination: str, doses: int, actor: Actor) -> None:
    if not policy.may_keep_stock(actor, origin):
        raise NotPermitted(site=origin)
    insist_on_place(destination)
    if not 0 < doses <= MOST_DOSES or origin == destination:
        raise AmountImpossible(doses=doses)


def _not_in_boxes(line: ShelfLine) -> int:
    return line.doses - line.waiting - line.picked


def _pick(
    identifier: UUID,
    chosen: Sequence[Picked],
    purpose: Purpose,
    origin: str,
    destination: str,
    *,
    actor: Actor,
    now: datetime,
    note: str,
) -> bool:
    fresh = database.run(
        "insert into supply_shipment (id, picked_by, picked_at, origin, destination, purpose, state, note) "
        "values (%s, %s, %s, %s, %s, %s, 'picked', %s) on conflict do nothing",
        [identifier, actor.id, now, origin, destination, purpose.value, note.strip()],
    )
    if not fresh:
        return False
    models.ShipmentLine.objects.bulk_create(
        [models.ShipmentLine(shipment=identifier, lot=each.lot, sent=each.doses) for each in chosen]
    )
    lines = tuple(SentDoses(lot=each.lot, doses=each.doses) for each in chosen)
    event = ShipmentPicked(id=identifier, at=now, destination=destination, purpose=purpose.value, lines=lines)
    tell([event], site=origin, actor=actor, now=now)
    return True


@transaction.atomic
def cancel_shipment(identifier: UUID, *, reason: str, actor: Actor, now: datetime) -> bool:
    """Put picked doses back on the shelf; False if that was done before. What has been dispatched cannot be cancelled."""
    found = _locked(identifier, actor, incoming=False)
    why = insist_on_reason(reason)
    if found.state is ShipmentState.CANCELLED:
        return False
    if found.state is not ShipmentState.PICKED:
        raise ShipmentGone(shipment=identifier)
    database.run(
        "update supply_shipment set state = 'cancelled', ended_at = %s, note = %s where id = %s", [now, why, identifier]
    )
    event = ShipmentCancelled(id=uuid7(now), at=now, shipment=identifier, reason=why)
    tell([event], site=found.origin, actor=actor, now=now)
    return True


@transaction.atomic
def dispatch_shipment(identifier: UUID, *, warm: bool = True, actor: Actor, now: datetime) -> bool:
    """Let picked doses leave: from now on they are on the road. False if it has left before.

    Refuses a lot that was held meanwhile or is past its last day, unless it goes back, and doses that are not there.
    """
    found = _locked(identifier, actor, incoming=False)
    if found.state in (ShipmentState.ON_ROAD, ShipmentState.ARRIVED):
        return False
    if found.state is ShipmentState.CANCELLED:
        raise ShipmentGone(shipment=identifier)
    lots = [line.lot for line in found.lines]
    lock_lots(lots)
    lock_balances(found.origin, lots)
    shelf = {line.lot: line for line in queries.shelves(found.origin) if line.lot in lots}
    for line in found.lines:
        there = shelf.get(line.lot)
        insist_on_stock(found.origin, line.lot, wanted=line.sent, free=_not_in_boxes(there) + line.sent if there else 0)
        if there is not None and found.purpose is Purpose.SUPPLY:
            _insist_on_fit(there, on=business_day(now))
        database.run(
            "update supply_shipmentline set thawed_on = %s where shipment = %s and lot = %s",
            [_thawed_on(there, warm=warm, now=now) if there else None, identifier, line.lot],
        )
    database.run(
        "update supply_shipment set state = 'on-road', dispatched_at = %s, dispatched_by = %s, warm = %s where id = %s",
        [now, actor.id, warm, identifier],
    )
    event = ShipmentDispatched(
        id=uuid7(now),
        at=now,
        shipment=identifier,
        destination=found.destination,
        lines=tuple(SentDoses(lot=line.lot, doses=line.sent) for line in found.lines),
        warm=warm,
    )
    tell([event], site=found.origin, actor=actor, now=now)
    move(
        [
            stock_line(identifier, MovementKind.ISSUED, site=found.origin, lot=line.lot, doses=-line.sent, at=now)
            for line in found.lines
        ]
    )
    return True


def _insist_on_fit(line: ShelfLine, *, on: date) -> None:
    if line.held_since is not None:
        raise LotOnHold(lot=line.lot)
    if line.use_before is not None and line.use_before < on:
        raise LotOutOfDate(lot=line.lot, expires_on=line.use_before)


def _thawed_on(line: ShelfLine, *, warm: bool, now: datetime) -> date | None:
    product = vaccines.products().get(line.product or "")
    stored = rules.band_of(product.notes.get("storage_c")) if product else None
    if line.thawed_on is None and warm and rules.thaws(stored, COLD):
        return business_day(now)
    return line.thawed_on


@transaction.atomic
def take_in(told: ArrivalTold, *, actor: Actor, now: datetime) -> bool:
    """Take doses of a shipment into the destination's ledger, all of them or some; False if this id was told before.

    What did not come stays open until it comes or two persons explain it. More than was sent is kept too, and open.
    Refuses if somebody else has taken in doses since the page was shown (`shipment-changed`).
    """
    found = _locked(told.shipment, actor, incoming=True)
    fresh = database.run(
        "insert into supply_arrival (id, shipment, told_by, arrived_at, site, verdict, note) "
        "values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [told.id, told.shipment, actor.id, now, found.destination, told.verdict.value, told.note.strip()],
    )
    if not fresh:
        return False
    if found.state is not ShipmentState.ON_ROAD:
        raise ShipmentNotOnRoad(shipment=told.shipment)
    if told.open_before != {line.lot: line.open for line in found.lines}:
        raise ShipmentChanged(shipment=told.shipment)
    came = {lot: doses for lot, doses in told.doses.items() if doses}
    known = {line.lot for line in found.lines}
    if not came or not known >= came.keys() or not all(0 < doses <= MOST_DOSES for doses in came.values()):
        raise AmountImpossible(doses=sum(came.values()))
    for lot, doses in came.items():
        database.run(
            "update supply_shipmentline set arrived = arrived + %s where shipment = %s and lot = %s",
            [doses, told.shipment, lot],
        )
    end_if_nothing_is_open(told.shipment, now=now)
    event = ShipmentArrived(
        id=told.id,
        at=now,
        shipment=told.shipment,
        lines=tuple(SentDoses(lot=lot, doses=doses) for lot, doses in sorted(came.items())),
        verdict=told.verdict.value,
        note=told.note.strip(),
    )
    thawed = dict(
        database.rows(
            "select lot, thawed_on from supply_shipmentline where shipment = %s and thawed_on is not null",
            [told.shipment],
        )
    )
    shelved = lay_down(found.destination, list(came), fridge=told.fridge, now=now, thawed=thawed)
    tell([event, *shelved], site=found.destination, actor=actor, now=now)
    move(
        [
            stock_line(told.id, MovementKind.ISSUED, site=found.destination, lot=lot, doses=doses, at=now)
            for lot, doses in came.items()
        ]
    )
    return True


def end_if_nothing_is_open(identifier: UUID, *, now: datetime) -> None:
    """Let a shipment on the road be arrived when none of its lines is open any more."""
    database.run(
        "update supply_shipment set state = 'arrived', ended_at = %s where id = %s and state = 'on-road' and not exists "
        "(select from supply_shipmentline n where n.shipment = %s and n.sent <> n.arrived + n.explained)",
        [now, identifier, identifier],
    )


def _locked(identifier: UUID, actor: Actor, *, incoming: bool) -> ShipmentShown:
    """Lock a shipment until the transaction ends. Who may not touch it learns no more than that it is not there."""
    database.rows("select id from supply_shipment where id = %s for update", [identifier])
    found = queries.shipment(identifier)
    if found is None or not policy.may_keep_stock(actor, found.destination if incoming else found.origin):
        raise ShipmentUnknown(shipment=identifier)
    return found
