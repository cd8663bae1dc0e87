from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tiemchung.domain.mending.values import MOST_SLIPS
from tiemchung.faces.portal.complaints import FILED_PER_HOUR

pytestmark = pytest.mark.django_db

STORY = "Sổ thiếu mũi ngày 13/09."


@pytest.fixture(autouse=True)
def _no_hour_before() -> None:
    cache.clear()


def form(client: Client) -> dict[str, str]:
    page = client.get("/phan-anh/").content.decode()
    found = re.search(r'name="id" value="([^"]+)"', page)
    assert found
    return {"id": found[1], "kind": "missing-dose", "story": STORY, "phone": ""}


def number_of(page: str) -> str:
    found = re.search(r"<strong>(\w{5}-\w{5})</strong>", page)
    assert found
    return found[1]


def test_a_double_click_files_one_complaint() -> None:
    client = Client()
    told = form(client)
    first, second = (number_of(client.post("/phan-anh/", told).content.decode()) for _ in range(2))
    assert first == second


def test_its_number_tells_how_it_stands_and_nothing_of_what_was_written() -> None:
    client = Client()
    number = number_of(client.post("/phan-anh/", form(client)).content.decode())
    page = Client().post("/phan-anh/so/", {"number": number.lower()}).content.decode()
    assert "Thiếu mũi tiêm" in page
    assert "Chờ xem" in page
    assert STORY not in page


def test_a_refused_form_comes_back_as_it_was_written() -> None:
    answer = Client().post("/phan-anh/", form(Client()) | {"kind": "", "phone": "0912345678"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert STORY in page
    assert "0912345678" in page
    assert "<title>Lỗi: " in page


def test_more_photos_than_are_kept_are_not_dropped_in_silence() -> None:
    photos = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(MOST_SLIPS + 1)]
    page = Client().post("/phan-anh/", form(Client()) | {"slip": photos}).content.decode()
    assert "Mỗi phản ánh kèm tối đa 3 ảnh." in page
    assert STORY in page


def test_markup_in_a_story_stays_text() -> None:
    page = Client().post("/phan-anh/", form(Client()) | {"kind": "", "story": "</textarea><script>x</script>"})
    assert "<script>x" not in page.content.decode()


def test_an_id_of_no_shape_is_replaced() -> None:
    assert Client().post("/phan-anh/", form(Client()) | {"id": "1900"}).status_code == 200


def test_one_address_cannot_flood_the_queue() -> None:
    client = Client()
    for _ in range(FILED_PER_HOUR):
        assert client.post("/phan-anh/", form(client)).status_code == 200
    assert client.post("/phan-anh/", form(client)).status_code == 409
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post("/phan-anh/", form(elsewhere)).status_code == 200


def test_a_stranger_who_guesses_numbers_is_told_the_same_and_soon_nothing() -> None:
    client = Client()
    page = client.post("/phan-anh/so/", {"number": "22222-22222"}).content.decode()
    assert "Không có phản ánh mang số này" in page
    answers = [client.post("/phan-anh/so/", {"number": "33333-33333"}).status_code for _ in range(61)]
    assert answers[-1] == 409


def test_a_question_without_a_number_asks_for_it_and_a_page_just_opened_does_not() -> None:
    assert "Ghi số phản ánh vào ô này" in Client().post("/phan-anh/so/", {"number": " "}).content.decode()
    assert "Ghi số phản ánh vào ô này" not in Client().get("/phan-anh/so/").content.decode()
