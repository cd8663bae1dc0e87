from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tiemchung.plumbing import database
from tiemchung.plumbing.locks import TurnLostError, turn

pytestmark = pytest.mark.usefixtures("committed_db")


def elsewhere(work: Callable[[], None]) -> threading.Thread:
    """Begin some work in a thread with a session of its own."""

    def done() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=done)
    thread.start()
    return thread


def try_elsewhere(name: str) -> bool:
    """Tell whether another session could have the turn now."""
    found: list[bool] = []

    def attempt() -> None:
        with turn(name) as mine:
            found.append(mine is not None)

    elsewhere(attempt).join()
    return found[0]


def test_a_turn_is_had_by_one_at_a_time_and_given_back() -> None:
    with turn("count") as mine:
        assert mine is not None
        assert not try_elsewhere("count")
        assert try_elsewhere("other work")
    assert try_elsewhere("count")


def test_a_turn_outlives_the_transactions_done_in_it() -> None:
    with turn("count"):
        database.run("begin")
        database.run("rollback")
        assert not try_elsewhere("count")


def test_whoever_waits_is_served_before_those_who_try() -> None:
    order: list[str] = []

    def wait() -> None:
        with turn("count", wait=True):
            order.append("waited")

    with turn("count"):
        waiting = elsewhere(wait)
        while not database.row("select 1 from pg_locks where locktype = 'advisory' and not granted"):
            pass
    while waiting.is_alive():
        if try_elsewhere("count"):
            order.append("tried")
    assert order[0] == "waited"


def test_a_turn_is_given_back_when_the_work_fails() -> None:
    with pytest.raises(ValueError, match="the work"), turn("count"):
        raise ValueError("the work")
    assert try_elsewhere("count")


def test_a_turn_is_lost_with_its_session() -> None:
    with turn("count") as mine:
        assert mine is not None
        mine.insist()
        connection.close()
        database.row("select 1")
        assert not mine.held
        with pytest.raises(TurnLostError):
            mine.insist()
        assert try_elsewhere("count")


def test_a_session_that_is_cut_off_ends_the_turn_without_a_second_fault() -> None:
    with turn("count") as mine:
        assert mine is not None
        pid = database.row("select pg_backend_pid()")
        assert pid is not None

        def cut() -> None:
            database.row("select pg_terminate_backend(%s)", pid)

        elsewhere(cut).join()
    assert try_elsewhere("count")
