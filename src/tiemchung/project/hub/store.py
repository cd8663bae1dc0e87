"""What lies on a hub's disk: tablets with their public keys, sealed batches with the center's receipts, and the desks' notes.

A batch is known by what its tablet signed and the bytes that followed: cut alike and sent again it is one, though its signature is
another. Whatever returns here has been committed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg_pool import ConnectionPool

from tiemchung.kernel import wire

MOST_BYTES_OF_ONE = 64 * 1024 * 1024
"""What one tablet may leave here: some hundred times its busiest day. Ours."""
KEPT_AFTER_ANSWER = timedelta(days=3)
"""How long an answered batch stays, so that a tablet that was away still finds its receipt. Ours: as long as a site works alone."""
LONGEST_PAUSE = timedelta(minutes=10)
NOTES_KEPT = timedelta(hours=24)
"""How long the desks' notes stay: they are of a day, and so is the key under which they can be read."""
STRANGER_EVERY = timedelta(seconds=1)
"""How often it is noted at most that somebody unknown asked: anybody can ask."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS hub_tablet (device uuid PRIMARY KEY, public_key bytea NOT NULL);
ALTER TABLE hub_tablet ADD COLUMN IF NOT EXISTS cut_off boolean NOT NULL DEFAULT false;
CREATE TABLE IF NOT EXISTS hub_stranger (one boolean PRIMARY KEY CHECK (one), asked_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS hub_batch (
    digest bytea PRIMARY KEY,
    device uuid NOT NULL,
    first bigint NOT NULL,
    count integer NOT NULL,
    head bytea NOT NULL,
    content bytea NOT NULL,
    taken_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    receipt text,
    answered_at timestamptz,
    CONSTRAINT hub_answered_has_a_receipt CHECK ((receipt IS NULL) = (answered_at IS NULL))
);
CREATE TABLE IF NOT EXISTS hub_note (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device uuid NOT NULL,
    seq bigint NOT NULL,
    note text NOT NULL,
    taken_at timestamptz NOT NULL,
    UNIQUE (device, seq)
);
CREATE INDEX IF NOT EXISTS hub_batch_of_tablet ON hub_batch (device, first);
CREATE INDEX IF NOT EXISTS hub_batch_waiting ON hub_batch (next_at) WHERE receipt IS NULL;
"""
TABLES = "hub_tablet, hub_stranger, hub_batch, hub_note"
GRANTS = f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO {{role}};"


