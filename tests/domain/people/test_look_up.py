"""Who somebody is that a desk tells of: one person on record, several who may be, or nobody; never a stranger by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tiemchung.domain.people import actions, queries
from tiemchung.domain.people.values import (
    OLD_CARD,
    PERSONAL_NUMBER,
    IdentifierTold,
    LookedUp,
    PersonBlock,
    PersonCorrection,
    PersonTold,
    Seen,
    Step,
)
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
HERE, ELSEWHERE = Reach(sites=frozenset({"79-0001"})), Reach(sites=frozenset({"79-0002"}))
NURSE = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.MEND}), reach=HERE)
NUMBER = IdentifierTold(kind=PERSONAL_NUMBER, value="079184004417")
OTHER_NUMBER = IdentifierTold(kind=PERSONAL_NUMBER, value="079184004418")
OLD_NUMBER = IdentifierTold(kind=OLD_CARD, value="271234567")
PHONE, OTHER_PHONE = "0901234218", "0901234219"
WARD, MERGED_WARD, OTHER_WARD = "26737", "26740", "27475"


def block(**told: Any) -> PersonBlock:
    usual: dict[str, Any] = {"name": "Đỗ Thị Hòa", "born": "1984-03-02", "sex": "female", "commune": WARD}
    return PersonBlock(**(usual | told))


def on_record(*, site: str = "79-0001", **told: Any) -> UUID:
    person = uuid7()
    with reaching(Reach(sites=frozenset({site}))):
        block_told = PersonTold(entry=uuid7(), person=person, site=site, recorded_at=NOW, block=block(**told))
        actions.fold_blocks([block_told])
    return person


def look_up(*, reach: Reach = HERE, purpose: Purpose = Purpose.CARE, **told: Any) -> LookedUp:
    with reaching(reach):
        (found,) = queries.look_up([block(**told)], purpose=purpose, actor=NURSE, viewed_at=NOW, site=min(reach.sites))
        return found


Tell = Callable[..., None]


@pytest.fixture
def tell(owner_connection: psycopg.Connection) -> Iterator[Tell]:
    """Return what writes as workers do, at once; it is taken back at the end."""

    def run(sql: str, *values: Any) -> None:
        owner_connection.execute(sql, values)

    yield run
    for table in ("people_same_as", "people_register_news"):
        owner_connection.execute(f"delete from {table}")


def link(tell: Tell, one: UUID, other: UUID, *, ended: bool = False) -> None:
    """Let two rows be one human being, as a clerk's decision does, or have been one."""
    tell(
        "insert into people_same_as (id, person, other, valid_from, valid_to) values (%s, %s, %s, %s, %s)",
        *(uuid7(), min(one, other), max(one, other), NOW, NOW if ended else None),
    )


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="as written"),
        pytest.param({"name": "HÒA ĐỖ THỊ"}, id="swapped name order"),
        pytest.param({"name": "do thi hoa"}, id="no marks"),
        pytest.param({"born": "1984"}, id="the year alone"),
        pytest.param({"born": "1984-02-03"}, id="day and month swapped"),
        pytest.param({"phone": OTHER_PHONE, "commune": OTHER_WARD}, id="another phone, moved"),
    ],
)
def test_a_number_with_name_and_year_finds_one_wherever_they_stand(told: dict[str, Any]) -> None:
    person = on_record(identifiers=[NUMBER], phone=PHONE, site="79-0002")
    assert look_up(identifiers=[NUMBER], **told) == LookedUp(person=person, step=Step.NUMBER)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"name": "Trần Thị Mai"}, id="another name"),
        pytest.param({"born": "1985-03-02"}, id="another year"),
        pytest.param({"born": "?"}, id="no year"),
        pytest.param({"sex": "male"}, id="another sex"),
    ],
)
def test_somebody_else_s_number_is_a_doubt_and_nobody(told: dict[str, Any]) -> None:
    person = on_record(identifiers=[NUMBER], phone=PHONE)
    own = on_record(name="Trần Thị Mai", phone=OTHER_PHONE)
    found = look_up(identifiers=[NUMBER], phone=OTHER_PHONE, **told)
    assert found.person is None
    assert set(found.alike) - {own} == {person}, "whose number it is says nothing about who stands here"


def test_a_claim_under_a_stranger_s_number_does_not_hide_the_stranger() -> None:
    person = on_record(identifiers=[NUMBER])
    on_record(identifiers=[NUMBER], name="Kẻ Mạo Danh", site="79-0002")
    assert look_up(identifiers=[NUMBER]).person == person


