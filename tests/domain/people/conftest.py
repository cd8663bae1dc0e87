"""The simulated population register as fixtures: its file, its service, its address, and our way to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.domain.people.register_at_hand import NOW, OURS, PEOPLE, THEIRS, Unreliable
from tiemchung.domain.people.gateways import Register
from tiemchung.domain.people.gateways.http import HttpRegister
from tiemchung.kernel import wire
from tiemchung_world.register.command import RegisterServer
from tiemchung_world.register.limits import Client, Outage, Plan
from tiemchung_world.register.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    people = tmp_path / "register.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    opened = Store(tmp_path / "register.db")
    opened.load(people)
    yield opened
    opened.close()


@pytest.fixture
def service(store: Store) -> Unreliable:
    point = wire.to_base64url(wire.dump_public_key(OURS.public_key()))
    ours = Client(code="tiemchung", key=point, persons_a_minute=600, fields=True)
    outage = Outage(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2), reason="bảo trì")
    made = Unreliable(store=store, plan=Plan(clients=[ours], outages=[outage]), key=THEIRS, now=lambda: NOW)
    made.mishaps = []
    return made


@pytest.fixture
def address(service: Unreliable) -> Iterator[str]:
    server = RegisterServer(("127.0.0.1", 0), service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server.url
    server.shutdown()
    server.server_close()


@pytest.fixture
def register(address: str) -> Register:
    return HttpRegister(address, client="tiemchung", key=OURS, register_key=THEIRS.public_key())
