"""Undoing a whole list: what it registered is taken back, 5,000 rows a transaction. Persons and doses stay as they are."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from tiemchung.domain.campaigns.actions.leavers import leave_sql
from tiemchung.domain.campaigns.actions.lists import AT_ONCE, KEEP, PART, WHILE_WAITING, own_list
from tiemchung.domain.campaigns.actions.strides import go_through_each
from tiemchung.domain.campaigns.errors import ListSettled
from tiemchung.domain.campaigns.events import RegistrationWithdrawn
from tiemchung.domain.campaigns.queries.lists import list_shown, read_part
from tiemchung.domain.campaigns.values import Channel, ListShown, ListState
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, jobs
from tiemchung.plumbing.rowsecurity import reaching

_TAKE_BACK = leave_sql("r.id = any(%b::uuid[]) and r.campaign = %s and r.commune = %s and r.channel = %s")


def undo_list(identifier: UUID, *, actor: Actor, now: datetime) -> ListShown:
    """Take back every registration that a kept list made. Told twice, each is taken back once; a long list is a job's work.

    Who was on the campaign's list before stays on it, and so does who has registered by another way since. Persons, doses
    and appointments stay. Refuses a list that was not kept, or whose rows are erased (`list-settled`).
    """
    with transaction.atomic():
        shown = own_list(identifier, actor)
        if shown.state in (ListState.UNDOING, ListState.UNDONE):
            return shown
        if shown.state is not ListState.KEPT:
            raise ListSettled
        database.run(
            "update campaigns_list set state = 'undoing', decided_at = %s where id = %s and state = 'kept'",
            [now, identifier],
        )
        if shown.rows > WHILE_WAITING:
            jobs.soon(KEEP)
        else:
            while undo_next(identifier, AT_ONCE // PART, now=now):
                pass
    return list_shown(identifier, actor=actor, purpose=Purpose.REGISTRATION)


def undo_waiting(*, now: datetime) -> int:
    """Undo the lists that were decided to be, 5,000 rows a transaction; returns how many it finished. A worker's work."""
    waiting = database.rows("select id from campaigns_list where state = 'undoing' order by decided_at, id")
    return go_through_each((row[0] for row in waiting), partial(undo_next, now=now), most=AT_ONCE // PART)


@transaction.atomic
def undo_next(identifier: UUID, parts: int, *, now: datetime) -> bool:
    """Take back what the next parts of a list registered; False once none is left, and then the list is undone."""
    told = database.row(
        "select owner, commune, campaign from campaigns_list where id = %s and state = 'undoing' for update",
        [identifier],
    )
    if told is None:
        return False
    found = database.rows(
        "select part, sealed from campaigns_listpart where list = %s and kept order by part limit %s for update",
        [identifier, parts],
    )
    if not found:
        database.run("update campaigns_list set state = 'undone' where id = %s", [identifier])
        return False
    rows = [row.id for part, sealed in found for row in read_part(identifier, part, bytes(sealed)) if row.certain]
    taken = _take_back(rows, owner=told[0], commune=told[1], campaign=told[2], now=now)
    database.run(
        "update campaigns_listpart set kept = false where list = %s and part = any(%b::int4[])",
        [identifier, arrays.integers([part for part, _ in found])],
    )
    database.run("update campaigns_list set undone = undone + %s where id = %s", [taken, identifier])
    return True


def _take_back(rows: list[UUID], *, owner: UUID, commune: str, campaign: str, now: datetime) -> int:
    """Take back these registrations as whoever decided, in the reach of this ward alone; return how many there were."""
    ward, channel = ward_code(commune), Channel.LIST.value
    reach = Reach(communes=frozenset({commune}), sites=frozenset({ward}))
    by = Actor(id=owner, kind=ActorKind.STAFF, powers=frozenset({Power.PLAN}), reach=reach)
    with reaching(reach):
        gone = database.rows(_TAKE_BACK, [arrays.uuids(rows), campaign, commune, channel, now])
        events = [
            RegistrationWithdrawn(id=uuid7(now), at=now, registration=registration) for registration, _, _ in gone
        ]
        persons = {event.id: person for event, (_, person, _) in zip(events, gone, strict=True)}
        if events:
            journal.append(events, actor=by, recorded_at=now, site=ward, persons=persons)
    return len(gone)
