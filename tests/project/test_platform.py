"""A platform of one command: what it starts it takes down, however it ends, and nobody else can use its folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from tiemchung.plumbing import postgres
from tiemchung.plumbing.postgres import ClusterError
from tiemchung.project import ground
from tiemchung.project.ground import PlatformError
from tiemchung.project.platform import Platform, Stopped

pytestmark = pytest.mark.database

_COMMAND = [sys.executable, "-m", "tiemchung.project.cli"]
_READY_WITHIN_S = 300.0
_GONE_WITHIN_S = 60.0


@dataclass(kw_only=True)
class Running:
    """A platform that a test has started, as its ready file tells it."""

    process: subprocess.Popen[bytes]
    told: dict[str, Any]
    data: Path
    log: Path

    def get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self.told["url"] + path, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def descendants(self) -> set[int]:
        """Return every process that this platform has started and its children have started."""
        parents = {pid: parent for pid, parent in _processes().items() if pid != self.process.pid}
        found = {self.process.pid}
        while True:
            more = {pid for pid, parent in parents.items() if parent in found} - found
            if not more:
                return found - {self.process.pid}
            found |= more


def _processes() -> dict[int, int]:
    """Return the parent of every process that is more than a zombie."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    return parents


def _left_of(pids: set[int]) -> set[int]:
    give_up_at = time.monotonic() + _GONE_WITHIN_S
    while (left := pids & set(_processes())) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    return left


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder on which one test after the other starts its platform: only the first has to prepare the database."""
    folder = tmp_path_factory.mktemp("platform") / "data"
    yield folder
    postgres.erase(folder)


@pytest.fixture
def start(data: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[subprocess.Popen[bytes]] = []

    def run(*words: str, environ: dict[str, str] | None = None) -> Running:
        ready = tmp_path / f"ready-{len(started)}.json"
        command = [*_COMMAND, "serve", "--demo", "--data", str(data), "--ready-file", str(ready), *words]
        log = tmp_path / f"serve-{len(started)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **(environ or {})})
        started.append(process)
        give_up_at = time.monotonic() + _READY_WITHIN_S
        while not ready.exists():
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < give_up_at, log.read_text(encoding="utf-8")
            time.sleep(0.05)
        return Running(process=process, told=json.loads(ready.read_text(encoding="utf-8")), data=data, log=log)

    yield run
    for process in started:
        process.terminate()
        process.wait()


def test_a_platform_lives_answers_and_ends_without_a_trace(
    start: Callable[..., Running], data: Path, tmp_path: Path
) -> None:
    first = start()
    assert first.get("/healthz")["run"] == first.told["run"]
    assert (tmp_path / "ready-0.json").stat().st_mode & 0o777 == 0o600
    with psycopg.connect(first.told["database_owner_url"]) as owner:
        assert owner.execute("SELECT count(*) > 1000 FROM places_unit").fetchone() == (True,)

    _a_second_one_on_its_folder_is_refused(data, first)

    family = first.descendants()
    names = [words[-1] for pid in family if (words := _words_of(pid))]
    assert {"web", "stream", "worker"} <= set(names)
    assert names.count("web") == 1 + min(len(os.sched_getaffinity(0)), 6), "one that watches, one a processor"
    _the_stream_is_closed_to_strangers(first)
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(timeout=_GONE_WITHIN_S) == 0
    assert _left_of(family) == set()


def _the_stream_is_closed_to_strangers(running: Running) -> None:
    give_up_at = time.monotonic() + _READY_WITHIN_S
    status = 0
    while not status and time.monotonic() < give_up_at:
        try:
            urllib.request.urlopen(running.told["environment"]["TIEMCHUNG_STREAM_URL"], timeout=30)
        except urllib.error.HTTPError as refused:
            status = refused.code
        except urllib.error.URLError:
            time.sleep(0.1)  # it starts beside the web, which does not wait for it
    assert status == 403


def _a_second_one_on_its_folder_is_refused(data: Path, first: Running) -> None:
    second = subprocess.run(
        [*_COMMAND, "serve", "--data", str(data)], capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 1
    assert f"Process {first.process.pid} already runs a platform on {data}" in second.stderr
    assert first.get("/healthz")["status"] == "ok"


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_no_child_outlives_it(start: Callable[..., Running], death: signal.Signals) -> None:
    running = start()
    family = running.descendants()
    running.process.send_signal(death)
    running.process.wait(timeout=_GONE_WITHIN_S)
    assert _left_of(family) == set()


def test_a_database_that_is_killed_comes_back_at_its_address_with_its_rows(start: Callable[..., Running]) -> None:
    running = start()
    url = running.told["database_owner_url"]
    with psycopg.connect(url, autocommit=True) as owner:
        _keep(owner)
    os.kill(running.told["postgres_pid"], signal.SIGKILL)
    assert _left_of({running.told["postgres_pid"]}) == set()
    assert _answer(url) == 42
    assert running.process.poll() is None


def test_a_database_that_is_killed_while_it_recovers_is_tried_again(start: Callable[..., Running]) -> None:
    running = start()
    url, known = running.told["database_owner_url"], set[int]()
    with psycopg.connect(url, autocommit=True) as owner:
        _keep(owner)
    for _ in range(3):
        server = _next_database(running, known)
        known.add(server)
        os.kill(server, signal.SIGKILL)
        assert _left_of({server}) == set()
    assert _next_database(running, known) not in known
    assert _answer(url) == 42
    assert running.process.poll() is None


def _keep(owner: psycopg.Connection) -> None:
    owner.execute("DROP TABLE IF EXISTS kept")
    owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def _next_database(running: Running, known: set[int]) -> int:
    """Return the platform's database server as soon as there is one that is not known yet."""
    give_up_at = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < give_up_at:
        for child, parent in _processes().items():
            is_server = "".join(_words_of(child)[:1]).endswith("/bin/postgres")
            if is_server and parent == running.process.pid and child not in known:
                return child
        time.sleep(0.01)
    raise AssertionError("no other database was started")


