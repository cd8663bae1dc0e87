"""Messages are queued once, delivered within budget, tried again, and say nothing they should not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.chair import arrival, record
from tiemchung.domain.notices import actions, engine, queries, rules
from tiemchung.domain.notices.errors import GatewayDown, MessageNotAllowed
from tiemchung.domain.notices.values import (
    Channel,
    Kind,
    Message,
    Outcome,
    Outgoing,
    Receipt,
    Standing,
    State,
    Template,
)
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
AsWorker = Callable[[], AbstractContextManager[None]]


class Phone:
    """A gateway that remembers what it delivered, and fails or puts off as it is told to."""

    def __init__(self, outcome: Outcome | None = Outcome.DELIVERED) -> None:
        self.outcome = outcome
        self.heard: list[Outgoing] = []

    def deliver(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        if self.outcome is None:
            raise GatewayDown("TimeoutError")
        self.heard += batch
        return [Receipt(id=message.id, outcome=self.outcome, reason="busy") for message in batch]


def code(to: str = "0903123218", **told: Any) -> Message:
    usual: dict[str, Any] = {
        "channel": Channel.SMS,
        "template": "sign-in-code",
        "values": {"code": "408215", "minutes": "5"},
        "to_contact": to,
    }
    return Message(id=uuid7(), **(usual | told))


def standing(message: Message) -> Standing:
    return queries.states_of([message.id])[message.id]


def stands(message: Message, state: State, reason: str) -> Standing:
    return Standing(state=state, reason=reason, channel=message.channel, queued_at=NOW)


def run(as_worker: AsWorker, gateway: Phone, *, limit: int = 100) -> int:
    with as_worker():
        return actions.deliver(gateway, limit=limit)


def make_due(owner: psycopg.Connection) -> None:
    owner.execute("update notices_delivery set due_at = now() - interval '1 second' where state = 'queued'")


def test_a_message_is_delivered_once_however_often_it_is_queued(committed_db: None, as_worker: AsWorker) -> None:
    told, phone = code(), Phone()
    actions.send([told], now=NOW)
    actions.send([told], now=NOW)
    assert standing(told).state is State.QUEUED
    run(as_worker, phone)
    run(as_worker, phone)
    assert [(heard.to, "408215" in heard.text) for heard in phone.heard] == [("0903123218", True)]
    assert standing(told) == stands(told, State.DELIVERED, "")


def test_a_person_is_reached_at_the_phone_they_told_and_without_one_there_is_no_contact(
    committed_db: None, as_worker: AsWorker
) -> None:
    reached, unreached = uuid7(NOW), uuid7(NOW)
    record(arrival(reached, phone="0912 000 111"), arrival(unreached))
    values = {"place": "Trạm Y tế", "day": "23/10", "time": "09:30", "reference": "HQ7K", "link": "tc.vn"}
    sent = [
        code(template="invitation", values=values, to_contact=None, to_person=person, campaign="covid")
        for person in (reached, unreached)
    ]
    phone = Phone()
    actions.send(sent, now=NOW)
    run(as_worker, phone)
    assert [heard.to for heard in phone.heard] == ["0912000111"]
    assert [standing(each).state for each in sent] == [State.DELIVERED, State.NO_CONTACT]


def test_a_gateway_that_is_down_loses_nothing_and_is_asked_again_later(
    committed_db: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    told = code()
    actions.send([told], now=NOW)
    run(as_worker, Phone(outcome=None))
    assert standing(told) == stands(told, State.QUEUED, "down: TimeoutError")
    early = Phone()
    run(as_worker, early)
    assert early.heard == []
    make_due(owner_connection)
    late = Phone()
    run(as_worker, late)
    assert (len(late.heard), standing(told).state) == (1, State.DELIVERED)


def test_a_message_that_is_put_off_for_ever_is_refused_in_the_end(
    committed_db: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    told = code()
    actions.send([told], now=NOW)
    for _ in range(rules.ATTEMPTS):
        make_due(owner_connection)
        run(as_worker, Phone(Outcome.LATER))
    assert standing(told) == stands(told, State.REFUSED, "busy")


def test_an_expired_code_is_not_sent(committed_db: None, as_worker: AsWorker) -> None:
    told, phone = code(expires_at=datetime.now(tz=UTC) - timedelta(seconds=1)), Phone()
    actions.send([told], now=NOW)
    run(as_worker, phone)
    assert (phone.heard, standing(told)) == ([], stands(told, State.REFUSED, "expired"))


def test_codes_go_first_and_the_budget_of_the_day_holds(
    committed_db: None, as_worker: AsWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = {(Channel.SMS, Kind.OTHER): 1, (Channel.SMS, Kind.CODE): 2}
    monkeypatch.setattr(engine, "budgets", lambda: budget)
    other = [code(template="registered", values={"reference": f"R{n}"}) for n in range(2)]
    codes = [code() for _ in range(3)]
    actions.send([*other, *codes], now=NOW)
    phone = Phone()
    while run(as_worker, phone):
        pass
    told = [each.id for each in codes]
    assert [heard.id in told for heard in phone.heard] == [True, True, False]
    states = [standing(each).state for each in [*codes, *other]]
    assert (states.count(State.DELIVERED), states.count(State.QUEUED)) == (3, 2)


def test_nothing_of_a_settled_code_stays_and_nothing_lies_open(
    committed_db: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    told = code()
    actions.send([told], now=NOW)
    dumped = str(owner_connection.execute("select d::text from notices_delivery d").fetchall())
    assert "408215" not in dumped
    assert b"0903123218".hex() not in dumped
    assert "0903123218" not in dumped
    run(as_worker, Phone())
    assert owner_connection.execute("select told from notices_delivery").fetchone() == (None,)


def test_the_web_s_role_queues_and_cannot_read_what_it_queued(committed_db: None) -> None:
    actions.send([code()], now=NOW)
    assert database.rows("select 1 from notices_delivery") == []
    with reaching(Reach(sites=frozenset({"79-0001"}))):
        assert database.rows("select 1 from notices_delivery") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        {"template": "no-such"},
        {"channel": Channel.PRINT},
        {"values": {"code": "408215"}},
        {"values": {"code": "408215", "minutes": "5", "name": "Trần Thị Mai"}},
        {"values": {"code": "4" * 121, "minutes": "5"}},
        {"to_contact": None},
        {"to_person": UUID(int=1)},
    ],
)
def test_a_message_beyond_its_template_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(MessageNotAllowed):
        actions.send([code(), code(**told)], now=NOW)


def test_no_template_can_say_a_name_a_number_or_a_product() -> None:
    assert {hole for each in engine.templates().values() for hole in rules.holes(each.vi)} <= rules.OPEN_VALUES
    named = Template(code="x", kind=Kind.OTHER, channel=Channel.SMS, vi="Chào {name}", en="Hello {name}")
    assert rules.fault_of_template(named) == "takes name"
    astray = Template(code="x", kind=Kind.OTHER, channel=Channel.SMS, vi="Mã {code}", en="Code")
    assert rules.fault_of_template(astray) == "the languages take different values"


def test_rests_double() -> None:
    assert [rules.rest_before(tries).total_seconds() for tries in (1, 2, 3)] == [15, 30, 60]
