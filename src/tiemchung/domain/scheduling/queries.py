"""What scheduling tells: sessions and their slots, and the appointments of a session or of persons."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from tiemchung.domain.scheduling.errors import SessionUnknown
from tiemchung.domain.scheduling.values import Appointment, AppointmentState, CampaignSession, SessionState, Slot
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database

PAGE = 200
_SESSION = """
select s.id, s.campaign, s.site, s.day, s.product, s.state, n.slots, n.places, n.taken, a.invited, a.missed
from scheduling_session s
cross join lateral (select count(*)::int slots, coalesce(sum(capacity), 0)::int places, coalesce(sum(taken), 0)::int taken
    from scheduling_slot where site = s.site and session = s.id) n
cross join lateral (select count(*) filter (where invited_at is not null and state = 'booked')::int invited,
    count(*) filter (where state = 'missed')::int missed from scheduling_appointment where session = s.id) a
"""


def sessions_at(sites: Collection[str], *, first: date, last: date) -> list[CampaignSession]:
    """Return the campaign sessions at these sites within these days, by day and site. Counts only."""
    found = database.rows(
        f"{_SESSION} where s.site = any(%b::text[]) and s.day between %s and %s order by s.day, s.site, s.id",
        [arrays.texts(sorted(sites)), first, last],
    )
    return [_session(row) for row in found]


def campaign_session(identifier: UUID, *, sites: Collection[str]) -> CampaignSession:
    """Return a campaign session at one of these sites; any other is refused as unknown."""
    row = database.row(
        f"{_SESSION} where s.id = %s and s.site = any(%b::text[])", [identifier, arrays.texts(sorted(sites))]
    )
    if row is None:
        raise SessionUnknown
    return _session(row)


def slots_of(session: UUID, *, site: str) -> list[Slot]:
    """Return the slots of a session in their order."""
    return [
        Slot(starts_at=starts_at, capacity=capacity, taken=taken)
        for starts_at, capacity, taken in database.rows(
            "select starts_at, capacity, taken from scheduling_slot where site = %s and session = %s order by starts_at",
            [site, session],
        )
    ]


_APPOINTMENT = """
select id, session, person_id, site, day, product, starts_at, reference, state, invited_at from scheduling_appointment
"""


def appointments_of(persons: Collection[UUID], *, purpose: Purpose) -> list[Appointment]:
    """Return the appointments of these persons that the session reaches, the next first. Ids and times, no names."""
    del purpose
    found = database.rows(
        f"{_APPOINTMENT} where person_id = any(%b::uuid[]) order by starts_at desc, id", [arrays.uuids(list(persons))]
    )
    return [_appointment(row) for row in found]


def appointments_in(
    session: UUID,
    *,
    purpose: Purpose,
    state: AppointmentState = AppointmentState.BOOKED,
    limit: int = PAGE,
    skip: int = 0,
) -> list[Appointment]:
    """Return who is called to a session, in the order of the slots. Ids and times; whoever names them logs the view."""
    del purpose
    found = database.rows(
        f"{_APPOINTMENT} where session = %s and state = %s order by starts_at, id limit %s offset %s",
        [session, state.value, limit, skip],
    )
    return [_appointment(row) for row in found]


def with_place(persons: Collection[UUID], *, campaign: str) -> set[UUID]:
    """Return those of these persons who have a place already. Ids of those asked for."""
    found = database.rows(
        "select person_id from scheduling_with_place(%b::uuid[], %s)", [arrays.uuids(list(persons)), campaign]
    )
    return {person for (person,) in found}


def _session(row: tuple[Any, ...]) -> CampaignSession:
    identifier, campaign, site, day, product, state, slots, places, taken, invited, missed = row
    return CampaignSession(
        id=identifier,
        campaign=campaign,
        site=site,
        day=day,
        product=product,
        state=SessionState(state),
        slots=slots,
        places=places,
        taken=taken,
        invited=invited,
        missed=missed,
    )


def _appointment(row: tuple[Any, ...]) -> Appointment:
    identifier, session, person, site, day, product, starts_at, reference, state, invited_at = row
    return Appointment(
        id=identifier,
        session=session,
        person=person,
        site=site,
        day=day,
        product=product,
        starts_at=starts_at,
        reference=reference,
        state=AppointmentState(state),
        invited_at=invited_at,
    )
