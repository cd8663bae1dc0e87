"""The settings one by one: how each is read, and what is said of one that cannot be meant so."""

from __future__ import annotations

import ipaddress
import re
import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from psycopg.conninfo import conninfo_to_dict

from tiemchung.kernel import wire

DEFAULT_PHONE_COUNTRIES = "84"
"""Viet Nam alone: a number abroad gets no code, for messages abroad are where pumping pays."""
DEFAULT_ISSUER, LONGEST_ISSUER = "Tiêm Chủng", 64
"""Who signs, as certificates name it; X.509 takes no longer name of an organization."""
DEFAULT_TABLET_LOCK_MINUTES, MOST_TABLET_LOCK_MINUTES = 5, 60
"""How long a tablet of the station lies open untouched: between two people at a table. Ours."""

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_CALLING_CODES = frozenset(COUNTRY_CODE_TO_REGION_CODE)
_SHORTEST_SECRET = 50
ONLY_FOR_IMPORTS = "not-a-secret: this process was started without TIEMCHUNG_SECRET_KEY and may serve nothing"


class Reader:
    """Takes settings one by one and remembers what was wrong and which names exist."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []
        self.names: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """Return a setting without spaces around it, or the default where it is missing or empty."""
        self.names.add(name)
        return self.environ.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        """Return whether a setting is 1; it may be 0 or missing."""
        value = self.text(name, "0")
        if value not in {"0", "1"}:
            self.fault(name, f"is {value!r}; it takes 1 or 0")
        return value == "1"

    def count(self, name: str, default: int) -> int:
        """Return a whole number from 1."""
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or int(value) < 1:
            self.fault(name, f"is {value!r}; it takes a whole number from 1")
            return default
        return int(value)

    def day(self, name: str, default: date) -> date:
        """Return a day, written YYYY-MM-DD."""
        value = self.text(name, default.isoformat())
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(name, f"is {value!r}; it takes a day as YYYY-MM-DD")
            return default

    def path(self, name: str) -> Path | None:
        """Return an absolute path, None where none is set."""
        value = self.text(name)
        if value and not Path(value).is_absolute():
            self.fault(name, f"is {value!r}; it takes an absolute path")
        return Path(value) if value else None

    def fault(self, name: str, what: str) -> None:
        """Remember what is wrong with a setting."""
        self.faults.append(f"{name} {what}.")


def tablet_lock_minutes(reader: Reader) -> int:
    """Return how long a tablet lies open untouched, an hour at most."""
    name = "TIEMCHUNG_TABLET_LOCK_MINUTES"
    minutes = reader.count(name, DEFAULT_TABLET_LOCK_MINUTES)
    if minutes <= MOST_TABLET_LOCK_MINUTES:
        return minutes
    reader.fault(name, f"is '{minutes}'; a tablet that lies open longer than an hour is anybody's")
    return DEFAULT_TABLET_LOCK_MINUTES


def bind(reader: Reader, name: str, default: str) -> tuple[str, int]:
    """Return the address and the port that a process listens on."""
    value = reader.text(name, default)
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
        reader.fault(name, f"is {value!r}; it takes address:port, such as {default}")
        host, _colon, port = default.rpartition(":")
    return host.strip("[]"), int(port)


def stream_url(reader: Reader) -> str:
    """Return where browsers find the stream of events."""
    value = reader.text("TIEMCHUNG_STREAM_URL")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        reader.fault("TIEMCHUNG_STREAM_URL", f"is {value!r}; it takes an address, such as https://example.vn/dong-tin/")
        return ""
    return value


def hub_domain(reader: Reader) -> str:
    """Return the domain under which the hubs of halls have their names."""
    value = reader.text("TIEMCHUNG_HUB_DOMAIN")
    if value and not _DOMAIN.fullmatch(value):
        reader.fault("TIEMCHUNG_HUB_DOMAIN", f"is {value!r}; it takes a domain, such as hub.example.vn")
        return ""
    return value


def is_loopback(host: str) -> bool:
    """Tell whether an address reaches this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def public_url(reader: Reader, default: str) -> str:
    """Return the address under which the platform is known."""
    value = reader.text("TIEMCHUNG_PUBLIC_URL", default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        reader.fault("TIEMCHUNG_PUBLIC_URL", f"is {value!r}; it takes a scheme and a host, such as https://example.vn")
        return default
    return value


def address(reader: Reader, name: str, such_as: str) -> str:
    """Return an address of another service, empty where none is set; `such_as` shows what one looks like."""
    value = reader.text(name)
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        reader.fault(name, f"is {value!r}; it takes an address such as {such_as}")
        return ""
    return value


def register_key(reader: Reader) -> str:
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


def issuer(reader: Reader) -> str:
    """Return the name that stands on certificates as who signs them."""
    value = reader.text("TIEMCHUNG_ISSUER", DEFAULT_ISSUER)
    if len(value) > LONGEST_ISSUER or not value.isprintable():
        reader.fault("TIEMCHUNG_ISSUER", f"takes up to {LONGEST_ISSUER} letters: it stands in every certificate")
        return DEFAULT_ISSUER
    return value


def phone_countries(reader: Reader) -> frozenset[int]:
    """Return the calling codes of countries whose numbers get messages."""
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


def hosts(reader: Reader, own_url: str) -> tuple[str, ...]:
    """Return the host names that requests may name."""
    told = reader.text("TIEMCHUNG_ALLOWED_HOSTS")
    if told == "*":
        reader.fault("TIEMCHUNG_ALLOWED_HOSTS", "is *, which would let a forged Host header through; name the hosts")
    own = urlsplit(own_url).hostname or "localhost"
    hosts = [host.strip() for host in told.split(",") if host.strip() not in {"", "*"}]
    return tuple(dict.fromkeys([own, "localhost", "127.0.0.1", *hosts]))


def proxies(reader: Reader) -> tuple[str, ...]:
    """Return the networks whose word for a caller's address is believed."""
    told = [proxy.strip() for proxy in reader.text("TIEMCHUNG_TRUSTED_PROXIES").split(",") if proxy.strip()]
    for proxy in told:
        try:
            ipaddress.ip_network(proxy)
        except ValueError:
            reader.fault("TIEMCHUNG_TRUSTED_PROXIES", f"names {proxy!r}; it takes addresses or networks, by comma")
            return ()
    return tuple(told)


def database_url(reader: Reader, name: str) -> str:
    """Return the address of a database, empty where none is set."""
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


def secret_key(reader: Reader) -> str:
    """Return the secret of sessions and forms, from the setting or from its file."""
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
            return ONLY_FOR_IMPORTS
    if (key or file) and len(key) < _SHORTEST_SECRET:
        reader.fault(name, f"holds {len(key)} characters; it takes {_SHORTEST_SECRET} or more random ones")
    return key or ONLY_FOR_IMPORTS


def keys_dir(reader: Reader) -> Path | None:
    """Return the folder of the keys; it must be there and be nobody else's to read."""
    folder = reader.path("TIEMCHUNG_KEYS_DIR")
    if folder is None or not folder.is_absolute():
        return folder
    if not folder.is_dir():
        reader.fault("TIEMCHUNG_KEYS_DIR", f"is {folder}, which is no folder; make it with mode 0700")
    elif stat.S_IMODE(folder.stat().st_mode) & 0o077:
        reader.fault("TIEMCHUNG_KEYS_DIR", f"is {folder}, which others may enter: chmod 700 {folder}")
    return folder
