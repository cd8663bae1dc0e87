"""The desks before and after the chair: reception, screening, observation, and going back at each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.scenery import LOT, MORNING, OTHER_SITE, SITE
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.places import queries as places_told
from tiemchung.domain.places.values import Era
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.visits.events import SessionClosed
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("morning")
CARD = "079187004417|271234567|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi|01012021"


@pytest.fixture(autouse=True)
def _shelf(morning: None) -> None:
    del morning
    scenery.stock()


@pytest.fixture
def nurse() -> Client:
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer")
    return scenery.signed_in("thao")


def rows(sql: str, site: str = SITE) -> list[tuple[Any, ...]]:
    with reaching(Reach(sites=frozenset({site}))):
        return database.rows(sql)


def fields(page: str) -> dict[str, str]:
    """Return what the page's last form would send as it was drawn."""
    form = page[page.rindex("<form") :]
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<input class="govuk-input[^"]*" id="\w+" name="([\w-]+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<input type="radio" name="([\w-]+)" value="([^"]*)" checked', form))
    for name, options in re.findall(r'<select class="govuk-select" id="\w+" name="(\w+)"[^>]*>(.*?)</select>', form):
        found |= dict.fromkeys([name], "".join(re.findall(r'value="([^"]*)" selected', options)))
    return found


def arrival(nurse: Client, card: str = CARD, **change: str) -> dict[str, str]:
    """Return the second form of the reception, filled in as the card says and changed."""
    answer = nurse.post("/station/arrivals/", {"step": "find", "card": card, "reason": "at-the-desk"})
    assert answer.status_code == 200, answer.content.decode()
    return {**fields(answer.content.decode()), "how": "1", **change}


def received(nurse: Client, **change: str) -> UUID:
    """Receive somebody and return their visit."""
    before = {visit for (visit,) in rows("select id from visits_visit")}
    answer = nurse.post("/station/arrivals/", arrival(nurse, **change))
    assert answer.status_code == 302, re.findall(r'error-message" id="\w+-error">([^<]+)', answer.content.decode())
    ((visit,),) = [(visit,) for (visit,) in rows("select id from visits_visit") if visit not in before]
    assert isinstance(visit, UUID)
    return visit


def screened(nurse: Client, visit: UUID, **told: str) -> Any:
    """Answer no to everything but what is told, and return the answer to the last step."""
    address = f"/station/visits/{visit}/screening/"
    form = {"step": "ask", "agreed": "yes", "rest": "no", "temp_c": "36,8", **told}
    page = nurse.post(address, form).content.decode()
    return nurse.post(address, {**fields(page), **{k: v for k, v in told.items() if k in {"conclusion", "note"}}})


def dosed(nurse: Client, visit: UUID) -> None:
    address = f"/station/visits/{visit}/"
    page = nurse.get(address).content.decode()
    chosen = dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page))
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert nurse.post(address, {**hidden, **chosen}).status_code == 302


def entries(kind: str) -> int:
    return int(rows(f"select count(*) from journal_entry where kind = '{kind}'")[0][0])


