"""What the gateway does when the register lies, hangs, or answers something else than it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.domain.people.register_at_hand import NOW, OURS, STRANGER, THEIRS, Mishap, Unreliable
from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.gateways import Register, check_patiently
from tiemchung.domain.people.gateways.http import HttpRegister
from tiemchung.domain.people.values import Exchanged, FeedPage
from tiemchung.kernel.register import (
    ANSWER_SIGNATURE,
    Answer,
    Answered,
    Asked,
    Change,
    Changes,
    Field,
    Grounds,
    Verdict,
    What,
    read_authorization,
    sign_answer,
)
from tiemchung_world.register.service import Reply, Request
from tiemchung_world.register.store import Store


def asked(ref: str = "1", **changes: str) -> Asked:
    told = {"number": "079187004417", "name": "Nguyễn Thị Ánh Hằng", "born": "1987-03-02", "sex": "female"}
    return Asked(ref=ref, **(told | changes))


def check(
    register: Register, *persons: Asked, grounds: Grounds | None = None, exchange: UUID | None = None
) -> Exchanged:
    return register.check(persons, grounds=grounds, exchange=exchange or uuid4(), at=NOW)


def resigned(request: Request, body: bytes, *, key: ec.EllipticCurvePrivateKey = THEIRS) -> Reply:
    signed = read_authorization(request.authorization)
    assert signed is not None
    signature = sign_answer(key, exchange=signed.exchange, status=HTTPStatus.OK, body=body)
    return Reply(status=HTTPStatus.OK, body=body, headers={ANSWER_SIGNATURE: signature})


def telling(*changes: Change, more: bool = False) -> Mishap:
    return lambda request, _reply: resigned(request, msgspec.json.encode(Changes(changes=list(changes), more=more)))


def died(sequence: int) -> Change:
    return Change(sequence=sequence, day="2021-10-03", what=What.DIED, number="079187004417", becomes="")


@pytest.mark.parametrize(
    ("mishap", "reason"),
    [
        (telling(died(8), died(7)), "disordered"),
        (telling(died(7), died(7)), "disordered"),
        (telling(died(5)), "disordered"),
        (telling(more=True), "disordered"),
        (lambda request, _reply: resigned(request, msgspec.json.encode(Answer(answers=[]))), "unreadable"),
        (
            lambda request, _reply: resigned(request, msgspec.json.encode({"changes": [{"sequence": 10**18}]})),
            "unreadable",
        ),
        (lambda request, reply: resigned(request, reply.body, key=STRANGER), "not-signed"),
        (lambda _request, _reply: Reply(status=HTTPStatus.BAD_GATEWAY, body=b"?"), "status-502"),
    ],
)
def test_a_page_of_changes_that_cannot_be_believed_is_none(
    register: Register, service: Unreliable, mishap: Mishap, reason: str
) -> None:
    service.mishaps = [mishap]
    with pytest.raises(RegisterSilent, match=f"^{reason}$"):
        register.changes(5, exchange=uuid4(), at=NOW)


def saying(*answers: Answered) -> Mishap:
    return lambda request, _reply: resigned(request, msgspec.json.encode(Answer(answers=list(answers))))


RIGHT = Answered(ref="1", verdict=Verdict.RIGHT)


@pytest.mark.parametrize(
    ("mishap", "reason"),
    [
        (lambda request, reply: resigned(request, reply.body, key=STRANGER), "not-signed"),
        (lambda _request, reply: Reply(status=reply.status, body=reply.body), "not-signed"),
        (
            lambda _request, reply: Reply(status=reply.status, body=reply.body + b" ", headers=reply.headers),
            "not-signed",
        ),
        (lambda request, _reply: resigned(request, b"<html>"), "unreadable"),
        (lambda request, _reply: resigned(request, b'{"answers": [{"ref": "1", "verdict": "maybe"}]}'), "unreadable"),
        (saying(), "disordered"),
        (saying(RIGHT, RIGHT), "disordered"),
        (saying(Answered(ref="2", verdict=Verdict.RIGHT)), "disordered"),
        (saying(Answered(ref="1", verdict=Verdict.RIGHT, fields=[Field.SEX])), "contradicts-itself"),
        (saying(Answered(ref="1", verdict=Verdict.WRONG, fields=[Field.SEX])), "contradicts-itself"),
        (lambda _request, _reply: Reply(status=HTTPStatus.BAD_GATEWAY, body=b"?"), "status-502"),
        (lambda _request, _reply: Reply(status=HTTPStatus.FOUND, body=b"", headers={"Location": "/"}), "status-302"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_none(
    register: Register, service: Unreliable, mishap: Mishap, reason: str
) -> None:
    service.mishaps = [mishap]
    with pytest.raises(RegisterSilent, match=f"^{reason}$"):
        check(register, asked())
    assert check(register, asked()).answers == [RIGHT]


def test_an_answer_to_another_exchange_is_not_taken_for_this_one(register: Register, service: Unreliable) -> None:
    earlier: list[Reply] = []

    def keep(_request: Request, reply: Reply) -> Reply:
        earlier.append(reply)
        return reply

    service.mishaps = [keep, lambda _request, _reply: earlier[0]]
    check(register, asked())
    with pytest.raises(RegisterSilent, match="not-signed"):
        check(register, asked(sex="male"))


def test_a_question_that_the_register_does_not_take_is_known_by_its_signature(
    register: Register, service: Unreliable
) -> None:
    with pytest.raises(RegisterSilent, match="status-400") as silent:
        check(register)
    assert silent.value.refused
    service.mishaps = [lambda _request, reply: Reply(status=reply.status, body=reply.body)]
    with pytest.raises(RegisterSilent, match="status-400") as unsigned:
        check(register)
    assert not unsigned.value.refused


def test_the_registers_word_to_wait_is_told_on(address: str, store: Store, service: Unreliable) -> None:
    service._now = lambda: NOW + timedelta(hours=1, minutes=30)
    register = HttpRegister(address, client="tiemchung", key=OURS, register_key=THEIRS.public_key())
    with pytest.raises(RegisterSilent, match="told-to-wait") as told:
        check(register, asked())
    assert (told.value.may_pass, told.value.wait_s) == (False, 1800)
    unbelieved = HttpRegister(address, client="tiemchung", key=OURS, register_key=STRANGER.public_key())
    with pytest.raises(RegisterSilent, match="status-503") as other:
        check(unbelieved, asked())
    assert (other.value.may_pass, other.value.wait_s) == (True, 0)


def test_where_nobody_listens_is_silence() -> None:
    nobody = HttpRegister("http://127.0.0.1:9", client="tiemchung", key=OURS, register_key=THEIRS.public_key())
    with pytest.raises(RegisterSilent) as silent:
        check(nobody, asked())
    assert silent.value.may_pass


def test_a_register_that_drips_is_left_when_its_time_is_over(address: str) -> None:
    ticks = iter([0.0, 21.0])
    slow = HttpRegister(
        address, client="tiemchung", key=OURS, register_key=THEIRS.public_key(), monotonic=lambda: next(ticks)
    )
    with pytest.raises(RegisterSilent, match="too-slow") as silent:
        check(slow, asked())
    assert silent.value.may_pass


class Remembered:
    """A register that fails as often as it is told, and remembers what it was asked."""

    def __init__(self, failures: Sequence[RegisterSilent]) -> None:
        self.failures = list(failures)
        self.asked: list[tuple[list[Asked], Grounds | None, UUID, datetime]] = []

    def check(self, persons: Sequence[Asked], *, grounds: Grounds | None, exchange: UUID, at: datetime) -> Exchanged:
        self.asked.append((list(persons), grounds, exchange, at))
        if self.failures:
            raise self.failures.pop(0)
        return Exchanged(exchange=exchange, question=b"", asked_by="", answer=b"", answered_by="", answers=[])

    def changes(self, after: int, *, exchange: UUID, at: datetime) -> FeedPage:
        raise NotImplementedError  # it answers questions; no changes are followed


def patiently(register: Register, exchange: UUID) -> tuple[Exchanged, list[float]]:
    slept: list[float] = []
    found = check_patiently(
        register,
        [asked()],
        grounds=None,
        exchange=exchange,
        now=lambda: NOW,
        waits_s=[1.0, 4.0, 16.0],
        sleep=slept.append,
    )
    return found, slept


def test_a_lost_answer_is_asked_for_again_under_the_same_exchange() -> None:
    exchange = uuid4()
    register = Remembered([RegisterSilent("cut", may_pass=True)] * 2)
    _, slept = patiently(register, exchange)
    assert register.asked == [([asked()], None, exchange, NOW)] * 3
    assert slept == [1.0, 4.0]


def test_after_the_fourth_try_it_is_given_up_and_a_clear_word_is_not_asked_twice() -> None:
    register = Remembered([RegisterSilent("cut", may_pass=True)] * 4)
    with pytest.raises(RegisterSilent, match="cut"):
        patiently(register, uuid4())
    assert len(register.asked) == 4
    register = Remembered([RegisterSilent("told-to-wait", may_pass=False, wait_s=60)])
    with pytest.raises(RegisterSilent, match="told-to-wait"):
        patiently(register, uuid4())
    assert len(register.asked) == 1


def test_a_question_whose_answer_was_lost_costs_nothing_again(register: Register, service: Unreliable) -> None:
    exchange = uuid4()
    service.mishaps = [lambda _request, _reply: Reply(status=HTTPStatus.BAD_GATEWAY, body=b"")]
    many = [asked(str(place)) for place in range(10_000)]
    slept: list[float] = []
    found = check_patiently(
        register, many, grounds=None, exchange=exchange, now=lambda: NOW, waits_s=[1.0], sleep=slept.append
    )
    assert len(found.answers) == 10_000
    assert slept == [1.0]
