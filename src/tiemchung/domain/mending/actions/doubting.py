"""A site's lead doubts a link: the two records are two persons again, and a clerk looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import queries, rules
from tiemchung.domain.mending.actions.opening import Opening, follow_decisions, open_case
from tiemchung.domain.mending.events import CaseDisagreed, CaseNoted
from tiemchung.domain.mending.values import DOUBT, CaseState, Origin, StepKind
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import beside
from tiemchung.plumbing import database, sealing

_CASE = "select id, state, site, commune from mending_case where person = %s and other = %s for update"
_REOPEN = """
update mending_case set state = %s, outcome = null, proposed_by = null, proposed = null, reason = null, decided_by = null,
decided_at = null, owner = null where id = %s
"""
_STEP = """
insert into mending_step (id, of_case, by, at, what, site, commune, to_site, text)
values (%s, %s, %s, %s, %s, %s, %s, '', %s) on conflict do nothing
"""


class Doubted(NamedTuple):
    """A lead's word that two records are two persons; `id` is that of the fact, and the key."""

    id: UUID
    person: UUID
    other: UUID
    site: str
    by: UUID | None
    why: str


def doubt_links(told: Sequence[Doubted], *, now: datetime) -> None:
    """Open the case of each doubted link, or open it again, and let its two records be two. For a session that sees all.

    Told again, nothing happens: a clerk who found meanwhile that they are one person after all is not overruled by it.
    """
    for one in told:
        step = beside(one.id, 1)
        if database.row("select 1 from mending_step where id = %s", [step]) is None:
            follow_decisions([_open(one, step=step, now=now)], now=now)


def _open(one: Doubted, *, step: UUID, now: datetime) -> UUID:
    low, high = sorted((one.person, one.other))
    if not database.rows(_CASE, [low, high]):
        kind, facts = queries.complaint_kinds()[DOUBT], people.facts({one.person})
        opening = Opening(
            id=beside(one.id, 2),
            kind=kind,
            origin=Origin.PLATFORM,
            number=rules.new_number(),
            due_at=now + kind.answered_within,
            site=one.site,
            commune=facts[one.person].commune if one.person in facts else "",
            person=low,
            other=high,
        )
        open_case(opening, actor=SYSTEM, now=now)
    ((case, state, site, commune),) = database.rows(_CASE, [low, high])
    decided = state == CaseState.DECIDED
    if decided:
        database.run(_REOPEN, [CaseState.OPEN, case])
    what = StepKind.DISAGREED if decided else StepKind.NOTED
    words = sealing.seal("health", now.date(), one.why.encode(), step.bytes)
    database.run(_STEP, [step, case, one.by, now, what, site, commune, words])
    fact: Event = (CaseDisagreed if decided else CaseNoted)(id=step, at=now, case=case, staff=one.by)
    journal.append([fact], actor=SYSTEM, recorded_at=now, site=one.site, persons={step: one.person})
    return UUID(str(case))
