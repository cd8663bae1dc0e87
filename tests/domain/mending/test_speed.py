from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from tests.domain.mending.test_slips import NOW, SITE, officer, told
from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.values import Outcome
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import ANYBODY, SYSTEM
from tiemchung.kernel.ids import uuid7

Worker = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _a_site(committed_db: None, as_worker: Worker) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"}], actor=SYSTEM)
        site = {"code": SITE, "name": SITE, "organization": "H1", "commune": "26734"}
        places.load_sites([site], actor=SYSTEM)


def answered_after(hours: int) -> None:
    sent, here, then = told(slips=()), officer(SITE), NOW + timedelta(hours=hours)
    actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    actions.take(sent.id, step=uuid7(then), actor=here, now=then)
    actions.decide(sent.id, step=uuid7(then), outcome=Outcome.NOT_UPHELD, text="Sổ ghi đúng.", actor=here, now=then)


def test_everybody_reads_how_fast_a_province_answers(as_worker: Worker) -> None:
    for hours in (2, 10, 60):
        answered_after(hours)
    actions.file_complaint(told(slips=()), actor=ANYBODY, now=NOW)
    actions.file_complaint(told(slips=(), site=""), actor=ANYBODY, now=NOW)
    later = NOW + timedelta(hours=70)
    with as_worker():
        assert actions.count_speed(now=later) == 2
    found = {each.province: each for each in queries.speed()}
    city = found["79"]
    assert (city.filed, city.decided, city.in_time, city.overdue) == (4, 3, 2, 1)
    assert city.median_minutes == 600
    assert (found[""].filed, found[""].decided, found[""].median_minutes) == (1, 0, None)


def test_what_is_older_than_a_month_is_counted_no_more(as_worker: Worker) -> None:
    answered_after(2)
    with as_worker():
        assert actions.count_speed(now=NOW + timedelta(days=29)) == 1
        assert actions.count_speed(now=NOW + timedelta(days=31)) == 0
    assert queries.speed() == []
