"""What people of a live campaign do beside the chairs, against the real pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from pytest_django import Settings

from tests.domain.campaigns.wards import open_campaign
from tests.journeys.conftest import Site, site
from tiemchung.domain.access.actions import load_staff
from tiemchung.domain.mending import queries
from tiemchung.domain.places import actions as places
from tiemchung.domain.response import queries as response
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung_world import neighbors
from tiemchung_world.center import Center, NoAnswerError
from tiemchung_world.field import Field
from tiemchung_world.neighbors import STORIES, TROUBLE, call_people, open_incident, report_errors

__all__ = ["site"]

SITE = "79-0001"
NOW = datetime(2021, 9, 13, 3, 0, tzinfo=UTC)


def test_what_they_report_waits_under_the_numbers_they_got(
    site: Site, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    set_time(NOW)
    found_site(as_worker)
    numbers = report_errors(Center(site.url), site=SITE)
    kinds = [standing.kind for number in numbers if (standing := queries.complaint_by_number(number))]
    assert kinds == [kind for kind, _at_site, _story in STORIES]
    assert queries.open_complaints(now=NOW) == (len(STORIES), 0)


def test_an_incident_waits_for_whoever_plays_the_officer_and_never_two_of_it(
    site: Site,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    settings: Settings,
) -> None:
    settings.TIEMCHUNG_DEMO = True
    set_time(NOW)
    found_site(as_worker)
    assert [open_incident(Center(site.url), site=SITE) for _day in range(2)] == [True, False]
    (incident,) = response.incidents_open(actor=SYSTEM)
    assert (incident.subject, incident.site, incident.weight, incident.owner) == (TROUBLE, SITE, "stop", None)


def test_the_demo_s_reception_expects_people_whom_the_ward_has_called(
    site: Site,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    settings: Settings,
) -> None:
    settings.TIEMCHUNG_DEMO = True
    set_time(NOW)
    found_site(as_worker)
    with as_worker():
        open_campaign()
    nurse = {"id": str(uuid4()), "name": "Thảo", "login": "thao", "roles": [{"role": "check-in", "site": SITE}]}
    load_staff([nurse], actor=SYSTEM, now=NOW)
    people: list[dict[str, Any]] = [
        {
            "name": name,
            "born": "1960-05-01",
            "sex": "female",
            "identifiers": [],
            "phone": None,
            "target_group": "05",
        }
        for name in ("Lê Thị Hường", "Võ Thúy Ái")
    ]
    call_people(Center(site.url), people, site=SITE, ward="26734", day=NOW.date(), product="az")
    with reaching(Reach(sites=frozenset({SITE}))):
        assert scheduling.counts_at(SITE, NOW.date()).called == len(people)


def test_a_morning_on_which_the_center_does_not_answer_is_told_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise NoAnswerError("GET /phan-anh/: refused")

    monkeypatch.setattr(neighbors, "report_errors", away)
    field = cast("Field", SimpleNamespace(link=SimpleNamespace(center=None), plan=None))
    said = list[str]()
    neighbors.spend_morning(field, day=0, site=cast("Any", SimpleNamespace(code=SITE)), say=said.append)
    assert said == ["Somebody did not get on: GET /phan-anh/: refused"]


def found_site(as_worker: Callable[[], AbstractContextManager[None]]) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "26734"}], actor=SYSTEM)
        told = {"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": "26734"}
        places.load_sites([told], actor=SYSTEM)
