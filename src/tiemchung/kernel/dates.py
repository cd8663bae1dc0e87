"""Dates of which only a part is known. Many older people know the year of their birth and no more."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec

_WRITTEN: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_DECEMBER: Final = 12
_REMEMBERED: Final = 1 << 15
"""Dates kept in memory: a country's birth dates are some thirty thousand days."""


class PartialDate(msgspec.Struct, frozen=True):
    """A year, a month of a year, or a day. On the wire and in tables it is text: 1952, 1952-07 or 1952-07-14.

    One that no calendar has cannot be made: ValueError.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day without its month")
        date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read 1952, 1952-07 or 1952-07-14; raise ValueError for anything else."""
        return _parse(text)

    @classmethod
    def between(cls, first: date | None, last: date | None) -> PartialDate | None:
        """Return the date whose possible days are these; None where nothing is known."""
        if first is None or last is None:
            return None
        if first == last:
            return cls(first.year, first.month, first.day)
        return cls(first.year, first.month if (first.year, first.month) == (last.year, last.month) else None)

    @property
    def earliest(self) -> date:
        """Return the first day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """Return the last day it can be."""
        month = self.month or _DECEMBER
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def is_exact(self) -> bool:
        """Tell whether the very day is known."""
        return self.day is not None

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@lru_cache(maxsize=_REMEMBERED)
def _parse(text: str) -> PartialDate:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError("neither a year, nor year-month, nor year-month-day")
    year, month, day = match.groups()
    return PartialDate(int(year), int(month) if month else None, int(day) if day else None)
