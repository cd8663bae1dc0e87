from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.kernel.dates import PartialDate

DAYS = st.dates()


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1952", date(1952, 1, 1), date(1952, 12, 31)),
        ("1952-07", date(1952, 7, 1), date(1952, 7, 31)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("1952-07-14", date(1952, 7, 14), date(1952, 7, 14)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_what_is_known_bounds_what_it_can_be(text: str, earliest: date, latest: date) -> None:
    told = PartialDate.parse(text)
    assert (told.earliest, told.latest) == (earliest, latest)
    assert told.is_exact == (earliest == latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "52",
        "0000",
        "1952-",
        "1952-7",
        "1952-13",
        "1952-00",
        "1952-02-30",
        "1952-07-00",
        "1952-07-14T00:00",
        "14/07/1952",
        " 1952",
        "1952\n",
        "٢٠٠٠",
        "-1952",
        "1952--14",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - calendar and pattern each say it in their own words
        PartialDate.parse(text)


def test_a_day_without_its_month_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="without its month"):
        PartialDate(1952, None, 14)


@given(day=DAYS)
def test_each_part_of_a_day_is_written_as_it_was_read(day: date) -> None:
    for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        assert str(PartialDate.parse(text)) == text


@given(day=DAYS)
def test_knowing_less_never_excludes_the_day(day: date) -> None:
    for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        told = PartialDate.parse(text)
        assert told.earliest <= day <= told.latest


@given(day=st.dates(max_value=date(9998, 12, 31)))
def test_a_month_ends_on_the_day_before_the_next(day: date) -> None:
    told = PartialDate(day.year, day.month)
    assert (told.latest + timedelta(days=1)).day == 1
    assert told.latest.month == day.month


def test_it_goes_over_a_wire_and_back() -> None:
    told = PartialDate(1952, 7)
    assert msgspec.json.decode(msgspec.json.encode(told), type=PartialDate) == told
