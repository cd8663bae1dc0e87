"""Settings: only from the environment, and everything that is wrong told at once by its exact name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tiemchung.plumbing.postgres import Server
from tiemchung.project import environment
from tiemchung.project.environment import Role, WrongEnvironment, check, read

_SECRET = "s" * 64


def _faults(environ: dict[str, str]) -> list[str]:
    _, faults = read(environ)
    return faults


@pytest.fixture
def sound(tmp_path: Path) -> dict[str, str]:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    return {"TIEMCHUNG_SECRET_KEY": _SECRET, "TIEMCHUNG_KEYS_DIR": str(keys)}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TIEMCHUNG_BIND", "8000", "address:port"),
        ("TIEMCHUNG_BIND", "127.0.0.1:80000", "address:port"),
        ("TIEMCHUNG_DEMO", "yes", "1 or 0"),
        ("TIEMCHUNG_CAMPAIGN_START", "13/09/2021", "YYYY-MM-DD"),
        ("TIEMCHUNG_PUBLIC_URL", "tiemchung.example.vn", "scheme"),
        ("TIEMCHUNG_PUBLIC_URL", "https://example.vn/tiem", "scheme"),
        ("TIEMCHUNG_ALLOWED_HOSTS", "*", "name the hosts"),
        ("TIEMCHUNG_TRUSTED_PROXIES", "10.0.0.1, proxy.example.vn", "proxy.example.vn"),
        ("TIEMCHUNG_SECRET_KEY", "short", "50 or more"),
        ("TIEMCHUNG_SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
        ("TIEMCHUNG_KEYS_DIR", "/nowhere/keys", "no folder"),
        ("TIEMCHUNG_KEYS_DIR", "keys", "absolute"),
        ("TIEMCHUNG_CLOCK_FILE", "/run/clock.json", "TIEMCHUNG_DEMO=1"),
        ("TIEMCHUNG_PHONE_COUNTRIES", "84,Lào", "calling codes"),
        ("TIEMCHUNG_PHONE_COUNTRIES", "84,999999", "calling codes"),
        ("TIEMCHUNG_HUB_DOMAIN", "https://hub.example.vn", "a domain"),
        ("TIEMCHUNG_HUB_DOMAIN", "vn", "a domain"),
        ("TIEMCHUNG_REGISTER_KEY", "abc", "P-256"),
        ("TIEMCHUNG_REGISTER_URL", "register", "https://register.example.vn/"),
        ("TIEMCHUNG_WEB_THREADS", "0", "whole number"),
        ("TIEMCHUNG_TABLET_LOCK_MINUTES", "0", "whole number"),
        ("TIEMCHUNG_TABLET_LOCK_MINUTES", "61", "an hour"),
        ("TIEMCHUNG_SECRETKEY", _SECRET, "TIEMCHUNG_SECRET_KEY?"),
        ("DATABASE_URL", "mysql://x/y", "no address of a database"),
        ("DATABASE_OWNER_URL", "postgresql://owner@host/", "no address of a database"),
    ],
)
def test_each_wrong_setting_is_told_by_its_name(name: str, value: str, says: str) -> None:
    told = [fault for fault in _faults({name: value}) if fault.startswith(name)]
    assert len(told) == 1
    assert says in told[0]


def test_sound_settings_have_no_fault(sound: dict[str, str]) -> None:
    assert _faults({**sound, "TIEMCHUNG_DEMO": "1", "TIEMCHUNG_CLOCK_FILE": "/run/clock.json"}) == []


@pytest.mark.parametrize(("told", "codes"), [("", {84}), ("84", {84}), ("+84, 856", {84, 856}), ("856", {856})])
def test_numbers_of_viet_nam_alone_get_codes_unless_others_are_named(told: str, codes: set[int]) -> None:
    environment, faults = read({"TIEMCHUNG_PHONE_COUNTRIES": told})
    assert environment.phone_countries == codes
    assert faults == []


def test_a_keys_folder_that_others_may_enter_is_refused(sound: dict[str, str]) -> None:
    Path(sound["TIEMCHUNG_KEYS_DIR"]).chmod(0o750)
    assert any("chmod 700" in fault for fault in _faults(sound))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "[::]", "tiemchung.example.vn"])  # noqa: S104 - refused
def test_a_demo_is_refused_wherever_others_could_reach_it(sound: dict[str, str], host: str) -> None:
    told = _faults({**sound, "TIEMCHUNG_DEMO": "1", "TIEMCHUNG_BIND": f"{host}:8000"})
    assert [fault for fault in told if fault.startswith("TIEMCHUNG_DEMO")]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.3.2.1"])
def test_a_demo_may_listen_on_loopback(sound: dict[str, str], host: str) -> None:
    assert _faults({**sound, "TIEMCHUNG_DEMO": "1", "TIEMCHUNG_BIND": f"{host}:8000"}) == []


def test_everything_wrong_is_in_one_list() -> None:
    with pytest.raises(WrongEnvironment) as refused:
        check({"TIEMCHUNG_BIND": "x", "TIEMCHUNG_DEMO": "maybe"}, role=Role.WEB)
    told = " ".join(refused.value.faults)
    for name in ("TIEMCHUNG_BIND", "TIEMCHUNG_DEMO", "TIEMCHUNG_SECRET_KEY", "TIEMCHUNG_KEYS_DIR", "DATABASE_URL"):
        assert name in told


def test_a_command_stops_with_the_list_before_it_works() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tiemchung.project.cli", "migrate"],
        env={"PATH": "/usr/bin:/bin", "TIEMCHUNG_BINT": "127.0.0.1:1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 78
    assert "did you mean TIEMCHUNG_BIND?" in done.stderr
    assert "DATABASE_OWNER_URL is missing" in done.stderr


def test_settings_can_be_imported_with_nothing_set() -> None:
    code = "import django; django.setup(); from django.conf import settings; print(settings.TIME_ZONE)"
    environ = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "tiemchung.project.settings", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Asia/Ho_Chi_Minh"


# What only the database can tell


def _told_of_database(sound: dict[str, str], url: str, role: Role) -> tuple[str, ...]:
    name = "DATABASE_OWNER_URL" if role is Role.OWNER else "DATABASE_URL"
    try:
        check({**sound, name: url}, role=role)
    except WrongEnvironment as wrong:
        return wrong.faults
    return ()


def test_each_process_is_content_with_its_own_role(sound: dict[str, str], server: Server, database: str) -> None:
    assert _told_of_database(sound, server.app_url(database), Role.WEB) == ()
    assert _told_of_database(sound, server.worker_url(database), Role.WORKER) == ()
    assert _told_of_database(sound, server.owner_url(database), Role.OWNER) == ()


@pytest.mark.parametrize(
    ("address", "role", "says"),
    [
        ("superuser_url", Role.WEB, "superuser"),
        ("owner_url", Role.WEB, "owns tables"),
        ("worker_url", Role.WEB, "needs tiemchung_app alone"),
        ("app_url", Role.WORKER, "needs tiemchung_worker alone"),
        ("superuser_url", Role.WORKER, "superuser"),
        ("app_url", Role.OWNER, "may not make tables"),
    ],
)
def test_the_wrong_kind_of_role_is_refused(
    sound: dict[str, str], server: Server, database: str, address: str, role: Role, says: str
) -> None:
    told = _told_of_database(sound, getattr(server, address)(database), role)
    assert any(says in fault for fault in told), told


@pytest.fixture
def bypassing_role(server: Server, database: str) -> Iterator[str]:
    with psycopg.connect(server.superuser_url(database), autocommit=True) as connection:
        connection.execute("CREATE ROLE sees_all LOGIN BYPASSRLS PASSWORD 'x' IN ROLE tiemchung_app")
        yield server.app_url(database).replace(server.passwords.app, "x").replace("tiemchung_web", "sees_all")
        connection.execute("DROP ROLE sees_all")


def test_a_role_that_passes_row_level_security_is_refused(sound: dict[str, str], bypassing_role: str) -> None:
    assert any("BYPASSRLS" in fault for fault in _told_of_database(sound, bypassing_role, Role.WEB))


def test_a_database_that_cannot_lower_vietnamese_is_refused(sound: dict[str, str], server: Server) -> None:
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS plain")
        connection.execute(
            "CREATE DATABASE plain OWNER tiemchung_owner TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'"
        )
        told = _told_of_database(sound, server.owner_url("plain"), Role.OWNER)
        connection.execute("DROP DATABASE plain")
    assert any("lower('Đ')" in fault for fault in told), told


def test_an_old_server_is_refused(
    sound: dict[str, str], server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_OLDEST_SERVER", 99)
    told = _told_of_database(sound, server.app_url(database), Role.WEB)
    assert any("99 or newer is needed" in fault for fault in told), told


def test_a_server_that_does_not_answer_is_told_as_a_fault(sound: dict[str, str]) -> None:
    told = _told_of_database(sound, "postgresql://web:secret-word@127.0.0.1:1/nothing", Role.WEB)
    assert len(told) == 1
    assert told[0].startswith("DATABASE_URL leads to no database")
    assert "secret-word" not in told[0]


def test_whoever_is_started_while_the_server_recovers_waits_for_it(
    sound: dict[str, str], server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recovering = [
        psycopg.OperationalError("connection failed: FATAL:  the database system is starting up"),
        psycopg.OperationalError("connection failed: FATAL:  the database system is not yet accepting connections"),
    ]
    connect = psycopg.connect

    def connecting(*asked: Any, **options: Any) -> psycopg.Connection:
        if recovering:
            raise recovering.pop()
        return connect(*asked, **options)

    monkeypatch.setattr(psycopg, "connect", connecting)
    monkeypatch.setattr(environment, "_ASKS_AGAIN_S", 0)
    assert _told_of_database(sound, server.app_url(database), Role.WEB) == ()
    assert not recovering


def test_nobody_waits_for_ever_for_a_server_that_recovers(
    sound: dict[str, str], server: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connecting(*_: object, **__: object) -> psycopg.Connection:
        raise psycopg.OperationalError("connection failed: FATAL:  the database system is in recovery mode")

    monkeypatch.setattr(psycopg, "connect", connecting)
    monkeypatch.setattr(environment, "_COMES_UP_WITHIN_S", -1)
    (told,) = _told_of_database(sound, server.app_url(database), Role.WEB)
    assert "in recovery mode" in told
