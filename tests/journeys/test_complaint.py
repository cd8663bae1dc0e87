"""A citizen whose book says the wrong vaccine says so with a photo of the slip, and sees it mended, certificate and all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.chair import follow
from tests.domain.certificates.scenery import attest, give, identify
from tests.domain.intake.chair import NOW, SITE, TestTablet
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
