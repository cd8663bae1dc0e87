from __future__ import annotations

import secrets
import threading
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.domain.campaigns.wards import CODE, NOW, OTHER_WARD, WARD, block, officer, wish
from tests.domain.scheduling.conftest import SITE
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns import queries as wishes
from tiemchung.domain.campaigns.values import Channel
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.notices import queries as notices
from tiemchung.domain.notices.values import State
from tiemchung.domain.scheduling import actions, queries, rules
from tiemchung.domain.scheduling.actions import sessions
from tiemchung.domain.scheduling.errors import (
    AppointmentChanged,
    AppointmentUnknown,
    SessionImpossible,
    SessionOver,
    SessionUnknown,
    SlotFull,
)
from tiemchung.domain.scheduling.values import AppointmentState, SessionTold, Wanted
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

DAY = date(2021, 9, 20)
ASKED = Purpose.REGISTRATION
pytestmark = pytest.mark.usefixtures("ward")


def planned(*, capacity: int = 2, ends: time = time(8, 30), **changes: object) -> SessionTold:
    told = SessionTold(
        id=uuid7(NOW),
        campaign=CODE,
        site=SITE,
        day=DAY,
        product="az",
        starts=time(8),
        ends=ends,
        capacity=capacity,
    )
    return msgspec.structs.replace(told, **changes)


def opened(tu: Actor, **changes: object) -> SessionTold:
    told = planned(**changes)  # type: ignore[arg-type]  # each test names what matters
    with reaching(tu.reach):
        for _ in range(2):
            actions.open_session(told, actor=tu, now=NOW)
    return told


def waiting(tu: Actor, count: int, *, target_group: str = "unknown") -> list[UUID]:
    """Register so many people; returns their persons in the order of their coming."""
    told = [
        wish(
            person_told=block(f"Lê Văn {letter * 2}", number=None, phone=f"09021183{n:02}" if n % 2 else None),
            target_group=target_group,
        )
        for n, letter in zip(range(count), "ABCDEGHIKLMNOPQRSTUVXY", strict=False)
    ]
    for minute, one in enumerate(told):
        campaigns.register([one], actor=tu, now=NOW + timedelta(minutes=minute), channel=Channel.DESK)
    return [one.id for one in told]


def booked(session: SessionTold, tu: Actor) -> list[UUID]:
    with reaching(tu.reach):
        return [one.person for one in queries.appointments_in(session.id, purpose=ASKED)]


def filled(session: SessionTold, tu: Actor) -> int:
    with reaching(tu.reach):
        return actions.fill(session.id, site=SITE, communes=[WARD], actor=tu, now=NOW).placed


def test_a_session_has_slots_of_a_quarter_of_an_hour() -> None:
    tu = officer()
    session = opened(tu, ends=time(9, 20), capacity=3)
    slots = queries.slots_of(session.id, site=SITE)
    assert [f"{slot.starts_at:%H:%M}" for slot in slots] == ["01:00", "01:15", "01:30", "01:45", "02:00"]
    assert queries.campaign_session(session.id, sites=[SITE]).places == 15


def test_a_session_is_filled_by_priority_and_then_by_who_came_first() -> None:
    tu = officer()
    late_group = waiting(tu, 3, target_group="16")
    first_group = waiting(tu, 2, target_group="01")
    session = opened(tu)
    assert filled(session, tu) == 4
    assert sorted(booked(session, tu)) == sorted([*first_group, *late_group[:2]])
    assert filled(session, tu) == 0