class TestArrival:
    def test_a_card_fills_in_the_form_and_one_tap_receives_and_identifies(self, nurse: Client) -> None:
        form = arrival(nurse)
        assert (form["name"], form["year"], form["sex"], form["number"]) == (
            "Nguyễn Thị Ánh Hằng",
            "1987",
            "female",
            "079187004417",
        )
        for _ in range(2):
            assert nurse.post("/station/arrivals/", form)["Location"] == "/station/"
        ((ticket, how, site),) = rows("select ticket, identified_how, site from visits_visit")
        assert (ticket, how, site) == ("1", 1, SITE)
        page = nurse.get("/station/?stage=waiting").content.decode()
        assert "Đã ghi. Số thứ tự 1." in page
        assert "Nguyễn Thị Ánh Hằng" in page
        onward = re.search(r'<a href="([^"]+)">Khám sàng lọc luôn</a>', page)
        assert onward is not None
        assert "Nguyễn Thị Ánh Hằng" in nurse.get(onward[1]).content.decode()

    def test_who_receives_alone_is_led_to_no_screening(self) -> None:
        scenery.hire("don", "check-in")
        reception = scenery.signed_in("don")
        reception.post("/station/arrivals/", arrival(reception))
        page = reception.get("/station/?stage=waiting").content.decode()
        assert ("Đã ghi. Số thứ tự 1." in page, "Khám sàng lọc luôn" in page) == (True, False)

    def test_who_lives_in_another_district_keeps_a_residence_by_its_name(self, nurse: Client) -> None:
        received(nurse, commune="", elsewhere="phuong truc bach, Ba Đình, Hà Nội")
        assert rows("select commune from people_person") == [("00004",)]
        received(nurse, known="new", commune="26734", elsewhere="Phường Trúc Bạch")
        assert rows("select commune from people_person where commune = '26734'") == [("26734",)], (
            "what was chosen holds"
        )

    @pytest.mark.parametrize(
        ("typed", "said"), [("Phường 1", "nơi mang tên này"), ("ngoài kia", "Không có xã, phường nào tên này")]
    )
    def test_a_residence_that_names_no_commune_or_several_is_asked_back_and_may_be_left_empty(
        self, nurse: Client, typed: str, said: str
    ) -> None:
        answer = nurse.post("/station/arrivals/", arrival(nurse, commune="", elsewhere=typed))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert said in page
        assert f'value="{typed}"' in page, "what was typed stays"
        received(nurse, commune="", elsewhere="")
        assert rows("select commune from people_person") == [("",)]

    def test_a_form_sent_again_with_another_name_is_not_said_to_be_recorded(self, nurse: Client) -> None:
        form = arrival(nurse)
        assert nurse.post("/station/arrivals/", form).status_code == 302
        answer = nurse.post("/station/arrivals/", {**form, "name": "Người Khác Hẳn"})
        assert answer.status_code == 409
        assert "lần này chưa ghi gì" in answer.content.decode()
        assert rows("select count(*)::int from visits_visit") == [(1,)]

    def test_without_a_paper_a_name_and_a_year_will_do(self, nurse: Client) -> None:
        page = nurse.post("/station/arrivals/", {"step": "find", "papers": "none"}).content.decode()
        form = {**fields(page), "name": "Ô", "year": "1952", "sex": "male"}
        assert nurse.post("/station/arrivals/", form).status_code == 302
        assert rows("select identified_how from visits_visit") == [(4,)]
        page = nurse.get("/station/?stage=waiting").content.decode()
        assert "1952 · Nam" in page

    def test_a_number_is_not_looked_up_without_a_reason(self, nurse: Client) -> None:
        answer = nurse.post("/station/arrivals/", {"step": "find", "card": CARD})
        assert answer.status_code == 422
        assert answer.content.decode().count("Chọn lý do tra số này.") == 2
        assert (
            nurse.post("/station/arrivals/", {"step": "find", "card": "?", "reason": "at-the-desk"}).status_code == 422
        )

    def test_who_came_before_is_the_same_person_and_looking_is_logged_with_the_reason(self, nurse: Client) -> None:
        received(nurse)
        answer = nurse.post("/station/arrivals/", {"step": "find", "card": CARD, "reason": "mend-record"})
        page = answer.content.decode()
        assert "Điểm này đã biết số đó" in page
        assert {purpose for (purpose,) in rows("select purpose from journal_view")} >= {"correction"}
        nurse.post("/station/arrivals/", {**fields(page), "how": "1"})
        assert len({person for (person,) in rows("select person_id from visits_visit")}) == 1

    def test_somebody_else_with_the_same_number_becomes_a_new_person_and_a_doubt(self, nurse: Client) -> None:
        received(nurse)
        assert nurse.post("/station/arrivals/", arrival(nurse, known="new")).status_code == 302
        assert len({person for (person,) in rows("select person_id from visits_visit")}) == 2
        assert "Số giấy tờ này cũng thuộc một người khác" in nurse.get("/station/").content.decode()

    def test_a_number_known_elsewhere_tells_doses_and_no_name(self, nurse: Client) -> None:
        scenery.dosed_elsewhere("079187004417")
        answer = nurse.post("/station/arrivals/", {"step": "find", "card": "079187004417", "reason": "at-the-desk"})
        page = answer.content.decode()
        assert "Số này cũng có ở nơi khác." in page
        assert "Mũi 1: AstraZeneca" in page
        assert "điểm khác, 09:00 13/09/2021" in page
        assert "Ánh Hằng" not in page
        assert OTHER_SITE not in page

    def test_nobody_is_chosen_whom_the_site_does_not_know(self, nurse: Client) -> None:
        stranger = scenery.dosed_elsewhere("079187004417")
        form = arrival(nurse, known=str(stranger))
        assert nurse.post("/station/arrivals/", form).status_code == 404
        assert rows("select 1 from visits_visit") == []

    def test_a_form_with_ids_that_no_page_gave_is_not_taken(self, nurse: Client) -> None:
        form = arrival(nurse, ids="eyJ2aXNpdCI6Ii4uLiJ9:1:x")
        assert nurse.post("/station/arrivals/", form).status_code == 404

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"name": ""}, "Ghi họ tên như trên giấy tờ: chỉ có chữ"),
            ({"name": "12 <3"}, "Ghi họ tên như trên giấy tờ: chỉ có chữ"),
            ({"name": "=1+Á"}, "Ghi họ tên như trên giấy tờ: chỉ có chữ"),
            ({"name": "Á" * 81}, "Tên này dài quá 80 chữ."),
            ({"year": "87"}, "Ghi năm sinh bằng 4 số."),
            ({"year": "1801", "month": "", "day": ""}, "Không có ngày sinh này."),
            ({"year": "2031"}, "Không có ngày sinh này."),
            ({"year": "1987", "month": "2", "day": "30"}, "Không có ngày sinh này."),
            ({"year": "1987", "month": "", "day": "3"}, "Không có ngày sinh này."),
            ({"sex": "?"}, "Chọn giới tính."),
            ({"number": "07918700441"}, "Số này có 11 ký tự, cần đủ 12 số."),
            ({"number": "079184004417"}, "Số căn cước này là của người sinh năm 1984, nữ."),
            ({"sex": "male"}, "Số căn cước này là của người sinh năm 1987, nữ."),
            ({"number": ""}, "Đã quét thẻ thì cần số trên thẻ."),
            ({"phone": "12345"}, "Số điện thoại có 10 số"),
            ({"how": "9"}, "Chọn cách đã nhận ra người này."),
        ],
    )
    def test_what_cannot_be_is_said_at_the_field_with_everything_kept(
        self, nurse: Client, change: dict[str, str], said: str
    ) -> None:
        answer = nurse.post("/station/arrivals/", arrival(nurse, **change))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count(said) == 2
        assert "<title>Lỗi: " in page
        assert fields(page)["ids"]
        assert rows("select 1 from visits_visit") == []

    def test_who_looked_twice_may_insist_on_what_the_document_says(self, nurse: Client) -> None:
        form = arrival(nurse, sex="male", as_written="yes")
        assert nurse.post("/station/arrivals/", form).status_code == 302

    @pytest.mark.parametrize("name", ["Ô", "Á" * 80, "H'Hen Niê"])
    def test_a_name_of_one_letter_and_of_eighty_are_names(self, nurse: Client, name: str) -> None:
        received(nurse, name=name)
        assert name in nurse.get("/station/?stage=waiting").content.decode().replace("&#39;", "'")

    def test_a_year_alone_is_shown_as_a_year(self, nurse: Client) -> None:
        visit = received(nurse, month="", day="")
        assert "1987 (chỉ có năm)" in nurse.get(f"/station/visits/{visit}/screening/").content.decode()

    def test_at_a_site_since_2025_people_name_a_commune_of_its_province(
        self, nurse: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = places_told.site(SITE)
        assert old is not None
        new = replace(old, era=Era.Y2025, district_code=None)
        monkeypatch.setattr(places_told, "site", lambda _code: new)
        page = nurse.post("/station/arrivals/", {"step": "find", "papers": "none"}).content.decode()
        offered = re.findall(r'<option value="([0-9]{5})"', page)
        assert offered == [unit.code for unit in places_told.children(Era.Y2025, old.province_code)]

    def test_a_vaccinator_alone_receives_nobody(self) -> None:
        scenery.hire("huy", "vaccinator")
        assert scenery.signed_in("huy").get("/station/arrivals/").status_code == 403


class TestScreening:
    def test_all_no_is_eligible_and_leads_to_the_chair(self, nurse: Client) -> None:
        visit = received(nurse)
        assert screened(nurse, visit)["Location"] == "/station/"
        page = nurse.get("/station/").content.decode()
        assert "Đã ghi. Chuyển sang bàn tiêm." in page
        page = nurse.get(f"/station/visits/{visit}/").content.decode()
        for said in ("Đủ điều kiện tiêm", "mẫu 4355", "36,8", "Đã đồng ý"):
            assert said in page, said

    def test_a_woman_is_asked_of_pregnancy_and_a_man_is_not(self, nurse: Client) -> None:
        woman = received(nurse)
        assert "Mang thai" in nurse.get(f"/station/visits/{woman}/screening/").content.decode()
        man = received(nurse, card="079087004417|271234568|Trần Văn Ấn|02031987|Nam|12 Lê Lợi|01012021")
        page = nurse.get(f"/station/visits/{man}/screening/").content.decode()
        assert "Mang thai" not in page
        assert "Mắc COVID-19 trong vòng 6 tháng" in page
        screened(nurse, man)
        (_form, findings), *_ = rows("select form, findings from declarations_screening")
        assert findings == 0

    def test_a_question_that_was_not_asked_is_asked_for_and_the_answers_stay(self, nurse: Client) -> None:
        visit = received(nurse)
        form = {"step": "ask", "agreed": "yes", "q-Q1": "no", "temp_c": "36,8"}
        answer = nurse.post(f"/station/visits/{visit}/screening/", form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Chưa hỏi: Mắc COVID-19 trong vòng 6 tháng" in page
        assert 'name="q-Q1" value="no" checked' in page
        assert entries("screened") == 0

    @pytest.mark.parametrize("typed", ["", "nóng", "3650", "-36", "29"])
    def test_a_temperature_is_a_number_that_a_body_can_have(self, nurse: Client, typed: str) -> None:
        visit = received(nurse)
        form = {"step": "ask", "agreed": "yes", "rest": "no", "temp_c": typed}
        assert nurse.post(f"/station/visits/{visit}/screening/", form).status_code == 422

    def test_a_fever_fires_its_row_and_the_reason_is_kept(self, nurse: Client) -> None:
        visit = received(nurse)
        form = {"step": "ask", "agreed": "yes", "rest": "no", "temp_c": "38,2"}
        page = nurse.post(f"/station/visits/{visit}/screening/", form).content.decode()
        for said in ("Bất thường dấu hiệu sống", "38,2", "Tiêm thận trọng"):
            assert said in page, said
        assert fields(page)["conclusion"] == "caution"
        screened(nurse, visit, temp_c="38,2")
        assert "Tiêm thận trọng" in nurse.get(f"/station/visits/{visit}/").content.decode()

    def test_two_rows_that_differ_are_left_to_a_doctor_who_says_why(self, nurse: Client) -> None:
        visit = received(nurse)
        told = {"q-Q3": "yes", "q-Q7": "yes"}
        assert screened(nurse, visit, **told).status_code == 422
        answer = screened(nurse, visit, **told, conclusion="defer")
        assert "Ghi ai quyết định và vì sao" in answer.content.decode()
        answer = screened(nurse, visit, **told, conclusion="defer", note="BS. Đăng: sốt")
        assert answer.status_code == 302
        assert "Hôm nay không tiêm" in nurse.get("/station/").content.decode()
        assert entries("deferred") == 1

    def test_who_declines_is_asked_nothing_more(self, nurse: Client) -> None:
        visit = received(nurse)
        answer = nurse.post(f"/station/visits/{visit}/screening/", {"step": "ask", "agreed": "no"})
        assert answer.status_code == 302
        assert (entries("consented"), entries("screened")) == (1, 0)
        assert "Không đồng ý tiêm" in nurse.get("/station/?stage=none").content.decode()

    def test_what_was_found_before_stands_above_the_form_with_its_source(self, nurse: Client) -> None:
        first = received(nurse)
        screened(nurse, first, **{"q-Q5": "yes", "w-Q5": "tôm", "conclusion": "caution", "note": "BS. Đăng"})
        dosed(nurse, first)
        nurse.post(f"/station/visits/{first}/reaction/", {"entry": str(uuid7()), "what": "mild", "signs": "mề đay"})
        second = received(nurse)
        page = nurse.get(f"/station/visits/{second}/screening/").content.decode()
        for said in ("tôm", "mẫu 4355, Trạm Y tế phường Tân Phú", "mề đay", "Mũi 1: AstraZeneca, lô ABX6412"):
            assert said in page, said

    @pytest.mark.parametrize(
        ("on", "consent", "phone"),
        [(scenery.NOVEMBER, "consent_ours", "0901 234 567"), (datetime(2022, 4, 4, 2, tzinfo=UTC), "child_1535", "")],
    )
    def test_for_a_child_the_guardian_agrees_by_the_form_of_the_day(
        self, nurse: Client, set_time: Callable[..., None], on: datetime, consent: str, phone: str
    ) -> None:
        set_time(on)
        visit = received(nurse, year="2007", sex="female", as_written="yes")
        page = nurse.get(f"/station/visits/{visit}/screening/").content.decode()
        assert "Người giám hộ có đồng ý" in page
        assert "mẫu 5002" in page
        assert screened(nurse, visit).status_code == 422
        for wrong in ({"guardian_name": "Ạ" * 81}, {"guardian_name": "Bình 2"}, {"guardian_phone": "0901"}):
            told = {"guardian_name": "Nguyễn Văn Bình", **wrong}
            assert screened(nurse, visit, **told, conclusion="eligible_now", note="BS. Đăng").status_code == 422
        assert entries("consented") == 0
        guardian = {"guardian_name": "Nguyễn Văn Bình", "guardian_phone": phone}
        assert screened(nurse, visit, **guardian, conclusion="eligible_now", note="BS. Đăng").status_code == 302
        assert rows("select form, sealed is not null from declarations_consent") == [(consent, True)]

    def test_what_a_child_s_form_has_taken_is_left_to_a_doctor_where_it_gives_no_limit(
        self, nurse: Client, set_time: Callable[..., None]
    ) -> None:
        set_time(scenery.NOVEMBER)
        visit = received(nurse, year="2007", sex="female", as_written="yes")
        address = f"/station/visits/{visit}/screening/"
        page = nurse.get(address).content.decode()
        assert "Mẫu này đo cho mọi người: Nhiệt độ (°C), Mạch (lần/phút), nghe tim, phổi" in page
        told = {"guardian_name": "Nguyễn Văn Bình", "guardian_phone": "0901234567", "temp_c": "39,2"}
        answer = screened(nurse, visit, **told, conclusion="eligible_now")
        assert answer.status_code == 422, "no row fires, and yet nobody concludes by the form alone"
        assert "Nhiệt độ (°C) 39,2; chưa đo: Mạch (lần/phút)" in answer.content.decode()
        screened(nurse, visit, **told, conclusion="defer", note="BS. Đăng: sốt cao")
        assert entries("deferred") == 1

    def test_after_the_change_of_decision_adults_are_asked_by_its_form(
        self, nurse: Client, set_time: Callable[..., None]
    ) -> None:
        set_time(datetime(2021, 12, 21, 2, 30, tzinfo=UTC))
        visit = received(nurse)
        page = nurse.get(f"/station/visits/{visit}/screening/").content.decode()
        assert "mẫu 5785" in page
        assert "Mang thai dưới 13 tuần" in page
        assert "Mắc COVID-19 trong vòng 6 tháng" not in page, "the later decision asks it no more"
        assert screened(nurse, visit).status_code == 302
        assert rows("select form, findings from declarations_screening") == [("adult_5785", 0)]
        assert "mẫu 5785" in nurse.get(f"/station/visits/{visit}/").content.decode()

    def test_where_no_form_holds_a_doctor_decides(self, nurse: Client) -> None:
        visit = received(nurse, year="2007", as_written="yes")
        page = nurse.get(f"/station/visits/{visit}/screening/").content.decode()
        assert "Chưa có mẫu sàng lọc nào cho tuổi này" in page
        guardian = {"guardian_name": "Nguyễn Văn Bình", "guardian_phone": "0901234567"}
        assert screened(nurse, visit, **guardian, conclusion="eligible_now").status_code == 422
        answer = screened(nurse, visit, **guardian, conclusion="defer", note="BS. Đăng: chưa có mẫu")
        assert answer.status_code == 302

    def test_of_whom_only_the_year_is_known_both_forms_may_hold(
        self, nurse: Client, set_time: Callable[..., None]
    ) -> None:
        set_time(scenery.NOVEMBER)
        visit = received(nurse, year="2003", month="", day="", as_written="yes")
        page = nurse.get(f"/station/visits/{visit}/screening/").content.decode()
        assert "dùng mẫu nào?" in page
        assert 'value="child_5002" checked' in page
        page = nurse.post(
            f"/station/visits/{visit}/screening/", {"step": "again", "form": "adult_4355"}
        ).content.decode()
        assert 'value="adult_4355" checked' in page
        assert "Mang thai" in page

    def test_the_visit_of_another_site_and_of_nobody_is_not_found(self, nurse: Client) -> None:
        visit = scenery.somebody_screened(site=OTHER_SITE)
        for page in ("screening", "identity", "stop", "observation", "mend", "slip"):
            assert nurse.get(f"/station/visits/{visit}/{page}/").status_code == 404, page

    def test_after_the_dose_nothing_is_screened(self, nurse: Client) -> None:
        visit = received(nurse)
        screened(nurse, visit)
        dosed(nurse, visit)
        assert nurse.get(f"/station/visits/{visit}/screening/")["Location"] == "/station/"
        assert nurse.post(f"/station/visits/{visit}/screening/", {"step": "conclude"})["Location"] == "/station/"
        assert entries("screened") == 1


class TestProducts:
    """What a form says of single products is said at the conclusion and where the lot is chosen, with its source."""

    SPUTNIK = "Sputnik V: không tiêm loại này cho người mang thai hoặc cho con bú."
    ASK = "Sputnik V: hỏi trước, không tiêm loại này cho người mang thai hoặc cho con bú."
    SOURCE = "mẫu 4355 · QD 4355/QD-BYT 2021-09-10 (phunuvagiadinh.vn 423611)"

    def test_a_pregnant_woman_is_kept_from_the_product_that_is_not_for_her(self, nurse: Client) -> None:
        scenery.stock(lot="SPV01", product="sputnik-v")
        visit = received(nurse)
        told = {"q-Q4b": "yes", "conclusion": "caution", "note": "BS. Đăng"}
        address = f"/station/visits/{visit}/screening/"
        form = {"step": "ask", "agreed": "yes", "rest": "no", "temp_c": "36,8", **told}
        page = nurse.post(address, form).content.decode()
        assert self.SPUTNIK in page
        assert self.SOURCE in page
        assert screened(nurse, visit, **told).status_code == 302
        session = nurse.session
        session["lot"] = "SPV01|"
        session.save()
        page = nurse.get(f"/station/visits/{visit}/").content.decode()
        assert page.index("SPV01") < page.index(self.SPUTNIK), "said at its lot"
        assert self.SOURCE in page
        assert f'value="{LOT}|"' in page[: page.index("checked")], "nor is it the lot in the hand"

    def test_who_may_be_concerned_is_asked_and_who_is_not_reads_nothing(self, nurse: Client) -> None:
        scenery.stock(lot="SPV01", product="sputnik-v")
        woman = received(nurse)
        screened(nurse, woman)
        assert self.ASK in nurse.get(f"/station/visits/{woman}/").content.decode()
        man = received(nurse, card="079087004417|271234568|Trần Văn Ấn|02031987|Nam|12 Lê Lợi|01012021", known="new")
        screened(nurse, man)
        page = nurse.get(f"/station/visits/{man}/").content.decode()
        assert "SPV01" in page
        assert "mang thai" not in page

    def test_what_holds_for_the_same_product_is_said_of_the_one_that_was_given(
        self, nurse: Client, set_time: Callable[..., None]
    ) -> None:
        scenery.stock(lot="PF01", product="pfizer")
        set_time(scenery.NOVEMBER)
        child = {"year": "2007", "sex": "female", "as_written": "yes"}
        guardian = {"guardian_name": "Nguyễn Văn Bình", "guardian_phone": "0901234567", "note": "BS. Đăng"}
        first = received(nurse, **child)
        screened(nurse, first, **guardian, conclusion="eligible_now")
        dosed(nurse, first)
        second = received(nurse, **child)
        screened(nurse, second, **guardian, **{"q-C1": "yes"}, conclusion="caution")
        page = nurse.get(f"/station/visits/{second}/").content.decode()
        same = "Cùng loại với mũi trước: Phản vệ với vắc xin COVID-19 lần trước hoặc thành phần. Không tiêm loại này."
        assert page.count(same) == 1
        assert rows("select product from immunization_dose") == [("az",)]
        assert page.index(LOT) < page.index(same), "said at the lot of the product that was given"
        assert 'value="PF01|"' in page[: page.index("checked")], "the other is in the hand"


class TestGoingBack:
    def test_the_wrong_person_ends_the_visit(self, nurse: Client) -> None:
        visit = received(nurse)
        form = {"entry": str(uuid7()), "reason": "wrong-person"}
        for _ in range(2):
            assert nurse.post(f"/station/visits/{visit}/stop/", form).status_code == 302
        assert "Đã về sớm" in nurse.get("/station/?stage=none").content.decode()
        assert entries("left") == 1

    def test_no_dose_needs_a_reason(self, nurse: Client) -> None:
        visit = received(nurse)
        assert nurse.post(f"/station/visits/{visit}/stop/", {"entry": str(uuid7())}).status_code == 422
        form = {"entry": str(uuid7()), "reason": "no-vaccine", "until": "2021-09-20"}
        nurse.post(f"/station/visits/{visit}/stop/", form)
        assert rows("select deferred_reason, deferred_until::text from visits_visit") == [("no-vaccine", "2021-09-20")]

    def test_a_better_identification_counts(self, nurse: Client) -> None:
        visit = received(nurse, how="4")
        nurse.post(f"/station/visits/{visit}/identity/", {"entry": str(uuid7()), "how": "2"})
        assert rows("select identified_how from visits_visit") == [(2,)]

    def given(self, nurse: Client) -> UUID:
        visit = received(nurse)
        screened(nurse, visit)
        dosed(nurse, visit)
        return visit

    def test_a_dose_told_wrong_is_corrected_and_both_stay(self, nurse: Client) -> None:
        scenery.stock(lot="FK1234", product="pfizer")
        visit = self.given(nurse)
        page = nurse.get(f"/station/visits/{visit}/mend/").content.decode()
        page = page[: page.index("<details")]
        form = {**fields(page), "what": "correct", "arm": "left", "lot": "FK1234", "product": "pfizer"}
        assert nurse.post(f"/station/visits/{visit}/mend/", form).status_code == 422
        assert nurse.post(f"/station/visits/{visit}/mend/", {**form, "why": "label-misread"}).status_code == 302
        assert rows("select lot, product from immunization_dose") == [("FK1234", "pfizer")]
        assert entries("dose-given") == entries("corrected") == 1
        same = {**form, "entry": str(uuid7()), "why": "typing-error"}
        answer = nurse.post(f"/station/visits/{visit}/mend/", same)
        assert "Chưa có gì khác" in answer.content.decode()

    def test_a_voided_dose_counts_no_more_and_stays_readable(self, nurse: Client) -> None:
        visit = self.given(nurse)
        form = {"entry": str(uuid7()), "what": "void", "void_why": "wrong-person"}
        nurse.post(f"/station/visits/{visit}/mend/", form)
        assert rows("select status from immunization_dose") == [(2,)]
        assert "Đã hủy ghi mũi lúc" in nurse.get(f"/station/visits/{visit}/mend/").content.decode()
        assert nurse.post(f"/station/visits/{visit}/mend/", form).status_code == 200
        assert entries("voided") == 1
        dosed(nurse, visit)
        assert rows("select status from immunization_dose order by status") == [(0,), (2,)]

    def test_the_vaccinator_confirms_what_a_recorder_typed_and_nobody_else_does(self, nurse: Client) -> None:
        scenery.hire("vy", "recorder", name="Phạm Vy")
        huy = scenery.hire("huy", "vaccinator", name="Trần Huy")
        typist = scenery.signed_in("vy")
        visit = received(nurse)
        screened(nurse, visit)
        page = typist.get(f"/station/visits/{visit}/").content.decode()
        chosen = dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page))
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        typist.post(f"/station/visits/{visit}/", {**hidden, **chosen, "vaccinator": str(huy)})
        vaccinator = scenery.signed_in("huy")
        page = vaccinator.get("/station/").content.decode()
        assert "Chờ bạn xác nhận: 1 mũi" in page
        assert "Phạm Vy nhập" in page
        address = re.findall(r'action="(/station/doses/[^"]+)"', page)[0]
        assert "Chờ bạn xác nhận" not in nurse.get("/station/").content.decode()
        nurse.post(address, {"entry": str(uuid7())})
        assert rows("select confirmed_by from immunization_dose") == [(None,)]
        vaccinator.post(address, {"entry": str(uuid7())})
        assert rows("select vaccinator, confirmed_by from immunization_dose") == [(huy, huy)]
        assert "Chờ bạn xác nhận" not in vaccinator.get("/station/").content.decode()


