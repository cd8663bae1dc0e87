"""What an entry's clocks say (PROTOCOL, Time). Values in, findings out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

AHEAD = timedelta(minutes=10)
"""How far before the center's clock an instant may lie and be plausible."""
APPENDED_LATE = timedelta(hours=24)
ARRIVED_LATE = timedelta(days=7)


def late(
    occurred_at: datetime, day: date, *, appended_at: datetime, recorded_at: datetime, closed_days: Collection[date]
) -> bool:
    """Tell whether the entry is late; `day` is the business day on which it happened.

    That is: written down over 24 h after it happened, or come after its site's day was closed, or over 7 days after it
    happened. Being offline alone is not late.
    """
    return appended_at - occurred_at > APPENDED_LATE or recorded_at - occurred_at > ARRIVED_LATE or day in closed_days
