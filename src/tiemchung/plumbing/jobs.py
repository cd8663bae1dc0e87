"""Waking a job of the timetable now instead of at its next time."""

from __future__ import annotations

from functools import cache

from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

BEHIND = "behind"
"""The queue of the worker's process that gives way to the others."""


def soon(name: str, *, after_s: int = 0, queue: str = "default") -> None:
    """Have the job of this name done as soon as the transaction has ended. Told many times, it is queued once.

    With `after_s` it is done some seconds later than that: what many reactions ask for in turn is done once for all. It waits
    under a lock of its own, so that whoever is in a hurry is not held up.
    """
    lock, wait = (f"{name}.later", {"seconds": after_s}) if after_s else (name, None)
    try:
        with transaction.atomic():
            _app().configure_task(name, queue=queue, queueing_lock=lock, schedule_in=wait).defer(timestamp=0)
    except AlreadyEnqueued:
        return


@cache
def _app() -> App:
    """Return what speaks through Django's connection. The timetable's own, in a worker, speaks through another."""
    return App(connector=DjangoConnector(alias="default"))
