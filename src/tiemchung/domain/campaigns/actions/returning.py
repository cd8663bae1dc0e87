"""Rows that come back by their key: whom each is of, what it says otherwise, and every way in which a key can be wrong.

A row by its key is never somebody new. Whatever is odd about a key, or makes it somebody else's, waits for a human.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.campaigns.actions.lists import own_list
from tiemchung.domain.campaigns.actions.registering import withdraw
from tiemchung.domain.campaigns.actions.seen import Seen, mark_of
from tiemchung.domain.campaigns.actions.taking import Taken, taken_list
from tiemchung.domain.campaigns.engine import rowkeys
from tiemchung.domain.campaigns.engine.differing import compared
from tiemchung.domain.campaigns.engine.listed import Read
from tiemchung.domain.campaigns.engine.rowkeys import RowKey
from tiemchung.domain.campaigns.queries.lists import missing_rows
from tiemchung.domain.campaigns.values import ListRow, Result
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.rules import identifier_key, phone_key
from tiemchung.domain.people.values import PersonShown
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import token_key
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing

_OF = """
select id, person_id, withdrawn_at is not null, target_group from campaigns_registration where id = any(%b::uuid[])
"""
_KEPT_UNDER = """
select person_id, hash from people_identifier where person_id = any(%b::uuid[])
union all select person_id, hash from people_contact where person_id = any(%b::uuid[])
"""


class _Standing(NamedTuple):
    """How the registration stands that a key is of, and whom."""

    registration: UUID
    person: UUID
    withdrawn: bool
    group: str


class _Record(NamedTuple):
    """How the person of a key is on record now: as shown, and the keyed hashes of their numbers and phones."""

    shown: PersonShown
    hashes: frozenset[bytes]


class Returned:
    """Answers those rows of one file that carry a key. The list that most of the first rows name is the file's own."""

    def __init__(self, *, campaign: str, commune: str, owner: Actor, taken: UUID | None, seen: Seen) -> None:
        self._campaign, self._commune, self._owner = campaign, commune, owner
        self._lists: dict[UUID, Taken | None] = {}
        self._seen = seen
        self.taken = taken

    def answer(self, rows: Sequence[tuple[Read, ListRow]], *, now: datetime) -> list[ListRow]:
        """Return these rows, answered as if they had no key, with what their keys say."""
        keys = [rowkeys.read(read.key) for read, _ in rows]
        if self.taken is None:
            named = Counter(key.list for key in keys if key is not None and self._is_ours(key))
            self.taken = named.most_common(1)[0][0] if named else None
        standing = self._standings(keys)
        records = self._records([one.person for one in standing.values()], now)
        return [self._answered(read, row, key, standing, records) for (read, row), key in zip(rows, keys, strict=True)]

    def _list(self, identifier: UUID) -> Taken | None:
        if identifier not in self._lists:
            self._lists[identifier] = taken_list(identifier)
        return self._lists[identifier]

    def _is_ours(self, key: RowKey) -> bool:
        found = self._list(key.list)
        return (
            found is not None
            and (found.campaign, found.commune) == (self._campaign, self._commune)
            and found.is_of(key)
        )

    def _standings(self, keys: Sequence[RowKey | None]) -> dict[UUID, _Standing]:
        wanted = []
        for key in keys:
            found = None if key is None or not self._is_ours(key) else self._list(key.list)
            if found is not None and key is not None:
                wanted.append(found.registrations[key.place - 1])
        return {row[0]: _Standing(*row) for row in database.rows(_OF, [arrays.uuids(wanted)])} if wanted else {}

    def _records(self, persons: list[UUID], now: datetime) -> dict[UUID, _Record]:
        """Return how these persons are on record; that they are shown beside the file is logged as a view."""
        if not persons:
            return {}
        shown = people.persons(persons, purpose=Purpose.REGISTRATION, actor=self._owner, viewed_at=now)
        hashes: dict[UUID, set[bytes]] = {person: set() for person in shown}
        packed = arrays.uuids(list(shown))
        for person, hashed in database.rows(_KEPT_UNDER, [packed, packed]):
            hashes[person].add(bytes(hashed))
        return {person: _Record(one, frozenset(hashes[person])) for person, one in shown.items()}

    def _answered(
        self,
        read: Read,
        row: ListRow,
        key: RowKey | None,
        standing: Mapping[UUID, _Standing],
        records: Mapping[UUID, _Record],
    ) -> ListRow:
        fault = self._fault_of(key)
        if row.result is Result.UNUSABLE:
            return row if key is None or fault else msgspec.structs.replace(row, taken=key.list, place=key.place)
        found = None if key is None else self._list(key.list)
        if key is None or found is None or not self._is_ours(key):
            return _doubtful(row, fault)
        of = standing.get(found.registrations[key.place - 1])
        record = None if of is None else records.get(of.person)
        if of is None or record is None:
            return _doubtful(row, "key-unknown")
        row = msgspec.structs.replace(row, candidates=[of.person, *(one for one in row.candidates if one != of.person)])
        above = self._seen.above(mark_of(key.list.bytes, str(key.place), "key"), row.line)
        if fault or above is not None:
            return _doubtful(row, fault) if fault else _doubtful(row, "key-twice", line=str(above))
        row = msgspec.structs.replace(row, taken=key.list, place=key.place)
        return _by_key(read, row, of, record, partial(found.was, key.place))

    def _fault_of(self, key: RowKey | None) -> str:
        """Return why a key is not one of the list that comes back, or nothing."""
        if key is None:
            return "key-changed"
        found = self._list(key.list)
        if found is None:
            return "key-unknown"
        if (found.campaign, found.commune) != (self._campaign, self._commune):
            return "key-elsewhere"
        if not found.is_of(key):
            return "key-changed"
        return "" if key.list == self.taken else "key-of-another-list"


