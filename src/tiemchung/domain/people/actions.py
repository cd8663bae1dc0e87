"""Making persons. A person block of an arrival makes one; an identifier that another person has is a doubt, never a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.people import rules
from tiemchung.domain.people.values import PersonTold
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.finding import Finding, Severity
from tiemchung.kernel.names import display_name, name_key, token_key
from tiemchung.plumbing import arrays, database, sealing

_PERSONS = """
insert into people_person (id, recorded_at, born_from, born_to, sex, commune, target_group, site, name_key, name_tokens,
                           name, entry)
select * from unnest(%b::uuid[], %b::timestamptz[], %b::date[], %b::date[], %b::int2[], %b::text[], %b::text[], %b::text[],
                     %b::bytea[], %b::bytea[], %b::bytea[], %b::uuid[])
on conflict do nothing
"""
_IDENTIFIERS = """
insert into people_identifier (hash, kind, person_id, site, recorded_at, sealed)
select * from unnest(%b::bytea[], %b::text[], %b::uuid[], %b::text[], %b::timestamptz[], %b::bytea[])
on conflict do nothing
"""
_CONTACTS = """
insert into people_contact (hash, person_id, site, recorded_at, sealed)
select * from unnest(%b::bytea[], %b::uuid[], %b::text[], %b::timestamptz[], %b::bytea[])
on conflict do nothing
"""


class _Number(msgspec.Struct, frozen=True, kw_only=True):
    hash: bytes
    kind: str
    told: PersonTold
    sealed: bytes


def fold_blocks(blocks: Sequence[PersonTold]) -> list[Finding]:
    """Make a person of each block, once; told again, the first telling stays. Returns what is doubtful, by entry.

    Three statements whatever the number of blocks, and one look-up of the identifiers.
    """
    if not blocks:
        return []
    findings = _insert_persons(blocks)
    numbers = [number for told in blocks for number in _numbers(told)]
    if numbers:
        findings += _shared(numbers)
        _insert_identifiers(numbers)
    _insert_contacts([told for told in blocks if told.block.phone and rules.phone_key(told.block.phone)])
    return findings


def _insert_persons(blocks: Sequence[PersonTold]) -> list[Finding]:
    born, findings = [], []
    for told in blocks:
        partial = _born(told.block.born)
        if partial is None:
            findings.append(Finding(code="birth-date-unreadable", entry=told.entry))
        born.append(partial)
    keys = [name_key(told.block.name) for told in blocks]
    tokens = [token_key(told.block.name) for told in blocks]
    database.run(
        _PERSONS,
        [
            arrays.uuids([told.person for told in blocks]),
            arrays.instants([told.recorded_at for told in blocks]),
            arrays.dates([partial.earliest if partial else None for partial in born]),
            arrays.dates([partial.latest if partial else None for partial in born]),
            arrays.smallints([rules.sex_number(told.block.sex) for told in blocks]),
            arrays.texts([told.block.commune or "" for told in blocks]),
            arrays.texts([told.block.target_group or "unknown" for told in blocks]),
            arrays.texts([told.site for told in blocks]),
            arrays.binaries([sealing.lookup_hash("name", key) for key in keys]),
            arrays.binaries([sealing.lookup_hash("tokens", key) for key in tokens]),
            arrays.binaries([_sealed_name(told) for told in blocks]),
            arrays.uuids([told.entry for told in blocks]),
        ],
    )
    return findings


def _born(told: str) -> PartialDate | None:
    try:
        return PartialDate.parse(told)
    except ValueError:
        return None


def _sealed_name(told: PersonTold) -> bytes:
    return sealing.seal("identity", _day(told), display_name(told.block.name).encode(), told.person.bytes)


def _day(told: PersonTold) -> date:
    return told.recorded_at.date()


def _numbers(told: PersonTold) -> list[_Number]:
    numbers = []
    for identifier in told.block.identifiers:
        key = rules.identifier_key(identifier.value)
        if key:
            hashed = sealing.lookup_hash(f"identifier:{identifier.kind}", key)
            sealed = sealing.seal("identity", _day(told), key.encode(), told.person.bytes + hashed)
            numbers.append(_Number(hash=hashed, kind=identifier.kind, told=told, sealed=sealed))
    return numbers


def _shared(numbers: Sequence[_Number]) -> list[Finding]:
    """Find identifiers that another person already has, here or elsewhere in the country, or in this very batch."""
    holders: dict[bytes, set[UUID]] = {}
    for hashed, person in database.rows(
        "select hash, person_id from people_holders(%b::bytea[])", [arrays.binaries([n.hash for n in numbers])]
    ):
        holders.setdefault(bytes(hashed), set()).add(person)
    findings = []
    for number in numbers:
        known = holders.setdefault(number.hash, set())
        if known - {number.told.person}:
            findings.append(Finding(code="identifier-shared", severity=Severity.WARNS, entry=number.told.entry))
        known.add(number.told.person)
    return findings


def _insert_identifiers(numbers: Sequence[_Number]) -> None:
    database.run(
        _IDENTIFIERS,
        [
            arrays.binaries([number.hash for number in numbers]),
            arrays.texts([number.kind for number in numbers]),
            arrays.uuids([number.told.person for number in numbers]),
            arrays.texts([number.told.site for number in numbers]),
            arrays.instants([number.told.recorded_at for number in numbers]),
            arrays.binaries([number.sealed for number in numbers]),
        ],
    )


def _insert_contacts(told: Sequence[PersonTold]) -> None:
    if not told:
        return
    phones = [rules.phone_key(one.block.phone or "") for one in told]
    hashes = [sealing.lookup_hash("phone", phone) for phone in phones]
    database.run(
        _CONTACTS,
        [
            arrays.binaries(hashes),
            arrays.uuids([one.person for one in told]),
            arrays.texts([one.site for one in told]),
            arrays.instants([one.recorded_at for one in told]),
            arrays.binaries(
                [
                    sealing.seal("identity", _day(one), phone.encode(), one.person.bytes + hashed)
                    for one, phone, hashed in zip(told, phones, hashes, strict=True)
                ]
            ),
        ],
    )
