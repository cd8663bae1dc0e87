"""CBOR (RFC 8949): writing our own values, and reading what a stranger wrote, only the kinds that a certificate has.

What is read is bounded in depth and number. The reader is written by hand because a general reader does more than is wanted of a
stranger's bytes: it builds decimals, patterns and shared references. The frontend's `verify/cbor.ts` reads the same bytes
to the same values or faults.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import cbor2

MOST_DEPTH = 12
MOST_ITEMS = 2_000
MOST_NUMBER = 2**53 - 1
"""Ours: the deepest certificate of the conformance set has 6 levels, the longest 60 values; numbers stop where a
browser's are no longer exact."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_INDEFINITE = 31
_LONGER = 24
"""From this detail on the length stands in the bytes that follow."""
_BREAK = b"\xff"
_NAMES = frozenset({int, str})
_TOO_MUCH, _CUT_OFF = "too deep or too many values", "cut off"
_NO_NAME = "a key twice, or of a kind that is no name"
_CONSTANTS = {20: False, 21: True, 22: None, 23: None}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}


class CborError(ValueError):
    """Not CBOR, or not of the kind that a certificate may hold."""


class Tagged(NamedTuple):
    """A value under a tag."""

    tag: int
    value: Any


def encode(value: dict[Any, Any] | list[Any] | str | bytes | int) -> bytes:
    """Return the bytes of a value of ours, maps in the order in which they were made."""
    return cbor2.dumps(value)


def byte_string(content: bytes) -> bytes:
    """Return the bytes of a byte string."""
    return _head(_BYTES, len(content)) + content


def _head(kind: int, number: int) -> bytes:
    """Return the first bytes of a value: its kind, and a number in the fewest bytes."""
    if number < _LONGER:
        return bytes((kind << 5 | number,))
    if number <= 0xFF:  # noqa: PLR2004 - a byte
        return bytes((kind << 5 | 24, number))
    detail, size = next((detail, size) for detail, size in _SIZES.items() if number < 1 << 8 * size)
    return bytes((kind << 5 | detail,)) + number.to_bytes(size, "big")


def decode(content: bytes) -> Any:
    """Return the one value that these bytes hold; raises `CborError` for anything else."""
    reader = _Reader(content)
    value = reader.value(0)
    if reader.at != len(content):
        raise CborError("more than one value")
    return value


class _Reader:
    __slots__ = ("at", "content", "items")

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0
        self.items = 0

    def value(self, depth: int) -> Any:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of value
        # A certificate has some sixty values, and who verifies thousands a second pays for each: short texts, numbers and
        # maps are read here, without a further call.
        self.items += 1
        if depth > MOST_DEPTH or self.items > MOST_ITEMS:
            raise CborError(_TOO_MUCH)
        content, at = self.content, self.at
        try:
            head = content[at]
        except IndexError:
            raise CborError(_CUT_OFF) from None
        kind, detail = head >> 5, head & 31
        self.at = at = at + 1
        if kind == _TEXT and detail < _LONGER:
            self.at = end = at + detail
            if end > len(content):
                raise CborError(_CUT_OFF)
            return self._text(content[at:end])
        if kind == _SIMPLE:
            return self._simple(detail)
        if detail == _INDEFINITE:
            return self._unbounded(kind, depth)
        length = detail if detail < _LONGER else self._length(detail)
        if kind == _TEXT:
            return self._text(self._take(length))
        if kind == _UNSIGNED:
            return length
        if kind == _NEGATIVE:
            return -1 - length
        if kind == _BYTES:
            return self._take(length)
        if kind == _TAG:
            return Tagged(length, self.value(depth + 1))
        # A length beyond what is left cannot be true: nothing is made ready for it.
        if length > len(content) - self.at:
            raise CborError(_CUT_OFF)
        if kind == _ARRAY:
            return [self.value(depth + 1) for _ in range(length)]
        found: dict[int | str, Any] = {}
        for _ in range(length):
            key = self.value(depth + 1)
            if type(key) not in _NAMES or key in found:
                raise CborError(_NO_NAME)
            found[key] = self.value(depth + 1)
        return found

    def _count(self, depth: int) -> None:
        self.items += 1
        if depth > MOST_DEPTH or self.items > MOST_ITEMS:
            raise CborError(_TOO_MUCH)

    def _unbounded(self, kind: int, depth: int) -> Any:
        if kind not in {_BYTES, _TEXT, _ARRAY, _MAP}:
            raise CborError("an unbounded number")
        values = []
        while not self._ends(depth + 1):
            values.append(self.value(depth + 1))
        if kind == _ARRAY:
            return values
        if kind == _MAP:
            if len(values) % 2:
                raise CborError("a key without a value")
            return self._map(list(zip(values[::2], values[1::2], strict=True)))
        wanted = bytes if kind == _BYTES else str
        if not all(type(value) is wanted for value in values):
            raise CborError("a piece of another kind")
        return wanted().join(values)

    def _ends(self, depth: int) -> bool:
        """Pass the break that ends an unbounded value, which counts as one, and tell whether it stood here."""
        if self.content[self.at : self.at + 1] != _BREAK:
            return False
        self._count(depth)
        self.at += 1
        return True

    def _simple(self, detail: int) -> Any:
        if detail == _INDEFINITE:
            raise CborError("a stray break")
        if detail in _CONSTANTS:
            return _CONSTANTS[detail]
        if detail in _FLOATS:
            return struct.unpack(_FLOATS[detail], self._take(_SIZES[detail]))[0]
        raise CborError("a simple value of no meaning here")

    def _length(self, detail: int) -> int:
        if detail not in _SIZES:
            raise CborError("a length of no meaning")
        length = int.from_bytes(self._take(_SIZES[detail]), "big")
        if length > MOST_NUMBER:
            raise CborError("a number too large")
        return length

    @staticmethod
    def _map(pairs: list[tuple[Any, Any]]) -> dict[int | str, Any]:
        found: dict[int | str, Any] = {}
        for key, value in pairs:
            if type(key) not in _NAMES or key in found:
                raise CborError(_NO_NAME)
            found[key] = value
        return found

    @staticmethod
    def _text(content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise CborError("text that is no UTF-8") from error

    def _take(self, length: int) -> bytes:
        if length > len(self.content) - self.at:
            raise CborError(_CUT_OFF)
        self.at += length
        return self.content[self.at - length : self.at]
