"""A list on a machine that has no time for 5,000 rows at once.

The database ends a transaction that lasts too long together with its session. Here it ends one that touches more parts of a
list than it may, so that nothing depends on how long anything takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import OperationalError

from tests.domain.campaigns.test_lists import MANY, answers, examined, read_by_the_job
from tests.domain.campaigns.wards import NOW, officer
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.actions import lists, reading
from tiemchung.domain.campaigns.actions.strides import go_through
from tiemchung.domain.campaigns.values import ListState
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = [pytest.mark.usefixtures("campaign")]
_END = """
create function list_too_long() returns trigger language plpgsql as $$
begin
    if (select count(*) from touched) > tg_argv[0]::int then
        perform pg_terminate_backend(pg_backend_pid());
    end if;
    return null;
end $$;
create trigger too_long_insert after insert on campaigns_listpart referencing new table as touched
    for each statement execute function list_too_long({most});
create trigger too_long_update after update on campaigns_listpart referencing new table as touched
    for each statement execute function list_too_long({most});
"""


@pytest.fixture
def limit(owner_connection: psycopg.Connection) -> Iterator[Callable[[int], None]]:
    """Let the database end the session of whoever writes more than so many parts of a list at once."""

    def limited(most: int) -> None:
        owner_connection.execute(_END.format(most=most))

    yield limited
    owner_connection.execute("drop function list_too_long() cascade")


@pytest.mark.parametrize("most", [1, 2])
def test_a_list_that_is_too_much_at_once_is_read_kept_and_undone_by_less(
    most: int,
    limit: Callable[[int], None],
    as_worker: Callable[[], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tu = officer()
    _, at_once = examined(tu, MANY)
    for name, value in (("SMALL", 0), ("AT_ONCE", 8), ("PART", 1)):
        monkeypatch.setattr(reading, name, value)
    shown, _ = examined(tu, MANY)
    limit(most)
    read_by_the_job(as_worker, turns=1)
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=Purpose.REGISTRATION)
        assert (told.state, told.rows) == (ListState.OPEN, 9)
        assert answers(queries.list_rows(shown.id, actor=tu, purpose=Purpose.REGISTRATION)) == answers(at_once)
    with as_worker():
        database.run("update campaigns_list set state = 'keeping', decided_at = uploaded_at where id = %s", [shown.id])
        assert actions.keep_waiting(now=NOW) == 1
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=Purpose.REGISTRATION)
    assert (told.state, told.kept) == (ListState.KEPT, told.certain)
    with as_worker():
        database.run("update campaigns_list set state = 'undoing' where id = %s", [shown.id])
        assert actions.undo_waiting(now=NOW) == 1
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=Purpose.REGISTRATION)
    assert (told.state, told.undone) == (ListState.UNDONE, told.kept)


def test_what_cannot_be_done_by_the_least_either_is_left_as_it_was(
    limit: Callable[[int], None],
    as_worker: Callable[[], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tu = officer()
    monkeypatch.setattr(reading, "SMALL", 0)
    shown, _ = examined(tu, MANY)
    limit(0)
    with pytest.raises(OperationalError):
        read_by_the_job(as_worker, turns=1)
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=Purpose.REGISTRATION)
    assert (told.state, told.rows) == (ListState.READING, 0), "the next turn of the job takes it again"


def test_the_size_that_went_is_kept() -> None:
    taken, left = list[int](), 20

    def turn(most: int) -> bool:
        nonlocal left
        taken.append(most)
        if most > lists.AT_ONCE // 1_000:
            raise OperationalError
        left -= min(most, left)
        return left > 0

    go_through(turn, most=32)
    assert taken == [32, 16, 8, 4, 4, 4, 4, 4]
