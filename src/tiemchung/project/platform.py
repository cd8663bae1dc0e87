"""A whole platform of its own on one machine: database, web and worker, started, watched and stopped together.

`tiemchung serve` runs one for a replay, `tiemchung demo` one to be looked at. This process imports nothing of Django
and holds no connection: it makes the database as its administrator, lets the owner's commands fill it, and gives
every other process the address of its own role and no more. All of them are leashed: they end when this one does,
even by SIGKILL. What ends by itself is started again, the database too, at the same address.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from tiemchung.plumbing import leash
from tiemchung.plumbing.postgres import Cluster, ClusterError, for_memory, physical_memory
from tiemchung.project.ground import PREPARED, PlatformError, erase, fingerprint, folder_of_ours, reserved_port

DATABASE = "tiemchung"
_HEALTHY_WITHIN_S = 120.0
_PAUSES_S = (0.2, 0.5, 1, 2, 4, 8, 15, 30, 30, 30)
"""How long the platform waits before each further try to start its database: two minutes in all, then it gives up."""
_ENDS_ALLOWED = 5
_ENDS_WITHIN_S = 60.0
_MOST_WEB_WORKERS = 6
"""Python answers on one processor a process, so there is a process for each; of eight connections each, which the
database's hundred have room for beside the workers'."""
_GUEST_RESTS_S = (5, 15, 30, 60)
"""How long a guest that failed stays away before it is invited again; the last for every further time, and no time is one
too many: the platform can do without it."""
_GUEST_IS_WELL_AFTER_S = 600.0
"""A guest that stayed so long had come to stay: what it fails of later is its first failure again."""


class Stopped(BaseException):
    """SIGINT, SIGTERM or SIGHUP reached this process."""


@dataclass(kw_only=True)
class Child:
    """A process that is started again when it ends by itself."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=_ENDS_ALLOWED))


