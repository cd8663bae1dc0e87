from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection

from tiemchung.plumbing import reference
from tiemchung.plumbing.reference import Changes, Remembered, put, put_all, remember_all

COLUMNS = {"code": "text", "name": "text", "born": "date", "size": "integer"}
HANOI: dict[str, Any] = {"code": "01", "name": "Hà Nội", "born": None, "size": 3}
HUE: dict[str, Any] = {"code": "46", "name": "Huế", "born": "1975-03-26", "size": None}


@pytest.fixture
def _table(owner_connection: psycopg.Connection) -> Iterator[None]:
    owner_connection.execute("create table towns (code text primary key, name text, born date, size integer)")
    owner_connection.execute("grant all on towns to tiemchung_app")
    yield
    owner_connection.execute("drop table towns")


def told() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("select code, name, born::text, size from towns order by code")
        return list(cursor.fetchall())


@pytest.mark.usefixtures("_table", "db")
class TestPuttingRows:
    def test_rows_are_added_then_altered_then_left_alone(self) -> None:
        assert put("towns", COLUMNS, [HANOI, HUE], key=("code",)) == Changes(added=2)
        assert put("towns", COLUMNS, [HANOI, {**HUE, "size": 4}], key=("code",)) == Changes(altered=1)
        assert put("towns", COLUMNS, [HANOI], key=("code",)) == Changes()
        assert told() == [("01", "Hà Nội", None, 3), ("46", "Huế", "1975-03-26", 4)]

    def test_what_is_not_told_is_removed_only_where_all_is_told(self) -> None:
        put_all("towns", COLUMNS, [HANOI, HUE], key=("code",))
        assert put_all("towns", COLUMNS, [{**HUE, "name": "Thừa Thiên"}], key=("code",)) == Changes(
            altered=1, removed=1
        )
        assert told() == [("46", "Thừa Thiên", "1975-03-26", None)]
        assert put_all("towns", COLUMNS, [], key=("code",)) == Changes(removed=1)

    def test_a_table_of_keys_alone_is_filled_too(self) -> None:
        columns = {"code": "text"}
        assert put("towns", columns, [{"code": "01"}, {"code": "46"}], key=("code",)) == Changes(added=2)
        assert put("towns", columns, [{"code": "01"}], key=("code",)) == Changes()

    def test_a_value_is_never_read_as_sql(self) -> None:
        name = "'); drop table towns; --"
        put("towns", COLUMNS, [{**HANOI, "name": name}], key=("code",))
        assert told()[0][1] == name


class Shelf:
    def __init__(self) -> None:
        self.edition, self.reads = 1, 0

    def read(self) -> int:
        self.reads += 1
        return self.edition


def test_what_is_remembered_is_read_again_only_when_its_edition_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    remembered = Remembered(shelf.read, edition=lambda: shelf.edition)
    assert [remembered.get(), remembered.get(), shelf.reads] == [1, 1, 1]
    shelf.edition = 2
    assert remembered.get() == 1  # not yet looked at
    monkeypatch.setattr(reference, "RECHECK_SECONDS", 0.0)
    remembered.forget()
    assert [remembered.get(), remembered.get(), shelf.reads] == [2, 2, 2]
    shelf.edition = 3
    assert [remembered.get(), shelf.reads] == [3, 3]


def test_one_thread_reads_while_the_others_go_on_with_what_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "RECHECK_SECONDS", 0.0)
    shelf = Shelf()
    remembered = Remembered(shelf.read, edition=lambda: shelf.edition)
    assert remembered.get() == 1
    reading, may_end = threading.Event(), threading.Event()

    def slowly() -> int:
        reading.set()
        assert may_end.wait(timeout=10)
        return shelf.read()

    monkeypatch.setattr(remembered, "_read", slowly)
    shelf.edition = 2
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(remembered.get)
        assert reading.wait(timeout=10)
        assert (remembered.get(), shelf.reads) == (1, 1)
        may_end.set()
        assert reader.result() == 2
    assert (remembered.get(), shelf.reads) == (2, 2)


def test_many_threads_that_know_nothing_yet_read_once() -> None:
    shelf = Shelf()
    barrier = threading.Barrier(4)

    def slowly() -> int:
        time.sleep(0.05)
        return shelf.read()

    remembered = Remembered(slowly, edition=lambda: shelf.edition)

    def ask() -> int:
        barrier.wait(timeout=10)
        return remembered.get()

    with ThreadPoolExecutor(4) as pool:
        assert [asked.result() for asked in [pool.submit(ask) for _ in range(4)]] == [1] * 4
    assert shelf.reads == 1


def test_all_is_remembered_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    remembered = Remembered(shelf.read, edition=lambda: shelf.edition)
    monkeypatch.setattr(reference, "_REMEMBERED", {remembered})
    remember_all()
    assert shelf.reads == 1
    assert (remembered.get(), shelf.reads) == (1, 1)
