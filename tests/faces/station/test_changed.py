"""A visit that came to stand otherwise than its desk knew: the lead looks, says what holds, and it waits no more."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.chair import follow
from tests.domain.campaigns.wards import officer
from tests.faces.station import scenery
from tests.faces.station.called import called, planned
from tests.faces.station.scenery import DAY, LOT, MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import rows
from tests.faces.station.test_flagged import lead
from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization.events import DoseGiven, Voided
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.mending import actions as mending
from tiemchung.domain.mending.values import Outcome
from tiemchung.domain.people import actions as people
from tiemchung.domain.people.values import IdentifierTold, Joined, PersonBlock
from tiemchung.domain.scheduling import actions as scheduling
from tiemchung.domain.scheduling.values import Appointment
from tiemchung.domain.visits.events import Arrived, Left, Released
from tiemchung.domain.visits.values import WRONG_PERSON
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("campaign")
PAGE, SETTLE = "/station/lead/changed/", "/station/lead/changed/settle/"
NUMBER = "079187004417"
AT_ONCE = MORNING + timedelta(minutes=28)
"""Two minutes before the center learns of what `scenery.tell` tells: a desk with a network."""
As = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def heard(as_worker: As) -> Callable[[], None]:
    """Return a function after which every reaction has read all there is."""

    def follow_all() -> None:
        with as_worker():
            follow()

    return follow_all


@pytest.fixture
def join(as_worker: As, heard: Callable[[], None]) -> Callable[..., None]:
    """Return a function by which two records become one, as a clerk decides it, and what follows is done."""

    def joined(one: UUID, other: UUID, *, minutes: int) -> None:
        low, high = sorted((one, other))
        with as_worker():
            people.join([Joined(person=low, other=high, decision=uuid7())], now=MORNING + timedelta(minutes=minutes))
        heard()

    return joined


def arrives(name: str = "Nguyễn Thị Ánh Hằng", *, minutes: int = 28, number: str = "079187004418") -> Arrived:
    numbers = [IdentifierTold(kind="personal-number", value=number)]
    block = PersonBlock(name=name, born="1987-03-02", sex="female", identifiers=numbers)
    at = MORNING + timedelta(minutes=minutes)
    told = Arrived(id=uuid7(), at=at, visit=uuid7(at), person=uuid7(at), ticket="31", block=block)
    scenery.tell(told)
    return told


def by(appointment: Appointment, *, site: str = SITE) -> Arrived:
    told = Arrived(
        id=uuid7(), at=AT_ONCE, visit=uuid7(), person=appointment.person, ticket="8", appointment=appointment.id
    )
    scenery.tell(told, site=site)
    return told


def page_of(client: Client) -> str:
    return html.unescape(client.get(PAGE).content.decode())


def forms(page: str) -> list[dict[str, list[str]]]:
    """Return what each of the page's forms would send."""
    found = re.findall(r"<form method=\"post\".*?</form>", page, flags=re.DOTALL)
    return [
        {
            name: re.findall(rf'name="{name}" value="([^"]*)"', form)
            for name in ("change", "verdict")
            if f'name="{name}"' in form
        }
        for form in found
        if "change" in form
    ]


def cancel(one: Appointment) -> None:
    tu = officer()
    with reaching(tu.reach):
        scheduling.cancel(one.id, actor=tu, now=MORNING)


# --- a person linked meanwhile


def test_a_link_made_while_somebody_is_here_waits_for_the_lead_who_says_it_is_one_person(
    join: Callable[..., None],
) -> None:
    known, khoa = scenery.dosed_elsewhere(NUMBER), lead()
    told = arrives("Nguyen Thi Anh Hang")
    assert "đổi trong lúc làm việc" not in khoa.get("/station/lead/").content.decode()
    join(told.person, known, minutes=29)
    assert "1 lượt đổi trong lúc làm việc" in khoa.get("/station/lead/").content.decode()
    page = page_of(khoa)
    for words in ("Nguyen Thi Anh Hang", "Nguyễn Thị Ánh Hằng", "•••• 4417", "•••• 4418", "AstraZeneca", "13/09/2021"):
        assert words in page
    english = html.unescape(khoa.get(f"/en{PAGE}").content.decode())
    for words in ("Changed meanwhile", "I have looked: it is one person", "They are two persons"):
        assert words in english
    assert "1 visit changed meanwhile" in khoa.get("/en/station/lead/").content.decode()
    one, _two = forms(page)
    assert khoa.post(SETTLE, one)["Location"] == PAGE
    assert "bạn đã xem 1 lượt" in page_of(khoa)
    assert "Không có lượt nào đổi" in page_of(khoa)
    khoa.post(SETTLE, one)
    assert "không còn chờ" in page_of(khoa)
    assert rows("select change, verdict, settled_by is not null from visits_changed") == [("linked", "stands", True)]
    assert len(rows("select 1 from people_same_as where valid_to is null")) == 1


