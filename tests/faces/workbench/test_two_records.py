"""The clerk's screen of a doubt: two records side by side, their doses on one line, joined, parted, and the next case."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.chair import dose, follow, record
from tests.domain.access.people_known import NOW, SITE, arrived_person
from tests.faces.center.officers import sign_in_as
from tests.faces.healthbook.citizens import text_of
from tests.faces.workbench.test_mending import OFFICER, QUEUE, agreed, step, two_wards
from tiemchung.domain.people.values import IdentifierTold
from tiemchung.faces.workbench import pairs
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

__all__ = ["two_wards"]

Worker = Callable[[], AbstractContextManager[None]]


def one_number(number: str, *names: str) -> list[UUID]:
    """Return the rows of people of these names who were told with one number, the second by the year of birth alone."""
    told = [IdentifierTold(kind="personal-number", value=number)]
    born = ("1980-05-01", "1980")
    return [arrived_person(name=name, born=day, identifiers=told) for name, day in zip(names, born, strict=True)]


def dosed(person: UUID, *, days_ago: int) -> None:
    with reaching(Reach(sites=frozenset({SITE}))):
        record(dose(person, at=NOW - timedelta(days=days_ago)))


@pytest.fixture
def clerk(as_worker: Worker) -> Client:
    """Return a clerk on whose desk two doubts lie; both records of the first hold a dose, ten days apart."""
    first, second = one_number("079180004417", "Nguyễn Thị Ánh", "Nguyễn Thị Anh Hằng")
    dosed(first, days_ago=30)
    dosed(second, days_ago=20)
    with as_worker():
        follow()
    one_number("079180004425", "Trần Thị Mai", "Lê Văn Tám")
    with as_worker():
        follow()
    return sign_in_as("first", **OFFICER)


def doubts(as_worker: Worker) -> list[UUID]:
    """Return the cases, the one whose records hold doses first."""
    with as_worker():
        found = database.rows(
            "select c.id from mending_case c order by exists (select from immunization_dose d where d.person_id = c.person) desc"
        )
    return [case for (case,) in found]


def linked(as_worker: Worker) -> int:
    with as_worker():
        follow()
        row = database.row("select count(*) from people_same_as where valid_to is null")
    return row[0] if row else 0


def test_what_agrees_and_what_differs_and_what_the_rules_would_find(clerk: Client, as_worker: Worker) -> None:
    case, *_ = doubts(as_worker)
    page = text_of(clerk.get(f"{QUEUE}{case}/").content)
    for words in ("Hồ sơ A", "Nguyễn Thị Anh Hằng", "Khác", "Một bên chỉ ghi năm", "Cùng bốn số cuối", "Giống"):
        assert words in page
    assert "Nếu gộp: 2 mũi trên một dòng thời gian" in page
    assert "sau 10 ngày" in page
    assert "079180004417" not in page
    with as_worker():
        assert database.row("select count(distinct person_id) from journal_view where purpose = 'correction'") == (2,)


def test_two_clerks_join_them_the_next_case_opens_and_one_parts_them_again(clerk: Client, as_worker: Worker) -> None:
    case, following = doubts(as_worker)
    step(clerk, case, "take")
    told = {"outcome": "not-upheld", "text": "Cùng một căn cước.", "go_on": "yes"}
    answer = clerk.post(f"{QUEUE}{case}/decide/", told)
    assert answer["Location"] == f"{QUEUE}{following}/"
    assert linked(as_worker) == 0
    second = sign_in_as("second", **OFFICER)
    assert "Người thứ hai" in text_of(second.get(f"{QUEUE}{case}/").content)
    assert agreed(second, case, "Đồng ý.") == 302
    assert linked(as_worker) == 1
    assert "Gỡ gộp" in text_of(second.get(f"{QUEUE}{case}/").content)
    assert step(second, case, "disagree", text="Đã gặp cả hai người.") == 302
    assert linked(as_worker) == 0
    assert "Nhận việc này" in text_of(clerk.get(f"{QUEUE}{case}/").content)


def test_a_case_that_somebody_else_works_on_is_not_the_next_one(clerk: Client, as_worker: Worker) -> None:
    case, following = doubts(as_worker)
    step(sign_in_as("second", **OFFICER), following, "take")
    step(clerk, case, "take")
    answer = clerk.post(f"{QUEUE}{case}/decide/", {"outcome": "upheld", "text": "Hai người.", "go_on": "yes"})
    assert answer["Location"] == QUEUE


def on_line(day: date, *, ours: bool, findings: list[str] | None = None) -> pairs.DoseOnLine:
    return pairs.DoseOnLine(ours, day.strftime("%d/%m/%Y"), "AstraZeneca", 1, "", findings or [], day)


def test_doses_are_drawn_on_the_line_of_their_record_in_the_order_of_their_days() -> None:
    chart = pairs.drawn(
        [
            on_line(date(2021, 7, 14), ours=True),
            on_line(date(2021, 8, 28), ours=False, findings=["Sớm"]),
            on_line(date(2021, 10, 23), ours=True),
        ]
    )
    assert chart is not None
    assert [mark.y for mark in chart.marks] == [pairs.A_LINE, pairs.B_LINE, pairs.A_LINE]
    assert [mark.found for mark in chart.marks] == [False, True, False]
    xs = [mark.x for mark in chart.marks]
    assert xs == sorted(xs)
    assert pairs.LEFT <= xs[0] < xs[-1] <= pairs.WIDTH - pairs.RIGHT
    assert [word for _, word in chart.months] == ["07/2021", "08/2021", "09/2021", "10/2021", "11/2021"]
    assert chart.marks[0].text_y < pairs.A_LINE < chart.marks[2].text_y, (
        "words of one line stand above and below in turn"
    )


@given(days=st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), min_size=1, max_size=8))
def test_whatever_the_years_the_drawing_holds_every_dose_and_few_months(days: list[date]) -> None:
    chart = pairs.drawn([on_line(day, ours=bool(day.day % 2)) for day in sorted(days)])
    assert chart is not None
    assert all(pairs.LEFT <= mark.x <= pairs.WIDTH - pairs.RIGHT for mark in chart.marks)
    assert len(chart.months) <= pairs.MOST_MONTHS


def test_without_doses_nothing_is_drawn() -> None:
    assert pairs.drawn([]) is None
