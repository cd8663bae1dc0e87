"""What a deployment chooses: read from the environment, and checked at start with everything wrong told at once.

`read` never fails, so that settings can be imported by a type checker or a test without a database; what is wrong
comes back beside what was read. `check` is what every command calls before it works: it adds what only the database
can tell (its version, its letters, what its role may) and raises one list.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from psycopg.conninfo import conninfo_to_dict

from tiemchung.kernel import wire
from tiemchung.plumbing.postgres import APP_GROUP, WORKER_GROUP

DEFAULT_BIND = "127.0.0.1:8000"
DEFAULT_STREAM_BIND = "127.0.0.1:8900"
DEFAULT_CAMPAIGN_START = date(2021, 3, 8)
"""The first dose of the first configuration's campaign; an entry that claims an earlier day is implausible."""
DEFAULT_PHONE_COUNTRIES = "84"
"""Viet Nam alone: a number abroad gets no code, for messages abroad are where pumping pays."""
DEFAULT_ISSUER, LONGEST_ISSUER = "Tiêm Chủng", 64
"""Who signs, as certificates name it; X.509 takes no longer name of an organization."""
DEFAULT_TABLET_LOCK_MINUTES, MOST_TABLET_LOCK_MINUTES = 5, 60
"""How long a tablet of the station lies open untouched: between two people at a table. Ours."""

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_CALLING_CODES = frozenset(COUNTRY_CODE_TO_REGION_CODE)
_SHORTEST_SECRET = 50
_OLDEST_SERVER = 17
_ONLY_FOR_IMPORTS = "not-a-secret: this process was started without TIEMCHUNG_SECRET_KEY and may serve nothing"


class Role(StrEnum):
    """What a process is there for, which decides what it must be told and what its database role may."""

    WEB = "web"
    WORKER = "worker"
    OWNER = "owner"


class WrongEnvironment(Exception):  # noqa: N818 - it tells what the matter is
    """Everything that is wrong with the settings, one sentence each, each beginning with the setting's name."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(("The settings are wrong:", *(f"  - {fault}" for fault in self.faults))))


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The settings as read; what is missing or wrong has a harmless value here and a sentence in the faults."""

    database_url: str
    owner_url: str
    secret_key: str
    keys_dir: Path | None
    demo: bool
    clock_file: Path | None
    bind_host: str
    bind_port: int
    public_url: str
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    campaign_start: date
    message_gateway_url: str
    register_url: str
    register_client: str
    register_key: str
    issuer: str
    phone_countries: frozenset[int]
    run: str
    stream_host: str
    stream_port: int
    stream_url: str
    hub_domain: str
    web_workers: int
    web_threads: int
    tablet_lock_minutes: int


