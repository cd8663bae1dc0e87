from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from django.test import Client
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

from tests.domain.certificates import golden
from tests.faces.verifier.trusted import believe, shown
from tiemchung.kernel.wire import from_base64url, to_base64url


@pytest.fixture(autouse=True)
def _at_the_gate(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    with as_worker():
        believe()
    set_time(golden.NOW)


def published(name: str, *, kind: str) -> dict[str, Any]:
    """Return a published document after its signature was checked by the published key."""
    key = ECKey.import_key(json.loads(Client().get("/kiem-tra/khoa.json").content))
    opened = jws.deserialize_json(json.loads(Client().get(f"/kiem-tra/{name}").content), key)
    assert opened.headers()["typ"] == kind
    found: dict[str, Any] = json.loads(opened.payload or b"")
    return found


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
    document = published("danh-sach.json", kind="tc-lists+jws")
    kids = {key["kid"] for key in document["keys"]}
    assert to_base64url(golden.NATIONAL) in kids
    assert to_base64url(golden.FOREIGN) in kids
    assert to_base64url(golden.PROVISIONAL) not in kids
    assert list(document["revoked"]) == ["2021-10-19"]
    assert list(document["replaced"]) == ["2021-10-20"]


def test_a_list_that_was_changed_on_its_way_is_not_signed() -> None:
    key = ECKey.import_key(json.loads(Client().get("/kiem-tra/khoa.json").content))
    told = json.loads(Client().get("/kiem-tra/danh-sach.json").content)
    body = json.loads(from_base64url(told["payload"])) | {"revoked": {}}
    changed: Any = {**told, "payload": to_base64url(json.dumps(body).encode())}
    with pytest.raises(BadSignatureError):
        jws.deserialize_json(changed, key)


def test_a_code_that_turns_is_judged_by_what_it_wraps() -> None:
    page = Client().post("/kiem-tra/ket-qua/", {"text": f"TL1:ABCDEFGH:{shown('ours')}"}).content.decode()
    assert ">Được qua</h1>" in page


def test_a_script_asks_for_a_pass_by_json() -> None:
    answer = Client().post("/kiem-tra/ket-qua/", {"text": shown("a pass")}, headers={"accept": "application/json"})
    told = json.loads(answer.content)
    assert (told["word"], told["why"]) == ("look", "provisional")
    assert told["shown"]["name"] == "Nguyễn Thị Ánh Hằng"


def test_the_log_is_public_and_pages_by_id() -> None:
    assert published("nhat-ky.json", kind="tc-log+jws")["lines"] == []
    assert Client().get("/kiem-tra/nhat-ky.json?after=nonsense").status_code == 404
