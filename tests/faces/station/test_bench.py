"""The bench for paper slips: photos in a queue, each typed beside its picture once, and what the vials are short of."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from PIL import Image

from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import DAY, LOT, MORNING, OTHER_SITE, SITE
from tiemchung.domain.immunization.values import codes_of
from tiemchung.domain.supply.events import VialOpened
from tiemchung.domain.visits.values import CountLine, DayLines, LotLine, VisitCounts
from tiemchung.faces.station.pages import bench
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

BENCH = "/station/slips/"
VACCINATOR = "Nguyễn Thị Thảo"
NOON = MORNING + timedelta(hours=4)
SLIP = {
    "name": "Trần Văn Ấn",
    "born": "5/3/1985",
    "sex": "male",
    "answer": "dosed",
    "at": "9:10",
    "how": "2",
    "lot": LOT,
    "arm": "left",
    "vaccinator": VACCINATOR,
}
stocked = pytest.mark.usefixtures("morning", "campaign")


@pytest.fixture
def vaccinator(campaign: None) -> UUID:
    del campaign
    scenery.stock()
    return scenery.hire("thao", "vaccinator", name=VACCINATOR)


@pytest.fixture
def typist(vaccinator: UUID, set_time: Callable[..., None]) -> Client:
    del vaccinator
    set_time(NOON)
    scenery.hire("nhap", "recorder", name="Trần Văn Nhập")
    return scenery.signed_in("nhap")


def photo(shade: int) -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), (shade, shade, shade)).save(made, "PNG")
    made.seek(0)
    made.name = f"phieu-{shade}.png"
    return made


def brought(client: Client, *shades: int, status: int = 200) -> str:
    answer = client.post(BENCH, {"day": DAY.isoformat(), "photos": [photo(shade) for shade in shades]})
    assert answer.status_code == status
    return answer.content.decode()


def next_of(client: Client) -> str:
    """Take the next slip and return its address, or that of the queue once it is empty."""
    answer = client.post(f"{BENCH}next/", {"day": DAY.isoformat()})
    assert answer.status_code == 302
    return str(answer["Location"])


def told(sql: str) -> list[Any]:
    with reaching(Reach(sites=frozenset({SITE}))):
        return database.rows(sql)


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def test_slips_are_typed_one_after_the_other_until_no_dose_is_missing(typist: Client, vaccinator: UUID) -> None:
    scenery.tell(VialOpened(id=uuid7(), at=MORNING, lot=LOT, vial="L1", doses=2))
    page = brought(typist, 10, 90, 200)
    assert "3 ảnh vào hàng chờ" in page
    assert "0 trên 3 phiếu đã nhập" in page
    assert "Còn thiếu 2 liều" in page
    first = next_of(typist)
    shown = typist.get(first).content.decode()
    assert value(shown, "lot") == LOT  # the lot that lacks doses
    second = typist.post(first, {**SLIP, "vial": "L1"})["Location"]
    assert second not in (first, BENCH)
    shown = typist.get(second).content.decode()
    assert "1 trên 3 phiếu đã nhập, còn thiếu 1 liều" in shown
    assert value(shown, "name") == ""
    assert f'<option value="{VACCINATOR}" selected>' in shown
    third = typist.post(second, {**SLIP, "name": "Võ Thúy Ái", "born": "1952", "at": "9:20", "vial": "L1"})["Location"]
    end = typist.post(f"{third}unreadable/", {"why": "blurred"})["Location"]
    page = typist.get(end).content.decode()
    assert "2 trên 3 phiếu đã nhập" in page
    assert "Khớp với lọ đã dùng" in page
    assert "Ảnh mờ hoặc tối" in page
    rows = told("select vaccinator, recorder, lot from immunization_dose order by occurred_at")
    assert [(row[0], row[2]) for row in rows] == [(vaccinator, LOT)] * 2
    assert all(row[1] not in (None, vaccinator) for row in rows)  # typed by another, whom somebody else stands for


def test_a_form_sent_twice_is_one_dose(typist: Client) -> None:
    brought(typist, 10)
    scan = next_of(typist)
    typist.post(scan, SLIP)
    assert typist.post(scan, SLIP).status_code == 200
    assert len(told("select 1 from immunization_dose")) == 1
    assert "1 trên 1 phiếu đã nhập" in typist.get(scan).content.decode()


def test_who_was_called_that_day_is_found_by_the_rule_of_the_desk_and_kept_for_the_appointment(
    vaccinator: UUID, typist: Client, set_time: Callable[..., None]
) -> None:
    del vaccinator
    set_time(MORNING)
    (appointment,) = called("Nguyễn Thị Ánh Hằng", number="079187004417")
    set_time(NOON)
    hang = {"name": "Nguyễn Thị Ánh Hằng", "born": "2/3/1987", "sex": "female", "number": "079187004417"}
    brought(typist, 10, 90)
    second = typist.post(next_of(typist), {**SLIP, **hang})["Location"]
    assert told("select person_id from immunization_dose") == [(appointment.person,)]
    assert told("select appointment from visits_visit") == [(appointment.id,)]
    again = typist.post(second, {**SLIP, **hang})
    assert again.status_code == 422
    assert "đã có lượt tiêm ngày đó" in again.content.decode()
    assert len(told("select 1 from immunization_dose")) == 1


def test_somebody_alike_is_asked_about_and_either_answer_is_kept(
    vaccinator: UUID, typist: Client, set_time: Callable[..., None]
) -> None:
    del vaccinator
    set_time(MORNING)
    (appointment,) = called("Nguyễn Thị Ánh Hằng", number="079187004417")
    set_time(NOON)
    only_told = {**SLIP, "name": "Nguyễn Thị Ánh Hằng", "born": "2/3/1987", "sex": "female", "how": "4"}
    only_told["number"] = "079187004417"
    brought(typist, 10)
    scan = next_of(typist)
    asked = typist.post(scan, only_told)
    assert asked.status_code == 422
    assert "Có phải người này?" in asked.content.decode()
    assert told("select 1 from immunization_dose") == []
    typist.post(scan, {**only_told, "known": str(appointment.person)})
    assert told("select person_id from immunization_dose") == [(appointment.person,)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"at": ""}, "ghi như 8:05"),
        ({"arm": ""}, "trái hoặc phải"),
        ({"born": ""}, "Ghi năm sinh"),
        ({"lot": ""}, "lô"),
    ],
)
def test_what_cannot_be_taken_says_why_and_keeps_what_was_typed(
    typist: Client, wrong: dict[str, str], why: str
) -> None:
    brought(typist, 10)
    answer = typist.post(next_of(typist), {**SLIP, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert value(page, "name") == "Trần Văn Ấn"
    assert told("select 1 from immunization_dose") == []


def test_what_is_typed_days_later_is_late_and_counted_apart(typist: Client, set_time: Callable[..., None]) -> None:
    brought(typist, 10)
    set_time(MORNING + timedelta(days=2))
    end = typist.post(next_of(typist), SLIP)["Location"]
    ((findings,),) = told("select findings from immunization_dose")
    assert "late" in codes_of(findings)
    assert "Nhập hộ 1 mũi của ngày này, trong đó 1 mũi nhập muộn" in typist.get(end).content.decode()


def test_one_slip_has_one_typist(typist: Client) -> None:
    brought(typist, 10)
    scan = next_of(typist)
    scenery.hire("go", "recorder", name="Phan Thị Gõ")
    other = scenery.signed_in("go")
    assert next_of(other).startswith(BENCH + "?day=")
    page = other.get(scan).content.decode()
    assert "Đang nhập" in page
    assert 'name="name"' not in page
    other.post(scan, SLIP)
    assert told("select 1 from immunization_dose") == []
    assert other.post(f"{scan}take/").status_code == 409


def test_photos_that_are_none_are_named_and_the_others_laid_in(typist: Client) -> None:
    bad = io.BytesIO(b"<svg/>")
    bad.name = "hinh.svg"
    answer = typist.post(BENCH, {"day": DAY.isoformat(), "photos": [photo(10), bad]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 ảnh vào hàng chờ" in page
    assert "hinh.svg" in page
    assert "0 ảnh vào hàng chờ, 1 ảnh đã có từ trước" in brought(typist, 10)


def test_a_picture_is_given_as_a_file_and_never_as_a_page_of_ours(typist: Client) -> None:
    brought(typist, 10)
    answer = typist.get(f"{next_of(typist)}picture/")
    assert answer.content.startswith(b"\xff\xd8")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_strangers_get_neither_the_queue_nor_a_slip_nor_its_picture(typist: Client) -> None:
    brought(typist, 10)
    scan = next_of(typist)
    scenery.hire("xa", "recorder", site=OTHER_SITE, name="Lý Thị Xa")
    scenery.hire("xem", "observer", name="Lê Thị Xem")
    scenery.hire("tiem", "vaccinator", name="Vũ Thị Tiêm")
    far, other, giver = (scenery.signed_in(login) for login in ("xa", "xem", "tiem"))
    for address in (scan, f"{scan}picture/"):
        assert [who.get(address).status_code for who in (far, other, giver)] == [404, 403, 403]
        assert Client().get(address).status_code == 302
    assert "Chưa có ảnh phiếu nào" in far.get(f"{BENCH}?day={DAY}").content.decode()
    assert giver.get(BENCH).status_code == 403
    assert far.post(f"{scan}twice/").status_code == 404


def lines(*lots: LotLine, issued: int | None = None) -> DayLines:
    counted = [] if issued is None else [CountLine(what="vials", lot=LOT, quantity=issued)]
    visits = VisitCounts(visits=0, dosed=0, released=0, deferred=0, left=0, observed=0, declined=0)
    return DayLines(site=SITE, day=DAY, visits=visits, lots=list(lots), counted=counted)


@pytest.mark.parametrize(
    ("day", "short"),
    [
        (lines(LotLine(lot=LOT, product="az", given=7, vial=7, opened=10, left=2, wasted=1)), 2),
        (lines(LotLine(lot=LOT, product="az", given=10, vial=10, opened=10)), 0),
        (lines(LotLine(lot=LOT, product="az", given=11, vial=10, overfill=1, opened=10)), 0),
        (lines(LotLine(lot=LOT, product="az", given=4, open=4)), None),
        (lines(LotLine(lot=LOT, product="az", given=4, open=4), issued=3), 26),
        (lines(LotLine(lot=LOT, product="az", given=4, open=4, sealed_returned=1), issued=3), 16),
        (lines(LotLine(lot=LOT, product="az", given=4, open=4, sealed_returned=None), issued=3), None),
        (lines(LotLine(lot=LOT, product="az", given=12, vial=10, open=2, opened=10)), -2),
    ],
    ids=["left", "all", "overfill", "no vial known", "by the count", "one went back", "size unknown", "too many"],
)
def test_a_lot_is_short_of_what_its_vials_gave_out_and_nobody_entered(day: DayLines, short: int | None) -> None:
    (found,) = bench.shortfalls(day, {"az": 10})
    assert found.short == short
