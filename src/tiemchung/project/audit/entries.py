"""Asks whether every entry that was sent is kept or set aside, under its id, with the very bytes that were signed."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from django.db import connection

from tiemchung.domain.journal import queries as journal
from tiemchung.plumbing import database
from tiemchung.project.audit.values import Check, check, check_rows


class _Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file. The entry itself is not read: what was stored is compared by digest."""

    device: UUID
    seq: int
    sha256: str
    answer: str
    id: UUID | None = None
    kind: str | None = None
    person: UUID | None = None
    truth: str | None = None


_SENT = """
create temporary table audit_sent (device uuid not null, seq integer not null, digest bytea not null, answer text not null,
  id uuid, kind text, person uuid, truth text)"""


def load(sent: Path) -> None:
    """Put what was sent into a temporary table of this session."""
    database.run("drop table if exists audit_sent")
    database.run(_SENT)
    with connection.cursor() as cursor, cursor.copy("copy audit_sent from stdin") as copy:
        for row in _read(sent):
            copy.write_row(row)
    database.run("create index on audit_sent (id)")
    database.run("analyze audit_sent")


def _read(sent: Path) -> Iterator[tuple[Any, ...]]:
    decoder = msgspec.json.Decoder(_Sent)
    with sent.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                told = decoder.decode(line)
                digest = bytes.fromhex(told.sha256)
            except (msgspec.DecodeError, ValueError) as error:
                raise ValueError(f"{sent}, line {number}: {error}") from error
            yield told.device, told.seq, digest, told.answer, told.id, told.kind, told.person, told.truth


def checks() -> Iterator[Check]:
    """Ask of every entry sent whether it is here, unaltered, where its answer said."""
    yield check_rows("entries-held", "every entry sent is kept or set aside", _ABSENT)
    yield check_rows("entries-unaltered", "every entry kept has the digest that was sent", _ALTERED)
    yield check_rows("answers-true", "every entry is where its answer said", _MISTOLD)
    yield check_rows("entries-once", "nothing is kept under a tablet's chain that it did not send", _INVENTED)
    yield check("bodies-unaltered", "every stored body has the digest stored beside it", _altered_bodies())


_ABSENT = """
select s.device, s.seq, s.id from audit_sent s
where not exists (select from journal_entry e where e.id = s.id)
  and not exists (select from journal_set_aside a where a.device = s.device and a.digest = s.digest)"""

_ALTERED = """
select s.id from audit_sent s join journal_entry e on e.id = s.id
where e.digest <> s.digest
  and not exists (select from journal_set_aside a where a.device = s.device and a.digest = s.digest)"""

# In two parts, each of which is one join: either or the other would be looked up for every entry by itself.
_MISTOLD = """
select s.device, s.seq, s.answer from audit_sent s
where s.answer in ('kept', 'known') and not exists (
    select from journal_entry e where e.id = s.id and e.digest = s.digest)
union all
select s.device, s.seq, s.answer from audit_sent s
where s.answer = 'set-aside' and not exists (
    select from journal_set_aside a where a.device = s.device and a.digest = s.digest)"""

_INVENTED = """
select e.id from journal_entry e
where e.device in (select device from audit_sent)
  and not exists (select from audit_sent s where s.id = e.id and s.digest = e.digest)"""


def _altered_bodies() -> Iterator[tuple[UUID]]:
    yield from _not_as_digested("select id, digest, body from journal_entry where place is null")
    yield from _not_as_digested("select id, digest, body from journal_set_aside")
    yield from _altered_in_blocks()


def _not_as_digested(query: str) -> Iterator[tuple[UUID]]:
    for entry, digest, body in _streamed(query):
        try:
            line = journal.clear_body(entry, bytes(body))
        except (InvalidTag, ValueError):
            yield (entry,)
            continue
        if hashlib.sha256(line).digest() != bytes(digest):
            yield (entry,)


# A block's entries are gathered before its body is fetched: sorted with them, each body would be carried once an entry.
_IN_BLOCKS = """
select e.ids, e.digests, e.places, e.device, e.first, b.body from (
    select device, device_sequence - place as first, position, array_agg(id) as ids, array_agg(place) as places,
        string_agg(digest, ''::bytea) as digests
    from journal_entry where place is not null group by 1, 2, 3
) e left join journal_block b on b.device = e.device and b.first = e.first and b.position = e.position"""
_DIGEST_BYTES = hashlib.sha256().digest_size


def _altered_in_blocks() -> Iterator[tuple[UUID]]:
    for ids, digests, places, device, first, body in _streamed(_IN_BLOCKS):
        try:
            lines = [] if body is None else journal.lines_of_block(device, first, bytes(body))
        except (InvalidTag, ValueError, zlib.error):
            lines = []
        stored = bytes(digests)
        for number, (entry, place) in enumerate(zip(ids, places, strict=True)):
            digest = stored[number * _DIGEST_BYTES : (number + 1) * _DIGEST_BYTES]
            if place >= len(lines) or hashlib.sha256(lines[place]).digest() != digest:
                yield (entry,)


def _streamed(query: str) -> Iterable[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(2_000):
            yield from rows


def classes() -> dict[str, dict[str, int]]:
    """Return how many entries are in each class of the journal."""
    kept = database.row("select count(*) from journal_entry")
    aside = dict(database.rows("select reason, count(*) from journal_set_aside group by reason order by reason"))
    waiting = dict(database.rows("select reason, count(*) from journal_unfolded group by reason order by reason"))
    return {"entries": {"kept": kept[0] if kept else 0}, "set aside": aside, "not yet folded": waiting}
