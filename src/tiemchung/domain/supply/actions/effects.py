"""What happens when two persons have agreed, kind by kind, and what must be so before anybody proposes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tiemchung.domain.supply import queries
from tiemchung.domain.supply.actions.holds import end_hold_everywhere, end_hold_here
from tiemchung.domain.supply.actions.posting import insist_on_stock, lock_balances, move, stock_line, tell
from tiemchung.domain.supply.actions.shipping import end_if_nothing_is_open
from tiemchung.domain.supply.errors import (
    AmountImpossible,
    DecisionOver,
    LotNotHeld,
    NothingOpen,
    ShipmentNotOnRoad,
    ShipmentUnknown,
)
from tiemchung.domain.supply.events import (
    ConsignmentRefused,
    ConsignmentReleased,
    DifferenceExplained,
    LotDestroyed,
    ShipmentExplained,
)
from tiemchung.domain.supply.values import (
    Cause,
    DecisionKind,
    DecisionShown,
    MovementKind,
    ShipmentShown,
    ShipmentState,
)
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database


class Effect(Protocol):
    """Lets an agreed proposal happen, in the caller's transaction, or refuses because it is no longer so."""

    def __call__(self, agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
        """Do it."""
        ...


def places_of(told: DecisionShown) -> tuple[str, ...]:
    """Return the places of which one must be within reach: for a shipment, both its ends."""
    if told.kind is DecisionKind.EXPLAIN_SHIPMENT:
        found = queries.shipment(told.subject) if told.subject else None
        if found is None:
            raise ShipmentUnknown(shipment=told.subject)
        return found.origin, found.destination
    return (told.site,)


def insist_it_stands(told: DecisionShown) -> None:
    """Refuse a proposal about something that is not so."""
    match told.kind:
        case DecisionKind.RELEASE_CONSIGNMENT | DecisionKind.REFUSE_CONSIGNMENT:
            found = queries.consignments([told.site], state="waiting", id=told.subject)
            if not found or found[0].lot != told.lot or told.subject is None:
                raise NothingOpen(lot=told.lot)
        case DecisionKind.RELEASE_LOT | DecisionKind.RELEASE_HERE:
            everywhere = told.kind is DecisionKind.RELEASE_LOT
            held = [lot for lot in queries.held_lots(told.site) if lot.everywhere is everywhere]
            if told.lot not in {lot.number for lot in held}:
                raise LotNotHeld(lot=told.lot)
        case DecisionKind.DESTROY:
            if told.doses <= 0:
                raise AmountImpossible(doses=told.doses)
            there = queries.shelves(told.site, lot=told.lot)
            free = there[0].doses - there[0].picked if there else 0
            insist_on_stock(told.site, told.lot, wanted=told.doses, free=free)
        case DecisionKind.EXPLAIN_SHIPMENT:
            _insist_it_is_open(_on_road(told.subject), told)
        case DecisionKind.EXPLAIN_COUNT:
            _insist_the_count_stands(told)


def _on_road(identifier: UUID | None) -> ShipmentShown:
    found = queries.shipment(identifier) if identifier else None
    if found is None:
        raise ShipmentUnknown(shipment=identifier)
    if found.state is not ShipmentState.ON_ROAD:
        raise ShipmentNotOnRoad(shipment=identifier)
    return found


def _insist_it_is_open(found: ShipmentShown, told: DecisionShown) -> None:
    still_open = next((line.open for line in found.lines if line.lot == told.lot), 0)
    if still_open == 0:
        raise NothingOpen(lot=told.lot)
    same_side = told.doses * still_open > 0 and abs(told.doses) <= abs(still_open)
    # Doses too many can only have been counted wrongly: nothing is lost that is there.
    if not same_side or told.cause not in set(Cause) or (told.doses < 0 and told.cause != Cause.MISCOUNTED):
        raise AmountImpossible(doses=told.doses)


def _insist_the_count_stands(told: DecisionShown) -> None:
    found = [
        each for each in queries.open_counts([told.site]) if (each.stocktake, each.lot) == (told.subject, told.lot)
    ]
    if not found:
        raise NothingOpen(lot=told.lot)
    if found[0].difference != told.doses:
        raise AmountImpossible(doses=told.doses)


def _release_consignment(agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
    _end_consignment(agreed, state="released")
    event = ConsignmentReleased(
        id=uuid7(now),
        at=now,
        consignment=_subject(agreed),
        lot=agreed.lot,
        reason=agreed.reason,
        first=agreed.proposed_by,
    )
    tell([event], site=agreed.site, actor=actor, now=now)


def _refuse_consignment(agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
    doses = _end_consignment(agreed, state="refused")
    lock_balances(agreed.site, [agreed.lot])
    event = ConsignmentRefused(
        id=uuid7(now),
        at=now,
        consignment=_subject(agreed),
        lot=agreed.lot,
        doses=doses,
        reason=agreed.reason,
        first=agreed.proposed_by,
    )
    tell([event], site=agreed.site, actor=actor, now=now)
    line = stock_line(
        event.id,
        MovementKind.RETURNED,
        site=agreed.site,
        lot=agreed.lot,
        doses=-doses,
        at=now,
        reason="consignment-refused",
    )
    move([line])


def _end_consignment(agreed: DecisionShown, *, state: str) -> int:
    found = database.row(
        "update supply_consignment set state = %s where id = %s and state = 'waiting' returning doses",
        [state, agreed.subject],
    )
    if found is None:
        raise DecisionOver(decision=agreed.id)
    return int(found[0])


def _release_lot(agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
    end_hold_everywhere(
        agreed.lot, reason=agreed.reason, first=agreed.proposed_by, second=_identity(actor), actor=actor, now=now
    )


def _release_here(agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
    end_hold_here(
        agreed.site,
        agreed.lot,
        reason=agreed.reason,
        first=agreed.proposed_by,
        second=_identity(actor),
        actor=actor,
        now=now,
    )


def _destroy(agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
    lock_balances(agreed.site, [agreed.lot])
    insist_it_stands(agreed)
    event = LotDestroyed(
        id=uuid7(now), at=now, lot=agreed.lot, doses=agreed.doses, reason=agreed.reason, first=agreed.proposed_by
    )
    tell([event], site=agreed.site, actor=actor, now=now)
    line = stock_line(
        event.id,
        MovementKind.WASTED,
        site=agreed.site,
        lot=agreed.lot,
        doses=-agreed.doses,
        at=now,
        reason="destroyed",
    )
    move([line])


def _explain_shipment(agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
    database.rows("select id from supply_shipment where id = %s for update", [agreed.subject])
    found = _on_road(agreed.subject)
    _insist_it_is_open(found, agreed)
    database.run(
        "update supply_shipmentline set explained = explained + %s where shipment = %s and lot = %s",
        [agreed.doses, agreed.subject, agreed.lot],
    )
    end_if_nothing_is_open(found.id, now=now)
    event = ShipmentExplained(
        id=uuid7(now),
        at=now,
        shipment=found.id,
        lot=agreed.lot,
        doses=agreed.doses,
        cause=agreed.cause,
        reason=agreed.reason,
        first=agreed.proposed_by,
    )
    tell([event], site=agreed.site, actor=actor, now=now)
    if agreed.cause == Cause.MISCOUNTED:
        # They never left: the sender's ledger gets them back, or gives what it sent beyond its own count.
        line = stock_line(
            event.id,
            MovementKind.ISSUED,
            site=found.origin,
            lot=agreed.lot,
            doses=agreed.doses,
            at=now,
            reason=agreed.cause,
        )
        move([line])


def _explain_count(agreed: DecisionShown, *, actor: Actor, now: datetime) -> None:
    explained = database.run(
        "update supply_stocktakeline set explained = true where stocktake = %s and lot = %s "
        "and not explained and not replaced",
        [agreed.subject, agreed.lot],
    )
    if not explained:
        raise DecisionOver(decision=agreed.id)
    event = DifferenceExplained(
        id=uuid7(now),
        at=now,
        stocktake=_subject(agreed),
        lot=agreed.lot,
        doses=agreed.doses,
        reason=agreed.reason,
        first=agreed.proposed_by,
    )
    tell([event], site=agreed.site, actor=actor, now=now)
    line = stock_line(
        event.id,
        MovementKind.ADJUSTED,
        site=agreed.site,
        lot=agreed.lot,
        doses=agreed.doses,
        at=now,
        reason=agreed.reason,
    )
    move([line])


def _subject(agreed: DecisionShown) -> UUID:
    if agreed.subject is None:
        raise DecisionOver(decision=agreed.id)
    return agreed.subject


def _identity(actor: Actor) -> UUID:
    assert actor.id is not None  # noqa: S101 - whoever agrees was told apart from whoever proposed
    return actor.id


EFFECTS: Mapping[DecisionKind, Effect] = {
    DecisionKind.RELEASE_CONSIGNMENT: _release_consignment,
    DecisionKind.REFUSE_CONSIGNMENT: _refuse_consignment,
    DecisionKind.RELEASE_LOT: _release_lot,
    DecisionKind.RELEASE_HERE: _release_here,
    DecisionKind.DESTROY: _destroy,
    DecisionKind.EXPLAIN_SHIPMENT: _explain_shipment,
    DecisionKind.EXPLAIN_COUNT: _explain_count,
}
