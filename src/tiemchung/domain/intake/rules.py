"""What an entry's clocks say: plausible, late, back-dated (PROTOCOL, Time). Values in, findings out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from tiemchung.kernel.clock import business_day

AHEAD = timedelta(minutes=10)
"""How far before the center's clock an instant may lie."""
APPENDED_LATE = timedelta(hours=24)
ARRIVED_LATE = timedelta(days=7)


def plausible(occurred_at: datetime, *, campaign_start: datetime, recorded_at: datetime) -> bool:
    """Tell whether the instant lies in [campaign start, recorded_at + 10 min]."""
    return campaign_start <= occurred_at <= recorded_at + AHEAD


def late(occurred_at: datetime, *, appended_at: datetime, recorded_at: datetime, closed_days: Collection[date]) -> bool:
    """Tell whether the entry is late.

    That is: written down over 24 h after it happened, or come after its site's day was closed, or over 7 days after it
    happened. Being offline alone is not late.
    """
    return (
        appended_at - occurred_at > APPENDED_LATE
        or recorded_at - occurred_at > ARRIVED_LATE
        or business_day(occurred_at) in closed_days
    )


def backdated(occurred_at: datetime, previous: datetime | None) -> bool:
    """Tell whether it happened on an earlier business day than the entry before it in the device's chain."""
    return previous is not None and business_day(occurred_at) < business_day(previous)
