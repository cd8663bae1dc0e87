"""Columns of a batch as PostgreSQL's binary arrays, packed by hand.

A set goes to the database as one statement over `unnest($1::uuid[], ...)`. Psycopg dumps a list of 500 values in
text, value by value; these pack a column in one go (SPEED.md, The hot path). Write the placeholder as `%b::uuid[]`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD = struct.Struct(">iiIii")
_NULL = b"\xff\xff\xff\xff"
_LENGTHS = [length.to_bytes(4, "big") for length in range(1024)]
_UUID_LENGTH = b"\0\0\0\x10"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_UUID, _TEXT, _BYTEA, _INT2, _INT4, _INT8, _FLOAT4, _BOOL, _DATE, _TIMESTAMPTZ = (
    2950, 25, 17, 21, 23, 20, 700, 16, 1082, 1184
)  # fmt: skip


class Packed(bytes):
    """A column ready to be sent; made only by the functions of this module."""

    __slots__ = ()


class _PackedDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: Packed) -> bytes:
        return bytes(obj)


psycopg.adapters.register_dumper(Packed, _PackedDumper)


def _array(oid: int, count: int, cells: Iterable[bytes]) -> Packed:
    if count == 0:
        return Packed(struct.pack(">iiI", 0, 0, oid))
    return Packed(_HEAD.pack(1, 1, oid, count, 1) + b"".join(cells))


def uuids(values: Sequence[UUID | None]) -> Packed:
    """Pack ids as `uuid[]`."""
    try:
        cells = [v.int.to_bytes(16, "big") for v in values]  # type: ignore[union-attr]  # a missing one ends this way
    except AttributeError:
        return _gappy_uuids(values)
    return _array(_UUID, len(cells), (_UUID_LENGTH, _UUID_LENGTH.join(cells)))


def _gappy_uuids(values: Sequence[UUID | None]) -> Packed:
    return _array(
        _UUID, len(values), [_NULL if v is None else _UUID_LENGTH + v.int.to_bytes(16, "big") for v in values]
    )


def texts(values: Sequence[str | None]) -> Packed:
    """Pack strings as `text[]`."""
    return binaries([None if v is None else v.encode() for v in values], _TEXT)


def binaries(values: Sequence[bytes | None], oid: int = _BYTEA) -> Packed:
    """Pack byte strings as `bytea[]`."""
    try:
        cells = [_NULL if v is None else _LENGTHS[len(v)] + v for v in values]
    except IndexError:
        cells = [_NULL if v is None else len(v).to_bytes(4, "big") + v for v in values]
    return _array(oid, len(values), cells)


@lru_cache(maxsize=1024)
def _cells(code: str, count: int) -> struct.Struct:
    """Return what packs so many values with their lengths in one call."""
    return struct.Struct(">" + f"i{code}" * count)


def _fixed(oid: int, code: str, size: int, values: Sequence[Any]) -> Packed:
    told: list[Any] = [size] * (2 * len(values))
    told[1::2] = values
    try:
        return _array(oid, len(values), (_cells(code, len(values)).pack(*told),))
    except struct.error:
        if None not in values:
            raise
    one = struct.Struct(f">i{code}")
    return _array(oid, len(values), [_NULL if v is None else one.pack(size, v) for v in values])


def smallints(values: Sequence[int | None]) -> Packed:
    """Pack whole numbers of two bytes as `int2[]`."""
    return _fixed(_INT2, "h", 2, values)


def integers(values: Sequence[int | None]) -> Packed:
    """Pack whole numbers of four bytes as `int4[]`."""
    return _fixed(_INT4, "i", 4, values)


def bigints(values: Sequence[int | None]) -> Packed:
    """Pack whole numbers of eight bytes as `int8[]`."""
    return _fixed(_INT8, "q", 8, values)


def reals(values: Sequence[float | None]) -> Packed:
    """Pack numbers as `real[]`."""
    return _fixed(_FLOAT4, "f", 4, values)


def booleans(values: Sequence[bool | None]) -> Packed:
    """Pack truth values as `bool[]`."""
    cells = [_NULL if v is None else b"\0\0\0\x01\x01" if v else b"\0\0\0\x01\0" for v in values]
    return _array(_BOOL, len(values), cells)


def dates(values: Sequence[date | None]) -> Packed:
    """Pack days as `date[]`."""
    return integers_of(_DATE, [None if v is None else v.toordinal() - _EPOCH_DAY for v in values])


def instants(values: Sequence[datetime | None]) -> Packed:
    """Pack aware instants as `timestamptz[]`, exact to the microsecond."""
    return _fixed(_TIMESTAMPTZ, "q", 8, [None if v is None else (v - _EPOCH) // _MICROSECOND for v in values])


def integers_of(oid: int, values: Sequence[int | None]) -> Packed:
    """Pack values that PostgreSQL keeps as four bytes under another type's oid."""
    return _fixed(oid, "i", 4, values)
