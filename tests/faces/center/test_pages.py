from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import translation
from msgspec import structs

from tiemchung.domain.response.values import AlertKind, AlertShown, Facts
from tiemchung.faces.center.pages import Lag, minutes
from tiemchung.faces.center.sayings import alert_lines, of_alert

NOON = datetime(2021, 9, 13, 5, 0, tzinfo=UTC)


def lag(seconds: float = 1, *, failing: bool = False, worker_silent: bool = False) -> Lag:
    return Lag(
        name="figures.count",
        lag=timedelta(seconds=seconds),
        failing=timedelta(minutes=1) if failing else None,
        worker_silent=timedelta(minutes=2) if worker_silent else None,
    )


def test_a_minute_without_doses_is_a_zero_and_the_running_minute_is_left_out() -> None:
    pace = {NOON: 99, NOON - timedelta(minutes=1): 7, NOON - timedelta(minutes=3): 5}
    assert minutes(pace, until=NOON + timedelta(seconds=30), count=4) == (0, 5, 0, 7)


@pytest.mark.parametrize(
    ("reaction", "wrong"),
    [(lag(), False), (lag(61), True), (lag(failing=True), True), (lag(worker_silent=True), True)],
)
def test_a_reaction_is_a_problem_when_it_is_slow_fails_or_is_gone(reaction: Lag, wrong: bool) -> None:  # noqa: FBT001 - a table
    assert reaction.wrong is wrong


@pytest.mark.parametrize("kind", AlertKind)
def test_every_alert_is_said_in_both_languages(kind: AlertKind) -> None:
    facts = Facts(lot="ABX6412", doses=-7, most=60, entries=3, temp_c=9.4, reason="fork", since=NOON)
    said = set()
    for language in ("vi", "en"):
        with translation.override(language):
            said.add(of_alert(kind, facts))
    assert all(said)
    assert not any("{" in words for words in said)


def test_a_silence_that_somebody_knows_the_reason_of_is_amber_and_any_other_red() -> None:
    alert = AlertShown(
        id=UUID(int=1),
        kind=AlertKind.SITE_SILENT,
        site="79-0001",
        facts=Facts(since=NOON),
        raised_at=NOON,
        incident=None,
    )
    on_paper = structs.replace(alert, paper_since=NOON)
    lines = alert_lines([alert, on_paper], now=NOON + timedelta(hours=3), sites={})
    assert [(line.shape, line.note) for line in lines] == [("oct", ""), ("tri", "đang ghi giấy")]
    assert lines[0].span == timedelta(hours=3)
