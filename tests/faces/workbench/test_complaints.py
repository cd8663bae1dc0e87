"""A complaint from where it is filed to the answer that is read by the phone: portal, book and desk; its photo; its reason."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.domain.access.people_known import NOW, SITE
from tests.faces.center.officers import sign_in_as
from tests.faces.healthbook.citizens import BOOK, MINE, THEIRS, Phones, browser, open_book, slip, text_of, vaccinated
from tests.faces.healthbook.conftest import phones
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

__all__ = ["phones"]

QUEUE = "/cong-tac/can-sua/"
OTHER_SITE = "79-0002"
LEAD, OTHER_LEAD = {"role": "lead", "site": SITE}, {"role": "lead", "site": OTHER_SITE}
Worker = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def two_sites(committed_db: None, as_worker: Worker, set_time: Callable[..., None]) -> None:
    set_time(NOW)
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "26740"}], actor=SYSTEM)
        sites = [
            {"code": code, "name": f"Trạm {code}", "organization": "H1", "commune": "26740"}
            for code in (SITE, OTHER_SITE)
        ]
        places.load_sites(sites, actor=SYSTEM)


def photo(name: str = "giay.png") -> SimpleUploadedFile:
    kept = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(kept, "PNG")
    return SimpleUploadedFile(name, kept.getvalue(), content_type="image/png")


def number_in(page: bytes) -> str:
    found = re.search(rb"<strong>(\w{5}-\w{5})</strong>", page)
    assert found, text_of(page)
    return found[1].decode()


def step(client: Client, case: object, what: str, **told: str) -> int:
    return client.post(f"{QUEUE}{case}/{what}/", told).status_code


def test_a_citizen_complains_with_a_photo_and_reads_the_reason_and_the_answer(phones: Phones) -> None:
    case, told = uuid4(), {"kind": "missing-dose", "story": "Thiếu mũi 13/09.", "site": SITE, "phone": MINE}
    anybody = browser()
    answer = anybody.post("/phan-anh/", {**told, "id": str(case), "name": "Lê Văn Tám", "slip": photo()})
    number = number_in(answer.content)
    assert "Xác nhận điện thoại" in text_of(answer.content)
    lead = sign_in_as("lead", **LEAD)
    page = lead.get(f"{QUEUE}{case}/").content
    assert "Lê Văn Tám" in text_of(page)
    assert "Số này chưa xác nhận." in text_of(page)
    assert "không thấy ai giống lời kể" in text_of(page), "nobody is asked to choose where nobody stands"
    assert "Chọn người ở trên" not in text_of(page)
    assert step(lead, case, "take") == 302
    ended = {"outcome": "not-upheld", "reason": "slip-without-dose", "text": "Đã gọi, xin gửi lại giấy."}
    assert step(lead, case, "decide", **ended) == 302
    assert [message.template for message in phones.messages][-1] == "complaint-answered"
    standing = text_of(browser().post("/phan-anh/so/", {"number": number}).content)
    assert "Ảnh là phiếu sàng lọc" in standing
    assert "xin gửi lại giấy" not in standing
    citizen = open_book(phones)
    assert "xin gửi lại giấy" not in text_of(citizen.get(f"{BOOK}phan-anh/").content)
    assert citizen.post(f"{BOOK}phan-anh/", {"case": str(case), "answer": "mine"}).status_code == 302
    assert "xin gửi lại giấy" in text_of(citizen.get(f"{BOOK}phan-anh/").content)
    stranger = open_book(phones, THEIRS)
    stranger.post(f"{BOOK}phan-anh/", {"case": str(case), "answer": "mine"})
    assert number not in text_of(stranger.get(f"{BOOK}phan-anh/").content)


def test_a_photo_is_saved_and_never_shown_as_a_page_of_ours() -> None:
    case = uuid4()
    told = {"id": str(case), "kind": "wrong-lot", "story": "Sai lô.", "site": SITE, "slip": photo("x.html")}
    assert browser().post("/phan-anh/", told).status_code == 200
    lead = sign_in_as("lead", **LEAD)
    found = re.search(rf"{QUEUE}{case}/anh/[0-9a-f-]+/", lead.get(f"{QUEUE}{case}/").content.decode())
    assert found
    given = lead.get(found[0])
    assert given.content.startswith(b"\xff\xd8")
    assert given["Content-Type"] == "image/jpeg"
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given["Content-Security-Policy"]
    assert sign_in_as("other", **OTHER_LEAD).get(found[0]).status_code == 404
    assert browser().get(found[0]).status_code in (302, 403)


def test_what_is_no_photo_comes_back_with_the_words_that_were_written() -> None:
    told = {"id": str(uuid4()), "kind": "wrong-lot", "story": "Sai lô hôm ấy.", "site": SITE}
    answer = browser().post("/phan-anh/", {**told, "slip": SimpleUploadedFile("x.jpg", b"<script>")})
    assert answer.status_code == 409
    assert "Sai lô hôm ấy." in text_of(answer.content)
    assert 'id="slip-error"' in answer.content.decode()


def test_a_complaint_from_the_book_is_about_its_dose_at_the_desk_of_its_site(phones: Phones) -> None:
    citizen = open_book(phones)
    book = citizen.post(f"{BOOK}mo/", {"code": slip(vaccinated()), "year": "1987"})["Location"]
    dose = citizen.get(book).content.decode().split("khong-phai-toi/")[1].split("/")[0]
    case = uuid4()
    told = {"id": str(case), "kind": "wrong-lot", "story": "Lô trên giấy khác.", "dose": dose}
    number = number_in(citizen.post(f"{book}phan-anh/", told).content)
    assert number in text_of(citizen.get(f"{BOOK}phan-anh/").content)
    assert "Bạn đã gửi phản ánh này?" not in text_of(citizen.get(f"{BOOK}phan-anh/").content), "its phone is proved"
    lead = sign_in_as("lead", **LEAD)
    page = text_of(lead.get(f"{QUEUE}{case}/").content)
    assert "Nguyễn Thị Ánh Hằng" in page
    assert "Mũi 1 · " in page
    assert "Chưa ký chứng nhận" not in page, "a wrong lot is mended while the dose stands"
    assert step(lead, case, "take") == 302
    at_the_site(STOOD_FOR, dose=dose)
    assert step(lead, case, "decide", outcome="upheld", text="Đã sửa số lô.") == 302
    assert "Đã sửa số lô." in text_of(citizen.get(f"{BOOK}phan-anh/").content)
    assert "Mục này đã được hủy" not in text_of(citizen.get(book).content)


FLAGGED = (
    "update immunization_dose set findings = findings | 2, attested_findings = 0, status = 1, attested_by = id "
    "where id = %s"
)
LEFT_OVER = "update immunization_dose set findings = 0, status = 0 where id = %s"
CLOSED = (
    "insert into visits_siteday (site, day, closed_at, by, entry, lines_hash, explained) "
    "select site, given_on, now(), id, id, '', '[]' from immunization_dose where id = %s"
)
STOOD_FOR = (
    "update immunization_dose set attested_findings = findings, status = 1, attested_by = id, attested_at = now() "
    "where id = %s"
)


def at_the_site(*ways: str, dose: str) -> None:
    with reaching(Reach(sites=frozenset({SITE}))):
        for way in ways:
            database.run(way, [dose])


@pytest.mark.parametrize("ways", [(FLAGGED,), (LEFT_OVER, CLOSED)])
def test_a_dose_that_waits_for_a_second_person_is_not_answered_as_mended(phones: Phones, ways: tuple[str, ...]) -> None:
    citizen = open_book(phones)
    book = citizen.post(f"{BOOK}mo/", {"code": slip(vaccinated()), "year": "1987"})["Location"]
    dose = citizen.get(book).content.decode().split("khong-phai-toi/")[1].split("/")[0]
    case = uuid4()
    citizen.post(f"{book}phan-anh/", {"id": str(case), "kind": "wrong-lot", "story": "Lô khác.", "dose": dose})
    lead = sign_in_as("lead", **LEAD)
    assert step(lead, case, "take") == 302
    at_the_site(*ways, dose=dose)
    told = {"outcome": "upheld", "text": "Đã sửa số lô."}
    answer = lead.post(f"{QUEUE}{case}/decide/", told)
    assert (answer.status_code, "còn chờ người thứ hai" in text_of(answer.content)) == (409, True)
    assert "Đã sửa số lô." not in text_of(citizen.get(f"{BOOK}phan-anh/").content)
    at_the_site(STOOD_FOR, dose=dose)
    assert step(lead, case, "decide", **told) == 302
    assert "Đã sửa số lô." in text_of(citizen.get(f"{BOOK}phan-anh/").content)


def test_a_dose_of_somebody_else_is_not_complained_about_in_ones_book(phones: Phones) -> None:
    citizen = open_book(phones)
    book = citizen.post(f"{BOOK}mo/", {"code": slip(vaccinated()), "year": "1987"})["Location"]
    theirs = str(uuid4())
    told = {"id": theirs, "kind": "not-me", "story": "Không phải tôi.", "dose": str(uuid4())}
    assert citizen.post(f"{book}phan-anh/", told).status_code == 409
    assert sign_in_as("lead", **LEAD).get(f"{QUEUE}{theirs}/").status_code == 404


def test_a_desk_writes_a_complaint_down_for_who_has_no_phone() -> None:
    lead = sign_in_as("lead", **LEAD)
    told = {"id": str(uuid4()), "kind": "missing-dose", "story": "Bà kể tiêm ở trường.", "site": SITE}
    page = lead.post(f"{QUEUE}ghi/", told).content
    number = number_in(page)
    assert "Chờ xem" in text_of(browser().post("/phan-anh/so/", {"number": number}).content)
    assert "Thiếu mũi tiêm" in text_of(lead.get(QUEUE).content)
    assert lead.post(f"{QUEUE}ghi/", {**told, "id": str(uuid4()), "story": ""}).status_code == 409


def test_the_dose_that_a_complaint_is_about_is_found_before_anybody_opens_it(phones: Phones) -> None:
    vaccinated()
    case = uuid4()
    told = {"id": str(case), "kind": "wrong-lot", "story": "Sai lô.", "site": SITE, "name": "Ánh Hằng Nguyễn Thị"}
    browser().post("/phan-anh/", {**told, "day": NOW.strftime("%d/%m/%Y")})
    lead = sign_in_as("lead", **LEAD)
    assert "Nguyễn Thị Ánh Hằng" in text_of(lead.get(f"{QUEUE}{case}/").content)
    assert 'name="about"' not in lead.get(f"{QUEUE}{case}/").content.decode()
    assert step(lead, case, "take") == 302
    found = re.search(r'name="about" value="([0-9a-f-]+ [0-9a-f-]+)"', lead.get(f"{QUEUE}{case}/").content.decode())
    assert found
    assert step(lead, case, "found", about=f"{uuid4()} {uuid4()}") == 404
    assert step(lead, case, "found", about=found[1]) == 302
    page = text_of(lead.get(f"{QUEUE}{case}/").content)
    assert "tìm ra người và mũi tiêm" in page
    assert "Mũi tiêm được nói tới" in page
    assert "Có thể là những mũi này" not in page


def test_of_a_name_without_a_day_nobody_is_shown(phones: Phones) -> None:
    vaccinated()
    case = uuid4()
    told = {"id": str(case), "kind": "wrong-lot", "story": "Sai lô.", "site": SITE, "name": "Nguyễn Thị Ánh Hằng"}
    browser().post("/phan-anh/", told)
    page = text_of(sign_in_as("lead", **LEAD).get(f"{QUEUE}{case}/").content)
    assert "Có thể là những mũi này" not in page