@pytest.mark.parametrize(
    ("told", "step"),
    [({"phone": "+84 901 234 218", "commune": None}, Step.PHONE), ({}, Step.COMMUNE), ({"phone": PHONE}, Step.PHONE)],
)
def test_name_and_day_with_phone_or_commune_find_one(told: dict[str, Any], step: Step) -> None:
    person = on_record(phone=PHONE)
    found = look_up(name="Thị Hoà Đỗ", **told)
    assert (found.person, found.step, found.here) == (person, step, True)


def test_name_and_day_alone_find_nobody() -> None:
    on_record(phone=PHONE)
    assert look_up(phone=OTHER_PHONE, commune=OTHER_WARD) == LookedUp()
    assert look_up(commune=None) == LookedUp()


@pytest.mark.parametrize(("recorded", "told"), [("1984", "1984-03-02"), ("1984-03-02", "1984"), ("1984-03", "1984")])
def test_of_whom_only_the_year_is_known_is_a_doubt_without_a_number(recorded: str, told: str) -> None:
    person = on_record(born=recorded, phone=PHONE)
    assert look_up(born=told, phone=PHONE, commune=None) == LookedUp(alike=(person,))
    assert look_up(born=told) == LookedUp(alike=(person,))
    assert look_up(born="1985", phone=PHONE) == LookedUp(), "another year is another person"


def test_two_of_one_name_and_day_are_a_doubt_until_a_number_tells_them_apart() -> None:
    one = on_record(phone=PHONE, identifiers=[NUMBER])
    other = on_record(phone=OTHER_PHONE, site="79-0002", identifiers=[OTHER_NUMBER])
    assert look_up() == LookedUp(alike=tuple(sorted([one, other])))
    assert look_up(phone=PHONE) == LookedUp(alike=tuple(sorted([one, other])))
    assert look_up(identifiers=[OTHER_NUMBER]).person == other


def test_the_phone_of_a_relative_finds_nobody_of_another_name_or_day() -> None:
    on_record(name="Đỗ Văn Ba", born="1950-01-01", sex="male", phone=PHONE)
    twin = on_record(name="Đỗ Thị Hiền", phone=PHONE)
    assert look_up(phone=PHONE) == LookedUp()
    assert look_up(name="Đỗ Thị Hiền", phone=PHONE, commune=None).person == twin


def test_another_number_of_the_same_kind_is_a_doubt_and_a_new_card_is_none() -> None:
    person = on_record(identifiers=[NUMBER], phone=PHONE)
    assert look_up(identifiers=[OTHER_NUMBER], phone=PHONE) == LookedUp(alike=(person,))
    by_old_card = on_record(name="Lê Văn An", sex="male", identifiers=[OLD_NUMBER], phone=OTHER_PHONE)
    asked: dict[str, Any] = {"name": "Lê Văn An", "sex": "male", "phone": OTHER_PHONE}
    assert look_up(identifiers=[OTHER_NUMBER], **asked).person == by_old_card


def test_an_old_card_that_ended_still_finds_its_holder() -> None:
    person = on_record(identifiers=[NUMBER, OLD_NUMBER])
    assert look_up(identifiers=[OLD_NUMBER]).person == person


def test_a_number_that_was_taken_away_finds_nobody() -> None:
    person = on_record(identifiers=[NUMBER])
    to = PersonCorrection(number_kind=PERSONAL_NUMBER, number=OTHER_NUMBER.value, seen=(Seen.CARD,))
    with reaching(HERE):
        actions.correct(person, to, decision=uuid7(), actor=NURSE, now=NOW)
    assert look_up(identifiers=[NUMBER], commune=None) == LookedUp()
    assert look_up(identifiers=[OTHER_NUMBER]).person == person
    assert look_up(identifiers=[NUMBER]) == LookedUp(alike=(person,)), "another number than theirs is a doubt"


def test_rows_of_one_human_being_are_one(tell: Tell) -> None:
    one, other = on_record(identifiers=[NUMBER], site="79-0002"), on_record(identifiers=[NUMBER])
    assert look_up(identifiers=[NUMBER]) == LookedUp(alike=tuple(sorted([one, other])))
    link(tell, one, other)
    assert look_up(identifiers=[NUMBER]) == LookedUp(person=other, step=Step.NUMBER, here=True)
    assert look_up(identifiers=[NUMBER], reach=ELSEWHERE).person == one
    assert look_up().person == other


