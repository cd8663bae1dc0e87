"""Codes that people read off a screen or a slip and type: how they are written, and how a typed one is read again.

The alphabet is Crockford's base 32: no I, L, O, U, so that nothing is mistaken for another; what is typed for them is
understood all the same.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SLIP_LETTERS: Final = 12
"""Letters of a proof code: 12 times 5 bits are the 60 bits of PROTOCOL."""
DESK_LETTERS: Final = 8
"""Letters of the code that an account shows at a desk: 40 bits, for ten minutes, to staff alone."""
OTP_DIGITS: Final = 6
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_GROUP: Final = 4


def written(number: int, letters: int) -> str:
    """Return a random number as a code of so many letters, in groups of four."""
    text = "".join(ALPHABET[number >> 5 * place & 31] for place in range(letters))
    return "-".join(text[at : at + _GROUP] for at in range(0, letters, _GROUP))


def letters_of(typed: str) -> str:
    """Return a typed code as it is compared: capitals without blanks and hyphens, look-alikes undone."""
    told = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    return "".join(letter for letter in told if letter in ALPHABET)


def digits_of(typed: str) -> str:
    """Return the digits of a typed code, full-width ones and blanks undone."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", typed) if letter in "0123456789")
