from __future__ import annotations

from datetime import timedelta

import pytest

from tests.domain.supply import depot
from tests.domain.supply.depot import CITY, LOT, NOW, SITE, TODAY, arrival, keeper, on_the_road, released
from tests.domain.supply.factories import drawn, kept, opened, wasted
from tiemchung.domain.supply import actions, queries
from tiemchung.domain.supply.errors import FridgeFreezes, FridgeUnknown, ReadingImpossible
from tiemchung.domain.supply.values import ReadingTold
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

pytestmark = pytest.mark.usefixtures("chain")


def given_doses_at_the_site(doses: int = 100, *, on_road: int = 0) -> None:
    released(doses=doses + on_road)
    shipment = on_the_road(doses + on_road)
    actions.take_in(arrival(shipment, **{LOT: doses}), actor=keeper(SITE), now=NOW)


def use(doses: int, *, days_ago: int) -> None:
    """Open a vial so many days ago, draw all its doses but one, and waste that one."""
    vial, minute = f"V{days_ago}", -days_ago * 24 * 60
    lines = [kept(opened(lot=LOT, vial=vial, doses=doses, minute=minute)), kept(wasted(lot=LOT, vial=vial))]
    actions.fold(lines, batch=uuid7(), draws=[drawn(lot=LOT, vial=vial, doses=doses - 1)])


def test_days_left_are_usable_doses_over_the_mean_of_the_seven_days_before() -> None:
    given_doses_at_the_site(170, on_road=30)
    for days_ago in (8, 7, 3, 1, 0):
        use(10, days_ago=days_ago)
    (left,) = queries.stock_days_left([SITE], today=TODAY)
    assert (left.usable, left.on_road) == (120, 30)
    assert left.daily == pytest.approx(30 / 7)
    assert left.days == pytest.approx(120 / (30 / 7))


def test_a_site_without_history_says_unknown_and_a_young_one_is_measured_by_its_own_days() -> None:
    given_doses_at_the_site()
    (unknown,) = queries.stock_days_left([SITE], today=TODAY)
    assert (unknown.usable, unknown.daily, unknown.days) == (100, None, None)
    use(10, days_ago=0)
    assert queries.stock_days_left([SITE], today=TODAY)[0].days is None
    use(10, days_ago=2)
    assert queries.stock_days_left([SITE], today=TODAY)[0].daily == 5


def test_held_expired_and_unreleased_doses_last_no_day() -> None:
    given_doses_at_the_site()
    actions.hold_here(SITE, LOT, reason="ấm", actor=keeper(SITE), now=NOW)
    assert queries.stock_days_left([SITE], today=TODAY)[0].usable == 0
    assert queries.stock_days_left([SITE], today=TODAY + timedelta(days=365))[0].usable == 0
    actions.receive_consignment(depot.consignment("WAITS"), actor=keeper(), now=NOW)
    assert queries.stock_days_left([CITY, "NOWHERE"], today=TODAY) == [
        queries.stock_days_left([CITY], today=TODAY)[0],
        queries.stock_days_left(["NOWHERE"], today=TODAY)[0],
    ]
    assert queries.stock_days_left([CITY], today=TODAY)[0].usable == 0


def reading(**told: object) -> ReadingTold:
    facts = {"id": uuid7(), "site": CITY, "fridge": depot.FRIDGE, "taken_at": NOW, "temp_c": 4.7}
    return ReadingTold(**(facts | told))  # type: ignore[arg-type]  # told by name


def test_a_reading_is_kept_once_even_outside_the_limits() -> None:
    told = reading(temp_c=9.4, highest_c=9.4, minutes_outside=38)
    assert [actions.read_temperature(told, actor=keeper(), now=NOW) for _ in range(2)] == [True, False]
    (found,) = queries.readings(CITY, since=NOW, fridge=depot.FRIDGE)
    assert (found.temp_c, found.minutes_outside) == (9.4, 38)
    assert database.rows("select count(*) from supply_reading") == [(1,)]


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"temp_c": 470.0}, ReadingImpossible),
        ({"temp_c": float("nan")}, ReadingImpossible),
        ({"lowest_c": 5.0}, ReadingImpossible),
        ({"highest_c": 3.0}, ReadingImpossible),
        ({"minutes_outside": -1}, ReadingImpossible),
        ({"taken_at": NOW + timedelta(hours=1)}, ReadingImpossible),
        ({"fridge": "NONE"}, FridgeUnknown),
        ({"site": SITE}, NotPermitted),
    ],
)
def test_what_nobody_can_have_read_is_refused(told: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        actions.read_temperature(reading(**told), actor=keeper(), now=NOW)
    assert database.rows("select count(*) from supply_reading") == [(0,)]


def test_a_frozen_lot_moved_to_the_fridge_runs_out_sooner_and_never_later_again() -> None:
    released("FL3209", product="pfizer", fridge=depot.FREEZER)
    actions.shelve_lot(CITY, "FL3209", fridge=depot.FRIDGE, actor=keeper(), now=NOW)
    actions.shelve_lot(CITY, "FL3209", fridge=depot.FREEZER, actor=keeper(), now=depot.later(days=1))
    actions.shelve_lot(CITY, "FL3209", fridge=depot.FRIDGE, actor=keeper(), now=depot.later(days=2))
    (line,) = queries.shelves(CITY)
    assert (line.fridge, line.thawed_on, line.thaw) == (depot.FRIDGE, TODAY, True)
    assert line.mark.startswith("(single 2 weeks")


def test_what_freezing_spoils_is_laid_into_no_freezer_however_it_comes() -> None:
    told = depot.consignment(fridge=depot.FREEZER)
    with pytest.raises(FridgeFreezes):
        actions.receive_consignment(told, actor=keeper(), now=NOW)
    assert queries.shelves(CITY) == []
    released()
    with pytest.raises(FridgeFreezes):
        actions.shelve_lot(CITY, LOT, fridge=depot.FREEZER, actor=keeper(), now=NOW)
    (line,) = queries.shelves(CITY)
    assert (line.fridge, line.doses) == (depot.FRIDGE, 100)


def test_the_chain_is_told_from_the_top() -> None:
    assert [(store.code, store.supplier) for store in queries.stores()] == [(CITY, None), (depot.DISTRICT, CITY)]
    assert queries.store(SITE) is None
