"""Whom a row of a list is like: who is on record in this ward under its number or its name, or stands above in the file.

Who is matched is told apart further: on this campaign's list already, or with a dose, wherever given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from tiemchung.domain.campaigns.actions.returning import Returned
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
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.names import token_key
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing

MOST_CANDIDATES = 5
_REGISTERED = """
select p.id, p.name_tokens, p.born_from, p.born_to, exists (
    select from people_identifier i where i.person_id = p.id and i.site = any(%b::text[])),
  array(select c.hash from people_contact c where c.person_id = p.id)
from campaigns_registration r join people_person p on p.id = r.person_id
where r.campaign = %s and r.commune = %s and r.withdrawn_at is null and (p.site = any(%b::text[]) or p.commune = any(%b::text[]))
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


class Likeness:
    """Answers rows of one file. Persons out of the reach of whoever brought it are like nobody here, whoever reads it."""

    def __init__(self, *, campaign: str, commune: str, reach: Reach, owner: UUID, taken: UUID | None = None) -> None:
        self._campaign, self._commune = campaign, commune
        self._owner = Actor(id=owner, kind=ActorKind.STAFF, reach=reach)
        # A job sees every row: the reach is asked for here, as row-level security asks it of the web.
        self._sites, self._communes = arrays.texts(["", *sorted(reach.sites)]), arrays.texts(sorted(reach.communes))
        self._namesakes: defaultdict[bytes, list[_Known]] = defaultdict(list)
        for row in database.rows(_REGISTERED, [self._sites, campaign, commune, self._sites, self._communes]):
            known = _Known(row[0], bytes(row[1]), row[2], row[3], row[4], frozenset(map(bytes, row[5])))
            self._namesakes[known.tokens].append(known)
        self._numbers: dict[bytes, int] = {}
        self._names: dict[tuple[bytes, str], int] = {}
        self._returned = Returned(campaign=campaign, commune=commune, owner=self._owner, taken=taken)

    def answer(self, rows: Sequence[tuple[int, listed.Read]], *, now: datetime) -> list[ListRow]:
        """Return these rows with their answers, in their order; the holders of all their numbers are asked for at once."""
        hashes = {line: _number_hash(read.block) for line, read in rows}
        holders: defaultdict[bytes, list[_Known]] = defaultdict(list)
        wanted = [hashed for hashed in hashes.values() if hashed]
        if wanted:
            for hashed, *told in database.rows(_HOLDERS, [arrays.binaries(wanted), self._sites, self._communes]):
                holders[bytes(hashed)].append(_Known(told[0], bytes(told[1]), told[2], told[3], has_number=True))
        keyed = {line: read for line, read in rows if read.key}
        answered = [self._answer(line, read, hashes[line], holders, now) for line, read in rows]
        if not keyed:
            return self._remarked(answered, now)
        others = self._remarked([row for row in answered if row.line not in keyed], now)
        returned = self._returned.answer([(keyed[row.line], row) for row in answered if row.line in keyed], now=now)
        return sorted([*others, *returned], key=lambda row: row.line)

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

    def remember(self, line: int, read: listed.Read) -> None:
        """Remember a row that was answered before: one below may be the same."""
        if read.block is not None:
            tokens = sealing.lookup_hash("tokens", token_key(read.block.name))
            self._above(line, _number_hash(read.block), tokens, read.block)
        self._returned.remember(line, read)

    def _answer(
        self,
        line: int,
        read: listed.Read,
        number: bytes | None,
        holders: defaultdict[bytes, list[_Known]],
        now: datetime,
    ) -> ListRow:
        result, reason, facts = read.result, read.reason, read.facts
        candidates: list[UUID] = []
        person = None
        if read.block is not None:
            tokens = sealing.lookup_hash("tokens", token_key(read.block.name))
            above = self._above(line, number, tokens, read.block)
            held = holders[number] if number else []
            same = [known for known in held if known.tokens == tokens and _may_be(known, read.block)]
            alike = held or self._alike(tokens, read.block, has_number=number is not None)
            candidates = [known.person for known in (same or alike)][:MOST_CANDIDATES]
            if above is not None:
                result, reason, facts = Result.DOUBT, "above", {"line": str(above)}
            elif same and result is Result.NEW:
                result, reason, person = Result.MATCH, "match", same[0].person
            elif result is Result.NEW and not held and (known := _by_phone(alike, read.block)) is not None:
                result, reason, person = Result.MATCH, "match-phone", known
            elif candidates and result is Result.NEW:
                result, reason = Result.DOUBT, "number-of-another" if held else "like-known"
        return ListRow(
            line=line,
            id=uuid7(now),
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

    def _above(self, line: int, number: bytes | None, tokens: bytes, block: PersonBlock) -> int | None:
        """Return the line above that has the same number, or the same name and birth without one; remember this line."""
        if number:
            return _earlier(self._numbers.setdefault(number, line), line)
        return _earlier(self._names.setdefault((tokens, block.born), line), line)

    def _alike(self, tokens: bytes, block: PersonBlock, *, has_number: bool) -> list[_Known]:
        # Two numbers that differ are two persons; a name is not a key.
        return [
            known
            for known in self._namesakes.get(tokens, ())
            if _may_be(known, block) and not (has_number and known.has_number)
        ]


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


def _earlier(first: int, line: int) -> int | None:
    return first if first != line else None


def _number_hash(block: PersonBlock | None) -> bytes | None:
    if block is None or not block.identifiers:
        return None
    told = block.identifiers[0]
    return sealing.lookup_hash(f"identifier:{told.kind}", identifier_key(told.value))


def _may_be(known: _Known, block: PersonBlock) -> bool:
    """Tell whether the days on which both may have been born meet."""
    if known.born_from is None or known.born_to is None:
        return True
    born = PartialDate.parse(block.born)
    return known.born_from <= born.latest and born.earliest <= known.born_to
