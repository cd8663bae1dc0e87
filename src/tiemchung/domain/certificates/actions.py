"""What can be done in certificates: see where doses stand now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tiemchung.domain.access import queries as access
from tiemchung.domain.certificates.rules import standing
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.people import queries as people
from tiemchung.domain.visits import queries as visits
from tiemchung.plumbing import arrays, database

_DOSES = """
select person_id, id, site, status, findings from immunization_dose_facts where person_id = any(%b::uuid[])
order by person_id, id
"""
# A row that says the same is left alone: most doses are read again for the sake of another dose of the person.
_PUT = """
insert into certificates_preparation as p (person_id, id, site, state, reason, since)
select t.*, %s from unnest(%b::uuid[], %b::uuid[], %b::text[], %b::int2[], %b::int2[]) as t
on conflict (person_id, id) do update set state = excluded.state, reason = excluded.reason, since = excluded.since
where (p.state, p.reason) <> (excluded.state, excluded.reason)
"""


def prepare(persons: Collection[UUID], *, now: datetime) -> int:
    """Say of every dose of these human beings where it stands now; returns how many stand elsewhere than before.

    Everything is read afresh, so that neither order nor repetition makes a difference.
    """
    linked = people.ids_of_many(persons)
    rows = sorted(set().union(*linked.values())) if linked else []
    proved = visits.proved_since(rows).keys() | access.proved_persons(rows).keys()
    found = database.rows(_DOSES, [arrays.uuids(rows)])
    # Whoever is linked to a proved person is the same human being.
    proved_rows = {row for same in linked.values() if same & proved for row in same}
    stands = [
        standing(DoseStatus(status), findings, proved=person in proved_rows) for person, _, _, status, findings in found
    ]
    return database.run(
        _PUT,
        [
            now,
            arrays.uuids([row[0] for row in found]),
            arrays.uuids([row[1] for row in found]),
            arrays.texts([row[2] for row in found]),
            arrays.smallints([stand.state for stand in stands]),
            arrays.smallints([stand.reason for stand in stands]),
        ],
    )
