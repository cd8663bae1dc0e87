"""Waking a job of the timetable now instead of at its next time."""

from __future__ import annotations

from functools import cache

from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued


def soon(name: str) -> None:
    """Have the job of this name done as soon as the transaction has ended. Told many times, it is queued once."""
    try:
        with transaction.atomic():
            _app().configure_task(name, queueing_lock=name).defer(timestamp=0)
    except AlreadyEnqueued:
        return


@cache
def _app() -> App:
    """Return what speaks through Django's connection. The timetable's own, in a worker, speaks through another."""
    return App(connector=DjangoConnector(alias="default"))
