"""The line of those who wait, as a session calls them: the next of it, and who of them is free to come."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from uuid import UUID

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Registered
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling.queries.sessions import with_place
from tiemchung.domain.scheduling.values import CampaignSession
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import looking

But = Callable[[Collection[UUID]], Collection[UUID]]
"""Tells of persons which of them shall not be called: who is here already, whom a doctor told to wait."""


def front_for(
    session: CampaignSession,
    communes: Collection[str],
    *,
    but: Collection[UUID] = (),
    after: campaigns.Place | None,
    limit: int,
) -> campaigns.Front:
    """Return who waits next, without those of whom the days since their dose say already that they are not due.

    Persons in `but` are passed by, and not counted among those who were looked at.
    """
    wait = timedelta(days=vaccines.shortest_wait(session.product, on=session.day))
    return campaigns.front(
        session.campaign,
        communes,
        purpose=Purpose.REGISTRATION,
        after=after,
        limit=limit,
        not_dosed_after=session.day - wait,
        but=but,
    )


def called_here(session: CampaignSession) -> list[UUID]:
    """Return who has a place at this site: a hall that is planned for days has called the whole front of the line.

    Ids for `front_for` to pass by: nothing is logged.
    """
    found = database.rows(
        "select person_id from scheduling_appointment where site = %s and campaign = %s and state = 'booked'",
        [session.site, session.campaign],
    )
    return [person for (person,) in found]


def free_for(
    session: CampaignSession, waiting: Collection[Registered], *, but: But, actor: Actor, purpose: Purpose
) -> list[Registered]:
    """Return those of these who wish for no other site, have no place yet, are due that day, and whom `but` does not name.

    `but` is asked within the actor's whole reach. Ids and times of those asked for: nothing is logged.
    """
    del purpose
    here = [one for one in waiting if one.preferred_site in (None, session.site)]
    placed = with_place([one.person for one in here], campaign=session.campaign)
    due = immunization.due(
        [one.person for one in here if one.person not in placed],
        product=session.product,
        on=session.day,
        province=places.provinces_of([session.site]).get(session.site),
    )
    if due:
        with looking(actor.reach):
            due -= set(but(due))
    return [one for one in here if one.person in due]
