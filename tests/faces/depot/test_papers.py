"""Files from outside at the depot: papers of a consignment, and a logger's file, with what people and strangers do to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.domain.supply import depot
from tests.faces.depot.scenery import CITY, FRIDGE, KEEPER, LOT, NOW, RECEIVER, a_morning_at_the_store, somebody
from tests.faces.healthbook.citizens import text_of
from tiemchung.domain.supply import actions
from tiemchung.domain.supply.actions import papers
from tiemchung.kernel.ids import uuid7

PDF = b"%PDF-1.7\n" + bytes(range(256))
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(64)


@pytest.fixture(autouse=True)
def morning(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    set_time(NOW)
    a_morning_at_the_store(as_worker)


@pytest.fixture
def keeper() -> Client:
    return somebody(KEEPER)


def received() -> str:
    told = depot.consignment(LOT)
    actions.receive_consignment(told, actor=depot.keeper(), now=NOW)
    return str(told.id)


def hand_in(client: Client, consignment: str, content: bytes, *, name: str = "hóa đơn.pdf", **other: str) -> Any:
    form = {"id": str(uuid7()), "paper": SimpleUploadedFile(name, content), **other}
    return client.post(f"/kho/{CITY}/nhan/{consignment}/giay-to/", form)


def test_a_paper_is_kept_whole_given_out_as_a_file_and_its_digest_stands_in_the_journal(
    keeper: Client, owner_connection: psycopg.Connection
) -> None:
    consignment = received()
    for _click in range(2):
        assert hand_in(keeper, consignment, PDF).status_code == 302
    page = keeper.get(f"/kho/{CITY}/nhan/").content.decode()
    assert "hóa đơn.pdf" in page
    assert page.count("/giay-to/") == 2  # one link, and the form for another
    address = f"/kho/{CITY}/giay-to/" + page.split(f"/kho/{CITY}/giay-to/")[1].split('"')[0]
    given = keeper.get(address)
    assert given.content == PDF
    assert given["Content-Type"] == "application/pdf"
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"
    rows = owner_connection.execute("select sha256 from supply_paper").fetchall()
    assert rows == [(hashlib.sha256(PDF).hexdigest(),)]
    kinds = owner_connection.execute("select count(*) from journal_entry where kind = 'paper-kept'").fetchone()
    assert kinds == (1,)
    stranger = somebody(RECEIVER)
    assert stranger.get(address).status_code == 403
    assert stranger.get(address.replace(CITY, "79-0012")).status_code == 404
    assert hand_in(stranger, consignment, HEIC).status_code == 403


def test_a_phones_picture_is_taken_and_what_only_says_to_be_one_is_not(
    keeper: Client, owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    consignment = received()
    assert hand_in(keeper, consignment, HEIC, name="IMG_0412.HEIC").status_code == 302
    refused = hand_in(keeper, consignment, b"<script>alert(1)</script>", name="hoa-don.pdf")
    assert (refused.status_code, "Chỉ nhận PDF" in text_of(refused.content)) == (409, True)
    monkeypatch.setattr(papers, "MOST_BYTES", 300)
    assert "nặng hơn" in text_of(hand_in(keeper, consignment, PDF + bytes(300)).content)
    monkeypatch.setattr(papers, "MOST_PAPERS", 1)
    assert hand_in(keeper, consignment, PDF).status_code == 409
    assert keeper.post(f"/kho/{CITY}/nhan/{consignment}/giay-to/", {"id": str(uuid7())}).status_code == 422
    assert hand_in(keeper, str(uuid7()), PDF).status_code == 409
    assert owner_connection.execute("select name from supply_paper").fetchall() == [("IMG_0412.HEIC",)]


def logger_file(*temps: float) -> bytes:
    rows = [f"12/09/2021 {12 + place // 6:02}:{place % 6 * 10:02},{temp}" for place, temp in enumerate(temps)]
    return "\n".join(["Thời gian,Nhiệt độ", *rows]).encode("utf-8-sig")


def read(client: Client, content: bytes, **other: str) -> Any:
    form = {"id": str(uuid7()), "file": SimpleUploadedFile("may-ghi.csv", content), **other}
    return client.post(f"/kho/{CITY}/tu/{FRIDGE}/may-ghi/", form)


def test_a_loggers_file_becomes_readings_and_judges_each_lot_by_its_own_limits(
    keeper: Client, owner_connection: psycopg.Connection
) -> None:
    depot.released()
    content = logger_file(5, 5, 9, 9.5, 7, 5, 5, 5)
    page = text_of(read(keeper, content).content)
    assert "8 điểm đo" in page
    assert "Ngoài ngưỡng của tủ 20 phút" in page
    assert "20 phút, xa nhất 9,5 °C" in page
    query = "select temp_c, lowest_c, highest_c, minutes_outside, note from supply_reading order by taken_at"
    kept = [(5.0, 5.0, 9.5, 20, "logger"), (5.0, 5.0, 5.0, 0, "logger")]
    assert owner_connection.execute(query).fetchall() == kept
    assert "đã ghi trước đó" in text_of(read(keeper, content).content)
    assert owner_connection.execute(query).fetchall() == kept
    heard = owner_connection.execute("select count(*) from journal_entry where kind = 'logger-read'").fetchone()
    assert heard == (1,)
    assert "Trên 8 °C" in text_of(keeper.get(f"/kho/{CITY}/tu/{FRIDGE}/").content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (logger_file(5, 5) + b"\n13/09/2021 08:00,=cmd()", "dòng 4"),
        (b"time,temp\n12/09/2021 08:00,99\n", "Số đo hoặc giờ đo không thể đúng"),
        (b"time,temp\n12/09/2031 08:00,5\n", "Số đo hoặc giờ đo không thể đúng"),
        (b"\x89PNG", "dòng 0"),
    ],
)
def test_a_file_that_cannot_be_so_changes_nothing(
    keeper: Client, owner_connection: psycopg.Connection, content: bytes, says: str
) -> None:
    refused = read(keeper, content)
    assert refused.status_code == 409
    assert says in text_of(refused.content)
    assert owner_connection.execute("select count(*) from supply_reading").fetchone() == (0,)


def test_nobody_reads_a_file_into_somebody_elses_fridge(keeper: Client) -> None:
    assert read(somebody(RECEIVER), logger_file(5)).status_code == 403
    nowhere = {"id": str(uuid7()), "file": SimpleUploadedFile("x.csv", logger_file(5))}
    assert keeper.post(f"/kho/{CITY}/tu/KHONG/may-ghi/", nowhere).status_code == 404
    assert keeper.post(f"/kho/{CITY}/tu/{FRIDGE}/may-ghi/", {"id": str(uuid7())}).status_code == 422
