"""An appointment that goes to another session of its campaign, or to whom its holder was proved to be."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling import policy, queries
from tiemchung.domain.scheduling.actions import appointments
from tiemchung.domain.scheduling.errors import AppointmentUnknown, NotDueThen, SessionUnknown, SlotFull
from tiemchung.domain.scheduling.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from tiemchung.domain.scheduling.values import AppointmentState
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

_MOVE = """
update scheduling_appointment set session = %s, site = %s, day = %s, product = %s, starts_at = %s, confirmed_at = %s,
    call_list = null
where id = %s and session = %s and starts_at = %s and state = 'booked'
"""


_HAND_OVER = """
insert into scheduling_appointment
    (person_id, id, session, starts_at, booked_at, invited_at, confirmed_at, message, call_list, day, site, commune, campaign,
     product, reference, state)
select %s, %s, session, starts_at, %s, invited_at, confirmed_at, coalesce(message, id), call_list, day, site, commune, campaign,
    product, reference, 'booked'
from scheduling_appointment where id = %s and state = 'booked' on conflict do nothing
"""


@transaction.atomic
def hand_over(before: UUID, *, after: UUID, actor: Actor, now: datetime) -> None:
    """Give the place that an account's claim was called to, to the person who the claim was proved to be.

    Slot and reference stay as they were told. Who has a place in the campaign already keeps that one, and the other is free.
    """
    standing = [
        one
        for one in queries.own_appointments(actor, purpose=Purpose.OWN)
        if one.person == before and one.state is AppointmentState.BOOKED
    ]
    for one in standing:
        held = appointments.changeable(one.id, actor)
        fresh = uuid7(now)
        with reaching(Reach(sites=actor.reach.sites | {held.site}, communes=actor.reach.communes)):
            if not database.run(_HAND_OVER, [after, fresh, now, held.id]):
                appointments.cancel(held.id, actor=actor, now=now, declined=False)
                continue
            database.run("update scheduling_appointment set state = 'cancelled' where id = %s", [held.id])
            events: list[Event] = [
                AppointmentCancelled(id=uuid7(now), at=now, appointment=held.id),
                AppointmentBooked(id=fresh, at=now, session=held.session, person=after, starts_at=held.starts_at),
            ]
            persons = {events[0].id: before, fresh: after}
            journal.append(events, actor=actor, recorded_at=now, site=held.site, persons=persons)


@transaction.atomic
def move_to(appointment: UUID, *, session: UUID, site: str, starts_at: datetime, actor: Actor, now: datetime) -> None:
    """Let somebody come to another session of the same campaign, under the reference that they were told.

    Moved twice, they are moved once. Refuses a slot without a free place (`slot-full`), a session that is over or of
    another campaign, and a day or product that is not due for them (`not-due-then`).
    """
    held = appointments.changeable(appointment, actor)
    if session == held.session:
        appointments.move(appointment, starts_at=starts_at, actor=actor, now=now)
        return
    if actor.kind is not ActorKind.CITIZEN and not policy.may_plan(actor, site=site):
        raise NotPermitted(site=site)
    with reaching(Reach(sites=actor.reach.sites | {held.site, site}, communes=actor.reach.communes)):
        for place, one in sorted([(held.site, held.session), (site, session)]):
            appointments.lock_session(one, site=place, now=now)
        before, target = (
            queries.campaign_session(one, sites=[place]) for place, one in ((held.site, held.session), (site, session))
        )
        if before.campaign != target.campaign:
            raise SessionUnknown
        province = places.provinces_of([site]).get(site)
        if not immunization.due([held.person], product=target.product, on=target.day, province=province):
            raise NotDueThen(day=target.day)
        # What was read before the locks may have been moved or ended meanwhile: then nothing is moved.
        answered = appointments.answered_by(actor, now)
        row = [
            session,
            site,
            target.day,
            target.product,
            starts_at,
            answered,
            appointment,
            held.session,
            held.starts_at,
        ]
        if not database.run(_MOVE, row):
            stands = database.row(
                "select session, starts_at, state from scheduling_appointment where id = %s", [appointment]
            )
            if stands == (session, starts_at, "booked"):
                return
            raise AppointmentUnknown
        slots = {slot.starts_at: slot for slot in queries.slots_of(session, site=site)}
        if starts_at < now or starts_at not in slots or slots[starts_at].free <= 0:
            raise SlotFull
        appointments.take(held.session, Counter({held.starts_at: -1}), site=held.site)
        appointments.take(session, Counter({starts_at: 1}), site=site)
        event = AppointmentMoved(id=uuid7(now), at=now, appointment=appointment, session=session, starts_at=starts_at)
        journal.append([event], actor=actor, recorded_at=now, site=site, persons={event.id: held.person})
        if held.invited:
            appointments.tell(held._replace(site=site), "appointment-moved", starts_at=starts_at, now=now)