class TestObservation:
    @pytest.fixture
    def visit(self, nurse: Client) -> UUID:
        visit = received(nurse)
        screened(nurse, visit)
        dosed(nurse, visit)
        return visit

    def tell(self, nurse: Client, visit: UUID, page: str = "observation", **form: str) -> Any:
        return nurse.post(f"/station/visits/{visit}/{page}/", {"entry": str(uuid7()), **form})

    def test_nobody_goes_before_the_time_and_everybody_after_it(
        self, nurse: Client, visit: UUID, set_time: Callable[..., None]
    ) -> None:
        assert "30:00" in nurse.get("/station/observation/").content.decode()
        assert self.tell(nurse, visit, what="release", state="well").status_code == 422
        set_time(MORNING + timedelta(minutes=59))
        page = nurse.get("/station/observation/").content.decode()
        assert "tc-watched--soon" in page
        assert "1:00" in page
        set_time(MORNING + timedelta(minutes=60))
        assert "Đủ 30 phút, được về" in nurse.get("/station/observation/").content.decode()
        assert self.tell(nurse, visit, what="release").status_code == 422
        assert self.tell(nurse, visit, what="release", state="watched-longer").status_code == 422
        answer = self.tell(nurse, visit, what="release", state="well")
        assert answer["Location"] == f"/station/visits/{visit}/slip/"
        assert rows("select minutes, state from visits_visit") == [(30, "well")]
        assert "Không có ai đang theo dõi" in nurse.get("/station/observation/").content.decode()
        second_tab = self.tell(nurse, visit, what="leave", reason="did-not-wait")
        assert second_tab["Location"] == f"/station/visits/{visit}/slip/"
        assert (entries("released"), entries("left")) == (1, 0)

    def test_who_leaves_early_does_so_with_a_reason(self, nurse: Client, visit: UUID) -> None:
        assert self.tell(nurse, visit, what="leave").status_code == 422
        self.tell(nurse, visit, what="leave", reason="did-not-wait")
        assert entries("left") == 1

    def test_anaphylaxis_is_one_tap_that_holds_the_lot_and_stops_the_session(
        self, nurse: Client, visit: UUID, set_time: Callable[..., None]
    ) -> None:
        session = uuid7()
        scenery.join_session(visit, session)
        form = {"entry": str(uuid7()), "what": "anaphylaxis"}
        for second in range(2):
            set_time(MORNING + timedelta(minutes=30, microseconds=second))
            assert nurse.post(f"/station/visits/{visit}/reaction/", form).status_code == 302
        assert (entries("aefi"), entries("lot-held-here"), entries("session-stopped")) == (1, 1, 1)
        with reaching(Reach(sites=frozenset({SITE}))):
            assert [held.number for held in supply.held_lots(SITE)] == [LOT]
        set_time(MORNING + timedelta(minutes=33))
        self.tell(nurse, visit, "reaction", what="adrenaline")
        self.tell(nurse, visit, "reaction", what="vitals", systolic_mmhg="80", pulse_bpm="130")
        self.tell(nurse, visit, "reaction", what="team-called")
        assert self.tell(nurse, visit, "reaction", what="team", team=" ").status_code == 422
        self.tell(nurse, visit, "reaction", what="team", team="BS Lê Minh Khoa, ĐD Phạm Thị Thảo")
        page = nurse.get(f"/station/visits/{visit}/observation/").content.decode()
        for said in (
            "Phản vệ sau tiêm",
            "Adrenalin",
            "09:33",
            "Mạch (lần/phút) 130",
            "Gọi đội cấp cứu",
            "Người xử trí: BS Lê Minh Khoa, ĐD Phạm Thị Thảo",
            "Buổi tiêm đã dừng",
        ):
            assert said in page, said
        board = nurse.get("/station/observation/").content.decode()
        assert board.index("tc-alarm") < board.index("Ghi diễn biến")
        assert "3:00" in board
        set_time(MORNING + timedelta(hours=2))
        assert self.tell(nurse, visit, what="release", state="well").status_code == 422
        self.tell(nurse, visit, "reaction", what="better")
        assert self.tell(nurse, visit, what="release", state="well").status_code == 302

    def test_the_vial_of_an_anaphylaxis_is_set_aside_and_offered_to_nobody(self, nurse: Client) -> None:
        scenery.open_vial("LQ7-0412", doses=10)
        first, next_one = received(nurse), received(nurse, known="new")
        for each in (first, next_one):
            screened(nurse, each)
        assert "LQ7-0412" in nurse.get(f"/station/visits/{next_one}/").content.decode()
        ((person,),) = rows(f"select person_id from visits_visit where id = '{first}'")
        told = scenery.dose_fields(person, first, uuid7()) | {"vial": "LQ7-0412"}
        scenery.tell(DoseGiven(id=uuid7(), at=MORNING + timedelta(minutes=25), **told))
        self.tell(nurse, first, "reaction", what="anaphylaxis")
        assert "Để riêng lọ LQ7-0412" in nurse.get(f"/station/visits/{first}/observation/").content.decode()
        with reaching(Reach(sites=frozenset({SITE}))):
            assert [(held.lot, held.vial) for held in supply.held_vials(SITE)] == [(LOT, "LQ7-0412")]
        assert "LQ7-0412" not in nurse.get(f"/station/visits/{next_one}/").content.decode()
        scenery.hire("khoa", "lead", name="Lê Minh Khoa")
        page = scenery.signed_in("khoa").get("/station/lead/").content.decode()
        assert f"Lọ LQ7-0412 · lô {LOT}" in page

    def test_after_the_stop_the_chair_says_so_and_still_takes_a_dose_that_was_given(
        self, nurse: Client, visit: UUID
    ) -> None:
        session = uuid7()
        scenery.join_session(visit, session)
        other = received(nurse, known="new")
        screened(nurse, other)
        self.tell(nurse, visit, "reaction", what="anaphylaxis")
        page = nurse.get(f"/station/visits/{other}/").content.decode()
        assert "Buổi tiêm đã dừng lúc 09:30." in page
        assert "Dừng. Đang tạm giữ từ" in page
        form = {"entry": re.findall(r'name="entry" value="([^"]+)"', page)[0], "lot": f"{LOT}|", "arm": "left"}
        vaccinator = re.findall(r'name="vaccinator" value="([^"]+)"', page)[0]
        nurse.post(f"/station/visits/{other}/", {**form, "vaccinator": vaccinator})
        assert entries("dose-given") == 2
        assert "Lô đang tạm giữ" in nurse.get("/station/").content.decode()

    def test_a_session_closed_meanwhile_is_told_at_the_chair(self, nurse: Client) -> None:
        session = uuid7()
        first = received(nurse)
        scenery.join_session(first, session)
        screened(nurse, first)
        assert "Buổi tiêm đã" not in nurse.get(f"/station/visits/{first}/").content.decode()
        scenery.tell(SessionClosed(id=uuid7(), at=MORNING + timedelta(minutes=20), campaign_session=session))
        assert "Buổi tiêm đã đóng lúc 09:20." in nurse.get(f"/station/visits/{first}/").content.decode()

    def test_a_mild_reaction_is_written_down_and_holds_nothing(self, nurse: Client, visit: UUID) -> None:
        self.tell(nurse, visit, "reaction", what="mild", signs="nổi mề đay ở cổ")
        page = nurse.get("/station/observation/").content.decode()
        assert "nổi mề đay ở cổ" in page
        assert (entries("aefi"), entries("lot-held-here")) == (1, 0)

    @pytest.mark.parametrize("what", ["", "sneeze", "adrenaline", "vitals"])
    def test_nothing_is_done_about_a_reaction_that_nobody_told(self, nurse: Client, visit: UUID, what: str) -> None:
        assert self.tell(nurse, visit, "reaction", what=what).status_code == 404
        assert entries("aefi") == 0

    def test_vital_signs_of_whom_reacts_are_numbers_that_a_body_has(self, nurse: Client, visit: UUID) -> None:
        self.tell(nurse, visit, "reaction", what="anaphylaxis")
        wrongs = [
            {},
            {"pulse_bpm": "abc"},
            {"pulse_bpm": "36, 6"},
            {"pulse_bpm": "999"},
            {"systolic_mmhg": "80", "pulse_bpm": "1"},
        ]
        for wrong in wrongs:
            answer = self.tell(nurse, visit, "reaction", what="vitals", **wrong)
            page = answer.content.decode()
            assert (answer.status_code, entries("aefi")) == (422, 1), wrong
            assert "Chưa ghi. Cần sửa:" in page
            assert all(f'value="{typed}"' in page for typed in wrong.values()), "what was typed stays"
            assert f'action="/station/visits/{visit}/observation/"' in page, (
                "the page's other forms still go where they did"
            )
        self.tell(nurse, visit, "reaction", what="vitals", pulse_bpm="130", respiration_per_min="22,5")
        assert (
            "Đo: Mạch (lần/phút) 130, Nhịp thở (lần/phút) 22.5"
            in nurse.get(f"/station/visits/{visit}/observation/").content.decode()
        )

    def test_the_slip_carries_a_code_only_for_whom_somebody_made_sure_of(self, nurse: Client, visit: UUID) -> None:
        address = f"/station/visits/{visit}/slip/"
        page = nurse.get(address).content.decode()
        assert "Mũi" in page
        assert "<svg" not in page[page.index("tc-slip") :]
        page = nurse.post(address).content.decode()
        (code,) = re.findall(r'tc-lead__code">([^<]+)<', page)
        assert "<svg" in page[page.index("tc-slip") :]
        assert code not in nurse.get(address).content.decode()
        told_only = received(nurse, how="4", known="new")
        screened(nurse, told_only)
        dosed(nurse, told_only)
        assert nurse.post(f"/station/visits/{told_only}/slip/").status_code == 404
        assert "phiếu không có mã" in nurse.get(f"/station/visits/{told_only}/slip/").content.decode()

    @pytest.mark.usefixtures("visit")
    def test_a_second_dose_too_early_is_said_at_the_lot(self, nurse: Client) -> None:
        second = received(nurse)
        screened(nurse, second)
        page = nurse.get(f"/station/visits/{second}/").content.decode()
        assert "Còn 56 ngày nữa mới đủ khoảng cách (sớm nhất 08/11/2021)." in page

    def test_everybody_begins_at_the_stage_they_work_at(self) -> None:
        for role, stage in (
            ("check-in", "waiting"),
            ("screener", "waiting"),
            ("vaccinator", "dose"),
            ("observer", "observed"),
        ):
            scenery.hire(f"who-{role}", role)
            page = scenery.signed_in(f"who-{role}").get("/station/").content.decode()
            assert f'href="/station/?stage={stage}" aria-current="true"' in page, role

    def test_an_observer_sees_the_board_and_gives_no_dose(self, visit: UUID) -> None:
        scenery.hire("ha", "observer")
        observer = scenery.signed_in("ha")
        assert observer.get("/station/observation/").status_code == 200
        assert observer.get(f"/station/visits/{visit}/").status_code == 403
        assert observer.get(f"/station/visits/{visit}/screening/").status_code == 403
