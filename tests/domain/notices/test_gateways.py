"""One contract for every gateway, and what a gateway does when the network does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.domain.notices.operator import Operator, listening
from tiemchung.domain.notices import queries
from tiemchung.domain.notices.errors import GatewayDown
from tiemchung.domain.notices.gateways import Gateway
from tiemchung.domain.notices.gateways.http import HttpGateway
from tiemchung.domain.notices.gateways.outbox import OutboxGateway
from tiemchung.domain.notices.values import Channel, Outcome, Outgoing
from tiemchung.kernel.ids import uuid7

Delivered = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def operator() -> Iterator[Operator]:
    with listening() as listener:
        yield listener


@pytest.fixture(params=["outbox", "http"])
def gateway(request: pytest.FixtureRequest, worker_db: None, operator: Operator) -> tuple[Gateway, Delivered]:
    """Return a gateway and what it has delivered so far, by number and text."""
    if request.param == "http":
        return HttpGateway(operator.url), lambda: [(told["to"], told["text"]) for told in operator.sent.values()]
    return OutboxGateway(), lambda: [(line.to, line.text) for line in queries.outbox()]


def message(to: str = "0903123218", text: str = "Mã là 408215") -> Outgoing:
    return Outgoing(id=uuid7(), channel=Channel.SMS, to=to, text=text)


def test_every_message_gets_a_receipt(gateway: tuple[Gateway, Delivered]) -> None:
    told = [message(), message("0912000111", "Ẳ Ễ Ố"), message("113")]
    receipts = gateway[0].deliver(told)
    assert [(r.id, r.outcome) for r in receipts] == [
        (told[0].id, Outcome.DELIVERED),
        (told[1].id, Outcome.DELIVERED),
        (told[2].id, Outcome.REFUSED),
    ]
    assert receipts[2].reason == "number-not-in-use"
    assert sorted(gateway[1]()) == [("0903123218", "Mã là 408215"), ("0912000111", "Ẳ Ễ Ố")]


def test_a_message_told_twice_is_delivered_once(gateway: tuple[Gateway, Delivered]) -> None:
    told = message()
    assert [gateway[0].deliver([told])[0].outcome for _ in range(2)] == [Outcome.DELIVERED] * 2
    assert len(gateway[1]()) == 1


def test_the_outbox_of_some_numbers_shows_all_of_theirs_and_nobody_elses(
    worker_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SHOWN", 2)
    for number in range(3):
        told = [message("0903123218", f"a{number}"), message("0912000111", f"b{number}"), message("0912000222", "c")]
        OutboxGateway().deliver(told)
    asked = queries.outbox(["0903123218", "0912000111", "0912000999", "0903123218"])
    assert sorted((line.to, line.text) for line in asked) == [
        ("0903123218", "a1"),
        ("0903123218", "a2"),
        ("0912000111", "b1"),
        ("0912000111", "b2"),
    ]
    assert [line.at for line in asked] == sorted((line.at for line in asked), reverse=True)


def test_an_empty_batch_is_nothing(gateway: tuple[Gateway, Delivered]) -> None:
    assert gateway[0].deliver([]) == []


@pytest.mark.parametrize("mood", ["broken", "mute", "silent", "moved"])
def test_an_operator_that_makes_no_sense_is_down(operator: Operator, mood: str) -> None:
    operator.mood = mood
    with pytest.raises(GatewayDown):
        HttpGateway(operator.url, timeout_s=0.2).deliver([message()])


def test_nobody_listening_is_down() -> None:
    with pytest.raises(GatewayDown):
        HttpGateway("http://127.0.0.1:9/", timeout_s=0.2).deliver([message()])


def test_the_operator_is_shown_a_token_and_it_is_no_default(operator: Operator) -> None:
    HttpGateway(operator.url).deliver([message()])
    (token,) = operator.tokens
    assert token.startswith("Bearer ")
    assert len(token) == len("Bearer ") + 64
