"""What the register tells of people afterwards, made true here: a death, a move, a new number.

Nothing is done to anybody whom the register does not call right: its change is kept by the number, and followed when they
are. Told again, or in another order, it comes to the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people.engine.news import Believed
from tiemchung.domain.people.events import MoveTold, NumberTold, PersonDied
from tiemchung.domain.people.values import PERSONAL_NUMBER
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.register import What
from tiemchung.plumbing import arrays, database, sealing

AT_ONCE = 200
"""Changes that are followed in one transaction."""

_KEEP = """
insert into people_register_change (hash, kind, sequence, exchange, told_at, day, what, commune, becomes)
select x.hash, x.kind, x.sequence, %s, %s, x.day, x.what, x.commune, x.becomes
from unnest(%b::bytea[], %b::text[], %b::int8[], %b::date[], %b::text[], %b::text[], %b::bytea[])
    as x(hash, kind, sequence, day, what, commune, becomes)
on conflict do nothing
"""
_CONCERNED = """
select i.person_id, c.sequence, c.exchange, c.day, c.what, c.commune, c.becomes, c.hash, p.site, p.commune,
    greatest(p.recorded_at, (select max(f.ended_at) from people_former f where f.person_id = p.id and f.commune <> p.commune))
from people_register_change c
join people_identifier i on i.hash = c.hash and i.kind = c.kind
join people_register_state s on s.person_id = i.person_id and s.state = 1 and s.due_at is null
join people_person p on p.id = i.person_id
where {of} and not exists (
    select 1 from people_register_news n where n.person_id = i.person_id and n.sequence = c.sequence)
order by i.person_id, c.sequence
"""
# Whoever waits to be asked about again may be told otherwise by now: they are followed when they have been.
_OF_CHANGES = _CONCERNED.format(
    of="(c.hash, c.kind, c.sequence) in (select * from unnest(%b::bytea[], %b::text[], %b::int8[]))"
)
_OF_PERSONS = _CONCERNED.format(of="i.person_id = any(%b::uuid[])")
_NEWS = """
insert into people_register_news
    (person_id, sequence, exchange, told_at, settled_at, day, what, new_commune, taken, site, commune)
select x.person, x.sequence, x.exchange, %s, case when x.open then null else %s end, x.day, x.what, x.becomes, x.taken,
    x.site, x.commune
from unnest(%b::uuid[], %b::int8[], %b::uuid[], %b::date[], %b::text[], %b::text[], %b::bool[], %b::bool[], %b::text[],
    %b::text[]) as x(person, sequence, exchange, day, what, becomes, open, taken, site, commune)
on conflict do nothing
"""
_OUTDATED = """
update people_register_news n set settled_at = %s
where n.person_id = any(%b::uuid[]) and n.what = 'moved' and n.settled_at is null and exists (
    select 1 from people_register_news later where later.person_id = n.person_id and later.what = 'moved'
    and (later.day, later.sequence) > (n.day, n.sequence))
"""
_ADD = """
insert into people_identifier (hash, kind, person_id, site, recorded_at, sealed, valid_from, valid_to)
values (%b, %s, %s, %s, %s, %b, %s, (
    select min(valid_from) from people_identifier where person_id = %s and kind = %s and valid_from > %s))
on conflict do nothing
"""
# Told late, a number ends where the next one began.
_END_EARLIER = """
update people_identifier set valid_to = greatest(%s, valid_from)
where person_id = %s and kind = %s and hash <> %b and (valid_to is null or valid_to > %s)
and (valid_from is null or valid_from <= %s)
"""


class _Concerned(NamedTuple):
    person: UUID
    sequence: int
    exchange: UUID
    day: date
    what: str
    commune: str
    becomes: bytes | None
    hash: bytes
    site: str
    lives_in: str
    told_at: datetime


def keep_changes(changes: Sequence[Believed], *, exchange: UUID, now: datetime) -> None:
    """Keep what a page of the feed told, by the numbers; `follow_kept` makes it true."""
    hashes = [_hash(change.kind, change.number) for change in changes]
    sealed = [
        sealing.seal("identity", now.date(), change.becomes.encode(), hashed) if change.becomes else None
        for change, hashed in zip(changes, hashes, strict=True)
    ]
    database.run(
        _KEEP,
        [
            *(exchange, now, arrays.binaries(hashes), arrays.texts([change.kind for change in changes])),
            arrays.bigints([change.sequence for change in changes]),
            arrays.dates([change.day for change in changes]),
            arrays.texts([change.what.value for change in changes]),
            arrays.texts([change.commune for change in changes]),
            arrays.binaries(sealed),
        ],
    )


def follow_kept(*, now: datetime) -> int:
    """Follow the next changes that were kept, in the caller's transaction; return how many were looked at."""
    kept = database.rows(
        "select hash, kind, sequence from people_register_change where followed_at is null order by sequence limit %s",
        [AT_ONCE],
    )
    keys = [
        arrays.binaries([bytes(hashed) for hashed, _, _ in kept]),
        arrays.texts([kind for _, kind, _ in kept]),
        arrays.bigints([sequence for _, _, sequence in kept]),
    ]
    if kept:
        _follow(database.rows(_OF_CHANGES, keys), now=now)
        database.run(
            "update people_register_change c set followed_at = %s "
            "from unnest(%b::bytea[], %b::text[], %b::int8[]) as x(hash, kind, sequence) "
            "where (c.hash, c.kind, c.sequence) = (x.hash, x.kind, x.sequence)",
            [now, *keys],
        )
    return len(kept)


