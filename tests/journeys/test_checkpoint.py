"""A traveler declares and shows a code that turns; an officer looks, compares a card, and lets pass or holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.domain.certificates import golden
from tests.domain.movement.conftest import checkpoint
from tests.faces.checkpoint.officers import hire
from tests.faces.station.scenery import signed_in
from tests.faces.verifier.trusted import shown
from tests.journeys.conftest import OpenPage, Site, check_page, until
from tiemchung.domain.places.values import Checkpoint
from tiemchung.faces.shared.assets import manifest

__all__ = ["checkpoint"]

pytestmark = pytest.mark.browser

CARDS = """async ([module, cases]) => { const { differs } = await import(module); return cases.map(c => differs(c.card, c.said)); }"""


SAYS_NO_NETWORK = "Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })"
"""A phone that believes it has no network, and is wrong."""
TAKEN_HOME = """async () => {
  const kept = await navigator.serviceWorker.getRegistration('/kiem-tra/');
  return Boolean(kept && kept.active && (await caches.match('/kiem-tra/danh-sach.json')));
}"""


@pytest.fixture
def roadside(
    checkpoint: Checkpoint, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> str:
    set_time(golden.NOW)
    with as_worker():
        hire("chot", "checkpoint")
        hire("phuong", "ward-officer")
    return checkpoint.code


def sign_in(context: BrowserContext, login: str, url: str) -> None:
    cookies: list[Any] = [
        {"name": name, "value": morsel.value, "url": url} for name, morsel in signed_in(login).cookies.items()
    ]
    context.add_cookies(cookies)


@pytest.mark.parametrize(("width", "theme", "language"), [(390, "light", ""), (1280, "dark", "/en")])
def test_an_officer_checks_one_after_the_other(
    open_page: OpenPage, site: Site, roadside: str, width: int, theme: str, language: str
) -> None:
    visit = open_page(width, theme)
    page = visit.page
    page.add_init_script(SAYS_NO_NETWORK)
    sign_in(page.context, "chot", site.url)
    page.goto(f"{language}/chot/")
    page.get_by_role("button", name="Chốt cầu Phú Mỹ").click()
    page.locator("[data-scan][data-ready]").wait_for()
    for name, button in (("ours", 0), ("a pass", 1), ("revoked", 0)):
        page.locator("textarea").fill(shown(name))
        page.locator("form button").first.click()
        page.locator("main.tc-verdict").wait_for()
        check_page(visit, where=f"{name} at {width} px")
        page.locator("form button").nth(button).click()
        page.locator("[data-scan][data-ready]").wait_for()
    expect(page.locator("main")).to_contain_text(re.compile("1 qua, 2 giữ lại|1 passed, 2 held"))


@pytest.mark.parametrize("gone", ["noticed", "since it was looked for"])
def test_without_a_network_the_signature_is_checked_all_the_same(
    open_page: OpenPage, site: Site, roadside: str, gone: str
) -> None:
    visit = open_page(390)
    visit.expects = "" if gone == "noticed" else "ERR_FAILED"
    page = visit.page
    sign_in(page.context, "chot", site.url)
    page.goto("/chot/")
    page.get_by_role("button", name="Chốt cầu Phú Mỹ").click()
    page.locator("[data-scan][data-ready]").wait_for()
    until(page, TAKEN_HOME)
    if gone == "noticed":
        page.context.set_offline(True)
        page.get_by_text("không ghi lượt qua").wait_for()
    else:
        for address in ("**/healthz", "**/chot/kiem/"):
            page.route(address, lambda route: route.abort())
    page.locator("textarea").fill(f"TL1:ABCDEFGH:{shown('ours')}")
    page.get_by_role("button", name="Kiểm tra").click()
    screen = page.locator("dialog[data-verdict=pass]")
    screen.wait_for()
    expect(screen).to_contain_text("Không cần mạng")
    until(page, "sessionStorage.length === 0")
    page.context.set_offline(False)
    page.goto("/chot/")
    expect(page.locator("main")).to_contain_text("0 qua, 0 giữ lại")


def test_a_ward_enrolls_a_place(open_page: OpenPage, site: Site, roadside: str) -> None:
    page = open_page(390).page
    sign_in(page.context, "phuong", site.url)
    page.goto("/chot/")
    page.get_by_label("Tên nơi kiểm tra").fill("Chợ Tân Phú")
    page.get_by_role("button", name="Ghi chốt").click()
    expect(page.get_by_text("Chợ Tân Phú", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_a_traveler_declares_and_the_code_turns_and_comes_back(
    open_page: OpenPage, roadside: str, width: int, theme: str
) -> None:
    visit = open_page(width, theme)
    page = visit.page
    page.goto("/chot/to-khai/")
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Đào")
    page.get_by_label("Năm sinh").fill("1987")
    page.get_by_label("Đi từ").select_option("79")
    page.get_by_label("Đến tỉnh").select_option("77")
    page.get_by_role("button", name="Lấy mã").click()
    page.get_by_text("Mã sống").wait_for()
    check_page(visit, where="the code")
    expect(page).to_have_url(re.compile("#TD1"))
    held = page.url
    page.goto("about:blank")
    page.goto(held)
    page.get_by_text("Mã sống").wait_for()
    expect(page.get_by_text("N.T.Đ · sinh 1987")).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.get_by_text("Không có mạng").wait_for()


def test_an_id_card_is_compared_on_the_device(open_page: OpenPage, roadside: str) -> None:
    page = open_page(390).page
    page.goto("/kiem-tra/")
    module = f"/static/build/{manifest()['src/verify/card.ts']['file']}"
    card = "079187004417|023456789|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi, Quận 1|01012021"
    certificate = {"latin": "NGUYEN THI<ANH<HANG", "born": "1987-03-02", "initials": ""}
    declared = {"latin": "", "born": "1987", "initials": "N.T.Á.H"}
    cases = [
        {"card": card, "said": certificate},
        {"card": card, "said": {**certificate, "born": "1987"}},
        {"card": card, "said": {**certificate, "born": "1987-03-03"}},
        {"card": card, "said": {**certificate, "latin": "NGUYEN THI<ANH<HONG"}},
        {"card": card, "said": declared},
        {"card": card, "said": {**declared, "initials": "N.T.Đ"}},
        {"card": card.replace("Nguyễn Thị Ánh Hằng", "ĐỖ THỊ ĐÀO"), "said": {**certificate, "latin": "DO THI<DAO"}},
        {"card": "HC1:ABC", "said": certificate},
    ]
    found = page.evaluate(CARDS, [module, cases])
    assert found == [False, False, True, True, False, True, False, None]
