"""What every test may ask for. Databases are real ones; see `tiemchung.plumbing.testkit`.

- `db`: the web's role on this process's database, rolled back after the test (pytest-django's meaning).
- `committed_db`: the same without a transaction around it; what was written is removed afterwards. Reference data
  stays: a test that changes some asks for `own_database`.
- `worker_db`, `owner_db`: `committed_db` on the workers' or the owner's role.
- `own_database`: a database for this test alone, as settings for processes that the test starts.
- `owner_connection`: the owner of this process's database, for looking where the web's role may not.
- `tell_figures`: prints what a proof measured and keeps it in the file that PROOFS_FILE names.
- `set_time`: lets the domain's clock stand at an instant (or run from it).
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from hypothesis import settings
from pytest_django import DjangoDbBlocker, Settings

from tiemchung.plumbing import testkit
from tiemchung.plumbing.postgres import Server
from tiemchung.plumbing.time import set_clock
from tiemchung.project.environment import django_database

# How long an example takes is the machine's affair: nothing here fails on a duration.
settings.register_profile("tiemchung", deadline=None)
settings.load_profile("tiemchung")

_COMMAND_LINE = [sys.executable, "-m", "tiemchung.project.cli"]
_SECRET = "a-secret-of-the-tests-which-guards-nothing-" + "x" * 50


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands on the shared database, so that a stage can have it or leave it."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()) or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder for each process of the run.

    Each has a server of its own: on a shared one, an open transaction of another process's test would hold the journal's
    horizon, which is the whole server's, and what one test has just written would not be settled for the next line.
    """
    return tmp_path_factory.getbasetemp() / "server"


@pytest.fixture(scope="session")
def server(run_folder: Path) -> Server:
    run_process = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    prepare = [[*_COMMAND_LINE, "migrate", "--quiet"], [*_COMMAND_LINE, "load", "reference"]]
    return testkit.shared_server(run_folder, run_process=run_process, prepare=prepare)


@pytest.fixture(scope="session", autouse=True)
def keys_folder(run_folder: Path) -> Path:
    """Let key files lie in the run's folder."""
    from django.conf import settings  # noqa: PLC0415 - settings are configured when fixtures run, not before

    keys = run_folder / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    settings.TIEMCHUNG_KEYS_DIR = str(keys)
    return keys


@pytest.fixture(scope="session")
def database(server: Server) -> Iterator[str]:
    """Give this process its copy of the template."""
    with testkit.cloned_database(server, f"province_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}") as name:
        yield name


@pytest.fixture(scope="session")
def django_db_setup(
    server: Server, database: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Point Django at this process's database as the web's role; pytest-django would make one as the owner."""
    connections["default"].settings_dict.update(_entry(server.app_url(database)))
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def owner_connection(server: Server, database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.owner_url(database), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def _tables_to_empty(server: Server, database: str) -> list[str]:
    with psycopg.connect(server.owner_url(database), autocommit=True) as connection:
        return testkit.empty_tables(connection)


@pytest.fixture
def committed_db(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    owner_connection: psycopg.Connection,
    _tables_to_empty: list[str],
) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        testkit.empty_again(owner_connection, _tables_to_empty)


@pytest.fixture
def as_worker(committed_db: None, server: Server, database: str) -> Callable[[], AbstractContextManager[None]]:
    """Return a context in which the session is the workers' role, for what the web's role may not write."""

    return lambda: _connected_to(server.worker_url(database))


@pytest.fixture
def worker_db(committed_db: None, server: Server, database: str) -> Iterator[None]:
    """Be the workers' role on what `committed_db` gives."""
    with _connected_to(server.worker_url(database)):
        yield


@pytest.fixture
def owner_db(committed_db: None, server: Server, database: str) -> Iterator[None]:
    """Be the owner, as the operator's commands are, on what `committed_db` gives."""
    with _connected_to(server.owner_url(database)):
        yield


@contextmanager
def _connected_to(url: str) -> Iterator[None]:
    ours = connections["default"].settings_dict
    before = dict(ours)
    connections.close_all()
    ours.update(_entry(url))
    try:
        yield
    finally:
        connections.close_all()
        ours.update(before)


def _entry(url: str) -> dict[str, Any]:
    """Return Django's entry for a database, for a test: its connection is its own, and it may take its time.

    `db` keeps a whole test in one transaction, which on a busy machine outlives the limit that the roles carry.
    """
    entry = django_database(url)
    del entry["OPTIONS"]["pool"]
    entry["OPTIONS"]["options"] += " -c transaction_timeout=0"
    return entry


@pytest.fixture
def database_environment(server: Server, database: str, keys_folder: Path) -> Mapping[str, str]:
    """Return the settings with which another process works on this process's database (with `committed_db`)."""
    return _environment(server, database, keys_folder)


@pytest.fixture
def own_database(server: Server, keys_folder: Path, request: pytest.FixtureRequest) -> Iterator[Mapping[str, str]]:
    name = f"own_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{abs(hash(request.node.nodeid)):x}"
    with testkit.cloned_database(server, name):
        yield _environment(server, name, keys_folder)


@pytest.fixture
def set_time(tmp_path: Path, settings: Settings) -> Callable[..., None]:
    """Return a function of (instant, factor=0) after which the domain's clock says so; 0 stands still."""
    settings.TIEMCHUNG_CLOCK_FILE = str(tmp_path / "clock.json")

    def told(at: datetime, factor: float = 0.0) -> None:
        set_clock(starts_at=at, factor=factor)

    return told


@pytest.fixture
def tell_figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return a function of (seed, figures by name)."""

    def tell(*, seed: int, **figures: float | str) -> None:
        told = {"proof": request.node.nodeid, "seed": seed, **figures}
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201 - a proof shows its figures
        if path := os.environ.get("PROOFS_FILE"):
            # Two proofs may end at the same moment, each in a process of its own.
            with Path(path).open("a+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                before = json.loads(file.read() or "[]")
                file.truncate(0)
                file.write(json.dumps([*before, told], indent=2, ensure_ascii=False))

    return tell


def _environment(server: Server, database: str, keys: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": server.app_url(database),
        "DATABASE_OWNER_URL": server.owner_url(database),
        "WORKER_DATABASE_URL": server.worker_url(database),
        "TIEMCHUNG_KEYS_DIR": str(keys),
        "TIEMCHUNG_SECRET_KEY": _SECRET,
    }
