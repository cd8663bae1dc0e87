"""Signing in by a code, and what strangers do about it: guess, reuse, steal, lock out, enumerate, pump."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from tiemchung.domain.access import actions, policy, queries
from tiemchung.domain.access.actions import signing
from tiemchung.domain.access.errors import (
    CodeGone,
    CodeNeedsWork,
    CodesSpent,
    CodeWrong,
    DeskCodesSpent,
    PhoneNotTaken,
)
from tiemchung.domain.access.rules import phones, work
from tiemchung.domain.access.values import Asked
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices import engine as notices_engine
from tiemchung.domain.notices.values import Channel, Kind, Message
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db
PHONE, OTHER_PHONE = "0903 123 218", "0912000111"
HOME, CAFE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Return every message that goes to a phone, newest last."""
    heard: list[Message] = []
    send = notices.send

    def listening(messages: list[Message], *, now: datetime) -> None:
        heard.extend(messages)
        send(messages, now=now)

    monkeypatch.setattr(notices, "send", listening)
    return heard


def digits(message: Message) -> str:
    values = message.values
    return values.get("code") or values["spelled"].replace(", ", "")


def ask(phone: str = PHONE, *, browser: str = "mine", address: str = HOME, **more: Any) -> Asked:
    usual: dict[str, Any] = {"channel": Channel.SMS, "language": "vi"}
    return actions.ask_code(phone, browser=browser, address=address, **(usual | more))


def enter(asked: Asked, typed: str) -> tuple[str, UUID]:
    return actions.check_code(asked.token, typed, browser="Firefox")


def sign_in(told: list[Message], phone: str = PHONE, *, browser: str = "mine") -> tuple[str, UUID]:
    asked = ask(phone, browser=browser)
    return enter(asked, digits(told[-1]))


def other_than(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        attempt()
    return caught.value.code


def age_codes(by: str) -> None:
    columns = ("sent_at", "expires_at", "spent_at")
    moved = ", ".join(f"{column} = {column} - interval '{by}'" for column in columns)
    database.run(f"update access_onetimecode set {moved}")


def age_sign_ins(account: UUID, column: str, by: str) -> None:
    with reaching(Reach(account=account)):
        moved = f"opened_at = opened_at - interval '{by}', {column} = {column} - interval '{by}'"
        database.run(f"update access_signin set {moved}")


# --- the way it is meant -----------------------------------------------------------------------------------------


def test_a_phone_and_six_digits_open_one_account_each_time(told: list[Message]) -> None:
    asked = ask()
    token, account = enter(asked, " ".join(digits(told[-1])))
    again, same = sign_in(told, "+84 903-123-218", browser="other")
    assert account == same
    assert token != again
    signed = queries.account_of(token)
    assert signed is not None
    assert signed.account == account
    assert queries.phone_of(account) == "0903123218"


def test_asking_again_within_a_minute_sends_nothing_more(told: list[Message]) -> None:
    first = ask()
    assert ask(before=first.token) == first
    assert len(told) == 1


def test_a_code_can_be_heard_by_a_call_and_a_landline_only_so(told: list[Message]) -> None:
    ask(channel=Channel.VOICE)
    assert ask("028 3822 5678", browser="b").channel == "voice"
    assert [message.channel for message in told] == [Channel.VOICE, Channel.VOICE]
    assert len(digits(told[0])) == 6


def test_signing_out_ends_one_browser_or_all_of_them(told: list[Message]) -> None:
    one, account = sign_in(told)
    two, _ = sign_in(told, browser="two")
    assert len(queries.sign_ins_of(account)) == 2
    actions.sign_out(one)
    assert (queries.account_of(one), queries.account_of(two) is not None) == (None, True)
    assert actions.sign_out_everywhere(account) == 1
    assert queries.account_of(two) is None


@pytest.mark.parametrize(
    ("typed", "national"),
    [
        ("0903123218", "0903123218"),
        ("+84 903 123 218", "0903123218"),
        ("84903123218", "0903123218"),
        ("0084903123218", "0903123218"),
        ("0903.123.218", "0903123218"),
        ("01634567890", "0334567890"),
        ("+841634567890", "0334567890"),
        ("\uff10\uff19\uff10\uff13123218", "0903123218"),
        ("028 3822 5678", "02838225678"),
    ],
)
def test_a_number_is_read_however_it_is_written(typed: str, national: str) -> None:
    phone, _ = phones.read(typed)
    assert phone is not None
    assert phone.national == national


@pytest.mark.parametrize(
    ("typed", "kept"), [("+856 20 5512 3456", "+8562055123456"), ("0085620 5512 3456", "+8562055123456")]
)
def test_a_number_abroad_gets_a_code_once_its_country_is_configured(
    told: list[Message], settings: Settings, typed: str, kept: str
) -> None:
    with pytest.raises(PhoneNotTaken):
        ask(typed)
    settings.TIEMCHUNG_PHONE_COUNTRIES = frozenset({84, 856})
    _, account = sign_in(told, typed)
    assert queries.phone_of(account) == kept
    assert told[-1].to_contact == kept


def test_a_country_that_is_not_configured_stays_outside(settings: Settings) -> None:
    settings.TIEMCHUNG_PHONE_COUNTRIES = frozenset({84, 856})
    assert [policy.fault_of_phone(one) for one in ("+12025550143", "+66812345678")] == ["foreign", "foreign"]
    settings.TIEMCHUNG_PHONE_COUNTRIES = frozenset({856})
    assert policy.fault_of_phone(PHONE) == "foreign", "a deployment elsewhere need not send to Viet Nam"


def test_who_is_to_be_called_back_may_live_where_codes_go(settings: Settings) -> None:
    assert policy.told_phone("+84 903 123 218") == "0903123218"
    assert policy.told_phone("+856 20 5512 3456") == ""
    settings.TIEMCHUNG_PHONE_COUNTRIES = frozenset({84, 856})
    assert policy.told_phone("+856 20 5512 3456") == "+8562055123456"
    assert policy.told_phone("+856 20") == ""


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        ("abc", "empty"),
        ("+1 202 555 0143", "foreign"),
        ("0044 20 7946 0018", "foreign"),
        ("0903", "no-number"),
        ("113", "no-number"),
        ("09031232180000", "no-number"),
    ],
)
def test_a_number_that_is_none_of_ours_gets_no_code(typed: str, why: str, told: list[Message]) -> None:
    with pytest.raises(PhoneNotTaken) as caught:
        ask(typed)
    assert caught.value.facts == {"why": why}
    assert told == []


