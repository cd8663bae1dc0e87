from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.domain.supply.actions.test_shipping import in_the_ledger
from tests.faces.depot import scenery
from tests.faces.depot.scenery import CITY, LOT, NOW, SITE
from tests.journeys.conftest import OpenPage, Visit, click_twice

pytestmark = pytest.mark.browser
KEEPER, FIRST, SECOND = "Thủ kho thành phố", "Kiểm định, người thứ nhất", "Kiểm định, người thứ hai"


@pytest.fixture(autouse=True)
def _morning(
    committed_db: None,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    settings: Settings,
) -> None:
    del committed_db
    settings.TIEMCHUNG_DEMO = True
    scenery.a_morning_at_the_store(as_worker)
    set_time(NOW)


def given_somebody_signed_in(visit: Visit, who: str, address: str = "/kho/") -> Page:
    visit.page.context.clear_cookies()
    visit.page.goto(f"/account/login/?next={address}")
    visit.page.get_by_role("button", name=who).click()
    expect(visit.page.get_by_role("link", name="Đăng xuất")).to_be_visible()
    return visit.page


def when_the_storekeeper_receives_forty_vials(page: Page) -> None:
    page.get_by_role("link", name="Nhận hàng").click()
    page.get_by_label("Số lô").fill(LOT)
    page.get_by_label("Vắc xin", exact=True).select_option(label="AstraZeneca")
    page.get_by_label("Hạn dùng trên hộp").fill("2022-01-31")
    page.get_by_label("Số lọ").fill("40")
    page.get_by_label("Số hóa đơn").fill("HD-1120")
    page.get_by_label("Số giấy chứng nhận").fill("CO-7")
    page.get_by_label("Máy đo nhiệt độ đi cùng").select_option("fine")
    click_twice(page.get_by_role("button", name="Ghi đã nhận"))
    expect(page.get_by_role("status")).to_contain_text(f"Đã nhận lô {LOT}")


def when_two_quality_officers_release_it(visit: Visit) -> None:
    page = given_somebody_signed_in(visit, FIRST, f"/kho/{CITY}/nhan/")
    page.get_by_text("Đề nghị cho dùng…").click()
    page.get_by_label("Đã kiểm những gì").fill("đủ giấy, máy đo tốt")
    page.get_by_role("button", name="Đề nghị cho dùng").click()
    expect(page.get_by_text("Bạn đã đề nghị. Người khác phải đồng ý.")).to_be_visible()
    expect(page.get_by_role("button", name="Đồng ý")).to_have_count(0)
    page = given_somebody_signed_in(visit, SECOND, "/kho/quyet-dinh/")
    page.get_by_role("button", name="Đồng ý").click()
    expect(page.get_by_role("status")).to_contain_text("Đã đồng ý")


@pytest.mark.parametrize("script", [True, False])
def test_a_storekeeper_receives_reads_and_sends(open_page: OpenPage, script: bool) -> None:  # noqa: FBT001 - a parameter
    visit = open_page(390, script=script)
    page = given_somebody_signed_in(visit, KEEPER)
    page.get_by_role("link", name="Đo nhiệt độ Buồng lạnh 1").click()
    page.get_by_label("Nhiệt độ trên tủ").fill("4,7")
    page.get_by_role("button", name="Ghi số đo").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi 4,7")
    when_the_storekeeper_receives_forty_vials(page)
    when_two_quality_officers_release_it(visit)
    page = given_somebody_signed_in(visit, KEEPER)
    page.get_by_role("link", name="Gửi vắc xin đi").click()
    page.get_by_label("Mã nơi nhận").fill(SITE)
    page.get_by_label("Số liều").fill("100")
    page.get_by_role("button", name="Xem sẽ lấy lô nào").click()
    expect(page.get_by_text("100 liều, dùng trước 31/01/2022")).to_be_visible()
    click_twice(page.get_by_role("button", name="Soạn 100 liều"))
    click_twice(page.get_by_role("button", name="Đã rời kho: 100 liều"))
    expect(page.get_by_text("Trên đường").first).to_be_visible()
    assert in_the_ledger() == {(CITY, LOT): 300}
