from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from tests.domain.mending.test_slips import NOW, OTHER, SITE, officer, told
from tiemchung.domain.mending import actions, queries, rules
from tiemchung.domain.mending.values import Outcome, Rung, StepKind
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import ANYBODY, SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose

DUE, TWO_DAYS = NOW + timedelta(hours=48), timedelta(hours=48)
Worker = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _sites(committed_db: None, as_worker: Worker) -> None:
    with as_worker():
        load()


def load() -> None:
    places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"}], actor=SYSTEM)
    rows = [{"code": code, "name": code, "organization": "H1", "commune": "26734"} for code in (SITE, OTHER)]
    places.load_sites(rows, actor=SYSTEM)


def rung_of(number: str) -> Rung:
    standing = queries.complaint_by_number(number)
    assert standing is not None
    return standing.level


def test_an_overdue_complaint_goes_to_the_district_and_two_days_later_to_the_province(as_worker: Worker) -> None:
    sent, here = told(slips=()), officer(SITE)
    number = actions.file_complaint(sent, actor=ANYBODY, now=NOW).number
    with as_worker():
        assert actions.escalate(now=DUE - timedelta(minutes=1)) == 0
        assert actions.escalate(now=DUE) == 1
        assert actions.escalate(now=DUE) == 0
        assert rung_of(number) is Rung.DISTRICT
        assert actions.escalate(now=DUE + TWO_DAYS) == 1
    assert rung_of(number) is Rung.PROVINCE
    steps = queries.steps_of(sent.id, actor=here, purpose=Purpose.CORRECTION)
    assert [each.what for each in steps] == [StepKind.OPENED, StepKind.ESCALATED, StepKind.ESCALATED]
    (waiting,) = queries.cases_waiting(actor=here)
    assert waiting.level is Rung.PROVINCE


def test_what_is_decided_in_time_goes_nowhere(as_worker: Worker) -> None:
    sent, here = told(slips=()), officer(SITE)
    actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    actions.take(sent.id, step=uuid7(NOW), actor=here, now=NOW)
    actions.decide(sent.id, step=uuid7(NOW), outcome=Outcome.NOT_UPHELD, text="Sổ ghi đúng.", actor=here, now=NOW)
    with as_worker():
        assert actions.escalate(now=DUE + TWO_DAYS) == 0


@pytest.mark.parametrize(
    ("text", "middle"),
    [
        ("13/09/2021", date(2021, 9, 13)),
        ("khoảng 13-9-2021, buổi sáng", date(2021, 9, 13)),
        ("2021-09-13", date(2021, 9, 13)),
        ("31/02/2021", None),
        ("01/01/0001", None),
        ("tháng chín", None),
        ("0901234567", None),
    ],
)
def test_a_day_that_is_told_in_words_is_looked_for_with_its_neighbors(text: str, middle: date | None) -> None:
    day = timedelta(days=1)
    assert rules.days_told(text) == ([] if middle is None else [middle - day, middle, middle + day])
