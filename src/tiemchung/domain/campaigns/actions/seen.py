"""What the rows of a file so far are known by: a row below may be the same.

Eight bytes of a keyed hash and the line, a row: a million rows are a dictionary of numbers. Whoever goes on with a file
takes over what was seen and reads no row again. Among a million rows two different ones meet by chance once in thirty
million files, and then a human is asked.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable

_PAIR = struct.Struct(">qi")
_MARK = struct.Struct(">q")


class Seen:
    """The lines of one file by their marks; `fresh` are those since it was last asked for."""

    def __init__(self, before: Iterable[bytes] = ()) -> None:
        self._lines: dict[int, int] = {}
        self._fresh: list[tuple[int, int]] = []
        for some in before:
            self._lines.update(_PAIR.iter_unpack(some))

    def above(self, mark: int, line: int) -> int | None:
        """Return the line above that has this mark, or None and remember this one."""
        first = self._lines.setdefault(mark, line)
        if first != line:
            return first
        self._fresh.append((mark, line))
        return None

    def fresh(self) -> bytes:
        """Return what was remembered since the last time, packed to be kept; what is told twice is told once."""
        packed = b"".join([_PAIR.pack(mark, line) for mark, line in self._fresh])
        self._fresh.clear()
        return packed


def mark_of(keyed: bytes, *others: str) -> int:
    """Return the mark of a keyed hash, alone or with what else must be the same."""
    if others:
        keyed = hashlib.sha256(keyed + "\0".join(others).encode()).digest()
    mark: int = _MARK.unpack_from(keyed)[0]
    return mark
