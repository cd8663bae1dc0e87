"""What goes on after it went wrong: a stopped session that the lead resumes, a book that opened to the wrong phone; and the slip."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.domain.access.people_known import account
from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import dosed, entries, received, rows, screened
from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.access.errors import ProofRefused
from tiemchung.domain.access.values import Relation
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def nurse(morning: None) -> Client:
    del morning
    scenery.stock()
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer")
    return scenery.signed_in("thao")


@pytest.fixture
def stopped(nurse: Client) -> tuple[UUID, UUID]:
    """Somebody who waits for a dose in a session that a reaction stopped: the visit and the session."""
    session = uuid7()
    first = received(nurse)
    scenery.join_session(first, session)
    screened(nurse, first)
    dosed(nurse, first)
    waiting = received(nurse, known="new")
    screened(nurse, waiting)
    nurse.post(f"/station/visits/{first}/reaction/", {"entry": str(uuid7()), "what": "anaphylaxis"})
    return waiting, session


def resumed(client: Client, session: UUID, reason: str, *, entry: UUID | None = None) -> Any:
    form = {"entry": str(entry or uuid7()), "reason": reason}
    return client.post(f"/station/lead/sessions/{session}/resume/", form, headers={"accept": "text/html"})


def test_a_stopped_session_goes_on_by_the_lead_s_word_and_for_a_reason(
    nurse: Client, stopped: tuple[UUID, UUID], set_time: Callable[..., None]
) -> None:
    waiting, session = stopped
    scenery.hire("khoa", "lead")
    lead = scenery.signed_in("khoa")
    set_time(MORNING + timedelta(minutes=50))
    page = lead.get("/station/lead/").content.decode()
    assert "Lý do: phản vệ." in page
    assert '<a href="/kho/">Kho của điểm: nhận chuyến hàng' in page
    assert resumed(nurse, session, "đã ổn").status_code == 403
    answer = resumed(lead, session, "  ")
    assert answer.status_code == 409
    assert "Ghi vì sao" in answer.content.decode()
    assert "Buổi tiêm đã dừng" in nurse.get(f"/station/visits/{waiting}/").content.decode()
    once = uuid7()
    for _click in range(2):
        assert resumed(lead, session, "đội cấp cứu đã xong, đổi lô", entry=once).status_code == 302
    assert "Buổi tiêm đã dừng" not in nurse.get(f"/station/visits/{waiting}/").content.decode()
    assert "Buổi tiêm đã dừng" not in lead.get("/station/lead/").content.decode()
    assert entries("session-opened") == 2, "the first opening and this one"


def test_a_session_of_another_site_is_not_resumed(
    stopped: tuple[UUID, UUID], nurse: Client, set_time: Callable[..., None]
) -> None:
    waiting, session = stopped
    scenery.hire("lan", "lead", site=OTHER_SITE)
    set_time(MORNING + timedelta(minutes=50))
    resumed(scenery.signed_in("lan"), session, "đã ổn")
    assert "Buổi tiêm đã dừng" in nurse.get(f"/station/visits/{waiting}/").content.decode()


def test_a_book_that_opened_to_the_wrong_phone_is_shut_with_a_reason(nurse: Client) -> None:
    visit = received(nurse)
    ((person,),) = rows("select person_id from visits_visit")
    code = access.issue_proof_code(person, born_year=1987, by=SYSTEM, site=SITE, now=MORNING)
    wrong = account()
    access.prove_by_code(wrong, code, 1987, relation=Relation.SELF, now=MORNING)
    address = f"/station/visits/{visit}/proofs/"
    assert address in nurse.get(f"/station/visits/{visit}/identity/").content.decode()
    assert nurse.post(address, {"reason": "vì thế"}).status_code == 422
    assert access_queries.proved_persons([person]) != {}
    for _click in range(2):
        assert nurse.post(address, {"reason": "slip-to-another"}).status_code == 302
    assert access_queries.proved_persons([person]) == {}
    assert access_queries.citizen_actor(wrong, now=MORNING).reach.books == frozenset()
    # Certificates listen to this fact.
    assert rows("select count(*) from journal_entry where kind = 'proof-withdrawn'") == [(1,)]


def test_another_site_withdraws_nothing(nurse: Client) -> None:
    visit = received(nurse)
    scenery.hire("lan", "check-in", site=OTHER_SITE)
    neighbor = scenery.signed_in("lan")
    assert neighbor.post(f"/station/visits/{visit}/proofs/", {"reason": "slip-to-another"}).status_code == 404


def test_the_slip_tells_from_which_day_the_next_dose_may_be(nurse: Client) -> None:
    visit = received(nurse)
    screened(nurse, visit)
    dosed(nurse, visit)
    page = nurse.get(f"/station/visits/{visit}/slip/").content.decode()
    assert re.search(r"Mũi 2: sớm nhất 08/11/2021, [^<]*AstraZeneca", page), page


def test_the_slip_s_page_loaded_again_has_the_printed_code_and_only_a_press_makes_another(nurse: Client) -> None:
    visit = received(nurse)
    screened(nurse, visit)
    dosed(nurse, visit)
    address = f"/station/visits/{visit}/slip/"

    def asked(key: str) -> tuple[int, list[str]]:
        answer = nurse.post(address, {"key": key})
        return answer.status_code, re.findall(r'tc-lead__code">([^<]+)<', answer.content.decode())

    def key() -> str:
        return str(re.findall(r'name="key" value="([^"]+)"', nurse.get(address).content.decode())[0])

    first = key()
    printed = asked(first)
    assert (printed[0], asked(first)) == (200, printed)
    assert "chưa dùng. Làm mã mới thì mã ấy không mở được" in nurse.get(address).content.decode()
    other = asked(key())
    assert other[1] != printed[1]
    assert asked(first) == (409, []), "the printed one was ended, and is not printed again"
    citizen = account()
    with pytest.raises(ProofRefused):
        access.prove_by_code(citizen, printed[1][0], 1987, now=MORNING)
    assert access.prove_by_code(citizen, other[1][0], 1987, now=MORNING).proved
    assert "chưa dùng" not in nurse.get(address).content.decode()


def test_an_adult_s_consent_is_kept_under_a_form_of_its_own(nurse: Client) -> None:
    screened(nurse, received(nurse))
    assert rows("select form from declarations_consent") == [("consent_ours",)]


def test_a_phone_told_at_the_desk_face_to_face_is_kept_as_confirmed(nurse: Client) -> None:
    received(nurse, phone="0902118340", own_phone="yes")
    received(nurse, known="new", phone="0902118341")
    assert rows("select count(*) from access_confirmedphone") == [(1,)]
