"""Names of persons: one spelling to show, and keys under which two spellings of one name meet.

No library knows Vietnamese names. NFC does not unify òa and oà, nor Lý and Lí; folding to ASCII makes Đ a D and so Đào
a Dao. Both keys are computed here, in Python, and stored; SQL never folds a name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

LONGEST_NAME: Final = 80
"""Letters of a name. Names of eighty letters are real; the bound is ours, the same wherever somebody writes a name."""
_BETWEEN: Final = frozenset(" .,/'-")
_REMEMBERED: Final = 1 << 14
"""Words kept in memory: the full names of a country are many, the words they are made of a few thousand."""

_LOOK_ALIKES: Final = str.maketrans(
    {
        # Eth and African D look like Đ and are typed for it.
        "Ð": "Đ",
        "ð": "đ",
        "Ɖ": "Đ",
        "ɖ": "đ",
        # H'Hen Niê and Rơ-Châm: whatever the keyboard gave for the apostrophe and the hyphen.
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u02b9": "'",
        "\u00b4": "'",
        "`": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
    }
)
_STROKED: Final = str.maketrans({"ƀ": "b", "ɓ": "b", "ł": "l", "ø": "o"})
"""Letters that no decomposition parts from their stroke: ƀ of Ê Đê and Jrai names, the others of foreigners'."""

_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_TONE: Final = "[\u0300\u0301\u0303\u0309\u0323]"
_INITIAL: Final = "(?P<before>ngh|gh|gi|kh|ng|nh|ph|th|tr|ch|[bcdđghklmnprstvx])?"
_NEW_STYLE: Final = re.compile(f"{_INITIAL}(?P<glide>o(?=[ae])|u(?=y))(?P<vowel>[aey])(?P<tone>{_TONE})", re.IGNORECASE)
_ASTRAY: Final = re.compile(
    f"{_INITIAL}(?P<glide>o(?=.[ae])|u(?=.y))(?P<tone>{_TONE})(?P<vowel>[aey])(?P<end>[a-z].*)", re.IGNORECASE
)
_LONE_Y: Final = re.compile(r"(?P<before>(?:qu|[b-df-hj-np-tv-xzđ]*))y")
_QU_Y: Final = re.compile(r"quy(?=[b-df-hj-np-tv-xz])")


def display_name(text: str) -> str:
    """Return a name as it is shown and printed: composed letters, tones in the older places, single spaces.

    Tones stand as in hòa, khỏe, thủy (not hoà, khoẻ, thuỷ) and as in Hoàng, Huỳnh, Quý, where both styles agree.
    Only words of a Vietnamese shape are touched: Zoé stays Zoé. Upper and lower case stay as they were typed.
    """
    return " ".join(filter(None, map(_display_word, text.split())))


@lru_cache(maxsize=_REMEMBERED)
def _display_word(text: str) -> str:
    shown = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cf", "Cc"})
    decomposed = unicodedata.normalize("NFD", shown.translate(_LOOK_ALIKES))
    placed = _WORD.sub(lambda word: _place_tone(word.group()), decomposed)
    return " ".join(unicodedata.normalize("NFC", placed).split())


def _place_tone(word: str) -> str:
    """Move the tone of one decomposed word to where the older style has it."""
    if new := _NEW_STYLE.fullmatch(word):
        return f"{new['before'] or ''}{new['glide']}{new['tone']}{new['vowel']}"
    if astray := _ASTRAY.fullmatch(word):
        return f"{astray['before'] or ''}{astray['glide']}{astray['vowel']}{astray['tone']}{astray['end']}"
    return word


def fault_of_name(name: str) -> str | None:
    """Return what is wrong with a name as it is shown: `empty`, `long`, `letters`, or nothing. One letter is a name.

    Names hold letters with their marks and what stands between them (H'Hen, Rơ-Châm, Kumar s/o Raj), no digit and no sign.
    """
    if len(name) <= LONGEST_NAME and name.replace(" ", "").isalpha():
        return None
    if not any(letter.isalpha() for letter in name):
        return "letters" if name else "empty"
    if len(name) > LONGEST_NAME:
        return "long"
    return "letters" if foreign_in(name) is not None else None


def foreign_in(name: str) -> int | None:
    """Return where the first character of a name stands that belongs into none; None where there is none."""
    return next(
        (
            place
            for place, letter in enumerate(name)
            if not letter.isalpha() and letter not in _BETWEEN and unicodedata.category(letter)[0] != "M"
        ),
        None,
    )


def visible(text: str) -> str:
    """Return a text without characters that nobody sees or that turn its direction: it reads as it will be stored."""
    if text.isprintable():
        return text
    shown = (" " if letter.isspace() else letter for letter in text)
    return "".join(letter for letter in shown if unicodedata.category(letter) not in {"Cf", "Cc"})


def name_key(text: str) -> str:
    """Return the key under which spellings of one name meet: small letters without accents, Đ kept apart from D.

    A lone y counts as i (Lý and Lí, Quý and Quí); in Thúy, Duy and Mây it does not, for Thúi, Dui and Mai are other
    words. An apostrophe or hyphen parts words like a space. The key is no proof: many people share a name.
    """
    return " ".join(filter(None, map(_word_key, text.split())))


@lru_cache(maxsize=_REMEMBERED)
def _word_key(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(_LOOK_ALIKES)).casefold())
    bare = "".join(letter for letter in folded if unicodedata.category(letter)[0] not in "MC")
    parted = "".join(letter if letter.isalnum() else " " for letter in bare.translate(_LOOK_ALIKES).translate(_STROKED))
    return " ".join(_unify_y(word) for word in parted.split())


def _unify_y(word: str) -> str:
    if lone := _LONE_Y.fullmatch(word):
        return f"{lone['before']}i"
    return _QU_Y.sub("qui", word, count=1)


def search_key(text: str) -> str:
    """Return the key under which a place is searched: the name key with d for đ too, for not every phone types marks."""
    return name_key(text).replace("đ", "d")


def token_key(text: str) -> str:
    """Return the name key with its words in alphabetical order: Nguyễn Văn An and An Nguyễn Văn meet."""
    return sorted_key(name_key(text))


def sorted_key(key: str) -> str:
    """Return a name key with its words in alphabetical order."""
    return " ".join(sorted(key.split()))
