"""Whom a row of a list is like: who is on record in this ward under its number or its name, or stands above in the file.

Who is matched is told apart further: on this campaign's list already, or with a dose, wherever given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from tiemchung.domain.campaigns.actions.returning import Returned
from tiemchung.domain.campaigns.actions.seen import Seen, mark_of
from tiemchung.domain.campaigns.engine import listed
from tiemchung.domain.campaigns.values import ListRow, Remark, Result
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseStatus, HistoryDose
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people.rules import identifier_key, phone_key
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.ids import uuids7
from tiemchung.kernel.names import token_key
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing

MOST_CANDIDATES = 5
# Of those of one name, who can be born when the row says; of nobody else is anything read. A birth of which only the year
# is known begins with that year.
_NAMESAKES = """
with told as (
    select * from unnest(%b::bytea[], %b::date[], %b::date[]) as x(tokens, since, latest)
), near as (
    select p.id, p.name_tokens, p.born_from, p.born_to, p.site, p.commune from told t join people_person p
      on p.name_tokens = t.tokens and p.born_from between t.since and t.latest
    union
    select p.id, p.name_tokens, p.born_from, p.born_to, p.site, p.commune from told t join people_person p
      on p.name_tokens = t.tokens and p.born_from is null
)
select p.id, p.name_tokens, p.born_from, p.born_to, exists (
    select from people_identifier i where i.person_id = p.id and i.site = any(%b::text[])),
  array(select c.hash from people_contact c where c.person_id = p.id)
from near p join campaigns_registration r on r.person_id = p.id
where r.campaign = %s and r.commune = %s and r.withdrawn_at is null and (p.site = any(%b::text[]) or p.commune = any(%b::text[]))
order by p.id
"""
_HOLDERS = """
select h.hash, p.id, p.name_tokens, p.born_from, p.born_to from people_holders(%b::bytea[]) h
join people_person p on p.id = h.person_id where p.site = any(%b::text[]) or p.commune = any(%b::text[])
"""
_WISHES = """
select person_id from campaigns_registration where campaign = %s and withdrawn_at is null and person_id = any(%b::uuid[])
"""


class _Known(NamedTuple):
    person: UUID
    tokens: bytes
    born_from: date | None
    born_to: date | None
    has_number: bool
    phones: frozenset[bytes] = frozenset()


class _Keys(NamedTuple):
    """What a row is found by: its name, its number if it has one, and by what it is the same as a row above."""

    tokens: bytes
    number: bytes | None
    mark: int


class _OnRecord(NamedTuple):
    """Who is on record under the numbers and the names of some rows, by their hashes."""

    holders: Mapping[bytes, list[_Known]]
    namesakes: Mapping[bytes, list[_Known]]


class Likeness:
    """Answers rows of one file. Persons out of the reach of whoever brought it are like nobody here, whoever reads it."""

    def __init__(
        self, *, campaign: str, commune: str, reach: Reach, owner: UUID, seen: Seen, taken: UUID | None = None
    ) -> None:
        self._campaign, self._commune = campaign, commune
        self._owner = Actor(id=owner, kind=ActorKind.STAFF, reach=reach)
        # A job sees every row: the reach is asked for here, as row-level security asks it of the web.
        self._sites, self._communes = arrays.texts(["", *sorted(reach.sites)]), arrays.texts(sorted(reach.communes))
        self._seen = seen
        self._returned = Returned(campaign=campaign, commune=commune, owner=self._owner, taken=taken, seen=seen)

    def answer(self, rows: Sequence[tuple[int, listed.Read]], *, now: datetime) -> list[ListRow]:
        """Return these rows with their answers, in their order; whoever is like any of them is asked for at once."""
        keys = _keys_of([read.block for _, read in rows])
        known = _OnRecord(self._holders(keys), self._namesakes(rows, keys))
        identifiers = uuids7(len(rows), at=now)
        answered = [
            self._answer(line, read, key, identifier, known=known)
            for (line, read), key, identifier in zip(rows, keys, identifiers, strict=True)
        ]
        keyed = {line: read for line, read in rows if read.key}
        if not keyed:
            return self._remarked(answered, now)
        others = self._remarked([row for row in answered if row.line not in keyed], now)
        returned = self._returned.answer([(keyed[row.line], row) for row in answered if row.line in keyed], now=now)
        return sorted([*others, *returned], key=lambda row: row.line)

    def _holders(self, keys: Sequence[_Keys | None]) -> Mapping[bytes, list[_Known]]:
        """Return who has one of these numbers, by its hash."""
        wanted = sorted({key.number for key in keys if key is not None and key.number is not None})
        holders = defaultdict[bytes, list[_Known]](list)
        if wanted:
            for hashed, *told in database.rows(_HOLDERS, [arrays.binaries(wanted), self._sites, self._communes]):
                holders[bytes(hashed)].append(_Known(told[0], bytes(told[1]), told[2], told[3], has_number=True))
        return holders

    def _namesakes(
        self, rows: Sequence[tuple[int, listed.Read]], keys: Sequence[_Keys | None]
    ) -> Mapping[bytes, list[_Known]]:
        """Return who is on this ward's list under one of these names, and may be born when its row says."""
        births = {
            (key.tokens, date(born.year, 1, 1), born.latest)
            for (_, read), key in zip(rows, keys, strict=True)
            if key is not None and read.block is not None
            for born in (PartialDate.parse(read.block.born),)
        }
        namesakes = defaultdict[bytes, list[_Known]](list)
        if births:
            tokens, since, latest = zip(*sorted(births), strict=True)
            found = database.rows(
                _NAMESAKES,
                [
                    arrays.binaries(tokens),
                    arrays.dates(since),
                    arrays.dates(latest),
                    self._sites,
                    self._campaign,
                    self._commune,
                    self._sites,
                    self._communes,
                ],
            )
            for person, named, born_from, born_to, has_number, phones in found:
                known = _Known(person, bytes(named), born_from, born_to, has_number, frozenset(map(bytes, phones)))
                namesakes[known.tokens].append(known)
        return namesakes

    def _remarked(self, rows: list[ListRow], now: datetime) -> list[ListRow]:
        """Tell of the matched whether they are on this campaign's list already, and whether they have had a dose.

        That somebody's doses are told is logged as a view.
        """
        matched = sorted({row.person for row in rows if row.person is not None})
        if not matched:
            return rows
        listed = {person for (person,) in database.rows(_WISHES, [self._campaign, arrays.uuids(matched)])}
        doses = {
            person: [dose for dose in line if dose.status is not DoseStatus.VOIDED]
            for person, line in immunization.timelines(matched).items()
        }
        told = sorted(person for person, given in doses.items() if given)
        journal.log_views(
            told, actor=self._owner, purpose=Purpose.REGISTRATION, viewed_at=now, site=ward_code(self._commune)
        )
        return [
            row if row.person is None else _remark(row, doses[row.person], listed=row.person in listed) for row in rows
        ]

    def _answer(
        self, line: int, read: listed.Read, key: _Keys | None, identifier: UUID, *, known: _OnRecord
    ) -> ListRow:
        result, reason, facts = read.result, read.reason, read.facts
        candidates: list[UUID] = []
        person = None
        if read.block is not None and key is not None:
            above = self._seen.above(key.mark, line)
            held = known.holders.get(key.number, []) if key.number else []
            same = [one for one in held if one.tokens == key.tokens and _may_be(one, read.block)]
            alike = held or _alike(known.namesakes.get(key.tokens, ()), read.block, has_number=key.number is not None)
            candidates = [one.person for one in (same or alike)][:MOST_CANDIDATES]
            if above is not None:
                result, reason, facts = Result.DOUBT, "above", {"line": str(above)}
            elif same and result is Result.NEW:
                result, reason, person = Result.MATCH, "match", same[0].person
            elif result is Result.NEW and not held and (reached := _by_phone(alike, read.block)) is not None:
                result, reason, person = Result.MATCH, "match-phone", reached
            elif candidates and result is Result.NEW:
                result, reason = Result.DOUBT, "number-of-another" if held else "like-known"
        return ListRow(
            line=line,
            id=identifier,
            cells=read.shown,
            result=result,
            reason=reason,
            facts=facts,
            wrong=read.wrong,
            start=read.start,
            end=read.end,
            block=read.block,
            target_group=read.target_group,
            candidates=candidates,
            person=person,
        )


