"""Reference rows in the database: put there as one statement, and kept in memory by those who read them."""

from __future__ import annotations

import json
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tiemchung.plumbing import database

RECHECK_SECONDS = 10.0
"""How long a process may go on with reference rows that another process has loaded anew."""

Kept = TypeVar("Kept")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """How many rows a load added, altered and removed; all 0 when it was told nothing new."""

    added: int = 0
    altered: int = 0
    removed: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            added=self.added + other.added,
            altered=self.altered + other.altered,
            removed=self.removed + other.removed,
        )


def put(table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]) -> Changes:
    """Add rows and alter those that differ, in one statement; rows of the table that are not told stay.

    `columns` maps each column to its SQL type. Names are constants of ours; values travel as one JSON document.
    """
    return _counted(f"WITH {_told(columns)}, {_written(table, columns, key)} {_COUNTS.format(removed='0')}", rows)


def put_all(
    table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> Changes:
    """Do what `put` does, and remove the rows that are not told: afterwards the table holds these and no others."""
    same = " AND ".join(f"held.{name} = told.{name}" for name in key)
    gone = f"gone AS (DELETE FROM {table} held WHERE NOT EXISTS (SELECT FROM told WHERE {same}) RETURNING 1)"
    counts = _COUNTS.format(removed="(SELECT count(*) FROM gone)")
    return _counted(f"WITH {_told(columns)}, {gone}, {_written(table, columns, key)} {counts}", rows)


class Remembered(Generic[Kept]):
    """Something read from reference tables, kept in this process until its edition changes.

    One thread of a process reads, for a country's units take a second that nobody should spend eight times; the others go
    on with what is held, or wait when there is nothing yet.
    """

    def __init__(self, read: Callable[[], Kept], *, edition: Callable[[], Hashable]) -> None:
        self._read = read
        self._edition = edition
        self._held: tuple[float, Hashable, Kept] | None = None
        self._turn = threading.RLock()
        _REMEMBERED.add(self)

    def get(self) -> Kept:
        """Return what was read, at most `RECHECK_SECONDS` and one reading behind the tables."""
        held = self._held
        if held and time.monotonic() < held[0]:
            return held[2]
        mine = self._turn.acquire(blocking=held is None)
        if not mine and held:
            return held[2]
        try:
            return self._look()
        finally:
            self._turn.release()

    def _look(self) -> Kept:
        held, now = self._held, time.monotonic()
        if held and now < held[0]:
            return held[2]
        edition = self._edition()
        kept = held[2] if held and held[1] == edition else self._read()
        self._held = (now + RECHECK_SECONDS, edition, kept)
        return kept

    def forget(self) -> None:
        """Read anew the next time: the tables were changed by this process."""
        self._held = None


_REMEMBERED: weakref.WeakSet[Remembered[Any]] = weakref.WeakSet()


def remember_all() -> None:
    """Read everything that this process will remember, before its first writing transaction would have to wait for it.

    Knows what the modules imported so far have declared.
    """
    for remembered in list(_REMEMBERED):
        remembered.get()


_COUNTS = "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), {removed} FROM written"


def _told(columns: Mapping[str, str]) -> str:
    shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"told AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS rows({shape}))"


def _written(table: str, columns: Mapping[str, str], key: Sequence[str]) -> str:
    names = ", ".join(columns)
    others = [name for name in columns if name not in key]
    if not others:
        return f"written AS (INSERT INTO {table} ({names}) SELECT {names} FROM told ON CONFLICT DO NOTHING RETURNING true AS is_new)"
    altered = ", ".join(f"{name} = excluded.{name}" for name in others)
    before, after = ", ".join(f"held.{name}" for name in others), ", ".join(f"excluded.{name}" for name in others)
    # A row that this statement has made has no deleting transaction; an altered one carries its own.
    return (
        f"written AS (INSERT INTO {table} AS held ({names}) SELECT {names} FROM told"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {altered} WHERE ({before}) IS DISTINCT FROM ({after})"
        " RETURNING held.xmax = 0 AS is_new)"
    )


def _counted(statement: str, rows: Sequence[Mapping[str, Any]]) -> Changes:
    told = database.row(statement, (json.dumps(rows, default=str),))
    added, altered, removed = told or (0, 0, 0)
    return Changes(added=added, altered=altered, removed=removed)
