"""Campaign sessions: opened with their slots, filled by priority and what is due, made known, called off."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Registered
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.domain.scheduling import policy, queries, rules
from tiemchung.domain.scheduling.actions import appointments
from tiemchung.domain.scheduling.errors import SessionImpossible
from tiemchung.domain.scheduling.events import CampaignSessionCalledOff, CampaignSessionPlanned
from tiemchung.domain.scheduling.values import CampaignSession, SessionTold, Wanted
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import looking

LOOKED_AT_FIRST, LOOKED_AT = 200, 2_000
"""How many who wait are asked at once whether they are due: first as many as two for each place, then twice as many each time.
Some of whom are not. Whoever stands far behind in a ward's list is not asked for a session that is full without them."""
MOST_LOOKED_AT = 40_000


def open_session(told: SessionTold, *, actor: Actor, now: datetime) -> None:
    """Open a campaign session with its slots; told twice, it is one. Refuses what cannot be (`session-impossible`)."""
    if not policy.may_plan(actor, site=told.site):
        raise NotPermitted(site=told.site)
    field = rules.fault_of(told, today=business_day(now))
    if field is None and told.product not in vaccines.products():
        field = "product"
    if field is None and campaigns.campaign(told.campaign) is None:
        field = "campaign"
    if field:
        raise SessionImpossible(field=field)
    slots = rules.slots_of(told)
    with transaction.atomic():
        fresh = database.run(
            "insert into scheduling_session (site, id, opened_at, day, campaign, product, state, reason) "
            "values (%s, %s, %s, %s, %s, %s, 'open', '') on conflict do nothing",
            [told.site, told.id, now, told.day, told.campaign, told.product],
        )
        if not fresh:
            return
        database.run(
            "insert into scheduling_slot (site, session, starts_at, capacity, taken) "
            "select %s, %s, t, %s, 0 from unnest(%b::timestamptz[]) t",
            [told.site, told.id, told.capacity, arrays.instants([slot.starts_at for slot in slots])],
        )
        event = CampaignSessionPlanned(
            id=told.id,
            at=now,
            campaign=told.campaign,
            day=told.day,
            product=told.product,
            places=sum(slot.capacity for slot in slots),
        )
        journal.append([event], actor=actor, recorded_at=now, site=told.site)


@transaction.atomic
def fill(
    session: UUID,
    *,
    site: str,
    communes: Collection[str],
    actor: Actor,
    now: datetime,
    but: Callable[[Collection[UUID]], Collection[UUID]] = lambda _persons: (),
) -> int:
    """Give the free places of a session to those of these communes who wait and are due, group by group in their order.

    Within a group the first to register is the first to be called; who asked for another site is not. `but` tells of
    those who would be called which of them shall not be: who is here already, whom a doctor told to wait. Returns how
    many were given a place. Filled again, it fills what has become free.
    """
    if not policy.may_plan(actor, site=site) or not all(map(actor.reach.covers_commune, communes)):
        raise NotPermitted(site=site)
    # Every row of a list is compared with each code of the reach: these wards' few are enough, a province has a thousand.
    few = Reach(
        sites=actor.reach.sites & {site, *map(ward_code, communes)}, communes=actor.reach.communes & set(communes)
    )
    with looking(few):
        return _fill(session, site=site, communes=communes, actor=actor, now=now, but=but)


