"""What lies on a hub's disk: tablets with their public keys, and sealed batches with the center's receipts.

A batch is known by what its tablet signed and the bytes that followed: cut alike and sent again it is one, though its signature is
another. Whatever returns here has been committed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
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
SCHEMA = """
CREATE TABLE IF NOT EXISTS hub_tablet (device uuid PRIMARY KEY, public_key bytea NOT NULL);
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
CREATE INDEX IF NOT EXISTS hub_batch_of_tablet ON hub_batch (device, first);
CREATE INDEX IF NOT EXISTS hub_batch_waiting ON hub_batch (next_at) WHERE receipt IS NULL;
"""
GRANTS = "GRANT SELECT, INSERT, UPDATE, DELETE ON hub_tablet, hub_batch TO {role};"


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


class Store:
    """The hub's two tables. Every call is one transaction; each answers from what is committed."""

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

    def put_tablets(self, tablets: Iterable[tuple[UUID, bytes]]) -> None:
        """Make these the tablets whose batches are kept."""
        with self._pool.connection() as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM hub_tablet")
            cursor.executemany("INSERT INTO hub_tablet (device, public_key) VALUES (%s, %s)", list(tablets))

    def key_of(self, device: UUID) -> bytes | None:
        """Return a tablet's public key, a raw point; None for a stranger."""
        with self._pool.connection() as connection:
            row = connection.execute("SELECT public_key FROM hub_tablet WHERE device = %s", [device]).fetchone()
        return None if row is None else bytes(row[0])

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
