"""What is done by the clock on the wall. Procrastinate keeps the timetable: of several workers one does each job.

A job is never per dose. Each may be run again; one that fails is run again at its next time.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import connections, transaction
from procrastinate.contrib.django import app

from tiemchung.domain.access import actions as access
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.certificates import jobs as certificates
from tiemchung.domain.intake import jobs as intake
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import actions as mending_actions
from tiemchung.domain.mending import jobs as mending
from tiemchung.domain.mending.values import LINK
from tiemchung.domain.movement import actions as movement
from tiemchung.domain.notices import jobs as notices
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import jobs as people
from tiemchung.domain.response import jobs as response
from tiemchung.domain.scheduling import actions as scheduling
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing import jobs as waking
from tiemchung.plumbing.jobs import soon
from tiemchung.plumbing.time import clock

log = logging.getLogger(__name__)

IN_FRONT, BEHIND, OUTSIDE = "default", waking.BEHIND, "outside"
"""Queues: `default` is procrastinate's own name; the jobs behind are done by the worker's process that gives way.

`outside` is done there too, one after the other beside the jobs behind: jobs that wait for a machine which is not ours, and
may wait for minutes when it hangs.
"""

REST_S = 0.2
"""How often the timetable looks whether it shall end."""

RESTART_AFTER_S = 5.0
"""How long the timetable rests when the database went away under it."""

_DECEMBER = 12


@app.periodic(cron="* * * * *")
@app.task(name="intake.refold", queueing_lock="intake.refold")
def refold(timestamp: int) -> None:  # noqa: ARG001 - the timetable tells when it was due
    """Every minute: fold again what referred to something that had not come yet."""
    with _session():
        after = None
        while True:
            _folded, after = intake.refold(now=clock().now(), after=after)
            if after is None:
                break
        intake.fold_arrived()


@app.periodic(cron="* * * * * */10")
@app.task(name="certificates.issue", queue=BEHIND, queueing_lock="certificates.issue")
def issue_certificates(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every ten seconds: sign what is due, revoke what no longer holds."""
    with _session():
        certificates.issue_due(now=clock().now)


