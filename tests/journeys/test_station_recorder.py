"""One tablet handed from hand to hand: the lead calls somebody in, a recorder types the dose, and its vaccinator confirms it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.domain.campaigns.wards import open_campaign
from tests.faces.station import scenery
from tests.faces.station.called import listed, planned
from tests.faces.station.scenery import LOT, MORNING
from tests.journeys.conftest import OpenPage, Site
from tests.journeys.test_station_app import (
    FIND,
    LEAD,
    NURSE,
    PIN,
    given_the_lead_at_a_desk,
    told_by,
    when_she_is_screened,
    when_the_lead_enrolls_it,
)
from tiemchung.domain.journal import actions as journal

pytestmark = [pytest.mark.browser, pytest.mark.proof]
CALLED, PHONE = "Lê Thị Hường", "0902118340"
RECORDER = "Phạm Thị Ly"


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
        open_campaign()
    set_time(MORNING + timedelta(minutes=45), 1.0)


def given_a_team() -> None:
    scenery.hire("thao", "check-in", "screener", "vaccinator", name=NURSE)
    scenery.hire("ly", "recorder", name=RECORDER)
    scenery.hire("khoa", "lead", name=LEAD)


def when_it_is_handed_to(page: Page, desk: Page, name: str) -> None:
    """Let somebody set a PIN by the lead's word."""
    desk.goto("/station/lead/devices/")
    desk.get_by_label("Nhân viên").select_option(label=name)
    desk.get_by_role("button", name="Tạo mã mở máy").click()
    word = desk.get_by_role("status").locator(".tc-lead__code")
    expect(word).to_be_visible()
    page.get_by_role("button", name=re.compile(name)).click()
    page.get_by_label("Mã mở máy").fill(word.text_content() or "")
    page.get_by_label("Mã PIN mới, từ 6 số").fill(PIN)
    page.get_by_label("Gõ lại mã PIN").fill(PIN)
    page.get_by_role("button", name="Đặt mã và vào làm").click()
    expect(page.get_by_role("link", name="Máy này", exact=True)).to_be_visible()


def when_it_is_locked(page: Page) -> None:
    page.get_by_role("link", name="Máy này", exact=True).click()
    page.get_by_role("button", name="Khóa màn hình").click()
    expect(page.get_by_label("Mã PIN")).to_be_visible()
    page.get_by_role("button", name="Người khác").click()


def when_the_list_is_opened(page: Page) -> None:
    page.get_by_role("link", name="Lọ", exact=True).click()
    page.get_by_role("link", name="Người dự bị").click()
    expect(page.get_by_role("listitem").filter(has_text=CALLED)).to_be_visible()


def when_the_lead_calls_her_in(page: Page) -> None:
    when_the_list_is_opened(page)
    row = page.get_by_role("listitem").filter(has_text=CALLED)
    expect(row.get_by_role("link", name=PHONE)).to_be_visible()
    page.context.set_offline(True)
    row.get_by_role("button", name=re.compile("Sẽ đến")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.set_offline(False)
    row.get_by_role("button", name=re.compile("Sẽ đến")).click()
    expect(row).to_contain_text(re.compile(r"Sẽ đến \d\d:\d\d"))


def when_she_comes(page: Page) -> None:
    """Reception reads no phone, and types what the list does not tell. All of it without a network."""
    page.context.set_offline(True)
    when_the_list_is_opened(page)
    expect(page.get_by_text("1 người sẽ đến")).to_be_visible()
    expect(page.get_by_text(PHONE)).to_have_count(0)
    page.get_by_role("button", name=re.compile(f"Đón.*{CALLED}")).click()
    expect(page.get_by_label("Họ và tên")).to_have_value(CALLED)
    page.get_by_label("Nữ", exact=True).check()
    page.get_by_label("Số thứ tự").fill("31")
    page.get_by_label("Chỉ nghe nói, không có giấy tờ").check()
    page.get_by_role("button", name=re.compile("Đúng người")).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi. Số thứ tự 31.")


def when_the_recorder_types_her_dose(page: Page) -> None:
    page.get_by_role("link", name="Hôm nay", exact=True).click()
    page.get_by_label(FIND).fill("31")
    page.get_by_role("link", name=re.compile(CALLED)).click()
    page.get_by_label("Ai đã tiêm?").select_option(label=NURSE)
    confirm = page.get_by_role("button", name=re.compile("Đã tiêm mũi 1"))
    expect(confirm).to_contain_text(f"lô {LOT}")
    confirm.click()
    expect(page.get_by_role("status").first).to_contain_text(f"Chờ {NURSE} xác nhận")
    page.get_by_label(FIND).fill("31")
    page.get_by_role("link", name=re.compile(CALLED)).click()
    expect(page.get_by_text(f"Chờ {NURSE} xác nhận")).to_be_visible()
    page.get_by_role("button", name="Khóa màn hình").click()
    page.get_by_role("button", name="Người khác").click()


def when_she_signs_in(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).click()
    page.get_by_label("Mã PIN").fill(PIN)
    page.get_by_role("button", name="Vào làm").click()


def when_the_nurse_confirms_it(page: Page) -> None:
    page.get_by_role("link", name="Hôm nay", exact=True).click()
    card = page.get_by_role("region").filter(has_text=CALLED)
    expect(card).to_contain_text(RECORDER)
    card.get_by_role("button", name="Đúng, tôi đã tiêm").click()
    expect(card).to_have_count(0)


def then_the_center_has_it_all(page: Page, name: str) -> None:
    page.context.set_offline(False)
    page.get_by_role("link", name="Máy này", exact=True).click()
    page.get_by_role("button", name="Gửi và lấy về ngay").click()
    expect(page.get_by_label("Đồng bộ")).to_contain_text("Đã gửi hết")
    once = ("session-opened", "arrived", "identified", "consented", "screened", "dose-given", "confirmed")
    assert told_by(name) == dict.fromkeys(once, 1)


def test_the_lead_calls_somebody_in_and_a_recorder_types_what_the_vaccinator_confirms(
    open_page: OpenPage, site: Site
) -> None:
    scenery.stock()
    listed(CALLED, "Võ Thúy Ái")
    planned()
    given_a_team()
    page = open_page(820).page
    desk = given_the_lead_at_a_desk(open_page(1280).page, site.url)
    when_the_lead_enrolls_it(page, desk, name="Máy 04")
    when_it_is_handed_to(page, desk, LEAD)
    when_the_lead_calls_her_in(page)
    desk.goto("/station/standby/")
    expect(desk.get_by_text(re.compile(r"Sẽ đến \d\d:\d\d"))).to_be_visible()
    for name in (RECORDER, NURSE):
        when_it_is_locked(page)
        when_it_is_handed_to(page, desk, name)
    when_she_comes(page)
    when_she_is_screened(page, name=CALLED)
    expect(page.get_by_role("button", name=re.compile("Đã tiêm mũi 1"))).to_be_visible()
    when_it_is_locked(page)
    when_she_signs_in(page, RECORDER)
    when_the_recorder_types_her_dose(page)
    when_she_signs_in(page, NURSE)
    when_the_nurse_confirms_it(page)
    then_the_center_has_it_all(page, "Máy 04")
