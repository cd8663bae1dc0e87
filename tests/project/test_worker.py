from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.values import START, Entry
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.project import reading, worker
from tiemchung.project.reactions import Follower, Reaction, followers
from tiemchung.project.worker import Following

Heard = Callable[[], list[UUID]]
NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
_moments = itertools.count()


class BellRang(Event, frozen=True, kw_only=True):
    """Something that happens in these tests alone."""


class LampLit(Event, frozen=True, kw_only=True):
    """Something else."""


def ring(count: int = 1, event: type[Event] = BellRang) -> list[UUID]:
    """Append so many facts in one transaction and return their ids."""
    events = [event(id=uuid7(NOW + timedelta(seconds=next(_moments))), at=NOW) for _ in range(count)]
    journal.append(events, actor=SYSTEM, recorded_at=NOW)
    return [each.id for each in events]


@dataclass
class Memory:
    """A reaction that writes what it hears into the database, so that a batch that is rolled back leaves nothing."""

    poison: set[UUID] = field(default_factory=set)
    slow: set[UUID] = field(default_factory=set)
    cut_first: bool = False
    batches: list[int] = field(default_factory=list)
    told_at: datetime | None = None

    def __call__(self, entries: Sequence[Entry], *, now: datetime) -> None:
        self.told_at = now
        self.batches.append(len(entries))
        for entry in entries:
            database.run("insert into heard values (%s)", (entry.id,))
        told = {entry.id for entry in entries}
        if self.poison & told:
            raise ValueError("Nguyễn Văn An, 079052001234")
        if self.slow & told:
            database.run("set local statement_timeout = 1")
            database.run("select pg_sleep(1)")
        if self.cut_first and len(self.batches) == 1:
            database.run("select pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def heard(worker_db: None, owner_connection: psycopg.Connection) -> Iterator[Heard]:
    """Return a function that tells what was heard and committed."""
    journal.forget_server_device()
    owner_connection.execute("create table heard (entry uuid primary key)")
    owner_connection.execute("grant all on heard to tiemchung_worker")
    yield lambda: [row[0] for row in owner_connection.execute("select entry from heard order by entry")]
    connection.close()
    owner_connection.execute("drop table heard")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rest between attempts for a moment only, and say at once how things stand."""
    monkeypatch.setattr(worker, "WORD_EVERY_S", 0.0)
    monkeypatch.setattr(worker, "LEVEL_REST_S", 0.01)
    monkeypatch.setattr(worker, "LONGEST_REST_S", 0.05)


def _following(react: Reaction, *, batch_entries: int = 2_000) -> Following:
    follower = Follower(name="tests.hear", react=react, kinds=frozenset({"bell-rang"}))
    return Following(follower, stop=threading.Event(), batch_entries=batch_entries)


def _until_level(following: Following, *, steps: int = 100) -> None:
    for _ in range(steps):
        if not following.step():
            return
    raise AssertionError("the reaction does not come to an end")


def _run_until(following: Following, done: Callable[[], bool], *, within_s: float = 120) -> None:
    thread = threading.Thread(target=following.run)
    thread.start()
    try:
        give_up_at = time.monotonic() + within_s
        while not done():
            assert time.monotonic() < give_up_at, "the reaction does not get there"
            time.sleep(0.02)
    finally:
        following.stop.set()
        thread.join()


def test_what_others_hear_moves_no_cursor_at_once_and_hides_nothing_that_it_hears_itself(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STEP_EVERY_S", 1_000.0)
    following = _following(Memory())
    rung = ring()
    _until_level(following)
    stood = journal_queries.cursor("tests.hear")
    ring(3, LampLit)
    following._round()
    assert journal_queries.cursor("tests.hear") == stood
    rung += ring()
    ring(3, LampLit)
    monkeypatch.setattr(reading, "FRESH_S", 0.0)
    following._round()
    assert heard() == rung
    passed_over = journal_queries.cursor("tests.hear")
    assert passed_over > stood
    monkeypatch.setattr(worker, "STEP_EVERY_S", 0.0)
    ring(3, LampLit)
    following._round()
    assert journal_queries.cursor("tests.hear") > passed_over


def test_a_reaction_that_hears_nothing_for_long_is_not_told_to_be_behind(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STEP_EVERY_S", 1_000.0)
    monkeypatch.setattr(reading, "FRESH_S", 0.0)
    following = _following(Memory())
    rung = ring()
    _until_level(following)
    ring(3, LampLit)
    following._round()
    assert journal_queries.lags()[0].behind.total_seconds() > 0, "it has looked there, and moved no cursor yet"
    monkeypatch.setattr(worker, "STEP_EVERY_S", 0.0)
    following._round()
    assert journal_queries.lags()[0].behind.total_seconds() == 0
    assert heard() == rung


def test_every_entry_is_heard_once_in_batches(heard: Heard) -> None:
    rung = ring(7)
    memory = Memory()
    following = _following(memory, batch_entries=3)
    _until_level(following)
    _until_level(_following(memory))
    assert heard() == rung
    assert memory.batches == [3, 3, 1]


def test_a_reaction_rests_once_it_has_taken_all_and_goes_on_at_once_while_more_waits(heard: Heard, quick: None) -> None:
    ring(7)
    following = _following(Memory(), batch_entries=3)
    assert [following._round() for _ in range(4)] == [0.0, 0.0, worker.BRIEF_REST_S, worker.LEVEL_REST_S]
    assert len(heard()) == 7


def test_other_kinds_are_passed_over_without_a_call(heard: Heard) -> None:
    ring(5, LampLit)
    rung = ring(1)
    ring(5, LampLit)
    memory = Memory()
    _until_level(_following(memory, batch_entries=2))
    assert heard() == rung
    assert memory.batches == [1]
    assert journal_queries.lags()[0].behind.total_seconds() == 0


@contextmanager
def uncommitted() -> Iterator[list[UUID]]:
    """Have another session append an entry and commit it only when the block ends."""
    appended: list[UUID] = []
    written, may_commit = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                appended.extend(ring())
                written.set()
                may_commit.wait(timeout=120)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(timeout=120)
    try:
        yield appended
    finally:
        may_commit.set()
        writer.join()


def test_what_commits_late_is_not_skipped(heard: Heard) -> None:
    before = ring()
    following = _following(Memory())
    with uncommitted() as late:
        early = ring()
        _until_level(following)
        assert heard() == before
    _until_level(following)
    assert heard() == sorted([*before, *late, *early])


def test_an_entry_that_cannot_be_taken_is_set_apart_and_the_rest_goes_on(heard: Heard, quick: None) -> None:
    rung = ring(9)
    memory = Memory(poison={rung[4]})
    _until_level(_following(memory))
    assert heard() == [each for each in rung if each != rung[4]]
    [state] = figures.reaction_states()
    assert (state.name, state.set_aside, state.entries) == ("tests.hear", 1, 8)
    assert sum(figures.lag_steps()["tests.hear"].values()) == 8, "who was not taken has no lag"
    assert figures.skipped_entries("tests.hear") == [rung[4]]


def test_the_board_sees_a_reaction_failing_and_recovering(heard: Heard, quick: None) -> None:
    ring()
    seen: list[tuple[bool, str]] = []

    def fail(entries: Sequence[Entry], *, now: datetime) -> None:
        seen.extend((state.failing_since is not None, state.error[:10]) for state in figures.reaction_states())
        raise ValueError(len(entries), now)

    following = _following(fail)
    _until_level(following)
    assert (True, "ValueError") in seen
    [state] = figures.reaction_states()
    assert (state.failing_since, state.error, state.set_aside) == (None, "", 1)


def test_a_long_outage_makes_the_rest_no_longer_than_the_longest(
    worker_db: None, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_name: str) -> None:
        raise OperationalError

    monkeypatch.setattr(worker, "turn", away)
    following = _following(Memory())
    following._failures = 1_100  # beyond this a doubling has no number any more
    assert max(following._round() for _ in range(3)) == worker.LONGEST_REST_S


def test_a_fault_is_shown_without_what_the_entry_says(
    heard: Heard, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    rung = ring()
    _until_level(_following(Memory(poison=set(rung))))
    error = database.row("select error from figures_skipped_entry")
    assert error is not None
    assert re.fullmatch(r"ValueError at test_worker\.py:\d+", error[0])
    assert "Nguy" not in caplog.text


def test_what_was_set_apart_is_tried_again_after_a_start(heard: Heard, quick: None) -> None:
    rung = ring(3)
    _until_level(_following(Memory(poison={rung[1]})))
    _until_level(_following(Memory(poison={rung[1]})))
    assert figures.skipped_entries("tests.hear") == [rung[1]]
    _until_level(_following(Memory()))
    assert heard() == rung
    assert figures.skipped_entries("tests.hear") == []


def test_an_entry_that_always_runs_into_a_timeout_does_not_stop_the_rest(heard: Heard, quick: None) -> None:
    rung = ring(5)
    following = _following(Memory(slow={rung[2]}))
    _run_until(following, lambda: len(heard()) == 4)
    assert heard() == [each for each in rung if each != rung[2]]
    assert figures.skipped_entries("tests.hear") == [rung[2]]


def test_a_batch_that_takes_too_long_is_made_smaller(heard: Heard, quick: None) -> None:
    rung = ring(12)
    memory = Memory()

    def slow_in_the_large(entries: Sequence[Entry], *, now: datetime) -> None:
        memory(entries, now=now)
        if len(entries) > 3:
            database.run("set local transaction_timeout = 20")
            database.run("select pg_sleep(5)")

    _run_until(_following(slow_in_the_large, batch_entries=12), lambda: heard() == rung)
    assert figures.skipped_entries("tests.hear") == []
    assert min(memory.batches) <= 3


def test_a_lost_session_is_taken_up_again(heard: Heard, quick: None) -> None:
    rung = ring(5)
    memory = Memory(cut_first=True)
    _run_until(_following(memory), lambda: heard() == rung)
    assert len(memory.batches) > 1


def test_a_second_worker_stands_by(heard: Heard) -> None:
    rung = ring(3)
    inside, go_on = threading.Event(), threading.Event()

    def slowly(entries: Sequence[Entry], *, now: datetime) -> None:
        inside.set()
        assert go_on.wait(timeout=120)
        Memory()(entries, now=now)

    def work() -> None:
        _following(slowly).step()
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert inside.wait(timeout=120)
    bystander = Memory()
    assert not _following(bystander).step()
    go_on.set()
    first.join()
    assert not _following(bystander).step()
    assert (bystander.batches, heard()) == ([], rung)


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(
    heard: Heard, database_environment: Mapping[str, str]
) -> None:
    rung = ring(6)
    environ = {**os.environ, **database_environment, "DATABASE_URL": database_environment["WORKER_DATABASE_URL"]}
    with subprocess.Popen([sys.executable, "-c", HALF_A_BATCH], env=environ, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"in the middle\n"
        worker.kill()
    _run_until(_following(Memory()), lambda: heard() == rung)
    assert journal_queries.cursor("tests.hear") != START


HALF_A_BATCH = """
import os, sys, threading, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tiemchung.project.settings"
import django
django.setup()
from tiemchung.plumbing import database
from tiemchung.project.reactions import Follower
from tiemchung.project.worker import Following

def react(entries, *, now):
    for entry in entries[:3]:
        database.run("insert into heard values (%s)", (entry.id,))
    print("in the middle", flush=True)
    time.sleep(60)

follower = Follower(name="tests.hear", react=react, kinds=frozenset({"bell-rang"}))
Following(follower, stop=threading.Event()).run()
"""


@pytest.fixture
def at_work(own_database: Mapping[str, str]) -> Iterator[AtWork]:
    environ = {**os.environ, **own_database, "DATABASE_URL": own_database["WORKER_DATABASE_URL"]}
    command = [sys.executable, "-m", "tiemchung.project.cli", "worker"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = (line for line in process.stderr if "following the journal" in line)
        yield AtWork(process=process, follows=[next(said), next(said)])
        process.kill()


@dataclass(frozen=True, kw_only=True)
class AtWork:
    """A worker whose two processes have said what they follow."""

    process: subprocess.Popen[str]
    follows: list[str]

    @property
    def behind(self) -> int:
        """Return the process behind."""
        (child,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(child)


def test_what_may_wait_has_a_process_of_its_own_that_gives_way(at_work: AtWork) -> None:
    [behind] = [line for line in at_work.follows if "certificates.prepare" in line]
    [front] = [line for line in at_work.follows if line != behind]
    assert "figures.count" in front
    assert "figures" not in behind
    assert os.getpriority(os.PRIO_PROCESS, at_work.behind) - os.getpriority(os.PRIO_PROCESS, at_work.process.pid) == 5


def test_every_reaction_is_followed_by_one_process(at_work: AtWork) -> None:
    told = "".join(at_work.follows)
    assert [told.count(f"{follower.name},") for follower in followers()] == [1] * len(followers())


def test_the_command_ends_when_it_is_asked_to(at_work: AtWork) -> None:
    behind = at_work.behind
    at_work.process.terminate()
    assert at_work.process.wait(timeout=120) == 0
    assert not Path(f"/proc/{behind}").exists()


def test_a_worker_does_not_go_on_without_its_process_behind(at_work: AtWork) -> None:
    os.kill(at_work.behind, signal.SIGKILL)
    assert at_work.process.wait(timeout=120) == 1
