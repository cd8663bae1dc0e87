"""A session's list for a batch of vaccine on the workbench: one officer puts it forward, another approves, then it is told."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.domain.campaigns.files import changed
from tests.faces.center.officers import SignIn
from tests.faces.workbench.test_views import BINH, TU, hidden, kept, opened


@pytest.fixture
def tu(sign_in: SignIn) -> Client:
    return sign_in("tu", **TU)


@pytest.fixture
def session(tu: Client) -> str:
    """A session for which two people were called."""
    kept(tu, *(changed(name=f"Lê Văn {name}", number="", phone="") for name in ("An", "Ba")))
    session = opened(tu)
    tu.post(f"{session}viec/", {"viec": "xep"})
    return session


def put_forward(client: Client, session: str, *, times: int = 1) -> str:
    told = hidden(client.get(session).content.decode(), "ds")
    for _ in range(times):
        answer = client.post(f"{session}viec/", {"viec": "trinh", "ds": told, "dot": "Đợt 5, lô FD9234"})
        assert answer.status_code == 302
    return told


def words(client: Client, address: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()).split())


def test_one_puts_a_list_forward_another_approves_it_and_then_it_is_told(
    tu: Client, session: str, sign_in: SignIn
) -> None:
    told = put_forward(tu, session, times=2)
    page = words(tu, session)
    assert "Đợt 5, lô FD9234 · 2 người · Chờ duyệt" in page
    assert "2 người có chỗ chưa được mời vì chưa có trong danh sách được duyệt" in page
    assert "Một cán bộ khác duyệt danh sách này" in page
    assert "Duyệt danh sách 2 người" not in page
    tu.post(f"{session}viec/", {"viec": "moi"})
    assert "2 người chưa được mời vì chưa có trong danh sách được duyệt" in words(tu, session)
    own = tu.post(f"{session}viec/", {"viec": "duyet", "ds": told})
    assert (own.status_code, "không tự duyệt" in own.content.decode()) == (422, True)

    lan = sign_in("lan", **TU)
    assert "Danh sách chờ duyệt" in words(lan, "/cong-tac/buoi/")
    assert "Duyệt danh sách 2 người" in words(lan, session)
    for _ in range(2):
        assert lan.post(f"{session}viec/", {"viec": "duyet", "ds": told}).status_code == 302
    assert "Danh sách chờ duyệt" not in words(lan, "/cong-tac/buoi/")
    assert "Đã duyệt, chưa mời" in words(lan, session)
    lan.post(f"{session}viec/", {"viec": "moi"})
    assert "2 người không có điện thoại cần giấy mời" in words(lan, session)


def test_a_list_is_sent_back_with_a_reason_and_can_be_put_forward_anew(
    tu: Client, session: str, sign_in: SignIn
) -> None:
    told, lan = put_forward(tu, session), sign_in("lan", **TU)
    without = lan.post(f"{session}viec/", {"viec": "tra", "ds": told, "ly-do": " "})
    assert (without.status_code, "Ghi lý do" in without.content.decode()) == (422, True)
    lan.post(f"{session}viec/", {"viec": "tra", "ds": told, "ly-do": "Thiếu tổ 12"})
    page = words(tu, session)
    assert "Thiếu tổ 12" in page
    assert "Trình duyệt danh sách 2 người chưa mời" in page
    late = lan.post(f"{session}viec/", {"viec": "duyet", "ds": told})
    assert (late.status_code, "vừa được người khác quyết định" in late.content.decode()) == (422, True)
    assert put_forward(tu, session) != told


def test_another_ward_finds_no_list_and_an_id_that_is_none_is_not_found(
    tu: Client, session: str, sign_in: SignIn
) -> None:
    told = put_forward(tu, session)
    assert tu.post(f"{session}viec/", {"viec": "duyet", "ds": "x"}).status_code == 404
    binh = sign_in("binh", **BINH)
    assert binh.post(f"{session}viec/", {"viec": "duyet", "ds": told}).status_code >= 400
    assert "Chờ duyệt" in words(tu, session)


def test_where_no_list_was_put_forward_nobody_is_said_to_wait_for_one(tu: Client, session: str) -> None:
    tu.post(f"{session}viec/", {"viec": "moi"})
    page = words(tu, session)
    assert "2 người không có điện thoại cần giấy mời" in page
    assert "danh sách được duyệt" not in page