# --- the attacker's way: guessing, reusing, stealing ------------------------------------------------------------------


def test_five_wrong_tries_end_a_code_and_then_the_right_one_opens_nothing(told: list[Message]) -> None:
    asked = ask()
    wrong = other_than(digits(told[-1]))
    left = []
    for _ in range(4):
        with pytest.raises(CodeWrong) as caught:
            enter(asked, wrong)
        left.append(caught.value.facts["left"])
    assert left == [4, 3, 2, 1]
    assert refused(lambda: enter(asked, wrong)) == CodeGone.code
    assert refused(lambda: enter(asked, digits(told[-1]))) == CodeGone.code


def test_a_code_is_bound_to_the_browser_that_asked(told: list[Message]) -> None:
    ask()
    victim_code = digits(told[-1])
    thief = ask(browser="thief", address=CAFE)
    if digits(told[-1]) != victim_code:
        assert refused(lambda: enter(thief, victim_code)) == CodeWrong.code
    assert refused(lambda: actions.check_code("", victim_code, browser="x")) == CodeGone.code
    assert refused(lambda: actions.check_code("made-up", victim_code, browser="x")) == CodeGone.code


def test_a_stolen_request_without_the_digits_shares_its_five_tries(told: list[Message]) -> None:
    asked = ask()
    for _ in range(4):
        refused(lambda: enter(asked, other_than(digits(told[-1]))))
    assert enter(asked, digits(told[-1]))[0]


def test_a_used_code_opens_nothing_once_its_sign_in_is_used(told: list[Message]) -> None:
    asked = ask()
    token, _account = enter(asked, digits(told[-1]))
    database.run("update access_onetimecode set spent_at = spent_at - interval '1 minute'")
    assert refused(lambda: enter(asked, digits(told[-1]))) == CodeGone.code
    assert queries.account_of(token) is not None


def test_a_second_click_is_the_same_sign_in_and_no_second_one(told: list[Message]) -> None:
    asked = ask()
    first, account = enter(asked, digits(told[-1]))
    second, same = enter(asked, digits(told[-1]))
    assert account == same
    assert queries.account_of(first) is None
    assert queries.account_of(second) is not None
    assert len(queries.sign_ins_of(account)) == 1


