"""The network goes while somebody fills in a form: the page says so, keeps what was typed, and sends it when pressed again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import ConsoleMessage, Route, expect

from tests.domain.certificates import golden
from tests.faces.checkpoint.officers import hire
from tests.faces.shared.late import Late, by_a_model
from tests.faces.station.scenery import signed_in
from tests.journeys.conftest import OpenPage, Site, check_page
from tiemchung.domain.mending import actions as mending

pytestmark = pytest.mark.browser

NO_NETWORK = "Không có mạng từ"
STORY = "Tôi tiêm ngày 13/09 ở Nhà thi đấu, sổ chưa có."
AFTER_A_WHILE_MS = 60_000
TELLS_ITS_WORDS = """() => new MutationObserver(() => {
  console.info(document.querySelector("[role=status] strong")?.textContent);
}).observe(document.querySelector("[data-away]"), { childList: true, subtree: true })"""
"""Lets a page tell what it says: as long as another page is on its way Playwright looks at nothing."""
EXPECTED = "ERR_INTERNET_DISCONNECTED|ERR_FAILED|healthz|status of 503"


def test_what_was_typed_without_a_network_stays_and_goes_when_it_is_pressed_again(open_page: OpenPage) -> None:
    visit = open_page(390)
    visit.expects = EXPECTED
    page = visit.page
    page.goto("/phan-anh/")
    page.get_by_label("Điều gì cần sửa?").select_option("missing-dose")
    page.get_by_label("Kể lại").fill(STORY)
    page.context.set_offline(True)
    expect(page.get_by_role("status")).to_contain_text(NO_NETWORK)
    check_page(visit, where="the page without a network")
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa gửi gì; những gì đã nhập còn nguyên trên trang này")
    page.get_by_role("link", name="Tôi đã có số").click()
    expect(page.get_by_label("Kể lại")).to_have_value(STORY)
    check_page(visit, where="the form that was held")
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("Bấm lần nữa để gửi")
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.locator(".govuk-panel strong")).to_be_visible()


def test_what_was_typed_is_a_step_back_when_the_system_was_too_busy(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = open_page(390)
    visit.expects = "status of 503"
    page = visit.page
    page.goto("/phan-anh/")
    page.get_by_label("Điều gì cần sửa?").select_option("missing-dose")
    page.get_by_label("Kể lại").fill(STORY)
    with monkeypatch.context() as patched:
        patched.setattr(mending, "file_complaint", Late(mending.file_complaint, by_a_model))
        page.get_by_role("button", name="Gửi phản ánh").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Hệ thống đang bận, lần gửi này chưa xong")
    check_page(visit, where="the page that says it is busy")
    page.go_back()
    expect(page.get_by_label("Kể lại")).to_have_value(STORY)
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.locator(".govuk-panel strong")).to_be_visible()


def test_a_network_that_went_before_the_last_press_leaves_the_form_where_it_is(open_page: OpenPage) -> None:
    visit = open_page(390)
    visit.expects = EXPECTED
    page = visit.page
    page.clock.install()
    page.goto("/phan-anh/")
    page.get_by_label("Điều gì cần sửa?").select_option("missing-dose")
    page.get_by_label("Kể lại").fill(STORY)
    page.clock.fast_forward(AFTER_A_WHILE_MS)
    for address in ("**/healthz", "**/phan-anh/"):
        page.route(address, lambda route: route.abort())
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa gửi gì; những gì đã nhập còn nguyên trên trang này")
    expect(page.get_by_label("Kể lại")).to_have_value(STORY)


def test_an_answer_that_is_long_in_coming_is_spoken_of(open_page: OpenPage) -> None:
    page = open_page(390).page
    under_way: list[Route] = []

    def kept_back(route: Route) -> None:
        if route.request.method == "POST":
            under_way.append(route)
        else:
            route.continue_()

    def let_go(told: ConsoleMessage) -> None:
        if told.text == "Mạng chậm, đang gửi.":
            under_way.pop().continue_()

    page.route("**/phan-anh/", kept_back)
    page.on("console", let_go)
    page.goto("/phan-anh/")
    page.evaluate(TELLS_ITS_WORDS)
    page.get_by_label("Điều gì cần sửa?").select_option("missing-dose")
    page.get_by_label("Kể lại").fill(STORY)
    page.get_by_role("button", name="Gửi phản ánh").click(no_wait_after=True)
    expect(page.locator(".govuk-panel strong")).to_be_visible()
    assert not under_way
    page.go_back()
    expect(page.get_by_role("status")).to_have_count(0)


@pytest.mark.parametrize("status", [None, 503], ids=["no way through", "our own fault"])
def test_an_office_whose_network_leads_nowhere_keeps_its_form_until_the_way_is_free(
    open_page: OpenPage,
    site: Site,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    status: int | None,
) -> None:
    set_time(golden.NOW)
    with as_worker():
        hire("phuong", "ward-officer")
    visit = open_page(1280, "dark")
    visit.expects = EXPECTED
    page = visit.page
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": site.url} for name, morsel in signed_in("phuong").cookies.items()]
    )
    page.clock.install()
    page.goto("/chot/diem/")
    page.route("**/healthz", lambda route: route.abort() if status is None else route.fulfill(status=status))
    page.clock.fast_forward(AFTER_A_WHILE_MS)
    page.get_by_label("Tên nơi kiểm tra").fill("Chợ Tân Phú")
    if status is None:
        expect(page.get_by_role("status")).to_contain_text(NO_NETWORK)
    page.get_by_role("button", name="Ghi chốt").click()
    expect(page.get_by_role("alert")).to_contain_text(NO_NETWORK if status is None else "Chúng tôi gặp trục trặc")
    expect(page.get_by_label("Tên nơi kiểm tra")).to_have_value("Chợ Tân Phú")
    page.unroute("**/healthz")
    page.get_by_role("button", name="Ghi chốt").click()
    expect(page.get_by_text("Chợ Tân Phú", exact=True)).to_be_visible()
