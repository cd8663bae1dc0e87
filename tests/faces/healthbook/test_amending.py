"""A typing error in a claim is put right: by its own account, while it is a claim, and nobody is looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from tests.domain.access.people_known import NOW
from tests.faces.healthbook.citizens import BOOK, THEIRS, Phones, add, browser, open_book, slip, text_of, vaccinated
from tests.faces.healthbook.test_registering import campaign, register

__all__ = ["campaign"]


@pytest.fixture(autouse=True)
def in_2021(committed_db: None, set_time: Callable[[datetime], None]) -> None:
    set_time(NOW)


def put_right(client: Client, link: UUID, **answers: str) -> str:
    """Walk back to the question of a name and answer it anew; return the book's page."""
    led_to = client.get(f"{BOOK}nguoi/{link}/sua/")
    assert led_to["Location"] == f"{BOOK}them/xem-lai/"
    assert "Sửa điều đã ghi" in text_of(client.get(led_to["Location"]).content)
    answer = client.post(f"{BOOK}them/ten/", {"back-to-check": "xem-lai", **answers})
    assert answer["Location"] == f"{BOOK}them/xem-lai/"
    assert client.post(f"{BOOK}them/xem-lai/")["Location"] == f"{BOOK}nguoi/{link}/"
    return text_of(client.get(f"{BOOK}nguoi/{link}/").content)


def test_a_mistyped_name_is_put_right_and_the_rest_stays(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client, name="Nguyễn Thị Ánh Hăng")
    page = put_right(client, link, name="Nguyễn Thị Ánh Hằng")
    assert "Nguyễn Thị Ánh Hằng" in page
    assert "Hăng" not in page
    assert "02/03/1987" in page
    assert "4417" in page
    assert text_of(client.get(f"{BOOK}gia-dinh/").content).count("Tự khai") == 1, "nobody was added"


def test_whoever_adds_somebody_afterwards_puts_nobody_right(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    client.get(f"{BOOK}nguoi/{link}/sua/")
    mother = add(client, relation="helped", agreed="1", name="Trần Thị Tư", number="", none="1", year="1952")
    assert mother != link
    family = text_of(client.get(f"{BOOK}gia-dinh/").content)
    assert "Trần Thị Tư" in family
    assert "Nguyễn Thị Ánh Hằng" in family


def test_who_is_registered_takes_that_back_first(phones: Phones) -> None:
    client = open_book(phones)
    link = add(client)
    registration = register(client, link).split("/")[-2]
    answer = client.get(f"{BOOK}nguoi/{link}/sua/")
    assert answer.status_code == 409
    assert "Hủy đăng ký, sửa, rồi đăng ký lại" in text_of(answer.content)
    client.post(f"{BOOK}nguoi/{link}/dang-ky/huy/{registration}/")
    put_right(client, link, name="Nguyễn Thị Ánh")
    register(client, link)
    assert "Đã đăng ký · chờ lịch" in text_of(client.get(f"{BOOK}nguoi/{link}/").content)


def test_a_book_that_is_open_and_another_account_s_claim_are_not_put_right(phones: Phones) -> None:
    person = vaccinated(commune="27478")
    client = open_book(phones)
    proved = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987"})["Location"].split("/")[-2]
    assert client.get(f"{BOOK}nguoi/{proved}/sua/").status_code == 404
    theirs = add(open_book(phones, THEIRS, client=browser("198.51.100.9")))
    assert client.get(f"{BOOK}nguoi/{theirs}/sua/").status_code == 404
