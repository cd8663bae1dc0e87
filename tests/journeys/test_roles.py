"""One day of one site as each role meets it: who types, who confirms, who is told of a reaction, who closes; who plans."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.faces.station import called, scenery
from tests.faces.station.scenery import MORNING, SITE
from tests.journeys.conftest import OpenPage
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.browser
NURSE, RECORDER, LEAD = "Điều dưỡng tại bàn tiêm", "Người nhập liệu", "Trưởng điểm tiêm"
AEFI_OFFICER, PLANNER = "Cán bộ theo dõi phản ứng", "Người lập kế hoạch của tỉnh"
WHO, SIGNS = "Nguyễn Thị Ánh Hằng", "nổi mề đay ở cổ"


@pytest.fixture(autouse=True)
def _team(morning: None) -> None:
    scenery.hire("huy", "vaccinator", name="Trần Huy")
    scenery.stock()


def given_somebody_signed_in(page: Page, who: str) -> None:
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name=who, exact=True).click()
    expect(page.get_by_role("link", name="Đăng xuất")).to_be_visible()


def when_the_recorder_types_the_dose_that_the_nurse_gave(page: Page) -> None:
    given_somebody_signed_in(page, RECORDER)
    page.get_by_role("link", name=WHO).click()
    page.get_by_role("button", name="Đã tiêm mũi 1").click()
    expect(page.get_by_role("alert")).to_contain_text("Chọn")
    page.get_by_label("Ai đã tiêm?").select_option(label=NURSE)
    page.get_by_role("button", name="Đã tiêm mũi 1").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi. Không cần nhập lại.")


def when_the_nurse_confirms_it(page: Page) -> None:
    given_somebody_signed_in(page, NURSE)
    expect(page.get_by_role("heading", name="Chờ bạn xác nhận: 1 mũi người khác nhập")).to_be_visible()
    page.get_by_role("button", name="Đúng, tôi đã tiêm").click()
    expect(page.get_by_role("heading", name="Chờ bạn xác nhận")).to_be_hidden()


def when_she_tells_of_a_reaction(page: Page) -> None:
    page.get_by_role("link", name="Theo dõi").first.click()
    page.get_by_role("link", name=WHO).click()
    page.get_by_text("Phản ứng khác").click()
    page.get_by_label("Thấy gì?").fill(SIGNS)
    page.get_by_role("button", name="Phản ứng vừa sau tiêm").click()
    expect(page.get_by_role("heading", name=re.compile(SIGNS))).to_be_visible()
    page.get_by_role("button", name="Cho nằm, theo dõi").click()
    expect(page.get_by_role("definition").filter(has_text="Cho nằm, theo dõi")).to_be_visible()


def then_the_aefi_officer_reads_it_with_what_was_done(page: Page) -> None:
    given_somebody_signed_in(page, AEFI_OFFICER)
    row = page.get_by_role("row", name=re.compile(SIGNS))
    expect(row).to_contain_text("Trạm Y tế phường Tân Phú")
    expect(row).to_contain_text("Cho nằm, theo dõi")
    page.get_by_label("Điểm tiêm").select_option(label="Trạm Y tế phường Tân Phú")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_role("row", name=re.compile(SIGNS))).to_be_visible()


def when_the_lead_explains_the_vial_and_closes_the_day(page: Page) -> None:
    given_somebody_signed_in(page, LEAD)
    expect(page.get_by_text("Lọ LQ7-0412, lô ABX6412: còn 1 liều chưa rõ.")).to_be_visible()
    expect(page.get_by_role("button", name="Xác nhận và đóng ngày")).to_have_count(0)
    page.locator("summary", has_text="Ghi bỏ").click()
    page.get_by_label("Vì sao?").locator("visible=true").select_option(index=1)
    page.get_by_role("button", name="Ghi bỏ").click()
    page.get_by_role("button", name="Xác nhận và đóng ngày 13/09/2021").click()
    expect(page.get_by_text("Đã đóng lúc 17:00, Trưởng điểm tiêm")).to_be_visible()


def then_the_dose_is_attested() -> None:
    with reaching(Reach(sites=frozenset({SITE}))):
        assert database.rows("select status, confirmed_by = vaccinator from immunization_dose") == [(1, True)]


def test_a_dose_is_typed_confirmed_watched_and_attested_by_four_people(
    open_page: OpenPage, set_time: Callable[..., None]
) -> None:
    scenery.open_vial("LQ7-0412", doses=2)
    scenery.somebody_screened(WHO)
    visit = open_page(1280)
    visit.expects = "status of 422"
    given_somebody_signed_in(visit.page, NURSE)
    when_the_recorder_types_the_dose_that_the_nurse_gave(visit.page)
    when_the_nurse_confirms_it(visit.page)
    when_she_tells_of_a_reaction(visit.page)
    then_the_aefi_officer_reads_it_with_what_was_done(visit.page)
    set_time(MORNING + timedelta(hours=8))
    when_the_lead_explains_the_vial_and_closes_the_day(visit.page)
    then_the_dose_is_attested()
    assert visit.complaints == []


def test_a_planner_of_the_province_opens_a_session_fills_it_and_invites(open_page: OpenPage) -> None:
    called.listed("Lê Thị Hường", "Trần Văn Hai")
    visit = open_page(1280)
    page = visit.page
    given_somebody_signed_in(page, PLANNER)
    page.get_by_role("link", name="Buổi tiêm", exact=True).click()
    page.get_by_label("Điểm tiêm").select_option(label="Trạm Y tế phường Tân Phú")
    page.get_by_label("Ngày").fill("2021-09-20")
    page.get_by_label("Vắc xin").select_option(label="AstraZeneca")
    page.get_by_role("button", name="Mở buổi tiêm").click()
    page.get_by_role("button", name=re.compile("Xếp người đến hạn")).click()
    expect(page.get_by_role("status")).to_have_text("Đã xếp chỗ cho 2 người đến hạn.")
    page.get_by_role("button", name="Gửi lời mời").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi 2 tin nhắn")
    expect(page.get_by_role("row", name=re.compile("Lê Thị Hường"))).to_contain_text("Đang gửi")
    page.get_by_role("link", name="Buổi tiêm", exact=True).first.click()
    expect(page.locator("tbody tr", has_text="20/09/2021")).to_contain_text("2 / 192")
    assert visit.complaints == []
