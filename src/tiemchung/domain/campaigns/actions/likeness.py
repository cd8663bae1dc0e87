"""Whom a row of a list is like: who of this ward the look-up finds for it, or who stands above in the file.

Who is matched is told apart further: on this campaign's list already, or with a dose, wherever given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.campaigns.actions.returning import Returned
from tiemchung.domain.campaigns.actions.seen import Seen, mark_of
from tiemchung.domain.campaigns.engine import listed
from tiemchung.domain.campaigns.values import ListRow, Remark, Result
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseStatus, HistoryDose
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.rules import identifier_key
from tiemchung.domain.people.values import FoundHere, PersonBlock, Step
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor, ActorKind
from tiemchung.kernel.ids import uuids7
from tiemchung.kernel.names import token_key
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing

MOST_CANDIDATES = 5
_MATCHES = {Step.NUMBER: "match", Step.PHONE: "match-phone"}
"""By what a row is whom it matches. Name, day and commune alone are a doubt: that a row stands on a ward's list is no word
of its own about where somebody lives."""
_WISHES = """
select person_id from campaigns_registration where campaign = %s and withdrawn_at is null and person_id = any(%b::uuid[])
"""


_NOBODY = FoundHere()


class Likeness:
    """Answers rows of one file. Persons out of the reach of whoever brought it are like nobody here."""

    def __init__(self, *, campaign: str, commune: str, owner: UUID, seen: Seen, taken: UUID | None = None) -> None:
        self._campaign, self._commune = campaign, commune
        self._owner = Actor(id=owner, kind=ActorKind.STAFF)
        self._seen = seen
        self._returned = Returned(campaign=campaign, commune=commune, owner=self._owner, taken=taken, seen=seen)

    def answer(self, rows: Sequence[tuple[int, listed.Read]], *, now: datetime) -> list[ListRow]:
        """Return these rows with their answers, in their order; whoever is like any of them is asked for at once.

        Asked in the reach of whoever brought the list: a job, too, is told of nobody beyond it.
        """
        marks = _marks_of([read.block for _, read in rows])
        found = iter(self._found([read.block for _, read in rows if read.block is not None], now))
        identifiers = uuids7(len(rows), at=now)
        answered = [
            self._answer(line, read, mark, identifier, _NOBODY if read.block is None else next(found))
            for (line, read), mark, identifier in zip(rows, marks, identifiers, strict=True)
        ]
        keyed = {line: read for line, read in rows if read.key}
        if not keyed:
            return self._remarked(answered)
        others = self._remarked([row for row in answered if row.line not in keyed])
        returned = self._returned.answer([(keyed[row.line], row) for row in answered if row.line in keyed], now=now)
        return sorted([*others, *returned], key=lambda row: row.line)

    def _found(self, blocks: Sequence[PersonBlock], now: datetime) -> list[FoundHere]:
        """Return whom each of these blocks is like, as people of this ward."""
        asked = [msgspec.structs.replace(block, commune=self._commune) for block in blocks]
        return people.look_up_here(
            asked,
            purpose=Purpose.REGISTRATION,
            actor=self._owner,
            viewed_at=now,
            site=ward_code(self._commune),
        )

    def _remarked(self, rows: list[ListRow]) -> list[ListRow]:
        """Tell of the matched whether they are on this campaign's list already, and whether they have had a dose."""
        matched = sorted({row.person for row in rows if row.person is not None})
        if not matched:
            return rows
        listed = {person for (person,) in database.rows(_WISHES, [self._campaign, arrays.uuids(matched)])}
        doses = {
            person: [dose for dose in line if dose.status is not DoseStatus.VOIDED]
            for person, line in immunization.timelines(matched).items()
        }
        return [
            row if row.person is None else _remark(row, doses[row.person], listed=row.person in listed) for row in rows
        ]

    def _answer(self, line: int, read: listed.Read, mark: int | None, identifier: UUID, found: FoundHere) -> ListRow:
        result, reason, facts = read.result, read.reason, read.facts
        person = None
        above = None if mark is None else self._seen.above(mark, line)
        alike = found.alike if found.person is None else (found.person,)
        if above is not None:
            result, reason, facts = Result.DOUBT, "above", {"line": str(above)}
        elif alike and result is Result.NEW:
            if found.step in _MATCHES:
                result, reason, person = Result.MATCH, _MATCHES[found.step], found.person
            else:
                result, reason = Result.DOUBT, found.doubt.value
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
            candidates=list(alike[:MOST_CANDIDATES]),
            person=person,
        )


def _remark(row: ListRow, doses: Sequence[HistoryDose], *, listed: bool) -> ListRow:
    if doses:
        last = max((dose.given_on for dose in doses if dose.given_on), default=None)
        facts = {"doses": str(len(doses)), "day": last.strftime("%d/%m/%Y") if last else "?"}
        return msgspec.structs.replace(row, reason=Remark.VACCINATED.value, facts=facts)
    return msgspec.structs.replace(row, reason=Remark.LISTED.value) if listed else row


def _marks_of(blocks: Sequence[PersonBlock | None]) -> list[int | None]:
    """Return by what each row is the same as another: its number, or its name and birth; None of what cannot be read."""
    told = [block for block in blocks if block is not None]
    hashes = sealing.lookup_hashes("list-mark", [_same(block) for block in told])
    marks = iter(hashes)
    return [None if block is None else mark_of(next(marks)) for block in blocks]


def _same(block: PersonBlock) -> str:
    if block.identifiers:
        one = block.identifiers[0]
        return f"{one.kind}\0{identifier_key(one.value)}"
    return f"{token_key(block.name)}\0{block.born}"
