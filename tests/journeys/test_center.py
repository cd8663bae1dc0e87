from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from tests.faces.center.officers import NOW, sign_in_as
from tests.journeys.conftest import LOOKS, OpenPage, Site, Visit, check_page

SITE = "79-0001"

pytestmark = pytest.mark.browser


@pytest.fixture
def on_duty(open_page: OpenPage, site: Site, set_time: Callable[..., None]) -> Callable[..., Visit]:
    """Return a function that opens a page whose browser belongs to a signed-in duty officer."""
    set_time(NOW)
    session = sign_in_as("yen", role="duty-officer", site=SITE).cookies["sessionid"].value

    def opened(*args: object, **kwargs: object) -> Visit:
        visit = open_page(*args, **kwargs)
        visit.page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        return visit

    return opened


def silence(owner: psycopg.Connection, *, minutes: int) -> None:
    owner.execute(
        "insert into access_deviceword (device, site, at, pending) values (%s, %s, %s, 84)",
        [uuid4(), SITE, NOW - timedelta(minutes=minutes)],
    )


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_board_is_open_to_every_officer_at_every_width(
    on_duty: Callable[..., Visit], owner_connection: psycopg.Connection, width: int, theme: str
) -> None:
    silence(owner_connection, minutes=192)
    visit = on_duty(width, theme)
    for address in ("/center/", "/en/center/?live=off"):
        visit.page.goto(address)
        visit.page.wait_for_load_state("networkidle")
        check_page(visit, where=f"{address} at {width} px, {theme}")


def test_the_board_tells_of_a_new_silence_by_itself_also_in_its_title(
    on_duty: Callable[..., Visit], owner_connection: psycopg.Connection
) -> None:
    visit = on_duty()
    visit.page.goto("/center/")
    assert visit.page.title() == "Toàn cảnh – Tiêm Chủng"
    silence(owner_connection, minutes=192)
    visit.page.get_by_text("1 điểm im lặng").wait_for(timeout=30_000)
    visit.page.wait_for_function("document.title === '(1) Toàn cảnh – Tiêm Chủng'", timeout=30_000)
    assert not visit.complaints


def test_an_officer_can_stop_the_refreshing_by_keyboard(on_duty: Callable[..., Visit]) -> None:
    visit = on_duty()
    visit.page.goto("/center/")
    visit.page.get_by_role("link", name="dừng tự cập nhật").press("Enter")
    visit.page.wait_for_url("**/center/?live=off")
    assert visit.page.locator("[data-hx-trigger]").count() == 0


def test_without_a_script_the_board_is_a_page_that_reloads(on_duty: Callable[..., Visit]) -> None:
    visit = on_duty(script=False)
    visit.page.goto("/center/")
    assert visit.page.locator("h1").inner_text() == "Toàn cảnh ngày 13/09/2021"
    assert visit.page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() == 1
