"""A site in the middle of a morning, with somebody at each of its stages, and everybody who works there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.domain.access.people_known import account
from tests.domain.campaigns.wards import officer, open_campaign
from tests.faces.station import called, scenery
from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE, hire, signed_in
from tests.faces.station.test_present import code_of
from tests.journeys.worlds.world import HIGH, World
from tiemchung.domain.access import actions as access
from tiemchung.domain.access.values import Relation
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.mending import actions as mending
from tiemchung.domain.mending.values import ComplaintTold
from tiemchung.domain.people import actions as people
from tiemchung.domain.people.values import Joined, PersonBlock
from tiemchung.domain.safety.events import Aefi
from tiemchung.domain.scheduling import actions as scheduling
from tiemchung.domain.scheduling.values import Appointment
from tiemchung.domain.visits import actions as visits
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

LATER = MORNING + timedelta(minutes=20)


def chair(request: pytest.FixtureRequest) -> World:
    """Let one be called, one have arrived, one wait for a dose, one be watched and one react."""
    request.getfixturevalue("set_time")(MORNING + timedelta(minutes=30))
    with request.getfixturevalue("as_worker")():
        scenery.found_sites()
        open_campaign()
        scenery.tablet("Máy 2")
    hire("nurse", "check-in", "screener", "vaccinator", "observer")
    hire("recorder", "recorder", name="Trần Văn Nhập")
    hire("lead", "lead", "vaccinator", name="Lê Minh Khoa")
    roles = [{"role": "vaccinator", "site": site} for site in (SITE, OTHER_SITE)]
    access.load_staff(
        [{"id": str(uuid7()), "name": "Đỗ Thị Lưu", "login": "roaming", "roles": roles}], actor=SYSTEM, now=MORNING
    )
    scenery.stock()
    scenery.stock(lot="FK1234", product="pfizer", doses=60)
    scenery.open_vial("LQ7-0412", doses=10)
    appointment, gone = called.called("Lê Thị Hường", "Đặng Thị Mỵ")
    _changed_meanwhile(request, gone)
    names: dict[str, object] = {"appointment": appointment.id, "arrived": _arrived()}
    names["waiting"] = scenery.somebody_screened(HIGH)
    names["watched"] = _dosed(scenery.somebody_screened("Phạm Hòa Thuận", ticket="32"))
    names["reacting"] = _reacting(_dosed(scenery.somebody_screened("Bùi Thị Ẵng", ticket="33")))
    names["missed"] = _missed(scenery.somebody_screened("Vũ Thị Sổ Thiếu", ticket="34"))
    browsers = {login: signed_in(login) for login in ("nurse", "recorder", "lead", "roaming")}
    shown = browsers["nurse"].post("/station/arrivals/", {"step": "find", "card": _code_of_a_book()})
    names["grant"] = shown["Location"].split("/")[-2]
    return World(names=names, browsers=browsers)


def _missed(visit: UUID) -> UUID:
    """Let whoever came in this visit say that their book lacks a dose of the site."""
    with reaching(Reach(sites=frozenset({SITE}))):
        ((person,),) = database.rows("select person_id from visits_visit where id = %s", [visit])
    case, words = uuid7(), "Tiêm sáng thứ Hai ở đây, có giấy, mà sổ không có mũi nào."
    told = ComplaintTold(
        id=case, kind="missing-dose", story=words, site=SITE, person=person, name="Vũ Thị Sổ Thiếu", day="12/07/2021"
    )
    mending.file_complaint(told, actor=SYSTEM, now=MORNING)
    return case


def _changed_meanwhile(request: pytest.FixtureRequest, gone: Appointment) -> None:
    """Let one have come by an appointment that was given back, and one have been linked to a record with a dose."""
    known, person = scenery.dosed_elsewhere("079187004410"), uuid7()
    block = PersonBlock(name="Nguyen Thi Anh Hang", born="1987", sex="female")
    planner = officer()
    with reaching(planner.reach):
        scheduling.cancel(gone.id, actor=planner, now=MORNING)
    scenery.tell(
        Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=person, ticket="35", block=block),
        Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=gone.person, ticket="36", appointment=gone.id),
    )
    low, high = sorted((known, person))
    with request.getfixturevalue("as_worker")():
        people.join([Joined(person=low, other=high, decision=uuid7())], now=MORNING + timedelta(minutes=5))
        visits.find_changes({person, gone.person}, late=[], now=MORNING)


def _arrived() -> UUID:
    visit, block = uuid7(), PersonBlock(name="Võ Thúy Ái", born="1952", sex="female")
    scenery.tell(Arrived(id=uuid7(), at=MORNING, visit=visit, person=uuid7(), ticket="34", block=block))
    return visit


def _dosed(visit: UUID) -> UUID:
    told = scenery.dose_fields(_person_of(visit), visit, uuid7())
    scenery.tell(DoseGiven(id=uuid7(), at=LATER, **told))
    return visit


def _reacting(visit: UUID) -> UUID:
    reaction = Aefi(
        id=uuid7(),
        at=LATER,
        person=_person_of(visit),
        visit=visit,
        onset=LATER,
        severity="severe",
        signs=["nổi mề đay khắp người"],
    )
    scenery.tell(reaction)
    return visit


def _person_of(visit: UUID) -> UUID:
    with reaching(Reach(sites=frozenset({SITE}))):
        ((person,),) = database.rows("select person_id from visits_visit where id = %s", [visit])
    assert isinstance(person, UUID)
    return person


def _code_of_a_book() -> str:
    """Return what the book of somebody shows who had a dose at another site."""
    person = scenery.dosed_elsewhere("079187004417")
    code = access.issue_proof_code(person, born_year=1987, by=SYSTEM, site=OTHER_SITE, now=MORNING)
    return code_of(access.prove_by_code(account(), code, 1987, relation=Relation.SELF, now=MORNING))
