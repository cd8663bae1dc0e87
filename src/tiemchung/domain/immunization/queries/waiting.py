"""Doses that wait for a second person: flagged, late or back-dated, or left over when their day was closed (DESIGN, law 7).

A dose that nobody stood for when its day was closed has no other way to a certificate: whoever closed the day gave it, it was
corrected since, what was found went away later, or its batch was committed while the lead closed. Which days are closed, a room
above says.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.immunization import policy, rules
from tiemchung.domain.immunization.engine import SHOWN, dose_shown
from tiemchung.domain.immunization.queries.record import timelines
from tiemchung.domain.immunization.values import HOLDS_UP, DoseWaiting, HistoryDose
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonFacts
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.values import PairTrace
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

PAGE = 50
"""Doses on one page. Ours."""
_FIRST = UUID(int=0)
# The mask stands in the text: an index holds the flagged doses alone, and only a constant proves that it serves.
_FLAGGED = f"site = %s and findings & {HOLDS_UP} <> 0 and status <> 2"
_WAITS = f"(status = 0 or findings & ~attested_findings & {HOLDS_UP} <> 0)"
_LEFT_OVER = f"site = %s and status = 0 and given_on = any(%b::date[]) and findings & {HOLDS_UP} = 0"
_WAITING = f"""
(select {SHOWN}, rule_book from immunization_dose where {_FLAGGED} and {_WAITS} and id > %s order by id limit %s)
union all
(select {SHOWN}, rule_book from immunization_dose where {_LEFT_OVER} and id > %s order by id limit %s)
order by id limit %s
"""
_COUNT = f"""
select count(*) from (
    select 1 from immunization_dose where {_FLAGGED} and {_WAITS}
    union all
    select 1 from immunization_dose where {_LEFT_OVER}
    limit %s
) waiting
"""


def waiting_count(site: str, *, closed_days: Collection[date], most: int = 1_000) -> int:
    """Return how many doses of a site wait for a second person; `most` where there are that many or more."""
    row = database.row(_COUNT, [site, site, arrays.dates(sorted(closed_days)), most])
    return int(row[0]) if row else 0


def left_to_others(person: UUID, dose: UUID) -> tuple[str, date | None, bool] | None:
    """Return where and on which day a dose was given for which nobody stands as it is, and whether a finding holds it up.

    None for one that is attested or voided. Without a finding it waits for a second person once its day is closed.
    """
    return database.row(_ALONE, [person, dose])


_ALONE = f"""
select site, given_on, findings & {HOLDS_UP} <> 0 from immunization_dose
where person_id = %s and id = %s and status <> 2 and {_WAITS}
"""


def waiting_at(
    site: str,
    *,
    closed_days: Collection[date],
    actor: Actor,
    purpose: Purpose,
    viewed_at: datetime,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[DoseWaiting]:
    """Return the doses of a site that wait for a second person's word, the oldest first, with how they were judged.

    Of `closed_days` these are also the doses without a finding that nobody stood for. Lists page by key: `after` is the last
    one's id. The view is logged. Refuses who may not attest here (`not-permitted`).
    """
    if not policy.may_attest(actor, site):
        raise NotPermitted(site=site)
    since = [after or _FIRST, limit]
    found = database.rows(_WAITING, [site, *since, site, arrays.dates(sorted(closed_days)), *since, limit])
    persons = sorted({row[1] for row in found})
    shown = people.persons(persons, purpose=purpose, actor=actor, viewed_at=viewed_at, site=site)
    lines, known = timelines(persons), people.facts(persons)
    return [
        DoseWaiting(
            dose=dose_shown(row),
            person=shown.get(row[1]),
            pairs=_judged(row[0], lines[row[1]], known.get(row[1]), edition=row[-1]),
        )
        for row in found
    ]


def _judged(dose: UUID, line: list[HistoryDose], person: PersonFacts | None, *, edition: int) -> tuple[PairTrace, ...]:
    """Return how the edition that was asked judged the dose beside its neighbors; nothing for one without a known day."""
    own = next((one for one in line if one.id == dose), None)
    if own is None or own.given_on is None:
        return ()
    return vaccines.traced(rules.proposed(own, line, person), version=edition).pairs
