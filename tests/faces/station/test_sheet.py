"""The session sheet: taken along by the lead, filled by hand, brought back by a recorder, each dose once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db.utils import OperationalError
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import DAY, LOT, MORNING, OTHER_SITE, SITE
from tiemchung.domain.immunization.values import codes_of
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import Appointment
from tiemchung.domain.visits import actions as visits
from tiemchung.domain.visits.events import Arrived
from tiemchung.faces.station.pages import sheet
from tiemchung.faces.station.views import sheet as views
from tiemchung.kernel import cells
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.spreadsheets import xlsx_file

pytestmark = pytest.mark.usefixtures("morning")
LEAD, BACK, REJECTED = "/station/lead/sheet/", "/station/sheet/", "/station/sheet/rejected/"
VACCINATOR = "Nguyễn Thị Thảo"
NOON = MORNING + timedelta(hours=4)
COLUMNS = {column: words.vi for column, words in sheet.COLUMNS.items()}
DOSED = {
    "answer": "đã tiêm",
    "at": "9:10",
    "how": "giấy tờ có ảnh",
    "lot": LOT,
    "arm": "trái",
    "vaccinator": VACCINATOR,
}
NEWCOMER = {**DOSED, "name": "Trần Văn Ấn", "born": "5/3/1985", "sex": "Nam", "at": "9h20"}


@pytest.fixture(autouse=True)
def _stocked(campaign: None) -> None:
    del campaign
    scenery.stock()


@pytest.fixture
def vaccinator() -> UUID:
    return scenery.hire("thao", "vaccinator", name=VACCINATOR)


@pytest.fixture
def lead() -> Client:
    scenery.hire("khoa", "lead", name="Lê Minh Khoa")
    return scenery.signed_in("khoa")


@pytest.fixture
def typist(vaccinator: UUID) -> Client:
    del vaccinator
    scenery.hire("nhap", "recorder", name="Trần Văn Nhập")
    return scenery.signed_in("nhap")


@pytest.fixture
def hang(set_time: Callable[..., None]) -> Appointment:
    """Somebody who is called for nine; when the sheet comes back it is one o'clock."""
    [appointment] = called("Nguyễn Thị Ánh Hằng", number="079187004417")
    set_time(NOON)
    return appointment


Rows = list[list[str]]


def taken_along(lead: Client, **asked: str) -> Rows:
    answer = lead.post(LEAD, {"day": DAY.isoformat(), "purpose": "Mất điện cả phường", **asked})
    assert answer.status_code == 200
    return [[cells.plain(cell) for cell in row] for row in cells.rows_of(answer.content)]


def header_of(rows: Rows) -> int:
    return next(place for place, row in enumerate(rows) if COLUMNS["id"] in row)


def filled(rows: Rows, *answers: dict[str, str]) -> bytes:
    """Write these answers into the rows below the header, the first into the first."""
    place, made = header_of(rows), [list(row) for row in rows]
    for line, answer in enumerate(answers, place + 1):
        made[line] += [""] * (len(COLUMNS) - len(made[line]))
        for column, text in answer.items():
            made[line][made[place].index(COLUMNS[column])] = text
    return xlsx_file(made)


def brought(client: Client, content: bytes) -> str:
    answer = client.post(BACK, {"file": io.BytesIO(content)})
    assert answer.status_code == 200
    return answer.content.decode()


def told(sql: str) -> list[Any]:
    with reaching(Reach(sites=frozenset({SITE}))):
        return database.rows(sql)


def doses() -> list[Any]:
    return told(
        "select person_id, lot, product, vaccinator, recorder, occurred_at from immunization_dose order by occurred_at"
    )


def test_the_sheet_names_who_is_called_with_a_purpose_on_top_and_no_whole_number(
    lead: Client, hang: Appointment
) -> None:
    rows = taken_along(lead)
    text = "\n".join("|".join(row) for row in rows)
    for said in ("Mất điện cả phường", "Lê Minh Khoa", SITE, "13/09/2021", "Nguyễn Thị Ánh Hằng", "4417", str(hang.id)):
        assert said in text
    assert "079187004417" not in text
    below = rows[header_of(rows) + 1 :]
    assert len(below) == 1 + sheet.BLANK_ROWS
    codes = [row[list(COLUMNS).index("id")] for row in below]
    assert len(set(codes)) == len(codes)


