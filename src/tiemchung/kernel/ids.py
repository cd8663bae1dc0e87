"""Ids are made where a fact is born: UUIDv7 of RFC 9562, so that they sort by the time they were made."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from uuid import UUID

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_STAMPED = 0xF << 76 | 0x3 << 62
_MILLISECOND = 1000
_RANDOM_B = (1 << 62) - 1


def uuid7(at: datetime | None = None) -> UUID:
    """Make a new id, stamped with `at` (an aware instant) or, without it, with the machine's clock."""
    milliseconds = time.time_ns() // 1_000_000 if at is None else int(at.timestamp() * _MILLISECOND)
    noise = int.from_bytes(os.urandom(10), "big")
    rand_a, rand_b = noise >> 68, noise & _RANDOM_B
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | _VERSION | (rand_a & 0xFFF) << 64 | _VARIANT | rand_b)


def uuids7(count: int, *, at: datetime) -> list[UUID]:
    """Make so many ids, stamped with `at`, as `uuid7` makes one: their noise is asked for at once."""
    stamp = (int(at.timestamp() * _MILLISECOND) & ((1 << 48) - 1)) << 80 | _VERSION | _VARIANT
    noise = os.urandom(10 * count)
    made = []
    for first in range(0, 10 * count, 10):
        some = int.from_bytes(noise[first : first + 10], "big")
        made.append(UUID(int=stamp | (some >> 68) << 64 | some & _RANDOM_B))
    return made


def made_at(identifier: UUID) -> datetime:
    """Return the instant a UUIDv7 claims to have been made; what it claims is no proof."""
    return datetime.fromtimestamp((identifier.int >> 80) / _MILLISECOND, tz=UTC)


def beside(identifier: UUID, place: int) -> UUID:
    """Return the id of what is told together with another fact: told again, both are the facts they were."""
    return UUID(int=identifier.int ^ place)


def is_uuid7(identifier: UUID) -> bool:
    """Tell whether this is a version 7 id of the RFC's variant."""
    return identifier.int & _STAMPED == _VERSION | _VARIANT
