from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.visits.factories import (
    DAY,
    SITE,
    arrived,
    consented,
    deferred,
    dosed,
    identified,
    kept,
    left,
    observed,
    released,
    screened,
)
from tiemchung.domain.visits import actions, queries
from tiemchung.domain.visits.events import SessionClosed, SessionOpened, SessionStopped
from tiemchung.domain.visits.values import Stage
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("at_the_site")


def visits() -> list[tuple[object, ...]]:
    return database.rows("select * from visits_visit order by person_id, id")


def stage() -> Stage:
    (told,) = (stage for stage, count in queries.stage_counts(SITE, DAY).items() if count)
    return told


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([arrived()], Stage.ARRIVED),
        ([arrived(), screened()], Stage.WAITING_FOR_DOSE),
        ([arrived(), screened(conclusion="caution")], Stage.WAITING_FOR_DOSE),
        ([arrived(), screened(conclusion="refer_hospital")], Stage.DEFERRED),
        ([arrived(), consented(agreed=False), screened()], Stage.DECLINED),
        ([arrived(), screened(5, conclusion="defer"), deferred(6), screened(90)], Stage.WAITING_FOR_DOSE),
        ([arrived(), screened(5), deferred(6)], Stage.DEFERRED),
        ([arrived(), screened(), dosed()], Stage.OBSERVED),
        ([arrived(), screened(conclusion="defer"), dosed()], Stage.OBSERVED),
        ([dosed(), released()], Stage.RELEASED),
        ([arrived(), left()], Stage.LEFT),
    ],
)
def test_a_visit_stands_at_the_last_stage_it_reached(told: list[Event], expected: Stage) -> None:
    for event in told:
        actions.fold([kept(event)])
    assert stage() is expected


WORDS = st.sampled_from
MINUTES = st.integers(0, 2)
KINDS = [
    st.builds(arrived, MINUTES, ticket=WORDS(["A1", "a1", "Ă1"])),
    st.builds(identified, MINUTES, how=WORDS(["card-scanned", "known-to-officer", "told"])),
    st.builds(consented, MINUTES, agreed=st.booleans()),
    st.builds(screened, MINUTES, conclusion=WORDS(["eligible_now", "defer", "contraindicated"])),
    st.builds(deferred, MINUTES, until=WORDS([None, date(2021, 9, 20), date(2021, 10, 1)]), reason=WORDS(["a", "B"])),
    st.builds(dosed, MINUTES),
    st.builds(observed, MINUTES, after=MINUTES, state=WORDS(["well", "Dizzy"])),
    st.builds(released, MINUTES, after=MINUTES, state=WORDS(["well", "Dizzy"])),
    st.builds(left, MINUTES, after=MINUTES, reason=WORDS(["tired", "Zzz"])),
]
# Few kinds at a time, several entries of each: it is within one stage that order could matter.
ENTRIES = st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).flatmap(
    lambda kinds: st.lists(st.one_of(kinds), min_size=2, max_size=9)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=ENTRIES, implausible=st.integers(0, 9), seed=st.integers(0, 2**32))
def test_any_order_and_any_split_of_entries_leave_the_same_visit(
    events: list[Event],
    implausible: int,
    seed: int,
) -> None:
    entries: list[Kept[Event]] = [kept(event, plausible=place != implausible) for place, event in enumerate(events)]
    chance = random.Random(seed)
    outcomes = []
    for shuffled in (False, True):
        with transaction.atomic():
            if not shuffled:
                assert actions.fold(entries) == []
            else:
                order = entries + chance.sample(entries, k=len(entries) // 2)
                chance.shuffle(order)
                while order:
                    size = chance.randint(1, len(order))
                    assert actions.fold(order[:size]) == []
                    order = order[size:]
            outcomes.append(visits())
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1]


@pytest.fixture
def another_site_began_it(db: None) -> None:
    with reaching(Reach(sites=frozenset({"01-0001"}))):
        actions.fold([kept(arrived(), site="01-0001")])


