"""The stand-by list at the desk: the lead calls, reception sees who comes, and nobody else reads a phone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.called import called, listed, planned
from tests.faces.station.scenery import DAY, MORNING, SITE
from tiemchung.domain.visits.events import Arrived, Deferred
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("campaign")
PAGE, TELL, RECEIVE = "/station/standby/", "/station/standby/tell/", "/station/standby/receive/"
PHONE = "0902118340"


@pytest.fixture
def chief() -> Client:
    scenery.hire("khoa", "lead", name="Lê Minh Khoa")
    return scenery.signed_in("khoa")


@pytest.fixture
def desk() -> Client:
    scenery.hire("thao", "check-in")
    return scenery.signed_in("thao")


def rows(sql: str) -> list[tuple[Any, ...]]:
    with reaching(Reach(sites=frozenset({SITE}))):
        return database.rows(sql)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def said(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def test_the_lead_calls_who_is_due_and_has_no_place_and_reception_sees_who_comes(chief: Client, desk: Client) -> None:
    person, other = listed("Lê Thị Hường", "Võ Thúy Ái")
    session = planned()
    page = said(chief)
    assert page.index("Lê Thị Hường") < page.index("Võ Thúy Ái")
    assert f'href="tel:{PHONE}"' in page
    assert 'name="state"' in page
    told = {"person": str(person), "session": str(session)}
    for state in ("called", "coming"):
        assert chief.post(TELL, {**told, "state": state}).status_code == 302
    chief.post(TELL, {**told, "person": str(other), "state": "declined"})
    page = said(desk)
    assert re.search(r"Lê Thị Hường</b>.*?Sẽ đến \d\d:\d\d", page, re.DOTALL)
    assert re.search(r"Võ Thúy Ái</b>.*?Không đến \d\d:\d\d", page, re.DOTALL)
    assert "1 người sẽ đến" in page
    assert PHONE not in page
    assert 'name="state"' not in page
    assert ("registration", SITE) in rows("select distinct purpose, site from journal_view")


def test_who_has_a_place_is_here_already_or_was_told_to_wait_is_not_on_the_list(chief: Client) -> None:
    called("Nguyễn Thị Ánh Hằng")
    here, waits, _due = listed("Lê Thị Hường", "Võ Thúy Ái", "Trần Thị Mai")
    visit, before = uuid7(), MORNING - timedelta(days=2)
    scenery.tell(
        Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=here, ticket="1"),
        Arrived(id=uuid7(), at=before, visit=visit, person=waits, ticket="2"),
        Deferred(
            id=uuid7(), at=before, visit=visit, person=waits, reason="screening:Q3", until=DAY + timedelta(days=7)
        ),
    )
    page = said(chief)
    names = ("Nguyễn Thị Ánh Hằng", "Lê Thị Hường", "Võ Thúy Ái", "Trần Thị Mai")
    assert [name for name in names if name in page] == ["Trần Thị Mai"]


def test_who_does_not_wait_here_is_marked_by_nobody_and_the_page_says_why(chief: Client) -> None:
    listed("Lê Thị Hường")
    session = planned()
    answer = chief.post(TELL, {"person": str(uuid4()), "session": str(session), "state": "called"})
    assert answer.status_code == 409
    assert "không còn trong danh sách dự bị" in answer.content.decode()
    assert rows("select count(*) from scheduling_standby") == [(0,)]


@pytest.mark.parametrize(
    "told",
    [
        {"state": "maybe"},
        {"person": "x"},
        {"session": ""},
    ],
)
def test_a_form_that_nobody_made_here_finds_nothing(chief: Client, told: dict[str, str]) -> None:
    (person,) = listed("Lê Thị Hường")
    form = {"person": str(person), "session": str(planned()), "state": "called", **told}
    assert chief.post(TELL, form).status_code == 404


def test_reception_marks_nobody_and_others_see_no_list(chief: Client, desk: Client) -> None:
    del chief
    (person,) = listed("Lê Thị Hường")
    told = {"person": str(person), "session": str(planned()), "state": "coming"}
    assert desk.post(TELL, told).status_code == 403
    scenery.hire("huy", "vaccinator")
    assert scenery.signed_in("huy").get(PAGE).status_code == 403


def test_reception_receives_who_came_from_their_row_once(chief: Client, desk: Client) -> None:
    person, _other = listed("Lê Thị Hường", "Võ Thúy Ái")
    told = {"person": str(person), "session": str(planned())}
    assert f'formaction="{RECEIVE}"' in said(desk)
    assert RECEIVE not in said(chief)  # who does not receive people has no button
    page = desk.post(RECEIVE, told).content.decode()
    assert "Lê Thị Hường" in page
    form = {**told, "ids": hidden(page, "ids"), "how": "1", "ticket": "31"}
    assert desk.post(RECEIVE, {**form, "how": ""}).status_code == 422
    for _twice in range(2):
        desk.post(RECEIVE, form)
    assert rows("select person_id, campaign_session, ticket from visits_visit") == [
        (person, UUID(told["session"]), "31")
    ]
    assert "Lê Thị Hường" not in said(desk)
    assert "đã được đón hôm nay" in desk.post(RECEIVE, told).content.decode()


def test_nobody_is_received_from_a_list_on_which_they_do_not_stand(chief: Client, desk: Client) -> None:
    (has_place,) = called("Nguyễn Thị Ánh Hằng")
    (person,) = listed("Lê Thị Hường")
    session = str(planned())
    for stranger in (uuid4(), has_place.person):
        answer = desk.post(RECEIVE, {"person": str(stranger), "session": session})
        assert answer.status_code == 409
        assert "không còn trong danh sách dự bị" in answer.content.decode()
    assert desk.post(RECEIVE, {"person": "x", "session": session}).status_code == 404
    assert chief.post(RECEIVE, {"person": str(person), "session": session}).status_code == 403
    page = desk.post(RECEIVE, {"person": str(person), "session": session}).content.decode()
    forged = {"person": str(has_place.person), "session": session, "ids": hidden(page, "ids"), "how": "1"}
    assert desk.post(RECEIVE, forged).status_code == 409
    assert rows("select count(*) from visits_visit") == [(0,)]


def test_without_a_session_the_page_says_so_in_both_languages(chief: Client) -> None:
    listed("Lê Thị Hường")
    assert "Hôm nay chưa có buổi tiêm" in said(chief)
    assert "No session today" in said(chief, f"/en{PAGE}")
