"""Who comes without being chosen: found by what they say, asked about where two may be meant, else new; never a stranger."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.chair import follow
from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import arrival, fields, rows
from tiemchung.domain.access.actions import presence
from tiemchung.domain.mending import jobs
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.time import clock

pytestmark = pytest.mark.usefixtures("morning")
FIND = "/station/arrivals/"
NUMBER = "079187004417"
HANG = {"name": "Nguyễn Thị Ánh Hằng", "day": "2", "month": "3", "year": "1987", "sex": "female", "commune": "26734"}
SEEN, TOLD_ONLY = "2", "4"


@pytest.fixture
def nurse() -> Client:
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer")
    return scenery.signed_in("thao")


def written(site: str = SITE, **told: Any) -> UUID:
    """Write somebody down at a site, and return the person."""
    person = uuid7()
    usual: dict[str, Any] = {"name": HANG["name"], "born": "1987-03-02", "sex": "female", "commune": "26734"}
    block = PersonBlock(**(usual | told))
    scenery.tell(
        Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=person, ticket="1", block=block),
        site=site,
    )
    return person


def without_paper(nurse: Client, **told: str) -> dict[str, str]:
    """Return the form of somebody who has no number, filled in."""
    page = nurse.post(FIND, {"step": "find", "papers": "none"}).content.decode()
    return {**fields(page), **HANG, "how": SEEN, **told}


def came() -> list[UUID]:
    """Return whose visits this site has recorded at its desk, in their order."""
    return [
        person for (person,) in rows("select person_id from visits_visit where identified_at is not null order by id")
    ]


def test_who_brings_no_number_is_found_by_name_day_and_commune_and_the_desk_is_told_by_what(nurse: Client) -> None:
    person = written()
    answer = nurse.post(FIND, without_paper(nurse, name="HANG NGUYEN THI ANH"))
    assert answer.status_code == 302
    assert came() == [person]
    assert "cùng họ tên, ngày sinh và xã, phường" in nurse.get("/station/").content.decode()
    assert rows("select count(*)::int from people_person") == [(1,)]


def test_a_form_sent_twice_is_one_arrival_of_whoever_was_found_and_of_whoever_is_new(nurse: Client) -> None:
    person = written()
    found, new = without_paper(nurse), without_paper(nurse, name="Lê Thị Mới")
    for form in (found, found, new, new):
        assert nurse.post(FIND, form).status_code == 302
    assert len(came()) == len(set(came())) == 2
    assert person in came()


def test_whom_another_site_wrote_is_found_opened_for_this_visit_and_told(
    nurse: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(notices, "send", lambda messages, **_: sent.extend(messages))
    person = written(OTHER_SITE, commune="26740", phone="0903123218")
    assert nurse.post(FIND, without_paper(nurse, phone="0903 123 218")).status_code == 302
    assert came() == [person]
    assert [(one.to_person, one.template) for one in sent] == [(person, "number-shown")]
    assert rows("select person_id, how from access_presence") == [(person, "name")]
    assert (person, "care") in rows("select person_id, purpose from journal_view")


def test_whom_nobody_made_sure_of_is_never_found_elsewhere_and_asked_about_here(nurse: Client) -> None:
    """A stranger's name or number told at a desk would open the stranger's record by the slip of one's own dose."""
    stranger = written(OTHER_SITE, commune="26740", phone="0903123218")
    assert nurse.post(FIND, without_paper(nurse, phone="0903123218", how=TOLD_ONLY)).status_code == 302
    assert came() != [stranger]
    assert rows("select 1 from access_presence") == []
    known = written(name="Lê Văn An", sex="male")
    answer = nurse.post(FIND, without_paper(nurse, name="Lê Văn An", sex="male", how=TOLD_ONLY))
    assert answer.status_code == 422
    assert str(known) in answer.content.decode()
    assert str(stranger) not in answer.content.decode()


def test_two_of_one_name_and_day_are_shown_to_be_chosen_from_and_nothing_is_recorded_before(nurse: Client) -> None:
    one, other = written(phone="0903123218"), written(phone="0903123219")
    form = without_paper(nurse)
    answer = nurse.post(FIND, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Có người giống vậy trong sổ" in page
    assert "điện thoại •••• 218" in page
    assert set(re.findall(r'name="known" value="([^"]+)"', page)) == {str(one), str(other), "new"}
    assert "checked" not in re.findall(r'<input type="radio" name="known"[^>]*>', page)[0]
    assert came() == []
    again = {**fields(page), **HANG, "how": SEEN}
    assert nurse.post(FIND, again).status_code == 422, "nobody was chosen"
    assert nurse.post(FIND, {**again, "known": str(other)}).status_code == 302
    assert came() == [other]


def test_who_is_none_of_them_is_new_and_waits_for_a_clerk(
    nurse: Client, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    one, _ = written(phone="0903123218"), written(phone="0903123219")
    assert nurse.post(FIND, {**without_paper(nurse), "known": "new"}).status_code == 302
    (new,) = came()
    with as_worker():
        follow()
        while jobs.link_persons(now=clock().now()):
            pass
        cases = database.rows("select person, other from mending_case where state = 'open'")
    assert {frozenset(case) for case in cases} >= {frozenset((one, new))}


def test_nobody_is_chosen_who_is_not_like_whom_the_form_tells_of(nurse: Client) -> None:
    other = written(name="Lê Thị Khác")
    assert nurse.post(FIND, {**without_paper(nurse), "known": str(other)}).status_code == 404
    stranger = written(OTHER_SITE, commune="26740")
    assert nurse.post(FIND, {**without_paper(nurse, commune="26740"), "known": str(stranger)}).status_code == 404
    assert came() == []


def test_somebody_else_s_number_under_an_own_name_is_a_new_person(nurse: Client) -> None:
    owner = written(OTHER_SITE, identifiers=[IdentifierTold(kind="personal-number", value=NUMBER)])
    form = without_paper(nurse, name="Lê Thị Khác", kind="personal-number", number=NUMBER)
    assert nurse.post(FIND, form).status_code == 302
    assert came() != [owner]
    assert "Số giấy tờ này cũng thuộc một người khác" in nurse.get("/station/").content.decode()


def test_a_phone_opens_no_book_of_whom_only_name_day_and_commune_have_found(nurse: Client) -> None:
    written()
    assert nurse.post(FIND, without_paper(nurse, phone="0903123218", own_phone="yes")).status_code == 302
    assert "Số điện thoại chưa được gắn để mở sổ." in nurse.get("/station/").content.decode()
    assert rows("select 1 from access_confirmedphone") == []


def test_without_a_reason_and_beyond_the_day_s_budget_nobody_is_looked_up_and_whoever_comes_is_received(
    nurse: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = written()
    assert nurse.post(FIND, without_paper(nurse, reason="")).status_code == 302
    monkeypatch.setattr(presence, "LOOK_UPS_A_DAY", 0)
    assert nurse.post(FIND, without_paper(nurse)).status_code == 302
    assert person not in came()
    assert rows("select 1 from journal_view") == []


def test_a_number_typed_beside_the_one_that_was_looked_up_counts_as_another(
    nurse: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = written(OTHER_SITE, identifiers=[IdentifierTold(kind="personal-number", value=NUMBER)])
    monkeypatch.setattr(presence, "LOOK_UPS_A_DAY", 1)
    looked_up = arrival(nurse, "079187004425", **HANG, kind="personal-number", number=NUMBER)
    forged = without_paper(nurse, card=NUMBER, kind="personal-number", number=NUMBER)
    for form in (looked_up, forged):
        assert nurse.post(FIND, form).status_code == 302
    assert person not in came()
