"""The processes of a hub: its database, the door for tablets, and this one, which carries and watches over both.

What ends by itself is started again at the same address; all of it ends with this process, even by SIGKILL.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import psycopg

from tiemchung.kernel import wire
from tiemchung.plumbing import leash
from tiemchung.plumbing.postgres import APP, Cluster, ClusterError
from tiemchung.project.ground import PlatformError, folder_of_ours
from tiemchung.project.hub import identity, serving
from tiemchung.project.hub.carrier import Carrier
from tiemchung.project.hub.identity import Identity
from tiemchung.project.hub.store import GRANTS, SCHEMA, Store
from tiemchung.project.hub.uplink import NoAnswer, Uplink, asking
from tiemchung.project.platform import Stopped, stoppable

DATABASE = "hub"
PAUSE_S = 3.0
"""Between two looks at what waits. Ours: the hall does not notice it, nor does the center."""


def main(arguments: argparse.Namespace) -> int:
    """Run a hub until it is told to stop; enroll it first where it is not."""
    try:
        bind = serving.Bind.read(arguments.bind, cert=arguments.cert, key=arguments.key)
        with stoppable(), folder_of_ours(arguments.data.resolve()):
            folder = arguments.data.resolve()
            who = _enrolled(folder, arguments)
            with running(folder, who, bind) as hub:
                hub.watch()
    except Stopped:
        pass
    except (PlatformError, ClusterError, NoAnswer) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 1
    return 0


def _enrolled(folder: Path, arguments: argparse.Namespace) -> Identity:
    who = identity.known(folder)
    if who is not None:
        return who
    if not arguments.enroll or not arguments.address:
        raise PlatformError("This hub is not enrolled yet: give --address and --enroll, as the lead's page shows them.")
    ask = asking(identity.origin_in(arguments.enroll))
    return identity.enroll(folder, ask, told=arguments.enroll, address=arguments.address, say=_say)


@contextmanager
def running(folder: Path, who: Identity, bind: serving.Bind) -> Iterator[Hub]:
    """Start a hub on its folder and stop it at the end of the block."""
    hub = Hub(folder, who, bind)
    try:
        hub.start()
        yield hub
    finally:
        hub.stop()


class Hub:
    """The running parts of one hub."""

    def __init__(self, folder: Path, who: Identity, bind: serving.Bind) -> None:
        self._folder, self._who, self._bind = folder, who, bind
        self._cluster: Cluster | None = None
        self._store: Store | None = None
        self._door: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start database and door."""
        self._cluster = Cluster.start(self._folder)
        if not self._cluster.has_database(DATABASE):
            self._cluster.create_database(DATABASE)
        with psycopg.connect(self._cluster.owner_url(DATABASE), autocommit=True) as connection:
            connection.execute(SCHEMA)
            connection.execute(GRANTS.format(role=APP))
        self._store = Store(self._cluster.app_url(DATABASE))
        self._door = self._open()
        _say(f"The hub of {self._who.site} answers at {self._bind}, for tablets at {self._who.address}")

    def watch(self) -> NoReturn:
        """Carry, and start again what ends by itself, until a signal comes."""
        assert self._cluster is not None  # noqa: S101 - `start` came before
        assert self._store is not None  # noqa: S101 - same
        uplink = Uplink(
            asking(self._who.center),
            hub=self._who.device,
            key=identity.key_of(self._folder),
            server_key=wire.from_base64url(self._who.server_key),
        )
        carrier = Carrier(self._store, uplink, say=_say)
        while True:
            if not self._cluster.is_running:
                _say("PostgreSQL has ended by itself; it is started again.")
                self._cluster.revive()
            if self._door is None or self._door.poll() is not None:
                _say("The door has ended by itself; it is opened again.")
                self._door = self._open()
            try:
                goes_on = carrier.round(now=datetime.now(tz=UTC))
            except psycopg.OperationalError:
                goes_on = False  # it has just ended: the next look starts it again
            if not goes_on:
                time.sleep(PAUSE_S)

    def stop(self) -> None:
        """Stop door and database, in this order."""
        if self._door is not None:
            leash.stop(self._door, wait_s=15)
        if self._store is not None:
            self._store.close()
        if self._cluster is not None:
            self._cluster.stop()

    def _open(self) -> subprocess.Popen[bytes]:
        assert self._cluster is not None  # noqa: S101 - `start` came before
        told = serving.Told(
            database_url=self._cluster.app_url(DATABASE),
            folder=str(self._folder),
            hub=self._who.device,
            origin=self._who.origin,
            bind=self._bind,
        )
        logs = self._folder / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIEMCHUNG_", "DATABASE_"))}
        with (logs / "door.log").open("ab") as output:
            return leash.start(
                [sys.executable, "-m", "tiemchung.project.hub.serving"],
                death_signal=signal.SIGKILL,
                env={**kept, "PYTHONUTF8": "1", serving.TOLD: told.text},
                output=output,
            )


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command speaks to whoever typed it
