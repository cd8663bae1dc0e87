"""The domain's clock: the machine's unless a demo or a test has set another, and then the same for every process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from tiemchung.kernel.clock import SystemClock, business_day
from tiemchung.plumbing.time import ClockNotSettable, clock, set_clock

_START = datetime(2021, 9, 12, 17, 30, tzinfo=UTC)


def test_without_a_clock_file_it_is_the_machines_clock() -> None:
    assert isinstance(clock(), SystemClock)
    with pytest.raises(ClockNotSettable):
        set_clock(starts_at=_START, factor=1)


def test_a_set_clock_stands_still(set_time: Callable[..., None]) -> None:
    set_time(_START)
    assert clock().now() == clock().now() == _START


def test_a_set_clock_runs_at_its_pace(set_time: Callable[..., None]) -> None:
    set_time(_START, factor=3_600.0)
    first = clock().now()
    while clock().now() < first + timedelta(seconds=60):
        pass
    assert first >= _START


def test_a_clock_set_anew_is_read_anew(set_time: Callable[..., None]) -> None:
    for day in range(1, 10):
        set_time(_START + timedelta(days=day))
        assert clock().now() == _START + timedelta(days=day)


@pytest.mark.parametrize("wrong", [(datetime(2021, 9, 13), 1.0), (_START, -1.0), (_START, float("inf"))])  # noqa: DTZ001 - refused
def test_a_clock_without_zone_or_running_backwards_is_refused(
    set_time: Callable[..., None], wrong: tuple[datetime, float]
) -> None:
    with pytest.raises(ValueError, match="aware"):
        set_clock(starts_at=wrong[0], factor=wrong[1])


def test_another_process_reads_the_same_clock(set_time: Callable[..., None], settings: Settings) -> None:
    set_time(_START)
    code = (
        "from django.conf import settings; settings.configure(TIEMCHUNG_CLOCK_FILE=__import__('sys').argv[1]);"
        "from tiemchung.plumbing.time import clock; print(clock().now().isoformat())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, settings.TIEMCHUNG_CLOCK_FILE], capture_output=True, text=True, check=True
    )
    assert datetime.fromisoformat(told.stdout.strip()) == _START


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Nowhere/Land"])
def test_the_business_day_is_viet_nams_whatever_the_machine_says(zone: str) -> None:
    code = (
        "from datetime import datetime, UTC; from tiemchung.kernel.clock import business_day;"
        "print(business_day(datetime(2021, 9, 12, 17, 30, tzinfo=UTC)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": "/usr/bin:/bin", "TZ": zone, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "2021-09-13" == business_day(_START).isoformat()
