"""Who may be the same human being as somebody new: whoever shares a number, a phone, or name, birth and home in part.

Names are unsealed in memory, while linkage runs, and nowhere else; numbers and phones stay the keyed hashes that they are.
Whose data serve care and the law alone is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.people import rules
from tiemchung.domain.people.queries.finding import tokens_of
from tiemchung.domain.people.values import PERSONAL_NUMBER
from tiemchung.plumbing import arrays, database, sealing

ANYBODY = 10_000
"""Others who are told along: how common a name is, the rows say, and those that were chosen for a name say it wrongly. Ours."""
ASKED_AT_ONCE = 500
"""Persons whose neighbors are asked for in one statement, which may take some seconds and no more. Ours."""

_WAITING = "select person_id, entry, site from people_to_link order by entry limit %s"
_NAMES = """
select p.id, p.name from people_person p where p.id = any(%b::uuid[]) and not exists (
    select from people_restriction r where r.person_id = p.id and r.ended_at is null)
"""
# Each part names what the slips of the other fields leave standing, as the blocks of the model do. A number or a phone of
# more rows than these is nobody's: fifty desks that type one for "none" say nothing.
_NEAR = """
with told as (
    select x.tokens, f.id, f.commune, f.born_from, date_trunc('year', f.born_from)::date as year
    from unnest(%b::uuid[], %b::bytea[]) as x(id, tokens) join people_person f on f.id = x.id
)
select o.id from told t join people_person o on o.name_tokens = t.tokens
    and o.born_from >= t.year and o.born_from < t.year + interval '1 year'
union
select o.id from told t join people_person o on o.name_tokens = t.tokens
    and o.born_from in ((t.born_from - interval '1 year')::date, (t.born_from + interval '1 year')::date)
union
select o.id from told t join people_person o on o.name_tokens = t.tokens and o.commune = t.commune where t.commune <> ''
union
select o.id from people_person f join people_person o on o.born_from = f.born_from and o.commune = f.commune
where f.id = any(%b::uuid[]) and f.commune <> ''
union
select o.person_id from people_identifier a cross join lateral (
    select b.person_id from people_identifier b where b.hash = a.hash and b.kind = a.kind limit 50) o
where a.person_id = any(%b::uuid[])
union
select o.person_id from people_contact a cross join lateral (
    select b.person_id from people_contact b where b.hash = a.hash limit 50) o
where a.person_id = any(%b::uuid[])
"""
_COUNT = "select greatest(reltuples, 1)::float8 from pg_class where oid = 'people_person'::regclass"
_ANYBODY = "select id from people_person tablesample system (%s) limit %s"
_TOLD = """
select p.id, p.name, p.born_from, p.born_to, p.sex, p.commune from people_person p
where p.id = any(%b::uuid[]) and not exists (
    select from people_restriction r where r.person_id = p.id and r.ended_at is null)
order by p.id
"""
_NUMBERS = (
    "select person_id, hash, kind = %s and valid_to is null from people_identifier where person_id = any(%b::uuid[])"
)
_PHONES = "select person_id, hash from people_contact where person_id = any(%b::uuid[])"


class Waiting(NamedTuple):
    """Somebody to be compared with everybody, by what told of them last, and where."""

    person: UUID
    entry: UUID
    site: str


class LikelyPair(NamedTuple):
    """Two rows that may be one human being, the lower id first. `certain`: a number agrees and nothing contradicts."""

    person: UUID
    other: UUID
    certain: bool


def waiting_to_link(*, limit: int) -> list[Waiting]:
    """Return who waits to be compared, the longest waiting first. Ids and nothing else; for a worker's session."""
    return [Waiting(*row) for row in database.rows(_WAITING, [limit])]


def likely_pairs(fresh: Sequence[UUID]) -> list[LikelyPair]:
    """Return with whom these persons may be one human being, certain pairs first. Ids and nothing else.

    For a worker's session, which sees every person; nothing that is read of them leaves the process.
    """
    # Splink and DuckDB are heavy, and only the process that links needs them.
    from tiemchung.domain.people.engine.linkage import Row, link, token_of  # noqa: PLC0415 - too heavy for the others

    found = set(fresh)
    parts = [sorted(found)[start : start + ASKED_AT_ONCE] for start in range(0, len(found), ASKED_AT_ONCE)]
    wanted = arrays.uuids(sorted(found.union(_anybody(), *map(_near, parts))))
    numbers: defaultdict[UUID, list[int]] = defaultdict(list)
    personal: defaultdict[UUID, list[int]] = defaultdict(list)
    phones: defaultdict[UUID, list[int]] = defaultdict(list)
    for person, hashed, is_personal in database.rows(_NUMBERS, [PERSONAL_NUMBER, wanted]):
        numbers[person].append(token_of(bytes(hashed)))
        if is_personal:
            personal[person].append(token_of(bytes(hashed)))
    for person, hashed in database.rows(_PHONES, [wanted]):
        phones[person].append(token_of(bytes(hashed)))
    told = database.rows(_TOLD, [wanted])
    rows = [
        Row(
            name=sealing.unseal(bytes(name), person.bytes).decode(),
            born_from=born_from,
            born_to=born_to,
            sex=rules.SEXES[sex],
            commune=commune,
            personal=tuple(personal[person]),
            numbers=tuple(numbers[person]),
            phones=tuple(phones[person]),
            fresh=person in found,
        )
        for person, name, born_from, born_to, sex, commune in told
    ]
    ids = [row[0] for row in told]
    pairs = [
        LikelyPair(person=min(both), other=max(both), certain=pair.certain)
        for pair in link(rows, threads=1)
        for both in [(ids[pair.one], ids[pair.other])]
    ]
    return sorted(pairs, key=lambda pair: not pair.certain)


def _near(fresh: Sequence[UUID]) -> set[UUID]:
    """Return who shares a block with these persons, themselves among them."""
    keys = [
        (person, tokens)
        for person, name in database.rows(_NAMES, [arrays.uuids(fresh)])
        for tokens in tokens_of(sealing.unseal(bytes(name), person.bytes).decode())
    ]
    wanted = arrays.uuids(fresh)
    told = [arrays.uuids([person for person, _ in keys]), arrays.binaries([tokens for _, tokens in keys])]
    return {person for (person,) in database.rows(_NEAR, [*told, wanted, wanted, wanted])}


def _anybody() -> set[UUID]:
    """Return some persons as they come; of few, all."""
    ((count,),) = database.rows(_COUNT)
    found = database.rows(_ANYBODY, [min(100.0, 200.0 * ANYBODY / count), ANYBODY])
    return {person for (person,) in found}
