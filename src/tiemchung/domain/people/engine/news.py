"""Which changes of the register can be believed, by their shape alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from tiemchung.domain.people.engine.identifiers import faults_of_number
from tiemchung.domain.people.values import OLD_CARD, PERSONAL_NUMBER
from tiemchung.kernel.register import Change, What

OLD_CARD_DIGITS = 9
AHEAD = timedelta(days=1)
"""How far the register's day may be before ours: midnight is not everywhere at once."""


class Believed(NamedTuple):
    """A change that can be: of whom, since which day, what; where they moved to, or the number they have from then on."""

    sequence: int
    kind: str
    number: str
    day: date
    what: What
    commune: str = ""
    becomes: str = ""


def believed(change: Change, *, today: date) -> Believed | None:
    """Return a change as it is kept; None for one that cannot be: of a day to come, of no number, of what it is not."""
    kind = OLD_CARD if len(change.number) == OLD_CARD_DIGITS else PERSONAL_NUMBER
    day = _day(change.day)
    if day is None or day > today + AHEAD or not _is_number(kind, change.number):
        return None
    told = Believed(change.sequence, kind, change.number, day, change.what)
    if change.what is What.DIED:
        return None if change.becomes else told
    if change.what is What.MOVED:
        return told._replace(commune=change.becomes) if change.becomes else None
    if change.becomes == change.number or not _is_number(PERSONAL_NUMBER, change.becomes):
        return None
    return told._replace(becomes=change.becomes)


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _is_number(kind: str, number: str) -> bool:
    return not any(fault.refuses for fault in faults_of_number(kind, number))
