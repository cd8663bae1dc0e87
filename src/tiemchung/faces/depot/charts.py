"""The temperatures of a fridge as the server draws them: limits as a band, what was outside in cinnabar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import Excursion, FridgeShown, ReadingTold

WIDTH, HEIGHT, LEFT, TOP, BASE = 820, 270, 44, 16, 232
STEPS = 6
"""About how many lines the temperature axis has."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A temperature, or an instant, at a place on its axis."""

    at: float
    value: float
    limit: bool = False


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An instant at a place on the axis."""

    at: float
    instant: datetime


@dataclass(frozen=True, kw_only=True)
class Point:
    """A reading, with what its device saw as a line from lowest to highest."""

    x: float
    y: float
    low: float
    high: float
    outside: bool


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of the drawing."""

    start: float
    length: float


@dataclass(frozen=True, kw_only=True)
class TemperatureChart:
    """Readings between two instants in a box of `width` by `height` pixels."""

    width: int
    height: int
    left: int
    base: int
    band: Span
    grid: tuple[Mark, ...]
    moments: tuple[Moment, ...]
    line: str
    points: tuple[Point, ...]
    outside: tuple[Span, ...]


def temperature_chart(
    readings: Sequence[ReadingTold],
    fridge: FridgeShown,
    excursions: Sequence[Excursion],
    *,
    first: datetime,
    last: datetime,
) -> TemperatureChart:
    """Draw readings, oldest first."""
    seen = [temp for each in readings for temp in (each.temp_c, each.lowest_c, each.highest_c) if temp is not None]
    limits = [fridge.high_c, fridge.low_c if fridge.low_c is not None else fridge.high_c - 10]
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (max(seen + limits) - min(seen + limits)) / step <= STEPS)
    lowest = floor((min(seen + limits) - step / 2) / step) * step
    highest = ceil((max(seen + limits) + step / 2) / step) * step

    def y(temp: float) -> float:
        return round(BASE - (temp - lowest) / (highest - lowest) * (BASE - TOP), 1)

    def x(at: datetime) -> float:
        share = (min(max(at, first), last) - first) / (last - first)
        return round(LEFT + share * (WIDTH - LEFT - 8), 1)

    points = tuple(
        Point(
            x=x(each.taken_at),
            y=y(each.temp_c),
            low=y(each.lowest_c if each.lowest_c is not None else each.temp_c),
            high=y(each.highest_c if each.highest_c is not None else each.temp_c),
            outside=supply.is_outside(fridge, each),
        )
        for each in readings
    )
    bottom = y(fridge.low_c) if fridge.low_c is not None else float(BASE)
    values = {
        *range(lowest, highest + 1, step),
        *(limit for limit in (fridge.low_c, fridge.high_c) if limit is not None),
    }
    return TemperatureChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        base=BASE,
        band=Span(start=y(fridge.high_c), length=round(bottom - y(fridge.high_c), 1)),
        grid=tuple(Mark(at=y(value), value=value, limit=value in limits) for value in sorted(values)),
        moments=tuple(
            Moment(at=x(at), instant=at) for at in (first + (last - first) * share / 4 for share in range(5))
        ),
        line="M" + "L".join(f"{point.x} {point.y}" for point in points) if points else "",
        points=points,
        outside=tuple(
            Span(start=x(each.begins_at), length=max(3.0, round(x(each.ends_at or last) - x(each.begins_at), 1)))
            for each in excursions
            if (each.ends_at or last) >= first
        ),
    )


def window(now: datetime, days: int) -> tuple[datetime, datetime]:
    """Return the first and last instant of a drawing of so many days."""
    return now - timedelta(days=days), now