def test_without_a_purpose_or_for_a_far_day_nobody_takes_a_list_along(lead: Client) -> None:
    assert lead.get(LEAD).status_code == 200
    assert lead.post(LEAD, {"day": DAY.isoformat(), "purpose": "cần"}).status_code == 422
    assert lead.post(LEAD, {"day": "2021-10-30", "purpose": "Mất điện cả phường"}).status_code == 422


def test_each_row_with_an_answer_is_kept_with_its_time_and_who_gave_the_dose(
    lead: Client, typist: Client, vaccinator: UUID, hang: Appointment
) -> None:
    watched = {"minutes": "30", "state": "bình thường"}
    away = {"answer": "hoãn", "at": "9:30", "reason": "Thấy không khỏe", "name": "Võ Thúy Ái", "born": "1952"}
    content = filled(taken_along(lead), {**DOSED, **watched}, NEWCOMER, away, {"answer": "không đến"})
    page = brought(typist, content)
    assert "3 dòng vào sổ, 0 đã có từ trước, 1 không đến" in page
    first, second = doses()
    assert (first[0], first[1]) == (hang.person, LOT)
    assert [dose[3] for dose in (first, second)] == [vaccinator, vaccinator]
    assert all(dose[4] not in (None, vaccinator) for dose in (first, second))  # typed by another, who is named
    assert [dose[5] for dose in (first, second)] == [MORNING + timedelta(minutes=10), MORNING + timedelta(minutes=20)]
    assert told("select ticket, deferred_reason from visits_visit where deferred_at is not null") == [
        ("giấy-3", "felt-unwell")
    ]
    assert told("select minutes, state from visits_visit where ended_at is not null") == [(30, "well")]
    assert told("select appointment from visits_visit where appointment is not null") == [(hang.id,)]


def test_a_sheet_brought_twice_or_in_two_copies_changes_nothing(
    lead: Client, typist: Client, hang: Appointment
) -> None:
    del hang
    rows, copy = taken_along(lead), taken_along(lead)
    brought(typist, filled(rows, DOSED, NEWCOMER))
    before = doses()
    assert "0 dòng vào sổ, 2 đã có từ trước" in brought(typist, filled(rows, DOSED, NEWCOMER))
    assert "0 dòng vào sổ, 1 đã có từ trước" in brought(typist, filled(copy, DOSED))
    scenery.hire("nhap2", "recorder", name="Phan Thị Gõ")
    assert "0 dòng vào sổ, 2 đã có từ trước" in brought(scenery.signed_in("nhap2"), filled(rows, DOSED, NEWCOMER))
    assert doses() == before
    assert len(before) == 2


