"""How far each follower is, how much waits for something, and who has looked at a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tiemchung.domain.journal.values import START, Position
from tiemchung.plumbing import arrays, database


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