@dataclass(kw_only=True)
class _Guest:
    """A process that runs beside the platform and may end; after a failure it is away until `back_at`."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]
    came_at: float
    failures: int = 0
    back_at: float | None = None


def serve(arguments: argparse.Namespace) -> int:
    """Run a platform until it is told to stop; once it is healthy, tell where it is in the ready file."""
    data = arguments.data.resolve()
    try:
        with stoppable(), running(data, demo=arguments.demo, fresh=arguments.fresh, say=_say) as platform:
            if arguments.ready_file:
                platform.tell(arguments.ready_file)
            _say(f"Ready at {platform.url} (run {platform.run})")
            platform.watch()
    except Stopped:
        pass
    except (PlatformError, ClusterError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 1
    return 0


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the signals by which people and supervisors stop a program into one exception of the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def running(
    data: Path, *, demo: bool, fresh: bool, say: Callable[[str], None], register: Sequence[str] = ()
) -> Iterator[Platform]:
    """Start a platform on this data folder and stop it at the end of the block."""
    with folder_of_ours(data):
        if fresh:
            erase(data)
        platform = Platform(data=data, demo=demo, say=say, register=register)
        try:
            platform.start()
            yield platform
        finally:
            platform.stop()


class Platform:
    """The running parts of one platform, and where they are; beside it a simulated register of whom `register` names."""

    def __init__(self, *, data: Path, demo: bool, say: Callable[[str], None], register: Sequence[str] = ()) -> None:
        self.data = data
        self.demo = demo
        self.run = secrets.token_hex(8)
        self.port = self.stream_port = self._register_port = 0
        self._register = tuple(register)
        self._say = say
        self._cluster: Cluster | None = None
        self._children: list[Child] = []
        self._ports = ExitStack()
        self._guests: list[_Guest] = []

    @property
    def url(self) -> str:
        """The address to type in a browser on this machine."""
        return f"http://localhost:{self.port}"

    @property
    def cluster(self) -> Cluster:
        """The database server, once started."""
        if self._cluster is None:
            raise PlatformError("The database is not started yet.")
        return self._cluster

    def start(self) -> None:
        """Start every part, in order; return when the web answers with this run's id."""
        with self._step("start PostgreSQL"):
            self._cluster = Cluster.start(self.data, settings=for_memory(physical_memory()))
        self._make_secrets()
        self._prepare_database()
        # Held as long as we run: whoever ends and is started again finds its port free, and no other platform listens there.
        self.port, self.stream_port = (self._ports.enter_context(reserved_port()) for _ in range(2))
        if self._register:
            with self._step("start the population register"):
                self._start_register()
        with self._step("start the web"):
            self._keep("web", self._web_environment)
            self._await_health()
            self._keep("stream", self._web_environment)
        with self._step("start the worker"):
            self._keep("worker", self._worker_environment)

    def _start_register(self) -> None:
        folder = self.data / "register"
        self.command("register", "--trial", str(folder))
        self._register_port = self._ports.enter_context(reserved_port())
        files = {"database": "register.db", "plan": "plan.json", "key": "key.pem"}
        words = [word for name, file in files.items() for word in (f"--{name}", str(folder / file))]
        where = ["--port", str(self._register_port), "--share-port"]
        name = "population-register"
        self._keep(name, self._common_environment, [name, *words, *where, *self._register])

    def _prepare_database(self) -> None:
        """Make the database and fill it, unless this very version has done so before and came to the end of it."""
        stamp, key = self.data / PREPARED, fingerprint()
        if not self.cluster.has_database(DATABASE):
            stamp.unlink(missing_ok=True)
            self.cluster.create_database(DATABASE)
        if stamp.exists() and stamp.read_text(encoding="utf-8") == key:
            self._say("        the database has the newest shape and the reference data already")
            return
        with self._step("bring the database to the newest shape"):
            self.command("migrate", "--quiet")
        with self._step("load the reference data"):
            self.command("load", "reference")
        stamp.write_text(key, encoding="utf-8")

    def command(self, *words: str) -> None:
        """Run a command of the owner's to its end; raise PlatformError with its last words if it fails."""
        process = self._launch(words, self.owner_environment(), log=words[0])
        if process.wait() != 0:
            raise PlatformError(f"tiemchung {' '.join(words)} failed:\n{self._last_words(words[0])}")

    def invite(self, words: Sequence[str]) -> None:
        """Start a command of the owner's beside the platform. If it fails it is told and started again, our end is its own."""

        def start() -> subprocess.Popen[bytes]:
            return self._launch(words, self.owner_environment(), log=words[0])

        self._guests.append(_Guest(name=words[0], start=start, process=start(), came_at=time.monotonic()))

    def watch(self) -> NoReturn:
        """Start again whatever ends by itself, until a signal comes; give up on what ends five times a minute."""
        while True:
            if not self.cluster.is_running:
                self._revive_database()
            for child in self._children:
                if child.process.poll() is not None:
                    self._replace(child)
            self._look_after_guests()
            time.sleep(0.2)

    def _revive_database(self) -> None:
        """Start the database again, and again after growing pauses if it is killed while it recovers; raise at last."""
        self._say("PostgreSQL has ended by itself; it is started again.")
        for pause_s in _PAUSES_S:
            try:
                self.cluster.revive()
            except ClusterError:
                self._say(
                    f"PostgreSQL did not come up; the next try comes in {pause_s} s. Nothing acknowledged is lost."
                )
                time.sleep(pause_s)
            else:
                return
        self.cluster.revive()

    def tell(self, path: Path) -> None:
        """Write where this platform is, passwords included, in a file of mode 0600 that appears whole."""
        told: dict[str, Any] = {
            "url": self.url,
            "run": self.run,
            "pid": os.getpid(),
            "postgres_pid": self.cluster.pid,
            "database_url": self.cluster.app_url(DATABASE),
            "database_owner_url": self.cluster.owner_url(DATABASE),
            "worker_database_url": self.cluster.worker_url(DATABASE),
            "environment": self.owner_environment(),
        }
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.rename(path)

    def stop(self) -> None:
        """Stop guests, worker, web and database, in this order."""
        for guest in self._guests:
            if guest.back_at is None:
                leash.stop(guest.process, wait_s=5)
        for child in reversed(self._children):
            leash.stop(child.process, wait_s=15)
        if self._cluster is not None:
            self._cluster.stop()
        self._ports.close()
        self._guests, self._children, self._cluster = [], [], None

    def owner_environment(self) -> dict[str, str]:
        """Return the settings of a process that works as the owner: migrate, load, audit, rebuild."""
        return {**self._common_environment(), "DATABASE_OWNER_URL": self.cluster.owner_url(DATABASE)}

    def _web_environment(self) -> dict[str, str]:
        workers = min(len(os.sched_getaffinity(0)), _MOST_WEB_WORKERS)
        chosen = {"TIEMCHUNG_WEB_WORKERS": str(workers), **self._common_environment()}
        return {**chosen, "DATABASE_URL": self.cluster.app_url(DATABASE)}

    def _worker_environment(self) -> dict[str, str]:
        return {**self._common_environment(), "DATABASE_URL": self.cluster.worker_url(DATABASE)}

    def _common_environment(self) -> dict[str, str]:
        chosen = {
            "TIEMCHUNG_SECRET_KEY_FILE": str(self.data / "secret-key"),
            "TIEMCHUNG_KEYS_DIR": str(self.data / "keys"),
            "TIEMCHUNG_RUN": self.run,
        }
        if self.port:
            chosen |= {"TIEMCHUNG_BIND": f"127.0.0.1:{self.port}", "TIEMCHUNG_PUBLIC_URL": self.url}
            chosen["TIEMCHUNG_STREAM_BIND"] = f"127.0.0.1:{self.stream_port}"
            chosen["TIEMCHUNG_STREAM_URL"] = f"http://localhost:{self.stream_port}/"
        if self._register_port:
            chosen["TIEMCHUNG_REGISTER_URL"] = f"http://127.0.0.1:{self._register_port}"
            chosen["TIEMCHUNG_REGISTER_KEY"] = (self.data / "register" / "point").read_text(encoding="utf-8")
        if self.demo:
            chosen |= {"TIEMCHUNG_DEMO": "1", "TIEMCHUNG_CLOCK_FILE": str(self.data / "clock.json")}
        return chosen

    def _make_secrets(self) -> None:
        (self.data / "keys").mkdir(mode=0o700, exist_ok=True)
        secret = self.data / "secret-key"
        if not secret.exists():
            draft = self.data / "secret-key.new"
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(64), encoding="utf-8")
            draft.rename(secret)

    def _keep(self, name: str, chosen: Callable[[], Mapping[str, str]], words: Sequence[str] = ()) -> None:
        def start() -> subprocess.Popen[bytes]:
            return self._launch(words or [name], chosen(), log=name)

        self._children.append(Child(name=name, start=start, process=start()))

    def _launch(self, words: Sequence[str], chosen: Mapping[str, str], *, log: str) -> subprocess.Popen[bytes]:
        logs = self.data / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("TIEMCHUNG_", "DATABASE_"))
        }
        with (logs / f"{log}.log").open("ab") as output:
            return leash.start(
                [sys.executable, "-m", "tiemchung.project.cli", *words],
                death_signal=signal.SIGKILL,
                env={**inherited, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", **chosen},
                output=output,
            )

    def _replace(self, child: Child) -> None:
        now = time.monotonic()
        child.ends.append(now)
        if len(child.ends) == _ENDS_ALLOWED and now - child.ends[0] < _ENDS_WITHIN_S:
            raise PlatformError(f"The {child.name} does not stay alive:\n{self._last_words(child.name)}")
        self._say(f"The {child.name} has ended by itself; it is started again.")
        leash.stop(child.process, wait_s=0)
        child.process = child.start()

    def _look_after_guests(self) -> None:
        now = time.monotonic()
        for guest in list(self._guests):
            if guest.back_at is not None:
                self._invite_again(guest, now)
            elif guest.process.poll() is not None:
                leash.stop(guest.process, wait_s=0)
                self._see_off(guest, now)

    def _see_off(self, guest: _Guest, now: float) -> None:
        """Tell how a guest has ended; one that came to its end leaves for good, another takes a rest."""
        if guest.process.returncode == 0:
            self._guests.remove(guest)
            self._say(f"The {guest.name} has come to its end.")
            return
        if now - guest.came_at >= _GUEST_IS_WELL_AFTER_S:
            guest.failures = 0
        rest_s = _GUEST_RESTS_S[min(guest.failures, len(_GUEST_RESTS_S) - 1)]
        guest.failures += 1
        guest.back_at = now + rest_s
        words = f"The {guest.name} has failed; the platform goes on, and starts it again in {rest_s} s."
        self._say(f"{words}\n{self._last_words(guest.name)}")

    def _invite_again(self, guest: _Guest, now: float) -> None:
        if guest.back_at is None or now < guest.back_at:
            return
        guest.process, guest.came_at, guest.back_at = guest.start(), now, None
        self._say(f"The {guest.name} has been started again.")

    def _await_health(self) -> None:
        web = next(child.process for child in self._children if child.name == "web")
        give_up_at = time.monotonic() + _HEALTHY_WITHIN_S
        while web.poll() is None and time.monotonic() < give_up_at:
            if self._health() == self.run:
                return
            time.sleep(0.05)
        raise PlatformError(f"The web does not answer at {self.url}:\n{self._last_words('web')}")

    def _health(self) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                told = json.load(answer)
        except (OSError, ValueError, urllib.error.HTTPError):
            return ""
        return str(told.get("run", ""))

    def _last_words(self, log: str) -> str:
        path = self.data / "logs" / f"{log}.log"
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self._say(f"{time.monotonic() - started:6.1f} s  {what}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command speaks to whoever typed it
