from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tiemchung.domain.figures import queries
from tiemchung.domain.figures.actions import count_minutes
from tiemchung.domain.journal.values import Entry, Position
from tiemchung.kernel.ids import uuid7

NINE = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("worker_db")


def taken(sequence: int, *, seconds: int) -> Entry:
    at = NINE + timedelta(seconds=seconds)
    return Entry(
        id=uuid7(),
        kind="dose-given",
        position=Position(7, sequence),
        device=uuid7(),
        seq=sequence,
        site="79-0001",
        person=None,
        occurred_at=at,
        recorded_at=at,
        written_at=at,
        open_body=bytes,
    )


def pace() -> list[int]:
    found = queries.doses_by_minute(first=NINE - timedelta(days=7), last=NINE + timedelta(days=7))
    return [found[minute] for minute in sorted(found)]


def test_doses_count_in_the_minute_in_which_they_came() -> None:
    count_minutes([taken(1, seconds=1), taken(2, seconds=59), taken(3, seconds=60)], now=NINE)
    count_minutes([taken(4, seconds=61)], now=NINE)
    assert pace() == [2, 2]


def test_told_again_from_the_start_nothing_changes() -> None:
    entries = [taken(n, seconds=7 * n) for n in range(20)]
    count_minutes(entries[:12], now=NINE)
    count_minutes(entries, now=NINE)
    count_minutes(entries, now=NINE)
    assert sum(pace()) == 20


def test_a_day_is_kept_and_no_more() -> None:
    count_minutes([taken(1, seconds=0)], now=NINE)
    count_minutes([taken(2, seconds=90_000)], now=NINE + timedelta(seconds=90_001))
    assert pace() == [1]
