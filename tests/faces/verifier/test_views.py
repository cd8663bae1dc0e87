from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.test import Client

from tests.domain.certificates import golden
from tests.faces.verifier.trusted import believe, shown
from tiemchung.kernel.wire import to_base64url


@pytest.fixture(autouse=True)
def _at_the_gate(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    with as_worker():
        believe()
    set_time(golden.NOW)


@pytest.mark.parametrize(
    ("name", "word", "says"),
    [
        ("ours", "Được qua", "Chữ ký đúng. Đã tiêm mũi 2 trong 2."),
        ("another country's", "Được qua", "Nguyễn Thị Ánh Hằng"),
        ("a pass", "Xem kỹ", "Giấy tạm. Danh tính chưa đối chiếu xong."),
        ("a pass shown as a certificate", "Dừng", "Giấy tạm không dùng thay chứng nhận được."),
        ("revoked", "Dừng", "đã bị thu hồi ngày 19/10/2021"),
        ("ended yesterday", "Dừng", "hết hạn ngày 22/10/2021"),
        ("a self-made key under its own id", "Dừng", "Không rõ ai ký"),
        ("a bomb", "Dừng", "không đọc hết được"),
    ],
)
def test_the_server_says_the_verdict_without_a_script(name: str, word: str, says: str) -> None:
    answer = Client().post("/kiem-tra/ket-qua/", {"text": shown(name)})
    page = answer.content.decode()
    assert f">{word}</h1>" in page
    assert says in page
    assert "giả" not in page


def test_the_same_in_english() -> None:
    page = Client().post("/en/kiem-tra/ket-qua/", {"text": shown("revoked")}).content.decode()
    assert ">Stop</h1>" in page
    assert "was revoked on 19\u00a0October\u00a02021" in page


def test_an_empty_form_says_what_to_do() -> None:
    answer = Client().post("/kiem-tra/ket-qua/", {"text": " "})
    assert answer.status_code == 422
    assert "Dán chữ của mã QR vào ô này." in answer.content.decode()


def test_nothing_that_was_shown_is_stored(owner_connection: psycopg.Connection) -> None:
    def rows() -> dict[str, int]:
        found = owner_connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
        count = "select count(*) from {}"
        return {name: owner_connection.execute(count.format(name)).fetchone()[0] for (name,) in found}  # type: ignore[index]  # count(*) always has a row

    before = rows()
    Client().post("/kiem-tra/ket-qua/", {"text": shown("ours")})
    assert rows() == before


def test_the_lists_hold_every_published_key_and_never_the_passs() -> None:
    document = json.loads(Client().get("/kiem-tra/danh-sach.json").content)
    kids = {key["kid"] for key in document["keys"]}
    assert to_base64url(golden.NATIONAL) in kids
    assert to_base64url(golden.FOREIGN) in kids
    assert to_base64url(golden.PROVISIONAL) not in kids
    assert list(document["revoked"]) == ["2021-10-19"]
    assert list(document["replaced"]) == ["2021-10-20"]


def test_a_script_asks_for_a_pass_by_json() -> None:
    answer = Client().post("/kiem-tra/ket-qua/", {"text": shown("a pass")}, headers={"accept": "application/json"})
    told = json.loads(answer.content)
    assert (told["word"], told["why"]) == ("look", "provisional")
    assert told["shown"]["name"] == "Nguyễn Thị Ánh Hằng"


def test_the_log_is_public_and_pages_by_id() -> None:
    assert json.loads(Client().get("/kiem-tra/nhat-ky.json").content) == {"lines": []}
    assert Client().get("/kiem-tra/nhat-ky.json?after=nonsense").status_code == 404
