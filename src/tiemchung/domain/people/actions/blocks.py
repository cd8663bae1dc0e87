"""Making persons. A person block of an arrival makes one; an identifier that another person has is a doubt, never a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
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
    key: str
    valid_to: date | None


def fold_blocks(blocks: Sequence[PersonTold], *, finds: bool = True) -> list[Finding]:
    """Make a person of each block, once; told again, the first telling stays. Returns what is doubtful, by entry.

    Who else has a number is not asked for where nobody wants to know: without `finds` nothing is returned.

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
    numbers = _numbers(blocks)
    *held, (_, _, made) = database.rows(
        _MAKE,
        [
            *_persons(blocks, born),
            arrays.binaries([number.hash for number in numbers]),
            arrays.texts([number.kind for number in numbers]),
            arrays.uuids([number.told.person for number in numbers]),
            arrays.texts([number.told.site for number in numbers]),
            arrays.instants([number.told.recorded_at for number in numbers]),
            arrays.binaries(
                _sealed([(number.told, number.key, number.told.person.bytes + number.hash) for number in numbers])
            ),
            arrays.dates([number.valid_to for number in numbers]),
            *_contacts(blocks),
            arrays.binaries([number.hash for number in numbers] if finds else []),
        ],
    )
    if made < len(blocks) and numbers:
        told_again = sorted({number.told.person for number in numbers})
        day = business_day(max(told.recorded_at for told in blocks))
        database.run(_END_SUCCEEDED, [arrays.uuids(told_again), day])
    if not finds:
        return []
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
        arrays.binaries(sealing.lookup_hashes("name", keys)),
        arrays.binaries(sealing.lookup_hashes("tokens", map(sorted_key, keys))),
        arrays.binaries(_sealed([(told, display_name(told.block.name), told.person.bytes) for told in blocks])),
        arrays.uuids([told.entry for told in blocks]),
    ]


def _sealed(values: Sequence[tuple[PersonTold, str, bytes]]) -> list[bytes]:
    """Seal texts of blocks, each told with what ties it to its row; under one key those of one day."""
    sealed: list[bytes] = []
    for day, some in groupby(values, key=lambda value: value[0].recorded_at.date()):
        sealed += sealing.seal_all("identity", day, [(text.encode(), aad) for _, text, aad in some])
    return sealed


def _numbers(blocks: Sequence[PersonTold]) -> list[_Number]:
    """Return the numbers of all blocks in their order; those of one kind are hashed together."""
    keyed = [
        (told, one.kind, key)
        for told in blocks
        for one in told.block.identifiers
        if (key := rules.identifier_key(one.value))
    ]
    hashes = {
        kind: iter(sealing.lookup_hashes(f"identifier:{kind}", [key for _, of, key in keyed if of == kind]))
        for kind in {kind for _, kind, _ in keyed}
    }
    return [_Number(next(hashes[kind]), kind, told, key, _ended(told, kind)) for told, kind, key in keyed]


def _ended(told: PersonTold, kind: str) -> date | None:
    """Return the day on which a number ends as it is told: an old card beside a personal number."""
    if kind != OLD_CARD or all(one.kind != PERSONAL_NUMBER for one in told.block.identifiers):
        return None
    return business_day(told.recorded_at)


def _contacts(blocks: Sequence[PersonTold]) -> list[arrays.Packed]:
    told = [(one, phone) for one in blocks if one.block.phone and (phone := rules.phone_key(one.block.phone))]
    hashes = sealing.lookup_hashes("phone", [phone for _, phone in told])
    return [
        arrays.binaries(hashes),
        arrays.uuids([one.person for one, _ in told]),
        arrays.texts([one.site for one, _ in told]),
        arrays.instants([one.recorded_at for one, _ in told]),
        arrays.binaries(
            _sealed(
                [(one, phone, one.person.bytes + hashed) for (one, phone), hashed in zip(told, hashes, strict=True)]
            )
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
