"""The journal's order: a follower reads nothing before it has settled, and skips nothing ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from tiemchung.domain.journal import actions, queries
from tiemchung.domain.journal.values import START, NewEntry, Outcome, Position
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
HERE = Reach(sites=frozenset({"79-0001"}))


def entry(line: bytes = b"{}", *, seq: int = 1, identifier: UUID | None = None, kind: str = "arrived") -> NewEntry:
    return NewEntry(
        id=identifier or uuid7(), kind=kind, seq=seq, occurred_at=NOW - timedelta(minutes=1), person=uuid7(), line=line
    )


def keep(*entries: NewEntry, device: UUID | None = None) -> list[Outcome]:
    return actions.append_entries(entries, device=device or uuid7(), site="79-0001", recorded_at=NOW)


@pytest.fixture
def another_writer(committed_db: None) -> Iterator[psycopg.Connection]:
    """A second session of the web's role, with a transaction of its own."""
    del committed_db
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    with psycopg.connect(
        **{key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
    ) as writer:
        yield writer


def write_slowly(writer: psycopg.Connection) -> UUID:
    """Append an entry in the other session and leave its transaction open."""
    identifier = uuid7()
    writer.execute("select set_config('tiemchung.sites', '79-0001', true)")
    writer.execute(
        "insert into journal_entry (id, position, recorded_at, occurred_at, device_sequence, kind, device, site, digest, "
        "body) select %s, journal_position(), %s, %s, 1, 'arrived', %s, '79-0001', "
        "sha256('x'), (select body from journal_entry limit 1)",
        [identifier, NOW, NOW, uuid7()],
    )
    return identifier


def read_everything(position: Position) -> tuple[list[UUID], Position]:
    with reaching(HERE):
        window = queries.settled_after(position, limit=100, kinds=())
        found = database.rows(
            "select id from journal_entry where (position, sequence) > (%s, %s) and (position, sequence) <= (%s, %s)",
            [*position, *window.end],
        )
    return [row[0] for row in found], window.end


def test_a_late_commit_is_never_skipped(another_writer: psycopg.Connection) -> None:
    with reaching(HERE):
        keep(entry())
    early, position = read_everything(START)
    assert len(early) == 1
    slow = write_slowly(another_writer)
    quick = entry()
    with reaching(HERE):
        keep(quick)
    # The later writer has committed first. A cursor by sequence would now pass the earlier one and never return.
    naive = database_rows_by_sequence()
    assert naive == [quick.id], "the control: the naive cursor reads past the open transaction"
    meanwhile, position = read_everything(position)
    assert meanwhile == []
    another_writer.commit()
    afterwards, _ = read_everything(position)
    assert set(afterwards) == {slow, quick.id}


def database_rows_by_sequence() -> list[UUID]:
    """What a cursor by sequence would read after the first entry."""
    with reaching(HERE):
        return [row[0] for row in database.rows("select id from journal_entry order by sequence offset 1")]


def test_a_stuck_writer_holds_the_horizon_and_its_age_is_seen(another_writer: psycopg.Connection) -> None:
    with reaching(HERE):
        keep(entry())
    write_slowly(another_writer)
    with reaching(HERE):
        keep(entry())
    with reaching(HERE):
        assert queries.horizon().age > timedelta(0)
    another_writer.rollback()
    with reaching(HERE):
        assert queries.horizon().age == timedelta(0)


def test_a_restored_dump_is_read_whole_and_goes_on_above(
    committed_db: None, owner_connection: psycopg.Connection
) -> None:
    del committed_db
    with reaching(HERE):
        keep(entry(), entry(seq=2))
    _, position = read_everything(START)
    # Another server: its identifier differs and its transactions may start lower than those of the dump.
    owner_connection.execute("update journal_generation set system_identifier = system_identifier + 1")
    owner_connection.execute("update journal_entry set position = position + 1000000")
    owner_connection.commit()
    restored, position = read_everything(START)
    assert len(restored) == 2
    with reaching(HERE):
        keep(entry(seq=3))
    later, position = read_everything(position)
    assert len(later) == 1
    assert position.transaction >> 48 == 2


def test_an_entry_of_an_hour_ago_counts_as_settled(
    another_writer: psycopg.Connection, owner_connection: psycopg.Connection
) -> None:
    with reaching(HERE):
        keep(entry())
    write_slowly(another_writer)
    with reaching(HERE):
        keep(entry())
    owner_connection.execute("update journal_entry set written_at = now() - interval '61 minutes'")
    owner_connection.commit()
    found, _ = read_everything(START)
    assert len(found) == 2


@pytest.mark.django_db
def test_an_entry_told_twice_is_kept_once() -> None:
    one = entry(b'{"a":1}')
    with reaching(HERE):
        assert keep(one) == [Outcome.KEPT]
        assert keep(one) == [Outcome.KNOWN]


@pytest.mark.django_db
def test_another_fact_under_a_used_id_is_told_apart_wherever_it_came_from() -> None:
    one = entry(b'{"a":1}')
    with reaching(HERE):
        keep(one)
    with reaching(Reach(sites=frozenset({"79-0002"}))):
        told = actions.append_entries(
            [entry(b'{"a":2}', identifier=one.id)], device=uuid7(), site="79-0002", recorded_at=NOW
        )
    assert told == [Outcome.REUSED]


@pytest.mark.django_db
def test_one_id_twice_in_a_batch_is_one_fact_or_two_claims() -> None:
    one = entry(b'{"a":1}')
    other = entry(b'{"a":2}', identifier=one.id, seq=2)
    with reaching(HERE):
        assert keep(one, other, one) == [Outcome.KEPT, Outcome.REUSED, Outcome.KNOWN]


@pytest.mark.django_db
def test_the_bytes_come_back_exactly() -> None:
    line = '{"name":"Nguyễn Thị Ẳng  ","odd":"\\u0300"}'.encode()
    one = entry(line)
    with reaching(HERE):
        keep(one)
        (kept,) = queries.entries([one.id])
    assert kept.body == line


@pytest.mark.django_db
def test_a_session_sees_the_entries_of_its_sites_only() -> None:
    one = entry()
    with reaching(HERE):
        keep(one)
    with reaching(Reach(sites=frozenset({"79-0002"}))):
        assert queries.entries([one.id]) == []


def test_a_site_s_day_begins_behind_what_it_wrote_before(committed_db: None) -> None:
    del committed_db
    before, today = entry(), entry(seq=2)
    for told, recorded_at in ((before, NOW - timedelta(days=1)), (today, NOW)):
        with reaching(HERE):
            actions.append_entries([told], device=uuid7(), site="79-0001", recorded_at=recorded_at)
    with reaching(HERE):
        since = queries.beginning_of("79-0001", NOW - timedelta(hours=1))
        assert [one.id for one in queries.of_site_after("79-0001", since, limit=9).entries] == [today.id]
        first = queries.beginning_of("79-0001", NOW - timedelta(days=9))
        assert [one.id for one in queries.of_site_after("79-0001", first, limit=9).entries] == [before.id, today.id]
