"""How a complaint is named: a number that is read aloud over a phone and that nobody guesses."""

from __future__ import annotations

import secrets

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without those that are taken for each other on paper or aloud (0 O, 1 I L, U V)."""
GROUPS, GROUP = 2, 5
"""Two groups of five: 49 bits, of which a nation's million complaints leave a stranger one hit in 590 million tries."""


def new_number() -> str:
    """Return a fresh number of the form 7K3MC-9QXDA."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def read_number(text: str) -> str | None:
    """Return a number as it is stored, however it was typed; None if it can be none."""
    plain = "".join(letter for letter in text.upper() if letter.isalnum())
    if len(plain) != GROUPS * GROUP or not set(plain) <= set(LETTERS):
        return None
    return f"{plain[:GROUP]}-{plain[GROUP:]}"
