"""Whoever holds a book says that one of its records and another are not one person, before they are joined."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.mending import queries
from tiemchung.domain.mending.actions.desk import keep_step, locked_within_reach, newest_proposal, was_taken, words_of
from tiemchung.domain.mending.errors import NothingProposed
from tiemchung.domain.mending.events import CaseObjected
from tiemchung.domain.mending.values import CaseState, StepKind
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching


@transaction.atomic
def object_to_join(
    case: UUID, *, step: UUID, proposal: UUID, text: str, persons: Collection[UUID], actor: Actor, now: datetime
) -> None:
    """Say that the two records of a proposed join are not one person, and why: the case is open again, for another look.

    `persons` are the rows of a book that the account opens, `proposal` is what its page showed. Said twice, it is said once.
    Refuses a case of nobody in the book, or a proposal that was decided or taken back meanwhile (`nothing-proposed`).
    """
    words = words_of(text)
    if queries.objected(step, case=case):
        return
    pair = next((one for one in queries.proposed_pairs(persons, actor=actor) if one.case == case), None)
    if pair is None:
        raise NothingProposed(case=case)
    with reaching(Reach(sites=frozenset({pair.site}), communes=frozenset({pair.commune}))):
        found = locked_within_reach(case)
        if was_taken(step, case):
            return
        if found is None or found.state is not CaseState.PROPOSED or proposal != newest_proposal(case):
            raise NothingProposed(case=case)
        database.run(
            "update mending_case set state = %s, outcome = null, proposed_by = null, proposed = null, reason = null "
            "where id = %s",
            [CaseState.OPEN, case],
        )
        fact = CaseObjected(id=step, at=now, case=case)
        keep_step(found, step, StepKind.OBJECTED, fact, by=actor, now=now, text=words)
