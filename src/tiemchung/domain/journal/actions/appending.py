"""Appending a batch of a device that holds its chain: each entry once, neighbors sealed together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.journal import engine, queries
from tiemchung.domain.journal.values import Chain, NewEntry, Outcome
from tiemchung.kernel import wire
from tiemchung.plumbing import arrays, database, sealing

FEWEST_IN_A_BLOCK = 3
"""Fewer neighbors than these lie by themselves: a block's own row would cost more than it saves."""


_APPEND = """
with p as materialized (select journal_position() as position, %s::uuid as device, %s::text as site),
     blocks as (insert into journal_block (device, first, position, site, body)
                select p.device, b.first, p.position, p.site, b.body
                from p, unnest(%b::int4[], %b::bytea[]) as b(first, body))
insert into journal_entry (id, position, recorded_at, occurred_at, device_sequence, kind, device, person, site,
digest, body, place) select x.i, p.position, %s, x.o, x.s, x.k, p.device, x.p, p.site, x.d, x.b, x.l
from p, unnest(%b::uuid[], %b::timestamptz[], %b::int4[], %b::text[], %b::uuid[], %b::bytea[], %b::bytea[], %b::int2[])
        as x(i, o, s, k, p, d, b, l)
on conflict do nothing
"""


def mark(line: bytes) -> bytes:
    """Return the digest of an entry's clear bytes, by which a repeat is told from another fact under the same id."""
    return hashlib.sha256(line).digest()


def lock_chain(device: UUID) -> Chain:
    """Lock the device's chain until the transaction ends and return where it stands; a new device's chain begins here."""
    found = queries.chain(device, locked=True)
    if found is None:
        database.run(
            "insert into journal_chain (device, last_sequence, head) values (%s, 0, %s) on conflict do nothing",
            [device, wire.genesis(device)],
        )
        found = queries.chain(device, locked=True)
    if found is None:
        raise LookupError(f"the chain of {device} cannot be locked")
    return found


def lock_ids(identifiers: Sequence[UUID]) -> None:
    """Let only one transaction at a time decide whether these ids are new; locked in one order, until it ends."""
    database.rows(
        "select pg_advisory_xact_lock(hashtextextended(i::text, 0)) from "
        "(select i from unnest(%b::uuid[]) as i order by i) x",
        [arrays.uuids(identifiers)],
    )


def append_entries(entries: Sequence[NewEntry], *, device: UUID, site: str, recorded_at: datetime) -> list[Outcome]:
    """Append a batch's entries in one statement and say of each whether it is new, known, or another under a used id.

    The caller holds the device's chain. Two entries of one id inside the batch are told apart as if they had come in
    two.
    """
    first_of: dict[UUID, bytes] = {}
    fresh: list[NewEntry] = []
    marks: list[bytes] = []
    for entry in entries:
        digest = mark(entry.line)
        marks.append(digest)
        if entry.id not in first_of:
            first_of[entry.id] = digest
            fresh.append(entry)
    kept = _insert(fresh, first_of, device=device, site=site, recorded_at=recorded_at)
    if kept == len(entries):
        return [Outcome.KEPT] * kept
    return _told_apart(entries, marks, {entry.id for entry in fresh}, all_fresh=kept == len(fresh), device=device)


def _insert(
    fresh: Sequence[NewEntry], marks: Mapping[UUID, bytes], *, device: UUID, site: str, recorded_at: datetime
) -> int:
    bodies, places, blocks = _stored(fresh, device, recorded_at.date())
    return database.run(
        _APPEND,
        [
            device,
            site,
            arrays.integers([first for first, _ in blocks]),
            arrays.binaries([sealed for _, sealed in blocks]),
            recorded_at,
            arrays.uuids([entry.id for entry in fresh]),
            arrays.instants([entry.occurred_at for entry in fresh]),
            arrays.integers([entry.seq for entry in fresh]),
            arrays.texts([entry.kind for entry in fresh]),
            arrays.uuids([entry.person for entry in fresh]),
            arrays.binaries([marks[entry.id] for entry in fresh]),
            arrays.binaries(bodies),
            arrays.smallints(places),
        ],
    )


