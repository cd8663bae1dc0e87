"""Who there is, as the register has it: a SQLite file that nobody else opens."""

from __future__ import annotations

import csv
import json
import sqlite3
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from tiemchung.kernel.names import name_key
from tiemchung.kernel.register import MOST_CHANGES, Change, Field, What

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from tiemchung.kernel.register import Asked

_TABLES: Final = """
create table if not exists person (
    number text primary key, old_number text not null, name text not null, born text not null, sex text not null,
    commune text not null, died_on text not null default ''
) without rowid;
create index if not exists person_by_old_number on person (old_number) where old_number <> '';
create table if not exists former (number text primary key, becomes text not null) without rowid;
create table if not exists change (
    sequence integer primary key, day text not null, what text not null, number text not null, becomes text not null,
    unique (day, what, number)
);
create index if not exists changes_of_number on change (number);
create table if not exists heard (
    client text not null, told text not null, holder text not null, primary key (client, told)
) without rowid;
create index if not exists heard_of_holder on heard (holder);
create table if not exists feed (
    client text not null, sequence integer not null, told text not null, change integer not null,
    primary key (client, sequence), unique (client, told, change)
) without rowid;
create table if not exists exchange (id text primary key, client text not null, digest blob not null) without rowid;
"""
_HOLDERS: Final = (
    "select a.value, p.number, p.name, p.born, p.sex from json_each(?) a join person p on p.number = a.value",
    (
        "select a.value, p.number, p.name, p.born, p.sex from json_each(?) a join person p on p.old_number = a.value "
        "where p.old_number <> ''"
    ),
    (
        "select a.value, p.number, p.name, p.born, p.sex from json_each(?) a join former f on f.number = a.value "
        "join person p on p.number = f.becomes"
    ),
)
_OF_HOLDER: Final = """
insert into feed (client, sequence, told, change)
select ?, coalesce((select max(sequence) from feed where client = ?), 0) + row_number() over (order by c.sequence), ?, c.sequence
from change c
where (c.number = ? or c.number in (select number from former where becomes = ?)) and c.becomes <> ? on conflict do nothing
"""
# A client has numbers of its own for what it hears: none is left out, and nobody learns how much others hear.
_TO_ALL: Final = """
insert into feed (client, sequence, told, change)
select h.client, coalesce((select max(sequence) from feed f where f.client = h.client), 0)
    + row_number() over (partition by h.client order by h.told), h.told, ?
from heard h where h.holder = ? and h.told <> ? on conflict do nothing
"""
_COLUMNS: Final = ("number", "old_number", "name", "born", "sex", "commune")


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who has a number."""

    number: str
    name: str
    born: str
    sex: str


class Store:
    """The register's file, for many threads one at a time."""

    def __init__(self, path: Path | str) -> None:
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._lock = Lock()
        with self._lock, self._database:
            self._database.execute("pragma journal_mode = wal")
            self._database.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def load(self, people: Path) -> int:
        """Take up everybody of a `register.csv` who is not here yet; return how many persons there are."""
        with people.open(encoding="utf-8", newline="") as lines:
            return self.take_up([row[column] for column in _COLUMNS] for row in csv.DictReader(lines))

    def take_up(self, rows: Iterable[Sequence[str]]) -> int:
        """Take up everybody of these rows who is not here yet, in the columns of `register.csv`; return how many there are."""
        with self._lock, self._database:
            self._database.executemany(
                "insert into person (number, old_number, name, born, sex, commune) values (?, ?, ?, ?, ?, ?) "
                "on conflict do nothing",
                rows,
            )
            (count,) = self._database.execute("select count(*) from person").fetchone()
        return int(count)

    def take_changes(self, changes: Path, *, until: date) -> int:
        """Let what a `changes.csv` tells up to this day become true, once; return how many changes were new."""
        with changes.open(encoding="utf-8", newline="") as lines:
            due = [row for row in csv.DictReader(lines) if row["day"] <= until.isoformat()]
        taken = 0
        with self._lock, self._database:
            for row in due:
                taken += self._take(
                    day=row["day"], what=What(row["what"]), number=row["number"], becomes=row["becomes"]
                )
        return taken

    def _take(self, *, day: str, what: What, number: str, becomes: str) -> bool:
        new = self._database.execute(
            "insert into change (day, what, number, becomes) values (?, ?, ?, ?) on conflict do nothing",
            [day, what, number, becomes],
        ).rowcount
        if not new:
            return False
        (sequence,) = self._database.execute("select last_insert_rowid()").fetchone()
        self._database.execute(_TO_ALL, [sequence, number, becomes])
        if what is What.DIED:
            self._database.execute("update person set died_on = ? where number = ?", [day, number])
        elif what is What.MOVED:
            self._database.execute("update person set commune = ? where number = ?", [becomes, number])
        else:
            self._database.execute("update former set becomes = ? where becomes = ?", [becomes, number])
            self._database.execute("insert into former (number, becomes) values (?, ?)", [number, becomes])
            self._database.execute("update person set number = ? where number = ?", [becomes, number])
            self._database.execute("update heard set holder = ? where holder = ?", [becomes, number])
        return True

    def disagreements(self, asked: Sequence[Asked], *, client: str) -> list[list[Field]]:
        """Return which fields of each person disagree, none where all is right. Whom a client asked right, it hears of."""
        numbers = json.dumps(sorted({one.number for one in asked}))
        holders: dict[str, list[Holder]] = {}
        with self._lock, self._database:
            for statement in _HOLDERS:
                for told, number, name, born, sex in self._database.execute(statement, [numbers]):
                    holders.setdefault(told, []).append(Holder(number=number, name=name, born=born, sex=sex))
            found = [_nearest(one, holders.get(one.number, [])) for one in asked]
            for one, (holder, fields) in zip(asked, found, strict=True):
                if holder is not None and not fields:
                    self._hear(client, one.number, holder.number)
        return [fields for _, fields in found]

    def _hear(self, client: str, told: str, holder: str) -> None:
        """Let a client hear of somebody from now on, and of what became of them before it asked, under the number it told."""
        new = self._database.execute(
            "insert into heard (client, told, holder) values (?, ?, ?) on conflict do nothing", [client, told, holder]
        ).rowcount
        if new:
            self._database.execute(_OF_HOLDER, [client, client, told, holder, holder, told])

    def changes_after(self, sequence: int, *, client: str) -> tuple[list[Change], bool]:
        """Return the next changes of people whom this client asked about and got right, under the numbers that it told."""
        with self._lock:
            rows = self._database.execute(
                "select f.sequence, c.day, c.what, f.told, c.becomes from feed f join change c on c.sequence = f.change "
                "where f.client = ? and f.sequence > ? order by f.sequence limit ?",
                [client, sequence, MOST_CHANGES + 1],
            ).fetchall()
        return [_change(*row) for row in rows[:MOST_CHANGES]], len(rows) > MOST_CHANGES

    def exchange(self, exchange: str) -> tuple[str, bytes] | None:
        """Return who asked under this id, and the digest of what; None where nobody did."""
        with self._lock:
            row = self._database.execute("select client, digest from exchange where id = ?", [exchange]).fetchone()
        return None if row is None else (str(row[0]), bytes(row[1]))

    def keep_exchange(self, exchange: str, client: str, digest: bytes) -> None:
        """Keep who asked under this id, and the digest of what. The first telling stays."""
        with self._lock, self._database:
            self._database.execute(
                "insert into exchange (id, client, digest) values (?, ?, ?) on conflict do nothing",
                [exchange, client, digest],
            )


def _change(sequence: int, day: str, what: str, number: str, becomes: str) -> Change:
    return Change(sequence=sequence, day=day, what=What(what), number=number, becomes=becomes)


def _nearest(asked: Asked, holders: Iterable[Holder]) -> tuple[Holder | None, list[Field]]:
    """Return the holder of this number who agrees most: an old card's number may have been given out twice."""
    compared = [(holder, _different(asked, holder)) for holder in holders]
    if not compared:
        return None, [Field.NUMBER]
    return min(compared, key=lambda pair: len(pair[1]))


def _different(asked: Asked, holder: Holder) -> list[Field]:
    """Return the fields that disagree. Names are compared without marks; a birth date in full, or as the register has it."""
    pairs = {
        Field.NAME: (name_key(asked.name), name_key(holder.name)),
        Field.BORN: (asked.born, holder.born),
        Field.SEX: (asked.sex, holder.sex),
    }
    return [field for field, (told, stands) in pairs.items() if told != stands]
