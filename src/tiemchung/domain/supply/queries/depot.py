"""What a storekeeper and a quality officer ask: stores, fridges, shipments, consignments, counts, proposals, a lot's places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tiemchung.domain.supply import rules
from tiemchung.domain.supply.queries.stock import HOLD_IN_FORCE
from tiemchung.domain.supply.values import (
    Allowance,
    ArrivalShown,
    Band,
    ConsignmentShown,
    DecisionKind,
    DecisionShown,
    Excursion,
    FridgeShown,
    LotAt,
    LotShown,
    MovementKind,
    OpenCount,
    Purpose,
    ReadingTold,
    RecallShown,
    ShipmentLineShown,
    ShipmentShown,
    ShipmentState,
    Store,
    StoreLevel,
    Verdict,
)
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.plumbing import arrays, database

LIST_LIMIT = 100
"""How many rows a page shows at most; the newest."""


def stores(codes: Collection[str] | None = None) -> list[Store]:
    """Return the stores of the chain (or those of these codes), the highest first."""
    order = [level.value for level in StoreLevel]
    found = database.rows(
        "select code, level, supplier from supply_store where %s or code = any(%b::text[]) order by code",
        [codes is None, arrays.texts(list(codes or ()))],
    )
    known = [Store(code=code, level=StoreLevel(level), supplier=supplier) for code, level, supplier in found]
    return sorted(known, key=lambda each: (order.index(each.level), each.code))


def store(code: str) -> Store | None:
    """Return a store; None for a vaccination site, and for what is not there."""
    return next(iter(stores([code])), None)


def fridges(site: str) -> list[FridgeShown]:
    """Return the fridges of a place by code."""
    return [
        FridgeShown(site=site, code=code, name=name, low_c=low, high_c=high)
        for code, name, low, high in database.rows(
            "select code, name, low_c, high_c from supply_fridge where site = %s order by code", [site]
        )
    ]


def excursions(fridge: FridgeShown, told: Sequence[ReadingTold], *, now: datetime) -> list[Excursion]:
    """Return the times outside a fridge's limits that these readings of it, oldest first, tell of."""
    return rules.excursions(told, _band(fridge), now=now)


def is_outside(fridge: FridgeShown, told: ReadingTold) -> bool:
    """Tell whether a reading, or what its device saw since the one before, lies outside the fridge's limits."""
    return rules.is_outside(told, _band(fridge))


def _band(fridge: FridgeShown) -> Band:
    return Band(low_c=fridge.low_c, high_c=fridge.high_c)


def thawed_allowance(product: str) -> Allowance | None:
    """Return how long a product may lie at 2 to 8 °C; None where it is stored so, or no source gives a number."""
    facts = vaccines.products().get(product)
    return rules.allowance_of(facts.notes.get("shelf_2_8"), basis=facts.basis) if facts else None


def readings(site: str, *, since: datetime, fridge: str | None = None) -> list[ReadingTold]:
    """Return the temperatures read at a place since an instant, oldest first."""
    return [
        ReadingTold(
            id=row[0],
            site=site,
            fridge=row[1],
            taken_at=row[2],
            temp_c=row[3],
            lowest_c=row[4],
            highest_c=row[5],
            minutes_outside=row[6],
            note=row[7],
            told_by=row[8],
        )
        for row in database.rows(
            "select id, fridge, taken_at, temp_c, lowest_c, highest_c, minutes_outside, note, told_by "
            "from supply_reading where site = %s and taken_at >= %s and (%s::text is null or fridge = %s) "
            "order by taken_at, id",
            [site, since, fridge, fridge],
        )
    ]


_CONSIGNMENTS = """
select c.id, c.site, c.lot, l.product, l.expires_on, c.vials, c.doses, c.invoice, c.certificate, c.packing, c.verdict,
    c.state, c.received_at, c.told_by
from supply_consignment c left join supply_lot l on l.number = c.lot
where c.site = any(%b::text[]) and (%s::text is null or c.state = %s) and (%s::uuid is null or c.id = %s)
    and (%s::text is null or c.lot = %s)
order by c.received_at desc, c.id limit %s
"""


def consignments(
    sites: Collection[str],
    *,
    state: str | None = None,
    id: UUID | None = None,  # noqa: A002 - the field's name
    lot: str | None = None,
) -> list[ConsignmentShown]:
    """Return the consignments of these places, the newest first."""
    return [
        ConsignmentShown(
            id=row[0],
            site=row[1],
            lot=row[2],
            product=row[3],
            expires_on=row[4],
            vials=row[5],
            doses=row[6],
            invoice=row[7],
            certificate=row[8],
            packing=row[9],
            verdict=Verdict(row[10]),
            state=row[11],
            received_at=row[12],
            told_by=row[13],
        )
        for row in database.rows(_CONSIGNMENTS, [arrays.texts(list(sites)), state, state, id, id, lot, lot, LIST_LIMIT])
    ]


