"""At every step of a visit one can go back, and say that the wrong person was written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING
from tests.faces.station.test_desk import dosed, received, screened
from tiemchung.faces.station.urls import urlpatterns
from tiemchung.kernel.ids import uuid7

pytestmark = pytest.mark.usefixtures("morning")
OF_A_VISIT = "visits/<uuid:visit>/"
STEPS = {text.removeprefix(OF_A_VISIT) for each in urlpatterns if (text := str(each.pattern)).startswith(OF_A_VISIT)}
"""Every step there is, by the addresses of the station."""
SENT_ALONE = {"register/", "reaction/"}
"""What has no page of its own: it is sent from another step's."""
SAYS_IT_ITSELF = {"stop/": 'value="wrong-person"', "mend/": "Hủy"}


@pytest.fixture
def nurse(morning: None) -> Client:
    """Return somebody alone at a site, who does all of it."""
    del morning
    scenery.stock()
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer")
    return scenery.signed_in("thao")


def pages(nurse: Client, visit: UUID) -> dict[str, str]:
    """Return the page of each step that this visit has now."""
    answers = {step: nurse.get(f"/station/visits/{visit}/{step}") for step in STEPS - SENT_ALONE}
    assert {answer.status_code for answer in answers.values()} <= {200, 302, 404}
    return {step: answer.content.decode() for step, answer in answers.items() if answer.status_code == 200}


def lost(found: dict[str, str], visit: UUID, *, way: str) -> set[str]:
    """Return the steps from which nobody can go back, or say that it is the wrong person."""
    told = f"/station/visits/{visit}/{way}"
    return {
        step
        for step, page in found.items()
        if "tc-chair__back" not in page or (told not in page and SAYS_IT_ITSELF.get(step, "-") not in page)
    }


def test_at_every_step_one_can_go_back_and_say_that_it_is_the_wrong_person(
    nurse: Client, set_time: Callable[..., None]
) -> None:
    visit = received(nurse)
    seen = waiting = pages(nurse, visit)
    assert {"identity/", "screening/", "stop/", "proofs/"} <= waiting.keys()
    assert lost(waiting, visit, way="stop/") - {""} == set()
    form = {"step": "ask", "agreed": "yes", "rest": "no", "temp_c": "36,8"}
    concluding = nurse.post(f"/station/visits/{visit}/screening/", form).content.decode()
    assert 'value="conclude"' in concluding
    assert lost({"screening/": concluding}, visit, way="stop/") == set()
    screened(nurse, visit)
    ready = pages(nurse, visit)
    assert lost(ready, visit, way="stop/") == set()
    dosed(nurse, visit)
    watched = pages(nurse, visit)
    assert {"", "mend/", "observation/", "slip/"} <= watched.keys()
    assert lost(watched, visit, way="mend/") == set()
    set_time(MORNING + timedelta(minutes=75))
    released = {"entry": str(uuid7()), "state": "well"}
    nurse.post(f"/station/visits/{visit}/observation/", released)
    assert lost(pages(nurse, visit), visit, way="mend/") == set()
    seen = {**seen, **ready, **watched}
    assert seen.keys() == STEPS - SENT_ALONE, "a step that no state of a visit shows is not looked at here"


def test_who_only_watches_is_told_whom_to_ask(nurse: Client) -> None:
    visit = received(nurse)
    screened(nurse, visit)
    dosed(nurse, visit)
    scenery.hire("lan", "observer")
    page = scenery.signed_in("lan").get(f"/station/visits/{visit}/observation/").content.decode()
    assert "Nhờ người tiêm hoặc người phụ trách hủy ghi" in page
    assert not re.search(r"/mend/", page)
