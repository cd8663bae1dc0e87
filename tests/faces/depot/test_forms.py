from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tiemchung.faces.depot import forms


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1200", 1200),
        ("1.200", 1200),
        ("1,200", 1200),
        ("1 200", 1200),
        ("12.00", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("٣", None),
        ("999999999", None),
        ("=1+1", None),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str | None, read: int | None) -> None:
    assert forms.whole(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4,7", 4.7),
        ("4.7", 4.7),
        ("-18", -18),
        ("\u221275,5", -75.5),
        ("nan", None),
        ("4,7,1", None),
        ("", None),
        ("1e3", None),
    ],
)
def test_temperatures_are_read_with_comma_point_and_true_minus(text: str, read: float | None) -> None:
    assert forms.decimal(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2021-12-31", date(2021, 12, 31)),
        ("31/12/2021", date(2021, 12, 31)),
        ("1/2/2022", date(2022, 2, 1)),
        ("31/02/2022", None),
        ("", None),
    ],
)
def test_days_are_read_as_fields_send_and_people_write_them(text: str, read: date | None) -> None:
    assert forms.day(text) == read


def test_a_time_of_day_is_that_of_viet_nam() -> None:
    assert forms.instant(date(2021, 9, 13), "16:50") == datetime(2021, 9, 13, 9, 50, tzinfo=UTC)
    assert forms.instant(date(2021, 9, 13), "25:00") is None
