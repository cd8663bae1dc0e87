from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.scenery import DAY, LOT, MORNING, OTHER_SITE, SITE
from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.access.values import DeviceStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake import queries as intake_queries
from tiemchung.domain.safety.events import Action, Aefi
from tiemchung.domain.supply.events import LotHeldHere
from tiemchung.domain.visits import queries as visits
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def nurse() -> Client:
    scenery.hire("thao", "vaccinator")
    return scenery.signed_in("thao")


@pytest.fixture
def chief() -> Client:
    scenery.hire("khoa", "lead", name="Lê Minh Khoa")
    return scenery.signed_in("khoa")


def doses(site: str = SITE) -> list[tuple[Any, ...]]:
    with reaching(Reach(sites=frozenset({site}))):
        return database.rows("select product, lot, vial, arm, dose_number, findings from immunization_dose order by id")


def fields(page: str) -> dict[str, str]:
    """Return what the dose form would send as it was drawn."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    chosen = re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page)
    return {**found, **dict(chosen)}


def dose_form(nurse: Client, visit: UUID) -> dict[str, str]:
    answer = nurse.get(f"/station/visits/{visit}/")
    assert answer.status_code == 200, answer.content.decode()
    return fields(answer.content.decode())


class TestToday:
    def test_people_wait_under_their_stage_with_ticket_and_birth_year(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        page = nurse.get("/station/").content.decode()
        assert "Nguyễn Thị Ánh Hằng" in page
        assert f"/station/visits/{visit}/" in page
        assert "1987 · Nữ" in page
        assert "079187" not in page
        assert "Nguyễn Thị Ánh Hằng" not in nurse.get("/station/?stage=done").content.decode()

    def test_the_list_of_another_site_is_not_hers(self, nurse: Client) -> None:
        scenery.somebody_screened("Trần Văn Ấn", site=OTHER_SITE)
        assert "Trần Văn Ấn" not in nurse.get("/station/").content.decode()

    @pytest.mark.parametrize("asked", ["hang", "Ánh Hằng", "31", "HẰNG nguyễn"])
    def test_a_person_is_found_by_words_of_the_name_or_by_ticket(self, nurse: Client, asked: str) -> None:
        scenery.somebody_screened()
        scenery.somebody_screened("Trần Văn Ấn", ticket="32")
        page = nurse.post("/station/", {"asked": asked}).content.decode()
        assert "Nguyễn Thị Ánh Hằng" in page
        assert "Trần Văn Ấn" not in page

    def test_an_empty_stage_says_so(self, nurse: Client) -> None:
        assert "Chưa có ai ở bước này" in nurse.get("/station/").content.decode()
        assert nurse.get("/station/?stage=nowhere").status_code == 404

    def test_looking_at_the_list_is_logged(self, nurse: Client) -> None:
        scenery.somebody_screened()
        nurse.get("/station/")
        with reaching(Reach(sites=frozenset({SITE}))):
            (view,) = database.rows("select purpose, site from journal_view")
        assert view == ("care", SITE)


class TestDose:
    @pytest.fixture(autouse=True)
    def _shelf(self, morning: None) -> None:
        del morning
        scenery.stock()

    def test_the_three_proofs_and_the_default_lot_are_shown(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        page = nurse.get(f"/station/visits/{visit}/").content.decode()
        for said in (
            "Quét thẻ và so mặt",
            "Đủ điều kiện tiêm",
            "Đã đồng ý",
            "Đã tiêm mũi 1",
            "34 tuổi",
            "căn cước •••• 4417",
            "4355",
        ):
            assert said in page, said
        assert fields(page)["lot"] == f"{LOT}|"
        assert "079187004417" not in page

    def test_what_went_wrong_after_an_earlier_dose_is_shown_before_the_next(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        assert "Phản vệ" not in nurse.get(f"/station/visits/{visit}/").content.decode()
        # Told of the visit alone: the page knows whose it is.
        scenery.tell(
            Aefi(
                id=uuid7(),
                at=MORNING,
                visit=visit,
                onset=MORNING,
                severity="anaphylaxis",
                signs=["wheeze", "rash"],
                actions=[Action(at=MORNING + timedelta(minutes=2), what="adrenaline")],
            )
        )
        page = nurse.get(f"/station/visits/{visit}/").content.decode()
        for said in ("Phản vệ sau tiêm", "wheeze, nổi mẩn", "Adrenalin"):
            assert said in page, said

    def test_a_dose_is_recorded_as_it_was_shown(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        answer = nurse.post(f"/station/visits/{visit}/", {**dose_form(nurse, visit), "arm": "right", "vial": "LQ7"})
        assert (answer.status_code, answer["Location"]) == (302, "/station/")
        ((product, lot, vial, _arm, number, _findings),) = doses()
        assert (product, lot, vial, number) == ("az", LOT, "LQ7", 1)
        page = nurse.get("/station/?stage=observed").content.decode()
        assert "Đã ghi. Không cần nhập lại." in page
        assert "Nguyễn Thị Ánh Hằng" in page
        assert "Không cần nhập lại" not in nurse.get("/station/").content.decode()

    def test_an_open_vial_with_doses_left_is_in_the_hand(self, nurse: Client) -> None:
        scenery.open_vial("LQ7-0412", doses=2)
        for left, ticket in ((2, "31"), (1, "32")):
            visit = scenery.somebody_screened(ticket=ticket)
            assert f"lọ này còn {left} liều" in nurse.get(f"/station/visits/{visit}/").content.decode()
            nurse.post(f"/station/visits/{visit}/", {**dose_form(nurse, visit), "vial": "typed"})
        assert [vial for _, _, vial, *_ in doses()] == ["LQ7-0412", "LQ7-0412"]
        assert dose_form(nurse, scenery.somebody_screened(ticket="33"))["lot"] == f"{LOT}|"

    def test_a_double_click_is_one_dose(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        form = dose_form(nurse, visit)
        for _ in range(2):
            assert nurse.post(f"/station/visits/{visit}/", form)["Location"] == "/station/"
        assert len(doses()) == 1

    def test_a_visit_that_has_its_dose_takes_no_second_one_from_another_form(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        first, second = dose_form(nurse, visit), dose_form(nurse, visit)
        nurse.post(f"/station/visits/{visit}/", first)
        answer = nurse.post(f"/station/visits/{visit}/", second)
        assert answer["Location"] == f"/station/visits/{visit}/"
        assert len(doses()) == 1
        page = nurse.get(f"/station/visits/{visit}/").content.decode()
        assert "Đã ghi mũi 1 lúc 09:30" in page
        assert "<form" not in page

    def test_a_lot_that_is_in_no_ledger_is_recorded_with_its_finding(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        form = {**dose_form(nurse, visit), "lot": "", "other_lot": "XYZ1", "product": "pfizer"}
        nurse.post(f"/station/visits/{visit}/", form)
        ((product, lot, *_rest),) = doses()
        assert (product, lot) == ("pfizer", "XYZ1")
        assert "Số lô chưa có trong sổ kho" in nurse.get("/station/").content.decode()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"lot": ""}, "Chọn lô, hoặc gõ số lô trên lọ."),
            ({"lot": "", "other_lot": "XYZ1"}, "Chọn loại vắc xin ghi trên lọ."),
            ({"arm": "nose"}, "Chọn tay đã tiêm."),
        ],
    )
    def test_what_is_missing_is_said_at_the_field_and_nothing_is_recorded(
        self, nurse: Client, change: dict[str, str], said: str
    ) -> None:
        visit = scenery.somebody_screened()
        form = dose_form(nurse, visit)
        answer = nurse.post(f"/station/visits/{visit}/", {**form, **change})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count(said) == 2
        assert "<title>Lỗi: " in page
        assert fields(page)["entry"] == form["entry"]
        assert doses() == []

    def test_the_visit_of_another_site_is_not_found(self, nurse: Client) -> None:
        visit = scenery.somebody_screened(site=OTHER_SITE)
        assert nurse.get(f"/station/visits/{visit}/").status_code == 404
        assert nurse.post(f"/station/visits/{visit}/", {"entry": str(uuid7())}).status_code == 404
        assert doses(OTHER_SITE) == []

    def test_who_was_deferred_is_offered_no_dose(self, nurse: Client) -> None:
        visit = scenery.somebody_screened(conclusion="defer")
        page = nurse.get(f"/station/visits/{visit}/").content.decode()
        assert "Chưa tiêm được ở bước này" in page
        assert "<form" not in page

    def test_a_recorder_names_the_vaccinator_and_both_are_stored(self) -> None:
        vaccinator = scenery.hire("thao", "vaccinator")
        scenery.hire("huy", "vaccinator", name="Trần Huy")
        recorder = scenery.hire("vy", "recorder", name="Phạm Vy")
        client = scenery.signed_in("vy")
        visit = scenery.somebody_screened()
        form = dose_form(client, visit)
        for nobody in ("", str(recorder), str(uuid7())):
            answer = client.post(f"/station/visits/{visit}/", {**form, "vaccinator": nobody})
            assert answer.content.decode().count("Chọn người đã tiêm.") == 2
        client.post(f"/station/visits/{visit}/", {**form, "vaccinator": str(vaccinator)})
        with reaching(Reach(sites=frozenset({SITE}))):
            assert database.rows("select vaccinator, recorder from immunization_dose") == [(vaccinator, recorder)]

    def test_a_lead_or_a_screener_records_nothing(self, chief: Client) -> None:
        visit = scenery.somebody_screened()
        assert chief.get(f"/station/visits/{visit}/").status_code == 403
        scenery.hire("dang", "screener")
        assert scenery.signed_in("dang").post(f"/station/visits/{visit}/", {}).status_code == 403

    @pytest.mark.parametrize("field", ["other_lot", "vial"])
    @pytest.mark.parametrize("typed", ["A" * 61, "A" * 20_000])
    def test_a_lot_or_label_longer_than_any_is_asked_for_again(self, nurse: Client, field: str, typed: str) -> None:
        visit = scenery.somebody_screened()
        form = {**dose_form(nurse, visit), "lot": "", "other_lot": "XYZ1", "product": "az", field: typed}
        answer = nurse.post(f"/station/visits/{visit}/", form)
        assert answer.status_code == 422
        assert "quá dài" in answer.content.decode()
        assert doses() == []

    @pytest.mark.parametrize("number", ["0" * 40, "99999999", "-1", "٣x", "<b>"])
    def test_a_dose_number_that_no_form_showed_does_not_lose_the_dose(self, nurse: Client, number: str) -> None:
        visit = scenery.somebody_screened()
        nurse.post(f"/station/visits/{visit}/", {**dose_form(nurse, visit), "number": number})
        assert [number for *_, number, _ in doses()] == [1]

    def test_what_is_typed_is_shown_as_text_and_control_characters_go(self, nurse: Client) -> None:
        visit = scenery.somebody_screened("<script>alert(1)</script> Hằng")
        page = nurse.get(f"/station/visits/{visit}/").content.decode()
        assert "<script>alert" not in page
        form = {**dose_form(nurse, visit), "lot": "", "other_lot": "<i>\x07X\u202e1", "product": "az"}
        nurse.post(f"/station/visits/{visit}/", form)
        assert [lot for _, lot, *_ in doses()] == ["<i> X 1"]
        assert "<i>" not in nurse.get("/station/").content.decode()

    def test_a_lot_held_while_the_form_was_open_is_recorded_and_said(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        form = dose_form(nurse, visit)
        scenery.tell(LotHeldHere(id=uuid7(), at=MORNING, lot=LOT, reason="quality"))
        nurse.post(f"/station/visits/{visit}/", form)
        assert [lot for _, lot, *_ in doses()] == [LOT]
        assert "Lô đang tạm giữ" in nurse.get("/station/").content.decode()
        page = nurse.get(f"/station/visits/{scenery.somebody_screened(ticket='32')}/").content.decode()
        assert "Dừng. Đang tạm giữ từ" in page

    def test_a_form_sent_after_the_session_ended_is_not_recorded_and_the_sign_in_says_so(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        form = dose_form(nurse, visit)
        nurse.logout()
        answer = nurse.post(f"/station/visits/{visit}/", form)
        assert answer.status_code == 302
        page = nurse.get(answer["Location"]).content.decode()
        assert "Lần gửi vừa rồi chưa được ghi." in page
        assert f'value="/station/visits/{visit}/"' in page
        assert doses() == []
        assert "chưa được ghi" not in nurse.get("/account/login/?next=/station/").content.decode()

    def test_the_way_back_after_the_sign_in_stays_within_the_house(self) -> None:
        stranger = Client()
        for referrer, here in (
            ("http://testserver/station/lead/?day=2021-09-13", "/station/lead/"),
            ("https://evil.example/station/", "/station/lead/close/"),
        ):
            answer = stranger.post("/station/lead/close/", headers={"referer": referrer})
            assert answer["Location"] == f"/account/login/?next={here}&unsent=1"

    def test_the_page_speaks_english(self, nurse: Client) -> None:
        visit = scenery.somebody_screened()
        page = nurse.get(f"/en/station/visits/{visit}/").content.decode()
        assert "Not this person? Back to the list" in page
        assert "Dose 1 given" in page


class TestLead:
    @pytest.fixture
    def waiting(self) -> UUID:
        code = "code-1"
        row = {"code": code, "site": SITE, "name": "Máy 03", "expires_at": "2021-10-01T00:00:00Z"}
        access.load_enrollments([row], actor=SYSTEM)
        point = wire.dump_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        receipt = access.enroll(code, public_key=point, name="", now=MORNING)
        self.digits = receipt.fingerprint
        return receipt.device

    def status(self, device: UUID) -> DeviceStatus:
        found = access_queries.device_for_batch(device)
        assert found is not None
        return found.status

    def test_a_tablet_is_confirmed_by_its_digits(self, chief: Client, waiting: UUID) -> None:
        assert "1 máy chờ bạn xác nhận" in chief.get("/station/lead/").content.decode()
        assert "Máy 03" in chief.get("/station/lead/devices/").content.decode()
        chief.post(f"/station/lead/devices/{waiting}/confirm/", {"fingerprint": f"{self.digits[:3]} {self.digits[3:]}"})
        assert self.status(waiting) is DeviceStatus.ENROLLED

    def test_the_page_does_not_give_the_digits_away(self, chief: Client, waiting: UUID) -> None:
        page = chief.get("/station/lead/devices/").content.decode()
        assert str(waiting) in page
        assert self.digits not in page

    def test_wrong_digits_are_refused_in_words(self, chief: Client, waiting: UUID) -> None:
        answer = chief.post(f"/station/lead/devices/{waiting}/confirm/", {"fingerprint": "12"})
        assert answer.status_code == 409
        assert "Sáu chữ số không trùng" in answer.content.decode()
        assert self.status(waiting) is DeviceStatus.WAITING

    def test_a_tablet_is_cut_off_with_a_reason(self, chief: Client, waiting: UUID) -> None:
        assert chief.post(f"/station/lead/devices/{waiting}/revoke/", {"reason": ""}).status_code == 409
        chief.post(f"/station/lead/devices/{waiting}/revoke/", {"reason": "mất máy"})
        assert self.status(waiting) is DeviceStatus.REVOKED

    def test_the_lead_of_another_site_and_a_nurse_decide_nothing(self, nurse: Client, waiting: UUID) -> None:
        scenery.hire("bao", "lead", site=OTHER_SITE)
        other = scenery.signed_in("bao")
        address = f"/station/lead/devices/{waiting}/confirm/"
        assert other.post(address, {"fingerprint": self.digits}).status_code == 404
        assert nurse.post(address, {"fingerprint": self.digits}).status_code == 403
        assert nurse.get("/station/lead/").status_code == 403
        assert self.status(waiting) is DeviceStatus.WAITING

    def test_a_code_is_shown_once_and_works(self, chief: Client) -> None:
        page = chief.post("/station/lead/devices/", {"name": "Máy 07"}).content.decode()
        (code,) = re.findall(r'tc-lead__code">([^<.]+)\.', page)
        assert code not in chief.get("/station/lead/devices/").content.decode()
        point = wire.dump_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        assert access.enroll(code, public_key=point, name="", now=MORNING + timedelta(hours=1)).site == SITE

    def closing(self, chief: Client) -> dict[str, str]:
        return fields(chief.get("/station/lead/").content.decode())

    def test_the_day_is_closed_by_whoever_looked_at_its_lines(
        self, chief: Client, nurse: Client, set_time: Callable[..., None]
    ) -> None:
        scenery.stock()
        scenery.open_vial("LQ7", doses=1)
        visit = scenery.somebody_screened()
        nurse.post(f"/station/visits/{visit}/", {**dose_form(nurse, visit), "vial": "LQ7"})
        set_time(MORNING + timedelta(hours=8))
        page = chief.post("/station/lead/close/", self.closing(chief)).content.decode()
        assert "Đã đóng lúc 17:00, Lê Minh Khoa" in page
        with reaching(Reach(sites=frozenset({SITE}))):
            assert visits.closed_days(SITE) == {DAY}
            assert database.rows("select status from immunization_dose") == [(1,)]

    def test_lines_that_changed_meanwhile_are_not_attested(self, chief: Client) -> None:
        scenery.somebody_who_left()
        form = self.closing(chief)
        scenery.somebody_screened()
        answer = chief.post("/station/lead/close/", form)
        assert answer.status_code == 409
        assert "Chưa đóng" in answer.content.decode()

    def test_a_vial_with_doses_left_keeps_the_day_open(self, chief: Client) -> None:
        scenery.somebody_who_left()
        scenery.stock()
        scenery.open_vial("LQ7")
        page = chief.get("/station/lead/").content.decode()
        assert "Chưa đóng được: còn dòng chưa rõ." in page
        assert chief.post("/station/lead/close/", self.closing(chief)).status_code == 409

    def test_slips_counted_by_hand_that_differ_are_explained_before_the_close(
        self, chief: Client, set_time: Callable[..., None]
    ) -> None:
        scenery.somebody_who_left()
        set_time(MORNING + timedelta(hours=8))
        address, entry = "/station/lead/counts/", {"entry": str(uuid7()), "what": "slips"}
        assert chief.post(address, {**entry, "quantity": "many"}).status_code == 422
        assert chief.post(address, {**entry, "what": "vials", "quantity": "2"}).status_code == 404, (
            "vials of which lot?"
        )
        assert chief.post(address, {**entry, "quantity": "3"}).status_code == 302
        page = chief.get("/station/lead/").content.decode()
        assert "Phiếu giấy: lệch 2. Vì sao?" in page
        form = fields(page)
        assert chief.post("/station/lead/close/", {**form, "why-0": " "}).status_code == 409
        page = chief.post("/station/lead/close/", {**form, "why-0": "hai phiếu hỏng"}).content.decode()
        assert "Đã đóng lúc 17:00" in page
        assert "lệch 2. hai phiếu hỏng" in page

    def test_what_became_of_a_vial_is_told_without_a_tablet_and_opens_the_way(self, chief: Client) -> None:
        scenery.somebody_who_left()
        scenery.stock()
        scenery.open_vial("LQ7", doses=3)
        form = {"entry": str(uuid7()), "lot": LOT, "vial": "LQ7", "doses": "1", "day": DAY.isoformat()}
        no_reason = chief.post("/station/lead/vials/", {**form, "what": "wasted", "reason": "felt like it"})
        assert no_reason.status_code == 409
        for _ in range(2):
            chief.post("/station/lead/vials/", {**form, "what": "wasted", "reason": "broken"})
        page = chief.get("/station/lead/").content.decode()
        assert "còn 2 liều chưa rõ" in page
        rest = {**form, "entry": str(uuid7()), "doses": "2"}
        answer = chief.post("/station/lead/vials/", {**rest, "what": "returned", "reason": "not-needed"})
        assert answer["Location"] == "/station/lead/?day=2021-09-13"
        assert "Xác nhận và đóng ngày" in chief.get("/station/lead/").content.decode()

    def test_doses_of_a_vial_nobody_noted_are_explained(self, chief: Client, nurse: Client) -> None:
        scenery.stock()
        visit = scenery.somebody_screened()
        nurse.post(f"/station/visits/{visit}/", dose_form(nurse, visit))
        assert "1 mũi không thuộc lọ nào" in chief.get("/station/lead/").content.decode()
        form = {"entry": str(uuid7()), "what": "opened", "lot": LOT, "vial": "LQ9", "doses": "1"}
        chief.post("/station/lead/vials/", {**form, "reason": "vial-not-noted"})
        assert "không thuộc lọ nào" not in chief.get("/station/lead/").content.decode()

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"doses": "0"}, 422),
            ({"doses": "-3"}, 422),
            ({"doses": "9" * 30}, 422),
            ({"vial": ""}, 422),
            ({"what": "sold"}, 404),
            ({"entry": "x"}, 404),
            ({"lot": ""}, 404),
        ],
    )
    def test_a_stock_line_that_says_nothing_is_not_taken(
        self, chief: Client, change: dict[str, str], status: int
    ) -> None:
        form = {"entry": str(uuid7()), "what": "wasted", "lot": LOT, "vial": "LQ7", "doses": "1", "reason": "broken"}
        assert chief.post("/station/lead/vials/", {**form, **change}).status_code == status
        with reaching(Reach(sites=frozenset({SITE}))):
            assert database.rows("select 1 from supply_movement") == []

    def test_a_nurse_tells_no_stock_lines_on_the_leads_page(self, nurse: Client) -> None:
        form = {"entry": str(uuid7()), "what": "wasted", "lot": LOT, "vial": "LQ7", "doses": "1", "reason": "broken"}
        assert nurse.post("/station/lead/vials/", form).status_code == 403

    def aside(self) -> UUID:
        """Let a tablet that was cut off send a dose and a line that nobody can read."""
        tablet = scenery.tablet("Máy 05")
        vaccinator = scenery.hire("thao-2", "vaccinator")
        access.revoke(tablet.device, reason="mất máy", actor=SYSTEM, now=MORNING)
        person, visit = uuid7(), uuid7()
        intake.receive(
            tablet.batch(
                tablet.line("dose-given", staff=vaccinator, **scenery.dose_fields(person, visit, vaccinator)),
                tablet.line("dose-given", staff=vaccinator, person="?"),
            ),
            now=MORNING,
        )
        return tablet.device

    def test_what_was_set_aside_is_let_in_by_the_lead_and_the_unreadable_is_closed(self, chief: Client) -> None:
        self.aside()
        assert "2 bản ghi chưa tính" in chief.get("/station/lead/").content.decode()
        page = chief.get("/station/lead/aside/").content.decode()
        for told in ("Mũi tiêm", "Máy 05", "Nguyễn Thị Thảo", "Máy đã bị khóa", "Chưa đọc được", "không có ở điểm"):
            assert told in page, told
        assert doses() == []
        shown = {"entry": re.findall(r'name="entry" value="([^"]+)"', page)}
        chief.post("/station/lead/aside/let-in/")
        chief.post("/station/lead/aside/let-in/", {"entry": str(uuid7())})
        assert doses() == [], "what nobody looked at stays"
        page = chief.post("/station/lead/aside/let-in/", shown, follow=True).content.decode()
        assert "Đã cho vào sổ 1 bản ghi. 1 bản ghi vẫn để riêng." in page
        assert len(doses()) == 1
        form = {"entry": re.findall(r'name="entry" value="([^"]+)"', page)}
        assert chief.post("/station/lead/aside/close/", {**form, "why": "  "}).status_code == 409
        page = chief.post("/station/lead/aside/close/", {**form, "why": "đã nhập tay"}, follow=True).content.decode()
        assert "Đã đóng 1 bản ghi" in page
        assert "Không có bản ghi nào phải xem" in page
        with reaching(Reach(sites=frozenset({SITE}))):
            kept = database.rows("select closed_why, released_at is null, length(body) > 0 from journal_set_aside")
        assert sorted(kept) == [("", False, True), ("đã nhập tay", True, True)]

    def test_the_page_says_how_many_more_wait_and_shows_the_oldest_first(
        self, chief: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.aside()
        monkeypatch.setattr(intake_queries, "SHOWN", 1)
        assert "2 bản ghi chưa tính" in chief.get("/station/lead/").content.decode()
        page = chief.get("/station/lead/aside/").content.decode()
        assert "Trang này có 1 bản ghi cũ nhất trong 2" in page
        form = {"entry": re.findall(r'name="entry" value="([^"]+)"', page), "why": "không khớp"}
        page = chief.post("/station/lead/aside/close/", form, follow=True).content.decode()
        assert len(set(re.findall(r'name="entry" value="([^"]+)"', page))) == 1, "the one behind it has its turn"
        assert "Trang này có" not in page

    def test_what_the_lead_closed_is_not_let_in_any_more(self, chief: Client) -> None:
        self.aside()
        page = chief.get("/station/lead/aside/").content.decode()
        form = {"entry": re.findall(r'name="entry" value="([^"]+)"', page), "why": "không khớp"}
        chief.post("/station/lead/aside/close/", form)
        page = chief.post("/station/lead/aside/let-in/", form, follow=True).content.decode()
        assert "Đã cho vào sổ 0 bản ghi." in page
        assert doses() == []

    def test_nobody_but_the_sites_own_lead_sees_lets_in_or_closes_what_was_set_aside(self, nurse: Client) -> None:
        self.aside()
        scenery.hire("bao", "lead", site=OTHER_SITE)
        other = scenery.signed_in("bao")
        assert "Máy 05" not in other.get("/station/lead/aside/").content.decode()
        with reaching(Reach(sites=frozenset({SITE}))):
            held = [str(one) for (one,) in database.rows("select id from journal_set_aside")]
        other.post("/station/lead/aside/let-in/", {"entry": held})
        other.post("/station/lead/aside/close/", {"entry": held, "why": "x"})
        for path in ("/station/lead/aside/", "/station/lead/aside/let-in/", "/station/lead/aside/close/"):
            assert nurse.post(path).status_code in (403, 405)
        assert nurse.get("/station/lead/aside/").status_code == 403
        assert doses() == []
        with reaching(Reach(sites=frozenset({SITE}))):
            assert database.rows("select 1 from journal_set_aside where closed_at is not null") == []


class TestPosts:
    def test_who_works_at_two_sites_says_where_they_are(self) -> None:
        row = {
            "id": str(uuid7()),
            "name": "Nguyễn Thị Thảo",
            "login": "thao",
            "roles": [{"role": "vaccinator", "site": SITE}, {"role": "vaccinator", "site": OTHER_SITE}],
        }
        access.load_staff([row], actor=SYSTEM, now=MORNING)
        scenery.somebody_screened("Trần Văn Ấn", site=OTHER_SITE)
        client = scenery.signed_in("thao")
        assert "Trần Văn Ấn" not in client.get("/station/").content.decode()
        client.post("/station/posts/", {"post": f"site::{OTHER_SITE}"})
        assert "Trần Văn Ấn" in client.get("/station/").content.decode()
        assert client.post("/station/posts/", {"post": "site::79-4711"}).status_code == 404

    def test_an_officer_of_no_site_is_told_so(self) -> None:
        row = {
            "id": str(uuid7()),
            "name": "X",
            "login": "x",
            "roles": [{"role": "duty-officer", "level": "everywhere"}],
        }
        access.load_staff([row], actor=SYSTEM, now=MORNING)
        client = scenery.signed_in("x")
        assert client.get("/station/").status_code == 403
        assert "chưa có vai trò ở điểm tiêm nào" in client.get("/station/posts/").content.decode()
