"""The queue of what is to be mended, from the citizen's word to the answer in their book; and who has no business there."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from msgspec import structs

from tests.chair import follow
from tests.domain.access.people_known import NOW, SITE, arrived_person
from tests.faces.center.officers import sign_in_as
from tests.faces.healthbook.citizens import BOOK, MINE, THEIRS, Phones, browser, open_book, slip, text_of, vaccinated
from tests.faces.healthbook.conftest import phones
from tiemchung.domain.access import actions as access
from tiemchung.domain.access.queries import signing as access_queries
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import IdentifierTold
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database, sealing

__all__ = ["phones"]

QUEUE = "/cong-tac/can-sua/"
WARD, OTHER_WARD, OTHER_SITE = "26740", "26743", "79-0002"
STORY = "Hôm đó tôi ở Huế"
LEAD = {"role": "lead", "site": SITE}
OFFICER = {"role": "ward-officer", "level": "commune", "era": "2021", "place": WARD}
Worker = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def two_wards(committed_db: None, as_worker: Worker, set_time: Callable[..., None]) -> None:
    set_time(NOW)
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": WARD}], actor=SYSTEM)
        wards = [(SITE, WARD), (OTHER_SITE, OTHER_WARD)]
        sites = [{"code": code, "name": f"Trạm {code}", "organization": "H1", "commune": ward} for code, ward in wards]
        places.load_sites(sites, actor=SYSTEM)


class Asked:
    """Somebody who said in their book: this was not me."""

    def __init__(self, phones: Phones, as_worker: Worker) -> None:
        self.citizen = open_book(phones)
        self.book = self.citizen.post(f"{BOOK}mo/", {"code": slip(vaccinated()), "year": "1987"})["Location"]
        self.dose = self.citizen.get(self.book).content.decode().split("khong-phai-toi/")[1].split("/")[0]
        self.case = uuid4()
        self.citizen.post(f"{self.book}khong-phai-toi/{self.dose}/", {"id": str(self.case), "story": STORY})
        with as_worker():
            follow()

    def reads(self, page: str = "") -> str:
        return text_of(self.citizen.get(f"{self.book}{page}").content)


@pytest.fixture
def asked(phones: Phones, as_worker: Worker) -> Asked:
    return Asked(phones, as_worker)


def step(client: Client, case: UUID, what: str, **told: Any) -> int:
    return client.post(f"{QUEUE}{case}/{what}/", told).status_code


def agreed(client: Client, case: UUID, text: str) -> int:
    """Agree to what the case's page shows as proposed."""
    page = client.get(f"{QUEUE}{case}/").content.decode()
    shown = re.search(r'name="proposal" value="([^"]+)"', page)
    return step(client, case, "agree", text=text, **({"proposal": shown[1]} if shown else {}))


def filed(**told: str) -> tuple[UUID, str]:
    """Return the case and the number of a complaint that somebody wrote on the portal."""
    case = uuid4()
    form = {"id": str(case), "kind": "missing-dose", "story": STORY, "site": SITE, "phone": "", **told}
    page = browser().post("/phan-anh/", form).content.decode()
    found = re.search(r"<strong>(\w{5}-\w{5})</strong>", page)
    assert found
    return case, found[1]


