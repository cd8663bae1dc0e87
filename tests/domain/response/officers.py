"""Who is on duty, and what happens to them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.actions import load_staff
from tiemchung.domain.response import actions
from tiemchung.domain.response.values import AlertKind, Facts, Signal, Weight
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.ids import uuid7

NOW = datetime(2021, 9, 13, 20, 0, tzinfo=UTC)
SITE, OTHER_SITE = "79-0001", "79-0002"


def hired(name: str, role: str = "duty-officer", **place: str) -> Actor:
    """Return somebody on duty with this role, at this place or everywhere."""
    held = {"role": role, **(place or {"level": "everywhere"})}
    member = uuid4()
    row = {"id": str(member), "name": name, "login": f"{name}-{member}", "roles": [held]}
    load_staff([row], actor=SYSTEM, now=NOW)
    return access.actor_of_staff(member)


def seen(officer: Actor, *, site: str = SITE, subject: str = "Hàng người tràn ra đường") -> UUID:
    """Let an officer open an incident of what they saw."""
    return actions.open_incident(uuid7(), site=site, subject=subject, weight=Weight.LOOK, actor=officer, now=NOW)


def signal(kind: AlertKind = AlertKind.SITE_SILENT, *, site: str = SITE, key: str = "", **facts: object) -> Signal:
    return Signal(kind=kind, site=site, key=key, facts=Facts(**facts))  # type: ignore[arg-type]  # figures of a test
