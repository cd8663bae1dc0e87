"""The door's own process: granian before a `Door`, with the certificate of the hub's name. It dies with the hub."""

from __future__ import annotations

import functools
import ipaddress
import os
from pathlib import Path
from uuid import UUID

import msgspec
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tiemchung.plumbing import leash
from tiemchung.project.ground import PlatformError
from tiemchung.project.hub import identity
from tiemchung.project.hub.door import Door
from tiemchung.project.hub.store import Store

TOLD = "HUB_DOOR"
"""The variable in which this process is told what it serves: the database's address is among it, and stands in no argument."""
THREADS = 8


class Bind(msgspec.Struct, frozen=True, kw_only=True):
    """Where tablets are answered, and by which certificate; none on loopback alone."""

    host: str
    port: int
    cert: str = ""
    key: str = ""

    @staticmethod
    def read(told: str, *, cert: Path | None, key: Path | None) -> Bind:
        """Return what was typed; raises `PlatformError` for what cannot be meant so."""
        host, _, port = told.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
            raise PlatformError(f"--bind is {told!r}; it takes address:port, such as 0.0.0.0:8443.")
        if (cert is None) != (key is None):
            raise PlatformError("--cert and --key go together.")
        for path in filter(None, (cert, key)):
            if not path.is_file():
                raise PlatformError(f"There is no file {path}.")
        if cert is None and not _is_loopback(host):
            raise PlatformError(f"Without --cert and --key the hub is opened on loopback only, not on {host}.")
        return Bind(
            host=host.strip("[]"),
            port=int(port),
            cert=str(cert.resolve()) if cert else "",
            key=str(key.resolve()) if key else "",
        )

    def __str__(self) -> str:
        """Return it as it was typed."""
        return f"{self.host}:{self.port}"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the door's process is told."""

    database_url: str
    folder: str
    hub: UUID
    origin: str
    bind: Bind

    @property
    def text(self) -> str:
        """Return it as one line."""
        return msgspec.json.encode(self).decode()


def main() -> None:
    """Serve until SIGTERM; requests under way are finished first."""
    told = msgspec.json.decode(os.environ[TOLD], type=Told)
    server = Granian(
        target="tiemchung.project.hub.serving:_load",
        address=told.bind.host,
        port=told.bind.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        ssl_cert=Path(told.bind.cert) if told.bind.cert else None,
        ssl_key=Path(told.bind.key) if told.bind.key else None,
        respawn_failed_workers=True,
    )
    server.serve(target_loader=functools.partial(_load, os.getpid()), wrap_loader=False)


def _load(server_process: int) -> Door:
    leash.follow_server(server_process)
    told = msgspec.json.decode(os.environ[TOLD], type=Told)
    return Door(Store(told.database_url), hub=told.hub, key=identity.key_of(Path(told.folder)), origin=told.origin)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    main()
