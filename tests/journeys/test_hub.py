"""A hall whose center is out of reach: app and hub under two names in a real browser, and one record in the end.

TLS, the browser's question whether a page may ask another origin, and its guard of private networks are the real ones: the
center's address counts as public, the hub's does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from tests.domain.campaigns.wards import open_campaign
from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import MORNING
from tests.journeys import halls
from tests.journeys.conftest import PATIENCE_MS, QUIET, OpenPage, Site, chromium
from tests.journeys.halls import CENTER, DIGITS, DOMAIN, FOR_HUBS, HUB, Hub, Line
from tests.journeys.test_station_app import (
    FIND,
    given_a_team,
    given_the_lead_at_a_desk,
    told_by,
    when_she_is_received,
    when_the_lead_enrolls_it,
    when_the_nurse_sets_her_pin,
)
from tiemchung.domain.journal import actions as journal

pytestmark = [pytest.mark.browser, pytest.mark.proof]

TABLET = "Máy 03"
WRITTEN = Counter({"session-opened": 1, "arrived": 1, "identified": 1})
ELSEWHERE = "/elsewhere/"
KNOWS_A_HUB = """async () => {
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    try {
      if (!database.objectStoreNames.contains("meta")) continue;
      const read = database.transaction("meta").objectStore("meta").get("hubs");
      const hubs = await new Promise((resolve) => { read.onsuccess = () => resolve(read.result); });
      if (hubs?.length > 0) return true;
    } finally {
      database.close();
    }
  }
  return false;
}"""


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The hall's hub, and the lines by which its tablets and its hub reach the center."""

    hub: Hub
    of_tablets: Line
    of_hub: Line
    page: Page
    other: Page
    """A second tablet of the hall."""

    def cut(self, *lines: Line) -> None:
        """Let these lines be cut, and no other."""
        for line in (self.of_tablets, self.of_hub):
            line.is_cut = line in lines


@pytest.fixture(autouse=True)
def _morning(
    committed_db: None,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    settings: Settings,
) -> None:
    del committed_db
    settings.TIEMCHUNG_DEMO = True
    settings.TIEMCHUNG_HUB_DOMAIN = DOMAIN
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, CENTER, FOR_HUBS]
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
        open_campaign()
    set_time(MORNING + timedelta(minutes=45), 1.0)


@pytest.fixture
def hall(site: Site, browser: Browser, tmp_path: Path, settings: Settings) -> Iterator[Hall]:
    kept = halls.papers(tmp_path)
    hub = Hub(tmp_path / "hub", kept, port=halls.free_port())
    site.extra[ELSEWHERE] = "<!doctype html><title>Elsewhere</title>"
    with halls.line_to(site, kept) as of_tablets, halls.line_to(site, kept) as of_hub:
        settings.TIEMCHUNG_PUBLIC_URL = f"https://{CENTER}:{of_tablets.server_port}"
        started = browser.browser_type.launch(
            executable_path=chromium(),
            args=[
                *QUIET,
                f"--host-resolver-rules=MAP {CENTER} 127.0.0.1, MAP {HUB} 127.0.0.1",
                f"--ip-address-space-overrides=127.0.0.1:{of_tablets.server_port}=public",
                "--ignore-certificate-errors",
            ],
        )

        def tablet() -> Page:
            context = started.new_context(
                base_url=settings.TIEMCHUNG_PUBLIC_URL, locale="vi-VN", viewport={"width": 820, "height": 900}
            )
            context.set_default_timeout(PATIENCE_MS)
            context.grant_permissions(["local-network-access"])
            return context.new_page()

        try:
            yield Hall(hub=hub, of_tablets=of_tablets, of_hub=of_hub, page=tablet(), other=tablet())
        finally:
            started.close()
            hub.stop()


