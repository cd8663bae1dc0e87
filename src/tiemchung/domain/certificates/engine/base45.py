"""Base45 (RFC 9285), by table: of what a certificate costs beside its signature, this was once the largest part."""

from __future__ import annotations

import struct
from functools import cache

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BASE = len(ALPHABET)
_PAIR = 1 << 16
_FOREIGN = 255
_VALUES = bytes(ALPHABET.index(letter) if letter in ALPHABET else _FOREIGN for letter in map(chr, range(256)))


class Base45Error(ValueError):
    """Not base45."""


@cache
def _pairs() -> tuple[str, ...]:
    """Return the three letters of every two bytes: 65,536 short strings, made at the first use."""
    low = [first + second for second in ALPHABET for first in ALPHABET]
    return tuple(low[value % (_BASE * _BASE)] + ALPHABET[value // (_BASE * _BASE)] for value in range(_PAIR))


def encode(content: bytes) -> str:
    """Return the text of these bytes."""
    pairs = _pairs()
    even = len(content) & ~1
    text = "".join(map(pairs.__getitem__, struct.unpack(f">{even // 2}H", content[:even])))
    if len(content) == even:
        return text
    last = content[-1]
    return text + ALPHABET[last % _BASE] + ALPHABET[last // _BASE]


def decode(text: str) -> bytes:
    """Return the bytes of a text; raises `Base45Error` for a foreign letter, a stray one, or a value too large."""
    try:
        letters = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError as error:
        raise Base45Error("a letter beyond ASCII") from error
    if _FOREIGN in letters:
        raise Base45Error("a letter that is not of base45")
    whole, rest = divmod(len(letters), 3)
    if rest == 1:
        raise Base45Error("a letter too many")
    content = _pairs_of(letters[: whole * 3], whole)
    if not rest:
        return content
    last = letters[-2] + _BASE * letters[-1]
    if last > 0xFF:  # noqa: PLR2004 - a byte
        raise Base45Error("two letters that are no byte")
    return content + bytes((last,))


def _pairs_of(letters: bytes, count: int) -> bytes:
    """Return the two bytes of every three letters, all at once: as numbers of four bytes side by side in a large one."""
    first, second, third = (_spread(letters[place::3], count) for place in range(3))
    sums = (first + _BASE * second + _BASE * _BASE * third).to_bytes(4 * count, "big")
    if any(sums[1::4]):
        raise Base45Error("three letters that are no two bytes")
    content = bytearray(2 * count)
    content[::2], content[1::2] = sums[2::4], sums[3::4]
    return bytes(content)


def _spread(letters: bytes, count: int) -> int:
    lanes = bytearray(4 * count)
    lanes[3::4] = letters
    return int.from_bytes(lanes, "big")