@pytest.mark.usefixtures("another_site_began_it")
def test_a_visit_that_another_site_began_is_left_alone_and_told() -> None:
    own = arrived(visit=uuid7())
    stray = screened()
    findings = actions.fold([kept(stray), kept(own)])
    assert [(finding.code, finding.entry) for finding in findings] == [("visit-elsewhere", stray.id)]
    assert len(visits()) == 1


def test_an_impossible_instant_counts_in_no_day() -> None:
    actions.fold([kept(arrived(), plausible=False)])
    assert sum(queries.stage_counts(SITE, DAY).values()) == 0
    actions.fold([kept(screened())])
    assert stage() is Stage.WAITING_FOR_DOSE


@pytest.mark.parametrize(("reason", "goes_on"), [(None, False), ("  ", False), ("đổi lô", True)])
def test_only_an_opening_with_a_reason_ends_a_stop(reason: str | None, goes_on: bool) -> None:  # noqa: FBT001 - a case
    session = uuid7()
    words: list[Event] = [
        SessionOpened(id=uuid7(), at=arrived(1).at, campaign_session=session),
        SessionStopped(id=uuid7(), at=arrived(5).at, campaign_session=session, reason="anaphylaxis"),
        # Another tablet without a network receives its first, and has heard of no stop.
        SessionOpened(id=uuid7(), at=arrived(9).at, campaign_session=session, reason=reason),
    ]
    actions.fold([kept(word) for word in words])
    assert (queries.stopped_sessions(SITE) == []) is goes_on


@pytest.mark.parametrize(("ahead", "plausible"), [(timedelta(minutes=9), True), (timedelta(days=36_500), False)])
def test_a_clock_that_runs_ahead_makes_no_stop_for_the_time_to_come(
    ahead: timedelta,
    plausible: bool,  # noqa: FBT001 - a case
) -> None:
    session, heard = uuid7(), arrived(5).at
    stop = SessionStopped(id=uuid7(), at=heard + ahead, campaign_session=session, reason="anaphylaxis")
    actions.fold([kept(stop, plausible=plausible, recorded_at=heard)])
    assert queries.stopped_sessions(SITE) != []
    actions.fold([kept(SessionOpened(id=uuid7(), at=arrived(7).at, campaign_session=session, reason="đã xử trí"))])
    assert queries.stopped_sessions(SITE) == []


def test_a_clock_that_runs_ahead_lets_no_session_go_on_through_the_next_stop() -> None:
    session, heard = uuid7(), arrived(5).at
    goes_on = SessionOpened(id=uuid7(), at=heard + timedelta(days=1), campaign_session=session, reason="đổi lô")
    actions.fold([kept(goes_on, plausible=False, recorded_at=heard)])
    actions.fold([kept(SessionStopped(id=uuid7(), at=arrived(9).at, campaign_session=session, reason="anaphylaxis"))])
    assert queries.stopped_sessions(SITE) != []


def test_a_campaign_session_keeps_its_first_opening_and_its_latest_stop() -> None:
    session = uuid7()
    words: list[Event] = [
        SessionOpened(id=uuid7(), at=arrived(minute).at, campaign_session=session) for minute in (3, 1)
    ]
    words += [
        SessionStopped(id=uuid7(), at=arrived(minute).at, campaign_session=session, reason=reason)
        for minute, reason in ((5, "power"), (9, "no vaccine"), (7, "rain"))
    ]
    words.append(SessionClosed(id=uuid7(), at=arrived(90).at, campaign_session=session))
    for word in words:
        actions.fold([kept(word)])
    actions.fold([kept(word) for word in words])
    ((opened_at, stopped_at, reason, closed_at),) = database.rows(
        "select opened_at, stopped_at, stop_reason, closed_at from visits_sessionword"
    )
    assert (opened_at, stopped_at, reason, closed_at) == (arrived(1).at, arrived(9).at, "no vaccine", arrived(90).at)
