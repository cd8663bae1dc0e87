from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from tests.domain.campaigns.files import GOOD, HEADER, changed, csv_of
from tests.domain.campaigns.wards import CODE, NOW, OTHER_WARD, WARD, block, officer, wish
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.actions import filing, reading
from tiemchung.domain.campaigns.actions import lists as lists_module
from tiemchung.domain.campaigns.actions.likeness import Likeness
from tiemchung.domain.campaigns.engine.columns import Table, table_of
from tiemchung.domain.campaigns.engine.listed import Read
from tiemchung.domain.campaigns.errors import (
    CampaignOver,
    ListBeingRead,
    ListSettled,
    ListUnknown,
    RowSettled,
)
from tiemchung.domain.campaigns.values import Channel, Choice, ListRow, ListShown, ListState, Result
from tiemchung.kernel import cells
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.spreadsheets import xlsx_file

REGISTRATION = Purpose.REGISTRATION
pytestmark = pytest.mark.usefixtures("campaign")


def examined(tu: Actor, content: bytes, *, commune: str = WARD) -> tuple[ListShown, list[ListRow]]:
    with reaching(tu.reach):
        shown = actions.examine_list(
            uuid7(NOW), name="to 12.csv", content=content, campaign=CODE, commune=commune, actor=tu, now=NOW
        )
        return shown, queries.list_rows(shown.id, actor=tu, purpose=REGISTRATION)


def count(owner: psycopg.Connection, table: str) -> int:
    found = owner.execute(f"select count(*) from {table}").fetchone()
    return int(found[0]) if found else 0


def test_nothing_of_a_list_is_on_record_before_it_is_kept_and_then_each_row_once(
    owner_connection: psycopg.Connection,
) -> None:
    tu = officer()
    content = csv_of(GOOD, changed(name="Võ Thúy Ái", number=""), changed(number="", born="31/02/1980"))
    shown, _ = examined(tu, content)
    assert (count(owner_connection, "people_person"), count(owner_connection, "journal_entry")) == (0, 0)
    assert (shown.rows, shown.certain, shown.counts[Result.UNUSABLE]) == (3, 2, 1)
    for _ in range(2):
        with reaching(tu.reach):
            kept = actions.keep_list(shown.id, actor=tu, now=NOW)
        assert (kept.state, kept.kept) == (ListState.KEPT, 2)
    assert count(owner_connection, "people_person") == 2
    assert queries.demand(CODE, [("2021", WARD)])["2021", WARD].by_channel == {"list": 2}


def test_a_form_sent_twice_is_one_list() -> None:
    tu, list_id = officer(), uuid7(NOW)
    for _ in range(2):
        with reaching(tu.reach):
            actions.examine_list(
                list_id, name="a.csv", content=csv_of(GOOD), campaign=CODE, commune=WARD, actor=tu, now=NOW
            )
    with reaching(tu.reach):
        assert [shown.id for shown in queries.lists_of(tu, purpose=REGISTRATION)] == [list_id]


