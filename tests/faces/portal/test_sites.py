from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from tiemchung.domain.places import actions as places
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import Store, StoreLevel
from tiemchung.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db

SITES = [
    {"code": "79-0001", "name": "Nhà thi đấu Phú Thọ", "organization": "H1", "commune": "26734",
     "lon": 106.65, "lat": 10.77},
    {"code": "79-0002", "name": "Đội lưu động 2", "organization": "H1", "commune": "26734", "mobile": True},
    {"code": "79-0003", "name": "Trạm cũ", "organization": "H1", "commune": "26734", "active": False},
]  # fmt: skip


@pytest.fixture(autouse=True)
def _sites() -> None:
    places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"}], actor=SYSTEM)
    places.load_sites(SITES, actor=SYSTEM)


def read(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("typed", ["phu tho", "Phú Thọ", "thi dau", "THO PHU"])
def test_a_site_is_found_with_and_without_marks_and_in_any_order(typed: str) -> None:
    assert "Nhà thi đấu Phú Thọ" in read(f"/diem-tiem/?q={typed}")


def test_a_stroked_letter_is_found_by_a_plain_one() -> None:
    assert "Đội lưu động 2" in read("/diem-tiem/?q=doi luu")


def test_a_closed_site_is_not_offered_and_says_so_to_who_has_its_address() -> None:
    assert "Trạm cũ" not in read("/diem-tiem/?q=tram cu")
    assert "Trạm cũ" not in read("/diem-tiem/?unit=760")
    assert "Điểm này đã đóng." in read("/diem-tiem/79-0003/")


def test_a_district_lists_its_sites_and_its_communes() -> None:
    page = read("/diem-tiem/?unit=760")
    assert "Nhà thi đấu Phú Thọ" in page
    assert "lưu động" in page
    assert "Phường Bến Nghé" in page


def test_sites_are_found_by_the_units_in_force_and_by_those_that_were(set_time: Callable[..., None]) -> None:
    set_time(datetime(2025, 6, 30, 3, tzinfo=UTC))
    assert "era=2025" not in read("/diem-tiem/?q=ben nghe") + read("/diem-tiem/")
    set_time(datetime(2025, 7, 1, 3, tzinfo=UTC))
    begun = read("/diem-tiem/")
    assert begun.count("&amp;era=2025") == 34
    assert "Hà Giang" not in begun
    province = read("/diem-tiem/?unit=79&era=2025")
    assert "Nhà thi đấu Phú Thọ" in province
    assert "Phường Tân Định" in province
    found = read("/diem-tiem/?q=quan 1")
    assert "Quận 1</a>" in found
    assert "(tên trước 07/2025)" in found
    assert "Nhà thi đấu Phú Thọ" in read("/diem-tiem/?unit=760"), "an old address still opens"


def test_a_text_of_signs_alone_finds_nothing_and_says_what_to_do() -> None:
    for typed in ("%", "_", "' or 1=1", "zzzz", "\N{PILE OF POO}"):
        assert "Không có nơi nào tên như vậy" in read(f"/diem-tiem/?q={typed}")


def test_what_was_typed_is_shown_as_text() -> None:
    page = read("/diem-tiem/?q=<script>alert(1)</script>")
    assert "<script>alert" not in page


def test_a_unit_or_a_site_nobody_knows_is_not_found() -> None:
    assert Client().get("/diem-tiem/?unit=999").status_code == 404
    assert Client().get("/diem-tiem/?unit=79&era=1954").status_code == 404
    assert Client().get("/diem-tiem/99-9999/").status_code == 404


def test_a_site_names_its_units_of_both_eras_and_opens_a_map() -> None:
    page = read("/diem-tiem/79-0001/")
    assert "geo:10.77000,106.65000" in page
    assert "Từ 2025:" in page


def test_a_store_is_no_place_to_be_vaccinated(monkeypatch: pytest.MonkeyPatch) -> None:
    # The web's role cannot make a store: the operator loads them.
    store = Store(code="79-0001", level=StoreLevel.DISTRICT, supplier=None)
    monkeypatch.setattr(supply, "stores", lambda codes: [store] if "79-0001" in codes else [])
    assert "Nhà thi đấu Phú Thọ" not in read("/diem-tiem/?q=phu tho")
    assert "Nhà thi đấu Phú Thọ" not in read("/diem-tiem/?unit=760")
    assert Client().get("/diem-tiem/79-0001/").status_code == 404
