"""Making persons. A person block of an arrival makes one; an identifier that another person has is a doubt, never a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.people import rules
from tiemchung.domain.people.values import OLD_CARD, PERSONAL_NUMBER, PersonTold
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.finding import Finding, Severity
from tiemchung.kernel.names import display_name, name_key, sorted_key
from tiemchung.plumbing import arrays, database, sealing

# The holders are those of before: a statement does not see what it writes itself.
_MAKE = """
with person as (
    insert into people_person (id, recorded_at, born_from, born_to, sex, commune, target_group, site, name_key,
                               name_tokens, name, entry)
    select * from unnest(%b::uuid[], %b::timestamptz[], %b::date[], %b::date[], %b::int2[], %b::text[], %b::text[],
                         %b::text[], %b::bytea[], %b::bytea[], %b::bytea[], %b::uuid[])
    on conflict do nothing returning 1
), identifier as (
    insert into people_identifier (hash, kind, person_id, site, recorded_at, sealed, valid_to)
    select * from unnest(%b::bytea[], %b::text[], %b::uuid[], %b::text[], %b::timestamptz[], %b::bytea[], %b::date[])
    on conflict do nothing
), contact as (
    insert into people_contact (hash, person_id, site, recorded_at, sealed)
    select * from unnest(%b::bytea[], %b::uuid[], %b::text[], %b::timestamptz[], %b::bytea[])
    on conflict do nothing
)
select hash, person_id, 0 from people_holders(%b)
union all
select null, null, count(*) from person
"""
# Of persons who were told before, an old card may have to end; of new ones it is written so.
_END_SUCCEEDED = "select people_end_succeeded(%b::uuid[], %s)"


class _Number(NamedTuple):
    hash: bytes
    kind: str
    told: PersonTold
    sealed: bytes
    valid_to: date | None


def fold_blocks(blocks: Sequence[PersonTold]) -> list[Finding]:
    """Make a person of each block, once; told again, the first telling stays. Returns what is doubtful, by entry.

    One statement whatever the number of blocks: persons, identifiers with the look-up of who has them, contacts. Who is
    told by a personal number has an old card no more: it ends with that day, and still finds them.
    """
    if not blocks:
        return []
    born = [_born(told.block.born) for told in blocks]
    findings = [
        Finding(code="birth-date-unreadable", entry=told.entry)
        for told, day in zip(blocks, born, strict=True)
        if day is None
    ]
    numbers = [number for told in blocks for number in _numbers(told)]
    *held, (_, _, made) = database.rows(
        _MAKE,
        [
            *_persons(blocks, born),
            arrays.binaries([number.hash for number in numbers]),
            arrays.texts([number.kind for number in numbers]),
            arrays.uuids([number.told.person for number in numbers]),
            arrays.texts([number.told.site for number in numbers]),
            arrays.instants([number.told.recorded_at for number in numbers]),
            arrays.binaries([number.sealed for number in numbers]),
            arrays.dates([number.valid_to for number in numbers]),
            *_contacts(blocks),
            arrays.binaries([number.hash for number in numbers]),
        ],
    )
    if made < len(blocks) and numbers:
        told_again = sorted({number.told.person for number in numbers})
        day = business_day(max(told.recorded_at for told in blocks))
        database.run(_END_SUCCEEDED, [arrays.uuids(told_again), day])
    return findings + _shared(numbers, [(hashed, person) for hashed, person, _ in held])


@lru_cache(maxsize=1 << 15)
def _born(told: str) -> PartialDate | None:
    try:
        return PartialDate.parse(told)
    except ValueError:
        return None


def _persons(blocks: Sequence[PersonTold], born: Sequence[PartialDate | None]) -> list[arrays.Packed]:
    keys = [name_key(told.block.name) for told in blocks]
    return [
        arrays.uuids([told.person for told in blocks]),
        arrays.instants([told.recorded_at for told in blocks]),
        arrays.dates([partial.earliest if partial else None for partial in born]),
        arrays.dates([partial.latest if partial else None for partial in born]),
        arrays.smallints([rules.sex_number(told.block.sex) for told in blocks]),
        arrays.texts([told.block.commune or "" for told in blocks]),
        arrays.texts([told.block.target_group or "unknown" for told in blocks]),
        arrays.texts([told.site for told in blocks]),
        arrays.binaries([sealing.lookup_hash("name", key) for key in keys]),
        arrays.binaries([sealing.lookup_hash("tokens", sorted_key(key)) for key in keys]),
        arrays.binaries([_sealed_name(told) for told in blocks]),
        arrays.uuids([told.entry for told in blocks]),
    ]


def _sealed_name(told: PersonTold) -> bytes:
    return sealing.seal("identity", _day(told), display_name(told.block.name).encode(), told.person.bytes)


def _day(told: PersonTold) -> date:
    return told.recorded_at.date()


def _numbers(told: PersonTold) -> list[_Number]:
    numbers = []
    has_personal = any(one.kind == PERSONAL_NUMBER for one in told.block.identifiers)
    for identifier in told.block.identifiers:
        key = rules.identifier_key(identifier.value)
        if key:
            hashed = sealing.lookup_hash(f"identifier:{identifier.kind}", key)
            sealed = sealing.seal("identity", _day(told), key.encode(), told.person.bytes + hashed)
            ended = business_day(told.recorded_at) if has_personal and identifier.kind == OLD_CARD else None
            numbers.append(_Number(hashed, identifier.kind, told, sealed, ended))
    return numbers


def _contacts(blocks: Sequence[PersonTold]) -> list[arrays.Packed]:
    keyed = [(one, rules.phone_key(one.block.phone)) for one in blocks if one.block.phone]
    told = [(one, phone, sealing.lookup_hash("phone", phone)) for one, phone in keyed if phone]
    return [
        arrays.binaries([hashed for _, _, hashed in told]),
        arrays.uuids([one.person for one, _, _ in told]),
        arrays.texts([one.site for one, _, _ in told]),
        arrays.instants([one.recorded_at for one, _, _ in told]),
        arrays.binaries(
            [
                sealing.seal("identity", _day(one), phone.encode(), one.person.bytes + hashed)
                for one, phone, hashed in told
            ]
        ),
    ]


def _shared(numbers: Sequence[_Number], held: Sequence[tuple[bytes, UUID]]) -> list[Finding]:
    """Find identifiers that another person already has, here or elsewhere in the country, or in this very batch."""
    holders: dict[bytes, set[UUID]] = {}
    for hashed, person in held:
        holders.setdefault(hashed, set()).add(person)
    findings = []
    for number in numbers:
        known = holders.get(number.hash)
        if known is None:
            holders[number.hash] = {number.told.person}
            continue
        if known - {number.told.person}:
            findings.append(Finding(code="identifier-shared", severity=Severity.WARNS, entry=number.told.entry))
        known.add(number.told.person)
    return findings
