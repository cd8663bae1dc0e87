"""Lists by batch of vaccine: nobody on one is told before a second person approved it, and no decision is lost or made twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

import msgspec
import psycopg
import pytest

from tests.domain.campaigns.wards import CODE, NOW, OTHER_WARD, WARD, officer
from tests.domain.scheduling.conftest import SITE
from tests.domain.scheduling.test_actions import ASKED, DAY, filled, opened, waiting
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns import queries as wishes
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.errors import (
    CallListEmpty,
    CallListImpossible,
    CallListSettled,
    CallListUnknown,
    OwnCallList,
    SessionOver,
)
from tiemchung.domain.scheduling.values import CallListState, SessionTold
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("ward")
AsWorker: TypeAlias = Callable[[], AbstractContextManager[None]]
BATCH = "Đợt 5, lô FD9234"


@pytest.fixture
def tu() -> Actor:
    return officer()


@pytest.fixture
def session(tu: Actor) -> SessionTold:
    """A session with four places, for which three people were called and nobody was told."""
    waiting(tu, 3)
    told = opened(tu)
    assert filled(told, tu) == 3
    return told


def put_forward(session: SessionTold, by: Actor, *, batch: str = BATCH, identifier: UUID | None = None) -> UUID:
    told = identifier or uuid7(NOW)
    with reaching(by.reach):
        actions.put_forward(told, session=session.id, site=SITE, batch=batch, actor=by, now=NOW)
    return told


def approve(told: UUID, session: SessionTold, by: Actor) -> None:
    with reaching(by.reach):
        actions.approve(told, session=session.id, site=SITE, actor=by, now=NOW + timedelta(hours=1))


def send_back(told: UUID, session: SessionTold, by: Actor, *, reason: str = "Thiếu tổ 12") -> None:
    with reaching(by.reach):
        actions.send_back(told, session=session.id, site=SITE, reason=reason, actor=by, now=NOW)


def invited(session: SessionTold, by: Actor) -> int:
    with reaching(by.reach):
        return sum(actions.invite(session.id, site=SITE, actor=by, now=NOW))


def untold(session: SessionTold, by: Actor) -> dict[UUID | None, int]:
    with reaching(by.reach):
        return queries.untold_in(session.id)


def only_by_lists(as_worker: AsWorker) -> None:
    told = wishes.campaign(CODE)
    assert told is not None
    with as_worker():
        campaigns.load_campaigns([msgspec.structs.replace(told, lists_approved=True)], actor=SYSTEM)


def test_who_is_on_a_list_is_told_once_a_second_person_has_approved_it(tu: Actor, session: SessionTold) -> None:
    told = put_forward(session, tu)
    assert put_forward(session, tu, identifier=told) == told
    assert invited(session, tu) == 0
    with pytest.raises(OwnCallList):
        approve(told, session, tu)
    colleague = officer()
    for _ in range(2):
        approve(told, session, colleague)
    (shown,) = queries.call_lists(session.id, site=SITE)
    assert (shown.batch, shown.people, shown.state) == (BATCH, 3, CallListState.APPROVED)
    assert (shown.asked_by, shown.decided_by) == (tu.id, colleague.id)
    assert invited(session, tu) == 3


def test_each_step_is_a_fact_of_the_record_once(
    tu: Actor, session: SessionTold, owner_connection: psycopg.Connection
) -> None:
    told = put_forward(session, tu)
    put_forward(session, tu, identifier=told)
    for _ in range(2):
        send_back(told, session, tu)
    second = put_forward(session, tu)
    for _ in range(2):
        approve(second, session, officer())
    kinds = owner_connection.execute(
        "select kind, count(*) from journal_entry where kind like 'call-list%' group by kind order by kind"
    )
    assert kinds.fetchall() == [
        ("call-list-approved", 1),
        ("call-list-put-forward", 2),
        ("call-list-returned", 1),
    ]


def test_who_stands_on_no_list_is_told_unless_the_campaign_wants_every_list_approved(
    tu: Actor, session: SessionTold, as_worker: AsWorker
) -> None:
    only_by_lists(as_worker)
    assert invited(session, tu) == 0
    assert untold(session, tu) == {None: 3}
    approve(put_forward(session, tu), session, officer())
    waiting(tu, 1)
    assert filled(session, tu) == 1, "who was called after it does not stand on the list"
    assert invited(session, tu) == 3
    assert untold(session, tu) == {None: 1}


def test_without_that_wish_a_list_holds_back_only_those_on_it(tu: Actor, session: SessionTold) -> None:
    put_forward(session, tu)
    waiting(tu, 1)
    filled(session, tu)
    assert invited(session, tu) == 1


def test_a_list_that_is_sent_back_leaves_everybody_in_their_place_and_may_be_put_forward_anew(
    tu: Actor, session: SessionTold
) -> None:
    told = put_forward(session, tu)
    send_back(told, session, officer())
    assert untold(session, tu) == {None: 3}
    with pytest.raises(CallListSettled):
        approve(told, session, officer())
    again = put_forward(session, tu)
    approve(again, session, officer())
    with pytest.raises(CallListSettled):
        send_back(again, session, officer())
    states = [one.state for one in queries.call_lists(session.id, site=SITE)]
    assert sorted(states) == [CallListState.APPROVED, CallListState.SENT_BACK]


def test_who_is_moved_to_another_session_stands_on_its_list_no_more(tu: Actor, session: SessionTold) -> None:
    approve(put_forward(session, tu), session, officer())
    later = opened(tu, id=uuid7(NOW), day=DAY + timedelta(days=1))
    with reaching(tu.reach):
        first = queries.appointments_in(session.id, purpose=ASKED)[0]
        starts_at = queries.slots_of(later.id, site=SITE)[0].starts_at
        actions.move_to(first.id, session=later.id, site=SITE, starts_at=starts_at, actor=tu, now=NOW)
    assert untold(later, tu) == {None: 1}


@pytest.mark.parametrize("batch", ["", "  ", "x" * 121])
def test_a_batch_has_a_name_that_can_be_read(tu: Actor, session: SessionTold, batch: str) -> None:
    with pytest.raises(CallListImpossible):
        put_forward(session, tu, batch=batch)
    assert queries.call_lists(session.id, site=SITE) == []


def test_what_is_no_list_or_nobody_s_or_over_is_refused(tu: Actor, session: SessionTold) -> None:
    with pytest.raises(CallListUnknown):
        approve(uuid7(NOW), session, officer())
    with pytest.raises(NotPermitted):
        put_forward(session, officer(OTHER_WARD))
    told = put_forward(session, tu)
    with pytest.raises(CallListEmpty):
        put_forward(session, tu)
    with pytest.raises(CallListImpossible):
        send_back(told, session, officer(), reason=" ")
    with pytest.raises(NotPermitted):
        approve(told, session, officer(OTHER_WARD))
    other = opened(tu, id=uuid7(NOW), day=DAY + timedelta(days=1))
    with pytest.raises(CallListUnknown):
        approve(told, other, officer())
    with pytest.raises(CallListImpossible):
        put_forward(other, tu, identifier=told)
    with reaching(tu.reach):
        actions.call_off(session.id, site=SITE, reason="mất điện", actor=tu, now=NOW)
    with pytest.raises(SessionOver):
        approve(told, session, officer(WARD))