def test_a_list_brought_again_matches_whom_it_made_and_makes_nobody(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    for expected in (Result.NEW, Result.MATCH):
        shown, rows = examined(tu, csv_of(GOOD))
        assert [row.result for row in rows] == [expected]
        with reaching(tu.reach):
            actions.keep_list(shown.id, actor=tu, now=NOW)
    assert count(owner_connection, "people_person") == 1
    assert queries.demand(CODE, [("2021", WARD)])["2021", WARD].registered == 1


def test_a_name_alone_is_a_doubt_that_somebody_settles(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    actions.register([wish(person_told=block("Trần Thị Tư", number=None))], actor=tu, now=NOW, channel=Channel.DESK)
    shown, (row,) = examined(tu, csv_of(changed(name="TRAN THI TU", born="02/03/1987", number="")))
    assert (row.result, row.reason, len(row.candidates)) == (Result.DOUBT, "like-known", 1)
    with reaching(tu.reach):
        with pytest.raises(RowSettled):
            actions.settle_row(shown.id, row.line, choice=Choice.PERSON, person=uuid7(), actor=tu, now=NOW)
        told = {"choice": Choice.PERSON, "person": row.candidates[0], "actor": tu, "now": NOW}
        actions.settle_row(shown.id, row.line, **told)  # type: ignore[arg-type]  # the same as below
        assert actions.keep_list(shown.id, actor=tu, now=NOW).kept == 1
        with pytest.raises(RowSettled):
            actions.settle_row(shown.id, row.line, choice=Choice.LEAVE, person=None, actor=tu, now=NOW)
    assert count(owner_connection, "people_person") == 1


def test_a_doubt_may_be_settled_after_the_certain_rows_were_kept() -> None:
    tu = officer()
    shown, rows = examined(tu, csv_of(GOOD, changed(name="Huỳnh Bé Ba", number="", born="01/01/1949")))
    with reaching(tu.reach):
        assert actions.keep_list(shown.id, actor=tu, now=NOW).kept == 1
        actions.settle_row(shown.id, rows[1].line, choice=Choice.NEW, person=None, actor=tu, now=NOW)
        assert queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION).kept == 2


def test_a_doubt_that_is_settled_while_its_list_is_being_kept_is_put_on_record() -> None:
    tu = officer()
    shown, rows = examined(tu, csv_of(GOOD, changed(name="Huỳnh Bé Ba", number="", born="01/01/1949")))
    with reaching(tu.reach):
        actions.keep_list(shown.id, actor=tu, now=NOW)
        database.run("update campaigns_list set state = 'keeping' where id = %s", [shown.id])
        actions.settle_row(shown.id, rows[1].line, choice=Choice.NEW, person=None, actor=tu, now=NOW)
        assert queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION).kept == 2
        with pytest.raises(RowSettled):
            actions.settle_row(shown.id, rows[1].line, choice=Choice.LEAVE, person=None, actor=tu, now=NOW)
    assert queries.demand(CODE, [("2021", WARD)])["2021", WARD].registered == 2


