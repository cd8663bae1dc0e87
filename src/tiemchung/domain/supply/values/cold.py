"""The cold chain in values: limits, clocks of a shelf, times outside."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Band:
    """Limits in °C within which something must lie; `low_c` is None where only the highest is given."""

    low_c: float | None
    high_c: float

    def holds(self, temp_c: float) -> bool:
        """Tell whether a temperature lies within."""
        return (self.low_c is None or self.low_c <= temp_c) and temp_c <= self.high_c


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """How long something may be kept, in days or months, with what the source says beside it."""

    days: int
    months: int
    mark: str

    def ends_on(self, first: date) -> date:
        """Return the last day on which it may be used, counted from the first."""
        total = first.year * _MONTHS + first.month - 1 + self.months
        year, month = divmod(total, _MONTHS)
        day = min(first.day, monthrange(year, month + 1)[1])
        return date(year, month + 1, day) + timedelta(days=self.days)


@dataclass(frozen=True, kw_only=True)
class UseBefore:
    """The last day of use, and whether thawing decides it and not the lot's expiry; `mark` is the source's own doubt."""

    on: date | None
    thaw: bool
    mark: str


@dataclass(frozen=True, kw_only=True)
class Excursion:
    """A time outside the limits. Minutes are what the device tells, else no more is known than `at_least` and `at_most`.

    It ends at the first reading inside again; None while it goes on. `worst_c` is the temperature farthest outside.
    """

    begins_at: datetime
    ends_at: datetime | None
    worst_c: float
    told_minutes: int | None
    at_least: timedelta
    at_most: timedelta
