"""One journey on one record: a citizen is called, shows the code at the desk, is received by it, and the book says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.chair import follow
from tests.faces.healthbook.citizens import BOOK, Phones, add, open_book
from tests.faces.healthbook.conftest import phones  # noqa: F401 - a fixture
from tests.faces.healthbook.test_called import called
from tests.faces.healthbook.test_registering import register
from tests.faces.station import scenery
from tests.faces.station.called import planned
from tests.journeys.conftest import OpenPage, Site, Visit

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _team(morning: None) -> None:
    scenery.hire("khoa", "lead", "vaccinator", name="Lê Minh Khoa")
    scenery.stock()


def given_her_phone(visit: Visit, client: Client, site: Site) -> None:
    visit.page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": site.url} for name, morsel in client.cookies.items()]
    )


def given_a_nurse(visit: Visit) -> None:
    visit.page.goto("/account/login/?next=/station/expected/")
    visit.page.get_by_role("button", name="Điều dưỡng tại bàn tiêm").click()
    expect(visit.page.get_by_role("link", name="Đăng xuất")).to_be_visible()


def test_who_is_called_shows_the_code_is_received_by_it_and_the_desk_knows_her(
    open_page: OpenPage,
    site: Site,
    phones: Phones,  # noqa: F811 - the fixture is handed on
    as_worker: Callable[[], AbstractContextManager[None]],
) -> None:
    client = open_book(phones)
    link: UUID = add(client)
    register(client, link)
    (appointment,) = called(planned())
    hers, desk = open_page(390), open_page(1280)
    given_her_phone(hers, client, site)
    book = f"{BOOK}nguoi/{link}/"
    hers.page.goto(book)
    expect(hers.page.locator(".tc-appointment__code svg")).to_be_visible()
    given_a_nurse(desk)
    expect(desk.page.get_by_role("link", name=re.compile("Ánh Hằng"))).to_be_visible()
    desk.page.get_by_label("Quét mã hẹn").fill(appointment.reference.lower())
    desk.page.locator(".tc-station__search button").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Nguyễn Thị Ánh Hằng")
    desk.page.locator("input[name=how][value='2']").check()
    desk.page.locator(".tc-confirm__button").click()
    expect(desk.page.get_by_role("status")).to_contain_text("1")
    with as_worker():
        follow()
    hers.page.goto(f"{book}hen/{appointment.id}/")
    expect(hers.page.locator("main .tc-status")).to_have_text("Đã đến tiêm")
    assert hers.complaints == desk.complaints == []
