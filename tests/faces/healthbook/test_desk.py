"""The desk's side: confirming a claim beside the document, registering who has no phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import ClassVar
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from tests.domain.access.people_known import NOW
from tests.domain.access.people_known import SITE as HERE
from tests.faces.healthbook.citizens import BOOK, Phones, add, browser, open_book, text_of
from tests.faces.station.scenery import SITE, dosed_elsewhere, found_sites, hire, signed_in
from tiemchung.domain.access import actions as access
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.domain.places import actions as places
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

DESK = f"{BOOK}quay/"


@pytest.fixture(autouse=True)
def morning(
    committed_db: None, as_worker: Callable[[], object], set_time: Callable[[datetime], None], settings: Settings
) -> None:
    settings.TIEMCHUNG_DEMO = True
    set_time(NOW)
    told = Campaign(
        code="covid-2021",
        name="COVID-19, 2021",
        starts_on=date(2021, 3, 8),
        ends_on=date(2022, 12, 31),
        target_diseases=["covid-19"],
    )
    with as_worker():  # type: ignore[attr-defined]  # a context
        found_sites()
        ward = {"code": HERE, "name": "Trạm Y tế phường Bến Nghé", "organization": "TYT-1", "commune": "26740"}
        places.load_sites([ward], actor=SYSTEM)
        campaigns.load_campaigns([told], actor=SYSTEM)


def clerk(*roles: str, site: str = SITE) -> Client:
    hire(f"clerk-{site}", *(roles or ("check-in",)), site=site)
    return signed_in(f"clerk-{site}")


def test_a_claim_is_held_beside_the_document_and_then_opens(phones: Phones) -> None:
    citizen, desk = open_book(phones), clerk()
    link = add(citizen)
    shown = text_of(citizen.post(f"{BOOK}nguoi/{link}/quay/").content)
    code = next(word for word in shown.split() if len(word) == 9 and word[4] == "-")
    page = text_of(desk.post(DESK, {"code": code}).content)
    assert "Nguyễn Thị Ánh Hằng" in page
    assert "•••• 4417" in page
    unseen = desk.post(DESK, {"code": code, "confirm": "1"})
    assert unseen.status_code == 422
    assert "Đánh dấu là đã xem giấy tờ" in text_of(unseen.content)
    assert desk.post(DESK, {"code": code, "confirm": "1", "seen": "1"}).status_code == 302
    assert "Các mũi đã tiêm" in text_of(citizen.get(f"{BOOK}nguoi/{link}/").content)
    again = desk.post(DESK, {"code": code, "confirm": "1", "seen": "1"})
    assert again.status_code == 422


def test_a_code_that_is_none_shows_nobody(phones: Phones) -> None:
    answer = clerk().post(DESK, {"code": "0000-0000"})
    assert answer.status_code == 422
    assert "Nhờ người đó mở lại trang mã trên điện thoại" in text_of(answer.content)


def test_a_clerk_lets_codes_be_sent_again_to_the_phone_before_them() -> None:
    desk = clerk("check-in")
    assert "Điện thoại không xin được mã nữa" in text_of(desk.get(f"{BOOK}quay/").content)
    wrong = desk.post(f"{BOOK}quay/gui-ma/", {"phone": "12"})
    assert (wrong.status_code, "bắt đầu bằng 0" in text_of(wrong.content)) == (422, True)
    done = desk.post(f"{BOOK}quay/gui-ma/", {"phone": "0903 123 218"}, follow=True)
    assert "xin mã lần nữa được rồi" in text_of(done.content)


def test_somebody_without_phone_and_number_is_registered_at_the_desk() -> None:
    desk, told = clerk(), {"campaign": "covid-2021", "name": "Trần Thị Tư", "year": "1938", "sex": "female"}
    told |= {"commune": "26740", "id": str(uuid4()), "group": "", "number": "", "kind": "personal-number"}
    answer = desk.post(f"{DESK}dang-ky/", {**told, "commune": "00001"})
    assert answer.status_code == 422
    assert "Chọn xã, phường." in text_of(answer.content)
    answer = desk.post(f"{DESK}dang-ky/", {**told, "phone": "abc"})
    assert answer.status_code == 422
    assert "Số điện thoại này chưa đúng" in text_of(answer.content)
    for _click in range(2):
        answer = desk.post(f"{DESK}dang-ky/", told)
        assert answer.status_code == 302, text_of(answer.content)
    assert "Đã đăng ký, mã" in text_of(desk.get(answer["Location"]).content)


@pytest.mark.parametrize("page", ["", "dang-ky/"])
def test_a_citizen_has_no_business_behind_the_desk(phones: Phones, page: str) -> None:
    answer = open_book(phones).get(f"{DESK}{page}")
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_the_outbox_exists_in_the_demo_only(phones: Phones, settings: Settings) -> None:
    open_book(phones)
    assert browser("127.0.0.1").get("/demo/outbox").status_code == 200
    assert browser("203.0.113.7").get("/demo/outbox").status_code == 404
    settings.TIEMCHUNG_DEMO = False
    assert browser("127.0.0.1").get("/demo/outbox").status_code == 404


def test_another_person_under_a_form_that_was_sent_before_is_refused_and_then_registered_too() -> None:
    desk, first = clerk(), {"campaign": "covid-2021", "name": "Trần Thị Tư", "year": "1938", "sex": "female"}
    first |= {"commune": "26740", "id": str(uuid4()), "group": "", "number": "", "kind": "personal-number"}
    assert desk.post(f"{DESK}dang-ky/", first).status_code == 302
    second = {**first, "name": "Kẻ Đến Sau"}
    answer = desk.post(f"{DESK}dang-ky/", second)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Người đang nhập chưa được ghi" in text_of(answer.content)
    assert 'value="Kẻ Đến Sau"' in page
    (fresh,) = re.findall(r'name="id" value="([^"]+)"', page)
    assert fresh != first["id"]
    for other in ({"phone": "0902118340"}, {"commune": "26743"}, {"year": "1939"}):
        assert desk.post(f"{DESK}dang-ky/", {**first, **other}).status_code == 422, other
    assert desk.post(f"{DESK}dang-ky/", {**second, "id": fresh}).status_code == 302
    with reaching(Reach(communes=frozenset({"26740"}))):
        assert database.rows("select count(*) from campaigns_registration") == [(2,)]


class TestTheWard:
    """The ward's word: an officer of a ward without any site confirms who somebody is."""

    WARD = "26737"

    @pytest.fixture
    def officer(self) -> Client:
        return self.employed("tu", "ward-officer", level="commune", era="2021", place=self.WARD)

    def employed(self, login: str, role: str, **where: str) -> Client:
        row = {"id": str(uuid4()), "name": "Phạm Văn Tú", "login": login, "roles": [{"role": role, **where}]}
        access.load_staff([row], actor=SYSTEM, now=NOW)
        return signed_in(login)

    def claimed(self, phones: Phones) -> tuple[Client, str, str]:
        citizen = open_book(phones)
        link = add(citizen)
        shown = text_of(citizen.post(f"{BOOK}nguoi/{link}/quay/").content)
        return citizen, str(link), next(word for word in shown.split() if len(word) == 9 and word[4] == "-")

    def test_a_ward_without_a_site_confirms_who_somebody_is(self, phones: Phones, officer: Client) -> None:
        citizen, link, code = self.claimed(phones)
        assert "•••• 4417" in text_of(officer.post(DESK, {"code": code}).content)
        assert officer.post(DESK, {"code": code, "confirm": "1", "seen": "1"}).status_code == 302
        assert "Các mũi đã tiêm" in text_of(citizen.get(f"{BOOK}nguoi/{link}/").content)
        with reaching(Reach(sites=frozenset({ward_code(self.WARD)}))):
            assert database.rows("select site, how from access_proof") == [(ward_code(self.WARD), "site")]
        assert "ward:" not in citizen.get(f"{BOOK}nguoi/{link}/ai-da-xem/").content.decode()

    def test_the_ward_speaks_for_itself_where_it_has_a_site_too(self, phones: Phones) -> None:
        *_, code = self.claimed(phones)
        officer = self.employed("lan", "ward-officer", level="commune", era="2021", place="26734")
        assert officer.post(DESK, {"code": code, "confirm": "1", "seen": "1"}).status_code == 302
        with reaching(Reach(sites=frozenset({ward_code("26734"), SITE}))):
            assert database.rows("select site from access_proof") == [(ward_code("26734"),)]

    def test_an_attacker_s_claim_of_somebody_known_opens_no_history_by_the_ward_s_word(
        self, phones: Phones, officer: Client
    ) -> None:
        dosed_elsewhere("079187004417")
        citizen, link, code = self.claimed(phones)
        officer.post(DESK, {"code": code, "confirm": "1", "seen": "1"})
        page = text_of(citizen.get(f"{BOOK}nguoi/{link}/").content)
        assert "AstraZeneca" not in page, "the claim is a person of its own until a human joins the two"
        assert officer.post(DESK, {"code": code, "confirm": "1", "seen": "1"}).status_code == 422, "the code is spent"

    def test_without_the_code_on_the_phone_a_ward_s_officer_opens_nothing(
        self, phones: Phones, officer: Client
    ) -> None:
        citizen, link, code = self.claimed(phones)
        guess = code[:-1] + ("2" if code[-1] != "2" else "3")
        assert officer.post(DESK, {"code": guess, "confirm": "1", "seen": "1"}).status_code == 422
        assert officer.post(DESK, {"code": code, "confirm": "1"}).status_code == 422, "nor unseen"
        assert "Các mũi đã tiêm" not in text_of(citizen.get(f"{BOOK}nguoi/{link}/").content)

    @pytest.mark.parametrize(
        ("role", "where"),
        [
            ("ward-officer", {"level": "province", "era": "2021", "place": "79"}),
            ("checkpoint", {"level": "commune", "era": "2021", "place": WARD}),
        ],
    )
    def test_who_meets_nobody_with_a_document_vouches_for_nobody(
        self, phones: Phones, role: str, where: dict[str, str]
    ) -> None:
        *_, code = self.claimed(phones)
        answer = self.employed("xa", role, **where).post(DESK, {"code": code, "confirm": "1", "seen": "1"})
        assert answer.status_code == 403


