"""The demo's hospital: admitted by the demo, and reading over HTTP with its own key what a citizen allowed it."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.domain.access.people_known import NOW
from tests.faces.healthbook.conftest import phones
from tests.faces.partners.hospital import own_keys
from tests.faces.partners.test_consent import Book, book
from tiemchung.domain.access import queries
from tiemchung.project import demo_hospital
from tiemchung_world import hospital

pytestmark = pytest.mark.django_db
__all__ = ["book", "phones"]
HERE = "http://testserver"


@pytest.fixture
def key_file(set_time: Callable[[datetime], None], settings: Settings, keys_folder: Path, tmp_path: Path) -> Path:
    set_time(NOW)
    (tmp_path / "keys").mkdir()
    own_keys(settings, keys_folder, tmp_path / "keys")
    return demo_hospital.admit(tmp_path)


@pytest.fixture(autouse=True)
def over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hospital's requests reach the platform of this test instead of a port."""

    def ask(_url: str, address: str, *, form: Mapping[str, str] | None = None, token: str = "") -> dict[str, Any]:
        client = Client(headers={"authorization": f"Bearer {token}"} if token else {})
        answer = client.get(address) if form is None else client.post(address, form)
        if answer.status_code != hospital.OK:
            raise hospital.RefusedError(f"{answer.status_code} {address}: {answer.content.decode()}")
        told: dict[str, Any] = json.loads(answer.content)
        return told

    monkeypatch.setattr(hospital, "_ask", ask)


def test_the_hospital_reads_a_book_with_the_code_its_owner_gives_it(
    key_file: Path, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    code = book.allow(client=demo_hospital.CLIENT)
    assert hospital.main(["--url", HERE, "--key", str(key_file), code]) == 0
    patient, doses, ahead = json.loads(capsys.readouterr().out)
    assert (patient["resourceType"], patient["id"]) == ("Patient", str(book.person))
    assert [entry["resource"]["resourceType"] for entry in doses["entry"]] == ["Immunization"]
    assert ahead["resourceType"] == "Bundle"
    assert hospital.main(["--url", HERE, "--key", str(key_file), code]) == 1
    assert "invalid_grant" in capsys.readouterr().err


def test_a_terminal_without_vietnamese_letters_loses_none_of_a_name(
    key_file: Path, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = io.BytesIO()
    # As the command line sets it under LC_ALL=C, where Python was not told to write UTF-8 all the same.
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(told, encoding="ascii", errors="replace", write_through=True))
    assert hospital.main(["--url", HERE, "--key", str(key_file), book.allow(client=demo_hospital.CLIENT)]) == 0
    (name,) = json.loads(told.getvalue())[0]["name"]
    assert "?" not in name["text"]
    assert not name["text"].isascii()


def test_the_hospital_reads_what_was_ticked_and_asks_for_nothing_else(
    key_file: Path, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    code = book.allow(client=demo_hospital.CLIENT, scope=["patient/Immunization.rs"])
    assert hospital.main(["--url", HERE, "--key", str(key_file), code]) == 0
    (doses,) = json.loads(capsys.readouterr().out)
    assert [entry["resource"]["resourceType"] for entry in doses["entry"]] == ["Immunization"]


def test_without_a_code_the_hospital_reads_again_what_it_may_until_the_owner_shuts_it(
    key_file: Path, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--url", HERE, "--key", str(key_file)]
    assert hospital.main(words) == 1
    assert "No book is open" in capsys.readouterr().err
    assert hospital.main([*words, book.allow(client=demo_hospital.CLIENT)]) == 0
    first = json.loads(capsys.readouterr().out)
    kept = key_file.with_suffix(".books.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert hospital.main(words) == 0
    assert json.loads(capsys.readouterr().out)[0] == first[0]
    (consent,) = book.consents()
    book.client.post(f"{book.address}cho-phep/{consent}/thoi/")
    assert hospital.main(words) == 1
    assert f"The book of {book.person} is shut" in capsys.readouterr().err
    assert json.loads(kept.read_text()) == {}, "what is over is not kept"


def test_the_demo_admits_its_hospital_once_and_leaves_the_operator_s_own_partners(key_file: Path) -> None:
    partners = key_file.parent / "keys" / "partners.json"
    assert [stat.S_IMODE(file.stat().st_mode) for file in (key_file, partners)] == [0o600, 0o600]
    before = key_file.read_bytes(), partners.read_bytes()
    assert demo_hospital.admit(key_file.parent) == key_file
    assert (key_file.read_bytes(), partners.read_bytes()) == before
    partners.write_text(json.dumps([{**json.loads(partners.read_text())[0], "client": "nha-thuoc"}]))
    assert demo_hospital.admit(key_file.parent) == key_file
    assert queries.partner("nha-thuoc") is not None
    known = queries.partner(demo_hospital.CLIENT)
    assert known is not None
    assert not any(scope.startswith("system/") for scope in known.scopes)
