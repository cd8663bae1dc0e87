from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

import psycopg
import pytest

from tests.chair import dose, record
from tests.domain.campaigns.files import GOOD, changed, csv_of
from tests.domain.campaigns.test_lists import count, examined
from tests.domain.campaigns.wards import CODE, NOW, WARD, block, officer, wish
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.actions import undoing
from tiemchung.domain.campaigns.actions.lists import AT_ONCE
from tiemchung.domain.campaigns.errors import ListSettled, ListUnknown
from tiemchung.domain.campaigns.values import Channel, Choice, ListState, Remark, Result
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.spreadsheets import xlsx_file

ASKED = Purpose.REGISTRATION
pytestmark = pytest.mark.usefixtures("campaign")


def kept(tu: Actor, content: bytes) -> UUID:
    shown, _ = examined(tu, content)
    with reaching(tu.reach):
        actions.keep_list(shown.id, actor=tu, now=NOW)
    return shown.id


def waiting() -> int:
    return queries.demand(CODE, [("2021", WARD)])["2021", WARD].registered


def test_whoever_is_on_the_campaign_s_list_already_is_told_apart_from_whoever_is_only_known() -> None:
    tu = officer()
    kept(tu, csv_of(GOOD))
    shown, (row, again) = examined(tu, csv_of(GOOD, GOOD))
    assert (row.result, row.reason) == (Result.MATCH, Remark.LISTED)
    assert (again.result, again.reason) == (Result.DOUBT, Remark.ABOVE)
    assert shown.remarks == {Remark.ABOVE: 1, Remark.LISTED: 1, Remark.VACCINATED: 0}
    with reaching(tu.reach):
        of_remark = queries.list_rows(shown.id, actor=tu, purpose=ASKED, result=Remark.LISTED)
        of_file = queries.list_rows(shown.id, actor=tu, purpose=ASKED, result=Remark.ABOVE)
    assert ([one.line for one in of_remark], [one.line for one in of_file]) == ([row.line], [again.line])


def test_whoever_has_had_a_dose_is_told_so_and_that_somebody_was_told_is_logged(
    owner_connection: psycopg.Connection,
) -> None:
    tu = officer()
    kept(tu, csv_of(GOOD))
    found = owner_connection.execute("select id from people_person").fetchone()
    assert found is not None
    record(dose(found[0]))
    shown, (row,) = examined(tu, csv_of(GOOD))
    assert (row.result, row.reason, row.facts["doses"]) == (Result.MATCH, Remark.VACCINATED, "1")
    assert shown.remarks[Remark.VACCINATED] == 1
    looked = owner_connection.execute("select person_id, actor, purpose from journal_view").fetchall()
    assert looked == [(found[0], tu.id, Purpose.REGISTRATION)]


def test_a_row_without_a_number_matches_by_name_birth_and_phone_and_by_less_it_is_a_doubt() -> None:
    tu = officer()
    told = block("Trần Thị Tư", number=None, phone="0902118340")
    actions.register([wish(person_told=told)], actor=tu, now=NOW, channel=Channel.DESK)
    same = {"name": "TRAN THI TU", "born": "02/03/1987", "number": "", "phone": "0902 118 340"}
    for cells, expected in (
        (same, (Result.MATCH, Remark.LISTED)),
        ({**same, "phone": "0903 551 218"}, (Result.DOUBT, "like-known")),
        ({**same, "born": "1987"}, (Result.DOUBT, "like-known")),
    ):
        _, (row,) = examined(tu, csv_of(changed(**cells)))
        assert (row.result, row.reason) == expected, cells


