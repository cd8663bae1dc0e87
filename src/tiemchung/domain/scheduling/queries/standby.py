"""Who may be called in when doses are left at the end of a day: registered in the site's wards, due, without a place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Registered
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.domain.scheduling import policy
from tiemchung.domain.scheduling.errors import StandbyUnknown
from tiemchung.domain.scheduling.queries.line import But, called_here, free_for, front_for
from tiemchung.domain.scheduling.values import CampaignSession, Standby, StandbyState
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import opened, reaching

STANDBY = 30
"""How many stand on the list at once: more than the doses of any open vial. Ours."""
FEW_WARDS = 20
"""A site that calls people from more wards reads each page from all, and fewer pages: the list is one transaction."""
LOOKED_AT_FIRST, LOOKED_AT, MOST_LOOKED_AT, MOST_OF_MANY_WARDS = 500, 2_000, 40_000, 8_000
"""How many who wait are asked at once whether they are due, first and at most, and in all before the list stays short. Ours."""


class StandbyList(NamedTuple):
    """Who may be called in, and whether the line was read far enough: not `whole`, somebody may wait behind who is not listed."""

    listed: list[Standby]
    whole: bool


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
) -> StandbyList:
    """Return who may be called in to a session, in the order of their groups, the first to register first. Logged.

    The list reaches the wards of the site: its own, and those it has called people from that day. `but` tells whom not to
    call: who is here already, whom a doctor told to wait. Phones are there for whoever may call, and for nobody else.
    Refuses who neither receives people at the site nor calls for it (`not-permitted`).
    """
    if not policy.may_see_standby(actor, site=session.site):
        raise NotPermitted(site=session.site)
    wards = _wards(session)
    with reaching(Reach(sites=frozenset({session.site, *map(ward_code, wards)}), communes=wards)):
        waiting, whole = _first(session, wards, but=but, of=actor, limit=limit)
        wanted = [one.person for one in waiting]
        by: dict[str, Any] = {"purpose": purpose, "actor": actor, "viewed_at": viewed_at, "site": session.site}
        shown = opened(wanted, lambda part: people.persons(part, **by))
        may_call = policy.may_call(actor, site=session.site)
        phones = opened(wanted, lambda part: people.phones_to_call(part, **by)) if may_call else {}
        told = _told(session)
    listed = [
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
    return StandbyList(listed, whole)


def waiting_ward(session: CampaignSession, person: UUID, *, actor: Actor) -> str | None:
    """Return the commune in which somebody waits who may be called in to this session; None for anybody else."""
    wards = _wards(session)
    with reaching(Reach(sites=frozenset({session.site, *map(ward_code, wards)}), communes=wards)):
        told = campaigns.registered_as(session.campaign, wards, person=person, purpose=Purpose.REGISTRATION)
        waiting = free_for(session, told, but=lambda _persons: (), actor=actor, purpose=Purpose.REGISTRATION)
    return waiting[0].commune if waiting else None


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


def _wards(session: CampaignSession) -> frozenset[str]:
    site = places.site(session.site)
    own = {site.commune_code} if site else set[str]()
    called = database.rows(
        "select distinct commune from scheduling_appointment where site = %s and day = %s", [session.site, session.day]
    )
    return frozenset(own | {commune for (commune,) in called})


def _first(
    session: CampaignSession, wards: Collection[str], *, but: But, of: Actor, limit: int
) -> tuple[list[Registered], bool]:
    """Return the first who wait in these wards, are due that day and have no place, and whether so many or all are told.

    No further page is asked for once they are there; each is twice as long as the one before.
    """
    found: list[Registered] = []
    looked_at, after, at_once = 0, None, LOOKED_AT_FIRST
    placed = called_here(session)
    most = MOST_LOOKED_AT if len(wards) <= FEW_WARDS else MOST_OF_MANY_WARDS
    while len(found) < limit:
        if looked_at >= most:
            return found, False
        front = front_for(session, wards, but=placed, after=after, limit=at_once)
        found += free_for(session, front.waiting, but=but, actor=of, purpose=Purpose.REGISTRATION)
        looked_at, after, at_once = looked_at + front.looked_at, front.after, min(2 * at_once, LOOKED_AT)
        if after is None:
            break
    return found[:limit], True


def _told(session: CampaignSession) -> dict[UUID, _Told]:
    return {
        person: _Told(StandbyState(state), at)
        for person, state, at in database.rows(
            "select person_id, state, told_at from scheduling_standby where session = %s and site = %s",
            [session.id, session.site],
        )
    }
