"""A header of somebody's own: said once, and every later list of the ward is read so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import psycopg
import pytest

from tests.domain.campaigns.wards import CODE, NOW, OTHER_WARD, WARD, officer
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.actions import heading, reading
from tiemchung.domain.campaigns.errors import ColumnsIncomplete, ListUnreadable
from tiemchung.domain.campaigns.values import ListShown, Result
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("campaign")
HEADER = ["Mã", "Bà con", "Sinh", "Thẻ", "Gọi"]
COLUMNS = {"name": 1, "born": 2, "number": 3, "phone": 4}
FILE = "Mã;Bà con;Sinh;Thẻ;Gọi\n7;Lê Thị Hường;09/11/1971;079171004512;0902118340\n".encode()


def brought(tu: Actor, content: bytes = FILE, *, ward: str = WARD) -> ListShown:
    with reaching(tu.reach):
        return actions.examine_list(
            uuid7(NOW), name="a.csv", content=content, campaign=CODE, commune=ward, actor=tu, now=NOW
        )


def said(tu: Actor, columns: dict[str, int] = COLUMNS, *, header: list[str] = HEADER, ward: str = WARD) -> None:
    actions.remember_columns(header, columns, commune=ward, actor=tu, now=NOW)


def test_a_list_under_a_header_that_was_said_is_read_so_whoever_of_the_ward_brings_it() -> None:
    with pytest.raises(ListUnreadable):
        brought(officer())
    said(officer())
    binh = officer()
    shown = brought(binh, b"DANH SACH TO 12\n" + FILE.replace(b";Sinh;", b"; SINH ;"))
    with reaching(binh.reach):
        (row,) = queries.list_rows(shown.id, actor=binh, purpose=Purpose.REGISTRATION)
    assert (shown.columns, row.result) == (COLUMNS, Result.NEW)
    assert row.block is not None
    assert (row.block.name, row.block.born, row.block.phone) == ("Lê Thị Hường", "1971-11-09", "0902118340")
    with pytest.raises(ListUnreadable):
        brought(officer(OTHER_WARD), ward=OTHER_WARD)


def test_what_was_said_goes_before_the_words_of_a_header_until_it_is_forgotten() -> None:
    tu, header = officer(), ["Họ tên", "Ngày sinh", "Họ tên cha"]
    content = "Họ tên;Ngày sinh;Họ tên cha\nLê Văn A;1990;Lê Văn B\n".encode()
    assert brought(tu, content).columns == {"name": 0, "born": 1}
    said(tu, {"name": 2, "born": 1}, header=header)
    assert brought(tu, content).columns == {"name": 2, "born": 1}
    said(tu, {"name": 0, "born": 1}, header=header)
    with reaching(tu.reach):
        (known,) = queries.headings_of(WARD)
    assert known.columns == {"name": 0, "born": 1}
    actions.forget_columns(known.mark, commune=WARD, actor=tu)
    with reaching(tu.reach):
        assert queries.headings_of(WARD) == []


def test_a_job_reads_a_long_list_by_what_was_said(
    monkeypatch: pytest.MonkeyPatch, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    monkeypatch.setattr(reading, "SMALL", 0)
    tu = officer()
    said(tu)
    shown = brought(tu)
    with as_worker():
        actions.read_list(shown.id, commune=WARD)
    with reaching(tu.reach):
        told = queries.list_shown(shown.id, actor=tu, purpose=Purpose.REGISTRATION)
    assert (told.columns, told.rows) == (COLUMNS, 1)


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"name": 1}, "born"),
        ({"born": 1}, "name"),
        ({"name": 1, "born": 1}, "name"),
        ({"name": 1, "born": 5}, "born"),
        ({"name": 1, "born": 2, "purse": 3}, "purse"),
    ],
)
def test_columns_that_make_no_list_are_refused(columns: dict[str, int], field: str) -> None:
    with pytest.raises(ColumnsIncomplete) as refused:
        said(officer(), columns)
    assert refused.value.facts["field"] == field


def test_nobody_says_or_reads_the_headers_of_another_ward() -> None:
    tu, far = officer(), officer(OTHER_WARD)
    said(tu)
    with pytest.raises(NotPermitted):
        said(far)
    with pytest.raises(NotPermitted):
        actions.forget_columns(bytes(16), commune=WARD, actor=far)
    with reaching(far.reach):
        assert queries.headings_of(WARD) == []


def test_a_header_lies_sealed_and_what_was_said_longest_ago_makes_room(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heading, "MOST_HEADINGS", 2)
    tu = officer()
    for number in range(3):
        actions.remember_columns(
            [*HEADER, str(number)], COLUMNS, commune=WARD, actor=tu, now=NOW + timedelta(minutes=number)
        )
    with reaching(tu.reach):
        assert [one.header[-1] for one in queries.headings_of(WARD)] == ["2", "1"]
    found = owner_connection.execute("select sealed from campaigns_listheading").fetchall()
    assert len(found) == 2
    assert all("Bà con".encode() not in bytes(sealed) for (sealed,) in found)
