"""Where doses stand on their way to a certificate: read afresh, so that neither order nor repetition makes a difference."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.access import queries as access
from tiemchung.domain.certificates.rules import standing, wanted
from tiemchung.domain.certificates.values import Kind, Standing
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.people import queries as people
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import queries as visits
from tiemchung.plumbing import arrays, database

RENEWED_BEFORE = timedelta(days=3)
"""How long before its end a pass is signed anew while the person is still not proved. Ours."""

_DOSES = """
select person_id, id, site, status, findings, attested_findings, product, dose_number, given_on
from immunization_dose_facts where person_id = any(%b::uuid[]) order by person_id, id
"""
# A row that says the same is left alone: most doses are read again for the sake of another dose of the person. What is or
# was signable has to be looked at again; a dose that merely waits has not.
_PUT = """
insert into certificates_preparation as p (person_id, id, site, state, reason, facts, due, since)
select t.*, %s from unnest(%b::uuid[], %b::uuid[], %b::text[], %b::int2[], %b::int2[], %b::int8[], %b::bool[]) as t
on conflict (person_id, id) do update
set state = excluded.state, reason = excluded.reason, facts = excluded.facts, since = excluded.since,
    due = excluded.due or p.due or p.state = 2 or (p.state = 1 and p.reason = 2)
where (p.state, p.reason, p.facts) <> (excluded.state, excluded.reason, excluded.facts)
"""


_number = attrgetter("int")


class Found(NamedTuple):
    """A dose as it stands now, with what a certificate of it would say, and whose row tells the name."""

    person: UUID
    dose: UUID
    site: str
    stands: Standing
    product: str
    dose_number: int
    given_on: date | None
    named_by: UUID
    facts: int
    """A digest of what a certificate would say: it changes when a dose is mended, when another row tells the name, and when that row
    was corrected."""


def look(persons: Collection[UUID]) -> list[Found]:
    """Return how the doses of these human beings stand now. Nothing is written."""
    linked = people.ids_of_many(persons)
    rows = sorted(set().union(*linked.values()), key=_number) if linked else []
    # By an identification at a site or by a proof behind an account, whichever was first.
    proved = access.proved_persons(rows)
    for person, since in visits.proved_since(rows).items():
        proved[person] = min(since, proved.get(person, since))
    # Sets, for a set asks another set as often as it has members itself, and a mapping as often as that one has.
    named, proved_rows = people.known(rows), set(proved)
    products, corrections = vaccines.products(), people.corrections_of(rows)
    found = []
    for person, dose, site, status, findings, answered, product, number, given_on in database.rows(
        _DOSES, [arrays.uuids(rows)]
    ):
        same = linked.get(person) or next(ids for ids in linked.values() if person in ids)
        stands = standing(
            DoseStatus(status),
            findings,
            answered=answered,
            # Whoever is linked to a proved person is the same human being.
            proved=not same.isdisjoint(proved_rows),
            product_known=product in products and bool(products[product].dcc_mp),
            name_known=not same.isdisjoint(named),
        )
        # Nearly everybody is one row only.
        named_by = person if len(same) == 1 else _named_by(person, same & named, proved)
        facts = _facts(named_by, product, number, given_on, worded_by=corrections.get(named_by))
        found.append(Found(person, dose, site, stands, product, number, given_on, named_by, facts))
    return found


def _facts(named_by: UUID, product: str, number: int, given_on: date | None, *, worded_by: UUID | None) -> int:
    corrected = f"|{worded_by}" if worded_by else ""
    said = f"{named_by}|{product}|{number}|{given_on}{corrected}".encode()
    return int.from_bytes(hashlib.sha256(said).digest()[:8], "big", signed=True)


def _named_by(person: UUID, named: Collection[UUID], proved: Mapping[UUID, datetime]) -> UUID:
    """Return whose row tells the name: the dose's own if it is proved, else the one proved first, else the dose's own."""
    believed = sorted((proved[row], row) for row in named if row in proved)
    if not believed or (person in proved and person in named):
        return person if person in named or not named else min(named)
    return believed[0][1]


def prepare(persons: Collection[UUID], *, now: datetime) -> int:
    """Say of every dose of these human beings where it stands now; returns how many stand elsewhere than before."""
    found = look(persons)
    return database.run(
        _PUT,
        [
            now,
            arrays.uuids([each.person for each in found]),
            arrays.uuids([each.dose for each in found]),
            arrays.texts([each.site for each in found]),
            arrays.smallints([each.stands.state for each in found]),
            arrays.smallints([each.stands.reason for each in found]),
            arrays.bigints([each.facts for each in found]),
            arrays.booleans([wanted(each.stands) is not None for each in found]),
        ],
    )


def renew_passes(*, now: datetime, limit: int = 5_000) -> int:
    """Have passes that end soon looked at again, at most so many; returns how many. Their persons are still not proved."""
    return database.run(
        "update certificates_preparation p set due = true from (select c.person_id, c.dose from certificates_certificate c "
        "join certificates_preparation q on q.person_id = c.person_id and q.id = c.dose and not q.due "
        "where c.kind = %s and c.withdrawn is null and c.expires_at < %s order by c.expires_at limit %s) c "
        "where p.person_id = c.person_id and p.id = c.dose",
        [int(Kind.PASS), now + RENEWED_BEFORE, limit],
    )
