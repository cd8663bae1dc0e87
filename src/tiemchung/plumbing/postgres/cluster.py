"""The server itself: started as our child, waited for, revived, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from tiemchung.plumbing import leash
from tiemchung.plumbing.postgres.home import (
    DSM,
    Home,
    environment,
    hold,
    initialize,
    last_words,
    make_socket_folder,
    passwords_of,
)
from tiemchung.plumbing.postgres.server import (
    APP,
    APP_GROUP,
    GROUP_STATEMENTS,
    OWNER,
    TRANSACTION_TIMEOUT,
    WORKER,
    WORKER_GROUP,
    ClusterBusy,
    ClusterError,
    Passwords,
    Server,
)

READY_WITHIN_S = 120.0
STOPPED_WITHIN_S = 120.0
RECOVERED_WITHIN_S = 3_600.0
"""How long a server may read back what it had written before it was killed: killing it anew would make it begin anew."""

_LOG_KEPT_BYTES = 10_000_000
RECOVERING = ("the database system is starting up", "not yet accepting connections", "in recovery mode")
"""What a server answers by, in English, while it reads back what it had written; whoever hears one of these may wait."""
_ATTEMPT = b"--- start ---\n"
SETTINGS = {
    "datestyle": "iso, ymd",
    "dynamic_shared_memory_type": DSM,
    "fsync": "on",
    "jit": "off",
    "lc_messages": "C",
    "log_min_messages": "warning",
    "log_timezone": "UTC",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
}

_MIB = 2**20
_MOST_SHARED_MIB = 4096


def physical_memory() -> int:
    """Return the bytes of memory that this machine has."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def for_memory(memory: int) -> dict[str, str]:
    """Return the server's own settings for a machine with so many bytes of memory that also runs web and workers.

    An eighth of it for pages, half of what PostgreSQL's manual advises for a machine of its own (chapter 19.4). Twice that
    of log between two checkpoints: after each of them every page is written whole once more, and with 2 GB a campaign's
    busiest half hour had twelve.
    """
    shared = max(128, min(memory // _MIB // 8, _MOST_SHARED_MIB))
    return {
        "shared_buffers": f"{shared}MB",
        "max_wal_size": f"{max(2048, 2 * shared)}MB",
        "checkpoint_timeout": "15min",
    }


@dataclass(kw_only=True)
class Cluster(Server):
    """A server that this process runs. Use as a context manager, or call `stop`."""

    log: Path
    _home: Home
    _settings: Mapping[str, str]
    _process: subprocess.Popen[bytes]
    _lock: int

    @classmethod
    def start(cls, data: Path, *, settings: Mapping[str, str] | None = None) -> Self:
        """Start the server of this data folder; the first time, make its files and roles.

        `settings` are PostgreSQL's own and override ours. Raises ClusterBusy when the folder's server runs
        already, ClusterError when it does not answer within READY_WITHIN_S seconds.
        """
        home, lock = hold(data)
        try:
            passwords = passwords_of(home)
            if not home.data.exists():
                initialize(home, passwords)
            _await_predecessor(home)
            return cls._launch(home, passwords, lock=lock, settings={**SETTINGS, **(settings or {})})
        except BaseException:
            os.close(lock)
            raise

    @property
    def pid(self) -> int:
        """The process id of the server, our direct child."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Tell whether the server process is there."""
        return self._process.poll() is None

    def revive(self) -> None:
        """Start a server that ended by itself again, at the same addresses; it recovers what was committed.

        Raises ClusterError when it does not come up; whoever wants may try again, nothing is lost by it.
        """
        leash.stop(self._process, wait_s=0)
        _await_backends(self._home.data)
        self._process = _run_server(
            self._home, port=self.port, socket_folder=self.socket_folder, settings=self._settings
        )
        if not self._answers_before(time.monotonic() + READY_WITHIN_S):
            raise ClusterError(f"PostgreSQL did not come up again.\n{last_words(self.log)}")

    def stop(self) -> None:
        """Stop the server in order; what does not stop within 120 s is cut off, which loses nothing acknowledged."""
        leash.stop(self._process, wait_s=STOPPED_WITHIN_S, stop_signal=signal.SIGINT)
        self._let_go()

    def kill(self) -> None:
        """Kill the server without warning, as a power cut would; the next start recovers."""
        self._process.kill()
        self._process.wait()
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @classmethod
    def _launch(cls, home: Home, passwords: Passwords, *, lock: int, settings: Mapping[str, str]) -> Self:
        give_up_at = time.monotonic() + READY_WITHIN_S
        socket_folder = make_socket_folder(home)
        while True:
            port = _free_port()
            process = _run_server(home, port=port, socket_folder=socket_folder, settings=settings)
            cluster = cls(
                port=port,
                socket_folder=socket_folder,
                log=home.log,
                passwords=passwords,
                _home=home,
                _settings=settings,
                _process=process,
                _lock=lock,
            )
            try:
                if cluster._answers_before(give_up_at):
                    cluster._make_roles()
                    return cluster
            except BaseException:
                leash.stop(process, wait_s=10, stop_signal=signal.SIGQUIT)
                raise
            leash.stop(process, wait_s=10, stop_signal=signal.SIGQUIT)
            # A negative status: somebody killed it. Nothing is wrong with the server then.
            if time.monotonic() >= give_up_at or not (process.returncode < 0 or _may_pass(home.log)):
                raise ClusterError(f"PostgreSQL did not come up.\n{last_words(home.log)}")
            time.sleep(0.2)

    def _answers_before(self, give_up_at: float) -> bool:
        """Wait until the server answers; one that says it is recovering gets the time it needs."""
        last_moment = time.monotonic() + RECOVERED_WITHIN_S
        while self._process.poll() is None and time.monotonic() < give_up_at:
            try:
                self._superuser().close()
            except psycopg.OperationalError as error:
                if any(words in str(error) for words in RECOVERING):
                    give_up_at = min(max(give_up_at, time.monotonic() + READY_WITHIN_S), last_moment)
                time.sleep(0.05)
            else:
                return True
        return False

    def _make_roles(self) -> None:
        with self._superuser() as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            for group, statement in zip((APP_GROUP, WORKER_GROUP), GROUP_STATEMENTS, strict=True):
                if group not in known:
                    connection.execute(statement)
            for role, password in (
                (OWNER, self.passwords.owner),
                (APP, self.passwords.app),
                (WORKER, self.passwords.worker),
            ):
                if role not in known:
                    login = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                    connection.execute(login.format(sql.Identifier(role), sql.Literal(password)))
            for role, group in ((APP, APP_GROUP), (WORKER, WORKER_GROUP)):
                connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(role)))
                limit = sql.SQL("ALTER ROLE {} SET transaction_timeout = {}")
                connection.execute(limit.format(sql.Identifier(role), sql.Literal(TRANSACTION_TIMEOUT)))

    def _let_go(self) -> None:
        _await_backends(self._home.data)
        if not self.socket_folder.is_relative_to(self._home.folder):
            shutil.rmtree(self.socket_folder, ignore_errors=True)
        os.close(self._lock)


