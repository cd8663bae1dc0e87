"""Stock facts for tests: each function states what a test does not care about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from tiemchung.domain.supply import actions
from tiemchung.domain.supply.events import VialOpened, VialReturned, VialWasted
from tiemchung.domain.supply.values import Draw, LotTold, ReceiptTold
from tiemchung.kernel.actor import EVERYWHERE, Actor, ActorKind, Power, Reach
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

MORNING = datetime(2021, 9, 13, 2, tzinfo=UTC)
SITE = "79-0012"
LOT = "ABX6412"
STORE = "79-KHO"
TABLET = UUID("018f0000-0000-7000-8000-000000000001")
E = TypeVar("E", bound=Event)


def kept(event: E, *, site: str = SITE, plausible: bool = True) -> Kept[E]:
    return Kept(event=event, site=site, device=TABLET, occurred_at=event.at, recorded_at=event.at, plausible=plausible)


def drawn(*, lot: str = LOT, vial: str | None = "V1", site: str = SITE, minute: int = 0, doses: int = 1) -> Draw:
    return Draw(
        entry=uuid7(), lot=lot, vial=vial, site=site, doses=doses, occurred_at=MORNING + timedelta(minutes=minute)
    )


def opened(
    *, vial: str = "V1", doses: int = 10, lot: str = LOT, reason: str | None = None, minute: int = 0
) -> VialOpened:
    at = MORNING + timedelta(minutes=minute)
    return VialOpened(id=uuid7(), at=at, lot=lot, vial=vial, doses=doses, reason=reason)


def wasted(*, vial: str = "V1", doses: int = 1, lot: str = LOT, reason: str = "end-of-day") -> VialWasted:
    return VialWasted(id=uuid7(), at=MORNING + timedelta(hours=6), lot=lot, vial=vial, doses=doses, reason=reason)


def returned(*, vial: str | None = None, doses: int = 10, lot: str = LOT) -> VialReturned:
    return VialReturned(
        id=uuid7(), at=MORNING + timedelta(hours=7), lot=lot, vial=vial, doses=doses, reason="not-needed"
    )


def storekeeper() -> Actor:
    return Actor(
        id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.RECEIVE_STOCK}), reach=Reach(sites=frozenset({SITE}))
    )


def national_pharmacist() -> Actor:
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.RECEIVE_STOCK}), reach=EVERYWHERE)


def loader() -> Actor:
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.LOAD}), reach=EVERYWHERE)


def balances() -> dict[tuple[str, str], int]:
    return {(site, lot): doses for site, lot, doses in database.rows("select site, lot, doses from supply_balance")}


def receive(doses: int = 100, *, lot: str = LOT, store: str = SITE) -> ReceiptTold:
    receipt = ReceiptTold(id=uuid7(), lot=lot, store=store, doses=doses, at=MORNING)
    actions.load_receipts([receipt], actor=loader(), now=MORNING)
    return receipt


def register(number: str = LOT, product: str = "az") -> LotTold:
    lot = LotTold(number=number, product=product, expires_on=date(2021, 12, 31))
    actions.load_lots([lot], actor=loader(), now=MORNING)
    return lot
