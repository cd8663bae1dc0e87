"""Taking many off the list at once: of the wards that were named and no other, and nobody waits for another in a circle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import connection

from tests.domain.campaigns.wards import CODE, NOW, OTHER_WARD, WARD, block, officer, wish
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.values import Registration, TakeOffReason
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("campaign")
GROUPS = {f"{at:02}": name for at, name in enumerate(["An", "Ba", "Chi", "Dung", "Em", "Giang", "Hà", "Khoa"], 1)}


def registered(*wishes: Registration) -> None:
    actions.register(list(wishes), actor=SYSTEM, now=NOW)


def leave(wishes: Sequence[Registration], *, by: Actor) -> int:
    return actions.take_off([one.id for one in wishes], communes=[WARD], reason=TakeOffReason.MOVED, actor=by, now=NOW)


def test_one_of_another_ward_stays_even_where_every_row_can_be_seen(
    as_worker: Callable[[], AbstractContextManager[None]],
) -> None:
    here, there = wish(), wish(ward=OTHER_WARD)
    registered(here, there)
    with as_worker():
        for gone in (1, 0):
            assert leave([here, there], by=officer()) == gone
        counted = queries.demand(CODE, [("2021", WARD), ("2021", OTHER_WARD)])
    assert [counted["2021", ward].registered for ward in (WARD, OTHER_WARD)] == [0, 1]


def test_demand_is_locked_in_its_order_so_that_nobody_waits_in_a_circle(
    owner_connection: psycopg.Connection,
) -> None:
    wishes = [
        wish(target_group=group, person_told=block(f"Lê Văn {name}", number=None)) for group, name in GROUPS.items()
    ]
    for one in reversed(wishes):
        registered(one)
    tu = officer()

    def take_off() -> None:
        try:
            with reaching(tu.reach):
                # A plan that sorts for its own ends would hide that nobody asked it to.
                database.run("set local enable_sort = off")
                leave(wishes, by=tu)
        finally:
            connection.close()

    leaving = threading.Thread(target=take_off)
    demand = "select target_group from campaigns_demand where target_group = any(%s) order by 1 for update nowait"
    with owner_connection.transaction():
        first = owner_connection.execute(demand, [[*GROUPS][:1]]).fetchall()
        leaving.start()
        while leaving.is_alive() and not owner_connection.execute("select from pg_locks where not granted").fetchall():
            time.sleep(0.01)
        behind = owner_connection.execute(demand, [[*GROUPS][1:]]).fetchall()
    leaving.join()
    assert len(first) + len(behind) == len(GROUPS)
    left = owner_connection.execute("select sum(registered) from campaigns_demand").fetchone()
    assert left == (0,)