def _await_predecessor(home: Home) -> None:
    """Wait for a server that lost its parent a moment ago and is still writing its last page."""
    give_up_at = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < give_up_at:
        try:
            predecessor = int((home.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
            runs_here = Path(f"/proc/{predecessor}/cwd").resolve(strict=True) == home.data.resolve()
        except (FileNotFoundError, ValueError):
            return
        except PermissionError:
            return  # somebody else's process took the number over: it is no server of ours
        if not runs_here:
            return
        time.sleep(0.1)
    raise ClusterBusy(f"An earlier server on {home.data} does not end.")


def _await_backends(data: Path) -> None:
    """Wait for the children of a server that is gone: they notice it by themselves, each within a moment."""
    give_up_at = time.monotonic() + STOPPED_WITHIN_S
    folder = data.resolve()
    while any(_works_in(process, folder) for process in Path("/proc").iterdir() if process.name.isdigit()):
        if time.monotonic() > give_up_at:
            raise ClusterError(f"The processes of a stopped server on {data} do not end.")
        time.sleep(0.05)


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False  # it has ended, or it is somebody else's


def _run_server(home: Home, *, port: int, socket_folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    own = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(socket_folder),
    }
    options = [word for name, value in {**settings, **own}.items() for word in ("-c", f"{name}={value}")]
    with home.log.open("ab") as log:
        if log.tell() > _LOG_KEPT_BYTES:
            log.truncate(0)
        log.write(_ATTEMPT)
        log.flush()
        return leash.start(
            [str(home.binaries / "postgres"), "-D", str(home.data), *options],
            account=home.account,
            death_signal=signal.SIGINT,
            env=environment(),
            cwd=Path("/"),
            output=log,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _may_pass(log: Path) -> bool:
    """Tell whether the server's refusal is one that another try may not meet.

    A port taken, a slow predecessor, a process of its own killed while it recovered.
    """
    words = log.read_bytes().rpartition(_ATTEMPT)[2]
    return any(
        reason in words
        for reason in (
            b"Address already in use",
            b"shared memory block",
            b'lock file "postmaster.pid" already exists',
            b"was terminated by signal 9",
        )
    )
