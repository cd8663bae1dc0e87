"""Whoever the register told to be dead has no place, is not invited, and is on no list of those who wait."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest

from tests.domain.campaigns.wards import CODE, NOW, WARD, officer
from tests.domain.scheduling.conftest import SITE
from tests.domain.scheduling.test_actions import ASKED, DAY, filled, opened, waiting
from tiemchung.domain.campaigns import queries as wishes
from tiemchung.domain.scheduling import actions, queries
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("ward")
Worker = Callable[[], AbstractContextManager[None]]


def told_dead(person: UUID) -> None:
    database.run(
        "insert into people_register_news "
        "(person_id, sequence, exchange, told_at, day, what, new_commune, taken, site, commune) "
        "select id, 1, gen_random_uuid(), %s, %s, 'died', '', true, site, commune from people_person where id = %s",
        [NOW, DAY, person],
    )


def test_a_place_is_free_again_and_nobody_is_written_to(as_worker: Worker) -> None:
    tu = officer()
    waiting(tu, 2)
    session = opened(tu)
    filled(session, tu)
    with reaching(tu.reach):
        actions.invite(session.id, site=SITE, actor=tu, now=NOW)
        first, second = queries.appointments_in(session.id, purpose=ASKED)
    with as_worker():
        queued = database.row("select count(*) from notices_delivery")
        told_dead(first.person)
        assert [actions.free([first.person], now=NOW) for _ in range(2)] == [1, 0]
        assert database.row("select count(*) from notices_delivery") == queued
        assert database.row("select count(*) from journal_entry where kind = 'appointment-cancelled'") == (1,)
    with reaching(tu.reach):
        states = {one.person: one.state.value for one in queries.appointments_in(session.id, purpose=ASKED)}
        assert states.get(first.person, "cancelled") == "cancelled"
        assert states[second.person] == "booked"
        assert sum(slot.taken for slot in queries.slots_of(session.id, site=SITE)) == 1


def test_nobody_invites_them_and_they_wait_on_no_list(as_worker: Worker) -> None:
    tu = officer()
    dead, alive = waiting(tu, 2)
    session = opened(tu)
    filled(session, tu)
    with as_worker():
        told_dead(dead)
    with reaching(tu.reach):
        assert sum(actions.invite(session.id, site=SITE, actor=tu, now=NOW)) == 1
        listed = {one.person for one in wishes.registered(CODE, [WARD], purpose=ASKED)}
        assert (dead in listed, alive in listed) == (False, True)
