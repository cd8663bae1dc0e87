"""People who have a place and are called again: the place stays, the invitation goes out anew, once for each press."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices import queries as sent
from tiemchung.domain.notices.values import Channel, Standing, State
from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling import policy
from tiemchung.domain.scheduling.actions import appointments
from tiemchung.domain.scheduling.values import CalledAgain, NotAgain
from tiemchung.kernel.actor import Actor
from tiemchung.plumbing import arrays, database

REST = timedelta(hours=20)
"""How long an invitation that arrived is left alone before the same person is told again. Ours."""

_HELD = """
select id, person_id, site, starts_at, reference, invited_at is not null, confirmed_at is not null, coalesce(message, id), campaign
from scheduling_appointment
where person_id = any(%b::uuid[]) and campaign = %s and state || '' = 'booked'
  and ((select not people_any_uncalled()) or not people_is_uncalled(person_id))
order by id
"""
_TOLD = """
update scheduling_appointment a set message = x.m, invited_at = %s
from unnest(%b::uuid[], %b::uuid[], %b::uuid[]) as x(p, i, m) where a.person_id = x.p and a.id = x.i and a.state || '' = 'booked'
"""


class _Held(NamedTuple):
    id: UUID
    person: UUID
    site: str
    starts_at: datetime
    reference: str
    invited: bool
    confirmed: bool
    message: UUID
    campaign: str


class _Sorted(NamedTuple):
    """Who is called again and by which channel, how many this very press has called already, and why others are left."""

    calling: list[tuple[_Held, Channel]]
    done: Counter[Channel]
    left: Counter[NotAgain]


def again_of(persons: Sequence[UUID], *, campaign: str, actor: Actor, now: datetime) -> CalledAgain:
    """Return what calling these persons again would come to; nothing is done. Numbers only."""
    return _counted(_sorted(persons, campaign=campaign, batch=None, actor=actor, now=now, lock=False))


@transaction.atomic
def call_again(persons: Sequence[UUID], *, campaign: str, batch: UUID, actor: Actor, now: datetime) -> CalledAgain:
    """Send those of these persons who have a place their invitation anew, and say of the others why not.

    The place stays as it is. It goes by message, or by letter to whoever has no phone or whose message could not be sent; messages
    wait in the queue of all others and go out within the day's budget. `batch` is the press: told twice, nobody is told twice.
    Who was never invited is not called by this: first invitations go out from the session.
    """
    found = _sorted(persons, campaign=campaign, batch=batch, actor=actor, now=now, lock=True)
    if found.calling:
        messages = [_message_of(batch, held.id) for held, _ in found.calling]
        database.run(
            _TOLD,
            [
                now,
                arrays.uuids([held.person for held, _ in found.calling]),
                arrays.uuids([held.id for held, _ in found.calling]),
                arrays.uuids(messages),
            ],
        )
        place_of = cache(appointments.place_said)
        notices.send(
            [
                appointments.invitation(
                    message,
                    person=held.person,
                    place=place_of(held.site),
                    starts_at=held.starts_at,
                    reference=held.reference,
                    channel=channel,
                    campaign=held.campaign,
                    site=held.site,
                )
                for message, (held, channel) in zip(messages, found.calling, strict=True)
            ],
            now=now,
        )
    return _counted(found)


def _counted(found: _Sorted) -> CalledAgain:
    calling = found.done + Counter(channel for _, channel in found.calling)
    return CalledAgain(messages=calling[Channel.SMS], letters=calling[Channel.PRINT], left=dict(found.left))


def _sorted(
    persons: Sequence[UUID], *, campaign: str, batch: UUID | None, actor: Actor, now: datetime, lock: bool
) -> _Sorted:
    rows = database.rows(f"{_HELD} for update" if lock else _HELD, [arrays.uuids(list(persons)), campaign])
    held = [_Held(*row) for row in rows]
    standings, phones = sent.states_of([one.message for one in held]), people.with_phone([one.person for one in held])
    calling, done = list[tuple[_Held, Channel]](), Counter[Channel]()
    left = Counter({NotAgain.NO_PLACE: len(set(persons)) - len(held)})
    for one in held:
        standing = standings.get(one.message)
        if batch and one.message == _message_of(batch, one.id) and standing:
            done[standing.channel] += 1
        elif why := _why_not(one, standing, actor=actor, now=now):
            left[why] += 1
        else:
            lost = standing is not None and standing.state in (State.REFUSED, State.NO_CONTACT)
            calling.append((one, Channel.SMS if one.person in phones and not lost else Channel.PRINT))
    return _Sorted(calling, done, +left)


def _why_not(one: _Held, standing: Standing | None, *, actor: Actor, now: datetime) -> NotAgain | None:
    if not policy.may_plan(actor, site=one.site):
        return NotAgain.ELSEWHERE
    if one.starts_at < now:
        return NotAgain.OVER
    if not one.invited:
        return NotAgain.NOT_INVITED
    if one.confirmed:
        return NotAgain.ANSWERED
    return _why_not_yet(standing, now=now) if standing else None


def _why_not_yet(standing: Standing, *, now: datetime) -> NotAgain | None:
    if standing.state is State.QUEUED:
        return NotAgain.LETTER_HERE if standing.channel is Channel.PRINT else NotAgain.ON_ITS_WAY
    told_lately = standing.state is State.DELIVERED and standing.queued_at > now - REST
    return NotAgain.JUST_TOLD if told_lately else None


def _message_of(batch: UUID, appointment: UUID) -> UUID:
    """Return the id of the message that this very press sends for an appointment: pressed twice, it is the same."""
    return UUID(int=batch.int ^ (appointment.int & ((1 << 60) - 1)))
