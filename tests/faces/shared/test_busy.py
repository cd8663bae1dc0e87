"""A page that runs into the transaction's time says that the system is busy, and keeps nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from tests.domain.certificates import golden
from tests.faces.checkpoint.officers import WARD, hire
from tests.faces.shared.late import Late, by_a_model, by_a_statement
from tests.faces.station.scenery import signed_in
from tiemchung.domain.places import actions
from tiemchung.domain.places import queries as places
from tiemchung.kernel.ids import uuid7

PLACE = {"name": "Chợ Tân Phú", "kind": "market", "commune": WARD}
LOOKED_AT = {"accept": "text/html"}


@pytest.fixture
def officer(as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]) -> Client:
    set_time(golden.NOW)
    with as_worker():
        hire("phuong", "ward-officer")
    return signed_in("phuong")


@pytest.mark.parametrize("late", [by_a_statement, by_a_model])
def test_a_form_that_ran_out_of_time_is_503_and_may_be_sent_again(
    officer: Client, owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, late: Callable[[], None]
) -> None:
    told = PLACE | {"id": str(uuid7())}
    with monkeypatch.context() as patched:
        patched.setattr(actions, "enroll_checkpoint", Late(actions.enroll_checkpoint, late))
        answer = officer.post("/chot/diem/", told, headers=LOOKED_AT)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "Hệ thống đang bận, lần gửi này chưa xong" in page
    assert "những gì đã gõ vẫn còn" in page
    assert "tc-band" in page  # still on the staff's side of the house
    assert owner_connection.execute("select count(*) from places_checkpoint").fetchone() == (0,)
    assert officer.post("/chot/diem/", told, headers=LOOKED_AT).status_code == 302
    assert owner_connection.execute("select count(*) from places_checkpoint").fetchone() == (1,)


def test_a_page_that_ran_out_of_time_is_reloaded(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "checkpoints_within", by_a_statement)
    page = officer.get("/en/chot/diem/", headers=LOOKED_AT)
    assert page.status_code == 503
    assert "Wait a minute, then reload this page" in page.content.decode()


def test_a_machine_is_told_by_a_code_and_a_fault_of_ours_stays_one(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "checkpoints_within", by_a_statement)
    assert officer.get("/chot/diem/", headers={"accept": "application/json"}).json()["code"] == "busy"

    def wrong(*_told: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select what_is_not_there")

    monkeypatch.setattr(places, "checkpoints_within", wrong)
    officer.raise_request_exception = False
    assert officer.get("/chot/diem/", headers=LOOKED_AT).status_code == 500
