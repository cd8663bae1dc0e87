"""A dose that was missing is there at last, and its case is tied to it by itself; or it may lie on another record of theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.immunization import queries as record
from tiemchung.domain.immunization.values import DoseFact, DoseStatus
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import queries, rules
from tiemchung.domain.mending.actions.desk import (
    Locked,
    at_their_desks,
    keep_step,
    locked,
    site_of,
    was_taken,
    words_of,
)
from tiemchung.domain.mending.actions.opening import Opening, open_case
from tiemchung.domain.mending.errors import CaseUnknown, NotTheCasesOwner, PairAskedElsewhere
from tiemchung.domain.mending.events import CaseFound, CaseNoted
from tiemchung.domain.mending.values import LIKELY, MISSING, NO_SITE, CaseState, Origin, StepKind
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.ids import beside, uuid7
from tiemchung.plumbing import arrays, database

# By the person alone, for the index that holds it: whoever complains is few, whoever has a dose is many.
_MISSED = """
select id, site, commune, filed_at, person, dose from mending_case
where person = any(%b::uuid[]) and kind = any(%b::text[]) and state = %s order by filed_at, id for update
"""
_TIED = "select dose from mending_case where dose = any(%b::uuid[]) and kind = any(%b::text[])"
_STEP = """
insert into mending_step (id, of_case, by, at, what, site, commune, to_site) values (%s, %s, null, %s, %s, %s, %s, '')
"""
_PAIR = "select id from mending_case where person = %s and other = %s"


class _Missed(NamedTuple):
    """An open case of a missing dose."""

    id: UUID
    site: str
    commune: str
    filed_at: datetime
    person: UUID
    dose: UUID | None


def tie_missing(persons: Collection[UUID], *, now: datetime) -> int:
    """Tie the open cases of missing doses of these persons to the dose that came since, where exactly one fits.

    It fits if it was given before somebody complained and came to their record after: entered late, or with another record
    that is theirs; at the site whose desk has the case, on the day that was told or the day beside it. Told again, nothing
    changes. Returns how many cases were tied. For a session that sees all.
    """
    rows = {row for same in people.ids_of_many(persons).values() for row in same}
    kinds = arrays.texts(sorted(MISSING))
    missed = [_Missed(*row) for row in database.rows(_MISSED, [arrays.uuids(sorted(rows)), kinds, CaseState.OPEN])]
    if not missed:
        return 0
    lines = record.timelines({case.person for case in missed})
    told = {(dose.person, dose.id) for line in lines.values() for dose in line}
    standing = {fact.id: fact for fact in record.dose_facts(sorted(told)) if fact.status is not DoseStatus.VOIDED}
    taken = {dose for (dose,) in database.rows(_TIED, [arrays.uuids(sorted(standing)), kinds])}
    tied = 0
    for case in missed:
        if case.dose in standing:
            continue
        line = [standing[dose.id] for dose in lines[case.person] if dose.id in standing and dose.id not in taken]
        fitting = [fact for fact in line if _fits(fact, case)]
        if len(fitting) == 1:
            taken.add(fitting[0].id)
            _tie(case, fitting[0], now=now)
            tied += 1
    return tied


def _fits(fact: DoseFact, case: _Missed) -> bool:
    days = rules.days_told(queries.day_of_complaint(case.id))
    is_new = fact.recorded_at >= case.filed_at or fact.person != case.person
    is_here = not site_of(case.site) or fact.site == case.site
    return is_new and is_here and fact.occurred_at < case.filed_at and (not days or fact.given_on in days)


def _tie(case: _Missed, fact: DoseFact, *, now: datetime) -> None:
    step = uuid7(now)
    database.run("update mending_case set person = %s, dose = %s where id = %s", [fact.person, fact.id, case.id])
    database.run(_STEP, [step, case.id, now, StepKind.FOUND, case.site, case.commune])
    told = CaseFound(id=step, at=now, case=case.id, dose=fact.id)
    journal.append([told], actor=SYSTEM, recorded_at=now, site=site_of(case.site), persons={step: fact.person})


def ask_if_one(case: UUID, *, step: UUID, other: UUID, dose: UUID, text: str, actor: Actor, now: datetime) -> UUID:
    """Ask whether the missing dose's person is also `other`, on whose record this dose lies; returns the case that decides it.

    The owner of the case asks, of a dose within reach that stands. Whether two records are one is decided where it always is, by two
    where doses are counted otherwise; once they are, the missing dose is there by itself. Asked before, that case is
    returned; refuses one that lies on a desk out of reach (`pair-asked-elsewhere`).
    """
    words = words_of(text)
    with at_their_desks(actor):
        held = locked(case, actor=actor, step=step)
        if held.owner != actor.id or actor.id is None:
            raise NotTheCasesOwner(case=case)
        if held.kind not in MISSING or held.person is None or not record.stands(other, dose):
            raise CaseUnknown(case=case)
        low, high = sorted((held.person, other))
        if other in people.ids_of(held.person):
            raise CaseUnknown(case=case)
        if not was_taken(step, case):
            open_case(_pair(held, low, high, identifier=beside(step, 1), now=now), actor=actor, now=now)
            fact = CaseNoted(id=step, at=now, case=case)
            keep_step(held, step, StepKind.NOTED, fact, by=actor, now=now, text=words)
        found = database.row(_PAIR, [low, high])
        if found is None:
            raise PairAskedElsewhere(case=case)
        return UUID(str(found[0]))


def _pair(held: Locked, low: UUID, high: UUID, *, identifier: UUID, now: datetime) -> Opening:
    kind = queries.complaint_kinds()[LIKELY]
    return Opening(
        id=identifier,
        kind=kind,
        origin=Origin.PLATFORM,
        number=rules.new_number(),
        due_at=now + kind.answered_within,
        site=site_of(held.site),
        commune="" if held.commune == NO_SITE else held.commune,
        person=low,
        other=high,
    )
