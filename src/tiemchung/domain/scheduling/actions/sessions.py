"""Campaign sessions: opened with their slots, filled by priority and what is due, made known, called off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel
from tiemchung.domain.people import queries as people
from tiemchung.domain.places.values import ward_code
from tiemchung.domain.scheduling import policy, queries, rules
from tiemchung.domain.scheduling.actions import appointments
from tiemchung.domain.scheduling.errors import SessionImpossible
from tiemchung.domain.scheduling.events import CampaignSessionCalledOff, CampaignSessionPlanned
from tiemchung.domain.scheduling.values import CallListState, SessionTold, Wanted
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
"""How many one fill looks at before it tells where it stopped: a press on a page is answered within seconds. Ours."""


class Filled(NamedTuple):
    """How many were given a place, and behind whom somebody who waits was not looked at; None where nobody was left out."""

    placed: int
    after: campaigns.Place | None


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


def fill(
    session: UUID,
    *,
    site: str,
    communes: Collection[str],
    actor: Actor,
    now: datetime,
    but: queries.But = lambda _persons: (),
    after: campaigns.Place | None = None,
) -> Filled:
    """Give the free places of a session to those of these communes who wait and are due, group by group in their order.

    Within a group the first to register is the first to be called; who asked for another site is not. `but` tells of
    those who would be called which of them shall not be: who is here already, whom a doctor told to wait. Filled again, it
    fills what has become free.

    It goes down the line in short transactions, each with the session's lock; inside another transaction they are parts of it.
    What was given stays given whatever comes between, and nobody else waits for all of it. After `MOST_LOOKED_AT` it stops and
    tells where; told that place as `after`, it goes on there. Refuses a session that is over, also in the middle
    (`session-over`), and who may not plan there.
    """
    if not policy.may_plan(actor, site=site) or not all(map(actor.reach.covers_commune, communes)):
        raise NotPermitted(site=site)
    # Every row of a list is compared with each code of the reach: these wards' few are enough, a province has a thousand.
    few = Reach(
        sites=actor.reach.sites & {site, *map(ward_code, communes)}, communes=actor.reach.communes & set(communes)
    )
    placed, looked_at, at_once, called = 0, 0, 0, None
    while looked_at < MOST_LOOKED_AT:
        with transaction.atomic(), looking(few):
            appointments.lock_session(session, site=site, now=now)
            told = queries.campaign_session(session, sites=[site])
            left = sum(slot.free for slot in queries.slots_of(session, site=site) if slot.starts_at >= now)
            if not left:
                return Filled(placed, None)
            at_once = min(2 * at_once or max(2 * left, LOOKED_AT_FIRST), LOOKED_AT)
            called = queries.called_here(told) if called is None else called
            front = queries.front_for(told, communes, but=called, after=after, limit=at_once)
            free = queries.free_for(told, front.waiting, but=but, actor=actor, purpose=Purpose.REGISTRATION)
            wanted = [
                Wanted(id=uuid7(now), person=one.person, commune=one.commune, times=one.times) for one in free[:left]
            ]
            given = appointments.book(session, wanted, site=site, actor=actor, now=now) if wanted else {}
        count = sum(place is not None for place in given.values())
        placed, looked_at, after = placed + count, looked_at + front.looked_at, front.after
        if len(free) > left:
            # Some of these may have got a place elsewhere in this very moment: whoever stands behind them is next.
            after = campaigns.place_of(free[left - 1])
        if after is None or count == left:
            return Filled(placed, None)
    return Filled(placed, after)


@transaction.atomic
def invite(session: UUID, *, site: str, actor: Actor, now: datetime) -> tuple[int, int]:
    """Tell those who have a place and were not told yet: by message, or by a letter for who has no phone.

    Who stands on a list that was put forward is told when it is approved; who stands on none is told, unless the campaign
    wants every list approved. Returns how many messages and how many letters were queued. Told again, nobody is told twice.
    """
    if not policy.may_plan(actor, site=site):
        raise NotPermitted(site=site)
    appointments.lock_session(session, site=site, now=now)
    told = queries.campaign_session(session, sites=[site])
    campaign = campaigns.campaign(told.campaign)
    only_listed = campaign is not None and campaign.lists_approved
    lists = queries.call_lists(session, site=site)
    approved = [one.id for one in lists if one.state is CallListState.APPROVED]
    found = database.rows(
        # The state is compared as no index has it: "whoever is booked" is an index of its own, and all of it would be read.
        # Whether there is anybody whom nobody calls is asked once, and of each only if there is.
        "update scheduling_appointment set invited_at = %s where session = %s and state || '' = 'booked' "
        "and invited_at is null and ((select not people_any_uncalled()) or not people_is_uncalled(person_id)) "
        "and (call_list = any(%b::uuid[]) or (call_list is null and not %s)) "
        "returning id, person_id, starts_at, reference",
        [now, session, arrays.uuids(approved), only_listed],
    )
    phones = people.with_phone([person for _, person, _, _ in found])
    messages, place = [], appointments.place_said(site)
    for identifier, person, starts_at, reference in found:
        messages.append(
            appointments.invitation(
                identifier,
                person=person,
                place=place,
                starts_at=starts_at,
                reference=reference,
                channel=Channel.SMS if person in phones else Channel.PRINT,
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
