"""What happens to a case besides its steps to the end: somebody finds whom it is about, and overdue it goes up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization import queries as record
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending.actions.desk import Locked, at_their_desks, keep_step, locked, site_of, was_taken
from tiemchung.domain.mending.errors import CaseUnknown, NotTheCasesOwner
from tiemchung.domain.mending.events import CaseEscalated, CaseFound
from tiemchung.domain.mending.values import ESCALATES_AFTER, MISSING, NOT_ME, CaseState, Rung, StepKind
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

AT_ONCE = 500
"""Cases that go up in one transaction: each is a step and a fact. Ours."""


def found(case: UUID, *, step: UUID, person: UUID, dose: UUID | None, actor: Actor, now: datetime) -> None:
    """Say whom a case is about, and which dose: its owner does, once, of persons within reach.

    A dose that the case says is somebody else's is in dispute from now on. A case of a missing dose whose person is known is
    tied to a dose of theirs that stands, unless it is tied to one already.
    """
    with at_their_desks(actor):
        held = locked(case, actor=actor, step=step)
        if was_taken(step, case):
            return
        if held.owner != actor.id or actor.id is None:
            raise NotTheCasesOwner(case=case)
        if person not in people.known([person]) or not (held.person is None or _is_missed(held, person, dose)):
            raise CaseUnknown(case=case)
        if dose is not None and not record.hands_of(person, dose):
            raise CaseUnknown(case=case)
        database.run("update mending_case set person = %s, dose = %s where id = %s", [person, dose, case])
        held = held._replace(person=person, dose=dose)
        fact = CaseFound(id=step, at=now, case=case, dose=dose)
        keep_step(held, step, StepKind.FOUND, fact, by=actor, now=now)
        if dose is not None and held.kind == NOT_ME:
            immunization.dispute([(person, dose)], now=now)


def _is_missed(held: Locked, person: UUID, dose: UUID | None) -> bool:
    """Tell whether this is a dose that stands, of the person whose case misses one."""
    if held.kind not in MISSING or held.person is None or dose is None or person not in people.ids_of(held.person):
        return False
    is_tied = held.dose is not None and record.stands(held.person, held.dose)
    return not is_tied and record.stands(person, dose)


def escalate(*, now: datetime) -> int:
    """Let overdue cases go up: to the district when their answer is due, to the province two days later. Told again, none.

    Returns how many went up. For a session that sees all.
    """
    return sum(_up_to(level, now=now) for level in ESCALATES_AFTER)


def _up_to(level: Rung, *, now: datetime) -> int:
    with transaction.atomic():
        gone = database.rows(
            "update mending_case set level = %s where id in (select id from mending_case where state <> %s and level = %s "
            "and due_at <= %s order by due_at, id limit %s for update) returning id, site, commune",
            [level, CaseState.DECIDED, level - 1, now - ESCALATES_AFTER[level], AT_ONCE],
        )
        for case, site, commune in sorted(gone):
            step = uuid7(now)
            database.run(
                "insert into mending_step (id, of_case, by, at, what, site, commune, to_site) "
                "values (%s, %s, null, %s, %s, %s, %s, %s)",
                [step, case, now, StepKind.ESCALATED, site, commune, str(int(level))],
            )
            told = CaseEscalated(id=step, at=now, case=case, level=int(level))
            journal.append([told], actor=SYSTEM, recorded_at=now, site=site_of(site))
    return len(gone)
