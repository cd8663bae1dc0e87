"""Who may be called in when doses are left at the end of a day: registered in the site's wards, due, without a place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Registered
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.domain.scheduling import policy
from tiemchung.domain.scheduling.errors import StandbyUnknown
from tiemchung.domain.scheduling.queries.sessions import with_place
from tiemchung.domain.scheduling.values import CampaignSession, Standby, StandbyState
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import looking, opened, reaching

STANDBY = 30
"""How many stand on the list at once: more than the doses of any open vial. Ours."""
_LOOKED_AT, _MOST_LOOKED_AT = 500, 4_000
"""How many who wait are asked at once whether they are due, and in all before the list stays short. Ours."""

But = Callable[[Collection[UUID]], Collection[UUID]]


class _Told(NamedTuple):
    state: StandbyState
    at: datetime


def standby(
    session: CampaignSession,
    *,
    actor: Actor,
    purpose: Purpose,
    viewed_at: datetime,
    but: But = lambda _persons: (),
    limit: int = STANDBY,
) -> list[Standby]:
    """Return who may be called in to a session, in the order of their groups, the first to register first. Logged.

    The list reaches the wards of the site: its own, and those it has called people from that day. `but` tells whom not to
    call: who is here already, whom a doctor told to wait. Phones are there for whoever may call, and for nobody else.
    Refuses who neither receives people at the site nor calls for it (`not-permitted`).
    """
    if not policy.may_see_standby(actor, site=session.site):
        raise NotPermitted(site=session.site)
    wards = _wards(session)
    with reaching(Reach(sites=frozenset({session.site, *map(ward_code, wards)}), communes=wards)):
        waiting = _first(_waiting(session, wards, but=but, of=actor), limit)
        wanted = [one.person for one in waiting]
        by: dict[str, Any] = {"purpose": purpose, "actor": actor, "viewed_at": viewed_at, "site": session.site}
        shown = opened(wanted, lambda part: people.persons(part, **by))
        may_call = policy.may_call(actor, site=session.site)
        phones = opened(wanted, lambda part: people.phones_to_call(part, **by)) if may_call else {}
        told = _told(session)
    return [
        Standby(
            person=one.person,
            shown=shown.get(one.person),
            commune=one.commune,
            target_group=one.target_group,
            registered_at=one.registered_at,
            phone=phones.get(one.person, ""),
            state=told[one.person].state if one.person in told else None,
            told_at=told[one.person].at if one.person in told else None,
        )
        for one in waiting
    ]


def waiting_ward(session: CampaignSession, person: UUID, *, actor: Actor) -> str | None:
    """Return the commune in which somebody waits who may be called in to this session; None for anybody else."""
    wards = _wards(session)
    with reaching(Reach(sites=frozenset({session.site, *map(ward_code, wards)}), communes=wards)):
        for page in _waiting(session, wards, but=lambda _persons: (), of=actor):
            for one in page:
                if one.person == person:
                    return one.commune
    return None


def on_standby(
    session: CampaignSession, person: UUID, *, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> PersonShown | None:
    """Return somebody of the stand-by list as reception sees them, who has come to be received. Logged.

    Refuses who receives nobody at that site (`not-permitted`), and a person who does not wait there (`standby-unknown`).
    """
    if not policy.may_receive(actor, site=session.site):
        raise NotPermitted(site=session.site)
    commune = waiting_ward(session, person, actor=actor)
    if commune is None:
        raise StandbyUnknown
    by: dict[str, Any] = {"purpose": purpose, "actor": actor, "viewed_at": viewed_at, "site": session.site}
    with reaching(Reach(sites=frozenset({session.site, ward_code(commune)}), communes=frozenset({commune}))):
        return opened([person], lambda part: people.persons(part, **by)).get(person)


def _first(pages: Iterator[list[Registered]], limit: int) -> list[Registered]:
    """Return the first of them; no further page is asked for once they are there."""
    found: list[Registered] = []
    for page in pages:
        found += page
        if len(found) >= limit:
            break
    return found[:limit]


def _wards(session: CampaignSession) -> frozenset[str]:
    site = places.site(session.site)
    own = {site.commune_code} if site else set[str]()
    called = database.rows(
        "select distinct commune from scheduling_appointment where site = %s and day = %s", [session.site, session.day]
    )
    return frozenset(own | {commune for (commune,) in called})


def _waiting(session: CampaignSession, wards: Collection[str], *, but: But, of: Actor) -> Iterator[list[Registered]]:
    """Yield, page by page, those who wait in these wards, are due that day and have no place."""
    province = places.provinces_of([session.site]).get(session.site)
    after: campaigns.Place | None = None
    for _ in range(_MOST_LOOKED_AT // _LOOKED_AT):
        page = campaigns.registered(
            session.campaign, wards, purpose=Purpose.REGISTRATION, after=after, limit=_LOOKED_AT
        )
        if not page:
            return
        last = page[-1]
        after = campaigns.Place(
            target_group=last.target_group, registered_at=last.registered_at, registration=last.registration
        )
        here = [one for one in page if one.preferred_site in (None, session.site)]
        placed = with_place([one.person for one in here], campaign=session.campaign)
        free = [one.person for one in here if one.person not in placed]
        due = immunization.due(free, product=session.product, on=session.day, province=province)
        if due:
            with looking(of.reach):
                due -= set(but(due))
        yield [one for one in here if one.person in due]


def _told(session: CampaignSession) -> dict[UUID, _Told]:
    return {
        person: _Told(StandbyState(state), at)
        for person, state, at in database.rows(
            "select person_id, state, told_at from scheduling_standby where session = %s and site = %s",
            [session.id, session.site],
        )
    }
