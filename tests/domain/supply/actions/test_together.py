"""Several tablets of one site at the same time, each on a connection of its own."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connections

from tests.domain.supply.factories import SITE, drawn, kept, opened, wasted
from tiemchung.domain.supply import actions, queries
from tiemchung.domain.supply.values import DrawClass
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

TABLETS, BATCHES, DOSES = 6, 12, 5
LOTS = ("A", "B", "C")


def _tablet(number: int) -> Callable[[], list[UUID]]:
    """Return the work of one tablet: batches that draw from every lot, in an order of its own, and waste some."""

    def work() -> list[UUID]:
        chance = random.Random(number)
        negative = []
        try:
            for _ in range(BATCHES):
                lots = chance.sample(LOTS, k=len(LOTS))
                draws = [drawn(lot=lot, vial=f"{lot}-shared") for lot in lots for _ in range(DOSES)]
                lines = [kept(opened(lot=lots[-1], vial=f"{lots[-1]}-shared")), kept(wasted(lot=lots[0], vial="other"))]
                with reaching(Reach(sites=frozenset({SITE}))):
                    found = actions.fold(lines, batch=uuid7(), draws=draws)
                negative += [finding.entry for finding in found if finding.code == "stock-negative" and finding.entry]
        finally:
            connections.close_all()
        return negative

    return work


def test_tablets_that_draw_from_the_same_lots_at_once_lose_no_dose_and_never_wait_in_a_ring(committed_db: None) -> None:
    del committed_db
    with ThreadPoolExecutor(TABLETS) as pool:
        working = [pool.submit(_tablet(number)) for number in range(TABLETS)]
        negative = [entry for done in working for entry in done.result(timeout=60)]
    drawn_doses = TABLETS * BATCHES * DOSES * len(LOTS)
    wasted_doses = TABLETS * BATCHES
    ((left,),) = database.rows("select sum(doses) from supply_balance")
    assert left == -(drawn_doses + wasted_doses)
    assert queries.unbalanced() == []
    told = queries.draws_by_class(SITE)
    assert sum(told.values()) == drawn_doses
    assert told[DrawClass.VIAL] + told[DrawClass.OVERFILL] == drawn_doses
    # Every dose below zero was seen by somebody, and by one alone.
    assert len(negative) == len(set(negative)) == drawn_doses + wasted_doses
