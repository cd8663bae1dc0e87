"""Cursors, the log of views, partitions and anchors: what is written about the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.journal import engine, queries
from tiemchung.domain.journal.values import START, Position
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database


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
