from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from procrastinate.contrib.django import app

from tests.chair import NOW, days, dose, record, visit, void
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices.actions import DELIVER
from tiemchung.domain.people import jobs as people
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.jobs import soon
from tiemchung.project import jobs


@pytest.fixture(autouse=True)
def _at_the_center(worker_db: None, set_time: Callable[[datetime], None]) -> None:
    journal.forget_server_device()
    set_time(NOW + days(1))


def _count(table: str) -> int:
    found = database.row(f"select count(*) from {table}")
    assert found is not None
    return int(found[0])


def test_a_void_that_came_before_its_dose_is_folded_again() -> None:
    given = dose(uuid7(NOW))
    record(void(given.id))
    assert _count("journal_unfolded") == 1
    record(given)
    jobs.refold(0)
    assert _count("journal_unfolded") == 0
    assert _count("immunization_dose where status = 2") == 1


def test_the_journal_is_anchored() -> None:
    visit()
    jobs.anchor(0)
    jobs.anchor(0)
    assert _count("journal_anchor") == 1


def test_the_next_month_has_a_partition_of_its_own() -> None:
    jobs.make_partition(0)
    jobs.make_partition(0)
    found = database.rows(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'journal_entry'::regclass"
    )
    assert len(found) > 1


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2021, 9, 13), date(2021, 10, 1)),
        (date(2021, 12, 31), date(2022, 1, 1)),
        (date(2022, 1, 31), date(2022, 2, 1)),
    ],
)
def test_the_month_after_begins_on_its_first(day: date, following: date) -> None:
    assert jobs.next_month(day) == following


def test_the_timetable_does_what_is_due_and_ends_when_asked_to() -> None:
    visit()
    app.configure_task("journal.anchor").defer(timestamp=0)
    with timetable(jobs.IN_FRONT):
        _await_anchor()


def test_a_job_that_waits_for_a_machine_outside_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    visit()
    asked, answered = threading.Event(), threading.Event()

    def hang(**_told: datetime) -> int:
        asked.set()
        answered.wait(120)
        return 0

    monkeypatch.setattr(people, "ask_register", hang)
    app.configure_task("people.ask_register").defer(timestamp=0)
    with timetable(jobs.OUTSIDE, jobs.IN_FRONT):
        assert asked.wait(120), "nobody asks"
        soon("journal.anchor")
        _await_anchor()
        answered.set()


@contextmanager
def timetable(*queues: str) -> Iterator[None]:
    """Keep the timetable of these queues for a while."""
    stop = threading.Event()
    kept = threading.Thread(target=jobs.keep_timetable, args=(stop,), kwargs={"queues": queues})
    kept.start()
    try:
        yield
    finally:
        stop.set()
        kept.join(timeout=120)
    assert not kept.is_alive()


def _await_anchor() -> None:
    give_up_at = time.monotonic() + 120
    while not _count("journal_anchor"):
        assert time.monotonic() < give_up_at, "nobody does the job"
        time.sleep(0.1)


def test_who_is_in_a_hurry_is_not_held_up_by_what_may_wait() -> None:
    soon(DELIVER, after_s=60)
    soon(DELIVER, after_s=60)
    assert _count("procrastinate_jobs where status = 'todo' and scheduled_at > now()") == 1
    soon(DELIVER)
    assert _count("procrastinate_jobs where status = 'todo' and scheduled_at is null") == 1


def test_what_certificates_do_what_is_counted_for_the_day_and_long_files_are_done_behind() -> None:
    queues = {name: task.queue for name, task in app.tasks.items() if not name.startswith(("builtin", "procrastinate"))}
    assert {name for name, queue in queues.items() if queue == jobs.BEHIND} == {
        *(name for name in queues if name.startswith("certificates.")),
        "campaigns.count_due",
        "campaigns.read_lists",
        "mending.count_speed",
        "mending.escalate",
        "mending.forget_scans",
        "mending.link_persons",
        "people.forget_exchanges",
    }
    assert {name for name, queue in queues.items() if queue == jobs.OUTSIDE} == {
        "people.ask_register",
        "people.follow_register",
    }
    assert set(queues.values()) == {jobs.BEHIND, jobs.IN_FRONT, jobs.OUTSIDE}
