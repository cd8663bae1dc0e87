"""What somebody's browser of the world reads, against the real pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from pytest_django import Settings

from tests.journeys.conftest import Site, site
from tiemchung.domain.notices.gateways.outbox import OutboxGateway
from tiemchung.domain.notices.values import Channel, Outgoing
from tiemchung.kernel.ids import uuid7
from tiemchung_world import browser
from tiemchung_world.browser import Browser
from tiemchung_world.center import Center

__all__ = ["site"]


def test_each_phone_shows_its_own_messages_however_many_are_asked_for(
    site: Site,
    as_worker: Callable[[], AbstractContextManager[None]],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.TIEMCHUNG_DEMO = True
    monkeypatch.setattr(browser, "PHONES_AT_ONCE", 2)
    told = {"0903000001": ["một", "hai"], "0903000002": [], "0903000003": ["ba"], "0903000004": ["bốn"]}
    with as_worker():
        for text in ("một", "hai", "ba", "bốn"):
            to = next(phone for phone, texts in told.items() if text in texts)
            OutboxGateway().deliver([Outgoing(id=uuid7(), channel=Channel.SMS, to=to, text=text)])
    reader = Browser(Center(site.url))
    assert reader.messages_on(["0903000001", "0903000002", "0903000003", "0903000001"]) == {
        "0903000001": ["hai", "một"],
        "0903000003": ["ba"],
    }
    assert reader.requests == 2
    assert reader.messages("0903000004") == ["bốn"]
    assert reader.messages("0903000002") == []
