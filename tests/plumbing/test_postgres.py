"""The embedded server: ours alone, gone with us, and nobody's folder opened for it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tiemchung.plumbing import postgres
from tiemchung.plumbing.postgres import Cluster, ClusterBusy, erase, home

pytestmark = pytest.mark.database

_HOLDS_A_CLUSTER = """
import sys, time
from pathlib import Path
from tiemchung.plumbing.postgres import Cluster
cluster = Cluster.start(Path(sys.argv[1]))
print(cluster.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    closed = tmp_path_factory.mktemp("home-of-somebody")
    closed.chmod(0o700)
    folder = closed / "project" / ".demo"
    yield folder
    erase(folder)


@pytest.fixture(scope="module")
def cluster(data: Path) -> Iterator[Cluster]:
    modes = _modes_above(data)
    with Cluster.start(data) as running:
        assert modes.items() <= _modes_above(data).items()
        running.create_database("province")
        yield running


def _modes_above(data: Path) -> dict[Path, int]:
    """Return the modes of every folder above the data and above the installed binaries that is there already."""
    starts = [data, postgres.installed_binaries(), postgres.ROOTS_HOME]
    folders = {folder for start in starts for folder in start.parents if folder.exists()}
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders}


def _can_connect(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _tcp(cluster: Cluster, credentials: str) -> str:
    return f"postgresql://{credentials}@127.0.0.1:{cluster.port}/province"


def _at_work_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").readlink() == folder.resolve():
                found.append(process.name)
        except OSError:
            continue
    return found


def _ended(pid: int, *, within_s: float) -> bool:
    give_up_at = time.monotonic() + within_s
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]:
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.05)
    return True


def test_text_is_lowered_as_vietnamese_needs_it(cluster: Cluster) -> None:
    with psycopg.connect(cluster.app_url("province")) as connection:
        assert connection.execute("SELECT lower('ĐẶNG Ữ'), upper('đặng ữ')").fetchone() == ("đặng ữ", "ĐẶNG Ữ")


def test_what_was_acknowledged_is_on_the_disk(cluster: Cluster) -> None:
    with psycopg.connect(cluster.app_url("province")) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute("SELECT current_setting(%s)", [setting]).fetchone() == ("on",)


def test_nothing_lies_in_the_shared_memory_of_a_container(cluster: Cluster) -> None:
    maps = Path(f"/proc/{cluster.pid}/maps").read_text(encoding="utf-8")
    assert "/PostgreSQL." not in maps
    assert "pg_dynshmem" in maps


@pytest.mark.parametrize("address", ["app_url", "worker_url"])
def test_processes_own_nothing_and_pass_no_policy(cluster: Cluster, address: str) -> None:
    url = getattr(cluster, address)("province")
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, False)
        assert connection.execute("SELECT current_setting('transaction_timeout')").fetchone() == ("5s",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")


def test_the_owner_makes_tables_and_is_no_superuser(cluster: Cluster) -> None:
    with psycopg.connect(cluster.owner_url("province")) as connection:
        connection.execute("CREATE TABLE owned (id int)")
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        connection.rollback()


@pytest.mark.parametrize("role", ["postgres", postgres.OWNER, postgres.APP, postgres.WORKER])
def test_without_the_password_nobody_gets_in(cluster: Cluster, role: str) -> None:
    assert not _can_connect(_tcp(cluster, role))
    assert not _can_connect(_tcp(cluster, f"{role}:{role}"))
    assert not _can_connect(f"postgresql://{role}@/province?host={cluster.socket_folder}&port={cluster.port}")


def test_with_the_password_tcp_works_on_loopback_only(cluster: Cluster) -> None:
    credentials = cluster.app_url("province").removeprefix("postgresql://").partition("@")[0]
    assert _can_connect(_tcp(cluster, credentials))
    listening = Path(f"/proc/{cluster.pid}/net/tcp").read_text().splitlines()[1:]
    places = {line.split()[1] for line in listening if line.split()[3] == "0A"}
    assert {place for place in places if place.endswith(f":{cluster.port:04X}")} == {f"0100007F:{cluster.port:04X}"}


def test_the_socket_and_the_passwords_are_closed_to_others(cluster: Cluster) -> None:
    assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
    passwords = cluster.log.with_name("passwords.json")
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    assert passwords.stat().st_uid == os.geteuid()


def test_another_local_user_does_not_even_reach_the_socket(cluster: Cluster) -> None:
    passwords = cluster.log.with_name("passwords.json")
    if os.geteuid() != 0:  # we cannot become anybody else: then the modes must say it
        assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in (cluster.socket_folder, passwords))
        return
    stranger = pwd.getpwnam("daemon")
    reached = subprocess.run(
        ["/bin/sh", "-c", f"ls {cluster.socket_folder} || cat {passwords}"],
        user=stranger.pw_uid,
        group=stranger.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
        capture_output=True,
    )
    assert reached.returncode != 0
    assert reached.stdout == b""


def test_a_second_server_on_the_same_folder_is_refused(cluster: Cluster, data: Path) -> None:
    with pytest.raises(ClusterBusy):
        Cluster.start(data)
    assert _can_connect(cluster.app_url("province"))


