"""A database that cannot take a batch now is no answer about the batch: the device is asked to come again."""

from __future__ import annotations

import pytest
from django.db.utils import OperationalError
from django.test import Client

from tiemchung.domain.intake import actions as intake


def test_a_database_that_cannot_now_asks_the_device_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadlock(_batch: bytes, **_: object) -> None:
        raise OperationalError("deadlock detected: Nguyễn Thị Hòa")

    monkeypatch.setattr(intake, "receive", deadlock)
    answer = client.post("/api/devices/batches", b"{}\n", content_type="application/x-ndjson")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert answer.json()["code"] == "busy"
    assert "Hòa" not in answer.content.decode()
