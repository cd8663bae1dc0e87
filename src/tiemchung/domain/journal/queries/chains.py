"""Where each device's chain stands, and what of it is set aside for a human."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from tiemchung.domain.journal.queries.reading import clear_body
from tiemchung.domain.journal.queries.watching import COUNT_CEILING
from tiemchung.domain.journal.values import Chain, HeldAside
from tiemchung.kernel.wire import MAX_ENTRIES
from tiemchung.plumbing import arrays, database

_CHAIN = "select last_sequence, head, last_occurred_at, set_aside, forked_at is not null from journal_chain where device = %s"


def chain(device: UUID, *, locked: bool = False) -> Chain | None:
    """Return where this device's chain stands, held until the transaction ends if so asked; None before its first batch."""
    found = database.row(f"{_CHAIN} for update" if locked else _CHAIN, [device])
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


def has_batch(device: UUID, head: bytes, *, last: int) -> bool:
    """Tell whether a batch of this device that ended with this sequence and led to this head was taken before."""
    found = database.row(
        "select 1 from journal_batch where device = %s and first > %s and first <= %s and head = %s limit 1",
        [device, last - MAX_ENTRIES, last, head],
    )
    return found is not None


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