def test_parted_rows_are_two_again(tell: Tell) -> None:
    one, other = on_record(identifiers=[NUMBER]), on_record(identifiers=[NUMBER])
    link(tell, one, other, ended=True)
    assert look_up(identifiers=[NUMBER]) == LookedUp(alike=tuple(sorted([one, other])))


def test_nobody_is_one_who_has_died(tell: Tell) -> None:
    person, other = on_record(identifiers=[NUMBER]), on_record(identifiers=[NUMBER])
    link(tell, person, other)
    tell(
        "insert into people_register_news (person_id, sequence, exchange, told_at, day, what, new_commune, taken, site, commune)"
        " values (%s, 1, %s, %s, %s, 'died', '', true, '79-0001', '26737')",
        *(other, uuid7(), NOW, date(2021, 8, 1)),
    )
    found = look_up(identifiers=[NUMBER])
    assert found == LookedUp(alike=tuple(sorted([person, other])))


def test_whose_data_serve_care_alone_is_found_by_care_alone() -> None:
    person = on_record(identifiers=[NUMBER], phone=PHONE)
    with reaching(HERE):
        actions.restrict(person, decision=uuid7(), actor=NURSE, now=NOW)
    assert look_up(identifiers=[NUMBER]).person == person
    assert look_up(identifiers=[NUMBER], phone=PHONE, purpose=Purpose.REGISTRATION) == LookedUp()


@pytest.mark.parametrize(("recorded", "told"), [(WARD, MERGED_WARD), (MERGED_WARD, WARD), ("26746", MERGED_WARD)])
def test_a_commune_is_the_same_under_its_number_of_either_era(recorded: str, told: str) -> None:
    person = on_record(commune=recorded)
    assert look_up(commune=told).person == person
    assert look_up(commune=OTHER_WARD) == LookedUp()


def test_two_communes_that_became_one_are_two() -> None:
    on_record(commune="26746")
    assert look_up(commune=WARD) == LookedUp()


def test_a_look_up_is_logged_with_its_purpose_for_all_whom_it_tells_of() -> None:
    one = on_record(identifiers=[NUMBER], site="79-0002")
    look_up(identifiers=[NUMBER])
    look_up(identifiers=[NUMBER], name="Trần Thị Mai", purpose=Purpose.REGISTRATION)
    look_up(name="Ai Đó Khác")
    with reaching(HERE):
        seen = database.rows("select person_id, purpose, actor from journal_view order by id")
    assert seen == [(one, "care", NURSE.id), (one, "registration", NURSE.id)]


def test_many_are_looked_up_at_once_and_answered_in_order() -> None:
    one, other = on_record(identifiers=[NUMBER]), on_record(name="Lê Văn An", sex="male", phone=PHONE)
    asked = [
        block(name="Lê Văn An", sex="male", phone=PHONE),
        block(name="Ai Đó"),
        block(identifiers=[NUMBER]),
        block(identifiers=[NUMBER], name="Kẻ Khác"),
    ]
    with reaching(HERE):
        found = queries.look_up(asked, purpose=Purpose.CARE, actor=SYSTEM, viewed_at=NOW)
        assert queries.look_up([], purpose=Purpose.CARE, actor=SYSTEM, viewed_at=NOW) == []
    assert [each.person for each in found] == [other, None, one, None]
    assert [each.alike for each in found] == [(), (), (), (one,)]


def test_the_database_tells_ids_and_what_agrees_and_no_name_number_phone_or_day() -> None:
    on_record(identifiers=[NUMBER], phone=PHONE, site="79-0002")
    with reaching(HERE):
        assert database.rows("select id from people_person") == []
        answered = database.rows("select proargnames[11:] from pg_proc where proname = 'people_look_up'", [])
    assert set(answered[0][0]) == {
        *("told", "person_id", "human", "here", "by_number", "ended", "named", "same_year", "same_day", "by_phone"),
        *("by_commune", "other_number", "other_sex", "restricted", "dead"),
    }


def test_no_role_but_web_and_worker_may_look_up() -> None:
    with reaching(HERE):
        granted = database.rows(
            "select coalesce((select rolname from pg_roles r where r.oid = a.grantee), 'public') "
            "from pg_proc p, aclexplode(p.proacl) a where p.proname = 'people_look_up' and a.grantee <> p.proowner"
        )
    assert {role for (role,) in granted} == {"tiemchung_app", "tiemchung_worker"}