_SHIPMENT = (
    "select id, origin, destination, purpose, state, picked_at, picked_by, dispatched_at, dispatched_by, ended_at, note "
    "from supply_shipment "
)


def shipment(identifier: UUID) -> ShipmentShown | None:
    """Return a shipment with its lines and arrivals; None if there is none."""
    found = _with_lines(database.rows(f"{_SHIPMENT} where id = %s", [identifier]))
    return found[0] if found else None


def shipments(site: str, *, states: Iterable[ShipmentState], incoming: bool) -> list[ShipmentShown]:
    """Return the shipments from or to a place in one of these states, the newest first."""
    end = "destination" if incoming else "origin"
    return _with_lines(
        database.rows(
            f"{_SHIPMENT} where {end} = %s and state = any(%b::text[]) order by picked_at desc, id limit %s",
            [site, arrays.texts([state.value for state in states]), LIST_LIMIT],
        )
    )


def _with_lines(found: Sequence[tuple[Any, ...]]) -> list[ShipmentShown]:
    keys = arrays.uuids([row[0] for row in found])
    lines: defaultdict[UUID, list[ShipmentLineShown]] = defaultdict(list)
    for identifier, lot, product, sent, arrived, explained in database.rows(
        "select n.shipment, n.lot, l.product, n.sent, n.arrived, n.explained from supply_shipmentline n "
        "left join supply_lot l on l.number = n.lot where n.shipment = any(%b::uuid[]) order by n.lot",
        [keys],
    ):
        lines[identifier].append(
            ShipmentLineShown(lot=lot, product=product, sent=sent, arrived=arrived, explained=explained)
        )
    arrivals: defaultdict[UUID, list[ArrivalShown]] = defaultdict(list)
    for identifier, arrived_at, told_by, verdict, note, doses in database.rows(
        "select a.shipment, a.arrived_at, a.told_by, a.verdict, a.note, coalesce(sum(m.doses), 0) "
        "from supply_arrival a left join supply_shipmentline n on n.shipment = a.shipment "
        "left join supply_movement m on m.site = a.site and m.lot = n.lot and m.source = a.id and m.kind = %s "
        "where a.shipment = any(%b::uuid[]) group by a.id order by a.arrived_at, a.id",
        [int(MovementKind.ISSUED), keys],
    ):
        arrivals[identifier].append(
            ArrivalShown(arrived_at=arrived_at, told_by=told_by, verdict=Verdict(verdict), note=note, doses=int(doses))
        )
    return [
        ShipmentShown(
            id=row[0],
            origin=row[1],
            destination=row[2],
            purpose=Purpose(row[3]),
            state=ShipmentState(row[4]),
            picked_at=row[5],
            picked_by=row[6],
            dispatched_at=row[7],
            dispatched_by=row[8],
            ended_at=row[9],
            note=row[10],
            lines=lines[row[0]],
            arrivals=arrivals[row[0]],
        )
        for row in found
    ]


def open_counts(sites: Collection[str]) -> list[OpenCount]:
    """Return the differences between shelf and ledger at these places that nobody has explained, the newest first."""
    return [
        OpenCount(
            stocktake=row[0],
            site=row[1],
            lot=row[2],
            counted=row[3],
            ledger=row[4],
            counted_at=row[5],
            told_by=row[6],
        )
        for row in database.rows(
            "select n.stocktake, n.site, n.lot, n.counted, n.ledger, s.counted_at, s.told_by "
            "from supply_stocktakeline n join supply_stocktake s on s.id = n.stocktake "
            "where n.site = any(%b::text[]) and not n.explained and not n.replaced and n.counted <> n.ledger "
            "order by s.counted_at desc, n.lot",
            [arrays.texts(list(sites))],
        )
    ]


_DECISION = (
    "select id, kind, site, lot, subject, doses, cause, reason, proposed_by, proposed_at, agreed_by, ended_at "
    "from supply_decision "
)


