"""A simulated tablet: its key, its chain, its clock and what it has not been answered for yet.

Nothing here knows a network: `uplink` sends. A tablet numbers and encodes what a desk writes at once, keeps it until it
is answered, and can say of any prefix of its outbox which batch carries it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from tiemchung.kernel import wire

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

SAFE_BATCH_BYTES: Final = wire.MAX_BATCH_BYTES - wire.MAX_HEADER_BYTES


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry as it lies in the outbox: its line's bytes and what the sent file says of it."""

    seq: int
    id: str | None
    kind: str | None
    line: bytes
    person: str | None = None
    truth: str | None = None


class Forked(Exception):  # noqa: N818 - a state of the device and no error of the program
    """The center knows another chain under this device's name than the tablet itself does."""


@dataclass(kw_only=True)
class Tablet:
    """An enrolled device of one site.

    `clock_error_ms` is how far its clock runs ahead of the true time; `offset_ms` is what it adds to be right again, as
    last measured, or None. `previous` is the link before the first entry of the outbox.
    """

    device: UUID
    site: str
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    clock_error_ms: int = 0
    offset_ms: int | None = 0
    seq: int = 0
    previous: bytes = b""
    outbox: deque[Entry] = field(default_factory=deque, repr=False)
    _signed: tuple[int, int, bytes] = field(default=(0, 0, b""), init=False, repr=False)
    """Of the batch signed last: the first and the last sequence, and the link behind it."""

    def __post_init__(self) -> None:
        if not self.previous:
            self.previous = wire.genesis(self.device)

    def write(
        self, entry: dict[str, Any], *, true_ms: int, staff: str | None, person: str | None, truth: str | None
    ) -> None:
        """Append an entry to the chain: `kind`, `id` and the kind's own fields are given, the rest is added.

        A `site` that the entry names itself stays: the center compares it with the one the tablet is enrolled at.
        """
        whole = {
            "schema": 1,
            "seq": self.seq + 1,
            "at": clock_text(true_ms + self.clock_error_ms),
            "offset_ms": self.offset_ms,
            "site": self.site,
            "staff": staff,
            **entry,
        }
        self.write_line(msgspec.json.encode(whole), id_=entry["id"], kind=entry["kind"], person=person, truth=truth)

    def write_line(
        self,
        line: bytes,
        *,
        id_: str | None = None,
        kind: str | None = None,
        person: str | None = None,
        truth: str | None = None,
    ) -> None:
        """Append bytes to the chain as they are, readable or not."""
        self.seq += 1
        self.outbox.append(Entry(seq=self.seq, id=id_, kind=kind, line=line, person=person, truth=truth))

    def next_batch(self, at_most: int) -> list[Entry]:
        """Return the first entries of the outbox that one batch may carry."""
        batch: list[Entry] = []
        room = SAFE_BATCH_BYTES
        for entry in islice(self.outbox, min(at_most, wire.MAX_ENTRIES)):
            room -= len(entry.line) + 1
            if room < 0 and batch:
                break
            batch.append(entry)
        return batch

    def sign(self, batch: list[Entry]) -> bytes:
        """Return the bytes of a signed batch of entries from the head of the outbox."""
        lines = [entry.line for entry in batch]
        header = wire.sign_batch(
            lines, device=self.device, first=batch[0].seq, previous=self.previous, private_key=self.key
        )
        self._signed = (header.first, header.last, header.head)
        return wire.frame(header, lines)

    def forget(self, batch: list[Entry]) -> None:
        """Drop answered entries from the head of the outbox."""
        first, last, head = self._signed
        if (first, last) == (batch[0].seq, batch[-1].seq):
            self.previous = head
        else:
            self.previous = wire.chain(self.previous, batch[0].seq, [entry.line for entry in batch])
        for _ in batch:
            self.outbox.popleft()

    def known_until(self, last_sequence: int, head: bytes) -> list[Entry]:
        """Return the entries of the outbox that the center holds when it names this sequence and link.

        The link proves them: it covers every byte. Raises Forked when it is another one than the tablet's own.
        """
        known = [entry for entry in self.outbox if entry.seq <= last_sequence]
        first = self.outbox[0].seq if self.outbox else self.seq + 1
        reaches = first - 1 <= last_sequence <= self.seq
        if not reaches or wire.chain(self.previous, first, [entry.line for entry in known]) != head:
            raise Forked(f"{self.device}: the center stands at {last_sequence}, the outbox begins at {first}")
        return known


def clock_text(unix_ms: int) -> str:
    """Return an instant as entries carry it: RFC 3339, UTC, milliseconds."""
    minute, ms = divmod(unix_ms, 60_000)
    seconds, ms = divmod(ms, 1000)
    return f"{_minute_text(minute)}:{seconds:02d}.{ms:03d}Z"


@lru_cache(maxsize=4096)
def _minute_text(minute: int) -> str:
    """Return a minute, counted from 1970. A day's entries are written in some hundreds of them."""
    return datetime.fromtimestamp(minute * 60, tz=UTC).isoformat()[:16]
