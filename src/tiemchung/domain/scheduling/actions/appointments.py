"""Places in slots: given a batch at a time under the session's lock, so that no slot is overbooked and none is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling import policy, queries, rules
from tiemchung.domain.scheduling.errors import (
    AppointmentChanged,
    AppointmentUnknown,
    SessionOver,
    SessionUnknown,
    SlotFull,
)
from tiemchung.domain.scheduling.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentMissed,
    AppointmentMoved,
)
from tiemchung.domain.scheduling.values import Wanted
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Reach
from tiemchung.kernel.clock import VIET_NAM, business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import opening, reaching

_BOOK = """
insert into scheduling_appointment
    (person_id, id, session, starts_at, booked_at, day, site, commune, campaign, product, reference, state)
select x.p, x.i, s.id, x.t, %s, s.day, s.site, x.c, s.campaign, s.product, x.r, 'booked'
from unnest(%b::uuid[], %b::uuid[], %b::timestamptz[], %b::text[], %b::text[]) as x(p, i, t, c, r), scheduling_session s
where s.id = %s and s.site = %s on conflict do nothing returning id
"""
_TAKE = """
update scheduling_slot s set taken = s.taken + x.n from unnest(%b::timestamptz[], %b::int4[]) as x(t, n)
where s.site = %s and s.session = %s and s.starts_at = x.t
"""


class _Held(NamedTuple):
    id: UUID
    person: UUID
    session: UUID
    site: str
    starts_at: datetime
    state: str
    reference: str
    invited: bool


@transaction.atomic
def book(
    session: UUID, wanted: Sequence[Wanted], *, site: str, actor: Actor, now: datetime
) -> dict[UUID, datetime | None]:
    """Give places in the order of `wanted`; returns for each appointment when it is, None where there was no place.

    No place is given in a slot that has begun. Told again, an appointment that stands stays as it is; who has a place in
    the campaign already gets no second one.
    Refuses a session that is over (`session-over`) and who may not plan there.
    """
    if not policy.may_plan(actor, site=site):
        raise NotPermitted(site=site)
    lock_session(session, site=site, now=now)
    slots = [slot for slot in queries.slots_of(session, site=site) if slot.starts_at >= now]
    known = _standing([one.id for one in wanted])
    fresh = [one for one in {one.id: one for one in wanted}.values() if one.id not in known]
    given = {
        one.id: (one, place)
        for one, place in zip(fresh, rules.places_for(fresh, slots), strict=True)
        if place is not None
    }
    kept = _insert(session, given, site=site, now=now)
    take(session, Counter(given[identifier][1] for identifier in kept), site=site)
    booked = [given[identifier] for identifier in given if identifier in kept]
    journal.append(
        [
            AppointmentBooked(id=one.id, at=now, session=session, person=one.person, starts_at=place)
            for one, place in booked
        ],
        actor=actor,
        recorded_at=now,
        site=site,
        persons={one.id: one.person for one, _ in booked},
    )
    told = {one.id: known.get(one.id) for one in wanted}
    return told | {one.id: place for one, place in booked}


def lock_session(session: UUID, *, site: str, now: datetime) -> None:
    """Let one at a time give places in a session, until the transaction ends. Refuses one that is closed or past."""
    found = database.row(
        "select state, day from scheduling_session where site = %s and id = %s for update", [site, session]
    )
    if found is None:
        raise SessionUnknown
    if found[0] != "open" or found[1] < now.astimezone(VIET_NAM).date():
        raise SessionOver


def _standing(identifiers: Sequence[UUID]) -> dict[UUID, datetime]:
    return dict(
        database.rows(
            "select id, starts_at from scheduling_appointment where id = any(%b::uuid[])", [arrays.uuids(identifiers)]
        )
    )


def _insert(session: UUID, given: dict[UUID, tuple[Wanted, datetime]], *, site: str, now: datetime) -> set[UUID]:
    if not given:
        return set()
    found = database.rows(
        _BOOK,
        [
            now,
            arrays.uuids([one.person for one, _ in given.values()]),
            arrays.uuids(list(given)),
            arrays.instants([place for _, place in given.values()]),
            arrays.texts([one.commune for one, _ in given.values()]),
            arrays.texts([rules.new_reference() for _ in given]),
            session,
            site,
        ],
    )
    return {identifier for (identifier,) in found}


def take(session: UUID, places_taken: Counter[datetime], *, site: str) -> None:
    """Count places as taken, or as free again, by their slots; under the session's lock."""
    if places_taken:
        ordered = sorted(places_taken)
        database.run(
            _TAKE,
            [
                arrays.instants(ordered),
                arrays.integers([places_taken[slot] for slot in ordered]),
                site,
                session,
            ],
        )


