"""Registering for a campaign from a book, changing it, taking it back; and what others cannot do with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.domain.access.people_known import NOW
from tests.faces.healthbook.citizens import BOOK, THEIRS, Phones, add, browser, open_book, slip, text_of, vaccinated
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.domain.places import actions as places
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.values import Store, StoreLevel
from tiemchung.kernel.actor import SYSTEM

GROUP = "05"


@pytest.fixture(autouse=True)
def campaign(committed_db: None, as_worker: Callable[[], object], set_time: Callable[[datetime], None]) -> None:
    set_time(NOW)
    told = Campaign(
        code="covid-2021",
        name="COVID-19, 2021",
        starts_on=date(2021, 3, 8),
        ends_on=date(2022, 12, 31),
        target_diseases=["covid-19"],
    )
    with as_worker():  # type: ignore[attr-defined]  # a context
        campaigns.load_campaigns([told], actor=SYSTEM)


def register(client: Client, link: UUID, *, times: tuple[str, ...] = ("morning",)) -> str:
    """Walk through the pages and return where the last one leads."""
    here = wish_all(client, link, times=times)
    page = text_of(client.get(f"{here}xem-lai/").content)
    assert "Thành phố Hồ Chí Minh" in page
    answer = client.post(f"{here}xem-lai/")
    assert answer.status_code == 302, text_of(answer.content)
    return str(answer["Location"])


def wish_all(client: Client, link: UUID, *, times: tuple[str, ...] = ("morning",)) -> str:
    """Walk through the pages as far as the last one; return the address that they lie under."""
    here = f"{BOOK}nguoi/{link}/dang-ky/"
    answer = client.get(here)
    assert answer["Location"] == f"{here}nhom/"
    client.post(f"{here}nhom/", {"group": GROUP})
    client.post(f"{here}diem/", {"site": ""})
    client.post(f"{here}gio/", {"times": list(times)})
    return here


def test_a_claimed_person_is_registered_once_and_shows_as_waiting(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    done = register(client, link)
    assert "Đã đăng ký" in text_of(client.get(done).content)
    assert client.post(f"{BOOK}nguoi/{link}/dang-ky/xem-lai/").status_code == 302
    page = text_of(client.get(f"{BOOK}nguoi/{link}/").content)
    assert page.count("Đã đăng ký · chờ lịch") == 1


def test_who_waits_already_is_told_so_and_waits_once(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    register(client, link)
    here = f"{BOOK}nguoi/{link}/dang-ky/"
    client.get(here)
    client.post(f"{here}nhom/", {"group": GROUP})
    client.post(f"{here}diem/", {"site": ""})
    client.post(f"{here}gio/", {"times": []})
    answer = client.post(f"{here}xem-lai/")
    assert answer.status_code == 200
    assert "đã có trong danh sách chờ" in text_of(answer.content)
    assert text_of(client.get(f"{BOOK}nguoi/{link}/").content).count("Đã đăng ký · chờ lịch") == 1


def test_a_proved_person_is_registered_under_their_own_name(phones: Phones) -> None:
    person = vaccinated(commune="27478")
    client = open_book(phones)
    link = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987"})["Location"].split("/")[-2]
    register(client, UUID(link))
    assert "Đã đăng ký · chờ lịch" in text_of(client.get(f"{BOOK}nguoi/{link}/").content)


def test_a_registration_is_changed_and_taken_back(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    registration = register(client, link).split("/")[-2]
    change = f"{BOOK}nguoi/{link}/dang-ky/doi/{registration}/"
    assert client.post(change, {"site": "", "times": ["weekend"]}).status_code == 302
    page = client.get(change).content.decode()
    assert 'value="weekend" checked' in page
    assert 'value="morning" checked' not in page
    cancel = f"{BOOK}nguoi/{link}/dang-ky/huy/{registration}/"
    assert "Hủy đăng ký" in text_of(client.get(cancel).content)
    assert "Hủy lịch và đăng ký trước" in text_of(client.get(f"{BOOK}nguoi/{link}/bo/").content)
    refused = client.post(f"{BOOK}nguoi/{link}/bo/")
    assert refused.status_code == 409
    assert "chờ lịch" in text_of(client.get(f"{BOOK}nguoi/{link}/").content), "nobody could take it back afterwards"
    for _click in range(2):
        assert client.post(cancel)["Location"] == f"{BOOK}nguoi/{link}/"
    assert "chờ lịch" not in text_of(client.get(f"{BOOK}nguoi/{link}/").content)
    assert client.get(cancel).status_code == 404
    assert client.post(f"{BOOK}nguoi/{link}/bo/")["Location"] == BOOK


def test_an_answer_that_is_missing_is_asked_for(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    here = f"{BOOK}nguoi/{link}/dang-ky/"
    client.get(here)
    assert client.post(f"{here}nhom/", {"group": "99"}).status_code == 422
    assert client.post(f"{here}xem-lai/")["Location"] == f"{here}nhom/"
    assert client.get(f"{here}gi-do/").status_code == 404


def test_a_place_to_come_to_is_never_a_store_and_is_asked_for_again_by_who_lives_elsewhere(
    phones: Phones, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "27478"}], actor=SYSTEM)
        told = {"organization": "H1", "commune": "27478"}
        rows = [{"code": "79-0101", "name": "Trạm Phú Mỹ", **told}, {"code": "79-K1", "name": "Kho Quận 7", **told}]
        places.load_sites(rows, actor=SYSTEM)
        store = Store(code="79-K1", level=StoreLevel.DISTRICT, supplier=None)
        supply.load_stores([store], actor=SYSTEM)
    client = open_book(phones)
    link = add(client)
    here = wish_all(client, link)
    offered = text_of(client.get(f"{here}diem/").content)
    assert ("Trạm Phú Mỹ" in offered, "Kho Quận 7" in offered) == (True, False)
    client.post(f"{here}diem/", {"site": "79-0101"})
    assert "Trạm Phú Mỹ" in text_of(client.get(f"{here}xem-lai/").content)
    for level, unit in (("province", "79"), ("district", "760"), ("commune", "26734")):
        answer = client.post(f"{here}noi-o/", {"level": level, "unit": unit})
    assert answer["Location"] == f"{here}diem/", "what was chosen near the old home is no answer any more"
    client.post(f"{here}diem/", {"site": ""})
    page = text_of(client.get(f"{here}xem-lai/").content)
    assert ("Trạm Phú Mỹ" in page, "Nơi nào cũng được" in page) == (False, True)


def test_a_site_that_closed_while_the_last_page_was_open_is_not_registered_for(
    phones: Phones, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "27478"}], actor=SYSTEM)
        row = {"code": "79-0101", "name": "Trạm Phú Mỹ", "organization": "H1", "commune": "27478"}
        places.load_sites([row], actor=SYSTEM)
    client = open_book(phones)
    here = wish_all(client, add(client))
    client.post(f"{here}diem/", {"site": "79-0101"})
    with as_worker():
        places.load_sites([{**row, "active": False}], actor=SYSTEM)
    refused = client.post(f"{here}diem/", {"site": "79-0101"})
    assert refused.status_code == 422
    assert "Nơi này không còn nhận đăng ký. Chọn nơi khác." in text_of(refused.content)
    for _click in range(2):
        assert client.post(f"{here}xem-lai/")["Location"] == f"{here}diem/"
    assert client.get(f"{here}xem-lai/")["Location"] == f"{here}diem/"


@pytest.mark.parametrize("what", ["doi", "huy", "xong"])
def test_another_account_s_registration_is_not_found(phones: Phones, what: str) -> None:
    victim, thief = open_book(phones, THEIRS), open_book(phones, client=browser("198.51.100.9"))
    theirs, mine = add(victim), add(thief)
    registration = register(victim, theirs).split("/")[-2]
    for link in (mine, theirs):
        for wanted in (registration, str(uuid4())):
            address = f"{BOOK}nguoi/{link}/dang-ky/{what}/{wanted}/"
            assert thief.get(address).status_code == 404
            assert thief.post(address, {"times": []}).status_code in {404, 405}
    assert "Đã đăng ký · chờ lịch" in text_of(victim.get(f"{BOOK}nguoi/{theirs}/").content)
