"""What is set aside for a human and how that ends; what is kept and waits to be folded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.journal import engine, queries
from tiemchung.domain.journal.actions.appending import mark
from tiemchung.domain.journal.errors import SetAsideQuotaSpent
from tiemchung.domain.journal.values import SET_ASIDE_QUOTA, Chain, SetAside
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database, sealing


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
