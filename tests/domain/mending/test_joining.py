"""A clerk joins two records and parts them again: nothing is moved, and doses, links and messages follow."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.chair import arrival, dose, follow, record, void
from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.errors import CaseClosed, SecondPersonNeeded
from tiemchung.domain.mending.values import CaseState, Outcome
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Message
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import IdentifierTold, Joined
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
SITE = "79-0001"
Worker = Callable[[], AbstractContextManager[None]]
NUMBER = IdentifierTold(kind="personal-number", value="079180004417")


def clerk() -> Actor:
    """Return somebody who mends at the site."""
    reach = Reach(sites=frozenset({SITE}))
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.MEND}), reach=reach)


ONE, OTHER = clerk(), clerk()


@pytest.fixture(autouse=True)
def a_site(committed_db: None, as_worker: Worker) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "26740"}], actor=SYSTEM)
        site = {"code": SITE, "name": "Điểm 1", "organization": "H1", "commune": "26740"}
        places.load_sites([site], actor=SYSTEM)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Return every message that goes out."""
    heard: list[Message] = []
    send = notices.send

    def listening(messages: list[Message], *, now: datetime, **more: int) -> None:
        heard.extend(messages)
        send(messages, now=now, **more)

    monkeypatch.setattr(notices, "send", listening)
    return heard


def everything_follows(as_worker: Worker) -> None:
    with as_worker():
        follow()


def met(name: str, *, doses: int, day: int = 0) -> UUID:
    """Let somebody arrive under the one number, and have so many doses, eight weeks apart."""
    person, at = uuid7(), NOW - timedelta(days=200 - day)
    with reaching(Reach(sites=frozenset({SITE}))):
        record(arrival(person, name=name, identifiers=[NUMBER], at=at))
        for number in range(doses):
            record(dose(person, at=at + timedelta(weeks=8 * number)))
    return person


def doubted(as_worker: Worker, *, doses: tuple[int, int] = (1, 1)) -> tuple[UUID, UUID, UUID]:
    """Return the case of two names under one number, and the two rows: so many doses each, sixteen weeks apart."""
    first = met("Trần Thị Mai", doses=doses[0])
    second = met("Lê Thị Mai", doses=doses[1], day=112)
    everything_follows(as_worker)
    (case,) = queries.cases_waiting(actor=ONE)
    return case.id, first, second


def decide(case: UUID, outcome: Outcome = Outcome.NOT_UPHELD, *, by: Actor = ONE) -> None:
    actions.take(case, step=uuid7(), actor=by, now=LATER)
    actions.decide(case, step=uuid7(), outcome=outcome, text="Cùng một căn cước.", actor=by, now=LATER)


def agree(case: UUID, *, by: Actor) -> None:
    step = database.row("select id from mending_step where what = 'proposed' order by at desc, id desc limit 1")
    assert step
    actions.agree(case, step=uuid7(), proposal=step[0], text="Đồng ý.", actor=by, now=LATER)


def numbers_of(*persons: UUID) -> list[int]:
    rows = database.rows(
        "select dose_number from immunization_dose where person_id = any(%s) order by occurred_at", [list(persons)]
    )
    return [number for (number,) in rows]


def test_two_records_with_doses_are_joined_by_two_clerks_and_parted_by_one(
    as_worker: Worker, sent: list[Message]
) -> None:
    case, first, second = doubted(as_worker)
    decide(case)
    everything_follows(as_worker)
    assert people.ids_of(first) == {first}, "the first of two only proposes"
    with pytest.raises(SecondPersonNeeded), reaching(ONE.reach):
        agree(case, by=ONE)
    with reaching(ONE.reach):
        agree(case, by=OTHER)
    sent.clear()
    everything_follows(as_worker)
    with as_worker():
        assert people.ids_of(first) == people.ids_of(second) == {first, second}
        assert numbers_of(first, second) == [1, 2]
        assert database.row("select count(*) from immunization_dose where person_id = %s", [second]) == (1,)
        assert {(one.template, one.to_person) for one in sent if one.template.startswith("records-")} == {
            ("records-joined", first),
            ("records-joined", second),
        }
    actions.disagree(case, step=uuid7(), text="Hai người, đã gặp cả hai.", actor=OTHER, now=LATER)
    everything_follows(as_worker)
    with as_worker():
        assert people.ids_of(first) == {first}
        assert numbers_of(first) == numbers_of(second) == [1]
        assert "records-parted" in {one.template for one in sent}
        assert database.row("select count(*), count(valid_to) from people_same_as") == (1, 1)
    (open_again,) = queries.cases_waiting(actor=ONE)
    assert (open_again.id, open_again.state) == (case, CaseState.OPEN)
    decide(case, by=OTHER)
    with reaching(ONE.reach):
        agree(case, by=ONE)
    everything_follows(as_worker)
    with as_worker():
        assert people.ids_of(first) == {first, second}, "what was parted may be joined again"


def test_one_clerk_is_enough_where_no_dose_is_counted_otherwise(as_worker: Worker) -> None:
    case, first, second = doubted(as_worker, doses=(1, 0))
    decide(case)
    everything_follows(as_worker)
    with as_worker():
        assert people.ids_of(second) == {first, second}


def test_a_dose_that_was_voided_counts_for_nothing(as_worker: Worker) -> None:
    case, first, _ = doubted(as_worker)
    with reaching(Reach(sites=frozenset({SITE}))):
        (given,) = database.rows("select id from immunization_dose where person_id = %s", [first])
        record(void(given[0]))
    decide(case)
    everything_follows(as_worker)
    with as_worker():
        assert len(people.ids_of(first)) == 2


def test_two_persons_stay_two_and_the_pair_is_not_asked_about_again(as_worker: Worker) -> None:
    case, first, second = doubted(as_worker)
    decide(case, Outcome.UPHELD)
    everything_follows(as_worker)
    with as_worker():
        assert people.ids_of(first) == {first}
        assert actions.open_doubts({first: SITE, second: SITE}, now=LATER) == 0
    with pytest.raises(CaseClosed):
        actions.disagree(case, step=uuid7(), text="Xem lại.", actor=ONE, now=LATER)


def test_a_link_told_twice_is_one_link(as_worker: Worker) -> None:
    case, first, second = doubted(as_worker)
    pair = Joined(person=min(first, second), other=max(first, second), decision=case)
    with as_worker():
        assert [people_actions.join([pair], now=LATER) for _ in range(2)] == [1, 0]
        assert [people_actions.part([pair], now=LATER) for _ in range(2)] == [1, 0]
        kinds = database.rows(
            "select kind, count(*) from journal_entry where kind like 'persons-%' group by 1 order by 1"
        )
        assert kinds == [("persons-joined", 2), ("persons-parted", 2)]


def test_the_web_cannot_write_a_link() -> None:
    with pytest.raises(Exception, match="permission denied"), reaching(ONE.reach):
        people_actions.join([Joined(person=uuid7(), other=uuid7(), decision=uuid7())], now=NOW)
