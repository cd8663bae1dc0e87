"""Who may ask the register, how much, and when nobody may: its clients, their rates, its planned outages."""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Annotated

import msgspec

from tiemchung.kernel import wire
from tiemchung.kernel.register import MOST_PERSONS

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec


Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Client(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who may ask: `key` is their P-256 point, base64url; `fields` allows to ask which field is wrong."""

    code: str
    key: str
    persons_a_minute: Annotated[int, msgspec.Meta(ge=1)]
    fields: bool = False

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the key that signs this client's questions."""
        return wire.load_public_key(wire.from_base64url(self.key))


class Outage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A planned outage, told beforehand."""

    starts_at: Instant
    ends_at: Instant
    reason: str


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The register's file of clients and outages."""

    clients: list[Client]
    outages: list[Outage] = []

    def client(self, code: str) -> Client | None:
        """Return a client by its code."""
        return next((client for client in self.clients if client.code == code), None)

    def outage(self, now: datetime) -> Outage | None:
        """Return the outage of this instant, if there is one."""
        return next((outage for outage in self.outages if outage.starts_at <= now < outage.ends_at), None)


def load_plan(path: Path) -> Plan:
    """Read a plan; raise ValueError for what is none."""
    try:
        plan = msgspec.json.decode(path.read_bytes(), type=Plan)
        for client in plan.clients:
            _ = client.public_key
    except (msgspec.MsgspecError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    return plan


class Rates:
    """How many persons each client may still ask about: a minute's worth at most, or one whole question."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, datetime]] = {}
        self._lock = Lock()

    def wait_s(self, client: Client, persons: int, *, now: datetime) -> float:
        """Take so many persons from what the client has left; return 0, or the seconds to wait with nothing taken."""
        most = float(max(client.persons_a_minute, MOST_PERSONS))
        rate = client.persons_a_minute / 60
        with self._lock:
            left, since = self._left.get(client.code, (most, now))
            left = min(most, left + rate * (now - since).total_seconds())
            taken = persons if persons <= left else 0
            self._left[client.code] = left - taken, now
        return 0.0 if persons <= left else (persons - left) / rate