def test_an_expired_code_opens_nothing(told: list[Message]) -> None:
    asked = ask()
    age_codes("301 seconds")
    assert refused(lambda: enter(asked, digits(told[-1]))) == CodeGone.code


def test_a_new_code_voids_the_one_before(told: list[Message]) -> None:
    first = ask()
    old = digits(told[-1])
    age_codes("61 seconds")
    second = ask(before=first.token)
    assert second.token != first.token
    assert refused(lambda: enter(first, old)) == CodeGone.code
    assert enter(second, digits(told[-1]))


def test_neither_digits_nor_tokens_nor_numbers_lie_in_the_database(told: list[Message]) -> None:
    asked = ask()
    token, account = enter(asked, digits(told[-1]))
    dumped = ""
    with reaching(Reach(account=account)):
        for table in ("access_onetimecode", "access_signin", "access_account", "access_askcount"):
            rows = database.rows(f"select t::text from {table} t")
            assert rows, table
            dumped += str(rows)
    for secret in (digits(told[-1]), asked.token, token, "0903123218"):
        assert secret not in dumped
        assert secret.encode().hex() not in dumped


def test_a_sign_in_left_alone_or_too_old_has_ended(told: list[Message]) -> None:
    left_alone, account = sign_in(told)
    age_sign_ins(account, "seen_at", "31 minutes")
    assert queries.account_of(left_alone) is None
    too_old, _ = sign_in(told, browser="two")
    age_sign_ins(account, "ends_at", "12 hours 1 minute")
    assert queries.account_of(too_old) is None


def test_a_sign_in_in_use_is_written_once_a_minute_and_not_at_every_page(told: list[Message]) -> None:
    token, account = sign_in(told)

    def version() -> object:
        with reaching(Reach(account=account)):
            return database.row("select ctid::text, seen_at from access_signin")

    before = version()
    assert queries.account_of(token) is not None
    assert version() == before
    age_sign_ins(account, "seen_at", "2 minutes")
    aged = version()
    assert queries.account_of(token) is not None
    assert version() != aged


def test_one_account_ends_no_other_s_sign_in(told: list[Message]) -> None:
    asked = ask()
    victim, account = enter(asked, digits(told[-1]))
    _, thief = sign_in(told, OTHER_PHONE, browser="t")
    actions.end_sign_in(thief, queries.sign_ins_of(account)[0].id)
    assert queries.account_of(victim) is not None


