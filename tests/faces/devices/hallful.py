"""A hall's whole day: 9,000 persons who are called for their second dose."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from tests.domain.campaigns import wards
from tests.faces.devices.tablets import SITE
from tiemchung.domain.people.actions import fold_blocks
from tiemchung.domain.people.values import IdentifierTold, PersonBlock, PersonTold
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import reaching

PERSONS, AT_ONCE = 9_000, 1_000
AT = datetime(2021, 9, 12, 12, tzinfo=UTC)
WARD = ward_code(wards.WARD)
_APPOINTMENTS = """
insert into scheduling_appointment (person_id, id, session, starts_at, booked_at, day, site, commune, campaign, product,
    reference, state)
select p, i, %s, '2021-09-13T01:00:00Z', %s, '2021-09-13', %s, %s, 'c', 'az', 'K' || substr(i::text, 25, 11), 'booked'
from unnest(%b::uuid[], %b::uuid[]) as x(p, i)
"""
_DOSES = """
insert into immunization_dose (person_id, id, occurred_at, recorded_at, given_on, site, commune, province, product, lot,
    volume_ml, arm, dose_number, vaccinator, status, findings, rule_book)
select p, i, '2021-07-01T02:00:00Z', '2021-07-01T02:00:00Z', '2021-07-01', %s, %s, '79', 'az', 'L', 0.5, 0, 1, i, 0, 0, 1
from unnest(%b::uuid[], %b::uuid[]) as x(p, i)
"""


def told_of(person: UUID, number: int) -> PersonTold:
    block = PersonBlock(
        name=f"Nguyễn Thị Ánh Hằng {number % 500}",
        born=f"{1950 + number % 50}-03-02",
        sex="female",
        identifiers=[IdentifierTold(kind="personal-number", value=f"0791870{number:05}")],
        commune=wards.WARD,
    )
    return PersonTold(entry=uuid7(AT), person=person, block=block, site=WARD, recorded_at=AT)


def called_for_their_second_dose() -> None:
    session, persons = uuid7(AT), [uuid7(AT) for _ in range(PERSONS)]
    wanted = arrays.uuids(persons)
    with reaching(Reach(sites=frozenset({SITE, WARD}), communes=frozenset({wards.WARD}))):
        for start in range(0, PERSONS, AT_ONCE):
            fold_blocks([told_of(person, start + n) for n, person in enumerate(persons[start : start + AT_ONCE])])
        database.run(
            "insert into scheduling_session (site, id, opened_at, day, campaign, product, state, reason) "
            "values (%s, %s, %s, '2021-09-13', 'c', 'az', 'open', '')",
            [SITE, session, AT],
        )
        ids = arrays.uuids([uuid7(AT) for _ in persons])
        database.run(_APPOINTMENTS, [session, AT, SITE, wards.WARD, wanted, ids])
        database.run(_DOSES, [SITE, wards.WARD, wanted, arrays.uuids([uuid7(AT) for _ in persons])])
