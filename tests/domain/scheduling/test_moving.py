"""An appointment that goes to another session of its campaign: another day, another site."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from tests.domain.campaigns.wards import NOW, WARD, officer
from tests.domain.scheduling.conftest import SITE
from tests.domain.scheduling.test_actions import ASKED, DAY, filled, opened, waiting
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.errors import AppointmentUnknown, NotDueThen, SessionOver, SessionUnknown, SlotFull
from tiemchung.domain.scheduling.values import Appointment, SessionTold
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("ward")
NEXT_DAY = DAY + timedelta(days=1)


def taken(session: SessionTold) -> list[int]:
    return [slot.taken for slot in queries.slots_of(session.id, site=SITE)]


def called(tu: Actor, session: SessionTold) -> list[Appointment]:
    filled(session, tu)
    with reaching(tu.reach):
        actions.invite(session.id, site=SITE, actor=tu, now=NOW)
        return queries.appointments_in(session.id, purpose=ASKED)


def move(tu: Actor, one: Appointment, to: SessionTold, *, place: int = 0) -> None:
    with reaching(tu.reach):
        starts_at = queries.slots_of(to.id, site=SITE)[place].starts_at
        actions.move_to(one.id, session=to.id, site=SITE, starts_at=starts_at, actor=tu, now=NOW)


def test_somebody_comes_on_another_day_under_the_reference_they_were_told() -> None:
    tu = officer()
    waiting(tu, 2)
    session, later = opened(tu), opened(tu, id=uuid4(), day=NEXT_DAY, starts=time(9), ends=time(9, 30))
    first, _second = called(tu, session)
    for _click in range(2):
        move(tu, first, later, place=1)
    assert (taken(session), taken(later)) == ([1, 0], [0, 1])
    with reaching(tu.reach):
        (moved,) = queries.appointments_in(later.id, purpose=ASKED)
        assert (moved.id, moved.person, moved.reference) == (first.id, first.person, first.reference)
        assert (moved.day, f"{moved.starts_at:%H:%M}", moved.invited_at is not None) == (NEXT_DAY, "02:15", True)
        actions.cancel(moved.id, actor=tu, now=NOW)
    assert (taken(session), taken(later)) == ([1, 0], [0, 0]), "the place that is given back is the new one"


def had_a_dose(owner: psycopg.Connection, person: UUID) -> None:
    """Let somebody have had a dose that makes the next one due on the later day and not on the earlier."""
    owner.execute(
        "insert into immunization_dose (person_id, id, vaccinator, occurred_at, recorded_at, given_on, volume_ml, "
        "findings, rule_book, dose_number, status, arm, site, province, commune, product, lot) values "
        "(%s, %s, %s, %s, %s, %s, 0.5, 0, 1, 1, 0, 0, '01-0009', '01', '', 'az', 'L')",
        [person, uuid4(), uuid4(), *["2021-07-27"] * 3],
    )


def test_what_cannot_be_is_refused_and_nothing_moves(
    as_worker: Callable[[], AbstractContextManager[None]], owner_connection: psycopg.Connection
) -> None:
    tu = officer()
    dosed, _other = waiting(tu, 2)
    had_a_dose(owner_connection, dosed)
    session = opened(tu, day=NEXT_DAY)
    full = opened(tu, id=uuid4(), day=NEXT_DAY, capacity=1, ends=time(8, 15))
    closed, early = opened(tu, id=uuid4(), day=NEXT_DAY), opened(tu, id=uuid4(), day=DAY)
    measles = Campaign(
        code="measles", name="Sởi", starts_on=date(2021, 7, 1), ends_on=date(2022, 4, 30), target_diseases=["measles"]
    )
    with as_worker():
        campaigns.load_campaigns([measles], actor=SYSTEM)
    other = opened(tu, id=uuid4(), campaign="measles")
    first, second = sorted(called(tu, session), key=lambda one: one.person != dosed)
    move(tu, second, full)
    with reaching(tu.reach):
        actions.call_off(closed.id, site=SITE, reason="mưa bão", actor=tu, now=NOW)
    for to, refusal in ((full, SlotFull), (closed, SessionOver), (other, SessionUnknown), (early, NotDueThen)):
        with pytest.raises(refusal):
            move(tu, first, to)
    with reaching(tu.reach), pytest.raises(SessionUnknown):
        actions.move_to(first.id, session=uuid4(), site=SITE, starts_at=first.starts_at, actor=tu, now=NOW)
    with reaching(tu.reach), pytest.raises(NotPermitted):
        actions.move_to(first.id, session=full.id, site="01-0001", starts_at=first.starts_at, actor=tu, now=NOW)
    with reaching(officer("27475").reach), pytest.raises(AppointmentUnknown):
        actions.move_to(
            first.id, session=full.id, site=SITE, starts_at=first.starts_at, actor=officer("27475"), now=NOW
        )
    assert sum(taken(session)) == 1
    assert (taken(full), sum(taken(closed)), sum(taken(other)), sum(taken(early))) == ([1], 0, 0, 0)


def test_other_sessions_are_offered_where_a_place_is_free_and_the_person_is_due(
    owner_connection: psycopg.Connection,
) -> None:
    tu = officer()
    had_a_dose(owner_connection, waiting(tu, 1)[0])
    session, later = opened(tu, day=NEXT_DAY), opened(tu, id=uuid4(), day=NEXT_DAY)
    opened(tu, id=uuid4(), day=DAY)
    (first,) = called(tu, session)
    with reaching(tu.reach):
        assert [one.id for one in queries.sessions_instead(first, sites=[SITE], now=NOW)] == [later.id]
        actions.call_off(later.id, site=SITE, reason="mưa bão", actor=tu, now=NOW)
        assert queries.sessions_instead(first, sites=[SITE], now=NOW) == []


def test_other_sessions_are_found_behind_many_that_are_full_or_not_due(
    monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    monkeypatch.setattr(queries.sessions, "SESSIONS", 1)
    tu = officer()
    had_a_dose(owner_connection, waiting(tu, 1)[0])
    session, later = opened(tu, day=NEXT_DAY), opened(tu, id=uuid4(), day=NEXT_DAY + timedelta(days=1))
    for _ in range(2):
        opened(tu, id=uuid4(), day=DAY)
    (first,) = called(tu, session)
    with reaching(tu.reach):
        assert [one.id for one in queries.sessions_instead(first, sites=[SITE], now=NOW)] == [later.id]


def test_the_same_move_sent_many_times_at_once_takes_one_place(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    waiting(tu, 2)
    session, later = opened(tu), opened(tu, id=uuid4(), day=NEXT_DAY)
    first, _second = called(tu, session)
    together = threading.Barrier(6)

    def send() -> None:
        try:
            together.wait()
            move(tu, first, later)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(taken(session)), taken(later)) == (1, [1, 0])
    found = owner_connection.execute("select count(*) from journal_entry where kind = 'appointment-moved'").fetchone()
    assert found == (1,)


def test_who_is_here_or_told_to_wait_is_not_called() -> None:
    tu = officer()
    here, _other, third = waiting(tu, 3)
    session = opened(tu)
    with reaching(tu.reach):
        told = {"site": SITE, "communes": [WARD], "actor": tu, "now": NOW}
        asked: list[set[object]] = []

        def but(persons: object) -> list[object]:
            asked.append(set(persons))  # type: ignore[call-overload]  # persons
            return [here]

        assert actions.fill(session.id, but=but, **told).placed == 2  # type: ignore[arg-type]  # the same for all
        called_to = {one.person for one in queries.appointments_in(session.id, purpose=ASKED)}
    assert here not in called_to
    assert third in called_to
    assert here in asked[0]
