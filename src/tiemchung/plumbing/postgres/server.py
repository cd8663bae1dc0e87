"""Where a PostgreSQL server answers, its roles and databases, and what can go wrong with one of ours."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

OWNER = "tiemchung_owner"
APP = "tiemchung_web"
WORKER = "tiemchung_work"
APP_GROUP = "tiemchung_app"
WORKER_GROUP = "tiemchung_worker"
SUPERUSER = "postgres"

GROUP_STATEMENTS = (f"CREATE ROLE {APP_GROUP} NOLOGIN", f"CREATE ROLE {WORKER_GROUP} NOLOGIN")
"""What a database administrator runs once on a server that is not ours, before the login roles."""

TRANSACTION_TIMEOUT = "5s"
"""No writing transaction may hold the journal's horizon for longer (DESIGN, The way of a dose, 4)."""


class ClusterError(RuntimeError):
    """The server could not be made or did not come up; the text ends with the server's last words."""


class ClusterBusy(ClusterError):  # noqa: N818 - it tells what the matter is
    """Somebody already runs a server on this data folder."""


@dataclass(frozen=True, kw_only=True)
class Passwords:
    """What each of the server's roles is asked for."""

    superuser: str
    owner: str
    app: str
    worker: str


@dataclass(kw_only=True)
class Server:
    """Where a server answers and to whom: enough to use it from another process than the one that runs it."""

    port: int
    socket_folder: Path
    passwords: Passwords = field(repr=False)

    def owner_url(self, database: str) -> str:
        """Return the address for migrations and loads: owns the tables, is no superuser."""
        return self._url(OWNER, self.passwords.owner, database)

    def app_url(self, database: str) -> str:
        """Return the address of the web process: owns nothing."""
        return self._url(APP, self.passwords.app, database)

    def worker_url(self, database: str) -> str:
        """Return the address of the worker: owns nothing, has policies of its own."""
        return self._url(WORKER, self.passwords.worker, database)

    def superuser_url(self, database: str) -> str:
        """Return the address for what only an administrator may do; no process of the platform gets it."""
        return self._url(SUPERUSER, self.passwords.superuser, database)

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """Make a database of the owner's, as a copy of `template` if given; nobody may be connected to that one."""
        source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        with self._superuser() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)) + source
            )
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(
                    sql.Identifier(name), sql.Identifier(APP_GROUP), sql.Identifier(WORKER_GROUP)
                )
            )

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is connected to it."""
        with self._superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def has_database(self, name: str) -> bool:
        """Tell whether the database exists."""
        with self._superuser() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        return found is not None

    def write(self, path: Path) -> None:
        """Write this down, passwords included, in a file of mode 0600 that appears whole or not at all."""
        told = {"port": self.port, "socket_folder": str(self.socket_folder), "passwords": asdict(self.passwords)}
        write_secret(path, json.dumps(told))

    @staticmethod
    def read(path: Path) -> Server:
        """Return the server that was written down there."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return Server(
            port=told["port"], socket_folder=Path(told["socket_folder"]), passwords=Passwords(**told["passwords"])
        )

    def _superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.superuser_url("postgres"), autocommit=True, connect_timeout=10)

    def _url(self, role: str, password: str, database: str) -> str:
        place = urlencode({"host": str(self.socket_folder), "port": self.port}, quote_via=quote, safe="")
        return f"postgresql://{role}:{quote(password, safe='')}@/{quote(database, safe='')}?{place}"


def write_secret(path: Path, text: str) -> None:
    """Write a text into a file of mode 0600 that appears whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.rename(path)
