"""A day on a tablet: enrolled by the lead, unlocked by a PIN, a whole visit without a network, and nothing lost or twice."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.domain.campaigns.wards import open_campaign
from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import LOT, MORNING, SITE
from tests.journeys.conftest import OpenPage, Visit
from tiemchung.domain.access import actions as access
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.journal import actions as journal
from tiemchung.faces.devices import signing
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

pytestmark = pytest.mark.browser
PIN = "246810"
NURSE, LEAD = "Nguyễn Thị Thảo", "Lê Minh Khoa"
ONE_OF_EACH = Counter(["arrived", "identified", "consented", "screened", "dose-given"])
HERE = Reach(sites=frozenset({SITE}))


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


def given_a_team() -> tuple[UUID, Actor]:
    """Hire a nurse who does everything, and a lead."""
    nurse = scenery.hire("thao", "check-in", "screener", "vaccinator", "observer", name=NURSE)
    lead = scenery.hire("khoa", "lead", name=LEAD)
    powers = frozenset({Power.ENROLL_DEVICE, Power.ATTEST})
    return nurse, Actor(id=lead, kind=ActorKind.STAFF, name=LEAD, powers=powers, reach=HERE)


def when_the_lead_enrolls_it(page: Page, lead: Actor) -> None:
    with reaching(HERE):
        code = access.open_enrollment(site=SITE, name="Máy 03", actor=lead, now=clock().now())
    pin = wire.to_base64url(hashlib.sha256(wire.from_base64url(signing.server_key())).digest())
    page.goto(f"/station/app/#enroll={code}.{pin}")
    expect(page.get_by_label("Mã ghi danh")).to_have_value(f"{code}.{pin}")
    page.get_by_label("Tên máy").fill("Máy 03")
    page.get_by_role("button", name="Ghi danh", exact=True).click()
    digits = page.locator("[data-fingerprint]")
    expect(digits).to_be_visible()
    with reaching(HERE):
        [[device]] = database.rows("select id from access_device where site = %s and kind = 'tablet'", [SITE])
        access.confirm(
            device, fingerprint=digits.get_attribute("data-fingerprint") or "", actor=lead, now=clock().now()
        )


def when_the_nurse_sets_her_pin(page: Page, nurse: UUID, lead: Actor) -> None:
    with reaching(HERE):
        digits = access.open_unlock_code(nurse, site=SITE, actor=lead)
    page.get_by_role("button", name=re.compile(NURSE)).click()
    page.get_by_label("Tám số mở máy").fill(digits)
    page.get_by_label("Mã PIN mới, từ 6 số").fill(PIN)
    page.get_by_label("Gõ lại mã PIN").fill(PIN)
    page.get_by_role("button", name="Đặt mã và vào làm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("13/09/2021"))


def given_somebody_dosed_at_another_desk() -> None:
    """Let a page of the site give a dose early enough that its half hour is over."""
    visit = scenery.somebody_screened("Võ Thị Kim Yến", ticket="7")
    with reaching(HERE):
        [[person]] = database.rows("select person_id from visits_visit where id = %s", [visit])
    dose = scenery.dose_fields(person, visit, uuid7())
    scenery.tell(DoseGiven(id=uuid7(), at=MORNING + timedelta(minutes=5), **dose))


def when_she_is_received(page: Page) -> None:
    page.get_by_label("Tên, 4 số cuối căn cước, số thứ tự").fill("hang anh")
    page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng")).click()
    page.get_by_label("Quét thẻ và so mặt").check()
    page.get_by_label("Số thứ tự").fill("31")
    page.get_by_role("button", name=re.compile("Đúng người")).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi. Số thứ tự 31.")


def when_she_is_screened(page: Page) -> None:
    page.get_by_label("Tên, 4 số cuối căn cước, số thứ tự").fill("31")
    page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng")).click()
    page.get_by_label("Đồng ý", exact=True).check()
    page.get_by_label(re.compile("Đã hỏi hết")).check()
    page.get_by_label("Nhiệt độ (°C)").fill("36,6")
    page.get_by_role("button", name="Xem kết luận").click()
    expect(page.get_by_label("Đủ điều kiện tiêm")).to_be_checked()
    page.get_by_role("button", name=re.compile("Ghi kết luận")).click()


def when_she_gets_her_dose(page: Page) -> None:
    confirm = page.get_by_role("button", name=re.compile("Đã tiêm mũi 1"))
    expect(confirm).to_contain_text(f"lô {LOT}")
    confirm.dblclick()
    expect(page.get_by_role("status").first).to_contain_text("Không cần nhập lại")


def then_a_reload_offline_keeps_it_all(page: Page) -> None:
    page.reload()
    page.get_by_role("button", name=re.compile(NURSE)).click()
    page.get_by_label("Mã PIN").fill("111111")
    page.get_by_role("button", name="Vào làm").click()
    expect(page.get_by_role("alert")).to_contain_text("Còn 4 lần thử")
    page.get_by_label("Mã PIN").fill(PIN)
    page.get_by_role("button", name="Vào làm").click()
    page.get_by_role("button", name=re.compile("Theo dõi")).click()
    row = page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng"))
    expect(row).to_contain_text("chưa gửi")


def told_by(device_name: str) -> Counter[str]:
    """Return how often the server holds each kind that the tablet told."""
    with reaching(HERE):
        rows = database.rows(
            "select entry.kind, count(*) from journal_entry entry join access_device device on device.id = entry.device "
            "where device.name = %s group by entry.kind",
            [device_name],
        )
    return Counter(dict(rows))


def test_a_whole_visit_is_written_down_without_a_network_and_reaches_the_site_once(open_page: OpenPage) -> None:
    scenery.stock()
    called("Nguyễn Thị Ánh Hằng", "Trần Văn Ấn")
    nurse, lead = given_a_team()
    given_somebody_dosed_at_another_desk()
    visit = open_page(820)
    page = visit.page
    when_the_lead_enrolls_it(page, lead)
    when_the_nurse_sets_her_pin(page, nurse, lead)
    expect(page.get_by_role("link", name=re.compile("Trần Văn Ấn"))).to_be_visible()
    page.context.set_offline(True)
    when_she_is_received(page)
    when_she_is_screened(page)
    when_she_gets_her_dose(page)
    then_a_reload_offline_keeps_it_all(page)
    page.context.set_offline(False)
    page.get_by_role("link", name="Máy này").click()
    page.get_by_role("button", name="Gửi và lấy về ngay").click()
    expect(page.get_by_label("Đồng bộ")).to_contain_text("Đã gửi hết")
    assert told_by("Máy 03") == ONE_OF_EACH
    then_the_desk_shows_it(open_page(1280))


def then_the_desk_shows_it(desk: Visit) -> None:
    desk.page.goto("/account/login/?next=/station/?stage=observed")
    desk.page.get_by_role("button", name="Điều dưỡng tại bàn tiêm").click()
    row = desk.page.get_by_role("listitem").filter(has_text="Nguyễn Thị Ánh Hằng")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Đã tiêm 09:4")
