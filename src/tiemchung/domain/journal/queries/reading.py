"""The entries, in journal order: for who follows them, by site, by id; and the bytes of each, opened when asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.journal import engine
from tiemchung.domain.journal.values import SETTLES_AFTER, Entry, Horizon, Position, Window
from tiemchung.plumbing import arrays, database, sealing


def horizon() -> Horizon:
    """Return how far followers may read now, and for how long (real time) the oldest unsettled entry has waited."""
    found = database.row(
        "select h, coalesce(now() - (select min(written_at) from journal_entry where position >= h), '0') "
        "from (select journal_horizon() as h) x"
    )
    if found is None:
        raise LookupError("journal_horizon")
    return Horizon(transaction=found[0], age=max(found[1], timedelta(0)))


_SETTLED = """
select id, sequence, position, written_at, recorded_at, occurred_at, device_sequence, kind, device, person, site, body, place
from journal_entry
where position >= %s and (position > %s or sequence > %s) and (position < %s or written_at < now() - %s)
order by position, sequence limit %s
"""


_COLUMNS = 13


# The last of the stretch comes along whatever its kind, for it tells where the next one begins.
_SETTLED_OF_KINDS = f"""
with stretch as materialized ({_SETTLED})
select *, (select count(*) from stretch) from stretch where kind = any(%b::text[])
  or (position, sequence) = (select position, sequence from stretch order by position desc, sequence desc limit 1)
order by position, sequence
"""


def settled_after(position: Position, *, limit: int, kinds: Collection[str] | None = None) -> Window:
    """Return the next entries in journal order that no writer can come before any more, at most `limit`.

    With `kinds`, only entries of these kinds are returned, while `end` passes over the others. An entry is settled when every
    transaction that began before its own has ended (sequence order is not commit order), or an hour after it was written:
    a restored dump has high positions on a server whose transactions start low.
    """
    # The horizon is taken by a statement of its own, before: what lies below it has ended, and the next one sees it.
    limit_transaction = horizon_transaction()
    asked = [position.transaction, position.transaction, position.sequence, limit_transaction, SETTLES_AFTER, limit]
    if kinds is None:
        found = database.rows(_SETTLED, asked)
        length = len(found)
    else:
        found = database.rows(_SETTLED_OF_KINDS, [*asked, arrays.texts(sorted(kinds))])
        length = found[0][-1] if found else 0
    entries = _entries(row[:_COLUMNS] for row in found if kinds is None or row[7] in kinds)
    end = Position(found[-1][2], found[-1][1]) if found else position
    return Window(entries=entries, end=end, full=length == limit)


_OF_SITE = """
select id, sequence, position, written_at, recorded_at, occurred_at, device_sequence, kind, device, person, site, body, place
from journal_entry
where site = %s and position >= %s and (position > %s or sequence > %s) and (position < %s or written_at < now() - %s)
order by position, sequence limit %s
"""


# Backwards from the site's newest entry, and no further than to the first one that is older.
_BEFORE = """
select position, sequence from journal_entry where site = %s and recorded_at < %s
order by position desc, sequence desc limit 1
"""


def of_site_after(site: str, position: Position, *, limit: int) -> Window:
    """Return the next settled entries of one site in journal order, at most `limit`; for its devices (`settled_after`)."""
    limit_transaction = horizon_transaction()
    asked = [site, position.transaction, position.transaction, position.sequence]
    found = database.rows(_OF_SITE, [*asked, limit_transaction, SETTLES_AFTER, limit])
    end = Position(found[-1][2], found[-1][1]) if found else position
    return Window(entries=_entries(found), end=end, full=len(found) == limit)


def beginning_of(site: str, since: datetime) -> Position:
    """Return the place behind the last entry that a site wrote before an instant of the center's clock.

    What was written about that very instant may lie on either side of it: a position is given when a transaction begins.
    """
    found = database.row(_BEFORE, [site, since])
    return Position(0, 0) if found is None else Position(*found)


_VISIBLE = """
select id, sequence, position, written_at, recorded_at, occurred_at, device_sequence, kind, device, person, site, body, place
from journal_entry
where position >= %s and (position > %s or sequence > %s) and kind = any(%b::text[]) order by position, sequence
"""


def visible_after(position: Position, *, kinds: Collection[str]) -> list[Entry]:
    """Return every entry of these kinds after a place that the session sees now, settled or not.

    This is no way to follow the journal: a writer may still come in between.
    """
    place = [position.transaction, position.transaction, position.sequence, arrays.texts(list(kinds))]
    return _entries(database.rows(_VISIBLE, place))


def horizon_transaction() -> int:
    """Return the position below which every entry is settled."""
    found = database.row("select journal_horizon()")
    return int(found[0]) if found else 0


def newest_sequence() -> int:
    """Return the highest sequence ever given to an entry, committed or not: it moves whenever something was written."""
    found = database.row("select coalesce(pg_sequence_last_value('journal_sequence'), 0)")
    return int(found[0]) if found else 0


_Key = tuple[UUID, int, int]
"""A block's key: its device, the sequence with which it begins, its position."""


