"""Rows of a list are looked up as a desk looks somebody up: whom two persons fit is a doubt, and never the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.domain.campaigns.files import GOOD, changed, csv_of
from tests.domain.campaigns.test_lists import examined
from tests.domain.campaigns.wards import NOW, OTHER_WARD, WARD, officer, wish
from tiemchung.domain.campaigns import actions
from tiemchung.domain.campaigns.values import Channel, Result
from tiemchung.domain.people import actions as people
from tiemchung.domain.people.values import PERSONAL_NUMBER, IdentifierTold, PersonBlock
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("campaign")
NUMBER = IdentifierTold(kind=PERSONAL_NUMBER, value=GOOD[4])
HUONG = PersonBlock(name=GOOD[1], born="1971-11-09", sex="female", identifiers=[NUMBER])
Answer = tuple[Result, str, list[UUID]]


def on_record(told: PersonBlock = HUONG, *, ward: str = WARD) -> UUID:
    registration = wish(ward=ward, person_told=told)
    actions.register([registration], actor=officer(ward), now=NOW, channel=Channel.DESK)
    return registration.id


def answer(**cells: str) -> Answer:
    _, (row,) = examined(officer(), csv_of(changed(**cells)))
    return row.result, row.reason, row.candidates


@pytest.fixture
def tell(owner_connection: psycopg.Connection) -> Iterator[Callable[..., None]]:
    """Return what writes as workers do, at once; it is taken back at the end."""

    def run(sql: str, *values: Any) -> None:
        owner_connection.execute(sql, values)

    yield run
    for table in ("people_same_as", "people_register_news"):
        owner_connection.execute(f"delete from {table}")


def test_one_who_has_the_number_the_name_and_the_year_is_matched() -> None:
    person = on_record()
    assert answer(name="hường lê thị", born="1971") == (Result.MATCH, "in-campaign", [person])


def test_two_of_one_number_are_a_doubt_until_they_are_joined(tell: Callable[..., None]) -> None:
    one, other = sorted([on_record(), on_record()])
    assert answer() == (Result.DOUBT, "number-of-several", [one, other])
    tell("insert into people_same_as (id, person, other, valid_from) values (%s, %s, %s, %s)", uuid7(), one, other, NOW)
    assert answer() == (Result.MATCH, "in-campaign", [one])


def test_of_two_of_one_number_only_the_one_of_this_ward_is_told_of_and_is_a_doubt() -> None:
    person, _ = on_record(), on_record(ward=OTHER_WARD)
    assert answer() == (Result.DOUBT, "like-known", [person])


def test_a_number_whose_holder_has_another_name_or_year_is_a_doubt() -> None:
    person = on_record()
    assert answer(name="Trần Thị Mai") == (Result.DOUBT, "number-of-another", [person])


def test_whoever_has_died_by_the_register_is_a_doubt(tell: Callable[..., None]) -> None:
    person = on_record()
    tell(
        "insert into people_register_news (person_id, sequence, exchange, told_at, day, what, new_commune, taken, site, commune)"
        " values (%s, 1, %s, %s, %s, 'died', '', true, %s, %s)",
        *(person, uuid7(), NOW, date(2021, 8, 1), f"ward:{WARD}", WARD),
    )
    assert answer() == (Result.DOUBT, "known-dead", [person])


def test_whose_data_serve_care_alone_is_nobody_to_a_list() -> None:
    person, tu = on_record(), officer(WARD, Power.PLAN, Power.MEND)
    with reaching(tu.reach):
        people.restrict(person, decision=uuid7(), actor=tu, now=NOW)
    assert answer() == (Result.NEW, "new", [])


@pytest.mark.parametrize(
    ("cells", "result", "reason"),
    [
        ({"phone": "0902 118 340"}, Result.MATCH, "in-campaign"),
        ({"phone": "0902 118 340", "sex": "Nam"}, Result.DOUBT, "like-known"),
        ({"phone": "0903 551 218"}, Result.DOUBT, "like-known"),
        ({"phone": "0902 118 340", "number": "079171004512"}, Result.MATCH, "in-campaign"),
    ],
    ids=["phone", "other sex", "ward alone", "a number that nobody has yet"],
)
def test_a_namesake_is_matched_by_the_phone_if_nothing_contradicts(
    cells: dict[str, str], result: Result, reason: str
) -> None:
    person = on_record(PersonBlock(name=GOOD[1], born="1971-11-09", sex="female", phone="0902118340"))
    assert answer(**{"number": "", **cells}) == (result, reason, [person])


def test_a_namesake_of_another_number_is_a_doubt_on_the_same_day_and_nobody_in_the_same_year() -> None:
    person = on_record()
    other = {"number": "079171004599"}
    assert answer(**other) == (Result.DOUBT, "like-known", [person])
    assert answer(**other, born="1971") == (Result.NEW, "new", [])
