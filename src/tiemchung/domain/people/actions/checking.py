"""A ward's list and the population register: it is signed and sent, comes back with what differs, is mended, is signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import policy, queries
from tiemchung.domain.people.errors import CheckedListUnknown, CheckedListWaits, RegisterUnset
from tiemchung.domain.people.events import ListSent, ListSigned
from tiemchung.domain.people.values import CheckedList, Verification
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import reaching

AT_ONCE = 5_000
"""Persons put on a list in one transaction."""

_SENT = """
insert into people_register_list (site, id, sent_by, sent_at, commune) values (%s, %s, %s, %s, %s) on conflict do nothing
"""
_PUT = """
insert into people_register_listed (person_id, list, site, commune)
select p.id, %s, %s, %s from people_person p where p.id = any(%b::uuid[]) order by p.id
on conflict do nothing
"""
_ASK = """
insert into people_register_state (person_id, site, commune, due_at, list)
select p.id, p.site, p.commune, %s, %s from people_person p where p.id = any(%b::uuid[])
order by p.id
on conflict (person_id) do update set list = excluded.list, due_at = excluded.due_at,
    asked_about = case when people_register_state.state = 2 then null else people_register_state.asked_about end
"""
# Of whom the register has called wrong the fields are asked; who was right stays right without a question.


def send_list(
    identifier: UUID, persons: Iterable[UUID], *, count: int, commune: str, actor: Actor, now: datetime
) -> None:
    """Sign a list of a ward for the register to say which fields of each person differ; told twice, it is sent once.

    Opens transactions of its own, some thousands of persons each; one that broke off is taken up by telling it again.
    Refuses where no register is set, who does not plan for this ward, and a list of another.
    """
    if not queries.register_is_set():
        raise RegisterUnset
    if actor.id is None or not policy.may_check_list(actor, commune=commune):
        raise NotPermitted
    ward = ward_code(commune)
    with reaching(actor.reach):
        if database.run(_SENT, [ward, identifier, actor.id, now, commune]):
            fact = ListSent(id=uuid7(now), at=now, list=identifier, commune=commune, persons=count)
            journal.append([fact], actor=actor, recorded_at=now, site=ward)
        if _open_list(identifier, commune=commune).signed_at is not None:
            return
    waiting = iter(persons)
    while some := list(islice(waiting, AT_ONCE)):
        with reaching(actor.reach):
            _put(identifier, some, ward=ward, commune=commune, now=now)


def sign_list(identifier: UUID, *, actor: Actor, now: datetime) -> None:
    """Sign a list as checked and mended, with how many are in each state now; told twice, it is signed once.

    Being signed in is the signer's own proof. What still differs stands beside the signature and stops nobody. Refuses a
    list of another ward, and one of which somebody is yet to be asked about.
    """
    with transaction.atomic():
        row = database.row("select commune from people_register_list where id = %s for update", [identifier])
        if row is None:
            raise CheckedListUnknown
        if actor.id is None or not policy.may_check_list(actor, commune=row[0]):
            raise NotPermitted
        stands = _open_list(identifier, commune=row[0])
        if stands.signed_at is not None:
            return
        if stands.waiting:
            raise CheckedListWaits(waiting=stands.waiting)
        database.run(
            "update people_register_list set signed_by = %s, signed_at = %s where id = %s", [actor.id, now, identifier]
        )
        journal.append([_signature(stands, now=now)], actor=actor, recorded_at=now, site=ward_code(stands.commune))


def _signature(stands: CheckedList, *, now: datetime) -> ListSigned:
    return ListSigned(
        id=uuid7(now),
        at=now,
        list=stands.id,
        commune=stands.commune,
        right=stands.counts[Verification.RIGHT],
        wrong=stands.counts[Verification.WRONG],
        no_number=stands.counts[Verification.NO_NUMBER],
        not_yet=stands.counts[Verification.NOT_YET],
    )


def _open_list(identifier: UUID, *, commune: str) -> CheckedList:
    """Return a list of this ward. A list that another ward sent under this id is not there."""
    stands = queries.checked_list(identifier)
    if stands is None or stands.commune != commune:
        raise CheckedListUnknown
    return stands


def _put(identifier: UUID, persons: Sequence[UUID], *, ward: str, commune: str, now: datetime) -> None:
    packed = arrays.uuids(sorted(set(persons)))
    if database.run(_PUT, [identifier, ward, commune, packed]):
        database.run(_ASK, [now, identifier, packed])
