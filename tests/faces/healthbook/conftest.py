"""Everybody's phone in one hand: what was sent, and somebody who opens a book with it."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.faces.healthbook.citizens import Phones
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Message


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Phones:
    """Return the phones of the country: they hear every message."""
    heard = Phones()
    send = notices.send

    def listening(messages: list[Message], *, now: datetime, **more: int) -> None:
        heard.messages.extend(messages)
        send(messages, now=now, **more)

    monkeypatch.setattr(notices, "send", listening)
    return heard
