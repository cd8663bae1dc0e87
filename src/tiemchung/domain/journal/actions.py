"""Writing the journal. Every fact enters here once; the lock of a device's chain is the only lock taken."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.journal import engine, queries
from tiemchung.domain.journal.errors import SetAsideQuotaSpent
from tiemchung.domain.journal.values import SET_ASIDE_QUOTA, START, Chain, NewEntry, Outcome, Position, SetAside
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, keys, sealing

FEWEST_IN_A_BLOCK = 3
"""Fewer neighbors than these lie by themselves: a block's own row would cost more than it saves."""

SERVER_KEY = "server-device"
"""The key by which the server signs its own chains."""

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
    found = _locked(device)
    if found is None:
        database.run(
            "insert into journal_chain (device, last_sequence, head) values (%s, 0, %s) on conflict do nothing",
            [device, wire.genesis(device)],
        )
        found = _locked(device)
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


def _locked(device: UUID) -> Chain | None:
    found = database.row(
        "select last_sequence, head, last_occurred_at, set_aside, forked_at is not null from journal_chain "
        "where device = %s for update",
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


def set_aside(held: Sequence[SetAside], *, chain: Chain, site: str, recorded_at: datetime) -> None:
    """Keep these whole for a human. Beyond the device's quota the whole batch is refused, and the device still holds it.

    The quota is of what waits: what a human has let in or closed makes room again.
    """
    if not held:
        return
    most_waiting = SET_ASIDE_QUOTA - len(held)
    # The chain counts all that were ever set aside: while these are few, there is nothing to look up.
    if chain.set_aside > most_waiting and queries.waits_aside(chain.device, upto=most_waiting + 1) > most_waiting:
        raise SetAsideQuotaSpent(device=chain.device, quota=SET_ASIDE_QUOTA)
    identifiers = [uuid7() for _ in held]
    day = recorded_at.date()
    database.run(
        "insert into journal_set_aside (id, device, device_sequence, entry, reason, site, recorded_at, digest, body) "
        "select x.i, %s, x.s, x.e, x.r, %s, %s, x.d, x.b "
        "from unnest(%b::uuid[], %b::int4[], %b::uuid[], %b::text[], %b::bytea[], %b::bytea[]) as x(i, s, e, r, d, b)",
        [
            chain.device,
            site,
            recorded_at,
            arrays.uuids(identifiers),
            arrays.integers([one.seq for one in held]),
            arrays.uuids([one.entry for one in held]),
            arrays.texts([one.reason for one in held]),
            arrays.binaries([mark(one.line) for one in held]),
            arrays.binaries(
                [
                    sealing.seal("health", day, engine.pack(one.line), identifier.bytes)
                    for one, identifier in zip(held, identifiers, strict=True)
                ]
            ),
        ],
    )


def mark_released(held: Sequence[UUID], *, by: UUID, now: datetime) -> None:
    """Note that somebody has let these set-aside entries in; they are kept here all the same."""
    database.run(
        "update journal_set_aside set released_at = %s, released_by = %s where id = any(%b::uuid[]) and released_at is null",
        [now, by, arrays.uuids(held)],
    )


def close_aside(waiting: Collection[UUID], *, why: str, by: UUID, now: datetime) -> int:
    """Close what is set aside and was not let in: it never counts, and its bytes stay. Returns how many."""
    return database.run(
        "update journal_set_aside set closed_at = %s, closed_by = %s, closed_why = %s "
        "where id = any(%b::uuid[]) and released_at is null and closed_at is null",
        [now, by, why, arrays.uuids(list(waiting))],
    )


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


def mark_unfolded(entries: Mapping[UUID, tuple[str, str]], *, site: str, recorded_at: datetime) -> None:
    """Note entries (id -> kind, reason) that are kept and cannot be folded yet; noted twice, they are noted once."""
    if entries:
        database.run(
            "insert into journal_unfolded (entry, kind, reason, site, recorded_at) select x.e, x.k, x.r, %s, %s "
            "from unnest(%b::uuid[], %b::text[], %b::text[]) as x(e, k, r) on conflict do nothing",
            [
                site,
                recorded_at,
                arrays.uuids(list(entries)),
                arrays.texts([kind for kind, _ in entries.values()]),
                arrays.texts([reason for _, reason in entries.values()]),
            ],
        )


def mark_folded(entries: Sequence[UUID]) -> None:
    """Take entries off the list of those that wait."""
    if entries:
        database.run("delete from journal_unfolded where entry = any(%b::uuid[])", [arrays.uuids(entries)])


_threads = threading.local()


def server_device() -> UUID:
    """Return the server device of this thread. Each has a chain of its own, so that no two requests wait for one lock."""
    device: UUID | None = getattr(_threads, "device", None)
    if device is None:
        device = _threads.device = uuid7()
    return device


def forget_server_device() -> None:
    """Begin a new server device in this thread: in a forked process, and where a test empties the tables."""
    _threads.device = None


def sign_lines(lines: Sequence[bytes], chain: Chain) -> wire.Header:
    """Return the signed header of lines that continue a server device's chain."""
    return wire.sign_batch(
        lines,
        device=chain.device,
        first=chain.last_sequence + 1,
        previous=chain.head,
        private_key=keys.signing_key(SERVER_KEY),
    )


def append(
    events: Sequence[Event],
    *,
    actor: Actor,
    recorded_at: datetime,
    site: str = "",
    persons: Mapping[UUID, UUID] | None = None,
) -> None:
    """Append a room's own facts in that room's transaction, as the server device.

    `persons` maps an event to its person. The id is the key: an event appended twice is kept once, and another under the
    same id is our own fault and raises.
    """
    if not events:
        return
    about = persons or {}
    with transaction.atomic(savepoint=False):
        chain = lock_chain(server_device())
        lines, entries = [], []
        for seq, told in enumerate(events, chain.last_sequence + 1):
            staff = told.staff or actor.id
            event = msgspec.structs.replace(told, seq=seq, staff=staff, site=told.site or site or None)
            line = msgspec.json.encode(event)
            lines.append(line)
            entries.append(
                NewEntry(
                    id=event.id,
                    kind=event.kind(),
                    seq=seq,
                    occurred_at=event.at,
                    person=about.get(event.id),
                    line=line,
                )
            )
        outcomes = append_entries(entries, device=chain.device, site=site, recorded_at=recorded_at)
        reused = [entry.id for entry, outcome in zip(entries, outcomes, strict=True) if outcome is Outcome.REUSED]
        if reused:
            # The line holds its sequence, so the same event told twice has two lines: compare what it says instead.
            _insist_same(reused, dict(zip((entry.id for entry in entries), events, strict=True)))
        header = sign_lines(lines, chain)
        close_batch(header, batch=uuid7(), site=site, recorded_at=recorded_at, last_occurred_at=entries[-1].occurred_at)


class EventIdReusedError(Exception):
    """Our own code has used one id for two different facts."""


def _insist_same(identifiers: Sequence[UUID], events: Mapping[UUID, Event]) -> None:
    for entry in queries.entries(identifiers):
        event = events[entry.id]
        kept = msgspec.json.decode(entry.body, type=type(event))
        chained = {"seq": 0, "staff": None, "site": None}
        if msgspec.structs.replace(kept, **chained) != msgspec.structs.replace(event, **chained):
            raise EventIdReusedError(str(entry.id))


def advance(consumer: str, position: Position) -> None:
    """Move a follower's cursor, in the transaction in which it has done its work."""
    database.run(
        "insert into journal_cursor (consumer, position, sequence) values (%s, %s, %s) on conflict (consumer) do update "
        "set position = excluded.position, sequence = excluded.sequence, moved_at = now()",
        [consumer, position.transaction, position.sequence],
    )


def log_views(persons: Sequence[UUID], *, actor: Actor, purpose: Purpose, viewed_at: datetime, site: str = "") -> None:
    """Log that this actor looked at these persons, in one insert (DESIGN, law 8). Nobody looked at, nothing is logged."""
    if persons:
        database.run(
            "insert into journal_view (person_id, id, viewed_at, actor, actor_kind, purpose, site) "
            "select x.p, x.i, %s, %s, %s, %s, %s from unnest(%b::uuid[], %b::uuid[]) as x(p, i)",
            [
                viewed_at,
                actor.id,
                actor.kind,
                purpose,
                site,
                arrays.uuids(persons),
                arrays.uuids([uuid7() for _ in persons]),
            ],
        )


def make_partition(month: date) -> bool:
    """Give the entries made in this month a partition of their own; False if the default one already holds some of them.

    Made ahead of its month. Without it nothing is lost: the default partition takes what has no other place.
    """
    found = database.row("select journal_make_partition(%s)", [month])
    return found is not None and bool(found[0])


def anchor(*, now: datetime) -> bytes | None:
    """Fix the settled entries since the last anchor under one Merkle root, and return it; None if there are none.

    The root covers the digests in journal order; the row names the root before it, so that the anchors are a chain.
    """
    before = database.row(
        "select to_position, to_sequence, root from journal_anchor order by to_position desc, to_sequence desc limit 1"
    )
    start = Position(before[0], before[1]) if before else START
    found = database.rows(
        "select position, sequence, digest from journal_entry where position >= %s and (position > %s or sequence > %s) "
        "and position < %s order by position, sequence",
        [start.transaction, start.transaction, start.sequence, queries.horizon_transaction()],
    )
    if not found:
        return None
    root = engine.merkle_root([bytes(digest) for _, _, digest in found])
    database.run(
        "insert into journal_anchor (id, from_position, from_sequence, to_position, to_sequence, entries, root, previous, "
        "anchored_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [uuid7(), *start, found[-1][0], found[-1][1], len(found), root, bytes(before[2]) if before else b"", now],
    )
    return root
