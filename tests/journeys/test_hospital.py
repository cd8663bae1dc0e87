"""A citizen lets a hospital read her book and shuts it again; the hospital is the program that the demo gives a newcomer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.domain.access.people_known import NOW
from tests.faces.healthbook.citizens import BOOK, MINE, Phones, slip, vaccinated
from tests.faces.healthbook.conftest import phones
from tests.faces.partners.hospital import own_keys
from tests.journeys.conftest import OpenPage, Site, check_page
from tiemchung.project import demo_hospital
from tiemchung_world import hospital

pytestmark = pytest.mark.browser
__all__ = ["phones"]
MOTHER, DAUGHTER = "Nguyễn Thị Ánh Hằng", "Lê Thị Tám"


@pytest.fixture
def own_key(set_time: Callable[[datetime], None], settings: Settings, keys_folder: Path, tmp_path: Path) -> Path:
    """Let the demo admit its hospital, and return the key that only the hospital holds."""
    set_time(NOW)
    (tmp_path / "keys").mkdir()
    own_keys(settings, keys_folder, tmp_path / "keys")
    return demo_hospital.admit(tmp_path)


class Hospital:
    """The system of the hospital: it knows the platform's address, its own key, and the code that it was told."""

    def __init__(self, url: str, key: Path) -> None:
        self.url, self.known = url, json.loads(key.read_text(encoding="utf-8"))
        self.opened: dict[str, Any] = {}

    def takes_up(self, code: str) -> None:
        self.opened = hospital.take_up(self.url, self.known, code=code)

    def reads(self) -> list[dict[str, Any]]:
        return hospital.read(self.url, self.opened)


def given_her_own_open_book(page: Page, phones: Phones, code: str) -> None:
    page.goto(BOOK)
    page.get_by_label("Số điện thoại").fill(MINE)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.get_by_label("Mã gồm 6 số").fill(phones.code(MINE))
    page.get_by_role("button", name="Mở sổ").click()
    expect(page.get_by_role("heading", name="Sổ này chưa có ai")).to_be_visible()
    page.goto(f"{BOOK}mo/")
    page.get_by_label("Mã trên phiếu").fill(code)
    page.get_by_label("Năm sinh của người được tiêm").fill("1987")
    page.get_by_role("button", name="Mở sổ").click()
    expect(page.get_by_role("heading", name="Mũi 1 · AstraZeneca")).to_be_visible()


def when_she_lets_the_hospital_read(page: Page) -> str:
    """Walk from the book to the code, and return what she reads out at the hospital's desk."""
    page.get_by_role("link", name="Sửa, hạn chế, tải về").click()
    page.get_by_role("link", name="Cho nơi khác xem").click()
    expect(page.get_by_text("Chưa nơi nào.")).to_be_visible()
    page.get_by_label("Cho nơi nào xem").select_option(label=demo_hospital.NAME)
    page.get_by_role("button", name="Lấy mã cho phép").click()
    expect(page.get_by_role("heading", name=f"Đưa mã này cho {demo_hospital.NAME}")).to_be_visible()
    return page.locator(".tc-desk-code").inner_text()


def then_the_hospital_reads_her_and_nobody_else(reading: Hospital) -> None:
    patient, doses, ahead = reading.reads()
    assert (patient["resourceType"], patient["name"][0]["text"]) == ("Patient", MOTHER)
    (dose,) = [entry["resource"] for entry in doses["entry"]]
    assert (dose["resourceType"], dose["status"]) == ("Immunization", "completed")
    (next_dose,) = [entry["resource"] for entry in ahead["entry"]]
    assert next_dose["resourceType"] == "ImmunizationRecommendation"
    told = json.dumps([patient, doses, ahead], ensure_ascii=False)
    assert DAUGHTER not in told
    assert MINE not in told


def then_she_sees_that_it_looked(page: Page) -> None:
    page.get_by_role("link", name="Xong").click()
    expect(page.get_by_role("heading", name=demo_hospital.NAME)).to_be_visible()
    page.goto(BOOK)
    page.get_by_role("link", name="Xem tất cả").click()
    expect(page.get_by_role("row", name=f"{demo_hospital.NAME} để khám và tiêm")).to_be_visible()


def when_she_takes_it_back(page: Page) -> None:
    page.goto(BOOK)
    page.get_by_role("link", name="Sửa, hạn chế, tải về").click()
    page.get_by_role("link", name="Cho nơi khác xem").click()
    page.get_by_role("button", name=f"Thôi cho phép {demo_hospital.NAME}").click()
    expect(page.get_by_text("Chưa nơi nào.")).to_be_visible()


def then_the_hospital_is_refused(reading: Hospital, code: str) -> None:
    with pytest.raises(hospital.RefusedError, match=r"^401 /fhir/Patient/"):
        reading.reads()
    with pytest.raises(hospital.RefusedError, match="invalid_grant"):
        reading.takes_up(code)


@pytest.mark.parametrize(("width", "script"), [(390, True), (320, False)])
def test_a_hospital_reads_what_a_citizen_allows_until_she_takes_it_back(
    open_page: OpenPage,
    phones: Phones,
    own_key: Path,
    site: Site,
    width: int,
    script: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    person = vaccinated()
    vaccinated(name=DAUGHTER, born="2001-01-01")
    visit = open_page(width, script=script)
    page, reading = visit.page, Hospital(site.url, own_key)
    given_her_own_open_book(page, phones, slip(person))
    code = when_she_lets_the_hospital_read(page)
    reading.takes_up(code)
    then_the_hospital_reads_her_and_nobody_else(reading)
    then_she_sees_that_it_looked(page)
    when_she_takes_it_back(page)
    then_the_hospital_is_refused(reading, code)
    if script:
        check_page(visit, where="nobody may read any more")
    assert visit.complaints == []
