"""Numbers, days and times as people of either language write them. No function here rounds without being asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tiemchung.faces.shared.words import language, t
from tiemchung.kernel.clock import VIET_NAM

NO_BREAK = "\u00a0"
TRUE_MINUS = "\u2212"
WEEKDAYS = (
    ("thứ Hai", "Monday"),
    ("thứ Ba", "Tuesday"),
    ("thứ Tư", "Wednesday"),
    ("thứ Năm", "Thursday"),
    ("thứ Sáu", "Friday"),
    ("thứ Bảy", "Saturday"),
    ("Chủ Nhật", "Sunday"),
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def count_in(text: str | None, *, most: int = 2**31 - 1) -> int:
    """Return the count that an address or a field tells in plain digits; 0 for anything else and for what is beyond `most`."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > len(str(most)):
        return 0
    told = int(text)
    return told if told <= most else 0


def moment_in(text: str | None) -> datetime | None:
    """Return the moment that an address or a field tells with its offset; None of anything else, or without an offset."""
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return told if told.tzinfo else None


def number(value: float, *, digits: int = 0) -> str:
    """Write a number with the language's marks: 1.234.567 and 36,6, or 1,234,567 and 36.6."""
    text = f"{abs(value):,.{digits}f}"
    if language() == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{TRUE_MINUS}{text}" if value < 0 else text


def short_number(value: int) -> str:
    """Write a number for running text: all digits below a million, then 1,6 triệu or 1.6 million."""
    million = 1_000_000
    if abs(value) < million:
        return number(value)
    return number(value / million, digits=1) + NO_BREAK + t("triệu", "million")


def axis_number(value: int) -> str:
    """Write a round number at an axis, where room is short: 500, 2.000, 20 ng (nghìn), 1,5 tr (triệu)."""
    thousand, many, million = 1_000, 10_000, 1_000_000
    if value >= million:
        return f"{number(value / million, digits=1 if value % million else 0)}{NO_BREAK}{t('tr', 'M')}"
    if value >= many:
        return f"{number(value / thousand)}{NO_BREAK}{t('ng', 'k')}"
    return number(value)


def percent(share: float, *, digits: int = 1) -> str:
    """Write a share of one as per cent: 60,6 %."""
    return with_unit(share * 100, "%", digits=digits)


def with_unit(value: float, unit: str, *, digits: int = 1) -> str:
    """Write a measured value and its unit, never broken apart: 36,6 °C."""
    return f"{number(value, digits=digits)}{NO_BREAK}{unit}"


def day(on: date) -> str:
    """Write a day in full: 23/10/2021 or 23 October 2021."""
    return t(f"{on:%d/%m/%Y}", f"{on.day}{NO_BREAK}{MONTHS[on.month - 1]}{NO_BREAK}{on.year}")


def short_day(on: date) -> str:
    """Write a day within a list of one year: 23/10 or 23 Oct."""
    return t(f"{on:%d/%m}", f"{on.day}{NO_BREAK}{MONTHS[on.month - 1][:3]}")


def weekday(on: date) -> str:
    """Name the day of the week, as within a sentence."""
    return t(*WEEKDAYS[on.weekday()])


def time(at: datetime) -> str:
    """Write the time of day in Viet Nam: 09:30."""
    return f"{at.astimezone(VIET_NAM):%H:%M}"


def clock_time(at: datetime) -> str:
    """Write the time of day in Viet Nam to the second: 23:21:40."""
    return f"{at.astimezone(VIET_NAM):%H:%M:%S}"


def moment(at: datetime) -> str:
    """Write an instant with its day, as in Viet Nam: 09:30 23/10/2021."""
    return f"{time(at)} {day(at.astimezone(VIET_NAM).date())}"


def seconds(span: timedelta) -> str:
    """Write a short wait with a tenth of a second: 1,2 giây; from a minute on, as a duration."""
    if span >= timedelta(minutes=1):
        return duration(span)
    return f"{number(max(span.total_seconds(), 0), digits=1)}{NO_BREAK}{t('giây', 's')}"


def duration(span: timedelta) -> str:
    """Write how long: 40 giây, 58 phút, 3 giờ 12, 5 ngày. Less than nothing counts as nothing."""
    seconds = max(0, int(span.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 1:
        return t("{n} giây", "{n} s", n=seconds).replace(" ", NO_BREAK)
    if hours < 1:
        return t("{n} phút", "{n} min", n=minutes).replace(" ", NO_BREAK)
    if days < 2:  # noqa: PLR2004 - up to two days hours are still felt as hours
        return t("{h} giờ {m:02d}", "{h} h {m:02d}", h=hours, m=minutes % 60).replace(" ", NO_BREAK)
    return t("{n} ngày", "{n} [day|days]", n=number(days)).replace(" ", NO_BREAK)