@transaction.atomic
def move(appointment: UUID, *, starts_at: datetime, actor: Actor, now: datetime) -> None:
    """Let somebody come at another time of the same session. Refuses a slot without a free place (`slot-full`).

    Who chose the time themselves has answered by it; who is moved by the staff has not answered to that time yet.
    """
    held = changeable(appointment, actor)
    if held.starts_at == starts_at:
        return
    with _at_site(held.site, actor):
        lock_session(held.session, site=held.site, now=now)
        # What stood before the lock may have been moved or ended meanwhile, by the same form sent twice for one.
        stands = database.row("select starts_at, state from scheduling_appointment where id = %s", [appointment])
        if stands is None or stands[1] != "booked":
            raise AppointmentUnknown
        if stands[0] == starts_at:
            return
        slots = queries.slots_of(held.session, site=held.site)
        free = {slot.starts_at: slot.free for slot in slots if slot.starts_at >= now}
        if free.get(starts_at, 0) <= 0:
            raise SlotFull
        database.run(
            "update scheduling_appointment set starts_at = %s, confirmed_at = %s where id = %s",
            [starts_at, answered_by(actor, now), appointment],
        )
        take(held.session, Counter({starts_at: 1, stands[0]: -1}), site=held.site)
        event = AppointmentMoved(
            id=uuid7(now), at=now, appointment=appointment, session=held.session, starts_at=starts_at
        )
        journal.append([event], actor=actor, recorded_at=now, site=held.site, persons={event.id: held.person})
        if held.invited:
            tell(held, "appointment-moved", starts_at=starts_at, now=now)


def answered_by(actor: Actor, now: datetime) -> datetime | None:
    """Return when whoever chose a time answered by it: a citizen now, a planner who chooses for them not at all."""
    return now if actor.kind is ActorKind.CITIZEN else None


@transaction.atomic
def confirm(appointment: UUID, *, starts_at: datetime, actor: Actor, now: datetime) -> None:
    """Note that somebody said that they come at this time; said twice, the first word stands. Nobody's place hangs on it.

    Only whoever holds the person's book answers. Refuses an appointment that is past (`appointment-unknown`), and one that
    was moved since the page was shown (`appointment-changed`): who says yes to eight has not said yes to ten.
    """
    held = changeable(appointment, actor)
    if actor.kind is not ActorKind.CITIZEN or held.starts_at.astimezone(VIET_NAM).date() < business_day(now):
        raise AppointmentUnknown
    with _at_site(held.site, actor):
        stands = database.row(
            "select starts_at, confirmed_at is not null from scheduling_appointment "
            "where id = %s and state = 'booked' for update",
            [appointment],
        )
        if stands is None:
            raise AppointmentUnknown
        if stands[0] != starts_at:
            raise AppointmentChanged
        if stands[1]:
            return
        database.run("update scheduling_appointment set confirmed_at = %s where id = %s", [now, appointment])
        event = AppointmentConfirmed(id=uuid7(now), at=now, appointment=appointment, starts_at=starts_at)
        journal.append([event], actor=actor, recorded_at=now, site=held.site, persons={event.id: held.person})


@transaction.atomic
def cancel(appointment: UUID, *, actor: Actor, now: datetime, declined: bool = True) -> None:
    """Free somebody's place again; cancelled twice, it is cancelled once.

    A citizen who does so has declined it, unless it ends only because they have another one (not `declined`).
    """
    held = changeable(appointment, actor, cancelled_too=True)
    if held.state == "cancelled":
        return
    with _at_site(held.site, actor):
        if not end(held, "cancelled"):
            return
        if declined and answered_by(actor, now):
            database.run("update scheduling_appointment set declined_at = %s where id = %s", [now, appointment])
        event = AppointmentCancelled(id=uuid7(now), at=now, appointment=appointment)
        journal.append([event], actor=actor, recorded_at=now, site=held.site, persons={event.id: held.person})
        if held.invited:
            tell(held, "appointment-cancelled", starts_at=None, now=now)


@transaction.atomic
def miss(appointment: UUID, *, actor: Actor, now: datetime) -> None:
    """Note that somebody did not come. Their registration stands, and another session may call them again."""
    held = changeable(appointment, actor)
    if not policy.may_plan(actor, site=held.site):
        raise NotPermitted
    if not end(held, "missed"):
        return
    event = AppointmentMissed(id=uuid7(now), at=now, appointment=appointment)
    journal.append([event], actor=actor, recorded_at=now, site=held.site, persons={event.id: held.person})


def end(held: _Held, state: str) -> bool:
    """Let an appointment end, and tell whether it stood until now; a cancelled place is free again, a missed one is past."""
    database.row("select 1 from scheduling_session where site = %s and id = %s for update", [held.site, held.session])
    ended = database.row(
        "update scheduling_appointment set state = %s where id = %s and state = 'booked' returning starts_at",
        [state, held.id],
    )
    if ended and state == "cancelled":
        take(held.session, Counter({ended[0]: -1}), site=held.site)
    return ended is not None


