from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest
from django.db import connections, transaction

from tests.domain.supply import depot
from tests.domain.supply.depot import CITY, LOT, NOW, SITE, arrival, keeper, on_the_road, picked, released, shown
from tests.domain.supply.factories import balances
from tiemchung.domain.supply import actions, queries
from tiemchung.domain.supply.errors import (
    AmountImpossible,
    LotOnHold,
    LotOutOfDate,
    ShipmentChanged,
    ShipmentGone,
    ShipmentNotOnRoad,
    ShipmentUnknown,
    StockShort,
)
from tiemchung.domain.supply.values import ArrivalTold, ShipmentState
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("chain")


def in_the_ledger() -> dict[tuple[str, str], int]:
    assert queries.unbalanced() == []
    assert queries.unaccounted_shipments() == []
    return {place: doses for place, doses in balances().items() if doses}


def test_what_expires_first_leaves_first_and_what_is_asked_for_leaves_whole() -> None:
    released("LATE", expires_on=date(2022, 3, 1))
    released("SOON", doses=40, expires_on=date(2021, 10, 1))
    shipment = picked(60)
    assert [(line.lot, line.sent) for line in shown(shipment).lines] == [("LATE", 20), ("SOON", 40)]
    assert {line.lot: line.free for line in queries.shelves(CITY)} == {"SOON": 0, "LATE": 80}


def test_picked_doses_lie_there_until_they_are_dispatched_and_then_are_on_the_road_alone() -> None:
    released()
    shipment = picked(60)
    assert in_the_ledger() == {(CITY, LOT): 100}
    assert queries.on_road([SITE]) == []
    assert actions.dispatch_shipment(shipment, actor=keeper(), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 40}
    assert [(line.lot, line.doses, line.destination) for line in queries.on_road([SITE])] == [(LOT, 60, SITE)]
    assert actions.take_in(arrival(shipment, **{LOT: 60}), actor=keeper(SITE), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 40, (SITE, LOT): 60}
    assert shown(shipment).state is ShipmentState.ARRIVED
    assert queries.on_road([SITE]) == []


def test_a_double_click_is_one_shipment_one_dispatch_and_one_arrival() -> None:
    released()
    shipment = uuid7()
    asked = {"origin": CITY, "destination": SITE, "product": "az", "doses": 60, "actor": keeper(), "now": NOW}
    assert [actions.pick_shipment(shipment, **asked) for _ in range(2)] == [True, False]  # type: ignore[arg-type]  # told by name
    assert [actions.dispatch_shipment(shipment, actor=keeper(), now=NOW) for _ in range(2)] == [True, False]
    told = arrival(shipment, **{LOT: 60})
    assert [actions.take_in(told, actor=keeper(SITE), now=NOW) for _ in range(2)] == [True, False]
    assert in_the_ledger() == {(CITY, LOT): 40, (SITE, LOT): 60}
    kinds = database.rows(
        "select kind, count(*) from journal_entry where kind like 'shipment-%%' group by 1 order by 1", []
    )
    assert kinds == []  # a session that reaches nothing reads nothing
    with reaching(Reach(sites=frozenset({CITY, SITE}))):
        kinds = database.rows(
            "select kind, count(*) from journal_entry where kind like 'shipment-%' group by 1 order by 1"
        )
    assert kinds == [("shipment-arrived", 1), ("shipment-dispatched", 1), ("shipment-picked", 1)]


def test_a_shipment_arrives_in_parts_and_stays_open_until_the_last_dose_came() -> None:
    released()
    shipment = on_the_road(60)
    actions.take_in(arrival(shipment, **{LOT: 45}), actor=keeper(SITE), now=NOW)
    assert (shown(shipment).state, shown(shipment).open) == (ShipmentState.ON_ROAD, 15)
    actions.take_in(arrival(shipment, **{LOT: 15}), actor=keeper(SITE), now=NOW)
    assert (shown(shipment).state, shown(shipment).open) == (ShipmentState.ARRIVED, 0)
    assert [each.doses for each in shown(shipment).arrivals] == [45, 15]
    with pytest.raises(ShipmentNotOnRoad):
        actions.take_in(arrival(shipment, **{LOT: 1}), actor=keeper(SITE), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 40, (SITE, LOT): 60}


def test_more_than_was_sent_is_kept_and_stays_open() -> None:
    released()
    shipment = on_the_road(60)
    actions.take_in(arrival(shipment, **{LOT: 70}), actor=keeper(SITE), now=NOW)
    assert [line.open for line in shown(shipment).lines] == [-10]
    assert shown(shipment).state is ShipmentState.ON_ROAD
    assert queries.on_road([SITE]) == []
    assert in_the_ledger() == {(CITY, LOT): 40, (SITE, LOT): 70}


def test_a_cancelled_shipment_frees_its_doses_and_one_that_left_cannot_be_cancelled() -> None:
    released()
    shipment = picked(100)
    with pytest.raises(StockShort):
        picked(10)
    assert actions.cancel_shipment(shipment, reason="nhầm nơi", actor=keeper(), now=NOW)
    assert not actions.cancel_shipment(shipment, reason="nhầm nơi", actor=keeper(), now=NOW)
    with pytest.raises(ShipmentGone):
        actions.dispatch_shipment(shipment, actor=keeper(), now=NOW)
    other = on_the_road(10)
    with pytest.raises(ShipmentGone):
        actions.cancel_shipment(other, reason="muộn", actor=keeper(), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 90}


