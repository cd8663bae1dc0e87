"""What counters and other rooms ask of doses by their ids: no name, and nothing that is shown to anybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.immunization.values import (
    PERSON_MISSING,
    DoseFact,
    DoseStatus,
    mask_of,
)
from tiemchung.domain.people.rules import SEXES
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.plumbing import arrays, database

_FACTS = """
select f.id, f.person_id, f.site, f.commune, f.given_on, f.recorded_at, f.occurred_at, f.product, f.dose_number, f.findings,
       f.status, f.sex, f.born_from, f.born_to, f.target_group
from immunization_dose_facts f join unnest(%b::uuid[], %b::uuid[]) as w(person, id) on f.person_id = w.person and f.id = w.id
"""


_VOIDED_VISITS = """
select distinct d.person_id, d.visit
from immunization_dose d join unnest(%b::uuid[], %b::uuid[]) as w(person, id) on d.person_id = w.person and d.id = w.id
where d.status = %s and d.visit is not null order by 1, 2
"""
_FIRST_STANDING = """
select d.person_id, d.visit, min(d.occurred_at)
from immunization_dose d join unnest(%b::uuid[], %b::uuid[]) as w(person, visit)
  on d.person_id = w.person and d.visit = w.visit
where d.status <> %s group by 1, 2
"""


def visits_of_voided(doses: Sequence[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    """Return person and visit of those of these doses (by person and id) that are voided. No name, nothing medical."""
    persons, ids = arrays.uuids([person for person, _ in doses]), arrays.uuids([dose for _, dose in doses])
    return [(row[0], row[1]) for row in database.rows(_VOIDED_VISITS, [persons, ids, DoseStatus.VOIDED])]


def first_standing(visits: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], datetime]:
    """Return when the first dose that stands was given on each of these visits (by person and id), if there is one."""
    persons, ids = arrays.uuids([person for person, _ in visits]), arrays.uuids([visit for _, visit in visits])
    found = database.rows(_FIRST_STANDING, [persons, ids, DoseStatus.VOIDED])
    return {(person, visit): at for person, visit, at in found}


def dose_facts(doses: Sequence[tuple[UUID, UUID]]) -> list[DoseFact]:
    """Return what counters need of these doses (person, dose) as the record has them now; absent ones are absent."""
    found = database.rows(
        _FACTS, [arrays.uuids([person for person, _ in doses]), arrays.uuids([dose for _, dose in doses])]
    )
    return [
        DoseFact(
            id=row[0],
            person=row[1],
            site=row[2],
            commune=row[3],
            given_on=row[4],
            recorded_on=business_day(row[5]),
            recorded_at=row[5],
            occurred_at=row[6],
            product=row[7],
            dose_number=row[8],
            findings=row[9],
            status=DoseStatus(row[10]),
            sex=SEXES[row[11] or 0],
            born=PartialDate.between(row[12], row[13]),
            target_group=row[14] or "unknown",
        )
        for row in found
    ]


def unknown_lots(persons: Collection[UUID]) -> list[str]:
    """Return the lots of these persons' doses that nobody had registered when the doses were judged."""
    return [
        lot
        for (lot,) in database.rows(
            "select distinct lot from immunization_dose where person_id = any(%b::uuid[]) and findings & 64 <> 0",
            [arrays.uuids(list(persons))],
        )
    ]


def persons_awaited(persons: Collection[UUID]) -> set[UUID]:
    """Return those of these persons who have a dose that was recorded before anybody told who they are."""
    found = database.rows(
        "select distinct person_id from immunization_dose where person_id = any(%b::uuid[]) and findings & %s <> 0",
        [arrays.uuids(list(persons)), mask_of([PERSON_MISSING])],
    )
    return {person for (person,) in found}
