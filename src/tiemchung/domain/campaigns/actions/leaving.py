"""Taking people off the list by a reason, as many as somebody chose, by one statement a ward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.campaigns import policy
from tiemchung.domain.campaigns.actions.leavers import leave_sql
from tiemchung.domain.campaigns.events import RegistrationWithdrawn
from tiemchung.domain.campaigns.values import TakeOffReason
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import reaching

_TAKE_OFF = leave_sql("r.id = any(%b::uuid[]) and r.commune = any(%b::text[])")


@transaction.atomic
def take_off(
    registrations: Collection[UUID], *, communes: Collection[str], reason: TakeOffReason, actor: Actor, now: datetime
) -> int:
    """Take these registrations of these communes off the list, and return how many there were; told twice, each leaves once.

    Persons, doses and appointments stay as they are; whoever registers again is on the list again. One of another commune is
    left as it is. Refuses communes for which the actor does not plan (`not-permitted`).
    """
    if not all(policy.may_plan(actor, commune=commune) for commune in communes):
        raise NotPermitted
    gone = database.rows(
        _TAKE_OFF, [arrays.uuids(sorted(set(registrations))), arrays.texts(sorted(set(communes))), now]
    )
    by_commune = defaultdict[str, list[tuple[UUID, UUID]]](list)
    for registration, person, commune in gone:
        by_commune[commune].append((registration, person))
    for commune, rows in sorted(by_commune.items()):
        ward = ward_code(commune)
        events = [
            RegistrationWithdrawn(id=uuid7(now), at=now, registration=registration, reason=reason.value)
            for registration, _ in rows
        ]
        persons = {event.id: person for event, (_, person) in zip(events, rows, strict=True)}
        with reaching(Reach(communes=frozenset({commune}), sites=frozenset({ward}))):
            journal.append(events, actor=actor, recorded_at=now, site=ward, persons=persons)
    return len(gone)
