"""Doses of which somebody says that they are not theirs: held up until the case is decided, and no longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.immunization.events import DoseRejudged
from tiemchung.domain.immunization.values import DISPUTED, DoseStatus
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

# Locked in the one order in which all lock doses.
_MARK = """
update immunization_dose d set findings = d.findings {how} {mask}
from (
    select l.person_id, l.id from immunization_dose l
    join unnest(%b::uuid[], %b::uuid[]) as x(p, i) on l.person_id = x.p and l.id = x.i
    order by l.person_id, l.id for update of l
) w
where d.person_id = w.person_id and d.id = w.id and d.status <> {voided} and (d.findings & {disputed} <> 0) = {was}
returning d.person_id, d.id, d.site, d.findings
"""
_VOIDED = int(DoseStatus.VOIDED)
_DISPUTE = _MARK.format(how="|", mask=DISPUTED, voided=_VOIDED, disputed=DISPUTED, was="false")
_SETTLE = _MARK.format(how="&", mask=~DISPUTED, voided=_VOIDED, disputed=DISPUTED, was="true")


def dispute(doses: Sequence[tuple[UUID, UUID]], *, now: datetime) -> int:
    """Mark doses (by person and id) as disputed; returns how many were not. Nothing is signed for them, and what is, is revoked."""
    return _mark(_DISPUTE, doses, now=now)


def settle(doses: Sequence[tuple[UUID, UUID]], *, now: datetime) -> int:
    """Take the mark away from doses that were found to be right; returns how many had it. A voided dose keeps its own."""
    return _mark(_SETTLE, doses, now=now)


def _mark(statement: str, doses: Sequence[tuple[UUID, UUID]], *, now: datetime) -> int:
    if not doses:
        return 0
    with transaction.atomic():
        marked = database.rows(
            statement, [arrays.uuids([person for person, _ in doses]), arrays.uuids([dose for _, dose in doses])]
        )
        told: list[DoseRejudged] = []
        sites: dict[UUID, str] = {}
        for person, dose, site, findings in sorted(marked):
            fact = DoseRejudged(id=uuid7(now), at=now, dose=dose, person=person, findings=findings)
            told.append(fact)
            sites[fact.id] = site
        journal.append(told, actor=SYSTEM, recorded_at=now, sites=sites, persons={one.id: one.person for one in told})
    return len(marked)