def take_off_missing(identifier: UUID, registrations: Collection[UUID], *, actor: Actor, now: datetime) -> int:
    """Take those of these registrations off the list whose rows a file did not bring back; returns how many.

    As many as a page shows; any other is left as it is. Nobody leaves the list because a row is missing: somebody says so.
    """
    with transaction.atomic():
        own_list(identifier, actor)
        missing = missing_rows(identifier, actor=actor, purpose=Purpose.REGISTRATION).persons
        leaving = sorted(missing.keys() & set(registrations))
        for registration in leaving:
            withdraw(registration, actor=actor, now=now)
    return len(leaving)


def _by_key(read: Read, row: ListRow, of: _Standing, record: _Record, was: partial[bool]) -> ListRow:
    """Answer a row whose key is right and stands once: what it says otherwise than the record, if it is the same person."""
    shown, block = record.shown, read.block
    number = block.identifiers[0] if block and block.identifiers else None
    own_number = (
        number is not None and _hash(f"identifier:{number.kind}", identifier_key(number.value)) in record.hashes
    )
    phone = block.phone if block else None
    own_phone = phone is not None and _hash("phone", phone_key(phone)) in record.hashes
    told = compared(read, stands=stands_of(shown, of.group), was=was, own_number=own_number, own_phone=own_phone)
    row = msgspec.structs.replace(row, differences=told.differences)
    differing = {one.field for one in told.differences}
    if _is_somebody_else(read, shown, differing):
        return _doubtful(row, "key-of-somebody-else", name=shown.name)
    if of.withdrawn:
        return _doubtful(row, "key-taken-off")
    row = msgspec.structs.replace(row, of=of.registration)
    if differing - {"group"}:
        reason = read.reason if read.result is Result.DOUBT and read.wrong in differing else "key-differs"
        return _doubtful(row, reason, **(read.facts if reason == read.reason else {}))
    reason = "key-group" if differing else "key-newer" if told.changed_since else "key"
    return msgspec.structs.replace(
        row, result=Result.MATCH, reason=reason, facts={}, wrong="", start=0, end=0, person=of.person
    )


def stands_of(shown: PersonShown, group: str) -> dict[str, str]:
    """Return how a person stands, by field, as a list shows them."""
    return {
        "name": shown.name,
        "born": shown.born,
        "sex": shown.sex,
        "number": shown.identifiers[0].value if shown.identifiers else "",
        "phone": shown.phone or "",
        "group": group,
    }


def _is_somebody_else(read: Read, shown: PersonShown, differing: set[str]) -> bool:
    """Tell whether a row can hardly be of whom its key names: another name with another birth, or with another number."""
    if "name" not in differing or read.block is None or token_key(read.block.name) == token_key(shown.name):
        return False
    return "number" in differing or ("born" in differing and not _may_meet(read.block.born, shown.born))


def _may_meet(told: str, stands: str) -> bool:
    if not stands:
        return True
    one, other = PartialDate.parse(told), PartialDate.parse(stands)
    return one.earliest <= other.latest and other.earliest <= one.latest


def _hash(purpose: str, text: str) -> bytes:
    return sealing.lookup_hash(purpose, text)


def _doubtful(row: ListRow, reason: str, **facts: str) -> ListRow:
    return msgspec.structs.replace(row, result=Result.DOUBT, reason=reason, facts=facts, person=None)
