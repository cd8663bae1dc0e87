"""Statements for sets: server-side parameters, binary, prepared; through Django's own connection and transaction.

Psycopg's cursor costs 30 to 80 us of processor time a statement, what it does with the C library 5 to 10: a batch from
the chair has some twenty statements, so these functions speak to psycopg's connection below its cursor. Parameters and rows are
adapted by psycopg as ever, waits can be interrupted, and errors come out as Django's, so that an `atomic` block above
sees what it expects.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections
from django.db.utils import OperationalError
from psycopg import adapt, errors, generators
from psycopg.abc import PQGen, Transformer
from psycopg.adapt import PyFormat
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from tiemchung.plumbing.arrays import Packed

_Connection = psycopg.Connection[tuple[Any, ...]]
_PLACEHOLDER = re.compile(r"%(.)")
_FORMATS = {"s": PyFormat.AUTO, "b": PyFormat.BINARY, "t": PyFormat.TEXT}
_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY})
_OUT_OF_TIME = (errors.TransactionTimeout, errors.IdleInTransactionSessionTimeout)
_prepared: WeakKeyDictionary[_Connection, dict[tuple[str, tuple[int, ...]], bytes]] = WeakKeyDictionary()


def run(sql: str, parameters: Sequence[Any] = (), *, using: str = "default") -> int:
    """Run one statement and return how many rows it touched (-1: one that makes or drops something). `sql` is a constant of ours."""
    result, _ = _execute(sql, parameters, using)
    return -1 if result.command_tuples is None else result.command_tuples


def rows(sql: str, parameters: Sequence[Any] = (), *, using: str = "default") -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    result, transformer = _execute(sql, parameters, using)
    return transformer.load_rows(0, result.ntuples, tuple)


def row(sql: str, parameters: Sequence[Any] = (), *, using: str = "default") -> tuple[Any, ...] | None:
    """Run one statement and return its first row, or None."""
    result, transformer = _execute(sql, parameters, using)
    return transformer.load_row(0, tuple) if result.ntuples else None


def is_busy(fault: Exception) -> bool:
    """Tell whether the database could not now what it may be asked again: late, cut off, or not there at all.

    `run` and its like say so by an OperationalError. What a model asked by a cursor of Django's own bears another name.
    """
    return isinstance(fault, OperationalError) or isinstance(fault.__cause__, _OUT_OF_TIME)


def has_failed(*, using: str = "default") -> bool:
    """Tell whether the transaction that runs has met an error, after which it takes nothing but its end."""
    connection: _Connection | None = connections[using].connection
    return connection is None or connection.pgconn.transaction_status not in (
        TransactionStatus.IDLE,
        TransactionStatus.INTRANS,
    )


class _Statement(NamedTuple):
    """A statement as the server numbers its parameters, and the format of each."""

    text: bytes
    formats: tuple[PyFormat, ...]


class Sent(NamedTuple):
    """What goes to the server for one statement: its text, and types, values and formats of its parameters."""

    text: bytes
    types: tuple[int, ...]
    values: Sequence[Any]
    formats: Sequence[int]


@lru_cache(maxsize=1024)
def _statement(sql: str) -> _Statement:
    formats: list[PyFormat] = []

    def number(found: re.Match[str]) -> str:
        if found[1] == "%":
            return "%"
        formats.append(_FORMATS[found[1]])
        return f"${len(formats)}"

    return _Statement(_PLACEHOLDER.sub(number, sql).encode(), tuple(formats))


def _execute(sql: str, parameters: Sequence[Any], using: str) -> tuple[PGresult, Transformer]:
    django = connections[using]
    django.ensure_connection()
    with django.wrap_database_errors:
        connection: _Connection = django.connection
        transformer: Transformer = adapt.Transformer(connection)
        statement = _statement(sql) if parameters else _Statement(sql.encode(), ())
        if len(statement.formats) != len(parameters):
            raise psycopg.ProgrammingError(f"{len(statement.formats)} places for {len(parameters)} parameters")
        # A column that we packed ourselves goes as it is; its type stands in the statement.
        plain = [None if type(value) is Packed else value for value in parameters]
        dumped = list(transformer.dump_sequence(plain, statement.formats))
        formats = list(transformer.formats or ())
        for place, value in enumerate(parameters):
            if type(value) is Packed:
                dumped[place], formats[place] = value, Format.BINARY
        sent = Sent(statement.text, transformer.types or (), dumped, formats)
        with connection.lock:
            _begin(connection)
            result = _exchange(connection, sql, sent)
        transformer.set_pgresult(result, set_loaders=True, format=Format.BINARY)
        return result, transformer


def _begin(connection: _Connection) -> None:
    """Begin a transaction where psycopg's cursor would."""
    if connection.autocommit or connection.pgconn.transaction_status != TransactionStatus.IDLE:
        return
    connection.pgconn.send_query(b"BEGIN")
    _finished(connection)


def _exchange(connection: _Connection, sql: str, sent: Sent) -> PGresult:
    """Have the server execute a statement, prepared under one name for parameters of these types."""
    held = _prepared.get(connection)
    if held is None:
        held = _prepared[connection] = {}
    name = held.get((sql, sent.types))
    if name is None:
        name = b"tiemchung_%d" % len(held)
        connection.pgconn.send_prepare(name, sent.text, sent.types)
        _finished(connection)
        held[sql, sent.types] = name
    connection.pgconn.send_query_prepared(name, sent.values, sent.formats, result_format=Format.BINARY)
    return _finished(connection)


def _finished(connection: _Connection) -> PGresult:
    """Wait, so that a signal can interrupt, until the server has done what it was sent; raise what it complains of."""
    exchange: PQGen[list[PGresult]] = generators.execute(connection.pgconn)
    result = connection.wait(exchange)[-1]
    if result.status not in _DONE:
        fault = errors.error_from_result(result, encoding=connection.info.encoding)
        # psycopg counts these among the faults of the database's own; it was busy, and whoever asked may ask again.
        raise psycopg.OperationalError(*fault.args) if isinstance(fault, _OUT_OF_TIME) else fault
    return result