class _Reader:
    """Takes settings one by one and remembers what was wrong and which names exist."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []
        self.names: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self.names.add(name)
        return self.environ.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        value = self.text(name, "0")
        if value not in {"0", "1"}:
            self.fault(name, f"is {value!r}; it takes 1 or 0")
        return value == "1"

    def count(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or int(value) < 1:
            self.fault(name, f"is {value!r}; it takes a whole number from 1")
            return default
        return int(value)

    def day(self, name: str, default: date) -> date:
        value = self.text(name, default.isoformat())
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(name, f"is {value!r}; it takes a day as YYYY-MM-DD")
            return default

    def path(self, name: str) -> Path | None:
        value = self.text(name)
        if value and not Path(value).is_absolute():
            self.fault(name, f"is {value!r}; it takes an absolute path")
        return Path(value) if value else None

    def fault(self, name: str, what: str) -> None:
        self.faults.append(f"{name} {what}.")


def read(environ: Mapping[str, str]) -> tuple[Environment, list[str]]:
    """Read the settings and return them with a sentence for each that cannot be meant so."""
    reader = _Reader(environ)
    host, port = _bind(reader, "TIEMCHUNG_BIND", DEFAULT_BIND)
    stream_host, stream_port = _bind(reader, "TIEMCHUNG_STREAM_BIND", DEFAULT_STREAM_BIND)
    demo = reader.flag("TIEMCHUNG_DEMO")
    if demo and not _is_loopback(host):
        reader.fault("TIEMCHUNG_DEMO", f"is 1, which is refused unless TIEMCHUNG_BIND is on 127.0.0.1; it is on {host}")
    if demo and not _is_loopback(stream_host):
        reader.fault("TIEMCHUNG_DEMO", f"is 1, which is refused while TIEMCHUNG_STREAM_BIND is on {stream_host}")
    clock_file = reader.path("TIEMCHUNG_CLOCK_FILE")
    if clock_file and not demo:
        reader.fault("TIEMCHUNG_CLOCK_FILE", "is set, which is refused without TIEMCHUNG_DEMO=1")
    public_url = _public_url(reader, f"http://localhost:{port}")
    environment = Environment(
        database_url=_database_url(reader, "DATABASE_URL"),
        owner_url=_database_url(reader, "DATABASE_OWNER_URL"),
        secret_key=_secret_key(reader),
        keys_dir=_keys_dir(reader),
        demo=demo,
        clock_file=clock_file if demo else None,
        bind_host=host,
        bind_port=port,
        public_url=public_url,
        allowed_hosts=_hosts(reader, public_url),
        trusted_proxies=_proxies(reader),
        campaign_start=reader.day("TIEMCHUNG_CAMPAIGN_START", DEFAULT_CAMPAIGN_START),
        message_gateway_url=_address(reader, "TIEMCHUNG_MESSAGE_GATEWAY_URL", "https://sms.example.vn/"),
        register_url=_address(reader, "TIEMCHUNG_REGISTER_URL", "https://register.example.vn/"),
        register_client=reader.text("TIEMCHUNG_REGISTER_CLIENT", "tiemchung"),
        register_key=_register_key(reader),
        issuer=_issuer(reader),
        phone_countries=_phone_countries(reader),
        run=reader.text("TIEMCHUNG_RUN"),
        stream_host=stream_host,
        stream_port=stream_port,
        stream_url=_stream_url(reader),
        hub_domain=_hub_domain(reader),
        web_workers=reader.count("TIEMCHUNG_WEB_WORKERS", 1),
        web_threads=reader.count("TIEMCHUNG_WEB_THREADS", 8),
        tablet_lock_minutes=_tablet_lock_minutes(reader),
    )
    for name in sorted(set(environ) - reader.names):
        if name.startswith("TIEMCHUNG_"):
            likely = difflib.get_close_matches(name, reader.names, n=1)
            reader.fault(name, f"is no setting; did you mean {likely[0]}?" if likely else "is no setting")
    return environment, [fault.replace("?.", "?") for fault in reader.faults]


def _tablet_lock_minutes(reader: _Reader) -> int:
    name = "TIEMCHUNG_TABLET_LOCK_MINUTES"
    minutes = reader.count(name, DEFAULT_TABLET_LOCK_MINUTES)
    if minutes <= MOST_TABLET_LOCK_MINUTES:
        return minutes
    reader.fault(name, f"is '{minutes}'; a tablet that lies open longer than an hour is anybody's")
    return DEFAULT_TABLET_LOCK_MINUTES


def check(environ: Mapping[str, str], *, role: Role) -> Environment:
    """Return the settings if a process of this role can work with them; else raise WrongEnvironment with all faults."""
    environment, faults = read(environ)
    url_name = "DATABASE_OWNER_URL" if role is Role.OWNER else "DATABASE_URL"
    url = environment.owner_url if role is Role.OWNER else environment.database_url
    if environment.secret_key == _ONLY_FOR_IMPORTS:
        faults.append("TIEMCHUNG_SECRET_KEY or TIEMCHUNG_SECRET_KEY_FILE is missing.")
    if environment.keys_dir is None:
        faults.append("TIEMCHUNG_KEYS_DIR is missing: a folder of mode 0700 outside the database and its backup.")
    if not environ.get(url_name):
        faults.append(f"{url_name} is missing: postgresql://role:password@host:port/database.")
    elif url:
        faults += [f"{url_name} {fault}." for fault in _faults_of_database(url, role=role)]
    if faults:
        raise WrongEnvironment(faults)
    return environment


def django_database(url: str, *, reads_whole_tables: bool = False) -> dict[str, Any]:
    """Return Django's entry for a database from its address; an empty address gives one that reaches nothing.

    `reads_whole_tables` is for the owner's commands: they count and compare, the web and the worker look up.
    """
    parts: dict[str, Any] = dict(conninfo_to_dict(url)) if url else {"dbname": "no-DATABASE_URL-was-given"}
    chosen = parts.pop("options", "")
    scans = f"-c enable_seqscan={'on' if reads_whole_tables else 'off'}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            **parts,
            # Statements for sets are prepared at once and planned once: planning them anew each time costs as much again.
            # A plan made while a table was new and small must not scan it when it has grown, so a look-up may not scan.
            "prepare_threshold": 0,
            "options": f"-c plan_cache_mode=force_generic_plan {scans} {chosen}".strip(),
            "pool": {"min_size": 1, "max_size": 24, "timeout": 30},
        },
    }


def _bind(reader: _Reader, name: str, default: str) -> tuple[str, int]:
    value = reader.text(name, default)
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
        reader.fault(name, f"is {value!r}; it takes address:port, such as {default}")
        host, _colon, port = default.rpartition(":")
    return host.strip("[]"), int(port)


def _stream_url(reader: _Reader) -> str:
    value = reader.text("TIEMCHUNG_STREAM_URL")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        reader.fault("TIEMCHUNG_STREAM_URL", f"is {value!r}; it takes an address, such as https://example.vn/dong-tin/")
        return ""
    return value


def _hub_domain(reader: _Reader) -> str:
    value = reader.text("TIEMCHUNG_HUB_DOMAIN")
    if value and not _DOMAIN.fullmatch(value):
        reader.fault("TIEMCHUNG_HUB_DOMAIN", f"is {value!r}; it takes a domain, such as hub.example.vn")
        return ""
    return value


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _public_url(reader: _Reader, default: str) -> str:
    value = reader.text("TIEMCHUNG_PUBLIC_URL", default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        reader.fault("TIEMCHUNG_PUBLIC_URL", f"is {value!r}; it takes a scheme and a host, such as https://example.vn")
        return default
    return value


def _address(reader: _Reader, name: str, such_as: str) -> str:
    value = reader.text(name)
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        reader.fault(name, f"is {value!r}; it takes an address such as {such_as}")
        return ""
    return value


def _register_key(reader: _Reader) -> str:
    """Return the point under whose key a register's answers are believed; an address without one is refused."""
    name = "TIEMCHUNG_REGISTER_KEY"
    value = reader.text(name)
    if not value and not reader.text("TIEMCHUNG_REGISTER_URL"):
        return ""
    try:
        wire.load_public_key(wire.from_base64url(value))
    except ValueError:
        reader.fault(name, "is no P-256 point in base64url, as the register prints it; no other answer is believed")
        return ""
    return value


