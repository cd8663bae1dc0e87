"""Sessions and their slots, and the appointments of a session or of persons."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling import policy
from tiemchung.domain.scheduling.errors import SessionUnknown
from tiemchung.domain.scheduling.values import (
    FARTHEST,
    Appointment,
    AppointmentState,
    CalledTo,
    CampaignSession,
    DayCounts,
    Expected,
    SessionCounts,
    SessionState,
    Slot,
)
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import opened, opening

PAGE = 200
SESSIONS = 100
"""Sessions of one page. Ours."""
INSTEAD = 12
"""Other sessions that are offered for one appointment: a page of them. Ours."""
_SESSION = """
select s.id, s.campaign, s.site, s.day, s.product, s.state, n.slots, n.places, n.taken
from scheduling_session s
cross join lateral (select count(*)::int slots, coalesce(sum(capacity), 0)::int places, coalesce(sum(taken), 0)::int taken
    from scheduling_slot where site = s.site and session = s.id) n
"""
_PAGE_OF = """
where s.site = any(%b::text[]) and s.day between %s and %s and (s.day, s.site, s.id) > (%s, %s, %s)
"""
_IN_ORDER = "order by s.day, s.site, s.id limit %s"


def sessions_at(
    sites: Collection[str], *, first: date, last: date, after: CampaignSession | None = None, limit: int = SESSIONS
) -> list[CampaignSession]:
    """Return a page of the campaign sessions at these sites within these days, by day and site, behind the one told."""
    asked = _page_asked(sites, first, last, after)
    return [_session(row) for row in database.rows(f"{_SESSION} {_PAGE_OF} {_IN_ORDER}", [*asked, limit])]


def sessions_with_room(
    sites: Collection[str],
    *,
    first: date,
    last: date,
    campaign: str,
    after: CampaignSession | None = None,
    limit: int = SESSIONS,
) -> list[CampaignSession]:
    """Return the open sessions of a campaign at these sites that have a free place, in the order of `sessions_at`."""
    asked = _page_asked(sites, first, last, after)
    found = database.rows(
        f"{_SESSION} {_PAGE_OF} and s.state = 'open' and s.campaign = %s and n.taken < n.places {_IN_ORDER}",
        [*asked, campaign, limit],
    )
    return [_session(row) for row in found]


def _page_asked(sites: Collection[str], first: date, last: date, after: CampaignSession | None) -> list[Any]:
    place = (after.day, after.site, after.id) if after else (date.min, "", UUID(int=0))
    return [arrays.texts(sorted(sites)), first, last, *place]


def counts_of(sessions: Collection[UUID]) -> dict[UUID, SessionCounts]:
    """Return what became of those called to these sessions; one to which nobody was called is absent."""
    found = database.rows(
        "select session, count(*) filter (where invited_at is not null and state = 'booked')::int, "
        "count(*) filter (where confirmed_at is not null and state = 'booked')::int, "
        "count(*) filter (where state = 'fulfilled')::int, count(*) filter (where state = 'missed')::int "
        "from scheduling_appointment where session = any(%b::uuid[]) group by session",
        [arrays.uuids(list(sessions))],
    )
    return {
        session: SessionCounts(invited=invited, coming=coming, came=came, missed=missed)
        for session, invited, coming, came, missed in found
    }


def campaign_session(identifier: UUID, *, sites: Collection[str]) -> CampaignSession:
    """Return a campaign session at one of these sites; any other is refused as unknown."""
    row = database.row(
        f"{_SESSION} where s.id = %s and s.site = any(%b::text[])", [identifier, arrays.texts(sorted(sites))]
    )
    if row is None:
        raise SessionUnknown
    return _session(row)


def sessions_instead(held: Appointment, *, sites: Collection[str], now: datetime) -> list[CampaignSession]:
    """Return the sessions to which an appointment may go instead: of its campaign, with a free place, due on their day.

    At these sites and at its own, by day. Counts only.
    """
    own = campaign_session(held.session, sites=[held.site])
    today = business_day(now)
    due: dict[tuple[str, date, str | None], bool] = {}
    every, found = {*sites, held.site}, list[CampaignSession]()
    provinces = places.provinces_of(every)
    after: CampaignSession | None = None
    last = today + FARTHEST
    while page := sessions_with_room(every, first=today, last=last, campaign=own.campaign, after=after, limit=SESSIONS):
        for one in page:
            if one.id == held.session:
                continue
            asked = one.product, one.day, provinces.get(one.site)
            if asked not in due:
                product, day, province = asked
                due[asked] = bool(immunization.due([held.person], product=product, on=day, province=province))
            if due[asked]:
                found.append(one)
            if len(found) == INSTEAD:
                return found
        after = page[-1]
    return found


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
select id, session, person_id, site, day, product, starts_at, reference, state, invited_at, commune, coalesce(message, id),
    confirmed_at, declined_at, call_list
from scheduling_appointment
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
    states: Collection[AppointmentState] = (AppointmentState.BOOKED,),
    limit: int = PAGE,
    skip: int = 0,
) -> list[Appointment]:
    """Return who is called to a session, in the order of the slots. Ids and times; whoever names them logs the view."""
    del purpose
    found = database.rows(
        f"{_APPOINTMENT} where session = %s and state = any(%b::text[]) order by starts_at, id limit %s offset %s",
        [session, arrays.texts(list(states)), limit, skip],
    )
    return [_appointment(row) for row in found]


def own_appointments(actor: Actor, *, purpose: Purpose) -> list[Appointment]:
    """Return the appointments of whom a citizen's account holds: of its open books, and of those it registered itself."""
    own = own_persons(actor)
    with opening(own - actor.reach.books):
        return appointments_of(own, purpose=purpose)


