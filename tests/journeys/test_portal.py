from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import expect

from tests.faces.portal.country import AS_OF, count_country
from tests.journeys.conftest import OpenPage, check_page, has_letters

FIGURES = ("/", "/en/", "/so-lieu/79/", "/so-lieu/79/760/", "/so-lieu/79/760/26740/", "/?sort=name&clock=entry")
PAGES = (
    *FIGURES,
    "/so-lieu/2025/",
    "/so-lieu/2025/79/",
    "/diem-tiem/",
    "/en/diem-tiem/?unit=760",
    "/phan-anh/",
    "/en/phan-anh/so/",
)

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def country(committed_db: None, owner_connection: psycopg.Connection, set_time: Callable[..., None]) -> None:
    count_country(owner_connection)
    set_time(AS_OF + timedelta(minutes=2))


@pytest.mark.parametrize("width", [320, 1280])
def test_text_twice_as_large_loses_nothing(open_page: OpenPage, width: int) -> None:
    visit = open_page(width)
    for address in PAGES:
        visit.page.goto(address)
        visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
        has_letters(visit.page)
        too_wide = visit.page.evaluate(
            """width => [...document.body.querySelectorAll('*')].filter(e => !e.closest('svg, .tc-table-frame, .tc-skip')
              && e.getBoundingClientRect().right > width).map(e => `${e.tagName}.${e.className}: ${e.textContent}`)""",
            width,
        )
        assert not too_wide, f"{address} at 200 %: {too_wide}"


def test_a_keyboard_alone_reaches_the_content_every_province_and_the_table(open_page: OpenPage) -> None:
    page = open_page().page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".tc-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    expected = page.evaluate(
        """[...document.querySelectorAll('main a[href], main summary, main [tabindex="0"]')]
          .filter(e => e.tagName === 'a' || e.checkVisibility()).length"""
    )
    reached = set()
    for _ in range(expected):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => { const at = document.activeElement, style = getComputedStyle(at);
              const shape = at.querySelector('.tc-map__unit');
              return [at.closest('main') !== null, [...document.querySelectorAll('*')].indexOf(at),
                style.outlineStyle !== 'none' || (shape && getComputedStyle(shape).strokeWidth === '2.4px')]; }"""
        )
        assert told[0], "focus left the content early"
        assert told[2], "focus cannot be seen"
        reached.add(told[1])
    assert len(reached) == expected


def test_pointing_at_a_province_moves_the_callout(open_page: OpenPage) -> None:
    page = open_page().page
    page.goto("/")
    callout = page.locator(".tc-map__callout text")
    expect(callout).to_have_text(["TP. Hồ Chí Minh", "1.234 mũi"])
    page.locator("a[data-name='Nghệ An']").focus()
    expect(callout).to_have_text(["Nghệ An", "chưa ghi mũi nào"])


def test_nothing_covers_the_archipelagos(open_page: OpenPage) -> None:
    page = open_page().page
    page.goto("/")
    has_letters(page)
    insets = page.locator(".tc-map__inset")
    expect(insets).to_have_count(2)
    for inset in insets.all():
        box = inset.bounding_box()
        assert box is not None
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        page.mouse.wheel(0, 0)
        hit = page.evaluate(
            "([x, y]) => { scrollTo(0, y - 300); const at = document.elementFromPoint(x, y - scrollY);"
            " return at.closest('g[role=img]') !== null || at.classList.contains('tc-map__picture'); }",
            middle,
        )
        assert hit


def test_a_visitor_without_script_sorts_drills_down_and_takes_the_file_home(open_page: OpenPage) -> None:
    page = open_page(390, script=False).page
    page.goto("/")
    expect(page.locator("h1")).to_have_text(re.compile(r"^\s*1\.234"))
    page.get_by_role("link", name="Tỉnh, thành", exact=True).click()
    expect(page.locator("#table tbody tr th").first).to_have_text("An Giang")
    page.locator("#table").get_by_role("link", name="TP. Hồ Chí Minh").click()
    page.locator("#table").get_by_role("link", name="Quận 1", exact=True).click()
    expect(page.locator("h1")).to_contain_text("mũi đã tiêm tại Quận 1")
    with page.expect_download() as download:
        page.locator("#table").get_by_role("link", name="Tải CSV").click()
    with download.value.path().open(encoding="utf-8-sig") as lines:
        rows = list(csv.reader(lines))
    assert ["Tiêm Chủng", "Quận 1"] in rows
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_contain_text("doses given in Quận 1")


def test_whoever_misses_a_dose_says_so_on_a_phone_and_asks_again_by_the_number(open_page: OpenPage) -> None:
    visit = open_page(390)
    visit.expects = "status of 409"
    page = visit.page
    page.goto("/")
    page.get_by_role("link", name="Gửi phản ánh").click()
    page.get_by_label("Kể lại").fill("Tôi tiêm ngày 13/09 ở Nhà thi đấu, sổ chưa có.")
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page).to_have_title(re.compile("^Lỗi: "))
    expect(page.get_by_label("Kể lại")).to_have_value(re.compile("^Tôi tiêm"))
    check_page(visit, where="the refused complaint")
    page.get_by_label("Điều gì cần sửa?").select_option("missing-dose")
    page.get_by_role("button", name="Gửi phản ánh").click()
    number = page.locator(".govuk-panel strong").inner_text()
    check_page(visit, where="the receipt")
    page.get_by_role("link", name="Hỏi lại theo số").click()
    page.get_by_label("Số phản ánh").fill(number.lower().replace("-", " "))
    page.get_by_role("button", name="Xem").click()
    expect(page.get_by_role("main")).to_contain_text("Chờ xem")
    check_page(visit, where="how it stands")
