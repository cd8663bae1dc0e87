"""What a site's tablets get of each other's work: all of it, once, in order, and no more of a person than a list holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.devices.tablets import OTHER_SITE, SITE, Tablet
from tests.faces.devices.test_api import opened, sent
from tests.faces.station import scenery
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.intake import queries as intake
from tiemchung.domain.supply.events import LotHeldHere
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db

PATH = "/api/devices/entries"
NOW = datetime(2021, 9, 13, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning(set_time: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past nine; a test lives in one transaction, below whose own horizon nothing lies."""
    set_time(NOW)
    monkeypatch.setattr("tiemchung.domain.journal.queries.reading.horizon_transaction", lambda: 2**62)


@pytest.fixture
def tablet() -> Tablet:
    enrolled = Tablet()
    enrolled.enroll()
    return enrolled


@pytest.fixture
def neighbor() -> Tablet:
    enrolled = Tablet()
    enrolled.enroll()
    return enrolled


def arrived(*, number: str = "079187004417") -> dict[str, Any]:
    return {
        "kind": "arrived",
        "visit": str(uuid7()),
        "person": str(uuid7()),
        "ticket": "31",
        "at": NOW.isoformat(timespec="milliseconds"),
        "block": {
            "name": "Nguyễn Thị Ánh Hằng",
            "born": "1987-03-02",
            "sex": "female",
            "identifiers": [{"kind": "personal-number", "value": number}],
            "phone": "0903123218",
            "commune": "26734",
        },
    }


def post(batch: bytes) -> list[dict[str, Any]]:
    answer = Client().post("/api/devices/batches", batch, content_type="application/x-ndjson")
    assert answer.status_code == 200, answer.content
    told: list[dict[str, Any]] = answer.json()["answers"]
    return told


def pulled(tablet: Tablet, **asked: Any) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = tablet.get(f"{PATH}?{query}" if query else PATH)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_a_tablet_gets_what_the_other_wrote_and_hears_of_its_own_by_id(tablet: Tablet, neighbor: Tablet) -> None:
    theirs = post(sent(neighbor, opened("A"), opened("B")))
    mine = post(sent(tablet, opened("C")))
    told = pulled(tablet)
    assert [one["entry"]["vial"] for one in told["entries"]] == ["A", "B"]
    assert [one["entry"]["id"] for one in told["entries"]] == [one["id"] for one in theirs]
    assert {one["device"] for one in told["entries"]} == {str(neighbor.device)}
    assert [one["id"] for one in told["own"]] == [one["id"] for one in mine]
    assert datetime.fromisoformat(told["server_time"]) == NOW
    again = pulled(tablet, after=told["after"])
    assert (again["entries"], again["own"], again["more"]) == ([], [], False)


