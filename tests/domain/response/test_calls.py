"""A caller opens an incident by what is in their hands, and by nothing that they say."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from tests.domain.response.officers import NOW, OTHER_SITE, SITE, hired
from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.errors import CallNotDialed, CallUnknown, NumberUnreadable, WordsMissing
from tiemchung.domain.response.values import Origin
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