def _answer(url: str) -> int:
    give_up_at = time.monotonic() + _READY_WITHIN_S
    while True:
        try:
            with psycopg.connect(url) as owner:
                found = owner.execute("SELECT answer FROM kept").fetchone()
        except psycopg.OperationalError:
            assert time.monotonic() < give_up_at
            time.sleep(0.1)
        else:
            assert found is not None
            return int(found[0])


class _NeverUp:
    """A database that does not come up however often it is started."""

    is_running = False

    def __init__(self) -> None:
        self.tries = 0

    def revive(self) -> None:
        self.tries += 1
        raise ClusterError("no room left on the disk")


def test_a_database_that_never_comes_up_ends_the_platform_after_some_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses, said = list[float](), list[str]()
    monkeypatch.setattr("tiemchung.project.platform.time.sleep", pauses.append)
    broken = Platform(data=tmp_path, demo=True, say=said.append)
    never_up = _NeverUp()
    monkeypatch.setattr(broken, "_cluster", never_up)
    with pytest.raises(ClusterError, match="no room left"):
        broken.watch()
    assert never_up.tries == len(pauses) + 1
    assert pauses == sorted(pauses), "each pause is as long as the one before, or longer"
    assert sum(pauses) > 60
    assert said[1] == "PostgreSQL did not come up; the next try comes in 0.2 s. Nothing acknowledged is lost."


def test_a_guest_that_fails_is_told_and_comes_back_until_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = iter((3, -signal.SIGKILL, 0))
    said, give_up_at, rest = list[str](), time.monotonic() + _READY_WITHIN_S, time.sleep

    def launch(_words: object, _environment: object, *, log: str) -> subprocess.Popen[bytes]:
        (tmp_path / "logs").mkdir(exist_ok=True)
        (tmp_path / "logs" / f"{log}.log").write_text("RefusedError: 500 Server Error\n", encoding="utf-8")
        end = next(ends)
        last_deed = f"sys.exit({end})" if end >= 0 else f"os.kill(os.getpid(), {-end})"
        return subprocess.Popen([sys.executable, "-c", f"import os, sys; {last_deed}"], start_new_session=True)

    def sleep(seconds: float) -> None:
        if "The world has come to its end." in said:
            raise Stopped
        assert time.monotonic() < give_up_at, said
        rest(seconds)

    house = Platform(data=tmp_path, demo=True, say=said.append)
    monkeypatch.setattr("tiemchung.project.platform.time.sleep", sleep)
    monkeypatch.setattr("tiemchung.project.platform._GUEST_RESTS_S", (0, 0.1))
    monkeypatch.setattr(house, "_cluster", SimpleNamespace(is_running=True, owner_url=str))
    monkeypatch.setattr(house, "_launch", launch)
    house.invite(["world"])
    with pytest.raises(Stopped):
        house.watch()
    assert [line.splitlines()[0] for line in said] == [
        "The world has failed; the platform goes on, and starts it again in 0 s.",
        "The world has been started again.",
        "The world has failed; the platform goes on, and starts it again in 0.1 s.",
        "The world has been started again.",
        "The world has come to its end.",
    ]
    assert "RefusedError: 500 Server Error" in said[0]