def test_each_fault_of_a_form_is_counted() -> None:
    desk = clerk()
    assert "Cần sửa 4 chỗ" in desk.post(f"{DESK}dang-ky/", {"id": str(uuid4())}).content.decode()
    assert "Cần sửa một chỗ" in desk.post(DESK, {"code": "x"}).content.decode()


def test_nobody_is_offered_a_form_while_no_campaign_is_open(set_time: Callable[[datetime], None]) -> None:
    desk = clerk()
    assert "<form" in _main(desk)
    set_time(datetime(2023, 1, 2, 3, tzinfo=NOW.tzinfo))
    assert "<form" not in _main(desk)
    assert "không có đợt tiêm nào đang mở" in _main(desk)


def _main(desk: Client) -> str:
    return desk.get(f"{DESK}dang-ky/").content.decode().partition("<main")[2]


class TestWhoIsOnRecord:
    """Somebody at the desk who is on record already stays the person that they are; the answer tells nobody."""

    TOLD: ClassVar = {"campaign": "covid-2021", "name": "Trần Thị Tư", "day": "2", "month": "3", "year": "1938"} | {
        "sex": "female",
        "commune": "26740",
        "group": "",
        "phone": "",
        "number": "",
        "kind": "personal-number",
    }

    def registered(self, desk: Client, **told: str) -> str:
        answer = desk.post(f"{DESK}dang-ky/", {**self.TOLD, "id": str(uuid4()), **told})
        assert answer.status_code == 302, text_of(answer.content)
        page = text_of(desk.get(answer["Location"]).content)
        return re.sub(r"mã \S+", "mã", page[page.index("Đã đăng ký") :][:80])

    def persons(self, commune: str = "26740") -> list[tuple[int, int]]:
        with reaching(Reach(communes=frozenset({commune}), sites=frozenset({ward_code(commune)}))):
            return database.rows(
                "select (select count(*)::int from people_person), (select count(*)::int from campaigns_registration)"
            )

    def test_told_in_another_order_at_another_time_they_are_one_and_the_answer_is_the_same(self) -> None:
        desk = clerk()
        first = self.registered(desk)
        assert self.registered(desk, name="TU TRAN THI", phone="0902118340") == first
        assert self.persons() == [(1, 1)]
        assert self.registered(desk, name="Trần Thị Năm") == first
        assert self.persons() == [(2, 2)]

    def test_sent_twice_whoever_was_found_is_registered_once(self) -> None:
        desk, same = clerk(), str(uuid4())
        self.registered(desk, campaign="covid-2021")
        for _click in range(2):
            self.registered(desk, id=same, name="Tư Trần Thị")
        assert self.persons() == [(1, 1)]

    def test_sent_again_for_another_ward_it_is_refused_and_nobody_stands_twice_under_its_id(self) -> None:
        desk, same = clerk(), str(uuid4())
        self.registered(desk)
        with reaching(Reach(communes=frozenset({"26740"}))):
            database.run("update campaigns_registration set campaign = 'of another year'")
        self.registered(desk, id=same)
        answer = desk.post(f"{DESK}dang-ky/", {**self.TOLD, "id": same, "commune": "26743"})
        assert (answer.status_code, "chưa được ghi" in text_of(answer.content)) == (422, True)
        assert (self.persons(), self.persons("26743")) == ([(1, 2)], [(0, 0)])

    def test_whom_another_ward_wrote_becomes_a_person_of_this_ward(self) -> None:
        desk = clerk()
        number = {"number": "079138004417", "kind": "personal-number"}
        self.registered(desk, **number)
        self.registered(desk, **number, commune="26743")
        assert (self.persons(), self.persons("26743")) == ([(1, 1)], [(1, 1)])