def test_who_is_not_due_is_not_called(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    too_soon, due, child = waiting(tu, 3)
    owner_connection.execute(
        "update people_person set born_from = '2010-01-01', born_to = '2010-01-01' where id = %s", [child]
    )
    for person, given_on in ((too_soon, "2021-09-01"), (due, "2021-07-01")):
        owner_connection.execute(
            "insert into immunization_dose (person_id, id, vaccinator, occurred_at, recorded_at, given_on, volume_ml, "
            "findings, rule_book, dose_number, status, arm, site, province, commune, product, lot) values "
            "(%s, %s, %s, %s, %s, %s, 0.5, 0, 1, 1, 0, 0, '01-0009', '01', '', 'az', 'L')",
            [person, uuid7(), uuid7(), given_on, given_on, given_on],
        )
    session = opened(tu)
    assert filled(session, tu) == 1
    assert booked(session, tu) == [due]


def test_who_had_a_dose_the_other_day_is_not_even_asked_about(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    tu, asked = officer(), set[UUID]()
    persons = waiting(tu, 6)
    for person, given_on in ((persons[0], "2021-09-10"), (persons[2], "2021-09-10"), (persons[3], "2021-07-01")):
        owner_connection.execute(
            "insert into immunization_dose (person_id, id, vaccinator, occurred_at, recorded_at, given_on, volume_ml, "
            "findings, rule_book, dose_number, status, arm, site, province, commune, product, lot) values "
            "(%s, %s, %s, %s, %s, %s, 0.5, 0, 1, 1, 0, 0, '01-0009', '01', '', 'az', 'L')",
            [person, uuid7(), uuid7(), given_on, given_on, given_on],
        )
    due = immunization.due

    def seen(wanted: Collection[UUID], *, product: str, on: date, province: str | None) -> set[UUID]:
        asked.update(wanted)
        return due(wanted, product=product, on=on, province=province)

    monkeypatch.setattr(immunization, "due", seen)
    session = opened(tu)
    assert filled(session, tu) == 4
    assert asked == set(booked(session, tu)) == {persons[1], *persons[3:]}


def test_a_fill_asks_no_further_than_it_must(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    tu, read = officer(), list[int]()
    persons = waiting(tu, 12)
    owner_connection.execute(
        "update people_person set born_from = '2015-01-01', born_to = '2015-01-01' where id = any(%s)", [persons[:5]]
    )
    front = wishes.front

    def counted(*asked: Any, **told: Any) -> wishes.Front:
        found = front(*asked, **told)
        read.append(found.looked_at)
        return found

    monkeypatch.setattr(wishes, "front", counted)
    monkeypatch.setattr(sessions, "LOOKED_AT_FIRST", 1)
    session = opened(tu, ends=time(8, 15))
    assert filled(session, tu) == 2
    assert set(booked(session, tu)) == set(persons[5:7])
    assert read == [4, 8]


def test_a_fill_tells_where_it_stopped_and_goes_on_there(monkeypatch: pytest.MonkeyPatch) -> None:
    tu = officer()
    persons = waiting(tu, 8)
    monkeypatch.setattr(sessions, "MOST_LOOKED_AT", 4)
    monkeypatch.setattr(sessions, "LOOKED_AT", 4)
    session = opened(tu, capacity=2, ends=time(8, 15))
    after, presses = None, list[int]()
    while not presses or after is not None:
        with reaching(tu.reach):
            told = {"site": SITE, "communes": [WARD], "actor": tu, "now": NOW, "after": after}
            one = actions.fill(session.id, **told, but=lambda asked: set(asked) & set(persons[:6]))  # type: ignore[arg-type]  # as above
        presses, after = [*presses, one.placed], one.after
    assert presses == [0, 2]
    assert set(booked(session, tu)) == set(persons[6:])


def test_the_next_day_of_a_hall_passes_by_whom_it_has_called(monkeypatch: pytest.MonkeyPatch) -> None:
    tu = officer()
    persons = waiting(tu, 8)
    assert filled(opened(tu, capacity=6, ends=time(8, 15)), tu) == 6
    monkeypatch.setattr(sessions, "MOST_LOOKED_AT", 2)
    session = opened(tu, capacity=2, ends=time(8, 15))
    assert filled(session, tu) == 2
    assert set(booked(session, tu)) == set(persons[6:])


def test_whoever_got_a_place_elsewhere_meanwhile_leaves_it_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    tu = officer()
    persons, (other, session) = waiting(tu, 4), (opened(tu), opened(tu, capacity=2, ends=time(8, 15)))
    due = immunization.due

    def called_elsewhere_then(*asked: Any, **told: Any) -> set[UUID]:
        found = due(*asked, **told)
        monkeypatch.setattr(immunization, "due", due)
        wanted = [Wanted(id=uuid7(NOW), person=persons[0], commune=WARD)]
        actions.book(other.id, wanted, site=SITE, actor=tu, now=NOW)
        return found

    monkeypatch.setattr(immunization, "due", called_elsewhere_then)
    assert filled(session, tu) == 2
    assert set(booked(session, tu)) == {persons[1], persons[2]}


def test_what_a_fill_gave_stays_given_when_the_session_is_closed_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    tu = officer()
    persons = waiting(tu, 6)
    session = opened(tu, capacity=6, ends=time(8, 15))
    monkeypatch.setattr(sessions, "LOOKED_AT", 4)
    front, asked = wishes.front, list[int]()

    def closed_then(*told: Any, **more: Any) -> wishes.Front:
        asked.append(1)
        if len(asked) > 1:
            database.run("update scheduling_session set state = 'closed' where id = %s", [session.id])
        return front(*told, **more)

    monkeypatch.setattr(wishes, "front", closed_then)
    with pytest.raises(SessionOver):
        actions.fill(session.id, site=SITE, communes=[WARD], actor=tu, now=NOW)
    assert set(booked(session, tu)) == set(persons[:4])


def test_who_has_a_place_or_asked_for_another_site_is_not_called_again() -> None:
    tu = officer()
    waiting(tu, 2)
    assert filled(opened(tu), tu) == 2
    assert filled(opened(tu), tu) == 0


@pytest.mark.parametrize(
    ("drawn", "reference"), [(0, "2222222"), (30**7 - 1, "ZZZZZZZ"), (1, "3222222"), (30, "2322222")]
)
def test_a_reference_may_be_any_seven_letters_that_are_read_aloud_easily(
    drawn: int, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda most: {30**7: drawn}[most])
    assert rules.new_reference() == reference


def test_who_is_told_when_by_message_and_who_by_letter_and_nobody_twice() -> None:
    tu = officer()
    waiting(tu, 4)
    session = opened(tu)
    filled(session, tu)
    with reaching(tu.reach):
        assert actions.invite(session.id, site=SITE, actor=tu, now=NOW) == (2, 2)
        assert actions.invite(session.id, site=SITE, actor=tu, now=NOW) == (0, 0)
        appointments = queries.appointments_in(session.id, purpose=ASKED)
    states = notices.states_of([one.id for one in appointments])
    assert {standing.state for standing in states.values()} == {State.QUEUED}
    assert len({one.reference for one in appointments}) == 4


def test_nobody_invites_whose_data_serve_care_and_the_law_alone(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    first, *_ = waiting(tu, 2)
    session = opened(tu)
    filled(session, tu)
    owner_connection.execute(
        "insert into people_restriction (person_id, id, since, site, commune) values (%s, %s, %s, '', '')",
        [first, uuid7(), NOW],
    )
    with reaching(tu.reach):
        assert sum(actions.invite(session.id, site=SITE, actor=tu, now=NOW)) == 1


def test_a_place_is_moved_cancelled_and_missed() -> None:
    tu = officer()
    waiting(tu, 3)
    session = opened(tu, capacity=1, ends=time(8, 45))
    filled(session, tu)
    with reaching(tu.reach):
        first, second, third = queries.appointments_in(session.id, purpose=ASKED)
        with pytest.raises(SlotFull):
            actions.move(first.id, starts_at=second.starts_at, actor=tu, now=NOW)
        for _ in range(2):
            actions.cancel(second.id, actor=tu, now=NOW)
        actions.move(first.id, starts_at=second.starts_at, actor=tu, now=NOW)
        actions.miss(third.id, actor=tu, now=NOW)
        with pytest.raises(AppointmentUnknown):
            actions.move(third.id, starts_at=first.starts_at, actor=tu, now=NOW)
        assert [slot.taken for slot in queries.slots_of(session.id, site=SITE)] == [0, 1, 1]
        missed = queries.appointments_in(session.id, purpose=ASKED, states=[AppointmentState.MISSED])
    assert [one.id for one in missed] == [third.id]
    assert filled(session, tu) == 1


def test_nobody_is_called_to_a_session_closed_meanwhile() -> None:
    tu = officer()
    waiting(tu, 3)
    session = opened(tu, capacity=1)
    filled(session, tu)
    with reaching(tu.reach):
        assert actions.call_off(session.id, site=SITE, reason="mất điện", actor=tu, now=NOW) == 2
        for asked in (
            lambda: actions.fill(session.id, site=SITE, communes=[WARD], actor=tu, now=NOW),
            lambda: actions.invite(session.id, site=SITE, actor=tu, now=NOW),
            lambda: actions.book(session.id, [], site=SITE, actor=tu, now=NOW),
        ):
            with pytest.raises(SessionOver):
                asked()
    assert booked(session, tu) == []
    assert filled(opened(tu), tu) == 3, "their registrations stand"


def test_a_session_is_called_off_by_as_many_statements_however_many_are_called(
    owner_connection: psycopg.Connection,
) -> None:
    tu, asked = officer(), []
    for more, count in ((2, 2), (10, 12)):
        waiting(tu, more)
        session = opened(tu, capacity=6)
        assert filled(session, tu) == count
        with reaching(tu.reach):
            assert sum(actions.invite(session.id, site=SITE, actor=tu, now=NOW)) == count
            with CaptureQueriesContext(connection) as statements:
                assert actions.call_off(session.id, site=SITE, reason="mất điện", actor=tu, now=NOW) == count
            ended = queries.appointments_in(session.id, purpose=ASKED, states=[AppointmentState.CANCELLED])
            assert [slot.taken for slot in queries.slots_of(session.id, site=SITE)] == [0, 0]
        assert len(ended) == count
        asked.append(len(statements))
    assert asked[1] <= asked[0] + 2
    told = owner_connection.execute(
        "select count(*), count(distinct person) from notices_delivery where template = 'appointment-cancelled'"
    )
    assert told.fetchone() == (14, 12), "whoever was called twice is told twice"


def test_an_officer_of_another_ward_plans_nothing_here() -> None:
    tu, stranger = officer(), officer(OTHER_WARD)
    waiting(tu, 1)
    session = opened(tu)
    filled(session, tu)
    with reaching(tu.reach):
        (appointment,) = queries.appointments_in(session.id, purpose=ASKED)
    with reaching(stranger.reach):
        for asked in (
            lambda: actions.open_session(planned(), actor=stranger, now=NOW),
            lambda: actions.fill(session.id, site=SITE, communes=[WARD], actor=stranger, now=NOW),
            lambda: actions.invite(session.id, site=SITE, actor=stranger, now=NOW),
        ):
            with pytest.raises(NotPermitted):
                asked()
        with pytest.raises(AppointmentUnknown):
            actions.cancel(appointment.id, actor=stranger, now=NOW)
        with pytest.raises(SessionUnknown):
            queries.campaign_session(session.id, sites=stranger.reach.sites)
        assert queries.appointments_in(session.id, purpose=ASKED) == []
        assert queries.appointments_of([appointment.person], purpose=ASKED) == []
    with reaching(tu.reach), pytest.raises(NotPermitted):
        actions.fill(session.id, site=SITE, communes=[WARD, OTHER_WARD], actor=tu, now=NOW)


def test_a_citizen_cancels_their_own_appointment_and_no_other() -> None:
    tu = officer()
    own, other = waiting(tu, 2)
    filled(opened(tu), tu)
    with reaching(tu.reach):
        places = {one.person: one.id for one in queries.appointments_of([own, other], purpose=ASKED)}
    account = uuid7()
    citizen = Actor(id=account, kind=ActorKind.CITIZEN, reach=Reach(account=account, books=frozenset({own})))
    with reaching(citizen.reach):
        with pytest.raises(AppointmentUnknown):
            actions.cancel(places[other], actor=citizen, now=NOW)
        actions.cancel(places[own], actor=citizen, now=NOW)
        (shown,) = queries.appointments_of([own], purpose=Purpose.OWN)
    assert shown.state is AppointmentState.CANCELLED


def test_who_says_that_they_come_says_it_once_of_that_time_and_nobody_says_it_for_them(
    owner_connection: psycopg.Connection,
) -> None:
    tu = officer()
    own, other = waiting(tu, 2)
    session = opened(tu, capacity=1)
    filled(session, tu)
    with reaching(tu.reach):
        held = {one.person: one for one in queries.appointments_of([own, other], purpose=ASKED)}
        with pytest.raises(AppointmentUnknown):
            actions.confirm(held[own].id, starts_at=held[own].starts_at, actor=tu, now=NOW)
    account = uuid7()
    citizen = Actor(id=account, kind=ActorKind.CITIZEN, reach=Reach(account=account, books=frozenset({own})))
    with reaching(citizen.reach):
        with pytest.raises(AppointmentUnknown):
            actions.confirm(held[other].id, starts_at=held[other].starts_at, actor=citizen, now=NOW)
        with pytest.raises(AppointmentUnknown):
            actions.confirm(held[own].id, starts_at=held[own].starts_at, actor=citizen, now=NOW + timedelta(days=60))
        for minute in range(2):
            at = NOW + timedelta(minutes=minute)
            actions.confirm(held[own].id, starts_at=held[own].starts_at, actor=citizen, now=at)
        (shown,) = queries.appointments_of([own], purpose=Purpose.OWN)
    assert shown.confirmed_at == NOW
    said = owner_connection.execute("select count(*) from journal_entry where kind = 'appointment-confirmed'")
    assert said.fetchone() == (1,)
    with reaching(tu.reach):
        actions.cancel(held[other].id, actor=tu, now=NOW)
        actions.move(held[own].id, starts_at=held[other].starts_at, actor=tu, now=NOW)
        moved, gone = (queries.appointments_of([one], purpose=ASKED)[0] for one in (own, other))
    assert (moved.confirmed_at, gone.declined_at) == (None, None), "the staff answers for nobody"
    with reaching(citizen.reach):
        with pytest.raises(AppointmentChanged):
            actions.confirm(held[own].id, starts_at=held[own].starts_at, actor=citizen, now=NOW)
        actions.move(held[own].id, starts_at=held[own].starts_at, actor=citizen, now=NOW)
        (chosen,) = queries.appointments_of([own], purpose=Purpose.OWN)
        assert chosen.confirmed_at == NOW, "who chose the time comes at it"
        actions.cancel(held[own].id, actor=citizen, now=NOW)
        (given_back,) = queries.appointments_of([own], purpose=Purpose.OWN)
    assert given_back.declined_at == NOW


def test_a_message_tells_its_channel_and_its_day() -> None:
    tu = officer()
    waiting(tu, 4)
    session = opened(tu)
    filled(session, tu)
    with reaching(tu.reach):
        actions.invite(session.id, site=SITE, actor=tu, now=NOW)
        appointments = queries.appointments_in(session.id, purpose=ASKED)
    told = notices.states_of([one.id for one in appointments])
    assert sorted((one.channel.value, one.queued_at) for one in told.values()) == [
        ("print", NOW),
        ("print", NOW),
        ("sms", NOW),
        ("sms", NOW),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": date(2021, 9, 1)}, "day"),
        ({"capacity": 0}, "capacity"),
        ({"ends": time(8, 10)}, "hours"),
        ({"product": "sugar-water"}, "product"),
        ({"campaign": "measles"}, "campaign"),
        ({"day": date(2021, 12, 31)}, "day"),
        ({"day": date.max}, "day"),
    ],
)
def test_a_session_that_cannot_be_is_refused_by_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(SessionImpossible) as refused:
        opened(officer(), **changes)
    assert refused.value.facts["field"] == field


def test_however_many_ask_at_once_no_slot_is_overbooked(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    session = opened(tu, capacity=7, ends=time(9))
    given: list[datetime | None] = []

    def ask(batch: int) -> None:
        try:
            for _ in range(4):
                wanted = [Wanted(id=uuid7(), person=uuid7(), commune=WARD) for _ in range(batch)]
                with reaching(tu.reach):
                    given.extend(actions.book(session.id, wanted, site=SITE, actor=tu, now=NOW).values())
        finally:
            connections.close_all()

    askers = [threading.Thread(target=ask, args=[batch]) for batch in (1, 2, 3, 5)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    slots = queries.slots_of(session.id, site=SITE)
    assert [slot.taken for slot in slots] == [7, 7, 7, 7]
    assert sum(place is not None for place in given) == 28
    assert len(given) == 44
    counted = owner_connection.execute("select count(*) from scheduling_appointment group by starts_at").fetchall()
    assert counted == [(7,)] * 4


@pytest.mark.parametrize("halls", [1, 2])
def test_two_planners_who_fill_at_once_call_everybody_once_and_leave_no_place_empty(
    halls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tu = officer()
    persons = waiting(tu, 12)
    monkeypatch.setattr(sessions, "LOOKED_AT_FIRST", 1)
    monkeypatch.setattr(sessions, "LOOKED_AT", 2)
    days = [opened(tu, day=DAY + timedelta(days=n), capacity=12 // halls, ends=time(8, 15)) for n in range(halls)]
    together, placed = threading.Barrier(4), list[int]()

    def press(number: int) -> None:
        try:
            together.wait()
            placed.append(filled(days[number % halls], tu))
        finally:
            connections.close_all()

    planners = [threading.Thread(target=press, args=[number]) for number in range(4)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    assert sum(placed) == len(persons)
    assert sorted(person for day in days for person in booked(day, tu)) == sorted(persons)


def test_a_booking_told_twice_is_one_place() -> None:
    tu = officer()
    session = opened(tu)
    wanted = [Wanted(id=uuid7(), person=uuid7(), commune=WARD)]
    with reaching(tu.reach):
        first = actions.book(session.id, wanted, site=SITE, actor=tu, now=NOW)
        assert actions.book(session.id, wanted, site=SITE, actor=tu, now=NOW) == first
        assert sum(slot.taken for slot in queries.slots_of(session.id, site=SITE)) == 1


@pytest.mark.parametrize("way", ["move", "cancel", "both"])
def test_the_same_form_sent_many_times_at_once_moves_or_frees_one_place(
    way: str, owner_connection: psycopg.Connection
) -> None:
    tu = officer()
    waiting(tu, 3)
    session = opened(tu, capacity=3, ends=time(8, 30))
    filled(session, tu)
    with reaching(tu.reach):
        mover, *_ = queries.appointments_in(session.id, purpose=ASKED)
        first, second = (slot.starts_at for slot in queries.slots_of(session.id, site=SITE))
    other = second if mover.starts_at == first else first
    together = threading.Barrier(6)

    def send(number: int) -> None:
        try:
            together.wait()
            with reaching(tu.reach):
                if way == "move" or (way == "both" and number % 2):
                    actions.move(mover.id, starts_at=other, actor=tu, now=NOW)
                else:
                    actions.cancel(mover.id, actor=tu, now=NOW)
        except AppointmentUnknown:
            assert way == "both", "only who comes after the cancelling finds nothing to move"
        finally:
            connections.close_all()

    senders = [threading.Thread(target=send, args=[number]) for number in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    counted = owner_connection.execute(
        "select s.taken, count(a.id) from scheduling_slot s left join scheduling_appointment a "
        "on a.session = s.session and a.starts_at = s.starts_at and a.state <> 'cancelled' group by s.starts_at, s.taken"
    ).fetchall()
    assert [taken for taken, _ in counted] == [sat for _, sat in counted]
    assert sum(taken for taken, _ in counted) == (3 if way == "move" else 2)
    told = owner_connection.execute(
        "select kind, count(*) from journal_entry where kind in ('appointment-moved', 'appointment-cancelled') group by kind"
    ).fetchall()
    assert all(count == 1 for _, count in told)
