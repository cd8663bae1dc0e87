"""What a busy database does to an answer: its transaction runs out of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from tiemchung.plumbing import database

SHORT, LONG = "set local transaction_timeout = 20", "select pg_sleep(600)"


def by_a_statement(*_told: Any) -> None:
    """Run out of time in a statement for sets."""
    with transaction.atomic():
        database.run(SHORT)
        database.run(LONG)


def by_a_model() -> None:
    """Run out of time where a model asks, by a cursor of Django's own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SHORT)
        cursor.execute(LONG)


class Late:
    """An action that does its work and runs out of time before it has ended."""

    def __init__(self, action: Callable[..., Any], late: Callable[[], None]) -> None:
        self._action, self._late = action, late

    def __call__(self, *told: Any, **named: Any) -> None:
        """Do it, in the transaction that is lost."""
        with transaction.atomic():
            self._action(*told, **named)
            self._late()
