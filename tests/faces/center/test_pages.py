from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tiemchung.faces.center.pages import REACTIONS, Lag, SiteWord, Waiting, minutes, problems, sites_by_word
from tiemchung.project.reactions import followers

NOON = datetime(2021, 9, 13, 5, 0, tzinfo=UTC)


def word(code: str, silent_minutes: int) -> SiteWord:
    return SiteWord(code=code, name=code, where="", silent=timedelta(minutes=silent_minutes), pending=0)


def lag(seconds: float = 1, *, failing: bool = False, worker_silent: bool = False) -> Lag:
    return Lag(
        name="figures.count",
        lag=timedelta(seconds=seconds),
        failing=timedelta(minutes=1) if failing else None,
        worker_silent=timedelta(minutes=2) if worker_silent else None,
    )


def test_the_longest_silent_site_stands_first() -> None:
    sites = sites_by_word([word("a", 5), word("b", 31), word("c", 192), word("d", 30)])
    assert [(site.code, site.too_long) for site in sites.listed] == [
        ("c", True),
        ("b", True),
        ("d", False),
        ("a", False),
    ]
    assert (sites.heard, sites.speaking, sites.silent_count) == (4, 2, 2)


def test_a_hundred_silent_sites_are_counted_though_few_are_listed() -> None:
    sites = sites_by_word(word(f"{n:03}", 60 + n) for n in range(100))
    assert (len(sites.listed), sites.silent_count) == (12, 100)
    assert sites.listed[0].code == "099"


def test_a_minute_without_doses_is_a_zero_and_the_running_minute_is_left_out() -> None:
    pace = {NOON: 99, NOON - timedelta(minutes=1): 7, NOON - timedelta(minutes=3): 5}
    assert minutes(pace, until=NOON + timedelta(seconds=30), count=4) == (0, 5, 0, 7)


@pytest.mark.parametrize(
    ("reaction", "wrong"),
    [(lag(), False), (lag(61), True), (lag(failing=True), True), (lag(worker_silent=True), True)],
)
def test_a_reaction_is_a_problem_when_it_is_slow_fails_or_is_gone(reaction: Lag, wrong: bool) -> None:  # noqa: FBT001 - a table
    assert reaction.wrong is wrong


def test_every_open_problem_counts_once() -> None:
    sites = sites_by_word([word("a", 45), word("b", 50), word("c", 1)])
    aside = [Waiting(reason="fork", entries=3)]
    assert problems(sites=sites, set_aside=aside, lags=[lag(), lag(90)]) == 4


def test_the_board_has_words_for_every_reaction() -> None:
    assert [follower.name for follower in followers() if follower.name not in REACTIONS] == []
