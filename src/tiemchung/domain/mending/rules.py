"""How a complaint is named: a number that is read aloud over a phone and that nobody guesses."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta

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


_WRITTEN = re.compile(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)|(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
BESIDE = timedelta(days=1)
"""How far from the day that somebody remembers their dose is looked for. Ours."""


def days_told(text: str) -> list[date]:
    """Return the days on which a dose may have been given, by what somebody wrote of it: the day they name and its neighbors."""
    found = _WRITTEN.search(text)
    if found is None:
        return []
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        told = date(int(year), int(month), int(day))
        return [told - BESIDE, told, told + BESIDE]
    except (ValueError, OverflowError):
        return []
