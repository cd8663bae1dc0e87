"""What linkage compares, and what it answers."""

from __future__ import annotations

from datetime import date

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one row tells of a person. The born_* are both None where nothing is known.

    `name` is as it is shown; `personal` are tokens of personal numbers that hold, `numbers` of all numbers whatever their
    kind, ended ones too; `phones` are tokens as well. At least one row of a pair is `fresh`.
    """

    name: str
    born_from: date | None = None
    born_to: date | None = None
    sex: str = "unknown"
    commune: str = ""
    personal: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    phones: tuple[int, ...] = ()
    fresh: bool = True


class Pair(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Two rows, by their places, that may be one human being: `weight` is Splink's, in bits.

    `certain` says that an identity number agrees and nothing contradicts. Any other pair is for a human.
    """

    one: int
    other: int
    weight: float
    certain: bool


def token_of(digest: bytes) -> int:
    """Return a keyed hash as linkage compares it: its first 63 bits."""
    return int.from_bytes(digest[:8], "big") >> 1