def _fill(
    session: UUID,
    *,
    site: str,
    communes: Collection[str],
    actor: Actor,
    now: datetime,
    but: Callable[[Collection[UUID]], Collection[UUID]],
) -> int:
    appointments.lock_session(session, site=site, now=now)
    told = queries.campaign_session(session, sites=[site])
    left, after, booked, looked_at = told.places - told.taken, None, 0, 0
    province, at_once = places.provinces_of([site]).get(site), max(2 * left, LOOKED_AT_FIRST)
    while left > 0 and looked_at < MOST_LOOKED_AT:
        waiting = _next_waiting(told, communes, after=after, limit=min(at_once, LOOKED_AT))
        if not waiting:
            break
        last = waiting[-1]
        after = campaigns.Place(
            target_group=last.target_group, registered_at=last.registered_at, registration=last.registration
        )
        looked_at, at_once = looked_at + min(at_once, LOOKED_AT), 2 * at_once
        here = [one for one in waiting if one.preferred_site in (None, site)]
        placed = queries.with_place([one.person for one in here], campaign=told.campaign)
        due = immunization.due(
            [one.person for one in here if one.person not in placed],
            product=told.product,
            on=told.day,
            province=province,
        )
        if not due:
            continue
        with looking(actor.reach):
            due -= set(but(due))
        wanted = [
            Wanted(id=uuid7(now), person=one.person, commune=one.commune, times=one.times)
            for one in here
            if one.person in due
        ][:left]
        given = appointments.book(session, wanted, site=site, actor=actor, now=now)
        count = sum(place is not None for place in given.values())
        booked, left = booked + count, left - count
    return booked


def _next_waiting(
    told: CampaignSession, communes: Collection[str], *, after: campaigns.Place | None, limit: int
) -> list[Registered]:
    """Return the next who wait, without those of whom the days since their dose say already that they are not due."""
    wait = timedelta(days=vaccines.shortest_wait(told.product, on=told.day))
    return campaigns.registered(
        told.campaign,
        communes,
        purpose=Purpose.REGISTRATION,
        after=after,
        limit=limit,
        not_dosed_after=told.day - wait,
    )


@transaction.atomic
def invite(session: UUID, *, site: str, actor: Actor, now: datetime) -> tuple[int, int]:
    """Tell those who have a place and were not told yet: by message, or by a letter for who has no phone.

    Returns how many messages and how many letters were queued. Told again, nobody is told twice.
    """
    if not policy.may_plan(actor, site=site):
        raise NotPermitted(site=site)
    appointments.lock_session(session, site=site, now=now)
    told = queries.campaign_session(session, sites=[site])
    found = database.rows(
        # The state is compared as no index has it: "whoever is booked" is an index of its own, and all of it would be read.
        # Whether there is anybody whom nobody calls is asked once, and of each only if there is.
        "update scheduling_appointment set invited_at = %s where session = %s and state || '' = 'booked' "
        "and invited_at is null and ((select not people_any_uncalled()) or not people_is_uncalled(person_id)) "
        "returning id, person_id, starts_at, reference",
        [now, session],
    )
    phones = people.with_phone([person for _, person, _, _ in found])
    messages, place = [], appointments.place_said(site)
    for identifier, person, starts_at, reference in found:
        values = {**appointments.told_when(place, starts_at), "reference": reference}
        by_phone = person in phones
        if by_phone:
            values["link"] = settings.TIEMCHUNG_PUBLIC_URL
        messages.append(
            Message(
                id=identifier,
                channel=Channel.SMS if by_phone else Channel.PRINT,
                template="invitation",
                values=values,
                to_person=person,
                purpose="invitation",
                campaign=told.campaign,
                site=site,
            )
        )
    notices.send(messages, now=now)
    by_message = sum(message.channel is Channel.SMS for message in messages)
    return by_message, len(messages) - by_message


@transaction.atomic
def call_off(session: UUID, *, site: str, reason: str, actor: Actor, now: datetime) -> int:
    """Close a session and cancel its appointments; who was invited is told. Returns how many places fell away."""
    if not policy.may_plan(actor, site=site):
        raise NotPermitted(site=site)
    appointments.lock_session(session, site=site, now=now)
    database.run(
        "update scheduling_session set state = 'closed', reason = %s where site = %s and id = %s",
        [reason[:200], site, session],
    )
    event = CampaignSessionCalledOff(id=uuid7(now), at=now, session=session, reason=reason[:200])
    journal.append([event], actor=actor, recorded_at=now, site=site)
    return appointments.end_all(session, site=site, actor=actor, now=now)
