"""A citizen at a phone: opens the book, adds her mother, proves herself by the slip, registers."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from tests.domain.access.people_known import NOW
from tests.faces.healthbook.citizens import BOOK, MINE, Phones, slip, vaccinated
from tests.faces.healthbook.conftest import phones  # noqa: F401 - a fixture
from tests.journeys.conftest import OpenPage, Visit
from tiemchung.domain.access.actions import signing
from tiemchung.domain.access.rules import work
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.kernel.actor import SYSTEM

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def morning(
    committed_db: None, set_time: Callable[[datetime], None], as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    set_time(NOW)
    told = Campaign(
        code="covid-2021",
        name="COVID-19, 2021",
        starts_on=date(2021, 3, 8),
        ends_on=date(2022, 12, 31),
        target_diseases=["covid-19"],
    )
    with as_worker():
        campaigns.load_campaigns([told], actor=SYSTEM)


def given_an_open_book(visit: Visit, phones: Phones) -> None:  # noqa: F811 - the fixture is handed on
    page = visit.page
    page.goto(BOOK)
    page.get_by_label("Số điện thoại").fill(MINE)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.get_by_label("Mã gồm 6 số").fill(phones.code(MINE))
    page.get_by_role("button", name="Mở sổ").click()
    page.get_by_role("heading", name="Sổ này chưa có ai").wait_for()


def when_she_adds_her_mother(visit: Visit) -> None:
    page = visit.page

    def go_on() -> None:
        page.get_by_role("button", name="Tiếp tục").click()

    page.get_by_role("link", name="Thêm một người").click()
    page.get_by_label("Cho người tôi giúp").check()
    page.get_by_label("Người lớn mà tôi giúp đã đồng ý").check()
    go_on()
    page.get_by_label("Họ và tên").fill("Trần Thị Tư")
    go_on()
    page.get_by_label("Năm").fill("1952")
    go_on()
    page.get_by_label("Nữ").check()
    go_on()
    page.get_by_role("button", name="Người đó không có giấy tờ").click()
    for place in ("Thành phố Hồ Chí Minh", "Quận 7", "Phường Tân Phú"):
        page.locator("#unit").select_option(label=place)
        go_on()
    page.get_by_role("button", name="Ghi vào sổ").click()
    page.get_by_role("heading", name="Mở sổ của Trần Thị Tư").wait_for()


def when_she_types_the_slip_s_code(visit: Visit, code: str) -> None:
    page = visit.page
    expect(page.get_by_label("Mã trên phiếu")).to_be_visible()
    page.goto(f"{BOOK}mo/")
    page.get_by_label("Mã trên phiếu").fill(code)
    page.get_by_label("Năm sinh của người được tiêm").fill("1987")
    page.get_by_role("button", name="Mở sổ").click()


def when_she_registers(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Đăng ký", exact=True).click()
    for answer in ("Tôi không rõ", "Nơi nào cũng được", "Buổi sáng"):
        page.get_by_label(answer).check()
        page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Gửi đăng ký").click()
    page.get_by_role("heading", name="Đã đăng ký").wait_for()
    page.get_by_role("link", name="Về sổ").click()
    page.get_by_text("Đã đăng ký · chờ lịch").wait_for()


def then_the_book_shows_her_dose(visit: Visit) -> None:
    visit.page.get_by_role("heading", name=re.compile("Mũi 1 · AstraZeneca")).wait_for()


def when_the_network_goes_for_a_while(visit: Visit) -> None:
    page = visit.page
    visit.expects = "healthz|ERR_INTERNET_DISCONNECTED"
    page.context.set_offline(True)
    page.get_by_role("link", name="Đăng ký", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng từ")
    then_the_book_shows_her_dose(visit)
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("Có mạng lại")


@pytest.mark.parametrize(("width", "script"), [(390, True), (320, False)])
def test_a_citizen_opens_her_book_adds_her_mother_proves_herself_and_registers(
    open_page: OpenPage,
    phones: Phones,  # noqa: F811 - same
    width: int,
    script: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    person = vaccinated()
    visit = open_page(width, script=script)
    given_an_open_book(visit, phones)
    when_she_adds_her_mother(visit)
    visit.page.get_by_role("link", name="Mở sổ", exact=True).click()
    when_she_types_the_slip_s_code(visit, slip(person))
    then_the_book_shows_her_dose(visit)
    if script:
        when_the_network_goes_for_a_while(visit)
    when_she_registers(visit)
    for name in ("Xem tất cả", "Sửa, hạn chế, tải về"):
        visit.page.get_by_role("link", name=name).click()
        visit.page.get_by_role("link", name="Quay lại").or_(visit.page.locator(".govuk-back-link")).first.wait_for()
        visit.page.go_back()
    for tab in ("Gia đình", "Tài khoản"):
        visit.page.get_by_role("navigation", name="Mục chính").get_by_role("link", name=tab).click()
        visit.page.get_by_role("heading", level=1, name=tab).wait_for()
    assert visit.complaints == []


def test_back_and_a_second_tab_lose_nothing(open_page: OpenPage, phones: Phones) -> None:  # noqa: F811 - same
    visit = open_page(390)
    given_an_open_book(visit, phones)
    page = visit.page
    page.get_by_role("link", name="Thêm một người").click()
    page.get_by_role("radio", name="Cho tôi").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Họ và tên").fill("Lê Thị Ỵ")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_label("Năm")).to_be_visible()
    second = page.context.new_page()
    second.goto(f"{BOOK}them/ten/")
    expect(second.get_by_label("Họ và tên")).to_have_value("Lê Thị Ỵ")
    page.go_back()
    expect(page.get_by_label("Họ và tên")).to_have_value("Lê Thị Ỵ")


def test_a_browser_pays_for_a_code_with_a_short_sum(
    open_page: OpenPage,
    phones: Phones,  # noqa: F811 - same
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, "FIRST_BITS", 12)
    monkeypatch.setattr(signing, "ASKED_FROM_ONE_PLACE", 0)
    page = open_page(390).page
    page.goto(f"{BOOK}vao/")
    page.get_by_label("Số điện thoại").fill(MINE)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.locator("form[data-work][data-ready]").wait_for()
    assert phones.messages == []
    page.get_by_role("button", name="Tính rồi gửi mã").click()
    page.get_by_label("Mã gồm 6 số").wait_for()
    assert len(phones.code(MINE)) == 6
