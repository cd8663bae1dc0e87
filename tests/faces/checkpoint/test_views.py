from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import psycopg
import pytest
from django.test import Client

from tests.domain.certificates import golden
from tests.domain.movement.conftest import checkpoint
from tests.domain.movement.travelers import declaration
from tests.faces.checkpoint.officers import hire
from tests.faces.station.scenery import signed_in
from tests.faces.verifier.trusted import shown
from tiemchung.domain.places.values import Checkpoint

__all__ = ["checkpoint"]

AsWorker = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def officer(checkpoint: Checkpoint, as_worker: AsWorker, set_time: Callable[..., None]) -> Client:
    set_time(golden.NOW)
    with as_worker():
        hire("chot", "checkpoint")
    client = signed_in("chot")
    client.post("/chot/chon/", {"code": checkpoint.code})
    return client


def slip_of(page: str) -> str:
    found = re.search(r'name="slip" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def passages(connection: psycopg.Connection) -> list[tuple[str, ...]]:
    return connection.execute("select checkpoint, verdict, rule from movement_passage order by id").fetchall()


def test_an_officer_chooses_where_they_stand(
    checkpoint: Checkpoint, as_worker: AsWorker, set_time: Callable[..., None]
) -> None:
    set_time(golden.NOW)
    with as_worker():
        hire("chot", "checkpoint")
    client = signed_in("chot")
    assert "Chốt cầu Phú Mỹ, làn 2" in client.get("/chot/").content.decode()
    assert "Quét mã của người đi đường" not in client.get("/chot/").content.decode()
    client.post("/chot/chon/", {"code": checkpoint.code})
    assert "Quét mã của người đi đường" in client.get("/chot/").content.decode()


def test_a_certificate_passes_and_only_the_passage_is_kept(
    officer: Client, checkpoint: Checkpoint, owner_connection: psycopg.Connection
) -> None:
    page = officer.post("/chot/kiem/", {"text": shown("ours")}).content.decode()
    assert ">Được qua</h1>" in page
    assert "Nguyễn Thị Ánh Hằng" in page
    assert passages(owner_connection) == []
    slip = slip_of(page)
    for _ in range(2):
        officer.post("/chot/qua/", {"slip": slip, "decision": "passed"})
    assert passages(owner_connection) == [(checkpoint.code, "passed", "signed")]
    assert "1 qua, 0 giữ lại" in officer.get("/chot/").content.decode()


def test_a_provisional_pass_leaves_the_choice_to_the_officer(
    officer: Client, checkpoint: Checkpoint, owner_connection: psycopg.Connection
) -> None:
    page = officer.post("/chot/kiem/", {"text": shown("a pass")}).content.decode()
    assert ">Xem kỹ</h1>" in page
    assert 'value="let-through"' in page
    officer.post("/chot/qua/", {"slip": slip_of(page), "decision": "held"})
    assert passages(owner_connection) == [(checkpoint.code, "held", "provisional")]


def test_a_revoked_certificate_stops_kindly(officer: Client) -> None:
    page = officer.post("/chot/kiem/", {"text": shown("revoked")}).content.decode()
    assert ">Dừng</h1>" in page
    assert "19/10/2021" in page
    assert 'value="stopped"' in page
    assert "giả" not in page


def test_a_declaration_shows_initials_and_birth_year_and_no_name(officer: Client) -> None:
    page = officer.post("/chot/kiem/", {"text": declaration()}).content.decode()
    assert ">Được qua</h1>" in page
    assert "N.T.Đ · sinh 1987" in page
    assert "Nguyễn" not in page


def test_a_slip_of_another_checkpoint_or_made_up_notes_nothing(
    officer: Client, owner_connection: psycopg.Connection
) -> None:
    page = officer.post("/chot/kiem/", {"text": shown("ours")}).content.decode()
    slip = slip_of(page)
    answer = officer.post("/chot/qua/", {"slip": f"{slip}x", "decision": "passed"})
    assert answer.status_code == 409
    assert "Quét lại" in answer.content.decode()
    assert passages(owner_connection) == []
    officer.post("/chot/qua/", {"slip": slip, "decision": "passed"})
    answer = officer.post("/chot/qua/", {"slip": f"{slip}x", "decision": "passed"})
    assert "1 qua, 0 giữ lại" in answer.content.decode(), "what passed before stays counted on the page"


def test_an_officer_of_another_ward_does_not_come_in(
    checkpoint: Checkpoint, as_worker: AsWorker, set_time: Callable[..., None]
) -> None:
    set_time(golden.NOW)
    with as_worker():
        hire("xa", "checkpoint", ward="26740")
    client = signed_in("xa")
    client.post("/chot/chon/", {"code": checkpoint.code})
    assert "Quét mã của người đi đường" not in client.get("/chot/").content.decode()
    assert client.post("/chot/kiem/", {"text": shown("ours")}).status_code == 302


def test_a_ward_enrolls_a_place_that_asks_and_ends_it(
    checkpoint: Checkpoint, as_worker: AsWorker, set_time: Callable[..., None]
) -> None:
    set_time(golden.NOW)
    with as_worker():
        hire("phuong", "ward-officer")
    client = signed_in("phuong")
    told = {"name": "Chợ Tân Phú", "kind": "market", "commune": "26734"}
    form = re.search(r'name="id" value="([^"]+)"', client.get("/chot/diem/").content.decode())
    assert form is not None
    for _click in range(2):
        assert client.post("/chot/diem/", {**told, "id": form[1]}).status_code == 302
    page = client.get("/chot/diem/").content.decode()
    assert page.count("Ngừng Chợ Tân Phú") == 1
    assert client.post("/chot/diem/", {**told, "commune": "26740"}).status_code == 403
    assert client.post("/chot/diem/", {**told, "name": " "}).status_code == 409
    client.post(f"/chot/diem/{checkpoint.code}/ngung/")
    assert "Chốt cầu Phú Mỹ" not in client.get("/chot/diem/").content.decode()


def test_a_traveler_declares_without_an_account_and_nothing_is_stored(
    committed_db: None, set_time: Callable[..., None], owner_connection: psycopg.Connection
) -> None:
    set_time(golden.NOW)
    client = Client()
    told = {"name": "Nguyễn Thị Đào", "born": "1987", "origin": "79", "destination": "77", "day": "2021-10-23"}
    page = client.post("/chot/to-khai/", told).content.decode()
    assert "N.T.Đ · sinh 1987" in page
    assert "<svg" in page
    text = re.search(r'data-text="(TD1:[^"]+)"', page)
    assert text is not None
    turned = client.post("/chot/to-khai/hinh/", {"text": text[1]}).content.decode()
    assert "Mã sống" in turned
    assert client.post("/chot/to-khai/hinh/", {"text": text[1] + "0"}).status_code == 404
    for table in ("django_session", "journal_entry", "movement_passage", "people_person"):
        assert owner_connection.execute(f"select count(*) from {table}").fetchone() == (0,)
    ward = client.post("/chot/to-khai/", {**told, "origin_in": "ben nghe"}).content.decode()
    assert "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh → " in ward
    several = client.post("/chot/to-khai/", {**told, "origin_in": "Tân Phú"})
    assert several.status_code == 422
    assert 'value="2021-767"' in several.content.decode()
    chosen = client.post("/chot/to-khai/", {**told, "origin_in": "Tân Phú", "origin_at": "2021-767"}).content.decode()
    assert "Quận Tân Phú, Thành phố Hồ Chí Minh → " in chosen
    province = client.post("/chot/to-khai/", {**told, "origin_in": "Tân Phú", "origin_at": "province"}).content.decode()
    assert "Thành phố Hồ Chí Minh → " in province
    assert "Quận Tân Phú" not in province
    for nowhere in ({"origin_in": "Ba Đình"}, {"origin_in": "Tân Phú", "origin_at": "2021-001"}):
        assert client.post("/chot/to-khai/", {**told, **nowhere}).status_code == 422
    wrong = client.post("/chot/to-khai/", {**told, "born": "87"})
    assert wrong.status_code == 422
    assert 'value="Nguyễn Thị Đào"' in wrong.content.decode()


IN_2026 = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


def test_since_july_2025_a_ward_enrolls_in_the_units_of_today(
    committed_db: None, as_worker: AsWorker, set_time: Callable[..., None], owner_connection: psycopg.Connection
) -> None:
    set_time(IN_2026)
    with as_worker():
        hire("phuong", "ward-officer", ward="26740", era="2025")
    client = signed_in("phuong")
    page = client.get("/chot/diem/").content.decode()
    assert "Phường Sài Gòn" in page
    assert "Bến Nghé" not in page
    assert client.post("/chot/diem/", {"name": "Chợ", "kind": "market", "commune": "26740"}).status_code == 302
    assert owner_connection.execute("select era, commune_code from places_checkpoint").fetchall() == [("2025", "26740")]


def test_since_july_2025_a_journey_begins_in_a_province_of_today_and_old_names_lie_within(
    committed_db: None, set_time: Callable[..., None]
) -> None:
    set_time(IN_2026)
    client = Client()
    form = client.get("/chot/to-khai/").content.decode()
    assert form[: form.index('name="day"')].count("<option") == 2 * (1 + 34)
    told = {"name": "Nguyễn Thị Đào", "born": "1987", "origin": "79", "destination": "01", "day": "2026-04-06"}
    page = client.post("/chot/to-khai/", {**told, "origin_in": "Phường Sài Gòn"}).content.decode()
    assert "Phường Sài Gòn, Thành phố Hồ Chí Minh → Thành phố Hà Nội" in page
    merged = client.post("/chot/to-khai/", {**told, "origin_in": "Thị xã Bến Cát"}).content.decode()
    assert "Bến Cát, Tỉnh Bình Dương → " in merged, "a district of a province that went into this one"
