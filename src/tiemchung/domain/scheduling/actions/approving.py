"""The list of those who shall be called to a session for a batch of vaccine: put forward by one, approved by another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.scheduling import policy, queries
from tiemchung.domain.scheduling.actions.appointments import lock_session
from tiemchung.domain.scheduling.errors import (
    CallListEmpty,
    CallListImpossible,
    CallListSettled,
    CallListUnknown,
    OwnCallList,
)
from tiemchung.domain.scheduling.events import CallListApproved, CallListPutForward, CallListReturned
from tiemchung.domain.scheduling.values import CallListState
from tiemchung.kernel.actor import Actor, ActorKind
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

LONGEST = 120
"""Characters of a batch's name and of a reason. Ours."""

_STAND_ON = """
update scheduling_appointment set call_list = %s
where session = %s and state || '' = 'booked' and call_list is null and invited_at is null
"""
_TAKE_DOWN = (
    "update scheduling_appointment set call_list = null where session = %s and call_list = %s and invited_at is null"
)


@transaction.atomic
def put_forward(identifier: UUID, *, session: UUID, site: str, batch: str, actor: Actor, now: datetime) -> int:
    """Put those of a session who have a place and were not told yet on a list for a batch of vaccine; returns how many.

    `batch` is what the doses are called that the list is for: the order by which they were allotted, or a lot. Nobody of them
    is invited until somebody else has approved it. Told again under its id, it is one list. Refuses a session that is over,
    who may not plan there, a batch without a name (`call-list-impossible`) and nobody to put on it (`call-list-empty`).
    """
    if actor.kind is not ActorKind.STAFF or not policy.may_plan(actor, site=site):
        raise NotPermitted(site=site)
    called = " ".join(batch.split())
    if not called or len(called) > LONGEST:
        raise CallListImpossible(field="batch")
    lock_session(session, site=site, now=now)
    stands = database.row(
        "select session, people from scheduling_calllist where site = %s and id = %s", [site, identifier]
    )
    if stands is not None:
        if stands[0] != session:
            raise CallListImpossible(field="session")
        return int(stands[1])
    people = database.run(_STAND_ON, [identifier, session])
    if not people:
        raise CallListEmpty
    database.run(
        "insert into scheduling_calllist (site, id, session, batch, people, asked_at, asked_by, state, reason) "
        "values (%s, %s, %s, %s, %s, %s, %s, 'asked', '')",
        [site, identifier, session, called, people, now, actor.id],
    )
    event = CallListPutForward(id=identifier, at=now, session=session, batch=called, people=people)
    journal.append([event], actor=actor, recorded_at=now, site=site)
    return people


@transaction.atomic
def approve(identifier: UUID, *, session: UUID, site: str, actor: Actor, now: datetime) -> None:
    """Approve a list, so that those on it may be invited; told twice, it was approved once.

    Refuses whoever put it forward (`own-call-list`), and one that was sent back meanwhile (`call-list-settled`).
    """
    if _decided(identifier, CallListState.APPROVED, session=session, site=site, actor=actor, now=now, reason=""):
        event = CallListApproved(id=uuid7(now), at=now, call_list=identifier)
        journal.append([event], actor=actor, recorded_at=now, site=site)


@transaction.atomic
def send_back(identifier: UUID, *, session: UUID, site: str, reason: str, actor: Actor, now: datetime) -> None:
    """Send a list back with a reason: those on it keep their places and stand on no list. Told twice, it was sent back once.

    Whoever put it forward may take it back the same way. Refuses a list without a reason (`call-list-impossible`), and one
    that was approved meanwhile (`call-list-settled`).
    """
    told = " ".join(reason.split())
    if not told or len(told) > LONGEST:
        raise CallListImpossible(field="reason")
    if _decided(identifier, CallListState.SENT_BACK, session=session, site=site, actor=actor, now=now, reason=told):
        database.run(_TAKE_DOWN, [session, identifier])
        event = CallListReturned(id=uuid7(now), at=now, call_list=identifier, reason=told)
        journal.append([event], actor=actor, recorded_at=now, site=site)


def _decided(
    identifier: UUID, state: CallListState, *, session: UUID, site: str, actor: Actor, now: datetime, reason: str
) -> bool:
    """Decide a list under its session's lock; False if it stands decided like this already."""
    if actor.kind is not ActorKind.STAFF or not policy.may_plan(actor, site=site):
        raise NotPermitted(site=site)
    lock_session(session, site=site, now=now)
    found = next((one for one in queries.call_lists(session, site=site) if one.id == identifier), None)
    if found is None:
        raise CallListUnknown
    if found.state is state:
        return False
    if found.state is not CallListState.ASKED:
        raise CallListSettled
    if state is CallListState.APPROVED and found.asked_by == actor.id:
        raise OwnCallList
    database.run(
        "update scheduling_calllist set state = %s, decided_at = %s, decided_by = %s, reason = %s where site = %s and id = %s",
        [state.value, now, actor.id, reason, site, identifier],
    )
    return True
