"""The pages of the book: what a citizen does there, and what somebody does who has no business there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.domain.access.people_known import NOW
from tests.domain.access.test_signing import age_codes
from tests.faces.healthbook.citizens import (
    BOOK,
    MINE,
    THEIRS,
    Phones,
    add,
    browser,
    open_book,
    slip,
    text_of,
    vaccinated,
)
from tiemchung.domain.access import queries
from tiemchung.faces.healthbook.urls import urlpatterns
from tiemchung.faces.shared.citizens import ASK
from tiemchung.faces.shared.citizens import BOOK as BOOK_COOKIE
from tiemchung.kernel.purpose import Purpose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning(set_time: Callable[[datetime], None]) -> None:
    set_time(NOW)


def seen(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.get("Location"))
    return text_of(answer.content)


def book_of(client: Client) -> str:
    """Return the address of the first book of this account."""
    answer = client.get(BOOK)
    return str(answer["Location"]) if answer.status_code == 302 else BOOK


# --- the way it is meant -----------------------------------------------------------------------------------------


def test_a_phone_and_a_code_open_an_empty_book_that_says_how_it_is_filled(phones: Phones) -> None:
    client = open_book(phones)
    page = seen(client, BOOK)
    assert "Sổ này chưa có ai" in page
    assert "Tôi có phiếu tiêm" in page
    assert seen(client, f"/en{BOOK}").count("Nobody is in this book yet") == 1


def test_whoever_is_added_shows_what_was_typed_and_nothing_else(phones: Phones) -> None:
    vaccinated()
    client = open_book(phones)
    link = add(client)
    page = seen(client, f"{BOOK}nguoi/{link}/")
    assert "Nguyễn Thị Ánh Hằng" in page
    assert "•••• 4417" in page
    assert "02/03/1987" in page
    assert "AstraZeneca" not in page
    assert "079187004417" not in client.get(f"{BOOK}nguoi/{link}/").content.decode()


def test_the_slip_opens_the_book_with_its_doses_and_who_looked(phones: Phones) -> None:
    person = vaccinated()
    client = open_book(phones)
    link = add(client)
    answer = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987", "claimed": str(link)})
    assert answer.status_code == 302
    page = seen(client, answer["Location"])
    assert "Mũi 1 · AstraZeneca" in page
    assert "lô ABX1" in page
    assert "Chờ điểm tiêm chốt ngày" in page
    assert "Ai đã xem sổ này" in page
    assert "1 người" not in page


def test_a_year_alone_and_no_document_are_enough(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client, day="", month="", year="1952", none="1", relation="helped", agreed="1", name="Ẳ")
    page = seen(client, f"{BOOK}nguoi/{link}/")
    assert "1952 (chỉ có năm)" in page
    assert "không có" in page


def test_the_check_page_leads_back_to_each_answer_and_forward_again(phones: Phones) -> None:
    client = open_book(phones)
    client.post(f"{BOOK}them/")
    client.post(f"{BOOK}them/quan-he/", {"relation": "self"})
    client.post(f"{BOOK}them/ten/", {"name": "Lan"})
    client.post(f"{BOOK}them/ngay-sinh/", {"year": "1980"})
    client.post(f"{BOOK}them/gioi-tinh/", {"sex": "female"})
    client.post(f"{BOOK}them/giay-to/", {"none": "1"})
    assert "Lan" in seen(client, f"{BOOK}them/xem-lai/")
    answer = client.post(f"{BOOK}them/ten/", {"name": "Lan Anh", "back-to-check": "xem-lai"})
    assert answer["Location"] == f"{BOOK}them/xem-lai/"
    assert "Lan Anh" in seen(client, f"{BOOK}them/xem-lai/")


@pytest.mark.parametrize(
    ("step", "answers", "sentence"),
    [
        ("quan-he", {}, "Chọn sổ này cho ai."),
        ("quan-he", {"relation": "helped"}, "Người lớn phải tự đồng ý."),
        ("ten", {"name": " "}, "Nhập họ và tên như trên giấy tờ."),
        ("ten", {"name": "Ẳ" * 81}, "Tên dài quá 80 chữ."),
        ("ngay-sinh", {"day": "31", "month": "2", "year": "1980"}, "Ngày sinh chưa đúng."),
        ("ngay-sinh", {"year": "80"}, "Ngày sinh chưa đúng."),
        ("ngay-sinh", {"year": "2031"}, "Ngày sinh này chưa đến."),
        ("gioi-tinh", {}, "Chọn một ô."),
        ("giay-to", {"kind": "personal-number", "number": "079 187 004 41"}, "Số căn cước có 11 số, cần đủ 12 số."),
        (
            "giay-to",
            {"kind": "personal-number", "number": "079184004417"},
            "Số căn cước này là của người sinh năm 1984, nữ. Kiểm tra lại số hoặc ngày sinh.",
        ),
        ("noi-o", {"level": "province", "unit": "999"}, "Chọn một nơi trong danh sách."),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(
    phones: Phones, step: str, answers: dict[str, str], sentence: str
) -> None:
    client = open_book(phones)
    client.post(f"{BOOK}them/")
    for before, told in (
        ("quan-he", {"relation": "self"}),
        ("ten", {"name": "Lan"}),
        ("ngay-sinh", {"year": "1987"}),
        ("gioi-tinh", {"sex": "female"}),
    ):
        if before == step:
            break
        client.post(f"{BOOK}them/{before}/", told)
    answer = client.post(f"{BOOK}them/{step}/", answers)
    assert answer.status_code == 422
    page = text_of(answer.content)
    assert page.count(sentence) >= 2
    assert page.startswith("Lỗi: ")
    typed = answers.get("number") or answers.get("name", "").strip()
    assert typed in answer.content.decode()


def test_two_clicks_on_the_last_page_add_one_person(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    answer = client.post(f"{BOOK}them/xem-lai/")
    assert answer["Location"] == BOOK, "not to the first question, as if nothing had been written"
    assert seen(client, f"{BOOK}gia-dinh/").count("Tự khai") == 1
    assert str(link) in client.get(f"{BOOK}gia-dinh/").content.decode()


def test_not_me_reaches_the_site_and_its_answer_reaches_the_book(phones: Phones) -> None:
    person = vaccinated()
    client = open_book(phones)
    answer = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987"})
    link = answer["Location"].split("/")[-2]
    page = client.get(answer["Location"]).content.decode()
    dose = page.split("khong-phai-toi/")[1].split("/")[0]
    address = f"{BOOK}nguoi/{link}/khong-phai-toi/{dose}/"
    assert "Mũi 1 · AstraZeneca" in seen(client, address)
    key = str(uuid4())
    for _click in range(2):
        assert client.post(address, {"id": key, "story": "Hôm đó tôi ở Huế"}).status_code == 302
    data = seen(client, f"{BOOK}nguoi/{link}/du-lieu/")
    assert data.count("Không phải tôi") == 1
    assert "Hôm đó tôi ở Huế" in data
    assert "Chờ trả lời" in data


def test_a_correction_is_queued_and_an_empty_one_is_not(phones: Phones) -> None:
    person = vaccinated()
    client = open_book(phones)
    link = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987"})["Location"].split("/")[-2]
    address = f"{BOOK}nguoi/{link}/yeu-cau/sua/"
    assert client.post(address, {"id": str(uuid4()), "story": "  "}).status_code == 422
    assert client.post(address, {"id": str(uuid4()), "story": "Sinh năm 1986"}).status_code == 302
    assert "Sinh năm 1986" in seen(client, f"{BOOK}nguoi/{link}/du-lieu/")
    assert seen(client, f"{BOOK}nguoi/{link}/yeu-cau/khac/", status=404)


def test_a_copy_holds_what_the_book_holds(phones: Phones) -> None:
    person = vaccinated()
    client = open_book(phones)
    link = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987"})["Location"].split("/")[-2]
    answer = client.post(f"{BOOK}nguoi/{link}/tai-ve.json")
    copy = json.loads(answer.content)
    assert (copy["person"]["name"], copy["doses"][0]["lot"]) == ("Nguyễn Thị Ánh Hằng", "ABX1")
    assert "attachment" in answer["Content-Disposition"]
    assert "ABX1" in seen(client, f"{BOOK}nguoi/{link}/ban-in/")


def test_a_person_is_taken_off_after_one_question(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    assert "Bỏ Nguyễn Thị Ánh Hằng khỏi sổ của bạn?" in seen(client, f"{BOOK}nguoi/{link}/bo/")
    assert client.post(f"{BOOK}nguoi/{link}/bo/").status_code == 302
    assert "Sổ này chưa có ai" in seen(client, BOOK)


def test_closing_the_book_ends_the_sign_in_here_or_everywhere(phones: Phones) -> None:
    phone, laptop = open_book(phones), open_book(phones, client=browser("198.51.100.9"))
    assert "Đang mở ở" in seen(phone, f"{BOOK}tai-khoan/")
    assert phone.post(f"{BOOK}ra/")["Location"] == f"{BOOK}vao/"
    assert phone.get(BOOK)["Location"].startswith(f"{BOOK}vao/")
    again = open_book(phones, client=browser("198.51.100.10"))
    again.post(f"{BOOK}tai-khoan/ra-het/")
    assert laptop.get(BOOK)["Location"].startswith(f"{BOOK}vao/")


def test_a_phone_heard_by_a_call_and_the_old_eleven_digits_work(phones: Phones) -> None:
    client = browser()
    client.post(f"{BOOK}vao/", {"phone": "0163 456 7890", "channel": "voice"})
    assert "0334 ••• 890" in seen(client, f"{BOOK}vao/ma/")
    assert client.post(f"{BOOK}vao/ma/", {"code": phones.code("0334567890")}).status_code == 302


# --- the attacker's way ------------------------------------------------------------------------------------------


def test_a_known_and_an_unknown_phone_get_the_same_page_header_by_header(phones: Phones) -> None:
    open_book(phones)
    pages = []
    for number in (MINE, THEIRS):
        client = browser("198.51.100.9")
        sent = client.post(f"{BOOK}vao/", {"phone": number})
        page = client.get(f"{BOOK}vao/ma/")
        shown = text_of(page.content).replace(number[:4], "").replace(number[-3:], "")
        pages.append((sent.status_code, sent["Location"], sorted(sent.cookies), page.status_code, len(shown)))
    assert pages[0] == pages[1]


def test_wrong_digits_leave_fewer_tries_and_then_none(phones: Phones) -> None:
    client = browser()
    client.post(f"{BOOK}vao/", {"phone": MINE})
    wrong = f"{(int(phones.code(MINE)) + 1) % 1_000_000:06}"
    answers = [client.post(f"{BOOK}vao/ma/", {"code": wrong}) for _ in range(6)]
    assert "Còn 4 lần thử" in text_of(answers[0].content)
    assert "Mã này không còn dùng được" in text_of(answers[5].content)
    assert "Mã này không còn dùng được" in text_of(client.post(f"{BOOK}vao/ma/", {"code": phones.code(MINE)}).content)


def test_a_code_that_came_too_late_says_why_and_keeps_the_number(phones: Phones) -> None:
    client = browser()
    client.post(f"{BOOK}vao/", {"phone": MINE})
    age_codes("301 seconds")
    told = text_of(client.post(f"{BOOK}vao/ma/", {"code": phones.code(MINE)}, follow=True).content)
    assert "đã hết 5 phút" in told
    assert "Xin mã mới" in told


@pytest.mark.parametrize("name", ["Ỷ", "Ẳ" * 80])
def test_a_name_of_one_letter_and_of_eighty_are_names(phones: Phones, name: str) -> None:
    client = open_book(phones)
    add(client, name=name)
    assert name in seen(client, f"{BOOK}gia-dinh/")


def test_digits_typed_in_another_browser_open_nothing(phones: Phones) -> None:
    victim, thief = browser(), browser("198.51.100.9")
    victim.post(f"{BOOK}vao/", {"phone": MINE})
    answer = thief.post(f"{BOOK}vao/ma/", {"code": phones.code(MINE)})
    assert answer.status_code == 422
    assert BOOK_COOKIE not in thief.cookies


def test_signing_in_changes_every_token_a_thief_could_have_planted(phones: Phones) -> None:
    client = browser()
    client.cookies[BOOK_COOKIE] = "planted"
    client.get(f"{BOOK}vao/")
    before = client.cookies["csrftoken"].value
    open_book(phones, client=client)
    assert client.cookies[BOOK_COOKIE].value != "planted"
    assert client.cookies["csrftoken"].value != before
    assert client.cookies[ASK].value == ""
    assert client.cookies[BOOK_COOKIE]["httponly"]
    assert client.cookies[BOOK_COOKIE]["samesite"] == "Lax"


def test_signing_in_over_another_s_sign_in_ends_that_one(phones: Phones) -> None:
    shared = open_book(phones, THEIRS)
    left = shared.cookies[BOOK_COOKIE].value
    open_book(phones, MINE, client=shared)
    assert queries.account_of(left) is None


def pages_of_a_person(link: UUID) -> list[str]:
    """Return every address of the book that is about one person, as the list of addresses has them."""
    found = [each for each in map(str, (pattern.pattern for pattern in urlpatterns)) if "<uuid:link>" in each]
    named = [each.replace("<uuid:link>", str(link)) for each in found]
    return [f"{BOOK}{re.sub(r'<uuid:[a-z]+>', str(UUID(int=9)), each).replace('<str:about>', 'sua')}" for each in named]


@pytest.mark.parametrize("standing", ["claimed", "proved"])
def test_on_no_page_does_another_account_s_link_answer_otherwise_than_one_that_does_not_exist(
    phones: Phones, standing: str
) -> None:
    victim, thief = open_book(phones, THEIRS), open_book(phones, client=browser("198.51.100.9"))
    link = add(victim)
    if standing == "proved":
        told = {"code": slip(vaccinated()), "year": "1987", "claimed": str(link)}
        link = UUID(str(victim.post(f"{BOOK}mo/", told)["Location"]).split("/")[-2])
    nobody = uuid4()
    assert len(pages_of_a_person(link)) >= 20
    for theirs, none in zip(pages_of_a_person(link), pages_of_a_person(nobody), strict=True):
        for method in ("get", "post"):
            answer, same = getattr(thief, method)(theirs), getattr(thief, method)(none)
            assert answer.status_code == same.status_code in {404, 405}, (method, theirs)
            assert text_of(answer.content) == text_of(same.content), (method, theirs)
            assert "Hằng" not in answer.content.decode()
    assert victim.get(f"{BOOK}nguoi/{link}/").status_code == 200


def test_a_claimed_number_opens_none_of_the_pages_that_need_a_proof(phones: Phones) -> None:
    vaccinated()
    client = open_book(phones, THEIRS)
    link = add(client)
    for page in ("ai-xem/", "du-lieu/", "yeu-cau/sua/", "ban-in/"):
        answer = client.get(f"{BOOK}nguoi/{link}/{page}")
        assert answer.status_code == 302
        assert answer["Location"] == f"{BOOK}nguoi/{link}/mo/"
    assert client.post(f"{BOOK}nguoi/{link}/tai-ve.json").status_code == 302
    assert client.get(f"{BOOK}nguoi/{link}/khong-phai-toi/{uuid4()}/").status_code == 302


def test_somebody_else_s_slip_needs_their_birth_year_and_tries_stay_counted(phones: Phones) -> None:
    code = slip(vaccinated())
    client = open_book(phones)
    for year in range(1950, 1955):
        answer = client.post(f"{BOOK}mo/", {"code": code, "year": str(year)})
        assert answer.status_code == 422
    answer = client.post(f"{BOOK}mo/", {"code": code, "year": "1987"})
    assert answer.status_code == 422
    assert "Chưa mở được" in text_of(answer.content)


def test_a_form_from_another_site_does_nothing(phones: Phones) -> None:
    signed = open_book(phones)
    link = add(signed)
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7")
    strict.cookies = signed.cookies
    for address in (f"{BOOK}nguoi/{link}/bo/", f"{BOOK}ra/", f"{BOOK}tai-khoan/ra-het/", f"{BOOK}mo/", f"{BOOK}vao/"):
        assert strict.post(address, {"phone": MINE}).status_code == 403
    assert len(queries.links_of(account_of(signed), purpose=Purpose.OWN, now=NOW)) == 1


def account_of(client: Client) -> UUID:
    signed = queries.account_of(client.cookies[BOOK_COOKIE].value)
    assert signed is not None
    return signed.account


def test_a_book_is_never_kept_by_a_browser_or_a_proxy(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    for address in (f"{BOOK}nguoi/{link}/", f"{BOOK}gia-dinh/", f"{BOOK}tai-khoan/", f"{BOOK}vao/ma/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_no_address_of_a_book_carries_a_name_a_number_or_a_phone(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    page = client.get(f"{BOOK}nguoi/{link}/").content.decode()
    assert "0903" not in page
    assert "Location" not in client.post(f"{BOOK}vao/", {"phone": "12"})


def test_beyond_the_limits_the_page_names_three_ways(phones: Phones) -> None:
    client = browser()
    for _ in range(5):
        client.cookies.pop(ASK, None)
        client.post(f"{BOOK}vao/", {"phone": MINE})
    client.cookies.pop(ASK, None)
    answer = client.post(f"{BOOK}vao/", {"phone": MINE})
    page = text_of(answer.content)
    assert answer.status_code == 429
    assert all(way in page for way in ("phép tính ngắn", "Nghe mã qua cuộc gọi", "Đến điểm tiêm"))
    assert browser("198.51.100.9").post(f"{BOOK}vao/", {"phone": MINE}).status_code == 302