def test_stretches_are_bounded_and_miss_and_repeat_nothing(
    tablet: Tablet, neighbor: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(sent(neighbor, *(opened(f"V{number}") for number in range(7))))
    for limits in ({"PULLED_ENTRIES": 3}, {"PULLED_ENTRIES": 500, "PULLED_BYTES": 700}):
        for name, most in limits.items():
            monkeypatch.setattr(intake, name, most)
        after: dict[str, str] = {}
        seen: list[str] = []
        stretches = 0
        while True:
            told = pulled(tablet, **after)
            seen += [one["entry"]["vial"] for one in told["entries"]]
            after, stretches = {"after": told["after"]}, stretches + 1
            if not told["more"]:
                break
        assert seen == [f"V{number}" for number in range(7)]
        assert stretches > 2


def test_of_a_person_goes_along_what_a_list_holds_and_no_more(tablet: Tablet, neighbor: Tablet) -> None:
    bundle = tablet.bundle()
    post(sent(neighbor, arrived()))
    told = pulled(tablet, bundle=bundle["version"])
    (one,) = told["entries"]
    block = one["entry"]["block"]
    assert sorted(block) == ["born", "last4", "name", "sex", "tokens"]
    assert (block["name"], block["born"]) == ("Nguyễn Thị Ánh Hằng", "1987")
    assert block["last4"] == [{"kind": "personal-number", "end": "4417"}]
    for secret in ("079187004417", "0903123218", "1987-03-02", "26734"):
        assert secret not in json.dumps(told)
    # The token is the one that a card read on this tablet gives under its own bundle's key.
    later = tablet.bundle()["list"]
    assert block["tokens"] != later["persons"][0]["tokens"]
    assert (
        pulled(tablet, bundle=bundle["version"] + 1)["entries"][0]["entry"]["block"]["tokens"]
        == (later["persons"][0]["tokens"])
    )
    assert pulled(tablet)["entries"][0]["entry"]["block"]["tokens"] == []


def test_whom_a_tablet_hears_of_is_logged(tablet: Tablet, neighbor: Tablet) -> None:
    entry = arrived()
    post(sent(neighbor, entry))
    pulled(tablet)
    with reaching(Reach(sites=frozenset({SITE}))):
        seen = database.rows("select person_id, purpose, actor, actor_kind, site from journal_view")
    assert seen == [(UUID(entry["person"]), "care", tablet.device, "device", SITE)]


def test_nothing_of_another_site_goes_along(tablet: Tablet) -> None:
    away = Tablet(site=OTHER_SITE)
    away.enroll()
    post(sent(away, {**opened("X"), "site": OTHER_SITE}))
    assert pulled(tablet)["entries"] == []
    # A cursor is a place in the journal and opens no other site.
    assert pulled(tablet, after=pulled(away)["after"])["entries"] == []


def test_without_a_cursor_it_begins_with_the_day(
    tablet: Tablet, neighbor: Tablet, set_time: Callable[..., None]
) -> None:
    batch = sent(neighbor, opened("yesterday"))
    post(batch)
    first = pulled(tablet)["after"]
    set_time(NOW + timedelta(days=1))
    assert pulled(tablet)["entries"] == []
    header, _ = wire.parse_batch(batch)
    post(sent(neighbor, opened("today"), first=2, previous=header.head))
    # What other transactions wrote would stand at other positions; here all stand at one.
    assert "today" in [one["entry"]["vial"] for one in pulled(tablet)["entries"]]
    assert [one["entry"]["vial"] for one in pulled(tablet, after=first)["entries"]] == ["today"]


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1-2", "9" * 19 + "-1", "1-2-3"])
def test_a_cursor_that_is_none_is_told(tablet: Tablet, after: str) -> None:
    answer = tablet.get(f"{PATH}?after={after}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor-unreadable")


@pytest.mark.parametrize("query", ["bundle=0", "bundle=x", "bundle=" + "9" * 30, "after=" + "1" * 61])
def test_what_cannot_be_asked_is_told(tablet: Tablet, query: str) -> None:
    assert tablet.get(f"{PATH}?{query}").status_code == 400


def test_only_an_enrolled_device_asks(tablet: Tablet) -> None:
    assert Client().get(PATH).status_code == 401
    headers = {"Authorization": tablet.authorization("GET", PATH)}
    assert tablet.client.get(f"{PATH}?after=0-0", headers=headers).status_code == 401


def test_doses_with_findings_and_links_and_holds_are_told_as_they_stand(tablet: Tablet) -> None:
    visit = scenery.somebody_screened()
    with reaching(Reach(sites=frozenset({SITE}))):
        ((person,),) = database.rows("select person_id from visits_visit where id = %s", [visit])
    scenery.stock(lot=scenery.HELD_LOT)
    dose = uuid7()
    fields = scenery.dose_fields(person, visit, uuid7()) | {"lot": scenery.HELD_LOT}
    scenery.tell(
        LotHeldHere(id=uuid7(), at=scenery.MORNING, lot=scenery.HELD_LOT, reason="cold-chain"),
        DoseGiven(id=dose, at=scenery.MORNING + timedelta(minutes=5), **fields),
    )
    told = pulled(tablet)
    assert [one["number"] for one in told["held_lots"]] == [scenery.HELD_LOT]
    (judged,) = told["judged"]
    assert judged["dose"] == str(dose)
    assert "lot-held" in judged["findings"]
    assert told["links"] == []