def test_not_me_is_decided_by_two_and_read_in_the_book(asked: Asked, as_worker: Worker) -> None:
    assert "Đang xem lại" in asked.reads()
    assert "hạn trả lời" in asked.reads("du-lieu/")
    lead, officer = sign_in_as("lead", **LEAD), sign_in_as("officer", **OFFICER)
    assert "Mũi tiêm này không phải của tôi" in text_of(lead.get(QUEUE).content)
    page = text_of(lead.get(f"{QUEUE}{asked.case}/").content)
    assert STORY in page
    assert "Nguyễn Thị Ánh Hằng" in page
    assert "Mũi 1 · " in page
    assert step(lead, asked.case, "take") == 302
    assert step(lead, asked.case, "decide", outcome="upheld", text=" ") == 409
    assert step(lead, asked.case, "decide", outcome="upheld", text="Chữ ký trên phiếu khác.") == 302
    assert agreed(lead, asked.case, "Tôi đồng ý với tôi.") == 409
    assert "Chờ người thứ hai" in text_of(officer.get(f"{QUEUE}{asked.case}/").content)
    assert agreed(officer, asked.case, "Đã gọi hỏi, không phải chị ấy.") == 302
    with as_worker():
        follow()
        assert database.row("select status from immunization_dose") == (2,)
    assert "Mục này đã được hủy" in asked.reads()
    data = asked.reads("du-lieu/")
    assert "Đúng như phản ánh, đã sửa" in data
    assert "Đã gọi hỏi, không phải chị ấy." in data
    assert "Trạm 79-0001 để sửa thông tin" in asked.reads("ai-xem/")


class AskedOfData:
    """Somebody who asked in their book about their data: to correct (`sua`) or to restrict (`han-che`)."""

    def __init__(self, phones: Phones, as_worker: Worker, about: str, **told: Any) -> None:
        self.citizen, self.person = open_book(phones), vaccinated(**told)
        self.book = self.citizen.post(f"{BOOK}mo/", {"code": slip(self.person), "year": "1987"})["Location"]
        self.case = uuid4()
        self.citizen.post(f"{self.book}yeu-cau/{about}/", {"id": str(self.case), "story": STORY})
        with as_worker():
            follow()

    def reads(self, page: str = "") -> str:
        return text_of(self.citizen.get(f"{self.book}{page}").content)


def test_an_upheld_correction_is_a_new_fact_and_what_stood_before_is_kept(phones: Phones, as_worker: Worker) -> None:
    asked = AskedOfData(phones, as_worker, "sua")
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    wrongs: list[dict[str, str]] = [{}, {"name": "123"}, {"born": "1987-13"}, {"born": "2087"}, {"sex": "x"}]
    wrongs += [{"name": "  Nguyễn Thị Ánh  Hằng"}, {"born": "1987-03-02", "sex": "female"}]
    for wrong in wrongs:
        assert step(officer, asked.case, "decide", outcome="upheld", text="Đã xem căn cước.", **wrong) == 409
    with as_worker():
        before = database.row("select facts from certificates_preparation")
    told = {"name": "Nguyễn Thị Anh Hằng", "born": "1957-03-02"}
    assert step(officer, asked.case, "decide", outcome="upheld", text="Đã xem căn cước.", **told) == 302
    assert "Nguyễn Thị Anh Hằng" in asked.reads()
    assert "Đã xem căn cước." in asked.reads("du-lieu/")
    assert [message.template for message in phones.messages][-1] == "request-answered"
    with as_worker():
        follow()
        kept = database.rows("select person_id, born_from::text, sex from people_former")
        assert kept == [(asked.person, "1987-03-02", 1)]
        assert database.row("select count(*) from journal_entry where kind = 'person-corrected'") == (1,)
        assert database.row("select age_band from figures_dose") == ("50-64",), "the figures follow"
        assert database.row("select facts from certificates_preparation") != before, "and so does the certificate"
        assert database.row("select count(*) from immunization_dose") == (1,), "nothing medical is written anew"


