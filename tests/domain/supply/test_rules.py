from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.supply import rules
from tiemchung.domain.supply.rules import allowance_of, band_of, excursions, pick, use_before
from tiemchung.domain.supply.values import Allowance, Band, ReadingTold, ShelfLine
from tiemchung.kernel.ids import uuid7

MORNING = datetime(2021, 9, 13, 1, tzinfo=UTC)
COLD = Band(low_c=2, high_c=8)
DAY = date(2021, 9, 13)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("2..8", (2, 8)),
        ("-90..-60", (-90, -60)),
        ("<=-18 frozen (liquid form 2..8)", (None, -18)),
        ("", None),
        (None, None),
        ("room temperature", None),
    ],
)
def test_limits_are_those_of_the_products_data(text: str | None, limits: tuple[float | None, float] | None) -> None:
    band = band_of(text)
    assert (band and (band.low_c, band.high_c)) == limits


@pytest.mark.parametrize(
    ("text", "basis", "until", "mark"),
    [
        (
            "31 days (single 2 weeks at -25..-15 allowed)",
            "found",
            date(2021, 10, 14),
            "(single 2 weeks at -25..-15 allowed)",
        ),
        ("10 weeks", "unverified", date(2021, 11, 22), "unverified"),
        ("3 months -> 11 months (extended)", "found", date(2021, 12, 13), "-> 11 months (extended)"),
        ("=storage", "found", None, ""),
        ("liquid form 2 months (unverified)", "found", None, ""),
        ("", "found", None, ""),
    ],
)
def test_a_thawed_products_days_are_the_leading_number_and_carry_the_sources_doubt(
    text: str, basis: str, until: date | None, mark: str
) -> None:
    allowance = allowance_of(text, basis=basis)
    assert (allowance and allowance.ends_on(DAY)) == until
    assert (allowance.mark if allowance else "") == mark


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    assert Allowance(days=0, months=1, mark="").ends_on(date(2021, 1, 31)) == date(2021, 2, 28)


@given(expires=st.dates(date(2021, 1, 1), date(2023, 1, 1)), thawed=st.dates(date(2021, 1, 1), date(2023, 1, 1)))
def test_the_shortest_clock_decides(expires: date, thawed: date) -> None:
    allowance = Allowance(days=31, months=0, mark="")
    last = use_before(expires, thawed, allowance)
    assert last.on == min(expires, thawed + timedelta(days=31))
    assert use_before(expires, None, allowance).on == expires
    assert use_before(None, thawed, allowance).on == thawed + timedelta(days=31)


def shelf(lot: str, free: int, last: date | None) -> ShelfLine:
    return ShelfLine(
        lot=lot,
        product="az",
        doses=free,
        waiting=0,
        picked=0,
        free=free,
        fridge="",
        expires_on=last,
        thawed_on=None,
        use_before=last,
        thaw=False,
        mark="",
        held_since=None,
        recalled=False,
    )


_SHELVES = st.lists(
    st.tuples(st.integers(0, 500), st.none() | st.dates(date(2021, 9, 1), date(2022, 1, 1))), max_size=6
)


@given(shelves=_SHELVES, doses=st.integers(1, 2000))
def test_nothing_that_lasts_longer_leaves_before_what_lasts_shorter_is_gone(
    shelves: list[tuple[int, date | None]], doses: int
) -> None:
    lines = [shelf(f"L{place}", free, last) for place, (free, last) in enumerate(shelves)]
    chosen = {each.lot: each.doses for each in pick(lines, doses, on=DAY)}
    fit = [line for line in lines if line.use_before is None or line.use_before >= DAY]
    assert sum(chosen.values()) == min(doses, sum(line.free for line in fit))
    taken = [line for line in fit if line.lot in chosen]
    last = max((line.use_before or date.max for line in taken), default=date.min)
    assert all(chosen.get(line.lot, 0) == line.free for line in fit if (line.use_before or date.max) < last)


def read(hour: float, temp: float, *, high: float | None = None, minutes: int | None = None) -> ReadingTold:
    at = MORNING + timedelta(hours=hour)
    return ReadingTold(
        id=uuid7(), site="K", fridge="L1", taken_at=at, temp_c=temp, highest_c=high, minutes_outside=minutes
    )


def test_a_quiet_fridge_has_no_excursion() -> None:
    assert excursions([read(0, 2.0), read(7, 8.0)], COLD, now=MORNING) == []


def test_by_hand_alone_an_excursion_is_known_only_between_two_bounds() -> None:
    (found,) = excursions([read(0, 4), read(7, 9.4), read(8, 9.1), read(10, 5)], COLD, now=MORNING)
    assert (found.begins_at, found.ends_at) == (MORNING + timedelta(hours=7), MORNING + timedelta(hours=10))
    assert (found.worst_c, found.told_minutes) == (9.4, None)
    assert (found.at_least, found.at_most) == (timedelta(hours=1), timedelta(hours=10))


def test_what_the_device_saw_between_two_readings_is_an_excursion_with_its_minutes() -> None:
    (found,) = excursions([read(0, 4), read(7, 5, high=9.4, minutes=38), read(14, 4)], COLD, now=MORNING)
    assert (found.worst_c, found.told_minutes) == (9.4, 38)
    assert (found.begins_at, found.ends_at) == (MORNING, MORNING + timedelta(hours=7))


def test_an_excursion_that_goes_on_has_no_end_and_grows_until_now() -> None:
    now = MORNING + timedelta(hours=9)
    (found,) = excursions([read(0, 4), read(7, 12)], COLD, now=now)
    assert found.ends_at is None
    assert found.at_most == timedelta(hours=9)


def test_too_cold_is_as_bad_as_too_warm() -> None:
    (found,) = excursions([read(0, 4), read(7, -1.5), read(14, 4)], COLD, now=MORNING)
    assert found.worst_c == -1.5


def test_what_is_stored_above_zero_freezes_in_a_freezer_and_nothing_else_does() -> None:
    freezer = Band(low_c=-25, high_c=-15)
    assert rules.freezes(COLD, freezer)
    assert not rules.freezes(COLD, COLD)
    assert not rules.freezes(Band(low_c=-90, high_c=-60), freezer)
    assert not rules.freezes(Band(low_c=None, high_c=-18), freezer)
    assert not rules.freezes(None, freezer)


def test_a_frozen_product_thaws_in_a_fridge_and_nowhere_colder() -> None:
    frozen = band_of("-90..-60")
    assert rules.thaws(frozen, COLD)
    assert not rules.thaws(frozen, Band(low_c=-25, high_c=-15))
    assert not rules.thaws(COLD, COLD)
