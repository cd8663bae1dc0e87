"""Zones are a decision's copy: entered by an officer of the whole province, with number and source, and seen at the roadside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from tests.domain.certificates import golden
from tests.domain.movement.conftest import checkpoint
from tests.domain.movement.travelers import DAY, checked, declaration
from tests.faces.station.scenery import signed_in
from tiemchung.domain.access import actions as access
from tiemchung.domain.certificates.values import Word
from tiemchung.domain.places.values import Checkpoint
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

__all__ = ["checkpoint"]
AsWorker = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def officer(checkpoint: Checkpoint, as_worker: AsWorker, set_time: Callable[..., None]) -> Client:
    del checkpoint
    set_time(golden.NOW)
    with as_worker():
        hire("tinh", place="79")
    return signed_in("tinh")


def hire(login: str, *, place: str, level: str = "province", era: str = "2021") -> None:
    roles = [{"role": "planner", "level": level, "era": era, "place": place}]
    row = {"id": str(uuid7()), "name": "Lê Thị Tỉnh", "login": login, "roles": roles}
    access.load_staff([row], actor=SYSTEM, now=golden.NOW)


def told(**other: str) -> dict[str, str]:
    usual = {
        "id": str(uuid7()),
        "code": "79",
        "level": "cấp 4",
        "closed": "yes",
        "first": DAY.isoformat(),
        "last": "",
        "decision": "3900/QĐ-UBND",
        "source": "hochiminhcity.gov.vn",
    }
    return usual | other


def zones(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select code, level, decision, valid_to from places_declaredzone").fetchall()


def test_a_declared_zone_is_seen_at_the_roadside_and_in_the_journal(
    officer: Client, checkpoint: Checkpoint, owner_connection: psycopg.Connection
) -> None:
    assert checked(declaration(), checkpoint).word is Word.PASS
    form = told()
    for _click in range(2):
        assert officer.post("/chot/vung/", form).status_code == 302
    assert zones(owner_connection) == [("79", "cấp 4", "3900/QĐ-UBND", None)]
    found = checked(declaration(), checkpoint)
    assert (found.word, found.zone) == (Word.LOOK, "cấp 4")
    page = officer.get("/chot/vung/").content.decode()
    assert "Quyết định 3900/QĐ-UBND" in page
    kept = owner_connection.execute("select id from journal_entry where kind = 'zone-declared'").fetchall()
    assert kept == [(UUID(form["id"]),)]
    ended = {"last": DAY.isoformat(), "decision": "4000/QĐ-UBND"}
    for status in (302, 409):
        assert officer.post(f"/chot/vung/{form['id']}/het/", ended).status_code == status
    assert zones(owner_connection) == [("79", "cấp 4", "3900/QĐ-UBND", DAY)]
    tomorrow = declaration(day=DAY + timedelta(days=1))
    assert checked(tomorrow, checkpoint, later=timedelta(days=1)).word is Word.PASS


def test_a_zone_that_does_not_close_lets_travelers_pass(officer: Client, checkpoint: Checkpoint) -> None:
    officer.post("/chot/vung/", told(closed=""))
    assert checked(declaration(), checkpoint).word is Word.PASS


def test_a_form_whose_id_stands_for_another_record_says_so(
    officer: Client, owner_connection: psycopg.Connection
) -> None:
    ((used,),) = owner_connection.execute(
        "select id from journal_entry where kind <> 'zone-declared' limit 1"
    ).fetchall()
    answer = officer.post("/chot/vung/", told(id=str(used)))
    assert answer.status_code == 409
    assert "trang này đã dùng để ghi một việc khác" in answer.content.decode()
    assert zones(owner_connection) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": " "},
        {"decision": ""},
        {"source": ""},
        {"code": ""},
        {"first": "mai"},
        {"first": "2012-10-23"},
        {"last": "2021-10-01"},
        {"last": "31/12/2021"},
    ],
)
def test_a_zone_without_its_decision_is_refused_and_what_was_typed_stays(
    officer: Client, owner_connection: psycopg.Connection, wrong: dict[str, str]
) -> None:
    answer = officer.post("/chot/vung/", told(**wrong))
    assert answer.status_code == 409
    assert "hochiminhcity.gov.vn" in answer.content.decode() or "source" in wrong
    assert zones(owner_connection) == []


def test_nobody_closes_another_province_nor_a_district_officer_the_district(
    officer: Client, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    for code in ("01", "77", "99999"):
        assert officer.post("/chot/vung/", told(code=code)).status_code == 403
    form = told()
    officer.post("/chot/vung/", form)
    with as_worker():
        hire("quan", place="760", level="district")
        hire("tinh-khac", place="77")
    district, other = signed_in("quan"), signed_in("tinh-khac")
    assert district.post("/chot/vung/", told(code="760")).status_code == 403
    assert "Chỉ cán bộ phụ trách cả tỉnh" in district.get("/chot/vung/").content.decode()
    ended = {"last": DAY.isoformat(), "decision": "x"}
    assert other.post(f"/chot/vung/{form['id']}/het/", ended).status_code == 409
    assert "3900/QĐ-UBND" not in other.get("/chot/vung/").content.decode()
    assert zones(owner_connection) == [("79", "cấp 4", "3900/QĐ-UBND", None)]


def test_since_july_2025_a_zone_is_a_province_or_a_commune_of_today(
    committed_db: None, as_worker: AsWorker, set_time: Callable[..., None], owner_connection: psycopg.Connection
) -> None:
    set_time(datetime(2026, 4, 6, 2, 0, tzinfo=UTC))
    with as_worker():
        hire("tinh", place="79", era="2025")
    client = signed_in("tinh")
    form = client.get("/chot/vung/").content.decode()
    assert '<option value="26740">Phường Sài Gòn</option>' in form
    assert "Quận 1" not in form
    assert client.post("/chot/vung/", told(code="26740", first="2026-04-06")).status_code == 302
    stored = owner_connection.execute("select era, code from places_declaredzone").fetchall()
    assert stored == [("2025", "26740")]
    page = client.get("/chot/vung/").content.decode()
    assert "Phường Sài Gòn, Thành phố Hồ Chí Minh" in page
