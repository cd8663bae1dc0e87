from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.supply.factories import (
    LOT,
    MORNING,
    SITE,
    balances,
    drawn,
    kept,
    opened,
    receive,
    returned,
    wasted,
)
from tiemchung.domain.supply import actions, queries
from tiemchung.domain.supply.events import Counted, VialOpened, VialReturned, VialWasted
from tiemchung.domain.supply.values import Draw, DrawClass
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

pytestmark = pytest.mark.usefixtures("at_the_site")


DAY = date(2021, 9, 13)


def test_a_batch_of_draws_told_twice_is_drawn_once() -> None:
    receive(10)
    draws, batch = [drawn(), drawn()], uuid7()
    actions.fold((), batch=batch, draws=draws)
    actions.fold((), batch=batch, draws=draws)
    assert balances() == {(SITE, LOT): 8}


def test_a_draw_below_zero_is_kept_with_a_finding_on_the_missing_doses() -> None:
    receive(1)
    draws = [drawn(minute=minute) for minute in range(3)]
    findings = actions.fold((), batch=uuid7(), draws=draws)
    assert balances() == {(SITE, LOT): -2}
    assert {(finding.code, finding.entry) for finding in findings} == {
        ("stock-negative", draws[1].entry),
        ("stock-negative", draws[2].entry),
    }


def test_a_draw_within_the_stock_finds_nothing() -> None:
    receive(3)
    assert actions.fold((), batch=uuid7(), draws=[drawn(), drawn(), drawn()]) == []


def test_draws_beyond_the_doses_of_a_vial_are_overfill() -> None:
    actions.fold((), batch=uuid7(), draws=[drawn() for _ in range(11)])
    actions.fold([kept(opened(doses=10))], batch=uuid7())
    assert queries.draws_by_class(SITE) == {
        DrawClass.VIAL: 10,
        DrawClass.OVERFILL: 1,
        DrawClass.EXPLAINED: 0,
        DrawClass.OPEN: 0,
        DrawClass.VOIDED: 0,
    }


def test_a_draw_that_names_no_vial_stays_open_until_a_line_with_a_reason_explains_it() -> None:
    actions.fold((), batch=uuid7(), draws=[drawn(vial=None), drawn(vial="unknown")])
    assert queries.draws_by_class(SITE)[DrawClass.OPEN] == 2
    actions.fold([kept(opened(vial="V9", doses=1, reason="label-unreadable"))], batch=uuid7())
    assert queries.draws_by_class(SITE)[DrawClass.EXPLAINED] == 1
    actions.fold([kept(opened(vial="V8", doses=1, reason="lent-by-neighbor"))], batch=uuid7())
    assert queries.draws_by_class(SITE)[DrawClass.OPEN] == 0


def test_a_vial_opened_without_a_reason_explains_nobody_elses_draws() -> None:
    actions.fold((), batch=uuid7(), draws=[drawn(vial=None)])
    actions.fold([kept(opened(vial="V9"))], batch=uuid7())
    assert queries.draws_by_class(SITE)[DrawClass.OPEN] == 1


def test_a_vial_that_explains_draws_is_not_itself_left_to_be_explained() -> None:
    actions.fold((), batch=uuid7(), draws=[drawn(vial=None)])
    actions.fold([kept(opened(vial="V9", doses=1, reason="vial-not-noted")), kept(opened(doses=2))], batch=uuid7())
    assert [(vial, doses) for _lot, vial, doses in queries.vials_left(SITE, DAY)] == [(opened().vial, 2)]


def test_lines_of_a_million_doses_stop_nobodys_batch() -> None:
    database.run("insert into supply_balance (site, lot, doses) values (%s, %s, -999999999)", [SITE, LOT])
    actions.fold((), batch=uuid7(), draws=[drawn(doses=999_999_999, vial="V1"), drawn(doses=999_999_999, vial="V2")])
    actions.fold((), batch=uuid7(), draws=[drawn(doses=1_000_000, vial="V1"), drawn(doses=1_000_000, vial="V2")])
    actions.fold([kept(opened(vial="V1")), kept(opened(vial="V2"))], batch=uuid7())
    assert balances() == {(SITE, LOT): -1_000_000_000}
    assert queries.draws_by_class(SITE)[DrawClass.OVERFILL] == 1_000_000_000


