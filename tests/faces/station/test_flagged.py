"""Doses that wait for a second person: who sees them, by which rule they wait, and who may stand for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.scenery import DAY, LOT, MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import rows
from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization.events import Corrected, Correction, DoseGiven
from tiemchung.domain.immunization.queries import waiting
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database
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


def test_the_list_is_read_by_indexes_of_its_own_whatever_was_given_here(morning: None) -> None:
    asked = [SITE, uuid7(), 50, SITE, arrays.dates([DAY]), uuid7(), 50, 50]
    with reaching(Reach(sites=frozenset({SITE}))):
        plan = "\n".join(line for (line,) in database.rows(f"explain {waiting._WAITING}", asked))
        count = database.rows(f"explain {waiting._COUNT}", [SITE, SITE, arrays.dates([DAY]), 50])
    for index in ("immunization_doses_flagged", "doses_not_attested"):
        assert index in plan
        assert index in str(count)


# --- left over by a closed day


def given(thao: UUID) -> UUID:
    """Give a dose out of a vial of one, about which nothing was found; it waits for the close of its day."""
    label, person, visit = str(uuid7()), uuid7(), uuid7(MORNING)
    scenery.open_vial(label, doses=1)
    block = PersonBlock(name="Trần Văn Ấn", born="1980-01-01", sex="male")
    told = DoseGiven(
        id=uuid7(MORNING),
        at=MORNING,
        visit=visit,
        person=person,
        product="az",
        lot=LOT,
        vial=label,
        vaccinator=thao,
        volume_ml=0.5,
        arm="left",
    )
    scenery.tell(Arrived(id=uuid7(), at=MORNING, visit=visit, person=person, ticket="2", block=block), told)
    return told.id


def close(client: Client) -> None:
    (lines_hash,) = re.findall(r'name="lines_hash" value="(\w+)"', client.get("/station/lead/").content.decode())
    assert "Đã đóng lúc" in client.post("/station/lead/close/", {"lines_hash": lines_hash}).content.decode()


def given_by_the_one_who_closes(thao: UUID, monkeypatch: pytest.MonkeyPatch) -> UUID:
    del monkeypatch
    dose = given(thao)
    close(scenery.signed_in("thao"))
    return dose


def corrected_after_the_close(thao: UUID, monkeypatch: pytest.MonkeyPatch) -> UUID:
    del monkeypatch
    dose = given(thao)
    close(lead())
    assert attested() == [dose]
    scenery.tell(Corrected(id=uuid7(), at=MORNING, entry=dose, values=Correction(arm="right"), reason="wrong-arm"))
    return dose


def committed_while_the_lead_closed(thao: UUID, monkeypatch: pytest.MonkeyPatch) -> UUID:
    given(thao)
    close(lead())
    with monkeypatch.context() as earlier:
        # The batch read which days are closed before the close, and is committed behind it.
        earlier.setattr(visits, "closed_days", lambda _site: frozenset())
        return given(thao)


@pytest.mark.parametrize(
    "left_over", [given_by_the_one_who_closes, corrected_after_the_close, committed_while_the_lead_closed]
)
def test_a_dose_that_its_day_left_over_is_shown_to_a_second_person_who_stands_for_it(
    thao: UUID, monkeypatch: pytest.MonkeyPatch, left_over: Callable[[UUID, pytest.MonkeyPatch], UUID]
) -> None:
    dose = left_over(thao, monkeypatch)
    assert rows(f"select status, findings from immunization_dose where id = '{dose}'") == [(0, 0)]
    khoa = lead("hoa")
    assert "1 mũi chờ người thứ hai" in khoa.get("/station/lead/").content.decode()
    card = card_of(khoa.get(PAGE).content.decode(), dose)
    assert "Chưa được xác nhận cùng ngày tiêm" in card
    khoa.post(f"{PAGE}{dose}/", form_of(card))
    assert dose in attested()
    assert "Không có mũi nào đang chờ" in khoa.get(PAGE).content.decode()


def test_who_closed_the_day_sees_their_own_doses_and_stands_for_none(
    thao: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_by_the_one_who_closes(thao, monkeypatch)
    own = scenery.signed_in("thao")
    assert "1 mũi chờ người thứ hai" in own.get("/station/lead/").content.decode()
    assert "Mũi do chính bạn tiêm" in own.get(PAGE).content.decode()


def test_a_dose_of_a_day_that_is_open_waits_for_its_day(thao: UUID) -> None:
    given(thao)
    khoa = lead()
    assert "mũi chờ người thứ hai" not in khoa.get("/station/lead/").content.decode()
    assert "Không có mũi nào đang chờ" in khoa.get(PAGE).content.decode()


def test_a_long_list_goes_on_where_its_page_ended(thao: UUID) -> None:
    left_over = [given(thao) for _ in range(2)]
    close(scenery.signed_in("thao"))
    whole = sorted([*left_over, *(given(thao) for _late in range(2))])
    actor = access.actor_of_staff(scenery.hire("khoa", "lead"))
    with reaching(Reach(sites=frozenset({SITE}))):
        seen: list[UUID] = []
        for _page in range(3):
            found = waiting.waiting_at(
                SITE,
                closed_days=visits.closed_days(SITE),
                actor=actor,
                purpose=Purpose.CORRECTION,
                viewed_at=MORNING,
                after=seen[-1] if seen else None,
                limit=2,
            )
            seen += [one.dose.id for one in found]
        assert seen == whole
        assert waiting.waiting_count(SITE, closed_days=visits.closed_days(SITE), most=3) == 3


# --- told by two tablets


def test_of_two_doses_that_two_tablets_told_of_one_visit_the_lead_voids_the_one_that_was_not_given(thao: UUID) -> None:
    visit = scenery.somebody_screened("Trần Văn Ấn")
    [[person]] = rows(f"select person_id from visits_visit where id = '{visit}'")
    told = [uuid7(MORNING), uuid7(MORNING)]
    for place, dose in enumerate(told):
        at = MORNING + timedelta(minutes=5 + place)
        scenery.tell(DoseGiven(id=dose, at=at, **scenery.dose_fields(person, visit, thao)))
    khoa = lead()
    card = card_of(khoa.get(PAGE).content.decode(), told[1])
    mend = f"/station/visits/{visit}/mend/?dose={told[1]}"
    assert f'href="{mend}"' in card
    assert "Sửa mũi lúc" in khoa.get(mend).content.decode()
    form = {"entry": str(uuid7()), "what": "void", "void_why": "entered-twice"}
    assert khoa.post(mend, form)["Location"] == PAGE
    assert rows("select id, status from immunization_dose order by occurred_at") == [(told[0], 0), (told[1], 2)]
    page = khoa.get(PAGE).content.decode()
    assert str(told[1]) not in page
    assert khoa.get(f"/station/visits/{visit}/mend/?dose={uuid7()}").status_code == 404


def test_a_lead_elsewhere_mends_no_dose_of_this_site(doses: tuple[UUID, UUID]) -> None:
    [[visit]] = rows(f"select visit from immunization_dose where id = '{doses[1]}'")
    elsewhere = lead("lan", site=OTHER_SITE)
    assert elsewhere.get(f"/station/visits/{visit}/mend/?dose={doses[1]}").status_code == 404
