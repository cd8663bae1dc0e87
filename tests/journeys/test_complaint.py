"""A citizen whose book says the wrong vaccine, or lacks a dose, says so with a photo and sees it mended, certificate and all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.chair import follow
from tests.domain.certificates.scenery import attest, give, identify
from tests.domain.intake.chair import LOT, NOW, SITE, TestTablet
from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.visits.conftest import lead
from tests.faces.center.officers import sign_in_as
from tests.faces.healthbook.citizens import BOOK, MINE, Phones, open_book
from tests.faces.healthbook.conftest import phones
from tests.faces.workbench.test_complaints import photo
from tests.journeys.conftest import SignedIn, Visit, check_page
from tiemchung.domain.access import actions as access
from tiemchung.domain.certificates import jobs
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.values import LotTold
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.time import clock
from tiemchung_world.passkey import Passkey

pytestmark = pytest.mark.browser
__all__ = ["lead", "new_tablet", "phones", "tablet", "ward"]
Worker = Callable[[], AbstractContextManager[None]]
LEAD = {"role": "lead", "site": SITE}
ON_THE_SLIP, IN_THE_BOOK = "Pfizer", "AstraZeneca"
LOT_ON_THE_SLIP = "FK1234"
BRANDS = {"AstraZeneca": "Vaxzevria", "Pfizer": "Comirnaty"}


def everything_follows(as_worker: Worker) -> None:
    """Let every reaction read all there is, and sign what is due."""
    with as_worker():
        follow()
        jobs.issue_due(now=clock().now)


@pytest.fixture
def citizen(
    set_time: Callable[[datetime], None], phones: Phones, tablet: TestTablet, lead: Passkey, as_worker: Worker
) -> Client:
    """Return whose book holds a signed certificate of a dose; a tablet told the wrong vial of two that lay side by side."""
    journal.forget_server_device()
    set_time(NOW)
    with as_worker():
        told = LotTold(number=LOT_ON_THE_SLIP, product="pfizer", expires_on=(NOW + timedelta(days=90)).date())
        supply.load_lots([told], actor=SYSTEM, now=NOW)
    person = uuid7()
    give(tablet, person)
    identify(tablet, person, how="card-scanned")
    attest(tablet, lead)
    everything_follows(as_worker)
    code = access.issue_proof_code(person, born_year=1984, by=SYSTEM, site=SITE, now=NOW)
    signed = open_book(phones)
    assert signed.post(f"{BOOK}mo/", {"code": code, "year": "1984"}).status_code == 302
    return signed


def then_the_certificate_says(page: Page, product: str) -> None:
    """Look at the dose in the book, and at its certificate, which calls a vaccine by its brand."""
    page.goto(BOOK)
    expect(page.get_by_role("heading", name=f"Mũi 1 · {product}")).to_be_visible()
    page.get_by_role("link", name="Mũi 1, 13/09/2021 Đã ký").click()
    expect(page.get_by_role("definition").filter(has_text=BRANDS[product])).to_be_visible()
    page.goto(BOOK)


def when_she_complains(visit: Visit) -> str:
    """File the complaint in the book, and return its number."""
    page = visit.page
    page.get_by_role("link", name="Mũi tiêm thiếu hoặc sai? Phản ánh").click()
    page.get_by_label(f"Mũi 1 · {IN_THE_BOOK}").check()
    page.get_by_label("Điều gì cần sửa?").select_option(label="Sai loại vắc xin")
    page.get_by_label("Kể lại").fill("Trên giấy ghi Pfizer, lô FK1234.")
    slip = photo("giay.png")
    page.get_by_label("Ảnh giấy tiêm").set_input_files(
        {"name": "giay.png", "mimeType": "image/png", "buffer": slip.read()}
    )
    check_page(visit, where="the form of a complaint")
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.get_by_role("heading", name="Đã nhận phản ánh")).to_be_visible()
    number = page.locator(".govuk-panel strong").inner_text()
    check_page(visit, where="its number")
    return number


def when_the_site_s_lead_mends_the_dose(visit: Visit, number: str) -> str:
    """Find dose and photo at hand, correct the dose at its visit, and return where the case stands."""
    page = visit.page
    page.goto("/cong-tac/can-sua/")
    page.get_by_role("link", name="Sai loại vắc xin").click()
    expect(page.get_by_text(number)).to_be_visible()
    expect(page.get_by_role("heading", name="Nguyễn Thị Hòa")).to_be_visible()
    about = page.locator("section").filter(has=page.get_by_role("heading", name="Mũi tiêm được nói tới"))
    expect(about).to_contain_text(f"Mũi 1 · {IN_THE_BOOK}")
    seen = page.get_by_role("img", name="Ảnh giấy tiêm do người phản ánh gửi")
    seen.scroll_into_view_if_needed()
    expect(seen).to_have_js_property("naturalWidth", 30)
    case = page.url
    page.get_by_role("button", name="Nhận việc này").click()
    expect(page.get_by_role("status").filter(has_text="Bạn đang lo việc này.")).to_be_visible()
    check_page(visit, where="a case with a photo")
    page.get_by_role("link", name="Sửa hoặc hủy mũi này ở lượt tiêm").click()
    page.get_by_label("Số lô").fill(LOT_ON_THE_SLIP)
    page.get_by_label("Mã lọ, nếu có").fill("P7")
    page.get_by_label("Vắc xin").select_option(label=ON_THE_SLIP)
    page.get_by_label("Vì sao sửa?").select_option(label="Đọc sai nhãn lọ")
    page.get_by_role("button", name="Ghi bản sửa").click()
    expect(page.get_by_role("status").filter(has_text="Đã ghi.")).to_be_visible()
    return case


def when_a_second_lead_stands_for_it(visit: Visit) -> None:
    page = visit.page
    page.goto("/station/lead/doses/")
    expect(page.get_by_role("article")).to_contain_text(LOT_ON_THE_SLIP)
    page.get_by_role("button", name="Đã xem, đúng là đã tiêm").click()
    expect(page.get_by_text("Không có mũi nào đang chờ.")).to_be_visible()


def when_the_first_lead_answers(visit: Visit, case: str) -> None:
    page = visit.page
    page.goto(case)
    page.get_by_label("Đúng như phản ánh, đã sửa").check()
    page.get_by_label("Đã xem gì, vì sao").fill("Giấy và sổ kho đều ghi Pfizer, đã sửa mũi và số lô.")
    page.get_by_role("button", name="Ghi kết luận").click()
    expect(page.get_by_role("status").filter(has_text="Đã ghi kết luận.")).to_be_visible()
    check_page(visit, where="a case that is decided")


def then_the_portal_tells_anybody_by_its_number_how_it_stands(page: Page, number: str, standing: str) -> None:
    page.goto("/phan-anh/so/")
    page.get_by_label("Số phản ánh").fill(number)
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("definition").filter(has_text=standing)).to_be_visible()
    expect(page.get_by_text("Giấy và sổ kho")).to_have_count(0)


def test_a_citizen_complains_and_sees_the_mend(
    signed_in: SignedIn,
    citizen: Client,
    phones: Phones,
    as_worker: Worker,
) -> None:
    hers, first, anybody = signed_in(citizen, 390), signed_in(sign_in_as("first", **LEAD)), signed_in(Client(), 390)
    then_the_certificate_says(hers.page, IN_THE_BOOK)
    number = when_she_complains(hers)
    then_the_portal_tells_anybody_by_its_number_how_it_stands(anybody.page, number, "Chờ xem")
    case = when_the_site_s_lead_mends_the_dose(first, number)
    everything_follows(as_worker)
    hers.page.goto(BOOK)
    expect(hers.page.get_by_text("Chưa có chứng nhận.")).to_be_visible()
    when_a_second_lead_stands_for_it(signed_in(sign_in_as("second", **LEAD)))
    when_the_first_lead_answers(first, case)
    everything_follows(as_worker)
    told = [(each.template, each.to_contact) for each in phones.messages if each.template == "complaint-answered"]
    assert told == [("complaint-answered", MINE)]
    page = hers.page
    page.goto(f"{BOOK}phan-anh/")
    expect(page.get_by_text("Đúng như phản ánh, đã sửa")).to_be_visible()
    expect(page.get_by_text("Giấy và sổ kho đều ghi Pfizer")).to_be_visible()
    check_page(hers, where="her reports, answered")
    then_the_certificate_says(page, ON_THE_SLIP)
    then_the_portal_tells_anybody_by_its_number_how_it_stands(anybody.page, number, "Đúng như phản ánh, đã sửa")
    assert hers.complaints == first.complaints == anybody.complaints == []


THE_DAY = "12/07/2021"


def when_she_says_that_a_dose_is_missing(visit: Visit) -> str:
    """Find the site by its name, choose it, and return the number."""
    page = visit.page
    page.goto(BOOK)
    page.get_by_role("link", name="Mũi tiêm thiếu hoặc sai? Phản ánh").click()
    page.get_by_label("Điều gì cần sửa?").select_option(label="Thiếu mũi tiêm")
    page.get_by_label("Ngày tiêm").fill(THE_DAY)
    page.get_by_label("Tiêm ở đâu").fill(f"điểm tiêm {SITE}, Bến Nghé")
    page.get_by_role("button", name="Tìm điểm tiêm").click()
    expect(page.get_by_role("status").filter(has_text="Tìm thấy 1 điểm")).to_be_visible()
    page.get_by_role("radio", name=f"Điểm tiêm {SITE} Phường").check()
    expect(page.get_by_label("Ngày tiêm")).to_have_value(THE_DAY)
    page.get_by_label("Kể lại").fill("Tôi tiêm sáng thứ Hai, có giấy xác nhận, mà sổ không có mũi này.")
    page.get_by_label("Ảnh giấy tiêm").set_input_files(
        {"name": "giay.png", "mimeType": "image/png", "buffer": photo("giay.png").read()}
    )
    check_page(visit, where="the form of a missing dose, with a site chosen")
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.get_by_role("heading", name="Đã nhận phản ánh")).to_be_visible()
    return page.locator(".govuk-panel strong").inner_text()


def when_the_recorder_enters_it_from_the_papers(visit: Visit) -> None:
    page = visit.page
    page.goto("/station/")
    page.get_by_role("link", name="Nhập bù mũi còn thiếu").click()
    check_page(visit, where="the doses that people miss here")
    page.get_by_role("link", name="Nguyễn Thị Hòa").click()
    expect(page.get_by_text("Tôi tiêm sáng thứ Hai")).to_be_visible()
    expect(page.get_by_role("img", name="Ảnh giấy tiêm do người phản ánh gửi")).to_have_js_property("naturalWidth", 30)
    expect(page.get_by_label("Ngày tiêm")).to_have_value(THE_DAY)
    visit.expects = "status of 422"
    page.get_by_role("button", name="Nhập mũi này").click()
    expect(page.get_by_role("alert").filter(has_text="Chưa nhập. Cần sửa:")).to_be_visible()
    check_page(visit, where="the form of a dose entered late, refused")
    page.get_by_label("Giờ tiêm").fill("8:05")
    page.get_by_label("giấy tờ có ảnh").check()
    page.get_by_label("Số lô").fill(LOT)
    page.get_by_label("Ai đã tiêm?").select_option(label="Nhân viên vaccinator")
    page.get_by_label("Trái").check()
    page.get_by_role("button", name="Nhập mũi này").click()
    expect(page.get_by_role("status").filter(has_text="Đã nhập mũi của Nguyễn Thị Hòa")).to_be_visible()


def when_the_lead_takes_the_case_and_its_dose_waits(visit: Visit) -> str:
    """Take the case, which the dose is tied to by itself, and be told that nobody has stood for the dose; return where it is."""
    page = visit.page
    page.goto("/cong-tac/can-sua/")
    page.get_by_role("link", name="Thiếu mũi tiêm").click()
    expect(page.get_by_text("Hệ thống tìm ra người và mũi tiêm")).to_be_visible()
    page.get_by_role("button", name="Nhận việc này").click()
    expect(page.get_by_text("Mũi này đang có trong sổ.")).to_be_visible()
    case = page.url
    page.get_by_label("Đúng như phản ánh, đã sửa").check()
    page.get_by_label("Đã xem gì, vì sao").fill("Sổ giấy của buổi tiêm có tên chị, đã nhập bù.")
    visit.expects = "status of 409"
    page.get_by_role("button", name="Ghi kết luận").click()
    expect(page.get_by_role("alert").filter(has_text="còn chờ người thứ hai")).to_be_visible()
    check_page(visit, where="a missing dose that waits for a second person")
    return case


def when_the_lead_stands_for_it_and_answers(visit: Visit, case: str) -> None:
    page = visit.page
    page.get_by_role("link", name="Xem và xác nhận ở “Mũi chờ người thứ hai”").click()
    page.get_by_role("button", name="Đã xem, đúng là đã tiêm").click()
    expect(page.get_by_text("Không có mũi nào đang chờ.")).to_be_visible()
    page.goto(case)
    page.get_by_label("Đúng như phản ánh, đã sửa").check()
    page.get_by_label("Đã xem gì, vì sao").fill("Sổ giấy của buổi tiêm có tên chị, đã nhập bù.")
    page.get_by_role("button", name="Ghi kết luận").click()
    expect(page.get_by_role("status").filter(has_text="Đã ghi kết luận.")).to_be_visible()


def test_a_citizen_misses_a_dose_and_sees_it_entered_with_its_certificate(
    signed_in: SignedIn,
    citizen: Client,
    phones: Phones,
    as_worker: Worker,
) -> None:
    hers, lead = signed_in(citizen, 390), signed_in(sign_in_as("first", **LEAD))
    number = when_she_says_that_a_dose_is_missing(hers)
    typing = signed_in(sign_in_as("typed", role="recorder", site=SITE))
    when_the_recorder_enters_it_from_the_papers(typing)
    everything_follows(as_worker)
    typing.page.reload()
    expect(typing.page.get_by_text("Không có mũi nào đang thiếu.")).to_be_visible()
    case = when_the_lead_takes_the_case_and_its_dose_waits(lead)
    when_the_lead_stands_for_it_and_answers(lead, case)
    everything_follows(as_worker)
    told = [each.values["reference"] for each in phones.messages if each.template == "complaint-answered"]
    assert told == [number]
    page = hers.page
    page.goto(f"{BOOK}phan-anh/")
    expect(page.get_by_text("Đúng như phản ánh, đã sửa")).to_be_visible()
    page.goto(BOOK)
    expect(page.get_by_role("heading", name="Mũi 2 · AstraZeneca")).to_be_visible()
    expect(page.get_by_role("link", name=f"Mũi 1, {THE_DAY} Đã ký")).to_be_visible()
    assert hers.complaints == lead.complaints == typing.complaints == []
