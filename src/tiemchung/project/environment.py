"""What a deployment chooses: read from the environment, and checked at start with everything wrong told at once.

`read` never fails, so that settings can be imported by a type checker or a test without a database; what is wrong
comes back beside what was read. `check` is what every command calls before it works: it adds what only the database
can tell (its version, its letters, what its role may) and raises one list.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tiemchung.plumbing.postgres import APP_GROUP, RECOVERING, WORKER_GROUP
from tiemchung.project import variables

DEFAULT_BIND = "127.0.0.1:8000"
DEFAULT_STREAM_BIND = "127.0.0.1:8900"
DEFAULT_CAMPAIGN_START = date(2021, 3, 8)
"""The first dose of the first configuration's campaign; an entry that claims an earlier day is implausible."""

_OLDEST_SERVER = 17
_COMES_UP_WITHIN_S = 120.0
_ASKS_AGAIN_S = 0.2


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


def read(environ: Mapping[str, str]) -> tuple[Environment, list[str]]:
    """Read the settings and return them with a sentence for each that cannot be meant so."""
    reader = variables.Reader(environ)
    host, port = variables.bind(reader, "TIEMCHUNG_BIND", DEFAULT_BIND)
    stream_host, stream_port = variables.bind(reader, "TIEMCHUNG_STREAM_BIND", DEFAULT_STREAM_BIND)
    demo = reader.flag("TIEMCHUNG_DEMO")
    if demo and not variables.is_loopback(host):
        reader.fault("TIEMCHUNG_DEMO", f"is 1, which is refused unless TIEMCHUNG_BIND is on 127.0.0.1; it is on {host}")
    if demo and not variables.is_loopback(stream_host):
        reader.fault("TIEMCHUNG_DEMO", f"is 1, which is refused while TIEMCHUNG_STREAM_BIND is on {stream_host}")
    clock_file = reader.path("TIEMCHUNG_CLOCK_FILE")
    if clock_file and not demo:
        reader.fault("TIEMCHUNG_CLOCK_FILE", "is set, which is refused without TIEMCHUNG_DEMO=1")
    public_url = variables.public_url(reader, f"http://localhost:{port}")
    environment = Environment(
        database_url=variables.database_url(reader, "DATABASE_URL"),
        owner_url=variables.database_url(reader, "DATABASE_OWNER_URL"),
        secret_key=variables.secret_key(reader),
        keys_dir=variables.keys_dir(reader),
        demo=demo,
        clock_file=clock_file if demo else None,
        bind_host=host,
        bind_port=port,
        public_url=public_url,
        allowed_hosts=variables.hosts(reader, public_url),
        trusted_proxies=variables.proxies(reader),
        campaign_start=reader.day("TIEMCHUNG_CAMPAIGN_START", DEFAULT_CAMPAIGN_START),
        message_gateway_url=variables.address(reader, "TIEMCHUNG_MESSAGE_GATEWAY_URL", "https://sms.example.vn/"),
        register_url=variables.address(reader, "TIEMCHUNG_REGISTER_URL", "https://register.example.vn/"),
        register_client=reader.text("TIEMCHUNG_REGISTER_CLIENT", "tiemchung"),
        register_key=variables.register_key(reader),
        issuer=variables.issuer(reader),
        phone_countries=variables.phone_countries(reader),
        run=reader.text("TIEMCHUNG_RUN"),
        stream_host=stream_host,
        stream_port=stream_port,
        stream_url=variables.stream_url(reader),
        hub_domain=variables.hub_domain(reader),
        web_workers=reader.count("TIEMCHUNG_WEB_WORKERS", 1),
        web_threads=reader.count("TIEMCHUNG_WEB_THREADS", 8),
        tablet_lock_minutes=variables.tablet_lock_minutes(reader),
    )
    for name in sorted(set(environ) - reader.names):
        if name.startswith("TIEMCHUNG_"):
            likely = difflib.get_close_matches(name, reader.names, n=1)
            reader.fault(name, f"is no setting; did you mean {likely[0]}?" if likely else "is no setting")
    return environment, [fault.replace("?.", "?") for fault in reader.faults]


def check(environ: Mapping[str, str], *, role: Role) -> Environment:
    """Return the settings if a process of this role can work with them; else raise WrongEnvironment with all faults."""
    environment, faults = read(environ)
    url_name = "DATABASE_OWNER_URL" if role is Role.OWNER else "DATABASE_URL"
    url = environment.owner_url if role is Role.OWNER else environment.database_url
    if environment.secret_key == variables.ONLY_FOR_IMPORTS:
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


def _faults_of_database(url: str, *, role: Role) -> list[str]:
    given_up_at = time.monotonic() + _COMES_UP_WITHIN_S
    while True:
        try:
            with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
                return [*_faults_of_server(connection), *_faults_of_role(connection, role=role)]
        except psycopg.OperationalError as error:
            # Whoever is started while the server reads back what it had written waits for it: no setting is wrong.
            if not any(word in str(error) for word in RECOVERING) or time.monotonic() > given_up_at:
                return [f"leads to no database: {str(error).strip()}"]
        time.sleep(_ASKS_AGAIN_S)


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