def open_decisions(sites: Collection[str] | None) -> list[DecisionShown]:
    """Return the proposals about these places that wait for their second person; for None those of all places.

    Proposals about a lot in the whole country name no place and are there for everybody; those about a shipment are
    there for both its ends.
    """
    codes = arrays.texts(list(sites or ()))
    return _decisions(
        f"{_DECISION} where ended_at is null and (%s or site = '' or site = any(%b::text[]) or exists "
        "(select from supply_shipment s where s.id = subject and s.origin = any(%b::text[]))) "
        "order by proposed_at, id limit %s",
        [sites is None, codes, codes, LIST_LIMIT],
    )


def decision(identifier: UUID) -> DecisionShown | None:
    """Return a proposal, whatever became of it."""
    return next(iter(_decisions(f"{_DECISION} where id = %s", [identifier])), None)


def decisions_of_lot(lot: str) -> list[DecisionShown]:
    """Return all proposals about a lot, the newest first."""
    return _decisions(f"{_DECISION} where lot = %s order by proposed_at desc, id limit %s", [lot, LIST_LIMIT])


def _decisions(sql: str, parameters: Sequence[Any]) -> list[DecisionShown]:
    return [
        DecisionShown(
            id=row[0],
            kind=DecisionKind(row[1]),
            site=row[2],
            lot=row[3],
            subject=row[4],
            doses=row[5],
            cause=row[6],
            reason=row[7],
            proposed_by=row[8],
            proposed_at=row[9],
            agreed_by=row[10],
            ended_at=row[11],
        )
        for row in database.rows(sql, parameters)
    ]


def lot_shown(number: str) -> LotShown | None:
    """Return a lot with the nation's word on it; None if it was never registered."""
    found = database.row(
        "select number, product, expires_on, held_at, hold_reason, recalled_at from supply_lot where number = %s",
        [number],
    )
    if found is None:
        return None
    number, product, expires_on, held_at, reason, recalled_at = found
    return LotShown(
        number=number,
        product=product,
        expires_on=expires_on,
        held_at=held_at,
        hold_reason=reason,
        recalled_at=recalled_at,
    )


_LOT_AT = f"""
select b.site, b.doses, g.given, h.held_at, a.answered_at, a.doses
from supply_balance b
cross join lateral (
    select -coalesce(sum(m.doses), 0) given from supply_movement m
    where m.site = b.site and m.lot = b.lot and m.kind = %s
) g
left join supply_sitehold h on h.site = b.site and h.lot = b.lot and {HOLD_IN_FORCE}
left join supply_recallanswer a on a.site = b.site and a.lot = b.lot
where b.lot = %s and (b.doses <> 0 or g.given <> 0)
order by b.doses desc, b.site
"""


def lot_at(number: str) -> list[LotAt]:
    """Return every place that has doses of a lot, or gave some, by the ledger; where most lie first."""
    return [
        LotAt(
            site=site,
            doses=int(doses),
            given=int(given),
            held_since=held,
            answered_at=answered_at,
            set_aside=set_aside,
        )
        for site, doses, given, held, answered_at, set_aside in database.rows(
            _LOT_AT, [int(MovementKind.DRAWN), number]
        )
    ]


def recalls_to_answer(site: str) -> list[RecallShown]:
    """Return the recalled lots that lie at a place which has not answered yet."""
    return [
        RecallShown(lot=lot, recalled_at=recalled_at, reason=reason, doses=doses)
        for lot, recalled_at, reason, doses in database.rows(
            "select l.number, l.recalled_at, l.hold_reason, b.doses from supply_balance b "
            "join supply_lot l on l.number = b.lot left join supply_recallanswer a on a.site = b.site and a.lot = b.lot "
            "where b.site = %s and b.doses > 0 and l.recalled_at is not null "
            "and (a.answered_at is null or a.answered_at < l.recalled_at) order by l.number",
            [site],
        )
    ]


def unaccounted_shipments() -> list[tuple[UUID, str]]:
    """Return shipment and lot wherever lines and ledger differ on what left and what arrived; none ever should."""
    kind = int(MovementKind.ISSUED)
    return [
        (identifier, lot)
        for identifier, lot in database.rows(
            "select s.id, n.lot from supply_shipment s join supply_shipmentline n on n.shipment = s.id "
            "left join supply_movement m on m.site = s.origin and m.lot = n.lot and m.source = s.id and m.kind = %s "
            "left join lateral (select sum(c.doses) doses from supply_arrival a join supply_movement c "
            "  on c.site = a.site and c.lot = n.lot and c.source = a.id and c.kind = %s where a.shipment = s.id) c on true "
            "where coalesce(-m.doses, 0) <> case when s.state in ('on-road', 'arrived') then n.sent else 0 end "
            "   or coalesce(c.doses, 0) <> n.arrived order by 1, 2",
            [kind, kind],
        )
    ]
