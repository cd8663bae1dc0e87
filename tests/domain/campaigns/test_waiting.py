"""The line of those who wait: one order over many wards, read a page at a time, and no further than the page needs."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.domain.campaigns.wards import CODE, NOW
from tiemchung.domain.campaigns import queries
from tiemchung.domain.campaigns.queries import waiting
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

ASKED = Purpose.REGISTRATION
LONG_AGO = date(1900, 1, 1)
WARDS = [f"{number:05}" for number in range(26_001, 26_041)]
pytestmark = pytest.mark.usefixtures("campaign", "committed_db")


def stand_in_line(owner: psycopg.Connection, told: list[tuple[str, str, int]]) -> list[UUID]:
    """Let one person for each (ward, group, minute) wait; returns them in the order in which they are served."""
    persons = [uuid7() for _ in told]
    with owner.cursor() as cursor:
        cursor.executemany(
            "insert into campaigns_registration (person_id, id, registered_at, campaign, commune, target_group, channel, times) "
            "values (%s, %s, %s, %s, %s, %s, 'list', '{}')",
            [
                (person, uuid7(), NOW + timedelta(minutes=minute), CODE, ward, group)
                for person, (ward, group, minute) in zip(persons, told, strict=True)
            ],
        )
    owner.execute("analyze campaigns_registration")
    rows = owner.execute("select person_id from campaigns_registration order by target_group, registered_at, id")
    return [person for (person,) in rows.fetchall()]


def somebody(seed: int, count: int, *, wards: list[str]) -> list[tuple[str, str, int]]:
    """Return people of whom many came in the same minute, as a list brings them, and most of one ward in front."""
    drawn = random.Random(seed)
    return [
        (
            drawn.choice(wards[: drawn.choice((1, len(wards)))]),
            drawn.choice(("01", "05", "16", "unknown")),
            drawn.randint(0, 3),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_many_wards_stand_in_one_line_and_each_page_of_it_is_full(
    seed: int, owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FEWEST_OF_A_WARD", 2)
    line = stand_in_line(owner_connection, somebody(seed, 150, wards=WARDS[:7]))
    pages, after = list[list[UUID]](), None
    with reaching(Reach(communes=frozenset(WARDS))):
        while not pages or len(pages[-1]) == 11:
            page = queries.registered(CODE, WARDS, purpose=ASKED, after=after, limit=11)
            pages.append([one.person for one in page])
            after = queries.place_of(page[-1]) if page else None
    assert [person for page in pages for person in page] == line


@pytest.mark.parametrize("seed", range(4))
def test_who_is_called_is_called_in_the_same_order_and_only_the_end_ends_it(
    seed: int, owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FEWEST_OF_A_WARD", 2)
    line = stand_in_line(owner_connection, somebody(seed, 150, wards=WARDS[:7]))
    found, looked_at, after = list[UUID](), 0, None
    with reaching(Reach(communes=frozenset(WARDS))):
        while True:
            front = queries.front(CODE, WARDS, purpose=ASKED, after=after, limit=11, not_dosed_after=LONG_AGO)
            found += [one.person for one in front.waiting]
            looked_at, after = looked_at + front.looked_at, front.after
            assert front.looked_at == min(11, len(line) - len(found) + len(front.waiting))
            if after is None:
                break
    assert found == line
    assert looked_at == len(line)


def test_of_many_wards_a_page_reads_a_few_rows_each_whatever_else_waits_there(
    owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ward brought one list: all its people came in one instant."""
    monkeypatch.setattr(waiting, "FEWEST_OF_A_WARD", 5)
    stand_in_line(owner_connection, [(ward, "05", number) for number, ward in enumerate(WARDS) for _ in range(150)])
    with reaching(Reach(communes=frozenset(WARDS))):
        first = queries.registered(CODE, WARDS, purpose=ASKED, limit=100)
        after = queries.place_of(first[-1])
        asked = waiting._asked(CODE, WARDS, group="", but=(), after=after, limit=100)
        ((plan,),) = database.rows(f"explain (analyze, format json) {waiting._ALL_OF_IT}", [*asked, 100])
    told = json.loads(plan) if isinstance(plan, str) else plan
    assert sum(_read(told[0]["Plan"])) <= 10 * 100, "ten rows for each of the page, of six thousand"


def _read(node: dict[str, Any]) -> list[float]:
    own = [
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0))
        * node["Actual Loops"]
        for _ in [0]
        if node.get("Relation Name") == "campaigns_registration"
    ]
    return own + [rows for child in node.get("Plans", []) for rows in _read(child)]