def test_what_waits_for_release_is_held_or_out_of_date_is_not_picked() -> None:
    actions.receive_consignment(depot.consignment("WAITS"), actor=keeper(), now=NOW)
    released("HELD")
    actions.hold_here(CITY, "HELD", reason="tủ ấm", actor=keeper(), now=NOW)
    released("OLD", expires_on=date(2021, 9, 20))
    with pytest.raises(StockShort) as refused:
        actions.pick_shipment(
            uuid7(), origin=CITY, destination=SITE, product="az", doses=1, actor=keeper(), now=depot.later(days=8)
        )
    assert refused.value.facts["free"] == 0


def test_a_lot_held_or_run_out_after_picking_does_not_leave_and_goes_back_only_as_a_return() -> None:
    released(expires_on=date(2021, 9, 20))
    shipment = picked(60)
    with pytest.raises(LotOutOfDate):
        actions.dispatch_shipment(shipment, actor=keeper(), now=depot.later(days=8))
    actions.hold_here(CITY, LOT, reason="tủ ấm", actor=keeper(), now=NOW)
    with pytest.raises(LotOnHold):
        actions.dispatch_shipment(shipment, actor=keeper(), now=NOW)
    back = uuid7()
    actions.pick_return(
        back, origin=CITY, destination=depot.DISTRICT, lot=LOT, doses=40, reason="trả", actor=keeper(), now=NOW
    )
    assert actions.dispatch_shipment(back, actor=keeper(), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 60}


def test_only_who_keeps_a_place_sends_from_it_and_takes_in_at_it() -> None:
    released()
    with pytest.raises(NotPermitted):
        actions.pick_shipment(
            uuid7(), origin=CITY, destination=SITE, product="az", doses=1, actor=keeper(SITE), now=NOW
        )
    shipment = picked(10)
    for stranger in (keeper(SITE), depot.judge(CITY)):
        with pytest.raises(ShipmentUnknown):
            actions.dispatch_shipment(shipment, actor=stranger, now=NOW)
        with pytest.raises(ShipmentUnknown):
            actions.cancel_shipment(shipment, reason="?", actor=stranger, now=NOW)
    actions.dispatch_shipment(shipment, actor=keeper(), now=NOW)
    with pytest.raises(ShipmentUnknown):
        actions.take_in(arrival(shipment, **{LOT: 10}), actor=keeper(CITY), now=NOW)


@pytest.mark.parametrize("doses", [{}, {LOT: 0}, {"OTHER": 1}, {LOT: -1}, {LOT: 10**9}])
def test_an_arrival_that_cannot_be_is_refused(doses: dict[str, int]) -> None:
    released()
    shipment = on_the_road(10)
    with pytest.raises(AmountImpossible):
        actions.take_in(arrival(shipment, **doses), actor=keeper(SITE), now=NOW)
    assert shown(shipment).arrivals == []


def test_a_frozen_lot_that_travels_warm_arrives_with_its_shorter_clock_running() -> None:
    released("FL3209", product="pfizer", fridge=depot.FREEZER)
    (before,) = queries.shelves(CITY)
    assert (before.thaw, before.use_before) == (False, date(2022, 1, 31))
    shipment = on_the_road(60, product="pfizer")
    actions.take_in(arrival(shipment, FL3209=60), actor=keeper(SITE), now=depot.later(days=2))
    (there,) = queries.shelves(SITE)
    assert (there.thawed_on, there.use_before, there.thaw) == (date(2021, 9, 13), date(2021, 10, 14), True)


# --- at the same time ----------------------------------------------------------------------------------------------


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do these things at the same time, each on a connection of its own; a refusal is an answer too."""

    def done(work: Callable[[], object]) -> object:
        try:
            return work()
        except Refusal as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [task.result(timeout=60) for task in [pool.submit(done, work) for work in works]]


def test_two_storekeepers_cannot_both_pick_the_last_doses() -> None:
    released()
    answers = at_once(*[lambda: picked(100)] * 4)
    assert sum(isinstance(answer, UUID) for answer in answers) == 1
    assert answers.count(StockShort) == 3
    assert in_the_ledger() == {(CITY, LOT): 100}


def test_two_storekeepers_dispatch_one_shipment_once() -> None:
    released()
    shipment = picked(100)
    answers = at_once(*[lambda: actions.dispatch_shipment(shipment, actor=keeper(), now=NOW)] * 4)
    assert sorted(answers, key=bool) == [False, False, False, True]
    assert in_the_ledger() == {}


def test_of_two_who_take_in_the_same_boxes_the_second_is_told_to_look_again() -> None:
    released()
    shipment = on_the_road(60)
    seen: list[ArrivalTold] = [arrival(shipment, **{LOT: 45}) for _ in range(2)]
    answers = at_once(*[lambda told=told: actions.take_in(told, actor=keeper(SITE), now=NOW) for told in seen])
    assert set(answers) == {True, ShipmentChanged}
    assert in_the_ledger() == {(CITY, LOT): 40, (SITE, LOT): 45}
    assert len(shown(shipment).arrivals) == 1


def test_a_dispatch_waits_for_a_hold_that_is_under_way() -> None:
    released()
    shipment = picked(60)
    held: list[object] = []

    def dispatch() -> object:
        return actions.dispatch_shipment(shipment, actor=keeper(), now=NOW)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        actions.hold_lot(LOT, reason="chờ kiểm", actor=depot.national_judge(), now=NOW)
        under_way = pool.submit(lambda: at_once(dispatch))
        while not database.rows("select from pg_locks where not granted"):
            assert not under_way.done()
        held.append(LotOnHold)
    assert under_way.result(timeout=60) == held
    assert in_the_ledger() == {(CITY, LOT): 100}
