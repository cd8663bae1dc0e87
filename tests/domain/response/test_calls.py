"""A caller opens an incident by what is in their hands, and by nothing that they say."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from tests.domain.response.officers import NOW, OTHER_SITE, SITE, hired
from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.errors import (
    CallCodeGone,
    CallCodesSpent,
    CallCodeWrong,
    CallNotDialed,
    CallUnknown,
    NumberUnreadable,
    WordsMissing,
)
from tiemchung.domain.response.values import CODES_A_DAY, Origin
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted

pytestmark = pytest.mark.usefixtures("committed_db")

NUMBER = "0901 234 218"


@pytest.fixture
def yen() -> Actor:
    return hired("Yến")


def called(
    officer: Actor, *, number: str = NUMBER, site: str = SITE, words: str = "Điểm tiêm đuổi người già về"
) -> UUID:
    call = uuid7()
    actions.note_call(call, number=number, site=site, words=words, actor=officer, now=NOW)
    return call


def test_a_call_alone_opens_nothing(yen: Actor) -> None:
    call = called(yen)
    assert queries.open_count(actor=yen) == 0
    with pytest.raises(CallNotDialed):
        actions.confirm_called_back(call, actor=yen, now=NOW)
    (waiting,) = queries.calls_waiting(actor=yen)
    assert (waiting.id, waiting.number_shown, waiting.dialed) == (call, "•••• 218", False)


def test_who_answers_when_called_back_has_an_incident_with_their_words(
    yen: Actor, owner_connection: psycopg.Connection
) -> None:
    call = called(yen)
    assert actions.dial(call, actor=yen, purpose=Purpose.OVERSIGHT, now=NOW) == "0901234218"
    incident = actions.confirm_called_back(call, actor=yen, now=NOW)
    assert actions.confirm_called_back(call, actor=yen, now=NOW) == incident
    opened = queries.incident(incident, actor=yen)
    assert (opened.origin, opened.subject, opened.site) == (Origin.CALL, "Điểm tiêm đuổi người già về", SITE)
    assert queries.calls_waiting(actor=yen) == []
    kinds = owner_connection.execute(
        "select kind from journal_entry where kind <> 'role-granted' order by position, sequence"
    ).fetchall()
    assert [kind for (kind,) in kinds] == ["call-noted", "call-dialed", "incident-opened", "caller-confirmed"]


def test_a_call_noted_twice_is_one_and_one_laid_aside_opens_nothing_any_more(yen: Actor) -> None:
    call = uuid7()
    for _ in "12":
        actions.note_call(call, number=NUMBER, site="", words="alo", actor=yen, now=NOW)
    assert len(queries.calls_waiting(actor=yen)) == 1
    actions.dial(call, actor=yen, purpose=Purpose.OVERSIGHT, now=NOW)
    actions.drop_call(call, reason="không ai bắt máy, gọi ba lần", actor=yen, now=NOW)
    actions.drop_call(call, reason="nữa", actor=yen, now=NOW)
    assert queries.calls_waiting(actor=yen) == []
    with pytest.raises(CallUnknown):
        actions.confirm_called_back(call, actor=yen, now=NOW)
    with pytest.raises(CallUnknown):
        actions.dial(call, actor=yen, purpose=Purpose.OVERSIGHT, now=NOW)


@pytest.mark.parametrize("number", ["", "113", "chín không một", "+1 202 555 0100", "09012342180000"])
def test_what_is_no_number_here_is_refused(yen: Actor, number: str) -> None:
    with pytest.raises(NumberUnreadable):
        called(yen, number=number)


@pytest.mark.parametrize("number", ["0901234218", "+84 901 234 218", "028 3930 9912"])
def test_a_number_is_one_however_it_is_written(yen: Actor, number: str) -> None:
    assert actions.dial(called(yen, number=number), actor=yen, purpose=Purpose.OVERSIGHT, now=NOW).startswith("0")


def test_a_call_has_words(yen: Actor) -> None:
    with pytest.raises(WordsMissing):
        called(yen, words=" ")


def test_a_call_is_for_who_watches_there(yen: Actor) -> None:
    far, auditor = hired("Xa", site=OTHER_SITE), hired("Kiểm", "auditor")
    call = called(yen)
    assert queries.calls_waiting(actor=far) == []
    with pytest.raises(CallUnknown):
        actions.dial(call, actor=far, purpose=Purpose.OVERSIGHT, now=NOW)
    with pytest.raises(NotPermitted):
        actions.dial(call, actor=auditor, purpose=Purpose.OVERSIGHT, now=NOW)
    with pytest.raises(NotPermitted):
        called(far, site="")


def test_number_and_words_are_sealed(yen: Actor, owner_connection: psycopg.Connection) -> None:
    called(yen)
    rows = str(owner_connection.execute("select c::text from response_call c").fetchall())
    for secret in ("0901234218", "đuổi"):
        assert secret not in rows
        assert secret.encode().hex() not in rows


class TestCodes:
    """A code goes to the number, and whoever reads it out holds it."""

    @pytest.fixture(autouse=True)
    def _known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tiemchung.domain.response.actions.calls.secrets.randbelow", lambda _bound: 42)

    def test_who_reads_out_the_code_has_an_incident(self, yen: Actor, owner_connection: psycopg.Connection) -> None:
        call = called(yen)
        actions.send_code(call, actor=yen, now=NOW)
        queued = owner_connection.execute("select template, purpose, contact from notices_delivery").fetchall()
        assert [(template, purpose) for template, purpose, _ in queued] == [("call-code", "call")]
        assert b"0901234218" not in bytes(queued[0][2])
        incident = actions.confirm_code_read(call, code="000 042", actor=yen, now=NOW)
        assert actions.confirm_code_read(call, code="anything", actor=yen, now=NOW) == incident
        assert queries.incident(incident, actor=yen).origin is Origin.CALL

    def test_five_wrong_tries_spend_the_code_and_the_right_one_comes_too_late(self, yen: Actor) -> None:
        call = called(yen)
        actions.send_code(call, actor=yen, now=NOW)
        left = []
        for _ in range(4):
            with pytest.raises(CallCodeWrong) as wrong:
                actions.confirm_code_read(call, code="111111", actor=yen, now=NOW)
            left.append(wrong.value.facts["left"])
        assert left == [4, 3, 2, 1]
        for code in ("111111", "000042"):
            with pytest.raises(CallCodeGone):
                actions.confirm_code_read(call, code=code, actor=yen, now=NOW)
        assert queries.open_count(actor=yen) == 0

    def test_a_code_ends_and_none_was_sent_is_none(self, yen: Actor, owner_connection: psycopg.Connection) -> None:
        call = called(yen)
        for code in ("", "000042"):
            with pytest.raises(CallCodeGone):
                actions.confirm_code_read(call, code=code, actor=yen, now=NOW)
        actions.send_code(call, actor=yen, now=NOW)
        owner_connection.execute("update response_call set code_ends_at = now()")
        with pytest.raises(CallCodeGone):
            actions.confirm_code_read(call, code="000042", actor=yen, now=NOW)

    def test_a_code_is_for_its_own_call(self, yen: Actor) -> None:
        call, other = called(yen), called(yen, number="0912345678")
        actions.send_code(call, actor=yen, now=NOW)
        with pytest.raises(CallCodeGone):
            actions.confirm_code_read(other, code="000042", actor=yen, now=NOW)

    def test_nobody_floods_a_number_by_calling_in_its_name(self, yen: Actor) -> None:
        for _ in range(CODES_A_DAY):
            actions.send_code(called(yen), actor=yen, now=NOW)
        with pytest.raises(CallCodesSpent):
            actions.send_code(called(yen), actor=yen, now=NOW)
        actions.send_code(called(yen, number="0912345678"), actor=yen, now=NOW)
        later = NOW + timedelta(days=2)
        call = uuid7()
        actions.note_call(call, number=NUMBER, site=SITE, words="lại gọi", actor=yen, now=later)
        actions.send_code(call, actor=yen, now=later)

    def test_the_code_itself_is_nowhere_in_the_table(self, yen: Actor, owner_connection: psycopg.Connection) -> None:
        actions.send_code(called(yen), actor=yen, now=NOW)
        (row,) = owner_connection.execute("select c::text from response_call c").fetchall()
        assert "000042" not in str(row)
        assert b"000042".hex() not in str(row)
