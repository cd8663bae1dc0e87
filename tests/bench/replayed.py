"""The control that SPEED.md's ratios are defined by: a raw client that runs the same statements with the same parameters.

What the platform sends to its database for some batches is written down while it takes them in this process. The client
then sends exactly that to a twin of the database, over the same driver's C library, prepared, in the same transactions
and under the same role, so with row-level security, seals, findings and stock in it. It parses nothing, checks no signature,
judges and seals nothing, and answers nobody: what the platform costs beyond it is HTTP and Python.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq import ExecStatus, Format

from tests.bench import material

if TYPE_CHECKING:
    from tests.bench.lab import MeasuredPlatform
    from tiemchung.plumbing.database import Sent

TWIN = "twin"


class Recorder:
    """The platform in this process: takes batches as the web does, and tells what it sent to the database for each."""

    def __init__(self, platform: MeasuredPlatform) -> None:
        os.environ.update(platform.web_environment(), DJANGO_SETTINGS_MODULE="tiemchung.project.settings")
        importlib.import_module("django").setup()
        self._database: Any = importlib.import_module("tiemchung.plumbing.database")
        self._intake: Any = importlib.import_module("tiemchung.domain.intake.actions")

    def statements(self, batch: bytes) -> list[Sent]:
        """Have the platform take a batch, and return what it sent, in order."""
        taken: list[Sent] = []
        exchange = self._database._exchange

        def overheard(connection: Any, sql: str, sent: Sent) -> Any:
            taken.append(sent)
            return exchange(connection, sql, sent)

        self._database._exchange = overheard
        try:
            receipt = self._intake.receive(batch, now=material.NOON)
        finally:
            self._database._exchange = exchange
        refused = [answer for answer in receipt.answers if answer.outcome != "kept"]
        if refused:
            raise RuntimeError(f"{len(refused)} entries were not kept, the first: {refused[0]}")
        return taken


class RawClient:
    """One connection of the raw client, under the web's role and with the web's settings."""

    def __init__(self, url: str, options: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, options=options)
        self._names: dict[tuple[bytes, tuple[int, ...]], bytes] = {}

    def write(self, statements: Sequence[Sent]) -> None:
        """Send one batch's statements in one transaction."""
        server = self._connection.pgconn
        server.exec_(b"BEGIN")
        for sent in statements:
            name = self._names.get((sent.text, sent.types))
            if name is None:
                name = self._names[sent.text, sent.types] = b"s%d" % len(self._names)
                server.prepare(name, sent.text, sent.types)
            result = server.exec_prepared(name, sent.values, sent.formats, Format.BINARY)
            if result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
                raise RuntimeError(result.get_error_message())
        result = server.exec_(b"COMMIT")
        if result.status != ExecStatus.COMMAND_OK:
            raise RuntimeError(result.get_error_message())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def make_twin(platform: MeasuredPlatform, *, database: str) -> tuple[str, str]:
    """Copy the platform's database, and return the address of the copy for the web's role, and the web's settings."""
    cluster = platform.cluster
    with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(f"alter database {database} with allow_connections false")
        connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [database]
        )
        try:
            cluster.create_database(TWIN, template=database)
        finally:
            connection.execute(f"alter database {database} with allow_connections true")
    environment = importlib.import_module("tiemchung.project.environment")
    url = cluster.app_url(TWIN)
    return url, environment.django_database(url)["OPTIONS"]["options"]
