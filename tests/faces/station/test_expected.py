"""Reception by appointment: who is called today, found by reference, received; and what others cannot do with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.chair import follow
from tests.faces.station import scenery
from tests.faces.station.called import called, listed, planned
from tests.faces.station.scenery import DAY, MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import CARD, fields
from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.visits.events import Arrived, Deferred
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("campaign")
LIST = "/station/expected/"


@pytest.fixture
def nurse() -> Client:
    scenery.stock()
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer")
    return scenery.signed_in("thao")


@pytest.fixture
def neighbor() -> Client:
    """A desk of the other site in the same ward."""
    scenery.hire("lan", "check-in", "screener", site=OTHER_SITE)
    return scenery.signed_in("lan")


def rows(sql: str, site: str = SITE) -> list[tuple[Any, ...]]:
    with reaching(Reach(sites=frozenset({site}))):
        return database.rows(sql)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def received(desk: Client, address: str, **told: str) -> Any:
    form = {"ids": hidden(desk.get(address).content.decode(), "ids"), "how": "2", "ticket": "7", **told}
    return desk.post(address, form)


def states() -> dict[str, str]:
    return dict(rows("select reference, state from scheduling_appointment"))


def test_whom_the_ward_calls_the_desk_expects_by_name_and_slot(nurse: Client) -> None:
    called("Lê Thị Hường", "Võ Thúy Ái")
    page = nurse.get(LIST).content.decode()
    assert "2 người · 0 đã đến" in page
    assert page.index("09:00") < page.index("Lê Thị Hường") < page.index("Võ Thúy Ái")
    ((site, purpose),) = rows("select distinct site, purpose from journal_view where purpose = 'care'")
    assert (site, purpose) == (SITE, "care")


def test_a_reference_finds_one_person_and_one_tap_receives_them_for_their_appointment(
    nurse: Client, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    hang, _other = called("Nguyễn Thị Ánh Hằng", "Võ Thúy Ái")
    typed = f"{hang.reference[:3].lower()} {hang.reference[3:]}"
    address = nurse.post(LIST, {"reference": typed})["Location"]
    assert address == f"{LIST}{hang.id}/"
    assert nurse.post("/station/arrivals/", {"step": "find", "card": hang.reference})["Location"] == address
    page = nurse.get(address).content.decode()
    assert "Nguyễn Thị Ánh Hằng" in page
    assert "AstraZeneca" in page
    form = {"ids": hidden(page, "ids"), "how": "2", "ticket": "7"}
    for _click in range(2):
        assert nurse.post(address, form)["Location"] == "/station/"
    assert rows("select person_id, appointment, campaign_session, identified_how from visits_visit") == [
        (hang.person, hang.id, hang.session, 2)
    ]
    assert "Nguyễn Thị Ánh Hằng" in nurse.get("/station/?stage=waiting").content.decode()
    with as_worker():
        follow()
    assert states()[hang.reference] == "fulfilled"
    assert "2 người · 1 đã đến" in nurse.get(LIST).content.decode()


def test_every_desk_after_reception_knows_whom_the_ward_s_list_told(nurse: Client) -> None:
    (hang,) = called("Nguyễn Thị Ánh Hằng", number="079187004417")
    received(nurse, f"{LIST}{hang.id}/")
    ((visit,),) = rows("select id from visits_visit")
    for step in ("screening/", "identity/", "stop/", ""):
        assert "Nguyễn Thị Ánh Hằng" in nurse.get(f"/station/visits/{visit}/{step}").content.decode(), step


def test_how_it_was_made_sure_is_asked_for(nurse: Client) -> None:
    (hang,) = called("Nguyễn Thị Ánh Hằng")
    answer = received(nurse, f"{LIST}{hang.id}/", how="")
    assert answer.status_code == 422
    assert answer.content.decode().count("Chọn cách đã nhận ra người này.") == 2
    assert rows("select 1 from visits_visit") == []


def test_in_a_second_tab_nobody_is_received_twice(nurse: Client) -> None:
    (hang,) = called("Nguyễn Thị Ánh Hằng")
    address = f"{LIST}{hang.id}/"
    forms = [{"ids": hidden(nurse.get(address).content.decode(), "ids"), "how": "2"} for _tab in range(2)]
    assert nurse.post(address, forms[0]).status_code == 302
    assert "đã được đón hôm nay" in nurse.post(address, forms[1]).content.decode()
    assert len(rows("select 1 from visits_visit")) == 1


def test_a_card_finds_whom_the_ward_called_and_the_arrival_names_the_appointment(nurse: Client) -> None:
    (hang,) = called("Nguyễn Thị Ánh Hằng", number="079187004417")
    page = nurse.post("/station/arrivals/", {"step": "find", "card": CARD, "reason": "at-the-desk"}).content.decode()
    assert "Điểm này đã biết số đó" in page
    assert nurse.post("/station/arrivals/", {**fields(page), "how": "1"}).status_code == 302
    assert rows("select person_id, appointment from visits_visit") == [(hang.person, hang.id)]


def test_whoever_presses_find_without_a_reference_sees_the_day_as_it_was(nurse: Client) -> None:
    page = nurse.post(LIST, {"reference": " "}).content.decode()
    assert "không hẹn mã" not in page
    assert "Hôm nay chưa hẹn ai" in page


def test_another_site_s_desk_sees_nobody_of_them_by_any_way(nurse: Client, neighbor: Client) -> None:
    (hang,) = called("Nguyễn Thị Ánh Hằng", number="079187004417")
    assert "Hôm nay chưa hẹn ai" in neighbor.get(LIST).content.decode()
    answer = neighbor.post(LIST, {"reference": hang.reference})
    assert answer.status_code == 200
    assert "không hẹn mã" in answer.content.decode()
    assert neighbor.get(f"{LIST}{hang.id}/").status_code == 404
    mine = {"ids": hidden(nurse.get(f"{LIST}{hang.id}/").content.decode(), "ids"), "how": "2"}
    assert neighbor.post(f"{LIST}{hang.id}/", mine).status_code == 404
    for card in (hang.reference, "079187004417"):
        asked = {"step": "find", "card": card, "reason": "at-the-desk"}
        assert "Ánh Hằng" not in neighbor.post("/station/arrivals/", asked).content.decode()
    assert rows("select 1 from visits_visit", OTHER_SITE) == []


def test_the_form_of_one_person_receives_nobody_else(nurse: Client) -> None:
    hang, ai = called("Nguyễn Thị Ánh Hằng", "Võ Thúy Ái")
    form = {"ids": hidden(nurse.get(f"{LIST}{hang.id}/").content.decode(), "ids"), "how": "2"}
    assert nurse.post(f"{LIST}{ai.id}/", form).status_code == 404
    assert nurse.post(f"{LIST}{ai.id}/", {**form, "ids": "x:y:z"}).status_code == 404
    assert rows("select 1 from visits_visit") == []


def test_who_screens_alone_receives_nobody(nurse: Client) -> None:
    (hang,) = called("Nguyễn Thị Ánh Hằng")
    scenery.hire("binh", "screener")
    screener = scenery.signed_in("binh")
    for address in (LIST, f"{LIST}{hang.id}/"):
        assert screener.get(address, headers={"accept": "text/html"}).status_code == 403


def test_yesterday_s_appointment_opens_nobody_today(nurse: Client, set_time: Callable[..., None]) -> None:
    (hang,) = called("Nguyễn Thị Ánh Hằng")
    set_time(MORNING + timedelta(days=1))
    assert nurse.get(f"{LIST}{hang.id}/").status_code == 404
    assert "Ánh Hằng" not in nurse.post(LIST, {"reference": hang.reference}).content.decode()


def test_a_phone_that_is_said_to_be_one_s_own_opens_the_book_later(nurse: Client) -> None:
    hang, ai = called("Nguyễn Thị Ánh Hằng", "Võ Thúy Ái")
    received(nurse, f"{LIST}{hang.id}/", own_phone="yes")
    received(nurse, f"{LIST}{ai.id}/", own_phone="yes", how="4")
    assert rows("select person_id from access_confirmedphone") == [(hang.person,)]
    assert access.proved_persons([hang.person]) == {}, "to have said so is no proof yet: the phone has to answer"


def test_a_walk_in_who_is_here_is_not_called_again_and_whom_a_doctor_told_to_wait_neither(nurse: Client) -> None:
    here, waits, other = listed("Lê Thị Hường", "Võ Thúy Ái", "Trần Văn Ấn")
    visit, before = uuid7(), MORNING - timedelta(days=2)
    scenery.tell(
        Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=here, ticket="1"),
        Arrived(id=uuid7(), at=before, visit=visit, person=waits, ticket="2"),
        Deferred(
            id=uuid7(), at=before, visit=visit, person=waits, reason="screening:Q3", until=DAY + timedelta(days=7)
        ),
    )
    session = planned(capacity=3)
    row = {"role": "ward-officer", "level": "commune", "era": "2021", "place": "26734"}
    access_actions.load_staff(
        [{"id": str(uuid7()), "name": "Tú", "login": "tu", "roles": [row]}], actor=SYSTEM, now=MORNING
    )
    scenery.signed_in("tu").post(f"/cong-tac/buoi/{session}/viec/", {"viec": "xep", "phuong": "26734"})
    assert rows("select person_id from scheduling_appointment") == [(other,)]