def test_a_long_sheet_is_kept_in_batches_that_the_journal_takes(
    lead: Client, typist: Client, hang: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    del hang
    monkeypatch.setattr(views, "AT_ONCE", 1)
    assert "2 dòng vào sổ" in brought(typist, filled(taken_along(lead), DOSED, NEWCOMER))
    assert len(doses()) == 2


def test_what_was_kept_stands_where_the_system_is_too_busy_for_the_rest(
    lead: Client, typist: Client, hang: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    del hang
    content = filled(taken_along(lead), DOSED, NEWCOMER)
    monkeypatch.setattr(views, "AT_ONCE", 1)
    record, batches = intake.record_from_paper, count(1)

    def busy(*told: Any, **named: Any) -> Any:
        if next(batches) == 2:
            raise OperationalError
        return record(*told, **named)

    monkeypatch.setattr(intake, "record_from_paper", busy)
    answer = typist.post(BACK, {"file": io.BytesIO(content)})
    assert answer.status_code == 503
    assert "1 dòng vào sổ" in answer.content.decode()
    assert "ít phút nữa tải lại chính phiếu này" in answer.content.decode()
    assert len(doses()) == 1
    assert "1 dòng vào sổ, 1 đã có từ trước" in brought(typist, content)
    assert len(doses()) == 2


def test_a_row_that_says_otherwise_the_second_time_is_refused_and_the_others_are_kept(
    lead: Client, typist: Client, hang: Appointment
) -> None:
    del hang
    rows = taken_along(lead)
    brought(typist, filled(rows, DOSED))
    page = brought(typist, filled(rows, {**DOSED, "arm": "phải"}, NEWCOMER))
    assert "1 dòng vào sổ" in page
    assert "nhập trước đây với nội dung khác" in page
    assert len(doses()) == 2


def test_somebody_whom_a_tablet_has_received_meanwhile_is_not_entered_again(
    lead: Client, typist: Client, hang: Appointment
) -> None:
    rows = taken_along(lead)
    scenery.tell(Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=hang.person, ticket="7", appointment=hang.id))
    page = brought(typist, filled(rows, DOSED))
    assert "đã có lượt tiêm ngày đó" in page
    assert doses() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answer": "rồi"}, "đã tiêm, hoãn hoặc không đến"),
        ({"answer": ""}, "đã tiêm, hoãn hoặc không đến"),
        ({"at": ""}, "Giờ: ghi như 8:05"),
        ({"at": "25:00"}, "Giờ: ghi như 8:05"),
        ({"at": "23:50"}, "Giờ này chưa tới"),
        ({"how": "quét thẻ"}, "Nhận ra bằng"),
        ({"lot": ""}, "Ghi số lô"),
        ({"lot": "KHONG1"}, "chưa có trong sổ kho"),
        ({"arm": "chân"}, "Tay: trái hoặc phải"),
        ({"vaccinator": "Trần Văn Nhập"}, "Người tiêm: ghi đủ họ tên"),
        ({"dose_number": "hai"}, "Mũi thứ mấy"),
        ({"minutes": "lâu"}, "Số phút theo dõi"),
        ({"minutes": "30"}, "lúc về thế nào"),
        ({"born": ""}, "Ghi năm sinh"),
        ({"name": "Trần 123"}, "chỉ có chữ"),
        ({"number": "12345"}, "cần đủ 9 số"),
        ({"id": "12"}, "Thiếu mã dòng"),
        ({"called": "09:00"}, "của ngày hoặc điểm khác"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_holds_up_no_other(
    lead: Client, typist: Client, hang: Appointment, wrong: dict[str, str], said: str
) -> None:
    page = brought(typist, filled(taken_along(lead), DOSED, {**NEWCOMER, **wrong}))
    assert "1 dòng vào sổ" in page
    assert said in page
    assert [dose[0] for dose in doses()] == [hang.person]


def test_the_rows_to_mend_come_in_the_same_columns_and_are_taken_once_mended(lead: Client, typist: Client) -> None:
    page = brought(typist, filled(taken_along(lead), {**NEWCOMER, "arm": "", "id": "12"}))
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found
    answer = typist.post(REJECTED, {"rows": found[1]})
    rows = [[cells.plain(cell) for cell in row] for row in cells.rows_of(answer.content)]
    place = header_of(rows)
    assert rows[place] == [*COLUMNS.values(), sheet.WHY.vi]
    assert "Thiếu mã dòng" in rows[place + 1][-1]
    assert "1 dòng vào sổ" in brought(typist, filled(rows, {"arm": "phải", "at": "8:50"}))
    assert len(doses()) == 1
    assert typist.post(REJECTED, {"rows": found[1][:-2]}).status_code == 404


def test_one_code_on_two_rows_is_one_dose(lead: Client, typist: Client, hang: Appointment) -> None:
    page = brought(typist, filled(taken_along(lead), DOSED, {**NEWCOMER, "id": str(hang.id)}))
    assert "có hai lần trong phiếu" in page
    assert len(doses()) == 1


def test_what_is_typed_days_later_is_late_though_the_sheet_is_older(
    lead: Client, typist: Client, hang: Appointment, set_time: Callable[..., None]
) -> None:
    del hang
    content = filled(taken_along(lead), DOSED)
    set_time(MORNING + timedelta(days=2))
    assert "1 dòng vào sổ" in brought(typist, content)
    ((findings,),) = told("select findings from immunization_dose")
    assert "late" in codes_of(findings)


def test_what_is_typed_on_the_day_itself_is_not_late(lead: Client, typist: Client, hang: Appointment) -> None:
    del hang
    brought(typist, filled(taken_along(lead), DOSED))
    ((findings,),) = told("select findings from immunization_dose")
    assert "late" not in codes_of(findings)


def with_formula(content: bytes, cell: str) -> bytes:
    """Let the cell with this text be a formula that shows the same."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            plain = rf'<c t="inlineStr"( s="\d+")?><is><t xml:space="preserve">{re.escape(cell)}</t></is></c>'
            new.writestr(name, re.sub(plain, rf'<c t="str"\1><f>A1</f><v>{cell}</v></c>', text))
    return made.getvalue()


def test_a_formula_in_a_row_is_not_believed(lead: Client, typist: Client, hang: Appointment) -> None:
    del hang
    content = filled(taken_along(lead), {**DOSED, "vial": "LQ-77"})
    assert "Có ô là công thức" in brought(typist, with_formula(content, "LQ-77"))
    assert doses() == []


def test_figures_of_a_spreadsheet_are_read_as_what_they_show() -> None:
    empty = dict.fromkeys(sheet.COLUMNS, "")

    def at(text: str, *figures: str) -> Any:
        line = sheet.Line(line=9, told={**empty, "at": text}, figures=frozenset(figures), computes=False)
        return sheet.at_of(line, DAY)

    assert at("0.381944444444444", "at") == at("9:10") == at("9h10") == at("09g10") == MORNING + timedelta(minutes=10)
    assert at("9h") == MORNING
    for text in ("9", "910", "9:60", "24:00", "-1", "sáng"):
        assert at(text) is None, text
    assert at("9", "at") is None


OLD = {
    "tcvn3": {
        "name": "NguyÔn V¨n §øc",
        "answer": "®· tiªm",
        "how": "giÊy tê cã ¶nh",
        "arm": "tr¸i",
        "vaccinator": "NguyÔn ThÞ Th¶o",
        "sex": "Nam",
        "minutes": "30",
        "state": "b×nh th\u00adêng",
    },
    "vni": {
        "name": "Nguyeãn Vaên Ñöùc",
        "answer": "ñaõ tieâm",
        "how": "giaáy tôø coù aûnh",
        "arm": "traùi",
        "vaccinator": "Nguyeãn Thò Thaûo",
        "sex": "Nam",
        "minutes": "30",
        "state": "bình thöôøng",
    },
}
"""One row as it comes from the fonts of before Unicode, letter for letter."""


def read_of(rows: Rows, *answers: dict[str, str]) -> list[dict[str, str]]:
    return [dict(line.told) for line in sheet.read(filled(rows, *answers)).lines]


@pytest.mark.parametrize("way", OLD)
def test_what_was_typed_before_unicode_is_read_back_row_by_row(
    lead: Client, typist: Client, hang: Appointment, way: str
) -> None:
    old = {**NEWCOMER, **OLD[way]}
    rows = taken_along(lead)
    of_hang = {column: old[column] for column in DOSED}
    assert "3 dòng vào sổ" in brought(typist, filled(rows, of_hang, old, {**NEWCOMER, "name": "Hoàng Oánh"}))
    with reaching(Reach(sites=frozenset({SITE}))):
        persons = [person for (person,) in database.rows("select person_id from immunization_dose")]
        found = people.persons(persons, purpose=Purpose.CARE, actor=acting(Power.CHECK_IN), viewed_at=NOON, site=SITE)
    assert {one.name for one in found.values()} == {"Nguyễn Văn Đức", "Hoàng Oánh"}
    assert hang.person in persons


def test_a_row_without_marks_is_read_like_the_others_and_a_name_alone_tells_nothing(
    lead: Client, hang: Appointment
) -> None:
    del hang
    rows, plain = taken_along(lead), {"answer": "da tiem", "arm": "trai", "name": "Hoàng Loan"}
    old = OLD["vni"]
    assert [told["name"] for told in read_of(rows, {}, plain)][1:] == ["Hoàng Loan"]
    assert [told["name"] for told in read_of(rows, {}, NEWCOMER, plain)][1:] == ["Trần Văn Ấn", "Hoàng Loan"]
    mixed = read_of(rows, {}, NEWCOMER, old, plain)
    assert [told["name"] for told in mixed][1:] == ["Trần Văn Ấn", "Nguyễn Văn Đức", "Hoàng Loan"]
    unmarked = {"answer": "da tiem", "arm": "trai", "name": "Voõ Thò Aån"}
    assert [told["name"] for told in read_of(rows, {}, old, unmarked)][1:] == ["Nguyễn Văn Đức", "Võ Thị Ẩn"]


def changed(rows: Rows, label: str, value: str) -> bytes:
    return xlsx_file([[row[0], value] if row and row[0] == label else row for row in rows])


def test_a_file_that_is_no_sheet_of_this_site_and_day_is_refused_whole(lead: Client, typist: Client) -> None:
    rows = taken_along(lead)
    files = {
        b"": 422,
        b"%PDF-1.7": 422,
        b"PK\x03\x04 not a book": 422,
        xlsx_file([["Họ và tên", "Ngày sinh"], ["Lê Thị Hường", "1971"]]): 422,
        changed(rows, "Điểm tiêm", OTHER_SITE): 422,
        changed(rows, "Ngày", "14/09/2021"): 422,
        changed(rows, "Ngày", "hôm nay"): 422,
    }
    for content, status in files.items():
        assert typist.post(BACK, {"file": io.BytesIO(content)}).status_code == status, content[:40]
    assert typist.post(BACK, {}).status_code == 422
    assert doses() == []


def test_more_answers_than_one_sheet_brings_are_refused(
    lead: Client, typist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = filled(taken_along(lead), NEWCOMER, NEWCOMER)
    monkeypatch.setattr(sheet, "MOST_ANSWERED", 1)
    assert typist.post(BACK, {"file": io.BytesIO(content)}).status_code == 422
    monkeypatch.setattr(sheet, "MOST_BYTES", 100)
    assert "10.000 dòng" in typist.post(BACK, {"file": io.BytesIO(content)}).content.decode()


def test_who_only_gives_doses_or_leads_types_nothing_for_others(lead: Client, vaccinator: UUID) -> None:
    del vaccinator
    nurse = scenery.signed_in("thao")
    assert lead.get(BACK).status_code == 403
    assert nurse.get(BACK).status_code == 403
    assert nurse.post(BACK, {"file": io.BytesIO(b"x")}).status_code == 403
    assert nurse.post(REJECTED, {"rows": "x"}).status_code == 403
    assert nurse.get(LEAD).status_code == 403


def acting(*powers: Power, site: str = SITE) -> Actor:
    reach = Reach(sites=frozenset({site}))
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset(powers), reach=reach)


@pytest.mark.parametrize(
    "actor",
    [
        acting(Power.CHECK_IN),
        acting(Power.RECORD_DOSE, Power.OBSERVE),
        acting(Power.ATTEST, Power.PLAN),
        acting(Power.CHECK_IN, Power.RECORD_DOSE, site=OTHER_SITE),
    ],
)
def test_only_who_receives_and_records_here_types_the_end_of_an_observation(actor: Actor) -> None:
    with pytest.raises(NotPermitted):
        visits.released_on_paper(
            uuid7(), visit=uuid7(), person=uuid7(), minutes=30, state="well", site=SITE, actor=actor, now=NOON
        )


def test_whom_appointments_are_for_is_told_to_those_who_receive_people_here(hang: Appointment) -> None:
    desk, stranger = acting(Power.CHECK_IN), acting(Power.CHECK_IN, site=OTHER_SITE)
    with reaching(desk.reach):
        found = scheduling.appointments_at(SITE, DAY, [hang.id, uuid7()], actor=desk, purpose=Purpose.CARE)
        assert [one.person for one in found.values()] == [hang.person]
        tomorrow = DAY + timedelta(days=1)
        assert scheduling.appointments_at(SITE, tomorrow, [hang.id], actor=desk, purpose=Purpose.CARE) == {}
    for actor in (stranger, acting(Power.RECORD_DOSE)):
        with pytest.raises(NotPermitted):
            scheduling.appointments_at(SITE, DAY, [hang.id], actor=actor, purpose=Purpose.CARE)
