"""A database that cannot take a batch now is no answer about the batch: the device is asked to come again."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db.utils import OperationalError
from django.test import Client

from tests.faces.devices.tablets import Tablet
from tests.faces.devices.test_api import opened, sent
from tiemchung.domain.intake import actions as intake
from tiemchung.kernel import wire
from tiemchung.plumbing import database
from tiemchung.project import wsgi


def test_a_database_that_cannot_now_asks_the_device_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadlock(_batch: bytes, **_: object) -> None:
        raise OperationalError("deadlock detected: Nguyễn Thị Hòa")

    monkeypatch.setattr(intake, "receive", deadlock)
    assert through(wsgi.application, b"{}\n")[0] == "503 Service Unavailable"
    answer = client.post("/api/devices/batches", b"{}\n", content_type="application/x-ndjson")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert answer.json()["code"] == "busy"
    assert "Hòa" not in answer.content.decode()


def through(door: Any, body: bytes, **told: str) -> tuple[str, dict[str, str], bytes]:
    """Send a batch through a door of the web process as the server would."""
    heard: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": wsgi.BATCHES,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-ndjson",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    answer = door(environ | told, lambda status, headers: heard.extend([status, dict(headers)]))
    return heard[0], heard[1], b"".join(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"no batch\n", {}, id="unreadable"),
        pytest.param(b"", {"REQUEST_METHOD": "GET"}, id="not sent"),
        pytest.param(b"", {"CONTENT_LENGTH": "99999999"}, id="too large"),
    ],
)
def test_the_door_for_batches_answers_as_the_door_for_pages_would(body: bytes, told: dict[str, str]) -> None:
    status, headers, content = through(wsgi.application, body, **told)
    status_of_pages, headers_of_pages, content_of_pages = through(wsgi.pages, body, **told)
    assert (status, content) == (status_of_pages, content_of_pages)
    assert headers["Content-Type"] == headers_of_pages["Content-Type"]
    assert headers["Content-Language"] == "vi"
    assert "Content-Security-Policy" not in headers
    assert "Content-Security-Policy" in headers_of_pages


def posted(client: Client, batch: bytes) -> tuple[int, str]:
    answer = client.post("/api/devices/batches", batch, content_type="application/x-ndjson")
    return answer.status_code, str(answer.json().get("code", ""))


@pytest.mark.django_db
def test_a_batch_of_a_device_that_nobody_knows_is_401(client: Client) -> None:
    tablet = Tablet()
    tablet.enroll()
    known = tablet.told
    tablet.told = known | {"device": "017bddcf-0000-7000-8000-00000000ffff"}
    assert posted(client, sent(tablet, opened("A"))) == (401, "unknown-sender")
    tablet.told = known
    assert posted(client, sent(tablet, opened("A"))) == (200, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([opened(str(number)) for number in range(wire.MAX_ENTRIES + 1)], id="an entry too many"),
        pytest.param([opened("A"), opened("x" * wire.MAX_ENTRY_BYTES)], id="an entry too long"),
    ],
)
def test_too_much_is_413_and_nothing_of_it_is_stored(client: Client, entries: list[dict[str, Any]]) -> None:
    tablet = Tablet()
    tablet.enroll()
    assert posted(client, sent(tablet, *entries)) == (413, "batch-too-large")
    assert database.rows("select last_sequence from journal_chain where device = %s", [tablet.device]) == []
    # The tablet still holds what was good, and sends it by itself.
    assert posted(client, sent(tablet, entries[0])) == (200, "")
