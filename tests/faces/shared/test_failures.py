from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tiemchung.faces.shared import failures


@pytest.mark.parametrize(
    ("answer", "status", "vietnamese"),
    [
        (failures.not_understood, 400, "Trang không hiểu yêu cầu này"),
        (failures.not_allowed, 403, "Bạn chưa được mở trang này"),
        (failures.not_found, 404, "Không có trang này"),
    ],
)
def test_each_failure_says_what_happened(answer: Callable[..., HttpResponse], status: int, vietnamese: str) -> None:
    page = answer(RequestFactory().get("/"), Exception())
    assert page.status_code == status
    assert vietnamese in page.content.decode()


def test_our_own_fault_says_what_is_safe() -> None:
    page = failures.our_fault(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "vẫn còn nguyên" in page.content.decode()


def test_an_address_without_a_page_answers_in_its_language() -> None:
    assert "There is no such page" in Client().get("/en/khong-co/").content.decode()
    assert "Không có trang này" in Client().get("/khong-co/").content.decode()


@pytest.mark.usefixtures("db")
def test_a_form_without_its_token_says_that_nothing_was_recorded() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "thao", "password": "x"})
    assert answer.status_code == 403
    assert "chưa ghi gì" in answer.content.decode()
