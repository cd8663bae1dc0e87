"""The lead's page and the close of a day: which days may be closed, what stands in their sums, and counts of yesterday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.scenery import DAY, LOT, MORNING, SITE
from tests.faces.station.test_desk import received
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import DayLines, LotLine, VisitCounts
from tiemchung.faces.station.pages.lead import sums_of
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("morning")
PAGE, TOMORROW = "/station/lead/", DAY + timedelta(days=1)
HERE = Reach(sites=frozenset({SITE}))


@pytest.fixture
def khoa(morning: None) -> Client:
    del morning
    scenery.stock()
    scenery.hire("khoa", "lead", name="Lê Minh Khoa")
    return scenery.signed_in("khoa")


@pytest.fixture
def declined(khoa: Client) -> UUID:
    """Somebody who came, was asked, and declined."""
    del khoa
    scenery.hire("thao", "check-in", "screener")
    nurse = scenery.signed_in("thao")
    visit = received(nurse)
    nurse.post(f"/station/visits/{visit}/screening/", {"step": "ask", "agreed": "no"})
    return visit


@pytest.mark.parametrize(
    ("day", "words"),
    [(TOMORROW, "Ngày này chưa đến"), (DAY, "chưa có gì để đóng"), (DAY - timedelta(days=9), "chưa có gì để đóng")],
)
def test_a_day_to_come_and_a_day_without_anybody_are_not_closed(khoa: Client, day: date, words: str) -> None:
    page = khoa.get(f"{PAGE}?day={day}").content.decode()
    assert words in page
    assert "Xác nhận và đóng ngày" not in page
    with reaching(HERE):
        told = visits.day_lines(SITE, day).hash
    answer = khoa.post(f"{PAGE}close/", {"day": str(day), "lines_hash": told})
    assert answer.status_code == 409
    with reaching(HERE):
        assert visits.closed_days(SITE) == frozenset()


def test_who_declined_leaves_no_difference_and_has_a_part_of_the_sum(khoa: Client, declined: UUID) -> None:
    del declined
    with reaching(HERE):
        lines = visits.day_lines(SITE, DAY)
        assert not visits.unexplained(lines)
    (persons, _) = sums_of(lines)
    assert (persons.whole, persons.difference) == (1, 0)
    assert ("không đồng ý", 1) in persons.parts
    page = khoa.post(f"{PAGE}close/", {"lines_hash": lines.hash}).content.decode()
    assert "Đã đóng lúc" in page


def test_doses_of_a_vial_that_was_noted_afterwards_are_given_and_not_wasted() -> None:
    lot = LotLine(lot=LOT, product="az", given=5, vial=2, explained=3, opened=10, left=4, vials_opened=2)
    lines = DayLines(
        site=SITE, day=DAY, visits=VisitCounts(visits=0, dosed=0, deferred=0, left=0), lots=[lot], counted=[]
    )
    (doses,) = (one for one in sums_of(lines) if one.line == "doses")
    assert doses.parts == [("tiêm", 5), ("bỏ, trả", 1)]
    assert doses.difference == lot.left


def test_a_day_closed_late_takes_the_counts_of_that_day(
    khoa: Client, declined: UUID, set_time: Callable[..., None]
) -> None:
    del declined
    set_time(MORNING + timedelta(days=1))
    assert "Phiếu giấy đếm được" in khoa.get(f"{PAGE}?day={DAY}").content.decode()
    form = {"what": "slips", "quantity": "1", "day": str(DAY)}
    assert khoa.post(f"{PAGE}counts/", {**form, "entry": str(uuid7())})["Location"] == f"{PAGE}?day={DAY}"
    ahead = {**form, "entry": str(uuid7()), "day": str(TOMORROW + timedelta(days=1))}
    assert khoa.post(f"{PAGE}counts/", ahead).status_code == 404
    with reaching(HERE):
        assert [(one.what, one.quantity) for one in supply.counts_of(SITE, DAY)] == [("slips", 1)]
        assert supply.counts_of(SITE, TOMORROW) == []
        told = visits.day_lines(SITE, DAY).hash
    page = khoa.post(f"{PAGE}close/", {"lines_hash": told, "day": str(DAY)}).content.decode()
    assert "Đã đóng lúc" in page