def test_a_corrected_lot_moves_the_draw() -> None:
    actions.fold((), batch=uuid7(), draws=[drawn(lot="WRONG")])
    actions.fold((), batch=uuid7(), draws=[drawn(lot="WRONG", doses=-1), drawn(lot="RIGHT")])
    assert balances() == {(SITE, "WRONG"): 0, (SITE, "RIGHT"): -1}


def test_an_opening_under_a_used_label_is_told() -> None:
    first, second = opened(minute=0), opened(minute=5)
    assert actions.fold([kept(first)], batch=uuid7()) == []
    assert actions.fold([kept(first)], batch=uuid7()) == []
    (finding,) = actions.fold([kept(second)], batch=uuid7())
    assert (finding.code, finding.entry) == ("vial-opened-twice", second.id)


def test_a_day_tells_vials_opened_waste_returns_and_what_is_left() -> None:
    actions.fold((), batch=uuid7(), draws=[drawn() for _ in range(7)])
    actions.fold([kept(event) for event in (opened(doses=10), wasted(doses=2), returned(doses=20))], batch=uuid7())
    (line,) = queries.vial_day(SITE, DAY)
    assert (line.vials_opened, line.opened, line.left, line.wasted, line.returned) == (1, 10, 1, 2, 20)
    assert queries.vial_day(SITE, DAY + timedelta(days=1)) == []


def test_doses_of_a_line_with_a_reason_are_not_left_over() -> None:
    actions.fold(
        [kept(opened(vial="V1", doses=3)), kept(opened(vial="", doses=2, reason="line-missing"))], batch=uuid7()
    )
    assert [(vial, doses) for _, vial, doses in queries.vials_left(SITE, DAY)] == [("V1", 3)]
    assert [line.left for line in queries.vial_day(SITE, DAY)] == [3]


def test_the_latest_count_of_a_day_holds() -> None:
    counts = [
        Counted(id=uuid7(), at=MORNING + timedelta(hours=hour), what="slips", quantity=hour) for hour in (3, 1, 2)
    ]
    for count in counts:
        actions.fold([kept(count)], batch=uuid7())
    actions.fold([kept(count) for count in counts], batch=uuid7())
    assert [(count.what, count.lot, count.quantity) for count in queries.counts_of(SITE, DAY)] == [("slips", None, 3)]


def test_a_count_of_an_earlier_day_is_that_days_and_one_of_a_day_to_come_is_nobodys() -> None:
    told: dict[str, date | None] = {
        "vials": DAY - timedelta(days=1),
        "slips": DAY + timedelta(days=1),
        "doses": None,
    }
    counts = [
        Counted(id=uuid7(), at=MORNING, what=what, quantity=2, day=day)  # type: ignore[arg-type]  # words of the wire
        for what, day in told.items()
    ]
    actions.fold([kept(count) for count in counts], batch=uuid7())
    of_days = {day: [count.what for count in queries.counts_of(SITE, DAY + timedelta(days=day))] for day in (-1, 0, 1)}
    assert of_days == {-1: ["vials"], 0: ["doses"], 1: []}


# --- any order, any split

LABELS = st.sampled_from([None, "V1", "V2"])
LOTS = st.sampled_from(["A", "B"])


@st.composite
def stock_facts(draw: st.DrawFn) -> list[Draw | Kept[Event]]:
    some = st.integers(0, 4)
    labels = st.sampled_from(["V1", "V2"])
    facts: list[Draw | Kept[Event]] = [drawn(lot=draw(LOTS), vial=draw(LABELS)) for _ in range(draw(some) + draw(some))]
    for _ in range(draw(some)):
        reason = draw(st.sampled_from([None, "borrowed"]))
        minute, doses = draw(st.integers(0, 2)), draw(st.integers(1, 3))
        facts.append(kept(opened(lot=draw(LOTS), vial=draw(labels), doses=doses, minute=minute, reason=reason)))
    facts.extend(kept(wasted(lot=draw(LOTS), vial=draw(labels))) for _ in range(draw(some)))
    facts.extend(kept(returned(lot=draw(LOTS), vial=draw(LABELS))) for _ in range(draw(some)))
    return facts