def test_a_copied_database_holds_the_rows_of_its_template(cluster: Cluster) -> None:
    with psycopg.connect(cluster.owner_url("province")) as connection:
        connection.execute("CREATE TABLE reference AS SELECT 1 AS code")
    cluster.create_database("copy", template="province")
    assert cluster.has_database("copy")
    with psycopg.connect(cluster.owner_url("copy")) as connection:
        assert connection.execute("SELECT code FROM reference").fetchone() == (1,)
    cluster.drop_database("copy")
    assert not cluster.has_database("copy")


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_dies_with_its_parent_and_its_data_survive(tmp_path: Path, death: signal.Signals) -> None:
    folder = tmp_path / "data"
    holder = subprocess.Popen([sys.executable, "-c", _HOLDS_A_CLUSTER, str(folder)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        server = int(holder.stdout.readline())
        holder.send_signal(death)
        holder.wait()
        with Cluster.start(folder) as successor:
            assert _ended(server, within_s=0)
            assert successor.pid != server
    finally:
        holder.kill()
        holder.wait()
        erase(folder)


def test_a_killed_server_comes_back_with_what_was_committed(tmp_path: Path) -> None:
    first = Cluster.start(tmp_path)
    try:
        first.create_database("province")
        with psycopg.connect(first.owner_url("province"), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
            connection.execute("SELECT 1")
            first.kill()
            assert not _at_work_in(first.log.parent / "data")
        with Cluster.start(tmp_path) as second, psycopg.connect(second.owner_url("province")) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    finally:
        erase(tmp_path)


def test_a_server_that_ended_by_itself_is_revived_at_its_addresses(tmp_path: Path) -> None:
    with Cluster.start(tmp_path) as cluster:
        cluster.create_database("province")
        url, before = cluster.app_url("province"), cluster.pid
        with psycopg.connect(url):
            os.kill(before, signal.SIGKILL)
            assert _ended(before, within_s=60)
        cluster.revive()
        assert cluster.pid != before
        assert _can_connect(url)
    erase(tmp_path)


def test_an_interrupted_first_start_is_made_anew(tmp_path: Path) -> None:
    with Cluster.start(tmp_path) as made:
        home = made.log.parent
    half = home / "initdb"
    half.mkdir()
    (home / "data").rename(half / "data")
    try:
        with Cluster.start(tmp_path) as again:
            again.create_database("province")
            assert _can_connect(again.owner_url("province"))
    finally:
        erase(tmp_path)


def test_what_a_temporary_folder_left_behind_is_swept_and_nothing_else(tmp_path: Path) -> None:
    gone, kept = tmp_path / "gone", tmp_path / "kept"
    homes = {}
    for folder in (gone, kept):
        with Cluster.start(folder) as made:
            homes[folder] = made.log.parent
    shutil.rmtree(gone)
    with Cluster.start(tmp_path / "next"):
        assert not homes[gone].exists()
        assert homes[kept].exists()
    for folder in (kept, tmp_path / "next"):
        erase(folder)


def test_a_start_whose_folder_is_swept_under_its_hands_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[home.Home] = []

    def swept_once(data: Path) -> home.Home:
        place = home_of(data)
        if not found:
            shutil.rmtree(place.folder)
        found.append(place)
        return place

    home_of = home.home_of
    monkeypatch.setattr(home, "home_of", swept_once)
    _place, lock = home.hold(tmp_path)
    os.close(lock)
    assert len(found) == 2
    erase(tmp_path)


def test_nothing_is_swept_where_somebody_begins_anew_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again = tmp_path / "again"
    place = home.home_of(again)
    if place.account is None:
        again.mkdir(exist_ok=True)
    (place.folder / "of").write_text(f"{again}\n")
    shutil.rmtree(again, ignore_errors=True)
    lock_folder = home.lock_folder

    def begun_anew(folder: Path) -> int:
        again.mkdir(exist_ok=True)
        return lock_folder(folder)

    if place.folder.exists():
        monkeypatch.setattr(home, "lock_folder", begun_anew)
        home._sweep(place.folder.parent)
        assert place.folder.exists()
    monkeypatch.undo()
    erase(again)


def test_a_long_path_still_gets_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long-name-" * 10)
    with Cluster.start(folder) as cluster:
        assert len(str(cluster.socket_folder)) < 90
        assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
        place = cluster.socket_folder / f".s.PGSQL.{cluster.port}"
        assert stat.S_ISSOCK(place.stat().st_mode)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(place))
    assert not place.exists()
    erase(folder)


@pytest.mark.parametrize(
    ("memory", "shared", "log"),
    [(512 * 2**20, "128MB", "2048MB"), (24 * 2**30, "3072MB", "6144MB"), (512 * 2**30, "4096MB", "8192MB")],
)
def test_a_server_takes_an_eighth_of_the_memory_within_limits(memory: int, shared: str, log: str) -> None:
    told = postgres.for_memory(memory)
    assert (told["shared_buffers"], told["max_wal_size"]) == (shared, log)


def test_this_machine_s_memory_is_told_in_bytes() -> None:
    assert 2**28 < postgres.physical_memory() < 2**45
