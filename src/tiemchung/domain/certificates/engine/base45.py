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
    text = "".join([pairs[pair] for pair in struct.unpack(f">{even // 2}H", content[:even])])
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
    body = letters[: whole * 3]
    values = [a + _BASE * b + _BASE * _BASE * c for a, b, c in zip(body[::3], body[1::3], body[2::3], strict=True)]
    if values and max(values) >= _PAIR:
        raise Base45Error("three letters that are no two bytes")
    content = struct.pack(f">{whole}H", *values)
    if not rest:
        return content
    last = letters[-2] + _BASE * letters[-1]
    if last > 0xFF:  # noqa: PLR2004 - a byte
        raise Base45Error("two letters that are no byte")
    return content + bytes((last,))