def test_a_list_that_cannot_be_kept_holds_up_no_other(as_worker: object, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = [examined(officer(), csv_of(changed(name=name, number="")))[0].id for name in ("Lê Thị Một", "Lê Thị Hai")]
    keep_next = lists_module._keep_next

    def failing(identifier: UUID, parts: int, *, now: datetime) -> bool:
        if identifier == lists[0]:
            raise CampaignOver(campaign=CODE)
        return keep_next(identifier, parts, now=now)

    monkeypatch.setattr(lists_module, "_keep_next", failing)
    with as_worker():  # type: ignore[operator]  # a fixture of the run
        database.run("update campaigns_list set state = 'keeping', decided_at = uploaded_at")
        assert actions.keep_waiting(now=NOW) == 1
        states = database.rows("select id, state from campaigns_list")
    assert dict(states) == {lists[0]: "keeping", lists[1]: "kept"}


def test_a_list_is_locked_before_its_parts_so_that_keeping_and_settling_wait_and_never_block_each_other(
    as_worker: Callable[[], AbstractContextManager[None]], owner_connection: psycopg.Connection
) -> None:
    shown, _ = examined(officer(), csv_of(GOOD))
    kept: list[int] = []

    def keep() -> None:
        try:
            with as_worker():
                kept.append(actions.keep_waiting(now=NOW))
        finally:
            connections.close_all()

    keeper = Thread(target=keep)
    owner_connection.execute("update campaigns_list set state = 'keeping', decided_at = uploaded_at")
    with owner_connection.transaction():
        owner_connection.execute("select from campaigns_list for update")
        keeper.start()
        while keeper.is_alive() and not owner_connection.execute("select from pg_locks where not granted").fetchall():
            pass
        parts = owner_connection.execute("select list from campaigns_listpart for update nowait").fetchall()
        assert parts == [(shown.id,)], "whoever settles a row and holds the list gets its parts too"
    keeper.join()
    assert kept == [1]


def test_every_doubt_of_a_long_list_is_reached_however_many_above_it_were_settled() -> None:
    tu = officer()
    doubtful = [changed(name=f"Huỳnh Bé {letter}", number="", born="01/01/1949") for letter in "ABCDE"]
    shown, rows = examined(tu, csv_of(*doubtful))
    assert {row.result for row in rows} == {Result.DOUBT}
    with reaching(tu.reach):
        for row in rows[:3]:
            actions.settle_row(shown.id, row.line, choice=Choice.LEAVE, person=None, actor=tu, now=NOW)
        left = queries.doubts_of(shown.id, actor=tu, purpose=REGISTRATION, limit=3)
        (last,) = queries.doubts_of(shown.id, actor=tu, purpose=REGISTRATION, after=rows[3].line, limit=1)
    assert [row.line for row in left] == [row.line for row in rows[3:]]
    assert last.line == rows[4].line


def test_a_list_too_long_to_wait_for_is_answered_once_and_by_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WHILE_WAITING", 2)
    answered: list[int] = []
    answer = Likeness.answer

    def noting(self: Likeness, waiting: list[tuple[int, Read]], *, now: datetime) -> list[ListRow]:
        answered.append(len(waiting))
        return answer(self, waiting, now=now)

    monkeypatch.setattr(Likeness, "answer", noting)
    tu = officer()
    short, _ = examined(tu, csv_of(GOOD, changed(number="")))
    long, _ = examined(tu, csv_of(GOOD, changed(number=""), changed(name="Võ Thúy Ái", number="")))
    assert (short.state, long.state, answered) == (ListState.OPEN, ListState.READING, [2])


def test_a_file_that_swells_is_left_to_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SMALL_UNPACKED", 100_000)
    sheet = xlsx_file([HEADER, GOOD, *([["", "", "x" * 200_000]])])
    assert len(sheet) < reading.SMALL_UNPACKED < cells.unpacked_bytes(sheet)
    shown, rows = examined(officer(), sheet)
    assert (shown.state, rows) == (ListState.READING, [])


def test_the_number_of_somebody_else_is_a_doubt_and_one_of_another_ward_says_nothing() -> None:
    tu, elsewhere = officer(), officer(OTHER_WARD)
    actions.register(
        [wish(ward=OTHER_WARD, person_told=block("Ai Đó", number="079171004512"))],
        actor=elsewhere,
        now=NOW,
        channel=Channel.DESK,
    )
    _, (row,) = examined(tu, csv_of(GOOD))
    assert (row.result, row.candidates) == (Result.NEW, [])
    actions.register(
        [wish(person_told=block("Ai Kia", number="079171004519"))], actor=tu, now=NOW, channel=Channel.DESK
    )


def test_a_row_is_shown_as_it_will_be_stored_without_what_turns_its_direction() -> None:
    _, (row,) = examined(officer(), csv_of(changed(name="\u202eLê Thị\u200b Hường")))
    assert (row.result, row.cells[1]) == (Result.NEW, "Lê Thị Hường")
    assert row.block is not None
    assert row.block.name == "Lê Thị Hường"


def test_the_same_number_twice_in_a_file_names_the_line_above() -> None:
    _, rows = examined(officer(), csv_of(GOOD, GOOD))
    assert [(row.result, row.facts) for row in rows] == [(Result.NEW, {}), (Result.DOUBT, {"line": "2"})]


def test_somebody_elses_list_is_not_there() -> None:
    tu, colleague = officer(), officer()
    shown, _ = examined(tu, csv_of(GOOD))
    for stranger in (colleague, officer(OTHER_WARD)):
        with reaching(stranger.reach):
            for asked in (
                lambda: queries.list_shown(shown.id, actor=stranger, purpose=REGISTRATION),  # noqa: B023 - asked at once
                lambda: queries.list_rows(shown.id, actor=stranger, purpose=REGISTRATION),  # noqa: B023 - same
                lambda: actions.keep_list(shown.id, actor=stranger, now=NOW),  # noqa: B023 - same
                lambda: actions.drop_list(shown.id, actor=stranger, now=NOW),  # noqa: B023 - same
            ):
                with pytest.raises(ListUnknown):
                    asked()
    with pytest.raises(NotPermitted):
        examined(tu, csv_of(GOOD), commune=OTHER_WARD)


def test_a_list_thrown_away_is_gone(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    shown, _ = examined(tu, csv_of(GOOD))
    with reaching(tu.reach):
        actions.drop_list(shown.id, actor=tu, now=NOW)
        with pytest.raises(ListSettled):
            actions.keep_list(shown.id, actor=tu, now=NOW)
    assert owner_connection.execute("select max(length(sealed)) from campaigns_listpart").fetchone() == (0,)


def test_a_list_waits_sealed(owner_connection: psycopg.Connection) -> None:
    examined(officer(), csv_of(GOOD))
    for table in ("campaigns_list", "campaigns_listpart"):
        dumped = str(owner_connection.execute(f"select t::text from {table} t").fetchall())
        for secret in ("Hường", "079171004512", "0902"):
            assert secret.encode().hex() not in dumped


def test_a_month_after_its_decision_nothing_of_a_lists_rows_is_left(
    owner_connection: psycopg.Connection, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    tu = officer()
    doubtful = changed(born="01/01/1971", number="")
    left_lying, _ = examined(tu, csv_of(GOOD))
    kept, rows = examined(tu, csv_of(GOOD, doubtful))
    with reaching(tu.reach):
        actions.keep_list(kept.id, actor=tu, now=NOW)
    late = NOW + timedelta(days=31)
    with reaching(tu.reach):
        recent = actions.examine_list(
            uuid7(late), name="b.csv", content=csv_of(GOOD), campaign=CODE, commune=WARD, actor=tu, now=late
        )
    with as_worker():
        actions.forget_lists(now=late)
    lying = owner_connection.execute("select list, sealed <> '' from campaigns_listpart").fetchall()
    assert dict(lying) == {left_lying.id: False, kept.id: False, recent.id: True}
    assert count(owner_connection, "people_person") == 1
    with reaching(tu.reach):
        told = queries.list_shown(kept.id, actor=tu, purpose=REGISTRATION)
        assert (told.state, told.kept) == (ListState.FORGOTTEN, 1)
        assert queries.list_rows(kept.id, actor=tu, purpose=REGISTRATION) == []
        with pytest.raises(ListSettled):
            actions.settle_row(kept.id, rows[1].line, choice=Choice.NEW, person=None, actor=tu, now=late)
        with pytest.raises(ListSettled):
            actions.keep_list(left_lying.id, actor=tu, now=late)


def test_a_long_list_is_read_page_by_page_and_kept_by_the_job(
    monkeypatch: pytest.MonkeyPatch, as_worker: object
) -> None:
    monkeypatch.setattr("tiemchung.domain.campaigns.actions.lists.WHILE_WAITING", 10)
    tu = officer()
    rows = [
        changed(name=f"Lê Thị {letter}{other}", number="")
        for letter in "ABCDEFGHIKLMNOPQRSTU"
        for other in "xyzwvutsrqpo"
    ]
    shown, first = examined(tu, csv_of(*rows))
    with reaching(tu.reach):
        second = queries.list_rows(shown.id, actor=tu, purpose=REGISTRATION, after=first[-1].line, limit=500)
        assert [row.line for row in [*first, *second]] == list(range(2, 242))
        assert actions.keep_list(shown.id, actor=tu, now=NOW).state is ListState.KEEPING
    with as_worker():  # type: ignore[operator]  # a fixture of the run
        assert actions.keep_waiting(now=NOW) == 1
    with reaching(tu.reach):
        assert queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION).kept == 240
    assert queries.demand(CODE, [("2021", WARD)])["2021", WARD].registered == 240


@pytest.fixture
def by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be one that a job reads in small pieces, three rows a transaction and two transactions a turn."""
    for name, value in (("SMALL", 0), ("AT_ONCE", 3), ("PART", 2), ("STEPS", 2)):
        monkeypatch.setattr(reading, name, value)
    monkeypatch.setattr(filing, "PIECE", 50)


def answers(rows: list[ListRow]) -> list[tuple[object, ...]]:
    return [(row.line, row.result, row.reason, row.facts, row.cells, row.candidates, row.person) for row in rows]


MANY_ROWS = (
    GOOD,
    changed(name="Võ Thúy Ái", number=""),
    changed(number="", born="31/02/1980"),
    changed(name="Trần Thị Tư", born="02/03/1987", number=""),
    changed(name="Lê Văn Năm", number="", born="1950"),
    GOOD,
    changed(name="", number=""),
    changed(name="Võ Thúy Ái", number=""),
    changed(name="Ai Đó", number="079171004512"),
)
MANY = csv_of(*MANY_ROWS)
"""Rows of each answer; some are like one above, on the other side of a transaction."""


@pytest.fixture
def somebody_known() -> Actor:
    tu = officer()
    actions.register([wish(person_told=block("Trần Thị Tư", number=None))], actor=tu, now=NOW, channel=Channel.DESK)
    far = wish(ward=OTHER_WARD, person_told=block("Võ Thúy Ái", number=None))
    actions.register([far], actor=officer(OTHER_WARD), now=NOW, channel=Channel.DESK)
    return tu


def read_by_the_job(as_worker: Callable[[], AbstractContextManager[None]], *, turns: int = 10) -> None:
    with as_worker():
        for _turn in range(turns):
            for identifier, commune in actions.waiting_to_be_read():
                actions.read_list(identifier, commune=commune)


@pytest.mark.parametrize("content", [MANY, xlsx_file([HEADER, *MANY_ROWS])], ids=["csv", "xlsx"])
def test_a_long_file_is_answered_by_the_job_as_a_short_one_is_at_once(
    content: bytes,
    somebody_known: Actor,
    as_worker: Callable[[], AbstractContextManager[None]],
    owner_connection: psycopg.Connection,
    request: pytest.FixtureRequest,
) -> None:
    tu = somebody_known
    _, at_once = examined(tu, content)
    request.getfixturevalue("by_a_job")
    shown, rows = examined(tu, content)
    assert (shown.state, shown.rows, rows) == (ListState.READING, 0, [])
    with reaching(tu.reach), pytest.raises(ListBeingRead):
        actions.keep_list(shown.id, actor=tu, now=NOW)
    read_by_the_job(as_worker, turns=1)
    with reaching(tu.reach):
        assert queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION).rows == 6, "and others have their turn"
    read_by_the_job(as_worker)
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION)
        rows = queries.list_rows(shown.id, actor=tu, purpose=REGISTRATION)
        assert (told.state, told.rows, told.header[1]) == (ListState.OPEN, 9, "Họ và tên")
        assert answers(rows) == answers(at_once)
        assert {row.reason for row in rows} >= {"above", "like-known", "new", "no-such-day"}
        assert actions.keep_list(shown.id, actor=tu, now=NOW).kept == told.certain
    assert count(owner_connection, "campaigns_listfile") == 0, "the file itself is gone"


@pytest.mark.parametrize("content", [MANY, xlsx_file([HEADER, *MANY_ROWS])], ids=["csv", "xlsx"])
def test_a_turn_of_the_job_reads_no_row_that_was_read_before(
    content: bytes,
    as_worker: Callable[[], AbstractContextManager[None]],
    by_a_job: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del by_a_job
    tu = officer()
    examined(tu, content)
    turns: list[list[str]] = []

    def watched(source: cells.Source, form: cells.Form, *, offset: int = 0) -> Iterator[tuple[cells.Row, int]]:
        turns.append([])
        for row, behind in cells.text.rows_from(source, form, offset=offset):
            turns[-1].append(row[1])
            yield row, behind

    monkeypatch.setattr(cells, "rows_from", watched)
    read_by_the_job(as_worker)
    opening, *read = turns
    assert opening == ["Họ và tên", *(row[1] for row in MANY_ROWS)]
    assert read == [[row[1] for row in MANY_ROWS[:6]], [row[1] for row in MANY_ROWS[6:]]]


def test_a_job_that_was_cut_off_goes_on_where_it_was_and_answers_no_row_twice(
    somebody_known: Actor,
    as_worker: Callable[[], AbstractContextManager[None]],
    by_a_job: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del by_a_job
    tu = somebody_known
    shown, _ = examined(tu, MANY)
    put = reading._put

    def cut_off(of_list: reading._OfList, rows: list[ListRow], *, upto: int, behind: int, seen: bytes) -> bool:
        put(of_list, rows, upto=upto, behind=behind, seen=seen)
        if upto > 4:
            raise InterruptedError
        return True

    with monkeypatch.context() as cut:
        cut.setattr(reading, "_put", cut_off)
        with pytest.raises(InterruptedError):
            read_by_the_job(as_worker)
    with reaching(tu.reach):
        assert queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION).rows == 3
    read_by_the_job(as_worker)
    with reaching(tu.reach):
        rows = queries.list_rows(shown.id, actor=tu, purpose=REGISTRATION)
        told = queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION)
    assert [row.line for row in rows] == list(range(2, 11))
    assert sum(told.counts.values()) == told.rows == 9
    assert rows[5].facts == {"line": "2"}, "a row is held beside those that were answered before the cut"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 no workbook at all", "broken"),
        (csv_of(GOOD, GOOD, GOOD, GOOD, GOOD), "too-long"),
        (csv_of(), "no-rows"),
    ],
)
def test_a_file_that_only_reading_shows_to_be_no_list_says_so_and_leaves_nothing(
    content: bytes,
    reason: str,
    as_worker: Callable[[], AbstractContextManager[None]],
    owner_connection: psycopg.Connection,
    by_a_job: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del by_a_job
    monkeypatch.setattr(reading, "MOST_ROWS", 4)
    tu = officer()
    shown, _ = examined(tu, content)
    read_by_the_job(as_worker)
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION)
        assert (told.state, told.fault) == (ListState.UNREADABLE, reason)
        with pytest.raises(ListSettled):
            actions.keep_list(shown.id, actor=tu, now=NOW)
    assert count(owner_connection, "campaigns_listfile") == 0
    assert owner_connection.execute("select coalesce(max(length(sealed)), 0) from campaigns_listpart").fetchone() == (
        0,
    )


def test_a_file_thrown_away_while_it_is_read_is_read_no_further(
    as_worker: Callable[[], AbstractContextManager[None]], owner_connection: psycopg.Connection, by_a_job: None
) -> None:
    del by_a_job
    tu = officer()
    shown, _ = examined(tu, MANY)
    read_by_the_job(as_worker, turns=1)
    with reaching(tu.reach):
        actions.drop_list(shown.id, actor=tu, now=NOW)
    read_by_the_job(as_worker)
    assert owner_connection.execute("select state, rows from campaigns_list").fetchall() == [("dropped", 6)]
    assert count(owner_connection, "campaigns_listfile") == 0


def test_a_list_thrown_away_while_its_header_is_read_does_not_get_it_back(
    as_worker: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SMALL", 0)
    tu = officer()
    shown, _ = examined(tu, MANY)

    def dropped_meanwhile(rows: Iterable[list[str]], *, said: Mapping[str, dict[str, int]]) -> Table:
        with reaching(tu.reach):
            actions.drop_list(shown.id, actor=tu, now=NOW)
        return table_of(rows, said=said)

    monkeypatch.setattr(reading, "table_of", dropped_meanwhile)
    read_by_the_job(as_worker, turns=1)
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=REGISTRATION)
    assert (told.state, told.header) == (ListState.DROPPED, [])
