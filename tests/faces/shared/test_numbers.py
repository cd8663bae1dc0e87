from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tiemchung.faces.shared import numbers

HALF_PAST_NINE = datetime(2021, 10, 23, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("write", "vietnamese", "english"),
    [
        (lambda: numbers.number(1_234_567), "1.234.567", "1,234,567"),
        (lambda: numbers.number(0), "0", "0"),
        (lambda: numbers.number(-90), "−90", "−90"),
        (lambda: numbers.number(1234.5, digits=1), "1.234,5", "1,234.5"),
        (lambda: numbers.with_unit(36.6, "°C"), "36,6\u00a0°C", "36.6\u00a0°C"),
        (lambda: numbers.percent(0.606), "60,6\u00a0%", "60.6\u00a0%"),
        (lambda: numbers.short_number(999_999), "999.999", "999,999"),
        (lambda: numbers.short_number(1_600_000), "1,6\u00a0triệu", "1.6\u00a0million"),
        (lambda: numbers.day(date(2021, 10, 3)), "03/10/2021", "3\u00a0October\u00a02021"),
        (lambda: numbers.short_day(date(2021, 10, 3)), "03/10", "3\u00a0Oct"),
        (lambda: numbers.weekday(date(2021, 10, 23)), "thứ Bảy", "Saturday"),
        (lambda: numbers.time(HALF_PAST_NINE), "09:30", "09:30"),
        (lambda: numbers.moment(HALF_PAST_NINE), "09:30 23/10/2021", "09:30 23\u00a0October\u00a02021"),
        (lambda: numbers.duration(timedelta(seconds=40)), "40\u00a0giây", "40\u00a0s"),
        (lambda: numbers.duration(timedelta(seconds=-3)), "0\u00a0giây", "0\u00a0s"),
        (lambda: numbers.duration(timedelta(minutes=58, seconds=59)), "58\u00a0phút", "58\u00a0min"),
        (lambda: numbers.duration(timedelta(hours=3, minutes=12)), "3\u00a0giờ\u00a012", "3\u00a0h\u00a012"),
        (lambda: numbers.duration(timedelta(hours=5, minutes=2)), "5\u00a0giờ\u00a002", "5\u00a0h\u00a002"),
        (lambda: numbers.duration(timedelta(days=5)), "5\u00a0ngày", "5\u00a0days"),
    ],
)
def test_people_read_numbers_as_they_write_them(write: Callable[[], str], vietnamese: str, english: str) -> None:
    with translation.override("vi"):
        assert write() == vietnamese
    with translation.override("en"):
        assert write() == english


def test_the_last_minute_of_the_day_in_utc_is_already_tomorrow_in_viet_nam() -> None:
    with translation.override("vi"):
        assert numbers.moment(datetime(2021, 10, 22, 23, 59, tzinfo=UTC)) == "06:59 23/10/2021"


@pytest.mark.parametrize(
    ("text", "count"),
    [("7", 7), ("0007", 7), ("", 0), (None, 0), ("-1", 0), ("٣", 0), ("1e3", 0), ("2147483647", 2147483647)],
)
def test_a_count_in_an_address_is_plain_digits(text: str | None, count: int) -> None:
    assert numbers.count_in(text) == count


@pytest.mark.parametrize("text", ["2147483648", "9" * 20, "9" * 5000])
def test_a_count_that_no_table_has_is_none(text: str) -> None:
    assert numbers.count_in(text) == 0
