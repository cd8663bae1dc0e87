"""A nurse gives a dose from the list to the record, and a planner enters a zone: by the keyboard alone, and always seen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from tests.faces.checkpoint.test_zones import hire
from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING
from tests.journeys.conftest import OpenPage
from tests.journeys.test_checkpoint import sign_in
from tests.journeys.test_station import doses, given_a_nurse_signed_in_by_one_click
from tiemchung.domain.journal import actions as journal

pytestmark = [pytest.mark.browser, pytest.mark.proof]
MOST_STEPS = 120
"""Presses of Tab within which everything on a page is reached."""


@pytest.fixture(autouse=True)
def _morning(
    committed_db: None,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    settings: Settings,
) -> None:
    del committed_db
    settings.TIEMCHUNG_DEMO = True
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
    set_time(MORNING + timedelta(minutes=30))
    scenery.hire("khoa", "lead", "vaccinator", name="Lê Minh Khoa")
    scenery.stock()


AT = "element => element === document.activeElement"
SEEN = """element => [element, element.nextElementSibling, element.parentElement].some(each => each &&
  [getComputedStyle(each), getComputedStyle(each, '::before')].some(style =>
    style.outlineStyle !== 'none' || style.boxShadow !== 'none'))"""


def reach(page: Page, wanted: Locator) -> None:
    """Go to something by Tab, and see there that one is there."""
    wanted.wait_for(state="attached")
    for _ in range(MOST_STEPS):
        there = wanted.evaluate(AT)
        if there:
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    seen = wanted.evaluate(SEEN)
    assert seen, "where the keyboard is cannot be seen"


def test_a_nurse_gives_a_dose_by_the_keyboard_alone(open_page: OpenPage) -> None:
    scenery.somebody_screened()
    page = given_a_nurse_signed_in_by_one_click(open_page(820))
    reach(page, page.get_by_role("link", name="Nguyễn Thị Ánh Hằng"))
    page.keyboard.press("Enter")
    confirm = page.get_by_role("button", name="Đã tiêm mũi 1")
    expect(confirm.get_by_text("tay trái")).to_be_visible()
    reach(page, page.get_by_label("Trái"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Phải")).to_be_checked()
    expect(confirm.get_by_text("tay phải")).to_be_visible()
    reach(page, confirm)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã ghi. Không cần nhập lại.")
    assert len(doses()) == 1


def test_a_planner_enters_a_zone_and_lets_it_end_by_the_keyboard_alone(
    open_page: OpenPage, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_worker():
        hire("tinh", place="79")
    page = open_page(1280).page
    page.goto("/kiem-tra/")
    sign_in(page.context, "tinh", page.url.partition("/kiem-tra")[0])
    page.goto("/chot/vung/")
    reach(page, page.get_by_label("Tỉnh, huyện hoặc xã"))
    page.keyboard.type("Quận 1")
    typed = {
        "Cấp độ, bằng lời của quyết định": "cấp 4",
        "Số quyết định": "3900/QĐ-UBND",
        "Đọc được ở đâu": "hochiminhcity.gov.vn",
    }
    for label, words in typed.items():
        reach(page, page.get_by_label(label, exact=True))
        page.keyboard.type(words)
    reach(page, page.get_by_role("button", name="Ghi vùng"))
    page.keyboard.press("Enter")
    zone = page.get_by_role("article", name="Quận 1, Thành phố Hồ Chí Minh")
    expect(zone).to_contain_text("Quyết định 3900/QĐ-UBND")
    reach(page, zone.locator("summary"))
    page.keyboard.press("Enter")
    reach(page, zone.get_by_label("Theo quyết định số"))
    page.keyboard.type("4000/QĐ-UBND")
    page.keyboard.press("Enter")
    expect(zone).to_contain_text("đến hết")