def test_a_correction_that_two_decide_waits_for_the_second(
    phones: Phones, as_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {code: structs.replace(kind, deciders=2) for code, kind in mending.complaint_kinds().items()}
    monkeypatch.setattr(mending, "complaint_kinds", lambda: kinds)
    asked = AskedOfData(phones, as_worker, "sua")
    first, second = sign_in_as("first", **OFFICER), sign_in_as("second", **OFFICER)
    step(first, asked.case, "take")
    told = {"outcome": "upheld", "text": "Đã xem.", "name": "Nguyễn Thị Anh Hằng"}
    for wrong in ("", "123", "Nguyễn Thị Ánh Hằng"):
        assert step(first, asked.case, "decide", **{**told, "name": wrong}) == 409, "told to whoever can mend it"
    assert step(first, asked.case, "decide", **told) == 302
    assert "Nguyễn Thị Ánh Hằng" in asked.reads()
    assert "Nguyễn Thị Anh Hằng" in text_of(second.get(f"{QUEUE}{asked.case}/").content)
    assert agreed(second, asked.case, "Đúng.") == 302
    assert "Nguyễn Thị Anh Hằng" in asked.reads()


OTHERS_NUMBER = "079187004512"
SEEN = {"seen": ["card", "called", "known"]}


def test_a_new_number_waits_for_a_second_person_and_the_wrong_one_finds_nobody(
    phones: Phones, as_worker: Worker
) -> None:
    wrong = [IdentifierTold(kind="personal-number", value="079187000001")]
    asked = AskedOfData(phones, as_worker, "sua", identifiers=wrong)
    with as_worker():
        ((kind, old),) = database.rows("select kind, hash from people_identifier where person_id = %s", [asked.person])
        paper = database.row("select facts from certificates_preparation")
    first, second = sign_in_as("first", **OFFICER), sign_in_as("second", **OFFICER)
    step(first, asked.case, "take")
    told: dict[str, Any] = {"outcome": "upheld", "text": "Đã xem thẻ.", "number_kind": kind, "number": OTHERS_NUMBER}
    assert step(first, asked.case, "decide", **told) == 409, "nothing was seen"
    assert step(first, asked.case, "decide", **{**told, "number": "12"}, **SEEN) == 409, "that is no number"
    assert step(first, asked.case, "decide", **told, **SEEN) == 302
    assert agreed(first, asked.case, "Tôi đồng ý với tôi.") == 409
    page = text_of(second.get(f"{QUEUE}{asked.case}/").content)
    assert "•••• 4512" in page
    assert OTHERS_NUMBER not in page
    assert agreed(second, asked.case, "Đúng thẻ.") == 302
    with as_worker():
        follow()
        numbers = database.rows("select kind, hash from people_identifier where person_id = %s", [asked.person])
        assert [each[0] for each in numbers] == [kind]
        assert numbers[0][1] != old
        assert database.row("select count(*) from people_holders(array[%b])", [bytes(old)]) == (0,)
        assert database.row("select rewords, reached is not null from people_former") == (False, True)
        assert database.row("select facts from certificates_preparation") == paper, "no certificate says a number"
    copy = asked.citizen.post(f"{asked.book}tai-ve.json").json()
    assert copy["person"]["identifiers"] == [{"kind": kind, "value": "•••• 4512"}]


def test_a_number_that_was_right_until_another_took_its_place_ends_and_still_finds_whom_it_named(
    phones: Phones, as_worker: Worker
) -> None:
    renewed = [IdentifierTold(kind="passport-vn", value="B1234567")]
    asked = AskedOfData(phones, as_worker, "sua", identifiers=renewed)
    with as_worker():
        ((old,),) = database.rows("select hash from people_identifier where person_id = %s", [asked.person])
    first, second = sign_in_as("first", **OFFICER), sign_in_as("second", **OFFICER)
    step(first, asked.case, "take")
    told: dict[str, Any] = {"outcome": "upheld", "text": "Đã xem hộ chiếu mới.", "number_kind": "passport-vn", **SEEN}
    told |= {"number": "C7654321", "number_since": "2021-09-01"}
    for wrong in ("2021-9-1", "01/09/2021", "2087-01-01"):
        assert step(first, asked.case, "decide", **{**told, "number_since": wrong}) == 409
    assert step(first, asked.case, "decide", **told) == 302
    assert "01/09/2021" in text_of(second.get(f"{QUEUE}{asked.case}/").content)
    assert agreed(second, asked.case, "Đúng hộ chiếu.") == 302
    with as_worker():
        assert database.row("select count(*) from people_holders(array[%b])", [bytes(old)]) == (1,)
        assert database.row("select reached is null from people_former") == (True,)
    copy = asked.citizen.post(f"{asked.book}tai-ve.json").json()
    assert copy["person"]["identifiers"] == [
        {"kind": "passport-vn", "value": "•••• 4321", "valid_from": "2021-09-01"},
        {"kind": "passport-vn", "value": "•••• 4567", "valid_to": "2021-09-01"},
    ]
    assert "•••• 4567 (số cũ, đến 01/09/2021)" in asked.reads()


def test_a_new_number_that_is_another_person_s_is_a_doubt_and_no_refusal(phones: Phones, as_worker: Worker) -> None:
    asked = AskedOfData(phones, as_worker, "sua")
    arrived_person(name="Trần Văn Bảy", identifiers=[IdentifierTold(kind="personal-number", value=OTHERS_NUMBER)])
    first, second = sign_in_as("first", **OFFICER), sign_in_as("second", **OFFICER)
    step(first, asked.case, "take")
    told: dict[str, Any] = {"number_kind": "personal-number", "number": OTHERS_NUMBER, **SEEN}
    step(first, asked.case, "decide", outcome="upheld", text="Đã xem thẻ.", **told)
    assert agreed(second, asked.case, "Đúng thẻ.") == 302
    with as_worker():
        follow()
        assert database.row("select count(*) from mending_case where kind = 'identity-doubt'") == (1,)


def test_a_new_phone_takes_the_place_of_the_old_which_proves_nothing_any_more(
    phones: Phones, as_worker: Worker
) -> None:
    asked = AskedOfData(phones, as_worker, "sua")
    with as_worker():
        access.confirm_phone(asked.person, "0912000111", born_year=1987, by=SYSTEM, site=SITE, now=NOW)
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    for wrong in ({"phone": "0903 55", **SEEN}, {"phone": "0903555777"}, {"phone": "0903555777", "seen": ["card"]}):
        assert step(officer, asked.case, "decide", outcome="upheld", text="Đã gọi.", **wrong) == 409
    assert step(officer, asked.case, "decide", outcome="upheld", text="Đã gọi.", phone="0903 555 777", **SEEN) == 302
    with as_worker():
        assert people.phones_of([asked.person]) == {asked.person: "0903555777"}
        assert database.rows("select ended_at is not null from access_confirmedphone") == [(True,)]


def test_whoever_has_the_replaced_phone_is_shut_out_at_once_and_told(phones: Phones, as_worker: Worker) -> None:
    asked = AskedOfData(phones, as_worker, "sua", phone=MINE)
    helper = open_book(phones, phone=THEIRS, client=browser("203.0.113.9"))
    code = slip(asked.person)
    helped = helper.post(f"{BOOK}mo/", {"code": code, "year": "1987", "relation": "helped"})["Location"]
    with as_worker():
        for phone in (MINE, "0903555777"):
            access.confirm_phone(asked.person, phone, born_year=1987, by=SYSTEM, site=SITE, now=NOW)
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    assert asked.citizen.get(asked.book).status_code == 200
    phones.messages.clear()
    told: dict[str, Any] = {"outcome": "upheld", "text": "Đã gọi.", "phone": "0903 555 777", **SEEN}
    assert step(officer, asked.case, "decide", **told) == 302
    assert asked.citizen.get(asked.book)["Location"].startswith(f"{BOOK}vao/"), "the sign-in is over"
    again = open_book(phones, client=browser("203.0.113.8"))
    assert again.get(asked.book).status_code == 404
    account = access_queries.account_of_phone(sealing.lookup_hash("phone", MINE))
    assert account is not None
    assert access.prove_by_phone(account, 1987, now=NOW) == []
    replaced = [message.to_contact for message in phones.messages if message.template == "phone-replaced"]
    assert replaced == [MINE]
    assert helper.get(helped).status_code == 200, "whoever helps keeps the book"
    open_book(phones, phone="0903555777", client=browser("203.0.113.10"))
    account = access_queries.account_of_phone(sealing.lookup_hash("phone", "0903555777"))
    assert account is not None
    assert [link.person for link in access.prove_by_phone(account, 1987, now=NOW)] == [asked.person], (
        "its own confirmation stands"
    )


def test_a_corrected_birth_year_ends_what_was_confirmed_under_the_old_one(phones: Phones, as_worker: Worker) -> None:
    asked = AskedOfData(phones, as_worker, "sua")
    with as_worker():
        for phone, year in (("0912000111", 1987), ("0903555777", 1952)):
            access.confirm_phone(asked.person, phone, born_year=year, by=SYSTEM, site=SITE, now=NOW)
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    assert step(officer, asked.case, "decide", outcome="upheld", text="Đã xem thẻ.", born="1952-07-14") == 302
    with as_worker():
        ended = database.rows("select ended_at is not null from access_confirmedphone order by ended_at is not null")
    assert ended == [(False,), (True,)]


def test_who_moved_lives_elsewhere_from_now_on_while_doses_stay_where_they_were_counted(
    phones: Phones, as_worker: Worker
) -> None:
    asked = AskedOfData(phones, as_worker, "sua")
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    for wrong in ("Phường Một Hai Ba", "79", "99999"):
        assert step(officer, asked.case, "decide", outcome="upheld", text="Đã chuyển.", commune=wrong, **SEEN) == 409
    told: dict[str, Any] = {"outcome": "upheld", "text": "Đã chuyển.", "commune": OTHER_WARD, **SEEN}
    seen_first = officer.post(f"{QUEUE}{asked.case}/decide/", told)
    assert seen_first.status_code == 200
    assert f"({OTHER_WARD})" in text_of(seen_first.content)
    assert step(officer, asked.case, "decide", **told, commune_seen=OTHER_WARD) == 302
    with as_worker():
        follow()
        assert people.facts([asked.person])[asked.person].commune == OTHER_WARD
        assert database.row("select commune from people_former") == (WARD,)
        assert database.row("select commune from figures_dose") == (WARD,)
    assert str(asked.case) in officer.get(QUEUE).content.decode(), "the case stays with those who decided it"


def test_a_residence_told_by_name_is_one_commune_and_is_shown_before_it_is_written(
    phones: Phones, as_worker: Worker
) -> None:
    asked = AskedOfData(phones, as_worker, "sua")
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    told: dict[str, Any] = {"outcome": "upheld", "text": "Đã chuyển.", **SEEN}
    for several in ("Ba Đình", "Phường Ba Đình", "phuong 1"):
        answer = officer.post(f"{QUEUE}{asked.case}/decide/", {**told, "commune": several, "commune_seen": "00004"})
        assert "nơi cùng có tên này" in text_of(answer.content), several
    for nobody_s in ("Quận Ba Đình", "Phường Trúc", "Phường 1, Quận 3, Hà Nội"):
        assert step(officer, asked.case, "decide", **told, commune=nobody_s) == 409, nobody_s
    answer = officer.post(f"{QUEUE}{asked.case}/decide/", {**told, "commune": "Phường 1, Quận 3"})
    page = answer.content.decode()
    seen = re.search(r'name="commune_seen" value="(\d+)"', page)
    assert seen
    assert f"Phường 01, Quận 3, Thành phố Hồ Chí Minh ({seen[1]})" in text_of(answer.content)
    assert re.search(r'value="upheld" checked', page), "what was chosen stays"
    with as_worker():
        assert people.facts([asked.person])[asked.person].commune == WARD, "nothing is written yet"
    other = {**told, "commune": "Phường 2, Quận 3, Hồ Chí Minh", "commune_seen": seen[1]}
    assert officer.post(f"{QUEUE}{asked.case}/decide/", other).status_code == 200, "another one was shown"
    assert step(officer, asked.case, "decide", **told, commune="Phường 1, Quận 3", commune_seen=seen[1]) == 302
    with as_worker():
        assert people.facts([asked.person])[asked.person].commune == seen[1]


def test_what_stands_already_is_no_correction(phones: Phones, as_worker: Worker) -> None:
    asked = AskedOfData(phones, as_worker, "sua")
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    told: dict[str, Any] = {"name": "Nguyễn Thị Ánh Hằng", "born": "1987-03-02", "commune": WARD, **SEEN}
    told["commune_seen"] = WARD
    assert step(officer, asked.case, "decide", outcome="upheld", text="Vẫn thế.", **told) == 409
    with as_worker():
        assert database.row("select count(*) from people_former") == (0,)


def test_restricted_data_call_nobody_until_the_person_ends_it(phones: Phones, as_worker: Worker) -> None:
    asked = AskedOfData(phones, as_worker, "han-che")

    def waiting() -> list[UUID]:
        with as_worker():
            found = campaigns.registered("covid-2021", [WARD], purpose=Purpose.REGISTRATION)
        return [one.person for one in found]

    with as_worker():
        database.run(
            "insert into campaigns_registration (person_id, id, registered_at, campaign, commune, target_group, channel, "
            "times) values (%s, %s, now(), 'covid-2021', %s, '05', 'list', '{}')",
            [asked.person, uuid4(), WARD],
        )
    assert waiting() == [asked.person]
    officer = sign_in_as("officer", **OFFICER)
    step(officer, asked.case, "take")
    assert step(officer, asked.case, "decide", outcome="upheld", text="Đã hạn chế.") == 302
    assert waiting() == []
    with as_worker():
        assert people.restricted([asked.person]) == {asked.person}
    assert "Đang hạn chế việc dùng dữ liệu" in asked.reads("du-lieu/")
    stranger = open_book(phones, phone="0912000111", client=browser("203.0.113.9"))
    assert stranger.post(f"{asked.book}bo-han-che/").status_code == 404
    assert waiting() == []
    assert asked.citizen.post(f"{asked.book}bo-han-che/").status_code == 302
    assert waiting() == [asked.person]
    assert "Đang hạn chế" not in asked.reads("du-lieu/")


def test_whoever_finds_the_record_right_leaves_the_dose_as_it_is(asked: Asked, as_worker: Worker) -> None:
    lead, officer = sign_in_as("lead", **LEAD), sign_in_as("officer", **OFFICER)
    step(lead, asked.case, "take")
    step(lead, asked.case, "decide", outcome="not-upheld", text="Ảnh trên phiếu đúng người.")
    assert agreed(officer, asked.case, "Đúng.") == 302
    with as_worker():
        assert database.row("select status, findings & 524288 from immunization_dose") == (0, 0)
    assert "Đang xem lại" not in asked.reads()


@pytest.mark.parametrize(
    "stranger",
    [
        {**OFFICER, "place": OTHER_WARD},
        {"role": "lead", "site": OTHER_SITE},
        {"role": "duty-officer", "level": "everywhere"},
    ],
)
def test_who_stands_elsewhere_neither_sees_nor_decides(asked: Asked, stranger: dict[str, str]) -> None:
    other = sign_in_as("other", **stranger)
    assert str(asked.case) not in other.get(QUEUE).content.decode()
    page = other.get(f"{QUEUE}{asked.case}/")
    assert page.status_code == 404
    assert STORY not in page.content.decode()
    for what in ("take", "note", "decide", "agree", "disagree", "hand"):
        assert step(other, asked.case, what, outcome="upheld", text="Tôi", site=OTHER_SITE) == 404
    assert "Chờ trả lời" in asked.reads("du-lieu/")


@pytest.mark.parametrize("role", ["vaccinator", "recorder", "check-in", "screener"])
def test_staff_of_the_very_site_who_do_not_mend_are_not_let_in(role: str) -> None:
    case, _number = filed()
    nurse = sign_in_as("nurse", role=role, site=SITE)
    assert nurse.get(QUEUE).status_code == 403
    assert nurse.get(f"{QUEUE}{case}/").status_code == 403
    assert step(nurse, case, "take") == 403


def test_a_complaint_is_answered_and_its_number_tells_how_it_ended(phones: Phones) -> None:
    case, number = filed(phone="0912000111")
    lead = sign_in_as("lead", **LEAD)
    page = text_of(lead.get(f"{QUEUE}{case}/").content)
    assert STORY in page
    assert "0912000111" not in page
    assert "••• 111" in page
    step(lead, case, "take")
    none = lead.post(f"{QUEUE}{case}/decide/", {"outcome": "upheld", "text": "Đã thêm mũi."})
    assert (none.status_code, "Chưa gắn mũi nào vào việc này" in text_of(none.content)) == (409, True)
    assert 'value="upheld"' not in none.content.decode(), "what cannot be is not offered"
    step(lead, case, "decide", outcome="come-in-person", text="Chị Mai chưa có phiếu")
    told = text_of(browser().post("/phan-anh/so/", {"number": number}).content)
    assert "Chưa đủ căn cứ" in told
    assert "Mang giấy tờ tùy thân" in told
    for secret in ("Mai", STORY, "0912000111", SITE):
        assert secret not in told
    assert [message.template for message in phones.messages] == ["complaint-answered"]


def test_of_two_at_once_one_decides_and_the_other_is_told_while_their_words_stay() -> None:
    case, _number = filed()
    lead, officer = sign_in_as("lead", **LEAD), sign_in_as("officer", **OFFICER)
    form = {"step": str(uuid4())}
    assert [step(lead, case, "take", **form) for _click in range(2)] == [302, 302]
    answer = officer.post(f"{QUEUE}{case}/decide/", {"outcome": "upheld", "text": "Tôi đã thêm mũi"})
    assert answer.status_code == 409
    assert "Chỉ người đang lo việc này kết luận" in text_of(answer.content)
    assert "Tôi đã thêm mũi" in answer.content.decode()
    step(lead, case, "decide", outcome="come-in-person", text="Chưa thấy phiếu.")
    back = lead.post(f"{QUEUE}{case}/note/", {"text": "Còn nữa"})
    assert back.status_code == 409
    assert "đã có kết luận" in text_of(back.content)


def test_what_is_of_no_place_waits_at_the_center_and_is_laid_where_it_belongs() -> None:
    case, _number = filed(site="")
    officer, lead = sign_in_as("duty", role="duty-officer", level="everywhere"), sign_in_as("lead", **LEAD)
    assert str(case) in officer.get(QUEUE).content.decode()
    assert str(case) not in lead.get(QUEUE).content.decode()
    assert step(officer, case, "hand", site="79-9999", text="Về trạm này") == 409
    assert step(officer, case, "hand", site=SITE, text="Về trạm này") == 302
    assert str(case) not in officer.get(QUEUE).content.decode()
    assert "Về trạm này" in text_of(lead.get(f"{QUEUE}{case}/").content)


def test_an_overdue_case_says_so(set_time: Callable[..., None]) -> None:
    filed()
    set_time(NOW.replace(day=16))
    page = text_of(sign_in_as("lead", **LEAD).get(QUEUE).content)
    assert "1 việc đã quá hạn trả lời" in page
    assert "In their words" not in page


@pytest.mark.parametrize("what", ["void", "erase"])
def test_a_step_nobody_knows_is_not_found(what: str) -> None:
    case, _number = filed()
    assert step(sign_in_as("lead", **LEAD), case, what) == 404