def test_a_web_that_is_killed_is_started_again(start: Callable[..., Running]) -> None:
    running = start()
    parents = _processes()
    web = {pid for pid in running.descendants() if _words_of(pid)[-1:] == ["web"]}
    os.kill(next(pid for pid in web if parents[pid] == running.process.pid), signal.SIGKILL)
    assert _left_of(web) == set(), "its workers go with it"
    give_up_at = time.monotonic() + _READY_WITHIN_S
    while True:
        try:
            assert running.get("/healthz")["run"] == running.told["run"]
            break
        except OSError:
            assert time.monotonic() < give_up_at
            time.sleep(0.1)


def test_fresh_starts_over_and_plain_goes_on(start: Callable[..., Running], data: Path) -> None:
    prepared: list[bool] = []

    def once(*words: str) -> tuple[bool, str]:
        running = start(*words)
        with psycopg.connect(running.told["database_owner_url"], autocommit=True) as owner:
            found = owner.execute("SELECT to_regclass('mine') IS NOT NULL").fetchone() == (True,)
            owner.execute("CREATE TABLE IF NOT EXISTS mine ()")
        running.process.terminate()
        running.process.wait()
        prepared.append("bring the database" in running.log.read_text(encoding="utf-8"))
        return found, (running.data / "secret-key").read_text(encoding="utf-8")

    _, secret = once()
    (data / "prepared").write_text("another version", encoding="utf-8")
    assert once() == (True, secret)
    assert once() == (True, secret)
    found, other_secret = once("--fresh")
    assert found is False
    assert other_secret != secret
    assert prepared[1:] == [True, False, True], "a version prepares a database once"


def test_the_demos_clock_is_one_for_all_and_set_from_this_machine_only(start: Callable[..., Running]) -> None:
    running = start(environ={"LC_ALL": "C", "LANG": "C", "TZ": "Pacific/Kiritimati"})
    wanted = json.dumps({"starts_at": "2021-09-12T17:30:00Z", "factor": 0}).encode()
    request = urllib.request.Request(running.told["url"] + "/demo/clock", data=wanted)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.load(answer) == {"now": "2021-09-12T17:30:00.000Z"}
    assert running.get("/healthz")["now"] == "2021-09-12T17:30:00.000Z"


@pytest.fixture
def few_ports(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the platform choose among three ports of this test."""
    for first in range(20_000, 30_000, 3):
        ports = [first, first + 1, first + 2]
        if all(_is_free(port) for port in ports):
            monkeypatch.setattr(ground, "FIRST_PORT", ports[0])
            monkeypatch.setattr(ground, "_LAST_PORT", ports[-1])
            return ports
    pytest.fail("this machine has no three free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def test_the_next_free_port_is_taken_and_kept(few_ports: list[int]) -> None:
    with socket.create_server(("127.0.0.1", few_ports[0])), ground.reserved_port() as port:
        assert port == few_ports[1]
        with ground.reserved_port() as another:
            assert another == few_ports[2]
            with pytest.raises(PlatformError, match="is free"), ground.reserved_port():
                pass
        with socket.create_server(("127.0.0.1", port), reuse_port=True) as web:  # as the web asks for it
            socket.create_connection(web.getsockname(), timeout=5).close()


def test_two_who_look_at_the_same_moment_get_two_ports(few_ports: list[int]) -> None:
    together = Barrier(2)

    def take() -> int:
        together.wait()
        with ground.reserved_port() as port:
            together.wait()
            return port

    with ThreadPoolExecutor(2) as pool:
        for _ in range(200):
            first, second = pool.submit(take), pool.submit(take)
            assert {first.result(), second.result()} <= set(few_ports)
            assert first.result() != second.result()


def test_the_web_alone_serves_on_any_server_by_its_settings(own_database: Mapping[str, str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: own_database[name] for name in ("DATABASE_URL", "TIEMCHUNG_KEYS_DIR", "TIEMCHUNG_SECRET_KEY")}
    environ |= {"TIEMCHUNG_BIND": f"127.0.0.1:{port}", "PATH": os.environ["PATH"]}
    web = subprocess.Popen([*_COMMAND, "web"], env=environ)
    try:
        give_up_at = time.monotonic() + _READY_WITHIN_S
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
                    assert json.load(answer)["status"] == "ok"
                break
            except OSError:
                assert web.poll() is None
                assert time.monotonic() < give_up_at
                time.sleep(0.1)
        with pytest.raises(urllib.error.HTTPError, match="404"):  # without TIEMCHUNG_DEMO=1 nobody sets the clock
            urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/demo/clock", data=b"{}"))
    finally:
        web.terminate()
        assert web.wait(timeout=_GONE_WITHIN_S) == 0


def _words_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().rstrip("\0").split("\0")
    except FileNotFoundError:
        return []