def own_persons(actor: Actor) -> frozenset[UUID]:
    """Return whose appointments an account may see, move and cancel. What it registered is its own word, proved or not."""
    account = actor.reach.account
    if account is None:
        return frozenset()
    told = campaigns.registrations_of(account, purpose=Purpose.OWN)
    return actor.reach.books | {registration.person for registration in told}


def expected_at(
    site: str,
    day: date,
    *,
    actor: Actor,
    purpose: Purpose,
    viewed_at: datetime,
    reference: str = "",
    appointment: UUID | None = None,
    limit: int = PAGE,
    skip: int = 0,
) -> list[Expected]:
    """Return who is called to a site on a day, by slot, with names; with a reference or an id, only whose it is. Logged.

    Persons whom a ward's list or another site told are named too: they are called here. Another site's reception finds
    nobody by the same reference. Refuses who does not receive people here (`not-permitted`).
    """
    if not policy.may_receive(actor, site=site):
        raise NotPermitted(site=site)
    found = database.rows(
        f"{_APPOINTMENT} where site = %s and day = %s and state <> 'cancelled' and (%s = '' or reference = %s) "
        "and (%s::uuid is null or id = %s) order by starts_at, id limit %s offset %s",
        [site, day, reference, reference, appointment, appointment, limit, skip],
    )
    return _expected([_appointment(row) for row in found], actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)


def appointments_at(
    site: str, day: date, identifiers: Collection[UUID], *, actor: Actor, purpose: Purpose
) -> dict[UUID, Appointment]:
    """Return those of these appointments that are for this site and day, cancelled ones too. Ids and times, no names.

    Refuses who does not receive people here (`not-permitted`).
    """
    del purpose
    if not policy.may_receive(actor, site=site):
        raise NotPermitted(site=site)
    found = database.rows(
        f"{_APPOINTMENT} where id = any(%b::uuid[]) and site = %s and day = %s",
        [arrays.uuids(list(identifiers)), site, day],
    )
    return {one.id: one for one in map(_appointment, found)}


def counts_at(site: str, day: date) -> DayCounts:
    """Return how many are called to a site on a day, and how many of them came or were missed. Counts only."""
    called, came, missed = database.rows(
        "select count(*), count(*) filter (where state = 'fulfilled'), count(*) filter (where state = 'missed') "
        "from scheduling_appointment where site = %s and day = %s and state <> 'cancelled'",
        [site, day],
    )[0]
    return DayCounts(called=called, came=came, missed=missed)


def expected_among(
    persons: Collection[UUID], *, site: str, day: date, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> list[Expected]:
    """Return those of these persons who are called to a site on a day, with names; the view is logged."""
    if not policy.may_receive(actor, site=site):
        raise NotPermitted(site=site)
    found = database.rows(
        f"{_APPOINTMENT} where person_id = any(%b::uuid[]) and site = %s and day = %s and state <> 'cancelled' "
        "order by starts_at, id",
        [arrays.uuids(list(persons)), site, day],
    )
    return _expected([_appointment(row) for row in found], actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)


def _expected(
    appointments: list[Appointment], *, actor: Actor, purpose: Purpose, viewed_at: datetime, site: str
) -> list[Expected]:
    persons = opened(
        [one.person for one in appointments],
        lambda wanted: people.persons(wanted, purpose=purpose, actor=actor, viewed_at=viewed_at, site=site),
    )
    return [Expected(appointment=one, person=persons.get(one.person)) for one in appointments]


def called_to(site: str, day: date, *, purpose: Purpose) -> list[CalledTo]:
    """Return who has a place at a site on a day, in the order of the slots. Ids and times; whoever names them logs it."""
    del purpose
    found = database.rows(
        "select a.id, a.session, a.person_id, a.product, a.commune, a.starts_at, a.reference from scheduling_session s "
        "join scheduling_appointment a on a.session = s.id where s.site = %s and s.day = %s and a.state = 'booked' "
        "order by a.starts_at, a.id",
        [site, day],
    )
    return [
        CalledTo(
            appointment=appointment,
            session=session,
            person=person,
            product=product,
            commune=commune,
            starts_at=starts_at,
            reference=reference,
        )
        for appointment, session, person, product, commune, starts_at, reference in found
    ]


def with_place(persons: Collection[UUID], *, campaign: str) -> set[UUID]:
    """Return those of these persons who have a place already. Ids of those asked for."""
    found = database.rows(
        "select person_id from scheduling_with_place(%b::uuid[], %s)", [arrays.uuids(list(persons)), campaign]
    )
    return {person for (person,) in found}


def _session(row: tuple[Any, ...]) -> CampaignSession:
    identifier, campaign, site, day, product, state, slots, places, taken = row
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
    )


def _appointment(row: tuple[Any, ...]) -> Appointment:
    (
        identifier,
        session,
        person,
        site,
        day,
        product,
        starts_at,
        reference,
        state,
        invited_at,
        commune,
        message,
        confirmed_at,
        declined_at,
        call_list,
    ) = row
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
        commune=commune,
        message=message,
        confirmed_at=confirmed_at,
        declined_at=declined_at,
        call_list=call_list,
    )
