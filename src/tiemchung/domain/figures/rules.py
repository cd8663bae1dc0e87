"""Under which keys a dose is counted: plain values in, keys out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tiemchung.domain.figures.values import UNKNOWN, AgeBand, Delay

UNDATED_WEEK = 0
"""The week of a dose whose day nobody knows."""

_MILLISECOND = timedelta(milliseconds=1)
_STEPS_A_DOUBLING = 8
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def iso_week(day: date | None) -> int:
    """Return a business day's ISO week as year and week in one number, 202137; 0 when the day is unknown."""
    if day is None:
        return UNDATED_WEEK
    year, week, _ = day.isocalendar()
    return year * 100 + week


def delay(given_on: date | None, recorded_on: date) -> Delay:
    """Return how late the center learned of a dose, counted in business days.

    A day after the one on which it was recorded is a clock that runs ahead within the tolerance: the same day.
    """
    if given_on is None:
        return Delay.UNKNOWN
    waited = recorded_on - given_on
    if waited < _DAY:
        return Delay.SAME_DAY
    if waited == _DAY:
        return Delay.NEXT_DAY
    return Delay.WITHIN_WEEK if waited <= _WEEK else Delay.LATER


def age_band(earliest_born: date | None, latest_born: date | None, *, on: date | None, bands: Sequence[AgeBand]) -> str:
    """Return the band of the age in completed years on a day.

    A birth date may be known by its year or month alone. When its earliest and its latest day fall into two bands,
    or a day is missing or lies before the birth, the band is unknown: no source decides.
    """
    if earliest_born is None or latest_born is None or on is None or on < latest_born:
        return UNKNOWN
    oldest, youngest = _completed_years(earliest_born, on), _completed_years(latest_born, on)
    for band in bands:
        if band.from_years <= youngest and (band.below_years is None or oldest < band.below_years):
            return band.code
    return UNKNOWN


def lag_step(lag: timedelta) -> int:
    """Return the step of a wait: eight steps double it, so that a percentile of steps is exact to a tenth. Step 0: 1 ms."""
    return max(0, math.ceil(_STEPS_A_DOUBLING * math.log2(max(lag / _MILLISECOND, 1.0))))


def longest_lag(step: int) -> timedelta:
    """Return the longest wait of a step."""
    return _MILLISECOND * math.pow(2.0, step / _STEPS_A_DOUBLING)


def percentile(entries_by_step: Mapping[int, int], share: float) -> timedelta | None:
    """Return within which time this share of the entries was taken, by the steps of their waits; None when there are none."""
    missing = share * sum(entries_by_step.values())
    for step in sorted(entries_by_step):
        missing -= entries_by_step[step]
        if missing <= 0:
            return longest_lag(step)
    return None


def _completed_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