def _alike(namesakes: Sequence[_Known], block: PersonBlock, *, has_number: bool) -> list[_Known]:
    # Two numbers that differ are two persons; a name is not a key.
    return [known for known in namesakes if _may_be(known, block) and not (has_number and known.has_number)]


def _remark(row: ListRow, doses: Sequence[HistoryDose], *, listed: bool) -> ListRow:
    if doses:
        last = max((dose.given_on for dose in doses if dose.given_on), default=None)
        facts = {"doses": str(len(doses)), "day": last.strftime("%d/%m/%Y") if last else "?"}
        return msgspec.structs.replace(row, reason=Remark.VACCINATED.value, facts=facts)
    return msgspec.structs.replace(row, reason=Remark.LISTED.value) if listed else row


def _by_phone(alike: Sequence[_Known], block: PersonBlock) -> UUID | None:
    """Return the one of those of this name who was born on this very day and is reached at this phone; None unless one is."""
    if not alike or not block.phone:
        return None
    born = PartialDate.parse(block.born)
    if born.earliest != born.latest:
        return None
    phone = sealing.lookup_hash("phone", phone_key(block.phone))
    days = (born.earliest, born.latest)
    found = [known.person for known in alike if phone in known.phones and (known.born_from, known.born_to) == days]
    return found[0] if len(found) == 1 else None


def _keys_of(blocks: Sequence[PersonBlock | None]) -> list[_Keys | None]:
    """Return what each row is found by, None of those that cannot be read; what is hashed is hashed a kind at a time."""
    told = [block for block in blocks if block is not None]
    tokens = sealing.lookup_hashes("tokens", [token_key(block.name) for block in told])
    of_kind = defaultdict[str, list[tuple[int, str]]](list)
    for place, block in enumerate(told):
        if block.identifiers:
            one = block.identifiers[0]
            of_kind[one.kind].append((place, identifier_key(one.value)))
    numbers: list[bytes | None] = [None] * len(told)
    for kind, some in of_kind.items():
        hashed = sealing.lookup_hashes(f"identifier:{kind}", [value for _, value in some])
        for (place, _), number in zip(some, hashed, strict=True):
            numbers[place] = number
    keys = iter(
        [
            _Keys(named, number, mark_of(number) if number else mark_of(named, block.born))
            for named, number, block in zip(tokens, numbers, told, strict=True)
        ]
    )
    return [None if block is None else next(keys) for block in blocks]


def _may_be(known: _Known, block: PersonBlock) -> bool:
    """Tell whether the days on which both may have been born meet."""
    if known.born_from is None or known.born_to is None:
        return True
    born = PartialDate.parse(block.born)
    return known.born_from <= born.latest and born.earliest <= known.born_to
