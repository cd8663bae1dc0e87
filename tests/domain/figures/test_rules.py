from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.figures.queries import age_bands
from tiemchung.domain.figures.rules import age_band, delay, iso_week, lag_step, longest_lag, percentile
from tiemchung.domain.figures.values import UNKNOWN, Delay

DAY = date(2021, 9, 13)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2021, 9, 13), 202137),
        (date(2021, 1, 3), 202053),
        (date(2021, 1, 4), 202101),
        (date(2024, 12, 30), 202501),
        (None, 0),
    ],
)
def test_a_week_carries_the_year_it_belongs_to(day: date | None, week: int) -> None:
    assert iso_week(day) == week


@given(day=DAYS)
def test_weeks_never_run_backwards(day: date) -> None:
    assert iso_week(day) <= iso_week(day + timedelta(days=1))


@pytest.mark.parametrize(
    ("given_on", "recorded_on", "expected"),
    [
        (DAY, DAY, Delay.SAME_DAY),
        (DAY + timedelta(days=1), DAY, Delay.SAME_DAY),
        (DAY, DAY + timedelta(days=1), Delay.NEXT_DAY),
        (DAY, DAY + timedelta(days=2), Delay.WITHIN_WEEK),
        (DAY, DAY + timedelta(days=7), Delay.WITHIN_WEEK),
        (DAY, DAY + timedelta(days=8), Delay.LATER),
        (None, DAY, Delay.UNKNOWN),
    ],
)
def test_a_delay_is_counted_in_business_days(given_on: date | None, recorded_on: date, expected: Delay) -> None:
    assert delay(given_on, recorded_on) is expected


@pytest.mark.parametrize(
    ("earliest", "latest", "band"),
    [
        (date(1952, 7, 14), date(1952, 7, 14), "65+"),
        (date(2021, 9, 13), date(2021, 9, 13), "0-4"),
        (date(2016, 9, 13), date(2016, 9, 13), "5-11"),
        (date(2016, 9, 14), date(2016, 9, 14), "0-4"),
        (date(2003, 9, 13), date(2003, 9, 13), "18-49"),
        (date(2003, 9, 14), date(2003, 9, 14), "12-17"),
        (date(1990, 1, 1), date(1990, 12, 31), "18-49"),
        (date(2003, 1, 1), date(2003, 12, 31), UNKNOWN),
        (date(1956, 9, 1), date(1956, 9, 30), UNKNOWN),
        (date(1956, 8, 1), date(1956, 8, 31), "65+"),
        (date(2021, 9, 14), date(2021, 9, 14), UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_a_band_is_told_only_where_the_birth_date_decides_it(
    earliest: date | None, latest: date | None, band: str
) -> None:
    assert age_band(earliest, latest, on=DAY, bands=age_bands()) == band


def test_a_dose_without_a_day_has_no_age() -> None:
    assert age_band(date(1990, 1, 1), date(1990, 1, 1), on=None, bands=age_bands()) == UNKNOWN


@given(born=st.dates(min_value=date(1900, 1, 1), max_value=DAY))
def test_every_known_age_has_a_band(born: date) -> None:
    assert age_band(born, born, on=DAY, bands=age_bands()) != UNKNOWN


def test_bands_leave_no_age_out_and_hold_none_twice() -> None:
    bands = age_bands()
    assert bands[0].from_years == 0
    assert bands[-1].below_years is None
    assert [band.from_years for band in bands[1:]] == [band.below_years for band in bands[:-1]]


@given(wait=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_a_wait_is_told_to_a_tenth_and_never_too_short(wait: timedelta) -> None:
    told = longest_lag(lag_step(wait))
    assert wait - timedelta(microseconds=1) <= told <= max(wait * 1.1, timedelta(milliseconds=1))


def test_a_percentile_is_the_wait_within_which_that_share_was_taken() -> None:
    steps = {lag_step(timedelta(milliseconds=100)): 989, lag_step(timedelta(seconds=3)): 11}
    assert percentile(steps, 0.5) == longest_lag(lag_step(timedelta(milliseconds=100)))
    assert percentile(steps, 0.99) == longest_lag(lag_step(timedelta(seconds=3)))
    assert percentile(steps, 0.98) == longest_lag(lag_step(timedelta(milliseconds=100)))
    assert percentile({}, 0.99) is None
