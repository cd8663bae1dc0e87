"""What the journal takes and gives: entries, answers about them, places in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import msgspec

SETTLES_AFTER = timedelta(hours=1)
"""An entry written longer ago than this (real time) counts as settled: no writer lives longer than 5 s (DESIGN, 4.4)."""

SET_ASIDE_QUOTA = 2_000
"""How many set-aside entries one device may leave with us (PROTOCOL, A batch)."""


class Position(NamedTuple):
    """A place in the journal's order: the writing transaction with its generation, then the entry's sequence."""

    transaction: int
    sequence: int


START = Position(-1, -1)
"""Before the first entry."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One fact as the journal holds it. Its body stays sealed until somebody reads it: most followers never do."""

    id: UUID
    kind: str
    position: Position
    device: UUID
    seq: int
    site: str
    person: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    written_at: datetime
    open_body: Callable[[], bytes]

    @property
    def body(self) -> bytes:
        """Exactly the line that its device signed, unsealed anew each time."""
        return self.open_body()


class NewEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry to be appended: `line` is what goes into the chain, `person` whom it is about if that is known."""

    id: UUID
    kind: str
    seq: int
    occurred_at: datetime
    person: UUID | None
    line: bytes


class Outcome(StrEnum):
    """What became of an entry that was sent to be kept."""

    KEPT = "kept"
    KNOWN = "known"
    REUSED = "id-reused"


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device's chain stands: the sequence and link of its last entry. A new chain has sequence 0 and its genesis."""

    device: UUID
    last_sequence: int
    head: bytes
    last_occurred_at: datetime | None
    set_aside: int
    forked: bool


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is held whole for a human: why, and the bytes as they came."""

    entry: UUID | None
    seq: int
    reason: str
    line: bytes


class HeldAside(msgspec.Struct, frozen=True, kw_only=True):
    """A set-aside entry as it waits for a human: its own id here, whose it is, why, since when, and its exact bytes."""

    id: UUID
    device: UUID
    seq: int
    reason: str
    site: str
    recorded_at: datetime
    line: bytes


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of settled entries, and the place after which the next one begins; `full` when more may wait there already."""

    entries: list[Entry]
    end: Position
    full: bool = False


class Horizon(msgspec.Struct, frozen=True, kw_only=True):
    """How far followers may read: below this transaction every entry is settled. `age` is how long the oldest one waits."""

    transaction: int
    age: timedelta
