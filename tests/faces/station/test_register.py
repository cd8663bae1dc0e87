"""The register is asked at the desk about whoever stands there: half a second at most, and never in the way of a dose."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.test import Client
from msgspec import structs
from pytest_django import Settings

from tests.domain.people.conftest import address, service, store
from tests.domain.people.register_at_hand import STRANGER, THEIRS, Mishap, Unreliable
from tests.faces.station import scenery
from tests.faces.station.scenery import SITE
from tests.faces.station.test_desk import CARD, nurse, received, rows, screened
from tiemchung.domain.people import actions
from tiemchung.domain.people.gateways import KEY
from tiemchung.kernel import wire
from tiemchung.kernel.register import ANSWER_SIGNATURE, read_authorization, sign_answer
from tiemchung.plumbing import database, keys
from tiemchung_world.register.limits import Outage
from tiemchung_world.register.service import Reply, Request

__all__ = ["address", "nurse", "service", "store"]

pytestmark = pytest.mark.usefixtures("morning")
NOT_YET = "Chưa xác minh được"


@pytest.fixture(autouse=True)
def _set_up(morning: None, settings: Settings, address: str, service: Unreliable) -> None:
    del morning
    scenery.stock()
    point_at(settings, service, address)


def point_at(settings: Settings, service: Unreliable, address: str) -> None:
    """Let the register be asked at this address, and know the platform's key."""
    settings.TIEMCHUNG_REGISTER_URL = address
    settings.TIEMCHUNG_REGISTER_CLIENT = "tiemchung"
    settings.TIEMCHUNG_REGISTER_KEY = wire.to_base64url(wire.dump_public_key(THEIRS.public_key()))
    point = wire.to_base64url(wire.dump_public_key(keys.signing_key(KEY).public_key()))
    clients = [structs.replace(client, key=point) for client in service._plan.clients]
    service._plan = structs.replace(service._plan, clients=clients, outages=[])
    service._now = lambda: datetime.now(tz=UTC)


def asked(nurse: Client, visit: UUID) -> str:
    answer = nurse.post(f"/station/visits/{visit}/register/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def state(visit: UUID) -> list[tuple[Any, ...]]:
    return rows(
        f"select s.state, s.fields from people_register_state s join visits_visit v using (person_id) where v.id = '{visit}'"
    )


def facts(kind: str) -> int:
    return len(rows(f"select 1 from journal_entry where kind = '{kind}'", site=SITE))


def test_who_stands_there_is_asked_about_and_once(nurse: Client, as_worker: Callable[[], Any]) -> None:
    visit = received(nurse)
    page = nurse.get("/station/").content.decode()
    assert f"/station/visits/{visit}/register/" in page
    for _ in range(2):
        assert "Đúng" in asked(nurse, visit)
    assert state(visit) == [(1, 0)]
    with as_worker():
        ((exchange,),) = database.rows("select id from people_register_exchange")
        shown = actions.shown_exchange(exchange)
    assert shown is not None
    grounds = msgspec.json.decode(shown["question"])["grounds"]
    assert (grounds["ground"], grounds["reference"]) == ("present", str(visit))
    assert grounds["told_by"]


def test_which_field_differs_is_told_at_the_desk_and_stops_nobody(nurse: Client) -> None:
    visit = received(nurse, card=CARD, day="03")
    said = asked(nurse, visit)
    assert "Khác ở: ngày sinh" in said
    assert "Vẫn tiêm như thường" in said
    assert state(visit) == [(2, 4)]
    screened(nurse, visit)
    assert nurse.get(f"/station/visits/{visit}/").status_code == 200


def test_without_a_script_the_button_asks(nurse: Client) -> None:
    visit = received(nurse)
    answer = nurse.post(f"/station/visits/{visit}/register/")
    assert answer["Location"] == "/station/"
    assert "Dữ liệu dân cư: Đúng" in nurse.get("/station/").content.decode()


def test_who_is_not_here_today_is_not_asked_about(nurse: Client, set_time: Callable[..., None]) -> None:
    visit = received(nurse)
    scenery.hire("xa", "check-in", site=scenery.OTHER_SITE)
    elsewhere = scenery.signed_in("xa")
    assert elsewhere.post(f"/station/visits/{visit}/register/").status_code == 404
    set_time(scenery.MORNING + timedelta(days=1))
    assert nurse.post(f"/station/visits/{visit}/register/").status_code == 404


def _garbage(request: Request, reply: Reply) -> Reply:
    told = read_authorization(request.authorization)
    assert told is not None
    body = b"<html>503</html>"
    signed = sign_answer(THEIRS, exchange=told.exchange, status=reply.status, body=body)
    return Reply(status=reply.status, body=body, headers={ANSWER_SIGNATURE: signed})


def _lie(request: Request, reply: Reply) -> Reply:
    told = read_authorization(request.authorization)
    assert told is not None
    signed = sign_answer(STRANGER, exchange=told.exchange, status=reply.status, body=reply.body)
    return Reply(status=reply.status, body=reply.body, headers={ANSWER_SIGNATURE: signed})


@pytest.mark.parametrize("mishap", [_garbage, _lie])
def test_a_register_that_lies_or_talks_nonsense_is_not_believed_and_the_dose_goes_on(
    nurse: Client, service: Unreliable, mishap: Mishap
) -> None:
    visit = received(nurse)
    service.mishaps = [mishap]
    assert NOT_YET in asked(nurse, visit)
    assert state(visit) == []
    assert facts("register-failed") == 1
    assert nurse.get(f"/station/visits/{visit}/screening/").status_code == 200


def test_a_planned_outage_is_followed_and_the_next_desk_does_not_ask(nurse: Client, service: Unreliable) -> None:
    real = datetime.now(tz=UTC)
    outage = Outage(starts_at=real - timedelta(hours=1), ends_at=real + timedelta(hours=1), reason="bảo trì")
    service._plan = structs.replace(service._plan, outages=[outage])
    visit = received(nurse)
    for _ in range(2):
        assert NOT_YET in asked(nurse, visit)
    assert facts("register-failed") == 1


@pytest.fixture
def hanging() -> Iterator[Callable[[bytes], str]]:
    """Return a function that opens a port which takes a question, tells these bytes again and again, and never ends."""
    over = threading.Event()
    ports: list[socket.socket] = []

    def listen(drip: bytes) -> str:
        port = socket.create_server(("127.0.0.1", 0))
        ports.append(port)
        threading.Thread(target=serve, args=(port, drip), daemon=True).start()
        return f"http://127.0.0.1:{port.getsockname()[1]}"

    def serve(port: socket.socket, drip: bytes) -> None:
        with closing(port.accept()[0]) as caller:
            try:
                while not over.wait(0.05):
                    caller.sendall(drip)
            except OSError:
                return

    yield listen
    over.set()
    for port in ports:
        port.close()


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"H"], ids=["silent", "continues", "letter"])
def test_a_register_that_hangs_is_left_to_hang(
    nurse: Client, settings: Settings, hanging: Callable[[bytes], str], drip: bytes
) -> None:
    settings.TIEMCHUNG_REGISTER_URL = hanging(drip)
    visit = received(nurse)
    assert NOT_YET in asked(nurse, visit)
    assert facts("register-failed") == 1


def test_where_no_register_is_set_nobody_asks(nurse: Client, settings: Settings) -> None:
    settings.TIEMCHUNG_REGISTER_URL = ""
    visit = received(nurse)
    assert f"/station/visits/{visit}/register/" not in nurse.get("/station/").content.decode()
    assert NOT_YET in asked(nurse, visit)
    assert facts("register-failed") == 0