def _issuer(reader: _Reader) -> str:
    value = reader.text("TIEMCHUNG_ISSUER", DEFAULT_ISSUER)
    if len(value) > LONGEST_ISSUER or not value.isprintable():
        reader.fault("TIEMCHUNG_ISSUER", f"takes up to {LONGEST_ISSUER} letters: it stands in every certificate")
        return DEFAULT_ISSUER
    return value


def _phone_countries(reader: _Reader) -> frozenset[int]:
    told = [
        code.strip().removeprefix("+")
        for code in reader.text("TIEMCHUNG_PHONE_COUNTRIES", DEFAULT_PHONE_COUNTRIES).split(",")
    ]
    wrong = [code for code in told if not code.isascii() or not code.isdigit() or int(code) not in _CALLING_CODES]
    if wrong:
        reader.fault(
            "TIEMCHUNG_PHONE_COUNTRIES", f"names {wrong[0]!r}; it takes calling codes by comma, such as 84,856"
        )
        return frozenset({int(DEFAULT_PHONE_COUNTRIES)})
    return frozenset(int(code) for code in told)


def _hosts(reader: _Reader, public_url: str) -> tuple[str, ...]:
    told = reader.text("TIEMCHUNG_ALLOWED_HOSTS")
    if told == "*":
        reader.fault("TIEMCHUNG_ALLOWED_HOSTS", "is *, which would let a forged Host header through; name the hosts")
    own = urlsplit(public_url).hostname or "localhost"
    hosts = [host.strip() for host in told.split(",") if host.strip() not in {"", "*"}]
    return tuple(dict.fromkeys([own, "localhost", "127.0.0.1", *hosts]))


def _proxies(reader: _Reader) -> tuple[str, ...]:
    told = [proxy.strip() for proxy in reader.text("TIEMCHUNG_TRUSTED_PROXIES").split(",") if proxy.strip()]
    for proxy in told:
        try:
            ipaddress.ip_network(proxy)
        except ValueError:
            reader.fault("TIEMCHUNG_TRUSTED_PROXIES", f"names {proxy!r}; it takes addresses or networks, by comma")
            return ()
    return tuple(told)


