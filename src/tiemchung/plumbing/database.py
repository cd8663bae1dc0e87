"""Statements for sets: server-side parameters, binary, prepared; through Django's own connection and transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connections


def run(sql: str, parameters: Sequence[Any] = (), *, using: str = "default") -> int:
    """Run one statement and return how many rows it touched. `sql` is a constant of ours, values are parameters."""
    cursor = _execute(sql, parameters, using)
    touched = cursor.rowcount
    cursor.close()
    return touched


def rows(sql: str, parameters: Sequence[Any] = (), *, using: str = "default") -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    cursor = _execute(sql, parameters, using)
    found = cursor.fetchall()
    cursor.close()
    return found


def row(sql: str, parameters: Sequence[Any] = (), *, using: str = "default") -> tuple[Any, ...] | None:
    """Run one statement and return its first row, or None."""
    cursor = _execute(sql, parameters, using)
    found = cursor.fetchone()
    cursor.close()
    return found


def _execute(sql: str, parameters: Sequence[Any], using: str) -> psycopg.Cursor[tuple[Any, ...]]:
    connection = connections[using]
    connection.ensure_connection()
    # Django binds parameters on the client by default, which knows no binary format; this is psycopg's own cursor.
    # Errors come out as Django's, so that an `atomic` block above sees what it expects.
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection)
        return cursor.execute(sql, parameters or None, prepare=True, binary=True)
