"""Doses that wait for a second person: who sees them, by which rule they wait, and who may stand for them."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.scenery import LOT, MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import rows
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.immunization.queries import waiting
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("morning")
PAGE = "/station/lead/doses/"


@pytest.fixture
def thao(morning: None) -> UUID:
    """Return who gives the doses; she leads on other days."""
    del morning
    scenery.stock()
    return scenery.hire("thao", "vaccinator", "lead")


@pytest.fixture
def doses(thao: UUID) -> tuple[UUID, UUID]:
    """Two doses of one person three weeks apart: the first is told late, the second came too soon."""
    person, told = uuid7(), []
    for ago in (21, 0):
        at, visit = MORNING - timedelta(days=ago), uuid7(MORNING - timedelta(days=ago))
        block = PersonBlock(name="Nguyễn Thị Ánh Hằng", born="1987-03-02", sex="female")
        given = DoseGiven(
            id=uuid7(at),
            at=at,
            visit=visit,
            person=person,
            product="az",
            lot=LOT,
            vaccinator=thao,
            volume_ml=0.5,
            arm="left",
        )
        scenery.tell(Arrived(id=uuid7(at), at=at, visit=visit, person=person, ticket="1", block=block), given)
        told.append(given.id)
    return told[0], told[1]


def lead(login: str = "khoa", *, site: str = SITE) -> Client:
    scenery.hire(login, "lead", site=site, name="Trần Khoa")
    return scenery.signed_in(login)


def card_of(page: str, dose: UUID) -> str:
    (found,) = [card for card in re.findall(r"<article.*?</article>", page, flags=re.DOTALL) if str(dose) in card]
    return str(found)


def form_of(card: str) -> dict[str, str]:
    return dict(re.findall(r'name="(entry|told)" value="([^"]*)"', card))


def attested() -> list[UUID]:
    return [dose for (dose,) in rows("select id from immunization_dose where status = 1")]


def test_a_lead_looks_at_what_was_found_and_by_which_rule_and_stands_for_the_dose(doses: tuple[UUID, UUID]) -> None:
    late, soon = doses
    khoa = lead()
    assert "2 mũi chờ người thứ hai" in khoa.get("/station/lead/").content.decode()
    card = card_of(khoa.get(PAGE).content.decode(), soon)
    for words in ("Nguyễn Thị Ánh Hằng", "34 tuổi", "cách 21 ngày", "Quy định 56 ngày", "Nguyễn Thị Thảo"):
        assert words in card
    for _ in range(2):
        assert khoa.post(f"{PAGE}{soon}/", form_of(card))["Location"] == PAGE
    assert attested() == [soon]
    page = khoa.get(PAGE).content.decode()
    assert "không còn chờ" in page
    assert str(soon) not in page
    assert str(late) in page
    assert "1 mũi chờ người thứ hai" in khoa.get("/station/lead/").content.decode()


def test_what_changed_after_the_look_is_looked_at_again(doses: tuple[UUID, UUID]) -> None:
    khoa, (_, soon) = lead(), doses
    seen = form_of(card_of(khoa.get(PAGE).content.decode(), soon))
    answer = khoa.post(f"{PAGE}{soon}/", {**seen, "told": seen["told"].replace("interval", "other")}, follow=True)
    assert "vừa đổi sau khi bạn xem" in answer.content.decode()
    assert khoa.post(f"{PAGE}{soon}/", {"told": seen["told"]}).status_code == 404
    assert attested() == []


def test_nobody_stands_for_a_dose_of_their_own(doses: tuple[UUID, UUID]) -> None:
    own = scenery.signed_in("thao")
    page = own.get(PAGE).content.decode()
    assert page.count("Mũi do chính bạn tiêm") == 2
    assert f"{PAGE}{doses[1]}/" not in page
    seen = form_of(card_of(lead().get(PAGE).content.decode(), doses[1]))
    answer = own.post(f"{PAGE}{doses[1]}/", seen, follow=True)
    assert "Cần người khác" in answer.content.decode()
    assert attested() == []


def test_nobody_else_sees_them(doses: tuple[UUID, UUID]) -> None:
    seen = form_of(card_of(lead().get(PAGE).content.decode(), doses[1]))
    elsewhere = lead("lan", site=OTHER_SITE)
    assert "Không có mũi nào đang chờ" in elsewhere.get(PAGE).content.decode()
    elsewhere.post(f"{PAGE}{doses[1]}/", seen)
    scenery.hire("binh", "vaccinator")
    nurse = scenery.signed_in("binh")
    assert nurse.get(PAGE, headers={"accept": "text/html"}).status_code == 403
    assert nurse.post(f"{PAGE}{doses[1]}/", seen, headers={"accept": "text/html"}).status_code == 403
    assert attested() == []


def test_the_list_is_read_by_its_own_index_whatever_findings_there_are(morning: None) -> None:
    with reaching(Reach(sites=frozenset({SITE}))):
        plan = database.rows(f"explain {waiting._WAITING}", [SITE, uuid7(), 50])
    assert "immunization_doses_flagged" in "\n".join(line for (line,) in plan)
