"""A rehearsal on a tablet: invented people, every screen marked, a scorecard, and nothing of it at the center."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import LATE_TIMERS, OpenPage, check_page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("tablets_morning")]
MARK = "Người do máy nghĩ ra. Không mũi nào ở đây được vào sổ."
AT_ONCE = """async (other, address) => {
  const seen = document.querySelector('main');
  other.click();
  for (let turn = 0; turn < 1000 && document.querySelector('main') === seen; turn++) await null;
  location.hash = address;
}"""
DATABASES = "indexedDB.databases().then((kept) => kept.map((one) => one.name))"


def when_somebody_goes_on_right_after_the_other_language(page: Page) -> None:
    """Go where nothing is before the browser has painted a picture of the app in its other language, then back."""
    heading = page.get_by_role("heading", level=1)
    expect(page.get_by_role("link", name="Hôm nay", exact=True)).to_be_visible()
    for language, address, shown in (
        ("en", "#/visit/nobody/nowhere", "This visit is not here"),
        ("vi", "#/", "13/09/2021"),
    ):
        page.locator(f".tc-language__other[lang={language}]").evaluate(AT_ONCE, address)
        expect(heading).to_contain_text(shown)


def when_somebody_is_received(page: Page) -> None:
    page.get_by_role("link", name="Hôm nay", exact=True).click()
    page.locator("main li a").first.click()
    page.get_by_label("Quét thẻ và so mặt").check()
    page.get_by_role("button", name=re.compile("Đúng người")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("13/09/2021"))


def test_a_team_rehearses_and_nothing_of_it_reaches_the_center(open_page: OpenPage) -> None:
    visit = open_page(820)
    page, asked = visit.page, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/station/app/?tap-duot")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tập dượt")
    check_page(visit, where="the beginning of a rehearsal")
    page.get_by_role("button", name="Bắt đầu ngày tập").click()
    when_somebody_goes_on_right_after_the_other_language(page)
    when_somebody_is_received(page)
    expect(page.get_by_role("complementary", name="Tập dượt")).to_contain_text(MARK)
    expect(page.get_by_role("button", name=re.compile("Quét"))).to_have_count(0)
    page.get_by_role("navigation").get_by_role("link", name="Bảng điểm").click()
    expect(page.get_by_role("definition").filter(has_text="1 trong 12 người")).to_be_visible()
    check_page(visit, where="the scorecard")
    page.get_by_role("link", name="Phiếu vai").click()
    expect(page.get_by_role("listitem").filter(has_text="khó thở")).to_have_count(1)
    check_page(visit, where="the cards")
    kept = page.evaluate(DATABASES)
    assert kept == ["tiemchung-rehearsal"]
    assert [url for url in asked if "/api/" in url] == []
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu vai")
    page.add_init_script(LATE_TIMERS)  # the screen's file is there before the app looks for it
    page.get_by_role("link", name="Thoát, làm việc thật").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký máy này")
    expect(page.get_by_role("complementary", name="Tập dượt")).to_have_count(0)
