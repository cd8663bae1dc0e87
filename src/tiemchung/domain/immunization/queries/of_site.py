"""What a site asks of its own doses: of a day, of a lot, of one vaccinator, and whose hands were on one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.immunization import policy
from tiemchung.domain.immunization.engine import SHOWN, dose_shown
from tiemchung.domain.immunization.values import (
    DoseJudged,
    DoseShown,
    DoseStatus,
    DoseTyped,
    HistoryDose,
    codes_of,
    mask_of,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database


def given_at(site: str, doses: Sequence[HistoryDose]) -> set[UUID]:
    """Return which of these doses were given at a site that the session reaches. Ids of those asked for."""
    found = database.rows(
        "select id from immunization_dose where person_id = any(%b::uuid[]) and id = any(%b::uuid[]) and site = %s",
        [arrays.uuids([dose.person for dose in doses]), arrays.uuids([dose.id for dose in doses]), site],
    )
    return {dose for (dose,) in found}


def persons_dosed(site: str, days: Collection[date]) -> set[UUID]:
    """Return who had a dose that stands at a site on these days, as far as the session reaches. Ids and nothing else."""
    return {
        person
        for (person,) in database.rows(
            "select distinct person_id from immunization_dose where site = %s and given_on = any(%b::date[]) and status <> %s",
            [site, arrays.dates(sorted(days)), DoseStatus.VOIDED],
        )
    }


def given_of_lot(
    site: str, day: date, lot: str, *, purpose: Purpose, actor: Actor, viewed_at: datetime, limit: int
) -> list[DoseShown]:
    """Return the doses that stand of one lot, as it was told, on a site's day: in the order of their time. The view is logged.

    Refuses who may not amend at this site (`not-permitted`).
    """
    if not policy.may_amend(actor, site):
        raise NotPermitted(site=site)
    found = database.rows(
        f"select {SHOWN} from immunization_dose where lot = %s and site = %s and given_on = %s and status <> %s "
        "order by occurred_at, id limit %s",
        [lot, site, day, DoseStatus.VOIDED, limit],
    )
    persons = sorted({row[1] for row in found})
    journal.log_views(persons, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return [dose_shown(row) for row in found]


def hands_of(person: UUID, dose: UUID) -> frozenset[UUID]:
    """Return the staff who gave, typed or confirmed a dose, as far as the session reaches: nobody judges their own work."""
    found = database.row(
        "select vaccinator, recorder, confirmed_by from immunization_dose where person_id = %s and id = %s",
        [person, dose],
    )
    return frozenset(who for who in found or () if who is not None)


def stands(person: UUID, dose: UUID) -> bool:
    """Tell whether a dose is on record and was not voided, as far as the session reaches."""
    return database.row(_STANDS, [person, dose, DoseStatus.VOIDED]) is not None


_STANDS = "select 1 from immunization_dose where person_id = %s and id = %s and status <> %s"
_TYPED = """
select id, person_id, occurred_at, product, lot, dose_number, recorder from immunization_dose
where site = %s and given_on = %s and vaccinator = %s and recorder is not null and confirmed_by is null and status <> 2
order by occurred_at, id
"""


def unconfirmed_of(
    site: str, day: date, *, vaccinator: UUID, purpose: Purpose, actor: Actor, viewed_at: datetime
) -> list[DoseTyped]:
    """Return the doses of a site's day that a recorder typed for this vaccinator, who has not confirmed them yet.

    The view is logged. Refuses who may not record at the site (`not-permitted`).
    """
    if not policy.may_record_dose(actor, site):
        raise NotPermitted(site=site)
    found = database.rows(_TYPED, [site, day, vaccinator])
    persons = sorted({row[1] for row in found})
    journal.log_views(persons, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return [
        DoseTyped(
            id=row[0],
            person=row[1],
            occurred_at=row[2],
            product=row[3],
            lot=row[4],
            dose_number=row[5],
            recorder=row[6],
        )
        for row in found
    ]


def flagged_doses(site: str, day: date) -> list[DoseJudged]:
    """Return the doses of a site's day that stand and have findings, as they are judged now. Nobody's name, nobody's id."""
    return [
        DoseJudged(dose=dose, dose_number=number, findings=codes_of(mask))
        for dose, number, mask in database.rows(
            "select id, dose_number, findings from immunization_dose "
            "where site = %s and given_on = %s and findings <> 0 and status <> %s order by occurred_at, id",
            [site, day, DoseStatus.VOIDED],
        )
    ]


def late_of_day(site: str, day: date) -> tuple[int, int]:
    """Return how many standing doses of a site's day were typed by a recorder, and how many of these were written down late."""
    row = database.row(
        "select count(*)::int, (count(*) filter (where findings & %s <> 0))::int from immunization_dose "
        "where site = %s and given_on = %s and recorder is not null and status <> %s",
        [mask_of(["late"]), site, day, DoseStatus.VOIDED],
    )
    return (row[0], row[1]) if row else (0, 0)
