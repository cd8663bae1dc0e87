from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.faces.shared import charts

FIRST = date(2021, 9, 13)
VALUES = st.lists(st.integers(0, 10**7), min_size=1, max_size=120)


def days(values: list[int]) -> list[tuple[date, int]]:
    return [(FIRST + timedelta(days=ahead), value) for ahead, value in enumerate(values)]


@pytest.mark.parametrize(
    ("largest", "step", "steps"), [(0, 1, 1), (1, 1, 1), (4, 1, 4), (5, 2, 3), (1_612_500, 500_000, 4)]
)
def test_the_axis_has_round_steps(largest: int, step: int, steps: int) -> None:
    assert charts.axis(largest) == (step, steps)


@given(VALUES)
def test_every_bar_stays_in_the_drawing_and_stands_on_the_base(values: list[int]) -> None:
    chart = charts.days_chart(days(values), width=620, height=250, labels=5)
    for bar in chart.bars:
        assert chart.left <= bar.x <= chart.width
        assert bar.y >= 0
        assert bar.y + bar.height == pytest.approx(chart.base, abs=0.2)


@given(VALUES)
def test_only_the_last_three_days_are_open(values: list[int]) -> None:
    chart = charts.days_chart(days(values), width=620, height=250, labels=5)
    assert [bar.open for bar in chart.bars] == [place >= len(values) - 3 for place in range(len(values))]


def test_the_line_of_seven_days_leaves_out_what_will_still_grow() -> None:
    assert charts.days_chart(days([10] * 9), width=620, height=250, labels=5).line == ""
    flat = charts.days_chart(days([10] * 12), width=620, height=250, labels=5)
    heights = {point.split()[1] for point in flat.line.removeprefix("M").split("L")}
    assert len(flat.line.split("L")) == 3
    assert heights == {f"{flat.bars[0].y:.1f}"}


def test_the_newest_day_is_always_named() -> None:
    chart = charts.days_chart(days([1] * 90), width=620, height=250, labels=5)
    assert chart.days[-1].day == FIRST + timedelta(days=89)
    assert len(chart.days) <= 5


@given(VALUES)
def test_a_spark_ends_where_its_last_value_lies(values: list[int]) -> None:
    drawn = charts.spark(values, width=830, height=220)
    assert drawn.last is not None
    assert drawn.line.endswith(f"{drawn.last[0]:.1f} {drawn.last[1]:.1f}")


def test_nothing_to_show_draws_nothing() -> None:
    assert charts.spark([], width=830, height=220).last is None
    assert charts.days_chart([], width=620, height=250, labels=5).highest is None
