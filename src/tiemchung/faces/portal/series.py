"""The doses of each day by one of the two clocks, drawn, with a sentence that says what the drawing shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.faces.portal.units import Here
from tiemchung.faces.shared.charts import DayChart, days_chart
from tiemchung.faces.shared.numbers import day, number
from tiemchung.faces.shared.words import t

LONGEST, SHORTEST = timedelta(days=90), timedelta(days=14)
"""How many days the series shows: from the first dose on, within these bounds."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """The doses of each day by one clock, drawn twice, with the sentence that says what the drawing shows."""

    clock: counted.Clock
    values: tuple[tuple[date, int], ...]
    wide: DayChart
    narrow: DayChart
    sentence: str
    csv_address: str


def days_of(here: Here, by: counted.Clock, *, today: date) -> Days:
    """Return the days from the first dose on, at least two weeks, at most ninety days."""
    found = figures.doses_by_day(here.unit, clock=by, first=today - LONGEST + timedelta(days=1), last=today)
    begun = next((place for place, each in enumerate(found) if each.doses), len(found))
    values = tuple((each.day, each.doses) for each in found[min(begun, len(found) - SHORTEST.days) :])
    return Days(
        clock=by,
        values=values,
        wide=days_chart(values, width=620, height=250, labels=6),
        narrow=days_chart(values, width=330, height=220, labels=4),
        sentence=_sentence(values),
        csv_address=here.address("_days"),
    )


def _sentence(values: Sequence[tuple[date, int]]) -> str:
    highest_on, highest = max(values, key=lambda each: each[1])
    return t(
        "Biểu đồ cột: số mũi mỗi ngày từ {first} đến {last}, cao nhất {n} mũi ngày {on}, ngày cuối {latest} mũi.",
        "Bar chart: doses each day from {first} to {last}, most {n} [dose|doses] on {on}, on the last day {latest}.",
        first=day(values[0][0]),
        last=day(values[-1][0]),
        n=number(highest),
        on=day(highest_on),
        latest=number(values[-1][1]),
    )
