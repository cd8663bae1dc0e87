"""Reading the journal: stretches of settled entries in order, chains, what was set aside, how far behind a follower is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.journal import engine
from tiemchung.domain.journal.values import SETTLES_AFTER, START, Chain, Entry, HeldAside, Horizon, Position, Window
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
_BEGINS = """
select min(position) from (
    select position, recorded_at from journal_entry where site = %s order by position desc limit %s
) newest where recorded_at >= %s
"""
LOOKED_BACK = 100_000
"""Entries of one site that are looked through for where a day begins. Ours: a hall of 9,000 persons writes so many a day."""


def of_site_after(site: str, position: Position, *, limit: int) -> Window:
    """Return the next settled entries of one site in journal order, at most `limit`; for its devices (`settled_after`)."""
    limit_transaction = horizon_transaction()
    asked = [site, position.transaction, position.transaction, position.sequence]
    found = database.rows(_OF_SITE, [*asked, limit_transaction, SETTLES_AFTER, limit])
    end = Position(found[-1][2], found[-1][1]) if found else position
    return Window(entries=_entries(found), end=end, full=len(found) == limit)


def beginning_of(site: str, since: datetime) -> Position:
    """Return the place just before the first entry that a site wrote since an instant of the center's clock."""
    found = database.row(_BEGINS, [site, LOOKED_BACK, since])
    if found is None or found[0] is None:
        return Position(horizon_transaction() - 1, 0)
    return Position(found[0] - 1, 0)


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


def chain(device: UUID) -> Chain | None:
    """Return where this device's chain stands; None before its first batch."""
    found = database.row(
        "select last_sequence, head, last_occurred_at, set_aside, forked_at is not null from journal_chain "
        "where device = %s",
        [device],
    )
    if found is None:
        return None
    last, head, last_occurred_at, set_aside, forked = found
    return Chain(
        device=device,
        last_sequence=last,
        head=bytes(head),
        last_occurred_at=last_occurred_at,
        set_aside=set_aside,
        forked=forked,
    )


def has_batch(device: UUID, head: bytes) -> bool:
    """Tell whether a batch of this device that led to this head was taken before."""
    return (
        database.row("select 1 from journal_batch where device = %s and head = %s limit 1", [device, head]) is not None
    )


def set_aside_at(device: UUID, first: int, last: int) -> dict[tuple[int, bytes], str]:
    """Return the reason for which something of this device is set aside, by sequence and digest; released, it no longer is."""
    return {
        (seq, bytes(digest)): reason
        for seq, digest, reason in database.rows(
            "select device_sequence, digest, reason from journal_set_aside "
            "where device = %s and device_sequence between %s and %s and released_at is null",
            [device, first, last],
        )
    }


def waits_aside(device: UUID, *, upto: int) -> int:
    """Return how much of this device is set aside and neither let in nor closed, counted up to a ceiling."""
    found = database.row(
        "select count(*) from (select from journal_set_aside where device = %s and released_at is null "
        "and closed_at is null limit %s) x",
        [device, max(upto, 0)],
    )
    return int(found[0]) if found else 0


_HELD = "select id, device, device_sequence, reason, site, recorded_at, body from journal_set_aside"


def waits_aside_at(site: str) -> int:
    """Return how much is set aside at a site and neither let in nor closed, counted up to the ceiling of boards."""
    found = database.row(
        "select count(*) from (select from journal_set_aside where site = %s and released_at is null "
        "and closed_at is null limit %s) x",
        [site, COUNT_CEILING],
    )
    return int(found[0]) if found else 0


def held_aside(
    site: str, *, reasons: Collection[str], limit: int, only: Collection[UUID] | None = None
) -> list[HeldAside]:
    """Return what waits at a site for one of these reasons, `only` these or all, the oldest first, with its bytes.

    For the lead who decides.
    """
    found = database.rows(
        f"{_HELD} where site = %s and reason = any(%b::text[]) and released_at is null and closed_at is null "
        "and (%s or id = any(%b::uuid[])) order by device, device_sequence limit %s for update",
        [site, arrays.texts(list(reasons)), only is None, arrays.uuids(list(only or ())), limit],
    )
    return [_held(row) for row in found]