def expected_classes(facts: list[Draw | Kept[Event]]) -> Counter[DrawClass]:
    """Say by plain counting what the ledger must say: the rule once more, without SQL."""
    drawn_from: Counter[tuple[str, str]] = Counter()
    spent: Counter[tuple[str, str]] = Counter()
    openings: dict[tuple[str, str], VialOpened] = {}
    for fact in facts:
        if isinstance(fact, Draw):
            drawn_from[fact.lot, fact.vial or ""] += 1
        elif isinstance(fact.event, VialOpened):
            label = (fact.event.lot, fact.event.vial)
            rivals = [fact.event, *([openings[label]] if label in openings else [])]
            openings[label] = min(rivals, key=lambda event: (event.at, event.doses, event.reason or ""))
        elif isinstance(fact.event, VialWasted | VialReturned) and fact.event.vial:
            spent[fact.event.lot, fact.event.vial] += fact.event.doses
    classes: Counter[DrawClass] = Counter()
    unmatched, explained = defaultdict[str, int](int), defaultdict[str, int](int)
    for (lot, vial), count in drawn_from.items():
        if (lot, vial) not in openings:
            unmatched[lot] += count
            continue
        within = min(count, openings[lot, vial].doses)
        classes[DrawClass.VIAL] += within
        classes[DrawClass.OVERFILL] += count - within
    for label, opening in openings.items():
        if opening.reason:
            explained[label[0]] += max(0, opening.doses - drawn_from[label] - spent[label])
    for lot, count in unmatched.items():
        classes[DrawClass.EXPLAINED] += min(count, explained[lot])
        classes[DrawClass.OPEN] += max(0, count - explained[lot])
    return classes


def fold_in_batches(facts: list[Draw | Kept[Event]], chance: random.Random) -> None:
    """Send the facts as a network does: in any order, cut anywhere, some batches twice."""
    order = facts[:]
    chance.shuffle(order)
    batches: list[tuple[UUID, list[Draw | Kept[Event]]]] = []
    while order:
        size = chance.randint(1, len(order))
        batches.append((uuid7(), order[:size]))
        order = order[size:]
    repeated = [batch for batch in batches if chance.random() < 0.3]
    for batch, part in batches + repeated:
        actions.fold(
            [fact for fact in part if isinstance(fact, Kept)],
            batch=batch,
            draws=[fact for fact in part if isinstance(fact, Draw)],
        )


def shelf() -> tuple[object, ...]:
    return (
        balances(),
        database.rows("select * from supply_vial order by site, lot, vial"),
        database.rows("select site, lot, kind, sum(doses) from supply_movement group by 1, 2, 3 order by 1, 2, 3"),
        queries.draws_by_class(),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=stock_facts(), seed=st.integers(0, 2**32))
def test_any_order_and_any_split_of_stock_lines_leave_the_same_shelf(
    facts: list[Draw | Kept[Event]], seed: int
) -> None:
    shelves = []
    for chance in (None, random.Random(seed)):
        with transaction.atomic():
            if chance is None:
                actions.fold(
                    [fact for fact in facts if isinstance(fact, Kept)],
                    batch=uuid7(),
                    draws=[fact for fact in facts if isinstance(fact, Draw)],
                )
            else:
                fold_in_batches(facts, chance)
            shelves.append(shelf())
            assert queries.unbalanced() == []
            told = {name: count for name, count in queries.draws_by_class().items() if count}
            assert told == +expected_classes(facts)
            transaction.set_rollback(True)
    assert shelves[0] == shelves[1]


def test_a_balance_that_its_movements_do_not_explain_is_seen() -> None:
    receive(10)
    database.run("update supply_balance set doses = 9")
    assert queries.unbalanced() == [(SITE, LOT, 9, 10)]
