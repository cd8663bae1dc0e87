"""Charts as the server draws them: where every bar, line and label goes. The words come from the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

OPEN_DAYS = 3
"""The last three days of any series are outlined: entries for them still come in. A habit of the house."""
AVERAGED_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A value at a place on an axis, in pixels."""

    at: float
    value: int


@dataclass(frozen=True, kw_only=True)
class DayMark:
    """A day at a place on the axis, in pixels."""

    at: float
    day: date


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day's bar; open when it will still grow."""

    x: float
    y: float
    width: float
    height: float
    day: date
    value: int
    open: bool


@dataclass(frozen=True, kw_only=True)
class DayChart:
    """Bars by day with the line of seven days, drawn into a box of `width` by `height` pixels."""

    width: int
    height: int
    left: int
    base: float
    bars: tuple[Bar, ...]
    line: str
    grid: tuple[Mark, ...]
    days: tuple[DayMark, ...]
    highest: Bar | None


@dataclass(frozen=True, kw_only=True)
class Spark:
    """A line over equal steps of time, drawn into a box of `width` by `height` pixels."""

    width: int
    height: int
    left: int
    base: float
    line: str
    area: str
    grid: tuple[Mark, ...]
    last: tuple[float, float] | None


_TOP, _BELOW, _LEFT = 20, 30, 50
"""Room around a drawing for its words, in pixels."""


def axis(largest: int) -> tuple[int, int]:
    """Return a step of 1, 2 or 5 times a power of ten and how many of them hold the largest value: three or four if they can."""
    step = next(step * 10**power for power in range(20) for step in (1, 2, 5) if step * 10**power * 4 >= largest)
    return step, max(1, -(-largest // step))


def days_chart(days: Sequence[tuple[date, int]], *, width: int, height: int, labels: int) -> DayChart:
    """Draw doses by day, oldest first, with about so many days named below. The mean line begins where a week is full."""
    step, steps = axis(max((value for _, value in days), default=0))
    left, base = _LEFT, float(height - _BELOW)
    pixels_each = (base - _TOP) / (step * steps)
    pitch = (width - left - 4) / max(1, len(days))
    bars = tuple(
        Bar(
            x=round(left + place * pitch + pitch * 0.11, 1),
            y=round(base - value * pixels_each, 1),
            width=round(max(1.0, pitch * 0.78), 1),
            height=round(value * pixels_each, 1),
            day=day,
            value=value,
            open=place >= len(days) - OPEN_DAYS,
        )
        for place, (day, value) in enumerate(days)
    )
    closed = [bar for bar in bars if not bar.open]
    means = [
        (bar.x + bar.width / 2, sum(b.value for b in bars[place - AVERAGED_DAYS + 1 : place + 1]) / AVERAGED_DAYS)
        for place, bar in enumerate(closed)
        if place >= AVERAGED_DAYS - 1
    ]
    every = max(1, -(-len(days) // labels))
    return DayChart(
        width=width,
        height=height,
        left=left,
        base=base,
        bars=bars,
        line=_line((x, base - mean * pixels_each) for x, mean in means),
        grid=tuple(
            Mark(at=round(base - count * step * pixels_each, 1), value=count * step) for count in range(steps + 1)
        ),
        days=tuple(DayMark(at=round(bar.x + bar.width / 2, 1), day=bar.day) for bar in reversed(bars[::-1][::every])),
        highest=max(bars, key=lambda bar: bar.value) if any(bar.value for bar in bars) else None,
    )


def spark(values: Sequence[int], *, width: int, height: int) -> Spark:
    """Draw a count over equal steps of time, oldest first."""
    step, steps = axis(max(values, default=0))
    left, base = _LEFT, float(height - _BELOW)
    pixels_each = (base - _TOP) / (step * steps)
    pitch = (width - left - 8) / max(1, len(values) - 1)
    points = [(left + place * pitch, base - value * pixels_each) for place, value in enumerate(values)]
    line = _line(points)
    return Spark(
        width=width,
        height=height,
        left=left,
        base=base,
        line=line,
        area=f"{line}L{points[-1][0]:.1f} {base:g}L{left} {base:g}z" if points else "",
        grid=tuple(
            Mark(at=round(base - count * step * pixels_each, 1), value=count * step) for count in range(steps + 1)
        ),
        last=(round(points[-1][0], 1), round(points[-1][1], 1)) if points else None,
    )


def _line(points: Iterable[tuple[float, float]]) -> str:
    drawn = [f"{x:.1f} {y:.1f}" for x, y in points]
    return f"M{'L'.join(drawn)}" if drawn else ""
