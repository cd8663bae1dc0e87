"""Vietnamese text as it was typed before Unicode: TCVN3 (fonts .Vn...) and VNI, read back by what each byte showed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_VNI_MARKS = {
    "ù": "\u0301",
    "ø": "\u0300",
    "û": "\u0309",
    "õ": "\u0303",
    "ï": "\u0323",
    "â": "\u0302",
    "ê": "\u0306",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile(f"([aeouyAEOUY]|[ôöÔÖ])([{''.join(_VNI_MARKS)}{''.join(_VNI_MARKS).upper()}])")
_UNICODE_ONLY = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_TCVN3_SIGNS = re.compile("[µ¸¶·¹¨»¾¼½©®ª«¬¡¢§£¤¥¦]")
_VIETNAMESE = frozenset(
    letter
    for vowel in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    for lower in (unicodedata.normalize("NFC", vowel + tone),)
    for letter in (lower, lower.upper())
) | {"đ", "Đ"}
_LAST_OLD = 0xFF
_NO_LETTER_OF_OURS = re.compile(
    "["
    + "".join(
        letter for letter in map(chr, range(0x80, _LAST_OLD + 1)) if letter.isalpha() and letter not in _VIETNAMESE
    )
    + "]"
)
"""What an old font may have left: they knew 256 letters, and none of those of Ê Đê beyond (ŏ, ŭ, ĭ)."""
_ASTRAY = re.compile("[aeAE][à-ÿÀ-Þ]|[oO][âêùúûõÂÊÙÚÛÕ]|[a-zà-ÿ][À-Þ]")
"""What stands together in no Vietnamese word: a marked vowel behind a or e, some behind o, a marked capital inside of a word."""
_VNI_SIGNS = re.compile(f"(?:[aeouyAEOUYôöÔÖ][{''.join(_VNI_MARKS)}{''.join(_VNI_MARKS).upper()}])|[ñÑ]")


def typed_as(samples: Iterable[str]) -> str:
    """Return how these texts were typed: `unicode`, `tcvn3` or `vni`, judged by all of them together."""
    text = "\n".join(samples)
    if text.isascii() or _UNICODE_ONLY.search(unicodedata.normalize("NFC", text)):
        return "unicode"
    tcvn3, vni = len(_TCVN3_SIGNS.findall(text)), len(_VNI_SIGNS.findall(text))
    if tcvn3 > vni:
        return "tcvn3"
    return "vni" if vni else "unicode"


def has_unicode(texts: Iterable[str]) -> bool:
    """Tell whether among these texts is a letter that only Unicode has: they were not typed in an old font."""
    return any(_UNICODE_ONLY.search(unicodedata.normalize("NFC", text)) for text in texts if not text.isascii())


def old_letters(name: str) -> tuple[int, int] | None:
    """Return from where to where a name is such as an old font leaves it when it is read as Unicode; None where it is not.

    It may be a foreign name all the same (Muñoz, Raúl): for a human to look at, never a reason to refuse.
    """
    if name.isascii():
        return None
    found = _NO_LETTER_OF_OURS.search(name) or _ASTRAY.search(name)
    return found.span() if found else None


def read_back(text: str, how: str) -> str:
    """Return a text as it showed on the screen of whoever typed it."""
    if how == "unicode" or text.isascii():
        return text
    return _from_tcvn3(text) if how == "tcvn3" else _from_vni(text)


def _from_tcvn3(text: str) -> str:
    read = "".join(_TCVN3.get(letter, letter) for letter in text)
    # The fonts of capitals show small codes: a word that begins with a plain capital and has no small ASCII is one.
    return " ".join(
        word.upper() if word[:1].isupper() and not re.search("[a-z]", word) and len(word) > 1 else word
        for word in read.split(" ")
    )


def _from_vni(text: str) -> str:
    def joined(pair: re.Match[str]) -> str:
        letter = _of_letter(pair[1])
        return letter + _VNI_MARKS[pair[2].lower()]

    read = _VNI_PAIR.sub(joined, text)
    return unicodedata.normalize("NFC", "".join(_of_letter(letter) for letter in read))


def _of_letter(letter: str) -> str:
    plain = _VNI_LETTERS.get(letter.lower())
    if plain is None:
        return letter
    return plain.upper() if letter.isupper() else plain
