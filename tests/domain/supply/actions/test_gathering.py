from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.supply.factories import LOT, SITE, drawn, kept, opened, returned, wasted
from tiemchung.domain.supply.actions.gathering import Line, beyond_stock, gather
from tiemchung.domain.supply.values import MovementKind
from tiemchung.kernel.ids import uuid7

BATCH = UUID("018f0000-0000-7000-8000-0000000000aa")


def test_a_batch_of_draws_is_one_line_a_lot() -> None:
    gathered = gather([drawn(lot="A"), drawn(lot="B"), drawn(lot="A", vial=None)], [], batch=BATCH)
    assert [(line.lot, line.doses, line.source) for line in gathered.lines] == [("A", -2, BATCH), ("B", -1, BATCH)]
    assert {(use.lot, use.vial): use.drawn for use in gathered.uses} == {("A", "V1"): 1, ("A", ""): 1, ("B", "V1"): 1}


def test_lines_come_in_the_order_of_the_locks_whatever_the_order_told() -> None:
    draws = [drawn(lot="C"), drawn(lot="A"), drawn(lot="B", site="01-0001")]
    gathered = gather(draws, [kept(wasted(lot="B"))], batch=BATCH)
    places = [(line.site, line.lot) for line in gathered.lines]
    assert places == sorted(places)


def test_a_wasted_dose_is_spent_from_its_vial_and_leaves_the_site() -> None:
    event = wasted(doses=3)
    gathered = gather([], [kept(event)], batch=BATCH)
    assert [(line.kind, line.doses, line.reason) for line in gathered.lines] == [
        (MovementKind.WASTED, -3, "end-of-day")
    ]
    assert [(use.vial, use.spent, use.drawn, use.source) for use in gathered.uses] == [("V1", 3, 0, event.id)]


def test_unopened_vials_going_back_touch_no_vial() -> None:
    gathered = gather([], [kept(returned(vial=None, doses=20))], batch=BATCH)
    assert [line.doses for line in gathered.lines] == [-20]
    assert gathered.uses == []


def test_of_two_openings_of_one_label_the_earlier_holds_and_the_other_is_told() -> None:
    early, late = opened(minute=1, doses=10), opened(minute=2, doses=6)
    for told in ([early, late], [late, early]):
        gathered = gather([], [kept(event) for event in told], batch=BATCH)
        assert [opening.doses for opening in gathered.openings] == [10]
        assert gathered.second_openings == [late.id]


def test_two_vials_without_a_label_stay_two_vials() -> None:
    gathered = gather([], [kept(opened(vial="")), kept(opened(vial=""))], batch=BATCH)
    assert len(gathered.openings) == 2


def test_what_happened_at_an_impossible_instant_counts_in_no_day() -> None:
    gathered = gather([], [kept(opened(), plausible=False), kept(wasted(), plausible=False)], batch=BATCH)
    assert [opening.opened_on for opening in gathered.openings] == [None]
    assert [line.day for line in gathered.lines] == [None]


def test_an_evening_in_utc_is_the_next_business_day() -> None:
    event = msgspec.structs.replace(opened(), at=opened().at + timedelta(hours=16))
    (opening,) = gather([], [kept(event)], batch=BATCH).openings
    assert str(opening.opened_on) == "2021-09-14"


def test_the_last_draws_are_the_ones_beyond_the_stock() -> None:
    draws = [drawn(minute=3), drawn(minute=1), drawn(minute=2)]
    gathered = gather(draws, [], batch=BATCH)
    assert set(beyond_stock(gathered.lines, {(SITE, LOT): -2})) == {draws[0].entry, draws[2].entry}


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.integers(-20, 20))
def test_no_entry_is_beyond_the_stock_while_the_balance_is_not_negative(doses: list[int], balance: int) -> None:
    lines = [
        Line(site=SITE, lot=LOT, source=(entry := uuid7()), kind=MovementKind.WASTED, doses=-n, entries=(entry,))
        for n in doses
    ]
    told = list(beyond_stock(lines, {(SITE, LOT): balance}))
    assert bool(told) == (balance < 0)
    assert len(told) == len(set(told))
