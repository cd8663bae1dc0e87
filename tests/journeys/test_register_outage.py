"""The population register hangs while somebody is received: the desk goes on, and all that waited is there once it is back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.chair import follow
from tests.domain.certificates.scenery import attest, send
from tests.domain.intake.chair import LOT, NOW, SITE, TestTablet
from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.people.conftest import address, service, store
from tests.domain.people.register_at_hand import Unreliable
from tests.domain.visits.conftest import lead
from tests.faces.healthbook.citizens import BOOK, Phones, open_book
from tests.faces.healthbook.conftest import phones
from tests.faces.station import scenery
from tests.faces.station.test_desk import CARD, dosed, screened
from tests.faces.station.test_register import hanging, point_at
from tests.journeys.conftest import SignedIn, Visit, check_page
from tiemchung.domain.access import actions as access
from tiemchung.domain.certificates import jobs as certificates
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import gateways, jobs, queries
from tiemchung.domain.people.actions import Asking
from tiemchung.domain.people.values import Verification
from tiemchung.kernel.actor import SYSTEM
from tiemchung.plumbing import database
from tiemchung.plumbing.time import clock
from tiemchung_world.passkey import Passkey

pytestmark = pytest.mark.browser
__all__ = ["address", "hanging", "lead", "new_tablet", "phones", "service", "store", "tablet", "ward"]
Worker = Callable[[], AbstractContextManager[None]]
NAME = "Nguyễn Thị Ánh Hằng"


@pytest.fixture(autouse=True)
def _morning(lead: Passkey, set_time: Callable[[datetime], None]) -> None:
    del lead
    journal.forget_server_device()
    set_time(NOW)


def everything_follows(as_worker: Worker) -> None:
    """Let every reaction read all there is, and what is due be signed."""
    with as_worker():
        follow()
        certificates.issue_due(now=clock().now)


def then_the_worker_has_no_answer_either() -> None:
    """Ask as the worker's job does, with less patience: on a line that hangs, the job's own tries take two minutes."""
    register = gateways.chosen(patience_s=0.2)
    assert register is not None
    assert Asking(register, now=clock().now(), sleep=lambda _: None).ask_due() == 0


def when_somebody_is_received(visit: Visit) -> None:
    page = visit.page
    page.goto("/station/arrivals/")
    page.get_by_label("Quét mã trên căn cước").fill(CARD)
    page.get_by_label("Người này đang ở bàn đón").check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_label("Họ và tên")).to_have_value(NAME)
    page.get_by_role("button", name="Đúng người, cho vào sàng lọc").click()


def then_the_desk_says_that_it_does_not_know_yet(visit: Visit) -> None:
    said = visit.page.get_by_role("status").filter(has_text="Chưa xác minh được")
    expect(said).to_contain_text("Cứ tiêm như thường; hệ thống tự hỏi lại.")
    check_page(visit, where="a desk whose register hangs")


def state_of(person: UUID) -> Verification:
    found = database.row("select state from people_register_state where person_id = %s", [person])
    return Verification(found[0]) if found else Verification.NOT_YET


def then_the_book_shows(page: Page, paper: str) -> None:
    page.goto(BOOK)
    expect(page.get_by_role("heading", name="Mũi 1 · AstraZeneca")).to_be_visible()
    expect(page.get_by_text(paper)).to_be_visible()


def test_the_register_hangs_while_somebody_is_received_and_nothing_waits_for_it(
    signed_in: SignedIn,
    phones: Phones,
    settings: Settings,
    service: Unreliable,
    address: str,
    hanging: Callable[[bytes], str],
    tablet: TestTablet,
    lead: Passkey,
    as_worker: Worker,
) -> None:
    point_at(settings, service, hanging(b""))
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer", site=SITE)
    nurse = scenery.signed_in("thao")
    desk = signed_in(nurse, 820)
    when_somebody_is_received(desk)
    then_the_desk_says_that_it_does_not_know_yet(desk)
    with as_worker():
        ((visit, person),) = database.rows("select id, person_id from visits_visit")
    screened(nurse, visit)
    dosed(nurse, visit)
    # The dose was drawn from no vial that anybody opened; the day is closed only once a line says from which it was.
    send(tablet, tablet.line("vial-opened", lot=LOT, vial="", doses=1, reason="line-missing"))
    attest(tablet, lead)
    everything_follows(as_worker)
    code = access.issue_proof_code(person, born_year=1987, by=SYSTEM, site=SITE, now=NOW)
    citizen = open_book(phones)
    assert citizen.post(f"{BOOK}mo/", {"code": code, "year": "1987"}).status_code == 302
    book = signed_in(citizen, 390)
    then_the_book_shows(book.page, "Đã ký")
    with as_worker():
        assert (state_of(person), queries.waiting_for_register()) == (Verification.NOT_YET, 1)
        then_the_worker_has_no_answer_either()
    point_at(settings, service, address)
    with as_worker():
        database.run("update people_register_line set until = now()")
        assert jobs.ask_register(now=clock().now()) == 1
    everything_follows(as_worker)
    with as_worker():
        assert (state_of(person), queries.waiting_for_register()) == (Verification.RIGHT, 0)
    desk.page.goto("/station/")
    check_page(desk, where="the desk once the register is back")
    then_the_book_shows(book.page, "Đã ký")
    assert desk.complaints == book.complaints == []
