"""A person is made by a block, found by nobody who has no business with them, and doubted rather than refused."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from tiemchung.domain.people import actions, queries
from tiemchung.domain.people.values import IdentifierTold, PersonBlock, PersonTold
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
HERE = Reach(sites=frozenset({"79-0001"}))
ELSEWHERE = Reach(sites=frozenset({"79-0002"}))
NURSE = Actor(id=uuid7(), kind=ActorKind.STAFF, name="nurse", reach=HERE)
NUMBER = "079184004417"


def told(person: UUID | None = None, *, site: str = "79-0001", number: str = NUMBER, born: str = "1984") -> PersonTold:
    return PersonTold(
        entry=uuid7(),
        person=person or uuid7(),
        site=site,
        recorded_at=NOW,
        block=PersonBlock(
            name="NGUYỄN  thị Hoà",
            born=born,
            sex="female",
            identifiers=[IdentifierTold(kind="personal-number", value=number)],
            phone="+84 901 234 218",
            commune="26734",
        ),
    )


def shown(person: UUID, *, site: str = "") -> str | None:
    found = queries.persons([person], purpose=Purpose.CARE, actor=NURSE, viewed_at=NOW, site=site)
    return found[person].name if person in found else None


@pytest.mark.django_db
def test_a_block_told_twice_makes_one_person_and_the_first_telling_stays() -> None:
    one = told()
    with reaching(HERE):
        assert actions.fold_blocks([one]) == []
        assert actions.fold_blocks([told(one.person, born="1990")]) == []
        assert queries.facts([one.person])[one.person].born == PartialDate(1984)


@pytest.mark.django_db
def test_a_screen_shows_the_name_and_the_last_digits_only() -> None:
    one = told()
    with reaching(HERE):
        actions.fold_blocks([one])
        person = queries.persons([one.person], purpose=Purpose.CARE, actor=NURSE, viewed_at=NOW)[one.person]
    assert person.name == "NGUYỄN thị Hòa"
    assert person.born == "1984"
    assert [number.value for number in person.identifiers] == ["•••• 4417"]
    assert person.phone == "•••• 218"


@pytest.mark.django_db
def test_who_looked_and_why_is_written_down() -> None:
    one = told()
    with reaching(HERE):
        actions.fold_blocks([one])
        shown(one.person, site="79-0001")
        views = database.rows("select person_id, actor, purpose, site from journal_view")
    assert views == [(one.person, NURSE.id, "care", "79-0001")]


@pytest.mark.django_db
def test_another_site_does_not_see_the_person_but_its_rules_know_the_birth() -> None:
    one = told()
    with reaching(HERE):
        actions.fold_blocks([one])
    with reaching(ELSEWHERE):
        assert shown(one.person) is None
        assert queries.facts([one.person])[one.person].born == PartialDate(1984)


@pytest.mark.django_db
def test_the_commune_of_residence_sees_its_people() -> None:
    one = told()
    with reaching(HERE):
        actions.fold_blocks([one])
    with reaching(Reach(communes=frozenset({"26734"}))):
        assert shown(one.person) == "NGUYỄN thị Hòa"


@pytest.mark.django_db
def test_a_number_that_another_has_is_a_doubt_wherever_the_other_is() -> None:
    with reaching(ELSEWHERE):
        actions.fold_blocks([told(site="79-0002")])
    again = told(number="079 184 004 417")
    with reaching(HERE):
        found = actions.fold_blocks([again])
        assert [(finding.code, finding.entry) for finding in found] == [("identifier-shared", again.entry)]
        assert shown(again.person) is not None


@pytest.mark.django_db
def test_two_blocks_of_one_batch_with_one_number_are_a_doubt_too() -> None:
    first, second = told(), told()
    with reaching(HERE):
        found = actions.fold_blocks([first, second])
    assert [finding.entry for finding in found] == [second.entry]


@pytest.mark.django_db
def test_an_unreadable_birth_date_is_a_finding_and_the_person_stands() -> None:
    one = told(born="30/02/1984")
    with reaching(HERE):
        found = actions.fold_blocks([one])
        assert [finding.code for finding in found] == ["birth-date-unreadable"]
        assert queries.facts([one.person])[one.person].born is None


def test_no_name_and_no_number_lies_in_clear(committed_db: None, owner_connection: psycopg.Connection) -> None:
    del committed_db
    with reaching(HERE):
        actions.fold_blocks([told()])
    for table in ("people_person", "people_identifier", "people_contact"):
        text = str(owner_connection.execute(f"select t::text from {table} t").fetchall())
        assert "79-0001" in text, "the control: what lies in clear is found"
        for clear in ("NGUY", "Hòa", NUMBER, "0901234218"):
            assert clear not in text
            assert clear.encode().hex() not in text


def link(owner: psycopg.Connection, person: UUID, other: UUID, *, ended: bool = False) -> None:
    owner.execute(
        "insert into people_same_as (id, person, other, valid_from, valid_to) values (%s, %s, %s, %s, %s)",
        [uuid7(), person, other, NOW, NOW if ended else None],
    )
    owner.commit()


def test_links_join_rows_of_one_human_being_and_ended_ones_do_not(
    committed_db: None, owner_connection: psycopg.Connection
) -> None:
    del committed_db
    first, second, third, apart = (uuid7() for _ in range(4))
    link(owner_connection, first, second)
    link(owner_connection, third, second)
    link(owner_connection, first, apart, ended=True)
    assert queries.ids_of(first) == queries.ids_of(third) == {first, second, third}
    assert queries.ids_of(apart) == {apart}