def changeable(appointment: UUID, actor: Actor, *, cancelled_too: bool = False) -> _Held:
    """Return a standing appointment that the actor may change; any other is refused as unknown."""
    own = queries.own_persons(actor)
    with opening(own - actor.reach.books):
        found = database.row(
            "select id, person_id, session, site, starts_at, state, reference, invited_at is not null "
            "from scheduling_appointment where id = %s",
            [appointment],
        )
    if found is None:
        raise AppointmentUnknown
    held = _Held(*found)
    if not policy.may_change(actor, site=held.site, person=held.person, own=own):
        raise AppointmentUnknown
    if held.state != "booked" and not (cancelled_too and held.state == "cancelled"):
        raise AppointmentUnknown
    return held


def _at_site(site: str, actor: Actor) -> AbstractContextManager[None]:
    return reaching(Reach(sites=actor.reach.sites | {site}, communes=actor.reach.communes))


def free(persons: Sequence[UUID], *, now: datetime) -> int:
    """Free the places ahead of these persons without a word to anybody; returns how many. For a worker's session.

    One session after the other, each under its lock, in one order.
    """
    found = database.rows(
        "select id, person_id, session, site, starts_at, state, reference, invited_at is not null "
        "from scheduling_appointment where person_id = any(%b::uuid[]) and state = 'booked' and starts_at >= %s "
        "order by site, session, id",
        [arrays.uuids(persons), now],
    )
    ended = [held for held in (_Held(*row) for row in found) if end(held, "cancelled")]
    for held in ended:
        event = AppointmentCancelled(id=uuid7(now), at=now, appointment=held.id)
        journal.append([event], actor=SYSTEM, recorded_at=now, site=held.site, persons={event.id: held.person})
    return len(ended)


def end_all(session: UUID, *, site: str, actor: Actor, now: datetime) -> int:
    """Cancel every place of a session, under its lock, and tell those who were invited; returns how many there were.

    A hall's day is thousands of people: places, facts and messages are one statement each, however many they are.
    """
    found = database.rows(
        # Compared as no index has it: see `sessions.invite`.
        "update scheduling_appointment set state = 'cancelled' where session = %s and state || '' = 'booked' "
        "returning id, person_id, session, site, starts_at, state, reference, invited_at is not null",
        [session],
    )
    ended = [_Held(*row) for row in found]
    take(session, Counter({slot: -count for slot, count in Counter(one.starts_at for one in ended).items()}), site=site)
    events = [AppointmentCancelled(id=uuid7(now), at=now, appointment=one.id) for one in ended]
    persons = {event.id: one.person for event, one in zip(events, ended, strict=True)}
    journal.append(events, actor=actor, recorded_at=now, site=site, persons=persons)
    invited = [one for one in ended if one.invited]
    notices.send(
        [_message(one, "appointment-cancelled", {"reference": one.reference}, now=now) for one in invited], now=now
    )
    return len(ended)


def invitation(
    message: UUID,
    *,
    person: UUID,
    place: str,
    starts_at: datetime,
    reference: str,
    channel: Channel,
    campaign: str,
    site: str,
) -> Message:
    """Return the message or letter that invites somebody to their place; a letter carries no link."""
    values = {**told_when(place, starts_at), "reference": reference}
    if channel is not Channel.PRINT:
        values["link"] = settings.TIEMCHUNG_PUBLIC_URL
    return Message(
        id=message,
        channel=channel,
        template="invitation",
        values=values,
        to_person=person,
        purpose="invitation",
        campaign=campaign,
        site=site,
    )


def tell(held: _Held, template: str, *, starts_at: datetime | None, now: datetime) -> None:
    """Tell whoever was invited what became of their appointment."""
    values = {"reference": held.reference}
    if starts_at is not None:
        values |= told_when(place_said(held.site), starts_at)
    notices.send([_message(held, template, values, now=now)], now=now)


def _message(held: _Held, template: str, values: dict[str, str], *, now: datetime) -> Message:
    return Message(
        id=uuid7(now),
        channel=Channel.SMS,
        template=template,
        values=values,
        to_person=held.person,
        purpose="invitation",
        site=held.site,
    )


def place_said(site: str) -> str:
    """Return a site's name as a message says it: a campaign's messages are asked for it once and not each."""
    found = places.site(site)
    return (found.name if found else site)[:60]


def told_when(place: str, starts_at: datetime) -> dict[str, str]:
    """Return place, day and time as a message says them."""
    local = starts_at.astimezone(VIET_NAM)
    return {"place": place, "day": f"{local:%d/%m/%Y}", "time": f"{local:%H:%M}"}
