from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from pytest_django import Settings

from tests.faces.center.officers import sign_in_as
from tiemchung.faces.shared import failures
from tiemchung.faces.shared.refusals import RefusalMiddleware


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


def test_a_form_too_long_to_be_read_says_so(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000, 5
    for told in ({"story": "x" * 2_000}, {f"field-{n}": "" for n in range(6)}):
        page = Client().post("/phan-anh/", told, headers={"accept": "text/html"})
        assert page.status_code == 413
        assert "Gửi lên dài quá, chưa ghi gì" in page.content.decode()


def test_our_own_fault_says_what_is_safe() -> None:
    page = failures.our_fault(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "vẫn còn nguyên" in page.content.decode()


def test_an_address_without_a_page_answers_in_its_language() -> None:
    assert "There is no such page" in Client().get("/en/khong-co/").content.decode()
    assert "Không có trang này" in Client().get("/khong-co/").content.decode()


def test_an_address_that_a_button_opens_says_so_when_it_is_typed() -> None:
    answer = Client().get("/en/so-suc-khoe/vao/gui-lai/", headers={"accept": "text/html"})
    assert answer.status_code == 405
    assert "Only a button opens this page" in answer.content.decode()
    assert "POST" in answer["Allow"]
    machine = RefusalMiddleware(lambda _request: HttpResponseNotAllowed(["POST"]))
    assert machine(RequestFactory().get("/api/devices/batches")).content == b""


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("address", "leads_to"),
    [("/station/nowhere/", 'href="/station/"'), ("/en/kho/a/b/c/d/", 'href="/en/kho/"'), ("/nowhere/", 'href="/"')],
)
def test_whoever_gets_stuck_is_led_to_where_their_face_begins(address: str, leads_to: str) -> None:
    assert leads_to in Client().get(address).content.decode().partition("<main")[2]


@pytest.mark.usefixtures("db")
def test_a_form_without_its_token_says_that_nothing_was_recorded() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "thao", "password": "x"})
    assert answer.status_code == 403
    assert "chưa ghi gì" in answer.content.decode()


@pytest.mark.parametrize(("address", "status"), [("/station/khong-co/", 404), ("/kho/99-9999/", 403)])
def test_who_is_signed_in_stays_on_the_staff_side_when_something_is_refused(
    committed_db: None, address: str, status: int
) -> None:
    answer = sign_in_as("tho", role="duty-officer", level="everywhere").get(address)
    assert answer.status_code == status
    assert "tc-band" in answer.content.decode()
    assert "tc-hem" in Client().get("/khong-co/").content.decode()


def test_our_own_fault_asks_nothing_more_of_the_database() -> None:
    class Broken:
        @property
        def is_authenticated(self) -> bool:
            raise AssertionError

    request = RequestFactory().get("/station/")
    request.user = Broken()  # type: ignore[assignment]  # stands for a session that cannot be read
    assert failures.our_fault(request).status_code == 500
