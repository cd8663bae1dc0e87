"""A ward's list goes to the register under a signature, comes back with what differs, is mended, and is signed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec import structs
from pytest_django import Settings

from tests.domain.campaigns.wards import officer
from tests.domain.people.register_at_hand import Unreliable
from tests.domain.people.test_asking import ask, person, states
from tests.domain.people.test_persons import NOW
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.people import actions, queries
from tiemchung.domain.people.errors import CheckedListUnknown, CheckedListWaits, RegisterUnset
from tiemchung.domain.people.gateways import Register
from tiemchung.domain.people.values import CheckedList, Verification, bits_of, fields_of
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.kernel.register import Field
from tiemchung.plumbing import database

WARD, OTHER_WARD = "26734", "27475"
Worker = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _set_up(worker_db: None, service: Unreliable, settings: Settings) -> None:
    journal.forget_server_device()
    settings.TIEMCHUNG_REGISTER_URL = "https://register.example.vn"
    service._now = lambda: datetime.now(tz=UTC)


@pytest.fixture
def tu() -> Actor:
    return officer()


def sent(tu: Actor, *persons: UUID) -> UUID:
    identifier = uuid4()
    actions.send_list(identifier, persons, count=len(persons), commune=WARD, actor=tu, now=NOW)
    return identifier


def checked(identifier: UUID) -> CheckedList:
    found = queries.checked_list(identifier)
    assert found is not None
    return found


def differing(identifier: UUID) -> dict[UUID, list[Field]]:
    found = queries.of_list(identifier, Verification.WRONG, purpose=Purpose.CORRECTION, after=None, limit=50)
    return {one.person: one.fields for one in found}


def facts(kind: str) -> list[dict[str, object]]:
    found = database.rows("select id from journal_entry where kind = %s", [kind])
    return [msgspec.json.decode(entry.body) for entry in journal_queries.entries([each for (each,) in found])]


def test_what_differs_is_told_of_a_signed_list_and_of_nobody_else(register: Register, tu: Actor) -> None:
    wrong_before, right_before = person(born="1987-02-03"), person()
    ask(register)
    assert database.rows("select distinct fields from people_register_state") == [(0,)]
    named, stranger, without = (
        person(name="Nguyễn Thị Hường", sex="male"),
        person(number="079187009999"),
        person(number=""),
    )
    identifier = sent(tu, wrong_before, right_before, named, stranger, without)
    outside = person(born="1987-02-03", name="Lê Văn Ngoài")
    assert checked(identifier).waiting == 5
    assert ask(register) == 6
    assert differing(identifier) == {
        wrong_before: [Field.BORN],
        named: [Field.NAME, Field.SEX],
        stranger: [Field.NUMBER],
    }
    assert states(outside) == [Verification.WRONG]
    assert database.rows("select fields from people_register_state where person_id = %s", [outside]) == [(0,)]
    stands = checked(identifier)
    assert stands.counts == {
        Verification.NOT_YET: 0,
        Verification.RIGHT: 1,
        Verification.WRONG: 3,
        Verification.NO_NUMBER: 1,
    }
    assert (stands.waiting, stands.persons, stands.signed_at) == (0, 5, None)


def test_the_ground_is_sent_with_list_and_signer_and_is_logged(register: Register, tu: Actor) -> None:
    one, other = person(born="1987-02-03"), person(name="Lê Thị Ngoài")
    identifier = sent(tu, one)
    ask(register)
    asked = facts("register-asked")
    assert sorted((fact["ground"], fact["reference"], fact["persons"]) for fact in asked) == [
        ("", "", 1),
        ("signed-list", str(identifier), 1),
    ]
    shown = [
        actions.shown_exchange(exchange) for (exchange,) in database.rows("select id from people_register_exchange")
    ]
    questions = [each["question"] for each in shown if each is not None]
    assert sum(f'"reference":"{identifier}","told_by":"{tu.id}"' in question for question in questions) == 1
    assert [fact["persons"] for fact in facts("list-sent")] == [1]
    assert states(other) == [Verification.WRONG]


def test_a_list_is_signed_once_everybody_was_asked_about_with_its_four_counts(register: Register, tu: Actor) -> None:
    one = person(born="1987-02-03")
    identifier = sent(tu, one, person())
    with pytest.raises(CheckedListWaits):
        actions.sign_list(identifier, actor=tu, now=NOW)
    ask(register)
    later = NOW + timedelta(days=1)
    for _ in range(2):
        actions.sign_list(identifier, actor=tu, now=later)
    (fact,) = facts("list-signed")
    assert (fact["right"], fact["wrong"], fact["no_number"], fact["not_yet"]) == (1, 1, 0, 0)
    assert (checked(identifier).signed_by, checked(identifier).signed_at) == (tu.id, later)


def test_a_list_that_was_signed_as_mended_is_no_ground_any_more(register: Register, tu: Actor) -> None:
    one = person(born="1987-02-03")
    identifier = sent(tu, one)
    ask(register)
    actions.sign_list(identifier, actor=tu, now=NOW)
    database.run("update people_person set sex = 2 where id = %s", [one])
    actions.queue_for_register([], corrected=[one], now=NOW)
    ask(register)
    assert states(one) == [Verification.WRONG]
    assert differing(identifier) == {one: []}


def test_who_is_mended_is_asked_about_again_on_the_ground_of_the_list(register: Register, tu: Actor) -> None:
    one = person(born="1987-02-03", sex="male")
    identifier = sent(tu, one)
    ask(register)
    assert differing(identifier) == {one: [Field.BORN, Field.SEX]}
    database.run("update people_person set born_from = '1987-03-02', born_to = '1987-03-02' where id = %s", [one])
    actions.queue_for_register([], corrected=[one], now=NOW)
    assert checked(identifier).waiting == 1
    ask(register)
    assert differing(identifier) == {one: [Field.SEX]}
    database.run("update people_person set sex = 1 where id = %s", [one])
    actions.queue_for_register([], corrected=[one], now=NOW)
    ask(register)
    assert differing(identifier) == {}
    assert states(one) == [Verification.RIGHT]


def test_a_register_that_tells_us_no_fields_still_says_right_or_wrong(
    register: Register, service: Unreliable, tu: Actor
) -> None:
    plan = service._plan
    service._plan = structs.replace(plan, clients=[structs.replace(client, fields=False) for client in plan.clients])
    one = person(born="1987-02-03")
    identifier = sent(tu, one)
    assert ask(register) == 1
    assert differing(identifier) == {one: []}
    assert states(one) == [Verification.WRONG]


def test_a_list_is_sent_once_by_its_ward_alone_and_where_a_register_is_set(settings: Settings, tu: Actor) -> None:
    one, identifier = person(), uuid4()

    def send(commune: str, actor: Actor) -> None:
        actions.send_list(identifier, [one], count=1, commune=commune, actor=actor, now=NOW)

    with pytest.raises(NotPermitted):
        send(OTHER_WARD, tu)
    for _ in range(2):
        send(WARD, tu)
    assert (len(facts("list-sent")), checked(identifier).persons) == (1, 1)
    other = officer(OTHER_WARD)
    with pytest.raises(CheckedListUnknown):
        send(OTHER_WARD, other)
    with pytest.raises(NotPermitted):
        actions.sign_list(identifier, actor=other, now=NOW)
    with pytest.raises(CheckedListUnknown):
        actions.sign_list(uuid4(), actor=tu, now=NOW)
    settings.TIEMCHUNG_REGISTER_URL = ""
    with pytest.raises(RegisterUnset):
        send(WARD, tu)


def test_fields_are_stored_as_bits_and_come_back_in_order() -> None:
    assert fields_of(bits_of([Field.SEX, Field.NAME, Field.SEX])) == [Field.NAME, Field.SEX]
    assert fields_of(0) == []
