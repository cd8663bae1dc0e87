"""The database itself keeps a session within its reach."""

from __future__ import annotations

import psycopg
import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import ASKED_ONCE, looking, reaching

HERE, ELSEWHERE = Reach(sites=frozenset({"79-0001"})), Reach(sites=frozenset({"79-0002"}))
_LOOK = "insert into journal_view (person_id, id, viewed_at, actor_kind, purpose, site) values (%s, %s, now(), 'staff', 'care', %s)"


def views() -> int:
    return len(database.rows("select 1 from journal_view"))


def write_and_fail() -> None:
    with reaching(HERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])
        _ = 1 / 0


@pytest.mark.django_db
def test_without_a_reach_nothing_is_seen_and_nothing_written() -> None:
    with reaching(HERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])
        assert views() == 1
    assert views() == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])


@pytest.mark.django_db
def test_the_outer_reach_returns_after_an_inner_one() -> None:
    with reaching(HERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])
        with reaching(ELSEWHERE):
            assert views() == 0
        assert views() == 1


@pytest.mark.django_db
def test_the_outer_reach_returns_after_a_look_from_another_even_one_that_fails() -> None:
    with reaching(HERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])
        with looking(ELSEWHERE):
            assert views() == 0
        assert views() == 1
        with pytest.raises(ZeroDivisionError), looking(ELSEWHERE):
            _ = 1 / 0
        assert views() == 1
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(), looking(ELSEWHERE):
            database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])
        assert views() == 1


@pytest.mark.django_db
def test_a_look_without_any_reach_before_ends_with_itself() -> None:
    with looking(HERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])
        assert views() == 1
    assert views() == 0


@pytest.mark.django_db
def test_what_failed_within_the_same_reach_is_taken_back_alone() -> None:
    with reaching(HERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])
        with pytest.raises(ZeroDivisionError):
            write_and_fail()
        assert views() == 1


@pytest.mark.django_db
def test_a_site_writes_no_rows_of_another() -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), reaching(ELSEWHERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])


def test_a_reach_ends_with_its_transaction_even_when_it_fails(committed_db: None) -> None:
    del committed_db
    with pytest.raises(ZeroDivisionError), reaching(HERE):
        _ = 1 / 0
    assert database.row("select current_setting('tiemchung.sites', true)") in [("",), (None,)]


@pytest.mark.django_db
def test_every_policy_takes_its_settings_apart_once_a_statement_and_not_once_a_row() -> None:
    found = database.rows(
        "select tablename, policyname, concat(qual, ' ', with_check) from pg_policies "
        "where concat(qual, with_check) like '%%string_to_array%%'"
    )
    assert found
    row_by_row = [
        (table, policy) for table, policy, told in found if told.count("string_to_array(") != told.count("( SELECT ")
    ]
    assert row_by_row == []


_TOLD = "select tablename, policyname, qual, with_check from pg_policies order by 1, 2"


def test_policies_of_before_become_what_they_are_now_and_say_the_same(owner_connection: psycopg.Connection) -> None:
    now = owner_connection.execute(_TOLD).fetchall()
    here = "site = ANY(string_to_array(current_setting('tiemchung.sites', true), ','))"
    own = "person_id = ANY(string_to_array(current_setting('tiemchung.persons', true), ',')::uuid[])"
    owner_connection.execute(f"alter policy own on people_contact using ({own})")
    owner_connection.execute(f"alter policy reach on people_contact using ({here}) with check ({here})")
    assert owner_connection.execute(_TOLD).fetchall() != now
    for _ in range(2):
        owner_connection.execute(ASKED_ONCE)
        assert owner_connection.execute(_TOLD).fetchall() == now
