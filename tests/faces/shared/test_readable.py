from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/diem-tiem/%00/", "/phan-anh/?site=%00", "/kho/lo/?so=1%00", "/?%00=1"])
def test_a_nul_in_an_address_is_turned_away_before_the_database_sees_it(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 400
    assert "Trang không hiểu yêu cầu này" in answer.content.decode()


def test_a_nul_in_a_field_of_a_form_is_turned_away() -> None:
    answer = Client().post("/so-suc-khoe/vao/", {"phone": "0912345678\0"})
    assert answer.status_code == 400


def test_a_form_without_one_goes_on() -> None:
    assert Client().post("/so-suc-khoe/vao/", {"phone": "0912345678"}).status_code != 400


@pytest.mark.parametrize("address", ["/en//evil.example/", "//evil.example/en/", "/en///evil.example"])
def test_the_other_language_never_leads_to_another_host(address: str) -> None:
    page = Client().get(address).content.decode()
    assert 'href="//' not in page
    assert 'href="/en//' not in page