def follow(persons: Collection[UUID], *, now: datetime) -> None:
    """Follow what was told before of those who are right only now, in the caller's transaction."""
    if persons:
        _follow(database.rows(_OF_PERSONS, [arrays.uuids(sorted(persons))]), now=now)


class _Followed(NamedTuple):
    """A change as it is written down for a person: left open for somebody to settle, or not; taken as true, or not."""

    of: _Concerned
    open: bool
    taken: bool


def _follow(rows: Sequence[tuple[Any, ...]], *, now: datetime) -> None:
    found = [_Concerned(*row) for row in rows]
    if not found:
        return
    persons = arrays.uuids(sorted({one.person for one in found}))
    before = _told_before(persons)
    followed: list[_Followed] = []
    facts: list[PersonDied | MoveTold | NumberTold] = []
    for one in found:
        told: dict[str, Any] = {
            "id": uuid7(now),
            "at": now,
            "person": one.person,
            "day": one.day,
            "exchange": one.exchange,
        }
        known, key = before[one.person], (one.what, one.day, one.commune)
        # Told again it says nothing new, above all not where somebody has found the person alive, or left them in the ward.
        new, dead = key not in known, any(taken for (what, *_), taken in known.items() if what == What.DIED)
        if one.what == What.DIED:
            if new and not dead:
                facts.append(PersonDied(**told))
            followed.append(_Followed(one, open=new, taken=new))
        elif one.what == What.MOVED:
            open_ = new and _is_open(one)
            if open_:
                facts.append(MoveTold(**told, commune=one.commune))
            followed.append(_Followed(one, open=open_, taken=False))
        elif one.becomes is not None:
            number = sealing.unseal(bytes(one.becomes), bytes(one.hash)).decode()
            if _renumber(one, number, now=now):
                facts.append(NumberTold(**told, number=number))
            followed.append(_Followed(one, open=False, taken=True))
        known.setdefault(key, followed[-1].taken)
    _write(followed, now=now)
    database.run(_OUTDATED, [now, persons])
    if facts:
        journal.append(facts, actor=SYSTEM, recorded_at=now, persons={fact.id: fact.person for fact in facts})


def _told_before(persons: arrays.Packed) -> defaultdict[UUID, dict[tuple[str, date, str], bool]]:
    """Return what was told of these persons before: what, of which day, where to; and whether it is taken as true."""
    before: defaultdict[UUID, dict[tuple[str, date, str], bool]] = defaultdict(dict)
    for person, what, day, commune, taken in database.rows(
        "select person_id, what, day, new_commune, bool_or(taken) from people_register_news "
        "where person_id = any(%b::uuid[]) group by 1, 2, 3, 4",
        [persons],
    ):
        before[person][what, day, commune] = taken
    return before


def _is_open(move: _Concerned) -> bool:
    """Tell whether a move is proposed to the ward: not where the person has told us since then where they live."""
    return move.commune != move.lives_in and business_day(move.told_at) <= move.day


def _write(followed: Sequence[_Followed], *, now: datetime) -> None:
    found = [one.of for one in followed]
    database.run(
        _NEWS,
        [
            *(now, now, arrays.uuids([one.person for one in found]), arrays.bigints([one.sequence for one in found])),
            arrays.uuids([one.exchange for one in found]),
            arrays.dates([one.day for one in found]),
            arrays.texts([one.what for one in found]),
            arrays.texts([one.commune for one in found]),
            arrays.booleans([one.open for one in followed]),
            arrays.booleans([one.taken for one in followed]),
            arrays.texts([one.site for one in found]),
            arrays.texts([one.lives_in for one in found]),
        ],
    )


def _renumber(one: _Concerned, number: str, *, now: datetime) -> bool:
    """Let a person have a number from a day on, and the earlier ones until then; False where they had it already."""
    hashed = _hash(PERSONAL_NUMBER, number)
    sealed = sealing.seal("identity", now.date(), number.encode(), one.person.bytes + hashed)
    of_person = [one.person, PERSONAL_NUMBER, one.day]
    fresh = database.run(_ADD, [hashed, PERSONAL_NUMBER, one.person, one.site, now, sealed, one.day, *of_person])
    if fresh:
        database.run(_END_EARLIER, [one.day, one.person, PERSONAL_NUMBER, hashed, one.day, one.day])
        database.run("select people_end_succeeded(%b::uuid[], %s)", [arrays.uuids([one.person]), one.day])
    return fresh == 1


def _hash(kind: str, number: str) -> bytes:
    return sealing.lookup_hash(f"identifier:{kind}", number)
