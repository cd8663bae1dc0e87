"""A chain of stores for tests: a city's store that sends to a site, people who keep and judge, and what they do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tiemchung.domain.places import actions as places
from tiemchung.domain.supply import actions, queries
from tiemchung.domain.supply.values import (
    ArrivalTold,
    ConsignmentTold,
    DecisionKind,
    FridgeShown,
    Proposal,
    ShipmentShown,
    Store,
    StoreLevel,
    Verdict,
)
from tiemchung.kernel.actor import EVERYWHERE, SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7

CITY, DISTRICT, SITE = "79-9000", "79-9100", "79-0012"
NOW = datetime(2021, 9, 13, 2, tzinfo=UTC)
TODAY = date(2021, 9, 13)
LOT = "ABX7003"
FRIDGE, FREEZER = "L1", "S1"


def found_chain() -> None:
    """Load the places, their chain and the city's fridges; the web's role may not, the owner or a worker does."""
    places.load_organizations([{"code": "KHO", "name": "Kho", "commune": "26734"}], actor=SYSTEM)
    places.load_sites(
        [
            {"code": code, "name": name, "organization": "KHO", "commune": "26734"}
            for code, name in [(CITY, "Kho thành phố"), (DISTRICT, "Kho quận"), (SITE, "Trạm Y tế phường Tân Phú")]
        ],
        actor=SYSTEM,
    )
    actions.load_stores(
        [
            Store(code=CITY, level=StoreLevel.PROVINCIAL, supplier=None),
            Store(code=DISTRICT, level=StoreLevel.DISTRICT, supplier=CITY),
        ],
        actor=SYSTEM,
    )
    actions.load_fridges(
        [
            FridgeShown(site=CITY, code=FRIDGE, name="Buồng lạnh 1", low_c=2, high_c=8),
            FridgeShown(site=CITY, code=FREEZER, name="Tủ âm sâu", low_c=-90, high_c=-60),
        ],
        actor=SYSTEM,
    )


def keeper(*sites: str) -> Actor:
    return _somebody(Power.RECEIVE_STOCK, sites or (CITY,))


def judge(*sites: str) -> Actor:
    return _somebody(Power.JUDGE_QUALITY, sites or (CITY, DISTRICT, SITE))


def national_judge() -> Actor:
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.JUDGE_QUALITY}), reach=EVERYWHERE)


def _somebody(power: Power, sites: tuple[str, ...]) -> Actor:
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({power}), reach=Reach(sites=frozenset(sites)))


def consignment(
    lot: str = LOT, *, doses: int = 100, product: str = "az", expires_on: date = date(2022, 1, 31), fridge: str = FRIDGE
) -> ConsignmentTold:
    return ConsignmentTold(
        id=uuid7(),
        site=CITY,
        lot=lot,
        product=product,
        expires_on=expires_on,
        vials=max(1, doses // 10),
        doses=doses,
        invoice="HD-1120",
        certificate="CO-7",
        verdict=Verdict.FINE,
        fridge=fridge,
    )


def released(
    lot: str = LOT, *, doses: int = 100, product: str = "az", expires_on: date = date(2022, 1, 31), fridge: str = FRIDGE
) -> ConsignmentTold:
    """Lay doses on the city's shelf that two persons have released."""
    told = consignment(lot, doses=doses, product=product, expires_on=expires_on, fridge=fridge)
    actions.receive_consignment(told, actor=keeper(), now=NOW)
    decided(DecisionKind.RELEASE_CONSIGNMENT, lot=lot, subject=told.id)
    return told


def decided(
    kind: DecisionKind, *, lot: str = LOT, subject: UUID | None = None, doses: int = 0, site: str = CITY
) -> UUID:
    """Let two quality officers decide something."""
    decision = uuid7()
    told = Proposal(id=decision, kind=kind, site=site, lot=lot, subject=subject, doses=doses, reason="đã kiểm")
    actions.propose(told, actor=judge(), now=NOW)
    actions.agree(decision, actor=judge(), now=NOW)
    return decision


def picked(doses: int = 60, *, product: str = "az", to: str = SITE) -> UUID:
    shipment = uuid7()
    actions.pick_shipment(shipment, origin=CITY, destination=to, product=product, doses=doses, actor=keeper(), now=NOW)
    return shipment


def on_the_road(doses: int = 60, *, product: str = "az", to: str = SITE) -> UUID:
    shipment = picked(doses, product=product, to=to)
    actions.dispatch_shipment(shipment, actor=keeper(), now=NOW)
    return shipment


def shown(shipment: UUID) -> ShipmentShown:
    found = queries.shipment(shipment)
    assert found is not None
    return found


def arrival(shipment: UUID, **doses: int) -> ArrivalTold:
    """Return an arrival of so many doses by lot, as seen on the page now."""
    return ArrivalTold(
        id=uuid7(),
        shipment=shipment,
        doses=doses,
        open_before={line.lot: line.open for line in shown(shipment).lines},
        verdict=Verdict.NONE,
    )


def later(**span: int) -> datetime:
    return NOW + timedelta(**span)
