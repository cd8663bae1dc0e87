"""People whom their ward calls to the site today: on the ward's list, and at no site before."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from tests.domain.campaigns.wards import CODE, WARD, officer, wish
from tests.faces.station.scenery import DAY, MORNING, SITE
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Channel
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.values import Appointment, SessionTold
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching


def planned(*, site: str = SITE, starts: time = time(9), ends: time = time(10), capacity: int = 1) -> UUID:
    """Open a session of today at the site and return it."""
    tu = officer()
    told = SessionTold(
        id=uuid7(MORNING),
        campaign=CODE,
        site=site,
        day=DAY,
        product="az",
        starts=starts,
        ends=ends,
        capacity=capacity,
    )
    with reaching(tu.reach):
        actions.open_session(told, actor=tu, now=MORNING)
    return told.id


def listed(*names: str, number: str | None = None, phone: str | None = "0902118340") -> list[UUID]:
    """Put people on the ward's list, as a file of the ward does, and return them."""
    tu = officer()
    numbers = [IdentifierTold(kind="personal-number", value=number)] if number else []
    wishes = [
        wish(person_told=PersonBlock(name=name, born="1987-03-02", sex="female", identifiers=numbers, phone=phone))
        for name in names
    ]
    for minute, one in enumerate(wishes):
        at = MORNING - timedelta(days=3) + timedelta(minutes=minute)
        campaigns.register([one], actor=tu, now=at, channel=Channel.LIST)
    return [one.id for one in wishes]


def called(*names: str, site: str = SITE, number: str | None = None) -> list[Appointment]:
    """List people and call them to the site today; return their appointments in the order of the names."""
    persons, session, tu = listed(*names, number=number), planned(site=site), officer()
    with reaching(tu.reach):
        actions.fill(session, site=site, communes=[WARD], actor=tu, now=MORNING)
        found = {one.person: one for one in queries.appointments_in(session, purpose=Purpose.REGISTRATION)}
    return [found[person] for person in persons]
