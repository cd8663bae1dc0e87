"""Domain time. It comes from a Clock and goes to SQL as a parameter; a replay or a demo may start it elsewhere.

Timeouts, one-time codes, logins and the settling of the journal use real time and not this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""Business days are those of this zone, whatever the machine's zone is (PROTOCOL, Time)."""


class Clock(Protocol):
    """Tells the instant at which the domain believes to be."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's present instant."""
        return datetime.now(tz=UTC)


@dataclass(frozen=True, kw_only=True)
class FixedClock:
    """Stands still: for tests and for one step of a replay."""

    at: datetime

    def now(self) -> datetime:
        """Return always the same instant."""
        return self.at


@dataclass(frozen=True, kw_only=True)
class RunningClock:
    """Started at a campaign's instant and runs `factor` times as fast as the machine's clock."""

    starts_at: datetime
    factor: float = 1.0
    real_start: datetime = field(default_factory=lambda: datetime.now(tz=UTC))

    def now(self) -> datetime:
        """Return the campaign's present instant."""
        return self.starts_at + (datetime.now(tz=UTC) - self.real_start) * self.factor


def business_day(at: datetime) -> date:
    """Return the day in Viet Nam on which this instant falls."""
    # Asked of every entry several times: adding an hour's number costs a quarter of asking the zone.
    ahead = _ahead_all_year(at.year) if at.tzinfo is UTC else None
    return at.astimezone(VIET_NAM).date() if ahead is None else (at + ahead).date()


@lru_cache(maxsize=1 << 14)
def _ahead_all_year(year: int) -> timedelta | None:
    """Return how far Viet Nam's clocks are before UTC, if they are so on every day of this year."""
    if not MINYEAR < year < MAXYEAR:
        return None
    first = datetime(year - 1, 12, 31, tzinfo=UTC)
    offsets = {(first + timedelta(days=day)).astimezone(VIET_NAM).utcoffset() for day in range(368)}
    return offsets.pop() if len(offsets) == 1 else None


def business_day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first instant of a business day and the first of the next, both in UTC."""
    first = datetime(day.year, day.month, day.day, tzinfo=VIET_NAM)
    return first.astimezone(UTC), (first + timedelta(days=1)).astimezone(UTC)
