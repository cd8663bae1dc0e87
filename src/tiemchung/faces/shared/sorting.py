"""The order of Vietnamese names: by letter (a ă â b c d đ e ê ...), then by tone; numbers by their size."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng, in the dictionaries' order; no mark comes first."""
_PIECE = re.compile(r"\d+|\w|.")

Key = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


def alphabetical(name: str) -> Key:
    """Return the key by which names are sorted: spaces and signs, then numbers, then letters."""
    tones: list[int] = []
    plain = []
    for mark in unicodedata.normalize("NFD", name.lower()):
        if mark in _TONES:
            tones.append(_TONES[mark])
        else:
            plain.append(mark)
            tones.append(0)
    pieces = _PIECE.findall(unicodedata.normalize("NFC", "".join(plain)))
    return tuple(_rank(piece) for piece in pieces), tuple(tones), name


def _rank(piece: str) -> tuple[int, int]:
    if piece.isdigit():
        return 1, int(piece)
    if piece in _LETTERS:
        return 2, _LETTERS.index(piece)
    return 0, ord(piece)