def when_the_lead_lets_the_hub_in(hall: Hall, desk: Page) -> None:
    desk.get_by_label("Tên máy").fill("Hội trường")
    desk.get_by_label("Dùng cho bàn nào?").select_option(label="Máy trung chuyển của điểm")
    desk.get_by_role("button", name="Tạo mã đăng ký").click()
    command = desk.get_by_role("status").locator(".tc-lead__code").text_content() or ""
    (told,) = re.findall(r"--enroll '([^']+)'", command)
    asked = told.replace(f"{CENTER}:{hall.of_tablets.server_port}", f"{FOR_HUBS}:{hall.of_hub.server_port}")
    hall.hub.start("--address", hall.hub.address, "--enroll", asked)
    digits = hall.hub.says(DIGITS)[1]
    desk.get_by_role("link", name="Máy đã hiện sáu số").click()
    desk.get_by_label("Sáu số đang hiện trên máy đó").fill(digits)
    desk.get_by_role("button", name="Đúng máy này").click()
    hall.hub.says(re.compile("The center answers"))


def when_the_button_is_pressed(page: Page) -> None:
    page.get_by_role("link", name="Máy này", exact=True).click()
    page.get_by_role("button", name="Gửi và lấy về ngay").click()


def when_the_center_tells_of_the_hub(hall: Hall, page: Page) -> None:
    """Fetch, and wait until the center's bundle has told the tablet of its hub; it lies on the tablet's disk then."""
    when_the_button_is_pressed(page)
    hall.hub.until(lambda: page.evaluate(KNOWS_A_HUB))
    page.get_by_role("link", name="Hôm nay", exact=True).click()


def then_she_is_at_the_next_desk(page: Page) -> None:
    """Find her by the ticket that another desk gave her; this tablet heard of it from the hub alone."""
    page.get_by_role("link", name="Hôm nay", exact=True).click()
    page.get_by_label(FIND).fill("31")
    expect(page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng"))).to_be_visible()


def then_the_hub_answers_no_other_page(hall: Hall, url: str) -> None:
    """Let another page of the browser ask the hub: the browser does not let it read a word."""
    page = hall.page.context.new_page()
    page.goto(f"{url}{ELSEWHERE}")
    asked = "told => fetch(told, {method: 'POST', body: 'x'}).then(() => 'read', () => 'refused')"
    answer = page.evaluate(asked, f"{hall.hub.address}/api/devices/batches")  # ends as the browser's own promise does
    assert answer == "refused"
    page.close()


def test_a_hall_writes_while_the_center_is_away_and_believes_nobody_but_the_center(
    open_page: OpenPage, site: Site, hall: Hall
) -> None:
    scenery.stock()
    called("Nguyễn Thị Ánh Hằng")
    given_a_team()
    desk, page = given_the_lead_at_a_desk(open_page(1280).page, site.url), hall.page
    when_the_lead_enrolls_it(page, desk)
    when_the_nurse_sets_her_pin(page, desk)
    expect(page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng"))).to_be_visible()
    when_the_lead_enrolls_it(hall.other, desk, name="Máy 04")
    when_the_nurse_sets_her_pin(hall.other, desk)
    when_the_lead_lets_the_hub_in(hall, desk)  # its first roster names the tablets
    for tablet in (page, hall.other):
        when_the_center_tells_of_the_hub(hall, tablet)
    hall.cut(hall.of_tablets, hall.of_hub)
    when_she_is_received(page)
    when_the_button_is_pressed(page)
    held = page.get_by_text(re.compile(r"^3 bản ghi trong số đó đã có một bản sao niêm phong ở máy trung chuyển"))
    expect(held).to_be_visible()
    when_the_button_is_pressed(hall.other)
    then_she_is_at_the_next_desk(hall.other)
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("alert").filter(has_text="Còn bản ghi chưa gửi")).to_be_visible()
    assert told_by(TABLET) == Counter()
    then_the_hub_answers_no_other_page(hall, site.url)
    hall.cut(hall.of_tablets)  # the hub's line is back, the tablet's is not
    hall.hub.until(lambda: told_by(TABLET) == WRITTEN)
    when_the_button_is_pressed(page)
    expect(page.get_by_label("Đồng bộ")).to_contain_text("Không có gì chờ gửi")
    expect(held).to_have_count(0)
    hall.cut()
    when_the_button_is_pressed(page)
    expect(page.get_by_label("Đồng bộ")).to_contain_text("Đã gửi hết")
    assert told_by(TABLET) == WRITTEN
