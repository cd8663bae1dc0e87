"""The test kit: a real PostgreSQL and a database of its own for each process of a test run.

The first test that wants a database starts a *keeper*: a process that runs the server, makes one template database
by the commands it is given, and takes everything away when the test run ends, however it ends. A test then has a copy
of the template within a tenth of a second.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tiemchung.plumbing.postgres import Cluster, Server, erase

TEMPLATE = "province_template"

_MADE_WITHIN_S = 300.0
_HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "100",
}
"""A test run's database need not outlive a power cut; tests about that start a cluster of their own. Nothing runs in it
that a test did not start: a vacuum's transaction would hold the horizon of the journal for a moment.
"""


def shared_server(folder: Path, *, run_process: int, prepare: Sequence[Sequence[str]]) -> Server:
    """Return the test run's server, started by whoever asks first.

    `folder` is one for the whole run. `run_process` is the process whose end ends the server. `prepare` are the
    commands that fill the template; they find DATABASE_OWNER_URL in their environment.
    """
    with _alone(folder):
        ready, log = folder / "server.json", folder / "keeper.log"
        if ready.exists():
            return Server.read(ready)
        with log.open("wb") as output:
            keeper = subprocess.Popen(
                [sys.executable, "-m", __name__, str(folder), str(run_process), json.dumps(prepare)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        give_up_at = time.monotonic() + _MADE_WITHIN_S
        while not ready.exists():
            if keeper.poll() is not None or time.monotonic() > give_up_at:
                keeper.kill()
                keeper.wait()
                raise RuntimeError(f"The test database could not be made:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        return Server.read(ready)


@contextmanager
def cloned_database(server: Server, name: str) -> Iterator[str]:
    """Give a new copy of the template for as long as the block lasts."""
    server.drop_database(name)
    server.create_database(name, template=TEMPLATE)
    try:
        yield name
    finally:
        server.drop_database(name)


def empty_tables(owner: psycopg.Connection) -> list[str]:
    """Return the tables that hold no row now: asked of a fresh copy, these are the ones tests may fill."""
    names = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
    ).fetchall()
    return [name for (name,) in names if not _has_rows(owner, name)]


def empty_again(owner: psycopg.Connection, tables: Sequence[str]) -> None:
    """Remove the rows of these tables, sequences back to their start; the other tables keep theirs."""
    filled = [sql.Identifier(name) for name in tables if _has_rows(owner, name)]
    if filled:
        owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(filled)))


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    found = connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))).fetchone()
    return found == (True,)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _keep(folder: Path, run_process: int, prepare: Sequence[Sequence[str]]) -> None:
    watched = os.pidfd_open(run_process)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cluster = Cluster.start(folder, settings=_HASTY)
    try:
        cluster.create_database(TEMPLATE)
        environ = {**os.environ, **_owners_environment(cluster, folder)}
        for command in prepare:
            subprocess.run(command, env=environ, check=True)
        cluster.write(folder / "server.json")
        select.select([watched], [], [])
    finally:
        cluster.kill()
        erase(folder)


def _owners_environment(server: Server, folder: Path) -> Mapping[str, str]:
    keys = folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    return {
        "DATABASE_OWNER_URL": server.owner_url(TEMPLATE),
        "TIEMCHUNG_KEYS_DIR": str(keys),
        "TIEMCHUNG_SECRET_KEY": "a-secret-of-the-tests-which-guards-nothing-" + "x" * 50,
    }


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))