class Full(Exception):  # noqa: N818 - it tells what the matter is
    """One tablet has left more here than it may."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A batch that the center has not answered."""

    digest: bytes
    device: UUID
    first: int
    count: int
    head: bytes
    content: bytes
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class Rostered:
    """A tablet of the site. What one that was cut off signs is kept for the center to judge; it hears of nobody any more."""

    device: UUID
    public_key: bytes
    is_cut_off: bool = False


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a tablet left for the others of its hall; `place` is where it lies among all of them."""

    place: int
    device: UUID
    seq: int
    note: str


class Store:
    """The hub's tables. Every call is one transaction; each answers from what is committed."""

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=8,
            timeout=5,
            open=True,
            check=ConnectionPool.check_connection,  # the database may have ended and been started again
            kwargs={"connect_timeout": 5},
        )

    def close(self) -> None:
        """Let go of the database."""
        self._pool.close()

    def put_tablets(self, tablets: Iterable[Rostered]) -> None:
        """Make these the tablets whose batches are kept."""
        rows = [(one.device, one.public_key, one.is_cut_off) for one in tablets]
        with self._pool.connection() as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM hub_tablet")
            cursor.executemany("INSERT INTO hub_tablet (device, public_key, cut_off) VALUES (%s, %s, %s)", rows)

    def tablet(self, device: UUID) -> Rostered | None:
        """Return a tablet of the site; None for a stranger."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT public_key, cut_off FROM hub_tablet WHERE device = %s", [device]
            ).fetchone()
        return None if row is None else Rostered(device=device, public_key=bytes(row[0]), is_cut_off=row[1])

    def note_stranger(self, *, now: datetime) -> None:
        """Note that somebody asked who is not known here: perhaps a tablet that was let in a moment ago."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO hub_stranger (one, asked_at) VALUES (true, %(now)s) ON CONFLICT (one) "
                "DO UPDATE SET asked_at = %(now)s WHERE hub_stranger.asked_at < %(before)s",
                {"now": now, "before": now - STRANGER_EVERY},
            )

    def stranger_at(self) -> datetime | None:
        """Return when somebody asked last who was not known here."""
        with self._pool.connection() as connection:
            row = connection.execute("SELECT asked_at FROM hub_stranger").fetchone()
        return None if row is None else row[0]

    def keep(self, header: wire.Header, content: bytes, *, now: datetime) -> None:
        """Keep a batch; kept before, nothing changes. Raises `Full` when its tablet has too much here."""
        with self._pool.connection() as connection:
            # One tablet's batches are counted one after the other.
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(header.device)])
            if connection.execute("SELECT 1 FROM hub_batch WHERE digest = %s", [digest(header, content)]).fetchone():
                return
            held = connection.execute(
                "SELECT coalesce(sum(length(content)), 0) FROM hub_batch WHERE device = %s", [header.device]
            ).fetchone()
            if held is not None and int(held[0]) + len(content) > MOST_BYTES_OF_ONE:
                raise Full
            connection.execute(
                "INSERT INTO hub_batch (digest, device, first, count, head, content, taken_at, next_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    *(digest(header, content), header.device, header.first, header.count, header.head, content),
                    *(now, now),
                ],
            )

    def receipt_of(self, header: wire.Header) -> tuple[bool, str | None]:
        """Tell whether the batch of a header is here, and the center's receipt for it, if it has come."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT count(*), max(receipt) FROM hub_batch WHERE device = %s AND first = %s AND count = %s AND head = %s",
                [header.device, header.first, header.count, header.head],
            ).fetchone()
        return (False, None) if row is None else (row[0] > 0, row[1])

    def due(self, *, now: datetime, most: int) -> list[Waiting]:
        """Return what is to be brought now, each tablet's batches in the order of its chain, the oldest tablet's first."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT digest, device, first, count, head, content, taken_at FROM hub_batch "
                "WHERE receipt IS NULL AND next_at <= %s "
                "ORDER BY min(taken_at) OVER (PARTITION BY device), device, first, count DESC LIMIT %s",
                [now, most],
            ).fetchall()
        return [
            Waiting(
                digest=bytes(row[0]),
                device=row[1],
                first=row[2],
                count=row[3],
                head=bytes(row[4]),
                content=bytes(row[5]),
                taken_at=row[6],
            )
            for row in rows
        ]

    def answered(self, batch: Waiting, receipt: str, *, now: datetime) -> None:
        """Note the center's receipt; the first stands."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE hub_batch SET receipt = %s, answered_at = %s WHERE digest = %s AND receipt IS NULL",
                [receipt, now, batch.digest],
            )

    def later(self, batch: Waiting, *, now: datetime) -> None:
        """Try a batch that was not taken again after a pause, which doubles from a second on."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE hub_batch SET tries = tries + 1, "
                "next_at = %s + least(interval '1 second' * power(2, least(tries, 20)), %s) WHERE digest = %s",
                [now, LONGEST_PAUSE, batch.digest],
            )

    def put_notes(self, device: UUID, notes: Sequence[tuple[int, str]], *, now: datetime) -> None:
        """Keep what a tablet tells the others of its hall; left before, the first stands. Raises `Full` as `keep` does."""
        if not notes:
            return
        with self._pool.connection() as connection:
            # One after the other: places come into sight in their order, and whoever reads on from one has missed none before it.
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('hub_note', 0))")
            held = connection.execute(
                "SELECT coalesce(sum(length(note)), 0) FROM hub_note WHERE device = %s", [device]
            ).fetchone()
            if held is not None and int(held[0]) + sum(len(note) for _, note in notes) > MOST_BYTES_OF_ONE:
                raise Full
            connection.execute(
                "INSERT INTO hub_note (device, seq, note, taken_at) SELECT %s, seq, note, %s "
                "FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS told (seq, note, nth) ORDER BY nth "
                "ON CONFLICT (device, seq) DO NOTHING",
                [device, now, [seq for seq, _ in notes], [note for _, note in notes]],
            )

    def notes_behind(self, place: int, *, besides: UUID, most: int) -> list[Note]:
        """Return what the other tablets left behind a place, in order."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT place, device, seq, note FROM hub_note WHERE place > %s AND device <> %s ORDER BY place LIMIT %s",
                [place, besides, most],
            ).fetchall()
        return [Note(place=row[0], device=row[1], seq=row[2], note=row[3]) for row in rows]

    def forget_notes(self, *, now: datetime) -> None:
        """Delete the notes of a day that is over."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM hub_note WHERE taken_at < %s", [now - NOTES_KEPT])

    def forget(self, *, now: datetime) -> int:
        """Delete what was answered long enough ago; return how many batches that were."""
        with self._pool.connection() as connection:
            return connection.execute(
                "DELETE FROM hub_batch WHERE answered_at < %s", [now - KEPT_AFTER_ANSWER]
            ).rowcount

    def waiting(self) -> int:
        """Return how many batches the center has not answered."""
        with self._pool.connection() as connection:
            row = connection.execute("SELECT count(*) FROM hub_batch WHERE receipt IS NULL").fetchone()
        return 0 if row is None else int(row[0])


def digest(header: wire.Header, content: bytes) -> bytes:
    """Return by what a batch is known: what its tablet signed, and every byte behind the header's line."""
    signed = wire.head_message(
        device=header.device, first=header.first, count=header.count, previous=header.previous, head=header.head
    )
    return hashlib.sha256(signed + content.partition(b"\n")[2]).digest()