def _database_url(reader: _Reader, name: str) -> str:
    value = reader.text(name)
    if not value:
        return ""
    try:
        parts = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        parts = {}
    if not value.startswith(("postgresql://", "postgres://")) or not parts.get("dbname"):
        reader.fault(name, "is no address of a database: postgresql://role:password@host:port/database")
        return ""
    return value


def _secret_key(reader: _Reader) -> str:
    key = reader.text("TIEMCHUNG_SECRET_KEY")
    file = reader.path("TIEMCHUNG_SECRET_KEY_FILE")
    if key and file:
        reader.fault("TIEMCHUNG_SECRET_KEY", "and TIEMCHUNG_SECRET_KEY_FILE are both set; one of them must go")
    name = "TIEMCHUNG_SECRET_KEY"
    if file and not key:
        name = "TIEMCHUNG_SECRET_KEY_FILE"
        try:
            key = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reader.fault(name, f"cannot be read: {error}")
            return _ONLY_FOR_IMPORTS
    if (key or file) and len(key) < _SHORTEST_SECRET:
        reader.fault(name, f"holds {len(key)} characters; it takes {_SHORTEST_SECRET} or more random ones")
    return key or _ONLY_FOR_IMPORTS


def _keys_dir(reader: _Reader) -> Path | None:
    folder = reader.path("TIEMCHUNG_KEYS_DIR")
    if folder is None or not folder.is_absolute():
        return folder
    if not folder.is_dir():
        reader.fault("TIEMCHUNG_KEYS_DIR", f"is {folder}, which is no folder; make it with mode 0700")
    elif stat.S_IMODE(folder.stat().st_mode) & 0o077:
        reader.fault("TIEMCHUNG_KEYS_DIR", f"is {folder}, which others may enter: chmod 700 {folder}")
    return folder


def _faults_of_database(url: str, *, role: Role) -> list[str]:
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            return [*_faults_of_server(connection), *_faults_of_role(connection, role=role)]
    except psycopg.OperationalError as error:
        return [f"leads to no database: {str(error).strip()}"]


def _faults_of_server(connection: psycopg.Connection) -> list[str]:
    faults = []
    version = connection.info.server_version // 10_000
    if version < _OLDEST_SERVER:
        faults.append(f"leads to PostgreSQL {version}; {_OLDEST_SERVER} or newer is needed")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        faults.append(f"leads to a database in {encoding}; UTF8 is needed")
    elif connection.execute("SELECT lower('Đ') = 'đ'").fetchone() != (True,):
        faults.append("leads to a database whose locale does not know that lower('Đ') is 'đ'; C.UTF-8 does")
    return faults


_POWERS = """
SELECT rolsuper,
       rolbypassrls,
       has_schema_privilege(current_user, 'public', 'CREATE'),
       pg_has_role(current_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
       OR EXISTS (SELECT FROM pg_class
                   WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
                     AND pg_has_role(current_user, relowner, 'MEMBER')),
       ARRAY(SELECT groups.rolname::text FROM pg_roles AS groups
              WHERE groups.rolname = ANY(%s) AND pg_has_role(current_user, groups.oid, 'MEMBER'))
  FROM pg_roles WHERE rolname = current_user
"""


def _faults_of_role(connection: psycopg.Connection, *, role: Role) -> list[str]:
    row = connection.execute(_POWERS, [[APP_GROUP, WORKER_GROUP]]).fetchone()
    if row is None:
        return ["leads to a role that the server does not list"]
    superuser, bypasses, creates, owns, groups = row
    name = connection.info.user
    if role is Role.OWNER:
        return [] if creates else [f"names the role {name}, which may not make tables; the owner is needed"]
    if superuser:
        return [f"names the superuser {name}; a {role} process must not be one"]
    faults = []
    if bypasses:
        faults.append(f"names the role {name}, which has BYPASSRLS; no policy would hold")
    if owns:
        faults.append(f"names the role {name}, which owns tables; only migrations and loads use the owner")
    wanted = APP_GROUP if role is Role.WEB else WORKER_GROUP
    if groups != [wanted]:
        told = " and ".join(groups) or "none"
        faults.append(f"names the role {name}, whose groups are {told}; a {role} process needs {wanted} alone")
    return faults
