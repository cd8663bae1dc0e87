"""How a complaint is named, by a number that nobody guesses, and what can be read out of what it tells: a day, a team."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta

from tiemchung.kernel.names import search_key

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without those that are taken for each other on paper or aloud (0 O, 1 I L, U V)."""
GROUPS, GROUP = 2, 5
"""Two groups of five: 49 bits, of which a nation's million complaints leave a stranger one hit in 590 million tries."""


def new_number() -> str:
    """Return a fresh number of the form 7K3MC-9QXDA."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


_OF_ANY_TEAM = frozenset(
    search_key("đội tổ xe nhóm lưu động tiêm chủng số điểm buổi của phường xã quận huyện mobile team number").split()
)
"""What is said of any mobile team, without marks: it tells none from another."""


def team_words(text: str) -> list[str]:
    """Return the words by which somebody told one mobile team from another, without marks; none if they told none."""
    return [word for word in search_key(text).split() if word not in _OF_ANY_TEAM]


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