def test_two_persons_are_parted_by_the_lead_s_word_and_a_clerk_finds_the_case(
    join: Callable[..., None], heard: Callable[[], None], as_worker: As
) -> None:
    known, khoa = scenery.dosed_elsewhere(NUMBER), lead()
    told = arrives()
    join(told.person, known, minutes=29)
    _one, two = forms(page_of(khoa))
    refused = khoa.post(SETTLE, two)
    assert "Ghi vì sao không phải là một người" in refused.content.decode()
    assert len(rows("select 1 from people_same_as where valid_to is null")) == 1
    khoa.post(SETTLE, {**two, "why": "Chưa tiêm mũi nào, thẻ khác số"})
    heard()
    assert rows("select 1 from people_same_as where valid_to is null") == []
    pair = tuple(sorted((told.person, known)))
    assert rows("select person, other, kind, state, site from mending_case") == [
        (*pair, "identity-doubt", "open", SITE)
    ]
    assert "Không có lượt nào đổi" in page_of(khoa)
    # A clerk finds that they are one person all the same: the reactions, run again, do not overrule that.
    ((case,),) = rows("select id from mending_case")
    clerk = access.actor_of_staff(scenery.hire("lien", "lead"))
    with reaching(clerk.reach):
        mending.take(case, step=uuid7(), actor=clerk, now=MORNING)
        mending.decide(case, step=uuid7(), outcome=Outcome.NOT_UPHELD, text="Cùng một người", actor=clerk, now=MORNING)
    heard()
    with as_worker():
        database.run("delete from journal_cursor where consumer = 'mending.part_doubted'")
    heard()
    assert rows("select state, outcome from mending_case") == [("decided", "not-upheld")]
    assert len(rows("select 1 from people_same_as where valid_to is null")) == 1


def test_a_case_that_joined_them_is_open_again_by_the_lead_s_word(
    join: Callable[..., None], heard: Callable[[], None]
) -> None:
    known, khoa = scenery.dosed_elsewhere(NUMBER), lead()
    heard()
    told = arrives(number=NUMBER, name="Trần Thị Mai")
    heard()
    clerk = access.actor_of_staff(scenery.hire("lien", "lead"))
    ((case,),) = rows("select id from mending_case")
    with reaching(clerk.reach):
        mending.take(case, step=uuid7(), actor=clerk, now=AT_ONCE)
        mending.decide(case, step=uuid7(), outcome=Outcome.NOT_UPHELD, text="Cùng một người", actor=clerk, now=AT_ONCE)
    join(told.person, known, minutes=29)
    assert len(rows("select 1 from people_same_as where valid_to is null")) == 1
    _one, two = forms(page_of(khoa))
    khoa.post(SETTLE, {**two, "why": "Hai chị em"})
    heard()
    assert rows("select state, outcome from mending_case") == [("open", None)]
    assert rows("select 1 from people_same_as where valid_to is null") == []


def never_dosed(known: UUID, told: Arrived) -> None:
    del told
    ((dose,),) = rows(f"select id from immunization_dose where person_id = '{known}'", OTHER_SITE)
    scenery.tell(Voided(id=uuid7(), at=MORNING, entry=dose, reason="entered-twice"), site=OTHER_SITE)


def gone_before(known: UUID, told: Arrived) -> None:
    del known
    scenery.tell(
        Released(id=uuid7(), at=AT_ONCE, visit=told.visit, person=told.person, minutes=30, state="well"),
    )


def written_down_by_mistake(known: UUID, told: Arrived) -> None:
    del known
    scenery.tell(
        Left(id=uuid7(), at=AT_ONCE, visit=told.visit, person=told.person, minutes=0, reason=WRONG_PERSON),
    )


@pytest.mark.parametrize("meanwhile", [never_dosed, gone_before, written_down_by_mistake])
def test_a_link_that_changes_nothing_at_the_chair_waits_for_nobody(
    join: Callable[..., None], meanwhile: Callable[[UUID, Arrived], None]
) -> None:
    known, khoa = scenery.dosed_elsewhere(NUMBER), lead()
    told = arrives()
    meanwhile(known, told)
    join(told.person, known, minutes=29)
    assert "Không có lượt nào đổi" in page_of(khoa)


@pytest.mark.parametrize(("minutes", "cards"), [(28, 0), (0, 1)])
def test_what_was_linked_before_is_news_only_to_a_desk_without_a_network(
    join: Callable[..., None], heard: Callable[[], None], minutes: int, cards: int
) -> None:
    known, person = scenery.dosed_elsewhere(NUMBER), uuid7()
    join(person, known, minutes=-60)
    at = MORNING + timedelta(minutes=minutes)
    block = PersonBlock(name="Nguyễn Thị Ánh Hằng", born="1987-03-02", sex="female")
    scenery.tell(Arrived(id=uuid7(), at=at, visit=uuid7(at), person=person, ticket="1", block=block))
    heard()
    assert page_of(lead()).count("Hồ sơ đã ghép") == cards


