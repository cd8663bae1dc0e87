"""A city's store on a morning: who keeps it, who judges what lies in it, and what has come so far."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

from django.test import Client

from tests.domain.supply import depot
from tests.domain.supply.depot import CITY, FRIDGE, LOT, NOW, SITE
from tests.faces.station.scenery import hire, signed_in
from tiemchung.domain.access import actions as access
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.supply import actions
from tiemchung.domain.supply.values import ReadingTold
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

KEEPER, RECEIVER, FIRST, SECOND = "binh", "lead", "oanh", "hieu"


def a_morning_at_the_store(as_worker: Callable[[], AbstractContextManager[None]]) -> None:
    """Found the chain and hire a storekeeper, a site's lead, and two quality officers of the city."""
    journal.forget_server_device()
    with as_worker():
        depot.found_chain()
    hire(KEEPER, "storekeeper", site=CITY, name="Lý Thanh Bình")
    hire(RECEIVER, "lead", site=SITE, name="Lê Minh Khoa")
    for login, name in [(FIRST, "Ngô Thị Kiều Oanh"), (SECOND, "Đỗ Trung Hiếu")]:
        role = {"role": "quality-officer", "level": "everywhere"}
        row = {"id": str(uuid7()), "name": name, "login": login, "roles": [role]}
        access.load_staff([row], actor=SYSTEM, now=NOW)


def somebody(login: str) -> Client:
    """Return a browser in which one of them has signed in."""
    return signed_in(login)


def readings(*told: tuple[int, float, float | None, int | None]) -> None:
    """Enter readings of the cold room: hours ago, temperature, highest and minutes outside by its device."""
    for hours, temp, highest, minutes in told:
        reading = ReadingTold(
            id=uuid7(),
            site=CITY,
            fridge=FRIDGE,
            taken_at=NOW - timedelta(hours=hours),
            temp_c=temp,
            highest_c=highest,
            minutes_outside=minutes,
        )
        actions.read_temperature(reading, actor=depot.keeper(), now=NOW)


def a_shipment_on_the_road(doses: int = 60) -> UUID:
    """Send released doses to the site."""
    depot.released()
    return depot.on_the_road(doses)


__all__ = ["CITY", "FRIDGE", "LOT", "NOW", "SITE"]
