"""A hub before the center itself: what leaves a tablet through it is in the journal once, whoever was quicker."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.faces.devices.hubs import DOMAIN, Hub, cut, in_third_dress, lead, opened
from tests.faces.devices.tablets import SITE, Tablet
from tiemchung.domain.access import actions
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.project.hub.carrier import ROSTER_EVERY, Carrier
from tiemchung.project.hub.door import BATCHES, SEALED, Door
from tiemchung.project.hub.store import LONGEST_PAUSE, Store
from tiemchung.project.hub.uplink import Answer, Uplink, believed

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 9, 13, 1, 0, tzinfo=UTC)


def ask(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    """Ask the center without a network between."""
    told = dict(headers)
    kind = told.pop("Content-Type", "application/octet-stream")
    answer = Client().generic(method, path, body or b"", content_type=kind, headers=told)
    return Answer(status=answer.status_code, body=answer.content)


class Site:
    """A site with a tablet and a hub that its lead let in."""

    def __init__(self, store: Store) -> None:
        self.tablet, self.hub, self.store = Tablet(), Hub(now=NOW).confirmed(), store
        self.tablet.enroll()
        self.said: list[str] = []
        uplink = Uplink(ask, hub=self.hub.device, key=self.hub.key, server_key=self.hub.point_of_server)
        self.carrier = Carrier(store, uplink, say=self.said.append)
        self.door = Door(store, hub=self.hub.device, key=self.hub.key, origin="https://tiemchung.example.vn")
        self.now = datetime.now(tz=UTC)
        self.look()

    def look(self, passed: timedelta = ROSTER_EVERY) -> None:
        """Let the hub look for work after a while."""
        self.now += passed
        self.carrier.round(now=self.now)

    def leave(self, batch: bytes) -> dict[str, Any]:
        """Leave a batch with the hub."""
        heard: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": BATCHES,
            "CONTENT_TYPE": SEALED,
            "CONTENT_LENGTH": str(len(batch)),
            "wsgi.input": io.BytesIO(batch),
        }
        told: dict[str, Any] = json.loads(b"".join(self.door(environ, lambda status, _headers: heard.append(status))))
        assert heard == ["200 OK"], told
        return told

    def outcomes(self, batch: bytes) -> list[str]:
        """Return what the center's receipt for a batch says, as the hub hands it on."""
        receipt = self.leave(batch)["receipt"]
        said = believed(receipt, server_key=self.tablet.point_of_server, typ="tc-receipt+jws")
        assert said is not None
        return [one["outcome"] for one in said["answers"]]

    def straight(self, batch: bytes) -> list[str]:
        """Send a batch to the center without the hub."""
        answer = ask("POST", "/api/devices/batches", batch, {"Content-Type": SEALED})
        assert answer.status == 200, answer.body
        return [one["outcome"] for one in answer.json["answers"]]

    @property
    def recorded(self) -> int:
        """Return how many entries of the tablet the center has."""
        with reaching(Reach(sites=frozenset({SITE}))):
            found = database.row("select last_sequence from journal_chain where device = %s", [self.tablet.device])
        return 0 if found is None else int(found[0])


@pytest.fixture
def site(store: Store, set_time: Callable[..., None], settings: Settings) -> Site:
    set_time(NOW)
    settings.TIEMCHUNG_HUB_DOMAIN = DOMAIN
    return Site(store)


def test_through_the_hub_and_straight_there_is_one_record(site: Site) -> None:
    header, lines = opened(["A", "B", "C", "D"], site.tablet)
    known = wire.genesis(site.tablet.device)

    def stretch(first: int, last: int) -> bytes:
        previous = wire.chain(known, 1, lines[: first - 1])
        return in_third_dress(cut(lines[first - 1 : last], site.tablet, first=first, previous=previous), site.tablet)

    by_hub, behind = stretch(1, 2), stretch(4, 4)
    site.leave(by_hub)
    site.leave(behind)
    assert site.recorded == 0
    assert site.straight(stretch(1, 3)) == ["kept"] * 3
    site.look(LONGEST_PAUSE)
    assert site.outcomes(by_hub) == ["known", "known"]
    assert site.outcomes(behind) == ["kept"]
    assert site.straight(in_third_dress((header, lines), site.tablet)) == ["known"] * 4
    assert site.recorded == 4
    assert site.store.waiting() == 0


def test_a_tablet_that_was_cut_off_meanwhile_is_answered_by_the_center_and_not_by_the_hub(site: Site) -> None:
    batch = in_third_dress(opened(["A"], site.tablet), site.tablet)
    site.leave(batch)
    actions.revoke(site.tablet.device, reason="mất máy", actor=lead(), now=NOW)
    site.look()
    assert site.outcomes(batch) == ["set-aside"]


def test_a_hub_that_was_cut_off_keeps_what_it_has_and_brings_nothing(site: Site) -> None:
    batch = in_third_dress(opened(["A"], site.tablet), site.tablet)
    site.leave(batch)
    actions.revoke(site.hub.device, reason="mất máy", actor=lead(), now=NOW)
    site.look()
    assert "refuses this hub" in site.said[-1]
    assert (site.recorded, site.store.waiting()) == (0, 1)
    assert site.straight(batch) == ["kept"]
