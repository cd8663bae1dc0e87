"""Waking a job of the timetable now instead of at its next time."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


def soon(name: str) -> None:
    """Have the job of this name done as soon as the transaction has ended. Told many times, it is queued once."""
    try:
        with transaction.atomic():
            app.configure_task(name, queueing_lock=name).defer(timestamp=0)
    except AlreadyEnqueued:
        return