# --- the attacker's way: enumerating, locking out, pumping -------------------------------------------------------------


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return every statement that goes to the database."""
    seen: list[str] = []
    execute = database._execute

    def noted(sql: str, parameters: Any, using: str) -> Any:
        seen.append(sql)
        return execute(sql, parameters, using)

    monkeypatch.setattr(database, "_execute", noted)
    return seen


def test_asking_for_a_known_and_an_unknown_number_is_the_same_to_the_last_statement(
    told: list[Message], statements: list[str]
) -> None:
    sign_in(told)
    statements.clear()
    known = ask(browser="stranger", address=CAFE)
    for_known = list(statements)
    statements.clear()
    unknown = ask(OTHER_PHONE, browser="stranger", address=CAFE)
    assert for_known == statements
    assert not any("access_account" in statement for statement in for_known)
    assert (known.channel, len(known.token)) == (unknown.channel, len(unknown.token))


def test_a_stranger_who_asks_on_and_on_locks_out_neither_the_owner_nor_the_number(told: list[Message]) -> None:
    outcomes = [
        refused(lambda: ask(browser="thief", address=CAFE))
        if asked >= 5
        else ask(browser="thief", address=CAFE).channel
        for asked in range(40)
    ]
    assert outcomes == ["sms"] * 5 + [CodeNeedsWork.code] * 35
    assert ask(browser="mine", address=HOME).channel == "sms"


def test_new_browsers_at_one_address_are_one_place(told: list[Message]) -> None:
    for number in range(5):
        ask(browser=f"fresh-{number}", address="2001:db8:1:2::a")
    assert refused(lambda: ask(browser="fresh-9", address="2001:db8:1:2:ffff::b")) == CodeNeedsWork.code
    assert ask(browser="fresh-9", address="2001:db8:1:3::a").channel == "sms"


def solved(challenge: str) -> str:
    bits = int(challenge.split(".")[1])
    return next(
        str(answer)
        for answer in count()
        if int.from_bytes(hashlib.sha256(f"{challenge}:{answer}".encode()).digest(), "big") >> (256 - bits) == 0
    )


def test_beyond_twenty_from_everywhere_a_number_still_opens_by_work_and_by_call(
    told: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "FIRST_BITS", 8)
    for number in range(20):
        ask(browser=f"b{number}", address=f"203.0.113.{number}")
    with pytest.raises(CodeNeedsWork) as caught:
        ask(browser="mine", address=HOME)
    challenge = caught.value.facts["challenge"]
    answer = solved(challenge)
    assert refused(lambda: ask(browser="mine", address=HOME, challenge=challenge, answer="x")) == CodeNeedsWork.code
    paid = ask(browser="mine", address=HOME, challenge=challenge, answer=answer)
    assert enter(paid, digits(told[-1]))
    assert refused(lambda: ask(browser="m2", address=HOME, challenge=challenge, answer=answer)) == CodeNeedsWork.code
    called = ask(browser="m3", address=HOME, channel=Channel.VOICE)
    assert enter(called, digits(told[-1]))


def a_clerk() -> Actor:
    reach = Reach(sites=frozenset({"79-0001"}))
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.CHECK_IN}), reach=reach)


def test_a_desk_lets_a_number_have_codes_again_however_often_strangers_ask(told: list[Message]) -> None:
    for number in range(20):
        ask(browser=f"b{number}", address=f"203.0.113.{number}")
    for _ in range(5):
        assert refused(lambda: ask(browser="thief", address=CAFE)) == CodeNeedsWork.code
    clerk = a_clerk()
    assert refused(lambda: actions.allow_codes(PHONE, by=clerk, site="79-0002")) == NotPermitted.code
    assert refused(lambda: actions.allow_codes("12", by=clerk, site="79-0001")) == PhoneNotTaken.code
    assert refused(lambda: ask(address=HOME)) == CodeNeedsWork.code
    actions.allow_codes("+84 903123218", by=clerk, site="79-0001")
    for _ in range(signing.CODES_FROM_A_DESK):
        asked = ask(address=HOME)
    assert enter(asked, digits(told[-1]))
    assert refused(lambda: ask(address=HOME)) == CodeNeedsWork.code
    actions.allow_codes(PHONE, by=clerk, site="79-0001")
    assert ask(address=HOME).channel == "sms"


def test_one_person_at_a_desk_floods_nobody(told: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "ALLOWED_BY_ONE_PERSON", 2)
    clerk = a_clerk()
    for phone in (PHONE, OTHER_PHONE):
        actions.allow_codes(phone, by=clerk, site="79-0001")
    assert refused(lambda: actions.allow_codes(PHONE, by=clerk, site="79-0001")) == DeskCodesSpent.code
    assert told == []


def test_work_done_for_one_number_buys_no_code_for_another(
    told: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "FIRST_BITS", 8)
    monkeypatch.setattr(signing, "ASKED_FROM_ONE_PLACE", 0)
    with pytest.raises(CodeNeedsWork) as caught:
        ask()
    challenge = caught.value.facts["challenge"]
    bought = {"challenge": challenge, "answer": solved(challenge)}
    assert refused(lambda: ask(OTHER_PHONE, **bought)) == CodeNeedsWork.code
    cheaper = challenge.replace(".8.", ".1.")
    assert refused(lambda: ask(challenge=cheaper, answer=solved(cheaper))) == CodeNeedsWork.code
    assert ask(**bought).channel == "sms"


def test_work_grows_dearer() -> None:
    assert [work.bits_for(asked) for asked in (0, 2, 4, 100)] == [18, 19, 20, 24]


def test_when_the_day_s_messages_are_spent_nothing_more_is_sent(
    told: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices_engine, "budgets", lambda: {(Channel.SMS, Kind.CODE): 0, (Channel.VOICE, Kind.CODE): 1})
    assert refused(ask) == CodesSpent.code
    assert told == []
    assert ask(channel=Channel.VOICE).channel == "voice"


def test_the_hour_is_the_real_one(told: list[Message]) -> None:
    asked = ask()
    assert abs(asked.sent_at - datetime.now(tz=UTC)) < timedelta(minutes=1)