_BLOCKS = """
select b.device, b.first, b.position, b.body
from journal_block b join unnest(%b::uuid[], %b::int4[], %b::int8[]) as w(device, first, position)
  on b.device = w.device and b.first = w.first and b.position = w.position
"""


class _Blocks:
    """The blocks in which the bodies of some entries lie: fetched in one statement when the first is asked for."""

    def __init__(self, keys: Iterable[_Key]) -> None:
        self._keys = list(dict.fromkeys(keys))
        self._sealed: dict[_Key, bytes] | None = None
        self._lines: dict[_Key, list[bytes]] = {}

    def fetch(self) -> dict[_Key, bytes]:
        if self._sealed is None:
            columns = [
                arrays.uuids([device for device, _, _ in self._keys]),
                arrays.integers([first for _, first, _ in self._keys]),
                arrays.bigints([position for _, _, position in self._keys]),
            ]
            found = database.rows(_BLOCKS, columns) if self._keys else []
            self._sealed = {(device, first, position): body for device, first, position, body in found}
        return self._sealed

    def line(self, key: _Key, place: int) -> bytes:
        lines = self._lines.get(key)
        if lines is None:
            device, first, _ = key
            lines = self._lines[key] = lines_of_block(device, first, self.fetch()[key])
        return lines[place]


def lines_of_block(device: UUID, first: int, stored: bytes) -> list[bytes]:
    """Return the exact lines that were sealed together as this block, by their places."""
    return engine.unpack_block(sealing.unseal(stored, engine.block_name(device, first)))


def _entries(found: Iterable[tuple[Any, ...]]) -> list[Entry]:
    rows = list(found)
    blocks = _Blocks((row[8], row[6] - row[12], row[2]) for row in rows if row[12] is not None)
    return [_entry(row, blocks) for row in rows]


def _entry(row: tuple[Any, ...], blocks: _Blocks) -> Entry:
    identifier, sequence, position, written, recorded, occurred, seq, kind, device, person, site, body, place = row
    opened = (
        partial(clear_body, identifier, body)
        if place is None
        else partial(blocks.line, (device, seq - place, position), place)
    )
    return Entry(
        id=identifier,
        kind=kind,
        position=Position(position, sequence),
        device=device,
        seq=seq,
        site=site,
        person=person,
        occurred_at=occurred,
        recorded_at=recorded,
        written_at=written,
        open_body=opened,
    )


def clear_body(entry: UUID, stored: bytes) -> bytes:
    """Return the exact line that was sealed under this entry's id."""
    return engine.unpack(sealing.unseal(stored, entry.bytes))


_BY_ID = """
select id, sequence, position, written_at, recorded_at, occurred_at, device_sequence, kind, device, person, site, body, place
from journal_entry where id = any(%b::uuid[]) order by position, sequence
"""


def entries(identifiers: Sequence[UUID]) -> list[Entry]:
    """Return those of these entries that the session may see, in journal order."""
    return _entries(database.rows(_BY_ID, [arrays.uuids(identifiers)]))


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Of which kind an entry is and about whom."""

    kind: str
    person: UUID | None


def told_of(identifiers: Collection[UUID]) -> dict[UUID, Told]:
    """Return kind and person of those of these entries that the session may see."""
    if not identifiers:
        return {}
    return {
        identifier: Told(kind=kind, person=person)
        for identifier, kind, person in database.rows(
            "select id, kind, person from journal_entry where id = any(%b::uuid[])", [arrays.uuids(list(identifiers))]
        )
    }


def digests(identifiers: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return the digest (SHA-256 of the clear bytes) of those ids that are kept, wherever they came from."""
    return dict(database.rows("select id, digest from journal_digests(%b::uuid[])", [arrays.uuids(identifiers)]))
