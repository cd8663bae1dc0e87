"""What a book tells before one of its records is joined to another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.immunization import queries as record
from tiemchung.domain.immunization.values import DoseStatus, HistoryDose
from tiemchung.domain.mending.values import PAIRS, JoinProposed, Outcome
from tiemchung.kernel.actor import Actor, ActorKind
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import opening


class ProposedPair(NamedTuple):
    """A case by which a record of an open book is to be one with another, its desk, and the step that proposed it."""

    case: UUID
    mine: UUID
    other: UUID
    site: str
    commune: str
    proposal: UUID
    proposed_at: datetime


def proposed_pairs(persons: Collection[UUID], *, actor: Actor) -> list[ProposedPair]:
    """Return the cases by which these rows of a book that the account opens are to be one with another record."""
    if actor.kind is not ActorKind.CITIZEN or not set(persons) & actor.reach.books:
        raise NotPermitted
    with opening(persons):
        found = [ProposedPair(*row) for row in database.rows("select * from mending_joins_proposed()")]
    return [one for one in found if one.mine in persons]


def joins_proposed(persons: Collection[UUID], *, actor: Actor, purpose: Purpose) -> list[JoinProposed]:
    """Return what is proposed to be joined to a book, the oldest first; `persons` are the book's rows (`people.ids_of`).

    Refuses whoever does not open the book (`not-permitted`). Of the other record it tells how many doses and their months.
    """
    del purpose
    pairs = sorted(proposed_pairs(persons, actor=actor), key=lambda one: (one.proposed_at, one.case))
    if not pairs:
        return []
    lines = record.timelines({person for one in pairs for person in (one.mine, one.other)})
    return [
        JoinProposed(
            case=one.case,
            proposal=one.proposal,
            proposed_at=one.proposed_at,
            doses=len(_standing(lines[one.mine])),
            others=len(_standing(lines[one.other])),
            months=sorted({dose.given_on.replace(day=1) for dose in _standing(lines[one.other]) if dose.given_on}),
        )
        for one in pairs
    ]


def to_be_joined(cases: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return the persons whom these cases, as they stand, propose to be one with another: case and person. For a worker."""
    found = database.rows(
        "select c.id, p.person from mending_case c cross join lateral (values (c.person), (c.other)) as p(person) "
        "where c.id = any(%b::uuid[]) and c.state = 'proposed' and c.outcome = %s and c.kind = any(%b::text[]) "
        "and c.other is not null order by 1, 2",
        [arrays.uuids(sorted(cases)), Outcome.NOT_UPHELD, arrays.texts(sorted(PAIRS))],
    )
    return [(case, person) for case, person in found]


def objected(step: UUID, *, case: UUID) -> bool:
    """Tell whether this very objection was heard before."""
    return database.row("select 1 where mending_objected(%s, %s)", [step, case]) is not None


def _standing(line: Sequence[HistoryDose]) -> list[HistoryDose]:
    return [dose for dose in line if dose.status is not DoseStatus.VOIDED]