def test_a_matching_row_may_be_left_out_or_kept_beside_whom_it_is_like(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    kept(tu, csv_of(GOOD))
    shown, (row,) = examined(tu, csv_of(GOOD))
    with reaching(tu.reach):
        actions.settle_row(shown.id, row.line, choice=Choice.LEAVE, person=None, actor=tu, now=NOW)
        assert queries.list_shown(shown.id, actor=tu, purpose=ASKED).certain == 0
        actions.settle_row(shown.id, row.line, choice=Choice.NEW, person=None, actor=tu, now=NOW)
        assert actions.keep_list(shown.id, actor=tu, now=NOW).kept == 1
    assert count(owner_connection, "people_person") == 2


def test_a_list_is_undone_once_and_takes_nobody_else_off(owner_connection: psycopg.Connection) -> None:
    tu = officer()
    kept(tu, csv_of(GOOD))
    second = kept(tu, csv_of(GOOD, changed(name="Võ Thúy Ái", number=""), changed(name="Lý Bảo Khánh", number="")))
    assert waiting() == 3
    for _ in range(2):
        with reaching(tu.reach):
            undone = actions.undo_list(second, actor=tu, now=NOW)
        assert (undone.state, undone.undone) == (ListState.UNDONE, 2)
    assert waiting() == 1
    told = owner_connection.execute(
        "select count(*) from journal_entry where kind = 'registration-withdrawn'"
    ).fetchone()
    assert told == (2,)
    assert count(owner_connection, "people_person") == 3
    with reaching(tu.reach), pytest.raises(ListSettled):
        actions.keep_list(second, actor=tu, now=NOW)
    shown, (row,) = examined(tu, csv_of(changed(name="Võ Thúy Ái", number="")))
    assert (row.result, row.reason) == (Result.MATCH, "match-phone"), "who was taken off the list is known as before"
    with reaching(tu.reach):
        assert actions.keep_list(shown.id, actor=tu, now=NOW).kept == 1
    assert (waiting(), count(owner_connection, "people_person")) == (2, 3)


def test_what_was_not_kept_or_is_another_s_is_not_undone() -> None:
    tu = officer()
    shown, _ = examined(tu, csv_of(GOOD))
    with reaching(tu.reach), pytest.raises(ListSettled):
        actions.undo_list(shown.id, actor=tu, now=NOW)
    other, done = officer(), kept(tu, csv_of(GOOD))
    with reaching(other.reach), pytest.raises(ListUnknown):
        actions.undo_list(done, actor=other, now=NOW)
    assert waiting() == 1


def test_an_undoing_that_was_cut_off_goes_on_where_it_stopped(
    as_worker: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tu = officer()
    names = ("Võ Thúy Ái", "Lý Bảo Khánh", "Đỗ Thị Ngọc")
    monkeypatch.setattr("tiemchung.domain.campaigns.actions.reading.PART", 1)
    long = kept(tu, csv_of(*[changed(name=name, number="") for name in names]))
    monkeypatch.setattr(undoing, "PART", AT_ONCE)
    with as_worker():
        database.run("update campaigns_list set state = 'undoing' where id = %s", [long])
        assert undoing.undo_next(long, 1, now=NOW)
    assert waiting() == len(names) - 1
    with as_worker():
        assert actions.undo_waiting(now=NOW) == 1
        assert actions.undo_waiting(now=NOW) == 0
    assert waiting() == 0


def test_a_list_that_cannot_be_undone_holds_up_no_other(
    as_worker: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tu, undo_next = officer(), undoing.undo_next
    lists = [kept(tu, csv_of(changed(name=name, number=""))) for name in ("Lê Thị Một", "Lê Thị Hai")]

    def failing(identifier: UUID, parts: int, *, now: datetime) -> bool:
        if identifier == lists[0]:
            raise ListSettled
        return undo_next(identifier, parts, now=now)

    monkeypatch.setattr(undoing, "undo_next", failing)
    with as_worker():
        database.run("update campaigns_list set state = 'undoing'")
        assert actions.undo_waiting(now=NOW) == 1
        states = database.rows("select id, state from campaigns_list")
    assert dict(states) == {lists[0]: "undoing", lists[1]: "undone"}
    assert waiting() == 1


def test_pasted_rows_are_read_with_a_header_or_without() -> None:
    tu = officer()
    row = ["Lê Thị Hường", "09/11/1971", "Nữ", "079171004512", "0902 118 340", "9"]
    header = ["Họ tên", "Năm sinh", "Phái", "CCCD", "SĐT", "Nhóm"]
    for lines in ([row], [header, row]):
        _, (read,) = examined(tu, actions.pasted_file("\r\n".join("\t".join(line) for line in lines)))
        assert read.block is not None
        assert (read.block.name, read.block.born, read.target_group) == ("Lê Thị Hường", "1971-11-09", "09")


def test_a_file_tells_how_many_lines_it_has_before_it_is_read() -> None:
    tu = officer()
    rows = [GOOD, changed(name="Võ Thúy Ái", number="")]
    assert examined(tu, csv_of(*rows))[0].expected == len(rows)
    assert examined(tu, xlsx_file([["Họ tên", "Ngày sinh"], ["Lê Thị Hường", "1971"]]))[0].expected == 0