def set_aside_of(site: str, *, limit: int) -> list[HeldAside]:
    """Return what is set aside at a site and not let in yet, the oldest first, with its bytes: to be looked at."""
    found = database.rows(
        f"{_HELD} where site = %s and released_at is null and closed_at is null order by recorded_at, id limit %s",
        [site, limit],
    )
    return [_held(row) for row in found]


def _held(row: tuple[Any, ...]) -> HeldAside:
    identifier, device, seq, reason, site, recorded_at, body = row
    return HeldAside(
        id=identifier,
        device=device,
        seq=seq,
        reason=reason,
        site=site,
        recorded_at=recorded_at,
        line=clear_body(identifier, bytes(body)),
    )


def cursor(consumer: str) -> Position:
    """Return the place after which this follower reads next."""
    found = database.row("select position, sequence from journal_cursor where consumer = %s", [consumer])
    return Position(*found) if found else START


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """How far one follower is behind: how long ago (real time) the oldest entry it has not read was written."""

    consumer: str
    behind: timedelta
    moved_at: datetime | None


def lags() -> list[Lag]:
    """Return every follower's lag, by name."""
    return [
        Lag(consumer=consumer, behind=behind or timedelta(0), moved_at=moved)
        for consumer, behind, moved in database.rows(
            "select c.consumer, (select now() - e.written_at from journal_entry e where e.position >= c.position "
            "and (e.position > c.position or e.sequence > c.sequence) order by e.position, e.sequence limit 1), "
            "c.moved_at from journal_cursor c order by 1"
        )
    ]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries wait for something, counted up to a ceiling; `reason` says for what."""

    reason: str
    entries: int


def unfolded(reason: str, *, after: UUID | None, limit: int) -> list[UUID]:
    """Return entries that wait for this reason, by id, those after the given one first of all."""
    return [
        row[0]
        for row in database.rows(
            "select entry from journal_unfolded where reason = %s and (%s::uuid is null or entry > %s) order by entry limit %s",
            [reason, after, after, limit],
        )
    ]


COUNT_CEILING = 10_000
"""Boards count no further: beyond it the number is "more than" (no count over a whole table on a request path)."""


def set_aside_counts() -> list[Waiting]:
    """Return how many entries are set aside, by reason."""
    return _counts("journal_set_aside", "released_at is null and closed_at is null")


def waiting_everywhere() -> tuple[list[Waiting], list[Waiting]]:
    """Return what is set aside and what is not yet folded in the whole country, by reason: numbers, and no row."""
    found = database.rows("select aside, reason, entries from journal_waiting(%s) order by 2", [COUNT_CEILING])
    aside, unfolded = (
        [Waiting(reason=reason, entries=entries) for is_aside, reason, entries in found if is_aside is wanted]
        for wanted in (True, False)
    )
    return aside, unfolded


def unfolded_counts() -> list[Waiting]:
    """Return how many entries are kept and not yet folded, by reason."""
    return _counts("journal_unfolded")


def _counts(table: str, which: str = "true") -> list[Waiting]:
    return [
        Waiting(reason=reason, entries=count)
        for reason, count in database.rows(
            f"select reason, count(*) from (select reason from {table} where {which} limit %s) x group by 1 order by 1",
            [COUNT_CEILING],
        )
    ]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked at a person's data: when, from where, why, and what kind of actor; no name of the staff.

    `partner` is another system's id, where one looked.
    """

    viewed_at: datetime
    actor_kind: str
    purpose: str
    site: str
    own: bool
    partner: UUID | None = None


def looks(rows: Collection[UUID], *, reader: UUID | None, limit: int = 100) -> list[Look]:
    """Return who looked at these rows of one human being, the newest first, for that human being to read.

    Looks of one actor with one purpose at one place within a minute are one. The rows are those of the session's reach.
    """
    found = database.rows(
        "select date_trunc('minute', viewed_at), actor_kind, purpose, site, coalesce(actor = %s, false), "
        "case when actor_kind = 'partner' then actor end "
        "from journal_view where person_id = any(%b::uuid[]) group by 1, 2, 3, 4, 5, 6 order by 1 desc, 2, 3, 4 limit %s",
        [reader, arrays.uuids(sorted(rows)), limit],
    )
    return [
        Look(viewed_at=at, actor_kind=kind, purpose=purpose, site=site, own=own, partner=partner)
        for at, kind, purpose, site, own, partner in found
    ]
