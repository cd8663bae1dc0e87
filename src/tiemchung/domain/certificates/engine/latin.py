"""A name in the letters of a passport (ICAO Doc 9303, part 3, section 6), as certificates carry it beside the name itself.

Vietnamese names lose their marks, Đ becomes D, the family name comes first and is the first word. A name of one word has
a family name only: that part is the one which a certificate requires.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from tiemchung.kernel.names import display_name

LONGEST = 80
"""Letters that the schema of the certificate allows for each part."""

_REMEMBERED = 1 << 14
"""Words kept in memory: full names are many, the words they are made of a few thousand."""

_LETTERS = str.maketrans(
    {
        "Đ": "D", "Ð": "D", "Ä": "AE", "Å": "AA", "Æ": "AE", "Ö": "OE", "Ø": "OE", "Œ": "OE", "Ü": "UE", "ß": "SS",
        "ẞ": "SS", "Þ": "TH", "Ħ": "H", "Ł": "L", "Ŧ": "T", "Ŋ": "N", "ĸ": "Q", "ı": "I", "Ɓ": "B", "Ƀ": "B",
    }
)  # fmt: skip
"""Letters that ICAO writes otherwise than by dropping a mark, or whose stroke no decomposition parts."""


def parts(name: str) -> tuple[str, str]:
    """Return family name and given names of a name as it is shown."""
    family, _, given = display_name(name).partition(" ")
    return _cut(family), _cut(given)


def transliterated(text: str) -> str:
    """Return a name in capitals A to Z, words joined by `<`; letters that have no Latin form are left out.

    >>> transliterated("Nguyễn Thị Đào")
    'NGUYEN<THI<DAO'
    """
    return "<".join(filter(None, map(_word, text.split())))[:LONGEST].rstrip("<")


@lru_cache(maxsize=_REMEMBERED)
def _word(text: str) -> str:
    shown = display_name(text).replace("ß", "ẞ").upper().translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", shown) if unicodedata.category(letter) != "Mn")
    words = "".join(letter if letter.isalnum() else " " if letter in " -" else "" for letter in bare).split()
    latin = ("".join(letter for letter in word if "A" <= letter <= "Z") for word in words)
    return "<".join(word for word in latin if word)


def _cut(text: str) -> str:
    return text[:LONGEST].rstrip()
