"""One error that hit many doses: who may mend it, that two persons do, what becomes of each dose, and that it can go back."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.chair import follow
from tests.faces.station import scenery
from tests.faces.station.scenery import DAY, LOT, MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import rows
from tiemchung.domain.immunization.events import DoseGiven, Voided
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending.values import MOST_REPAIRED
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.values import LotTold
from tiemchung.domain.visits.events import Arrived, Attested
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

PAGE, RIGHT, EXPIRED, WORDS = "/cong-tac/can-sua/hang-loat/", "ABX7000", "PV9001", "Vỏ lọ cả buổi là ABX7000."
Worker = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def thao(committed_db: None, as_worker: Worker, set_time: Callable[..., None]) -> UUID:
    """Return who gives the doses, at a site with both lots on its shelf."""
    del committed_db
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
    scenery.stock()
    scenery.stock(lot=RIGHT)
    set_time(MORNING + timedelta(minutes=30))
    return scenery.hire("thao", "vaccinator")


@pytest.fixture
def doses(thao: UUID) -> list[UUID]:
    """Three doses of three persons that were told with one lot."""
    return [given(thao, minute) for minute in range(3)]


def given(vaccinator: UUID, minute: int) -> UUID:
    at, person, visit = MORNING + timedelta(minutes=minute), uuid7(), uuid7()
    block = PersonBlock(name=f"Nguyễn Thị Hằng {minute}", born="1987-03-02", sex="female")
    dose = DoseGiven(
        id=uuid7(at),
        at=at,
        visit=visit,
        person=person,
        product="az",
        lot=LOT,
        vaccinator=vaccinator,
        volume_ml=0.5,
        arm="left",
    )
    scenery.tell(Arrived(id=uuid7(at), at=at, visit=visit, person=person, ticket=str(minute), block=block), dose)
    return dose.id


def lead(login: str, *, site: str = SITE) -> Client:
    scenery.hire(login, "lead", site=site, name=f"Trần {login}")
    return scenery.signed_in(login)


def propose(client: Client, chosen: list[UUID], **otherwise: object) -> str:
    """Return the address of the page of the repair that was proposed."""
    form = {"id": str(uuid7()), "site": SITE, "day": DAY.isoformat(), "lot": LOT, "to_lot": RIGHT, "words": WORDS}
    answer = client.post(PAGE, {**form, "dose": [str(dose) for dose in chosen], **otherwise})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def lots() -> list[str]:
    return [lot for (lot,) in rows("select lot from immunization_dose order by occurred_at")]


def stand_for_all(doses: list[UUID], by: str) -> None:
    """Let a lead stand for these doses, as when the day was closed."""
    lead = scenery.hire(by, "lead", name="Lê Bình")
    scenery.tell(Attested(id=uuid7(), at=MORNING + timedelta(minutes=9), staff=lead, doses=doses))


def statuses() -> list[int]:
    return [status for (status,) in rows("select status from immunization_dose order by occurred_at")]


def test_the_chosen_doses_are_mended_when_a_second_person_agrees_and_their_people_are_told(
    doses: list[UUID], as_worker: Worker
) -> None:
    khoa, minh = lead("khoa"), lead("minh")
    found = khoa.get(PAGE, {"site": SITE, "day": DAY.isoformat(), "lot": LOT}).content.decode()
    assert [str(dose) in found for dose in doses] == [True, True, True]
    assert "Nguyễn Thị Hằng 2" in found
    repair = propose(khoa, doses[:2])
    assert lots() == [LOT] * 3
    assert khoa.post(repair, {"what": "agree"}).status_code == 409
    assert lots() == [LOT] * 3
    page = minh.get(repair).content.decode()
    assert WORDS in page
    assert "Nguyễn Thị Hằng 1" in page
    assert "Nguyễn Thị Hằng 2" not in page
    assert minh.post(repair, {"what": "agree"}).status_code == 302
    assert minh.post(repair, {"what": "agree"}).status_code == 409
    assert lots() == [RIGHT, RIGHT, LOT]
    assert len(rows("select 1 from immunization_amendment")) == 2
    with as_worker():
        follow()
        told = database.rows("select template, count(distinct person) from notices_delivery group by 1 order by 1")
    assert ("dose-mended", 2) in told


def test_many_doses_are_mended_with_as_many_statements_as_one(
    thao: UUID, doses: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [*doses, *(given(thao, minute) for minute in range(3, 9))]
    khoa, minh = lead("khoa"), lead("minh")
    asked: list[str] = []
    execute = database._execute

    def noted(sql: str, *rest: Any) -> Any:
        asked.append(" ".join(sql.split()[:6]))
        return execute(sql, *rest)

    def statements(chosen: list[UUID]) -> list[str]:
        repair = propose(khoa, chosen)
        asked.clear()
        assert minh.post(repair, {"what": "agree"}).status_code == 302
        return list(asked)

    monkeypatch.setattr(database, "_execute", noted)
    assert statements(many[:1]) == statements(many[1:])
    assert lots() == [RIGHT] * len(many)
    assert rows("select lot, doses from supply_balance order by lot") == [(LOT, 100), (RIGHT, 100 - len(many))]


def test_a_repair_is_taken_back_by_two_persons_too(doses: list[UUID]) -> None:
    khoa, minh = lead("khoa"), lead("minh")
    repair = propose(khoa, doses)
    minh.post(repair, {"what": "agree"})
    back = {"what": "take-back", "id": str(uuid7()), "words": "Nhầm ngày."}
    answer = minh.post(repair, back)
    assert lots() == [RIGHT] * 3
    assert khoa.post(repair, {**back, "id": str(uuid7())}).status_code == 409
    assert minh.post(answer["Location"], {"what": "agree"}).status_code == 409
    assert khoa.post(answer["Location"], {"what": "agree"}).status_code == 302
    assert lots() == [LOT] * 3


def test_what_was_attested_stays_so_by_the_word_of_the_second_lead(doses: list[UUID]) -> None:
    stand_for_all(doses[:2], "binh")
    assert statuses() == [1, 1, 0]
    lead("minh").post(propose(lead("khoa"), doses), {"what": "agree"})
    assert lots() == [RIGHT] * 3
    assert statuses() == [1, 1, 0]


def test_a_dose_that_turns_out_to_be_of_an_expired_lot_waits_for_a_look_of_its_own(
    doses: list[UUID], as_worker: Worker
) -> None:
    stand_for_all(doses, "binh")
    with as_worker():
        told = LotTold(number=EXPIRED, product="az", expires_on=date(2021, 9, 1))
        supply.load_lots([told], actor=SYSTEM, now=MORNING)
    lead("minh").post(propose(lead("khoa"), doses, to_lot=EXPIRED), {"what": "agree"})
    assert lots() == [EXPIRED] * 3
    assert statuses() == [0, 0, 0]


def test_what_was_voided_meanwhile_is_left_alone(doses: list[UUID]) -> None:
    repair = propose(lead("khoa"), doses)
    at = MORNING + timedelta(minutes=20)
    scenery.tell(Voided(id=uuid7(at), at=at, entry=doses[0], reason="not-given", staff=scenery.hire("an", "lead")))
    minh = lead("minh")
    assert "1 mũi đã được sửa hoặc hủy" in minh.get(repair).content.decode()
    minh.post(repair, {"what": "agree"})
    assert lots() == [LOT, RIGHT, RIGHT]


def test_a_dropped_proposal_mends_nothing(doses: list[UUID]) -> None:
    khoa = lead("khoa")
    repair = propose(khoa, doses)
    assert khoa.post(repair, {"what": "drop"}).status_code == 302
    assert lead("minh").post(repair, {"what": "agree"}).status_code == 409
    assert lots() == [LOT] * 3


def test_nobody_elsewhere_and_nobody_at_the_chair_mends_many(doses: list[UUID]) -> None:
    repair = propose(lead("khoa"), doses)
    elsewhere, nurse = lead("lan", site=OTHER_SITE), scenery.signed_in("thao")
    for client, expected in ((elsewhere, 404), (nurse, 403)):
        for answer in (
            client.get(repair, headers={"accept": "text/html"}),
            client.post(repair, {"what": "agree"}, headers={"accept": "text/html"}),
            client.get(PAGE, {"site": SITE, "day": DAY.isoformat(), "lot": LOT}, headers={"accept": "text/html"}),
        ):
            assert answer.status_code == expected
    form = {"id": str(uuid7()), "site": SITE, "day": DAY.isoformat(), "lot": LOT, "to_lot": RIGHT, "words": WORDS}
    assert elsewhere.post(PAGE, {**form, "dose": [str(doses[0])]}).status_code in (403, 404)
    assert lots() == [LOT] * 3


@pytest.mark.parametrize(
    ("otherwise", "sentence"),
    [
        ({"words": " "}, "Viết"),
        ({"dose": []}, "Không mũi nào được chọn"),
        ({"to_lot": LOT}, "đã đúng như vậy"),
        ({"to_lot": ""}, "điền số lô đúng"),
        ({"dose": [str(uuid7()) for _ in range(MOST_REPAIRED + 1)]}, f"tối đa {MOST_REPAIRED} mũi"),
    ],
)
def test_what_cannot_be_proposed_says_why_and_keeps_what_was_written(
    doses: list[UUID], otherwise: dict[str, object], sentence: str
) -> None:
    form = {"id": str(uuid7()), "site": SITE, "day": DAY.isoformat(), "lot": LOT, "to_lot": RIGHT, "words": WORDS}
    answer = lead("khoa").post(PAGE, {**form, "dose": [str(dose) for dose in doses], **otherwise})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert sentence in page
    assert re.search(f"{WORDS}|{RIGHT}", page)
    assert rows("select 1 from mending_repair") == []


def test_a_proposal_sent_twice_is_one(doses: list[UUID]) -> None:
    khoa, identifier = lead("khoa"), str(uuid7())
    assert propose(khoa, doses, id=identifier) == propose(khoa, doses[:1], id=identifier)
    assert rows("select count(*) from mending_repaireddose") == [(3,)]
    assert isinstance(rows("select proposed_at from mending_repair")[0][0], datetime)
