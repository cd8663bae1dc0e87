"""What came of calling somebody in at the end of a day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.scheduling import policy, queries
from tiemchung.domain.scheduling.actions.appointments import lock_session
from tiemchung.domain.scheduling.errors import StandbyUnknown
from tiemchung.domain.scheduling.events import StandbyTold
from tiemchung.domain.scheduling.values import CampaignSession, StandbyState
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

_TOLD = """
update scheduling_standby set state = %s, told_at = %s, told_by = %s
where person_id = %s and session = %s and site = %s and state <> %s
"""
_STANDS = "select state from scheduling_standby where person_id = %s and session = %s and site = %s"


@transaction.atomic
def tell_standby(
    person: UUID, *, session: UUID, site: str, state: StandbyState, actor: Actor, now: datetime, by: UUID | None = None
) -> None:
    """Note that somebody on the stand-by list was called, and what they said. The last word stands; told twice, it is one.

    `by` is the member of the staff who called, where a device tells of it; the device stays the actor, for only its key
    signed. Nobody gets a place by it: whoever comes is received like anybody else. Refuses who may not call for the site, a session
    that is over, and a person who does not wait there (`standby-unknown`).
    """
    if not policy.may_call(actor, site=site):
        raise NotPermitted(site=site)
    lock_session(session, site=site, now=now)
    stands = database.row(_STANDS, [person, session, site])
    if stands is None:
        _insert(person, queries.campaign_session(session, sites=[site]), state, by=by or actor.id, actor=actor, now=now)
    elif not database.run(_TOLD, [state.value, now, by or actor.id, person, session, site, state.value]):
        return
    event = StandbyTold(id=uuid7(now), at=now, session=session, person=person, state=state.value, by=by)
    journal.append([event], actor=actor, recorded_at=now, site=site, persons={event.id: person})


def _insert(
    person: UUID, session: CampaignSession, state: StandbyState, *, by: UUID | None, actor: Actor, now: datetime
) -> None:
    commune = queries.waiting_ward(session, person, actor=actor)
    if commune is None:
        raise StandbyUnknown
    database.run(
        "insert into scheduling_standby (person_id, session, told_at, told_by, day, site, commune, state) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [person, session.id, now, by, session.day, session.site, commune, state.value],
    )
