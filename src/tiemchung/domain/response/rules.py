"""What cannot be true: values in, verdicts out."""

from __future__ import annotations

from datetime import datetime

DOSES_A_VACCINATOR_HOUR = 60
"""The most one vaccinator can give in an hour: one a minute, without a break. Ours, far above any pace that was seen."""


def most_doses(vaccinators: int) -> int:
    """Return how many doses a site can have given in an hour; one that names nobody is taken to have one vaccinator."""
    return DOSES_A_VACCINATOR_HOUR * max(vaccinators, 1)


def hour_of(at: datetime) -> datetime:
    """Return the hour in which an instant falls."""
    return at.replace(minute=0, second=0, microsecond=0)


def farther_outside(lowest_c: float, highest_c: float, *, low_c: float | None, high_c: float) -> float:
    """Return which of two extremes, in °C, lies farther beyond its limit; the warmer one where both are as far."""
    too_cold = low_c - lowest_c if low_c is not None else 0.0
    return lowest_c if too_cold > highest_c - high_c else highest_c
