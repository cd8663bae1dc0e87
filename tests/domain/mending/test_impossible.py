"""No history that the rules call worse comes of records which were joined by themselves, whatever the doses and the order.

What is judged here is what the test itself made up: the record is asked only who became one human being.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chair import SITE
from tiemchung.domain.mending.actions import linking
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.actions import fold_blocks
from tiemchung.domain.people.queries import LikelyPair
from tiemchung.domain.people.values import PersonBlock, PersonTold
from tiemchung.domain.places import actions as places
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.rules import judge
from tiemchung.domain.vaccines.values import Prior, Proposed
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

Worker = Callable[[], AbstractContextManager[None]]
FIRST_DAY = date(2021, 4, 1)
NOW = datetime(2021, 11, 30, 2, 0, tzinfo=UTC)
PROVINCE, BORN = "79", date(1980, 5, 1)
EXAMPLES, TRIO = 12, 3
_DOSES = """
insert into immunization_dose (person_id, id, occurred_at, recorded_at, given_on, site, commune, province, product, lot,
    volume_ml, arm, dose_number, vaccinator, status, findings, rule_book)
select p, i, d + time '02:00', d + time '02:00', d, %s, '26740', %s, x, 'L', 0.5, 0, 1, i, 0, 0, 1
from unnest(%b::uuid[], %b::uuid[], %b::date[], %b::text[]) as t(p, i, d, x)
"""


class Dose(NamedTuple):
    """A dose that the test made up: how many days after the first day, and of what."""

    after: int
    product: str


Record = list[Dose]
DOSES = st.builds(Dose, st.integers(0, 200), st.sampled_from(["az", "az", "az", "pfizer", "moderna", "sinopharm-bibp"]))
RECORDS = st.lists(DOSES, max_size=2)
"""What one record holds; of most people one dose or none, so that some of the joined are possible."""
GROUPS = st.lists(st.tuples(RECORDS, RECORDS, RECORDS), min_size=4, max_size=10)


@pytest.fixture(autouse=True)
def a_site(committed_db: None, as_worker: Worker) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "26740"}], actor=SYSTEM)
        places.load_sites([{"code": SITE, "name": "Điểm 1", "organization": "H1", "commune": "26740"}], actor=SYSTEM)


def put_on_record(records: Sequence[Record]) -> list[UUID]:
    """Make a person of each record, with its doses; return them in order."""
    persons = [uuid7(NOW) for _ in records]
    block = PersonBlock(name="Trần Thị Mai", born=str(BORN), sex="female", commune="26740")
    fold_blocks([PersonTold(entry=one, person=one, block=block, site=SITE, recorded_at=NOW) for one in persons])
    told = [(person, dose) for person, record in zip(persons, records, strict=True) for dose in record]
    columns = [
        arrays.uuids([person for person, _ in told]),
        arrays.uuids([uuid7(NOW) for _ in told]),
        arrays.dates([FIRST_DAY + timedelta(days=dose.after) for _, dose in told]),
        arrays.texts([dose.product for _, dose in told]),
    ]
    database.run(_DOSES, [SITE, PROVINCE, *columns])
    return persons


def faults_of(line: Sequence[Dose]) -> list[Counter[str]]:
    """Return what the rule book finds in each dose among the others of one human being."""
    days = [FIRST_DAY + timedelta(days=dose.after) for dose in line]
    told = [
        Proposed(
            product=dose.product,
            given_on=day,
            born_earliest=BORN,
            born_latest=BORN,
            province=PROVINCE,
            prior=[Prior(other.product, days[at]) for at, other in enumerate(line) if at != place],
        )
        for place, (dose, day) in enumerate(zip(line, days, strict=True))
    ]
    if not told:
        return []
    return [Counter(finding.code for finding in found) for found in judge(told, vaccines.rule_book(max(days)))]


def is_worse(records: Iterable[Record]) -> bool:
    """Tell whether a dose is judged worse where all these records are one than in its own alone."""
    held = list(records)
    alone = [faults for record in held for faults in faults_of(record)]
    return any(beside - own for beside, own in zip(faults_of([d for r in held for d in r]), alone, strict=True))


def joined(groups: Sequence[tuple[Record, Record, Record]], order: Sequence[int]) -> list[list[Record]]:
    """Say of each group that its records are certainly one, pair by pair in this order; return who became one."""
    records = [record for group in groups for record in group]
    persons = put_on_record(records)
    trios = [persons[place : place + TRIO] for place in range(0, len(persons), TRIO)]
    pairs = [LikelyPair(min(two), max(two), certain=True) for trio in trios for two in combinations(trio, 2)]
    ordered = [pairs[place % len(pairs)] for place in order] + pairs
    linking.keep_pairs(list(dict.fromkeys(ordered)), met={}, now=NOW)
    humans = {frozenset(human) for human in people.ids_of_many(persons).values()}
    of = dict(zip(persons, records, strict=True))
    return [[of[person] for person in human] for human in humans]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=GROUPS, order=st.lists(st.integers(0, 99), max_size=12))
def test_no_history_is_worse_for_having_been_joined_by_itself(
    as_worker: Worker, groups: list[tuple[Record, Record, Record]], order: list[int]
) -> None:
    with as_worker():
        humans = joined(groups, order)
    assert sum(map(len, humans)) == TRIO * len(groups)
    assert [human for human in humans if is_worse(human)] == []
    alone = [group for group in groups if sum(map(bool, group)) <= 1]
    assert len([human for human in humans if len(human) == TRIO]) >= len(alone), "no doses beside theirs: one"


def test_without_the_look_at_their_doses_impossible_histories_are_joined(
    as_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiemchung.domain.immunization.queries.worse_if_joined", lambda pairs: [False for _ in pairs])
    with as_worker():
        humans = joined([([Dose(0, "az")], [Dose(3, "az")], [])], [])
    assert [is_worse(human) for human in humans] == [True]