def _stored(
    entries: Sequence[NewEntry], device: UUID, day: date
) -> tuple[list[bytes], list[int | None], list[tuple[int, bytes]]]:
    """Return each entry's own body or its place in a block, and the blocks by the sequence with which they begin."""
    bodies: list[bytes] = [b""] * len(entries)
    places: list[int | None] = [None] * len(entries)
    blocks: list[tuple[int, bytes]] = []
    for first, members in _neighbors(entries):
        if len(members) < FEWEST_IN_A_BLOCK:
            for number in members:
                bodies[number] = _sealed(entries[number], day)
            continue
        lines = [b""] * (entries[members[-1]].seq - first + 1)
        for number in members:
            places[number] = place = entries[number].seq - first
            lines[place] = entries[number].line
        aad = engine.block_name(device, first)
        blocks.append((first, sealing.seal("health", day, engine.pack_block(lines), aad)))
    return bodies, places, blocks


def _neighbors(entries: Sequence[NewEntry]) -> Iterator[tuple[int, list[int]]]:
    """Yield the entries that may lie in one block, by their numbers, each time with the sequence of the first."""
    members: list[int] = []
    first = 0
    for number, entry in enumerate(entries):
        # What is destroyed with the key of its day has a seal of its own.
        if entry.kind == "passed":
            yield entry.seq, [number]
        elif members and 0 < entry.seq - first < engine.BLOCK_SPAN:
            members.append(number)
        else:
            if members:
                yield first, members
            first, members = entry.seq, [number]
    if members:
        yield first, members


def _sealed(entry: NewEntry, day: date) -> bytes:
    return sealing.seal("passed" if entry.kind == "passed" else "health", day, engine.pack(entry.line), entry.id.bytes)


def _told_apart(
    entries: Sequence[NewEntry], marks: Sequence[bytes], fresh: set[UUID], *, all_fresh: bool, device: UUID
) -> list[Outcome]:
    kept = fresh if all_fresh else fresh & _inserted_now(list(fresh), device)
    held = queries.digests([entry.id for entry in entries])
    outcomes, seen = [], set[UUID]()
    for entry, digest in zip(entries, marks, strict=True):
        if entry.id in kept and entry.id not in seen:
            outcomes.append(Outcome.KEPT)
        else:
            outcomes.append(Outcome.KNOWN if bytes(held[entry.id]) == digest else Outcome.REUSED)
        seen.add(entry.id)
    return outcomes


def _inserted_now(identifiers: Sequence[UUID], device: UUID) -> set[UUID]:
    """Return which of these this very transaction has inserted."""
    found = database.rows(
        "select id from journal_entry where id = any(%b::uuid[]) and position = journal_position() and device = %s",
        [arrays.uuids(identifiers), device],
    )
    return {row[0] for row in found}


def close_batch(
    header: wire.Header,
    *,
    batch: UUID,
    site: str,
    recorded_at: datetime,
    last_occurred_at: datetime | None,
    set_aside_count: int = 0,
    forked: bool = False,
) -> None:
    """Store the signed header and move the device's chain to its end; a forked chain is marked and stays where it was."""
    database.run(
        "with b as (insert into journal_batch (id, device, first, count, previous, head, signature, site, recorded_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)) "
        "update journal_chain set last_sequence = greatest(last_sequence, %s), "
        "head = case when %s > last_sequence then %s else head end, "
        "last_occurred_at = coalesce(%s, last_occurred_at), "
        "set_aside = set_aside + %s, forked_at = case when %s then coalesce(forked_at, now()) else forked_at end "
        "where device = %s",
        [
            batch,
            header.device,
            header.first,
            header.count,
            header.previous,
            header.head,
            header.signature,
            site,
            recorded_at,
            0 if forked else header.last,
            0 if forked else header.last,
            header.head,
            last_occurred_at,
            set_aside_count,
            forked,
            header.device,
        ],
    )
