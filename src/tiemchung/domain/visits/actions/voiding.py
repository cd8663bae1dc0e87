"""A void takes back what its dose told of the visit: that somebody was given one, and when."""

from __future__ import annotations

from collections.abc import Sequence

from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.events import Voided
from tiemchung.domain.journal import queries as journal
from tiemchung.kernel.events import Event, Kept, of_class
from tiemchung.plumbing import arrays, database

_LOCK = """
select v.person_id, v.id from visits_visit v join unnest(%b::uuid[], %b::uuid[]) as t (person_id, id) using (person_id, id)
order by 1, 2 for update of v
"""
_WRITE = """
update visits_visit v set dosed_at = t.at
from unnest(%b::uuid[], %b::uuid[], %b::timestamptz[]) as t (person_id, id, at)
where v.person_id = t.person_id and v.id = t.id and v.dosed_at is distinct from t.at
"""


def fold_voids(kept: Sequence[Kept[Event]]) -> None:
    """Let the visits of voided doses say when the first dose was given that still stands, or that there was none.

    The record has folded the voids before; one that it did not take (another site's, no dose) changes nothing here.
    """
    voids = {one.event.entry for one in of_class(kept, Voided)}
    if not voids:
        return
    told = journal.told_of(voids)
    visits = immunization.visits_of_voided([(about.person, dose) for dose, about in told.items() if about.person])
    # A dose of the same visit may come from another tablet: whoever has the visit's row reads what the other has written.
    held = database.rows(
        _LOCK, [arrays.uuids([person for person, _ in visits]), arrays.uuids([visit for _, visit in visits])]
    )
    first = immunization.first_standing(held)
    database.run(
        _WRITE,
        [
            arrays.uuids([person for person, _ in held]),
            arrays.uuids([visit for _, visit in held]),
            arrays.instants([first.get((person, visit)) for person, visit in held]),
        ],
    )
