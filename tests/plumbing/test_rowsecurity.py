"""The database itself keeps a session within its reach."""

from __future__ import annotations

import pytest
from django.db.utils import ProgrammingError

from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

HERE, ELSEWHERE = Reach(sites=frozenset({"79-0001"})), Reach(sites=frozenset({"79-0002"}))
_LOOK = "insert into journal_view (person_id, id, viewed_at, actor_kind, purpose, site) values (%s, %s, now(), 'staff', 'care', %s)"


def views() -> int:
    return len(database.rows("select 1 from journal_view"))


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
def test_a_site_writes_no_rows_of_another() -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), reaching(ELSEWHERE):
        database.run(_LOOK, [uuid7(), uuid7(), "79-0001"])


def test_a_reach_ends_with_its_transaction_even_when_it_fails(committed_db: None) -> None:
    del committed_db
    with pytest.raises(ZeroDivisionError), reaching(HERE):
        _ = 1 / 0
    assert database.row("select current_setting('tiemchung.sites', true)") in [("",), (None,)]