def test_a_link_that_has_ended_waits_for_nobody(join: Callable[..., None], as_worker: As) -> None:
    known, khoa = scenery.dosed_elsewhere(NUMBER), lead()
    told = arrives()
    join(told.person, known, minutes=29)
    low, high = sorted((told.person, known))
    with as_worker():
        people.part([Joined(person=low, other=high, decision=uuid7())], now=MORNING + timedelta(minutes=30))
    assert "Không có lượt nào đổi" in page_of(khoa)
    assert "đổi trong lúc làm việc" not in khoa.get("/station/lead/").content.decode()


# --- a list that changed


def test_who_came_by_appointments_cancelled_or_moved_meanwhile_are_settled_by_one_press(
    heard: Callable[[], None],
) -> None:
    hang, ai, hue = called("Nguyễn Thị Hằng", "Võ Thúy Ái", "Trần Thị Huệ")
    khoa, tu, other = lead(), officer(), planned(site=OTHER_SITE, capacity=3)
    cancel(hang)
    with reaching(tu.reach):
        starts_at = ai.starts_at
        scheduling.move_to(ai.id, session=other, site=OTHER_SITE, starts_at=starts_at, actor=tu, now=MORNING)
    for one in (hang, ai, hue):
        by(one)
    heard()
    page = page_of(khoa)
    assert "2 lượt đổi" in khoa.get("/station/lead/").content.decode()
    for words in ("Nguyễn Thị Hằng", "Lịch hẹn đã hủy", "Võ Thúy Ái", "Nhà văn hóa phường Tân Phú"):
        assert words in page
    assert "Trần Thị Huệ" not in page
    (form,) = forms(page)
    khoa.post(SETTLE, form)
    assert "bạn đã xem 2 lượt" in page_of(khoa)
    assert "Không có lượt nào đổi" in page_of(khoa)
    heard()
    assert "đổi trong lúc làm việc" not in khoa.get("/station/lead/").content.decode()


def test_a_place_given_back_after_the_arrival_was_told_is_found_too(heard: Callable[[], None]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    by(hang)
    cancel(hang)
    heard()
    assert "Lịch hẹn đã hủy" in page_of(lead())


def test_who_comes_on_the_day_after_a_missed_one_is_only_late(heard: Callable[[], None]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    later = MORNING + timedelta(days=1)
    told = Arrived(id=uuid7(), at=later, visit=uuid7(), person=hang.person, ticket="8", appointment=hang.id)
    with reaching(Reach(sites=frozenset({SITE}))):
        intake.record([told], actor=SYSTEM, site=SITE, now=later)
    heard()
    assert rows(f"select day > '{DAY}' from visits_visit") == [(True,)]
    assert "Không có lượt nào đổi" in page_of(lead())


# --- who


def test_nobody_else_sees_or_settles_them(heard: Callable[[], None]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    cancel(hang)
    by(hang)
    heard()
    khoa = lead()
    (form,) = forms(page_of(khoa))
    elsewhere = lead("lan", site=OTHER_SITE)
    assert "Không có lượt nào đổi" in page_of(elsewhere)
    elsewhere.post(SETTLE, form)
    scenery.hire("binh", "vaccinator")
    nurse = scenery.signed_in("binh")
    assert nurse.get(PAGE, headers={"accept": "text/html"}).status_code == 403
    assert nurse.post(SETTLE, form, headers={"accept": "text/html"}).status_code == 403
    khoa.post(SETTLE, {"change": ["x", f"{uuid7()}.linked.{uuid7()}", "a.b.c"]})
    assert rows("select settled_at from visits_changed") == [(None,)]


def test_a_cancelled_appointment_is_no_pair_of_persons(heard: Callable[[], None]) -> None:
    (hang,) = called("Nguyễn Thị Hằng")
    cancel(hang)
    by(hang)
    heard()
    khoa = lead()
    (form,) = forms(page_of(khoa))
    khoa.post(SETTLE, {**form, "verdict": "two-persons", "why": "?"})
    assert rows("select settled_at from visits_changed") == [(None,)]


def test_a_dose_given_meanwhile_stands_whatever_the_lead_says(join: Callable[..., None]) -> None:
    known, khoa = scenery.dosed_elsewhere(NUMBER), lead()
    told = arrives()
    dose = DoseGiven(id=uuid7(), at=AT_ONCE, **scenery.dose_fields(told.person, told.visit, uuid7()))
    scenery.tell(dose)
    join(told.person, known, minutes=29)
    _one, two = forms(page_of(khoa))
    khoa.post(SETTLE, {**two, "why": "Hai người"})
    assert rows(f"select lot, status from immunization_dose where id = '{dose.id}'") == [(LOT, 0)]