@app.periodic(cron="45 1 * * *")
@app.task(name="certificates.renew", queue=BEHIND, queueing_lock="certificates.renew")
def renew_passes(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: have the domestic passes that end soon signed anew."""
    with _session():
        certificates.renew_passes(now=clock().now())


@app.periodic(cron="* * * * * */10")
@app.task(name="response.look_round", queueing_lock="response.look_round")
def look_round(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every ten seconds: see which sites are silent, which devices forked, and what waits for a human."""
    with _session():
        response.look_round(now=clock().now())


@app.periodic(cron="* * * * *")
@app.task(name="response.count_sites", queueing_lock="response.count_sites")
def count_sites(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every minute: count how each site stands, for the boards."""
    with _session():
        response.count_sites(now=clock().now())


@app.periodic(cron="0 * * * *")
@app.task(name="journal.anchor", queueing_lock="journal.anchor")
def anchor(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every hour: fix the journal so far under one Merkle root."""
    with _session(), transaction.atomic():
        journal.anchor(now=clock().now())


@app.periodic(cron="15 2 * * *")
@app.task(name="movement.forget", queueing_lock="movement.forget")
def forget_passages(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: forget who passed where, and destroy the keys of those days."""
    with _session():
        movement.forget(now=clock().now())


@app.periodic(cron="30 1 * * *")
@app.task(name="journal.make_partition", queueing_lock="journal.make_partition")
def make_partition(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: see that the entries of the next month have a partition of their own."""
    with _session():
        journal.make_partition(next_month(business_day(clock().now())))


@app.periodic(cron="20 2 * * *")
@app.task(name="scheduling.miss_past", queueing_lock="scheduling.miss_past")
def miss_past(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: let appointments of days long past, that nobody kept, be missed."""
    with _session():
        scheduling.miss_past(now=clock().now())


@app.periodic(cron="* * * * *")
@app.task(name="mending.escalate", queue=BEHIND, queueing_lock="mending.escalate")
def escalate_cases(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every minute: let cases whose answer is overdue go up to the district, then to the province."""
    with _session():
        mending_actions.escalate(now=clock().now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="mending.count_speed", queue=BEHIND, queueing_lock="mending.count_speed")
def count_speed(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every ten minutes: count how fast each province answers complaints."""
    with _session():
        mending_actions.count_speed(now=clock().now())


@app.periodic(cron="35 2 * * *")
@app.task(name="mending.forget_scans", queue=BEHIND, queueing_lock="mending.forget_scans")
def forget_scans(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: erase the pictures of paper slips that were typed, or left lying, long ago."""
    with _session():
        mending_actions.forget_scans(now=clock().now())


@app.periodic(cron="45 1 * * *")
@app.task(name="access.forget", queueing_lock="access.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: drop codes that have ended and counts of days past."""
    with _session():
        access.forget_codes()
        access.forget_counts()


@app.periodic(cron="* * * * *")
@app.task(name="notices.deliver", queueing_lock="notices.deliver")
def deliver(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every minute, and at once when something was queued: hand messages to the operator."""
    with _session():
        notices.deliver()


@app.periodic(cron="* * * * *")
@app.task(name="campaigns.keep_lists", queueing_lock="campaigns.keep_lists")
def keep_lists(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every minute, and at once when somebody decided: put the rows of long lists on record, or take them back."""
    with _session():
        campaigns.keep_waiting(now=clock().now())
        campaigns.undo_waiting(now=clock().now())


@app.periodic(cron="* * * * *")
@app.task(name=campaigns.READ, queue=BEHIND, queueing_lock=campaigns.READ)
def read_lists(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every minute, and at once when a long file was brought: answer its rows, some thousands of each file in turn.

    A file that cannot be taken by a fault of ours holds up no other; the job tells of it at its end.
    """
    fault: Exception | None = None
    more = False
    with _session():
        for identifier, commune in campaigns.waiting_to_be_read():
            try:
                more |= campaigns.read_list(identifier, commune=commune)
            except Exception as fallen:  # noqa: BLE001 - told below, after the files of other wards
                fault = fallen
        if more:
            soon(campaigns.READ)
    if fault is not None:
        raise fault


@app.periodic(cron="30 2 * * *")
@app.task(name="campaigns.forget_lists", queueing_lock="campaigns.forget_lists")
def forget_lists(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: erase the rows of lists that were decided long ago."""
    with _session():
        campaigns.forget_lists(now=clock().now())


@app.periodic(cron="* * * * *")
@app.task(name="campaigns.count_due", queue=BEHIND, queueing_lock="campaigns.count_due")
def count_due(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every minute: count who is due where the figure has grown old, some communes at a time."""
    with _session():
        campaigns.count_due(now=clock().now())


@app.periodic(cron="* * * * *")
@app.task(name=people.ASK, queue=OUTSIDE, queueing_lock=people.ASK)
def ask_register(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every minute: ask the population register about whoever waits for it."""
    with _session():
        people.ask_register(now=clock().now())


@app.periodic(cron="*/5 * * * *")
@app.task(name=people.FOLLOW, queue=OUTSIDE, queueing_lock=people.FOLLOW)
def follow_register(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every five minutes: read what became of those whom the register was asked about."""
    with _session():
        people.follow_register(now=clock().now())


@app.periodic(cron="50 1 * * *")
@app.task(name="people.forget_exchanges", queue=BEHIND, queueing_lock="people.forget_exchanges")
def forget_exchanges(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night: erase what was exchanged with the register long ago."""
    with _session():
        people_actions.forget_exchanges(now=clock().now())


@app.periodic(cron="10 3 * * *")
@app.task(name=LINK, queue=BEHIND, queueing_lock=LINK)
def link_persons(timestamp: int) -> None:  # noqa: ARG001 - same
    """Every night, and soon after a list was kept: find who is on record twice, some thousands of persons in turn."""
    with _session():
        if mending.link_persons(now=clock().now()):
            soon(LINK, queue=BEHIND)


@contextmanager
def _session() -> Iterator[None]:
    """Leave no session open in the thread that a job was lent."""
    try:
        yield
    finally:
        connections.close_all()


def next_month(day: date) -> date:
    """Return the first day of the month after this day's."""
    if day.month == _DECEMBER:
        return date(day.year + 1, 1, 1)
    return date(day.year, day.month + 1, 1)


def keep_timetable(stop: threading.Event, *, queues: Sequence[str]) -> None:
    """Do the jobs of these queues that are due until told to stop; survive the database's restarts.

    Of each queue one job at a time, beside those of the others. A process has one timetable: while it is kept, the app's
    way to the database is this loop's.
    """
    while not stop.is_set():
        try:
            asyncio.run(_work_until(stop, queues=queues))
        except Exception as fault:  # noqa: BLE001 - whatever the database's going away looks like from here
            log.warning("the timetable lost its database and begins again: %s", type(fault).__name__)
            stop.wait(RESTART_AFTER_S)


async def _work_until(stop: threading.Event, *, queues: Sequence[str]) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]  # Django's connector has it
        async with worker.open_async():
            works = [
                asyncio.create_task(
                    worker.run_worker_async(queues=[queue], install_signal_handlers=False, delete_jobs="successful")
                )
                for queue in queues
            ]
            while not stop.is_set() and not any(work.done() for work in works):  # noqa: ASYNC110 - the event is another thread's
                await asyncio.sleep(REST_S)
            ended = [work for work in works if work.done()]
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            if not stop.is_set():
                await asyncio.gather(*ended)  # what ended one by itself ends the timetable, which begins again
