"""A missing dose that is there at last: told late, found on their record, or on another record that is theirs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.chair import dose, follow, record, void
from tests.domain.access.people_known import arrived_person
from tests.domain.mending.test_cases import (
    LATER,
    LEAD,
    NOW,
    OTHER_SITE,
    SITE,
    WARD_OFFICER,
    complaint,
    staff,
    two_sites,
)
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.errors import CaseUnknown, NotTheCasesOwner
from tiemchung.domain.mending.values import CaseShown, CaseState, Outcome, ToldFacts
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

__all__ = ["two_sites"]
Worker = Callable[[], AbstractContextManager[None]]
THE_DAY = NOW - timedelta(days=20)
TOLD = f"{THE_DAY:%d/%m/%Y}"
NAME = "Trần Thị Mai"


def missed(person: UUID, **told: Any) -> UUID:
    """Return the case of a dose that somebody's book lacks."""
    return complaint(**{"person": person, "name": NAME, "day": TOLD, **told})[0]


def told_late(person: UUID, *, site: str = SITE, days_before: int = 20) -> UUID:
    """Keep a dose of some days ago at a site that somebody types only now, and return it."""
    given = dose(person, at=NOW - timedelta(days=days_before))
    intake.record_from_paper([given], actor=SYSTEM, site=site, now=LATER)
    return given.id


def shown(case: UUID) -> CaseShown:
    return queries.case(case, actor=LEAD, purpose=Purpose.CORRECTION)


def everything_follows(as_worker: Worker) -> None:
    with as_worker():
        follow()


def take(case: UUID) -> None:
    actions.take(case, step=uuid7(), actor=LEAD, now=LATER)


def test_a_dose_that_is_told_late_ties_its_case_by_itself_and_once(as_worker: Worker) -> None:
    person = arrived_person(name=NAME)
    case = missed(person)
    given = told_late(person)
    everything_follows(as_worker)
    assert shown(case).dose == given
    with as_worker():
        assert actions.tie_missing([person], now=LATER) == 0
    steps = queries.steps_of(case, actor=LEAD, purpose=Purpose.CORRECTION)
    assert [(each.what, each.by_name) for each in steps if each.what == "found"] == [("found", None)]


@pytest.mark.parametrize(
    "told",
    [{"days_before": 12}, {"site": OTHER_SITE}, {"days_before": -1}],
    ids=["another day", "another site", "given after the complaint"],
)
def test_another_dose_ties_nothing(as_worker: Worker, told: dict[str, Any]) -> None:
    person = arrived_person(name=NAME)
    case = missed(person, **({"day": ""} if told.get("days_before") == -1 else {}))
    told_late(person, **told)
    everything_follows(as_worker)
    assert shown(case).dose is None


def test_of_two_doses_that_fit_the_owner_ties_one(as_worker: Worker) -> None:
    person = arrived_person(name=NAME)
    case = missed(person)
    first, second = told_late(person), told_late(person, days_before=21)
    everything_follows(as_worker)
    assert shown(case).dose is None
    with pytest.raises(NotTheCasesOwner):
        actions.found(case, step=uuid7(), person=person, dose=first, actor=LEAD, now=LATER)
    take(case)
    (own,) = queries.candidates_of(shown(case), actor=LEAD, purpose=Purpose.CORRECTION, viewed_at=LATER)
    assert ([each.id for each in own.doses], own.is_theirs) == ([second, first], True)
    with pytest.raises(CaseUnknown):
        actions.found(case, step=uuid7(), person=person, dose=None, actor=LEAD, now=LATER)
    actions.found(case, step=uuid7(), person=person, dose=first, actor=LEAD, now=LATER)
    assert shown(case).dose == first
    with pytest.raises(CaseUnknown):
        actions.found(case, step=uuid7(), person=person, dose=second, actor=LEAD, now=LATER)


def test_a_dose_that_was_voided_again_lets_another_take_its_place(as_worker: Worker) -> None:
    person = arrived_person(name=NAME)
    case = missed(person)
    wrong = told_late(person)
    everything_follows(as_worker)
    with reaching(Reach(sites=frozenset({SITE}))):
        record(void(wrong, at=LATER), at=LATER)
    right = told_late(person)
    everything_follows(as_worker)
    assert shown(case).dose == right


def test_a_dose_on_another_record_of_theirs_is_tied_once_two_clerks_made_them_one(as_worker: Worker) -> None:
    person, other = arrived_person(name=NAME), arrived_person(name=NAME)
    beside = told_late(person, days_before=90)
    given = told_late(other)
    case = missed(person)
    take(case)
    (found,) = queries.candidates_of(shown(case), actor=LEAD, purpose=Purpose.CORRECTION, viewed_at=LATER)
    assert (found.person.person, [each.id for each in found.doses], found.is_theirs) == (other, [given], False)
    with pytest.raises(CaseUnknown):
        actions.found(case, step=uuid7(), person=other, dose=given, actor=LEAD, now=LATER)
    asked: dict[str, Any] = {
        "step": uuid7(),
        "other": other,
        "dose": given,
        "text": "Trùng họ tên.",
        "actor": LEAD,
        "now": LATER,
    }
    pair = actions.ask_if_one(case, **asked)
    assert actions.ask_if_one(case, **asked) == pair, "a second click asks the same"
    take(pair)
    said: dict[str, Any] = {"text": "Cùng một căn cước.", "now": LATER}
    actions.decide(pair, step=uuid7(), outcome=Outcome.NOT_UPHELD, actor=LEAD, **said)
    assert shown(pair).listed.state is CaseState.PROPOSED, "doses are counted otherwise: two decide"
    proposal = queries.steps_of(pair, actor=LEAD, purpose=Purpose.CORRECTION)[-1].id
    actions.agree(pair, step=uuid7(), proposal=proposal, actor=WARD_OFFICER, **said)
    everything_follows(as_worker)
    tied = shown(case)
    assert (tied.person, tied.dose) == (other, given)
    assert beside != given
    with as_worker():
        assert database.row("select count(*) from people_same_as where valid_to is null") == (1,)


def test_a_record_out_of_reach_is_not_asked_about(as_worker: Worker) -> None:
    case = missed(arrived_person(name=NAME))
    take(case)
    with pytest.raises(CaseUnknown):
        actions.ask_if_one(case, step=uuid7(), other=uuid7(), dose=uuid7(), text="Có thể.", actor=LEAD, now=LATER)
    with pytest.raises(NotTheCasesOwner):
        actions.ask_if_one(
            case, step=uuid7(), other=uuid7(), dose=uuid7(), text="Có thể.", actor=staff(sites=[SITE]), now=LATER
        )


# Mobile teams

TEAMS = [
    {"code": "79-M001", "name": "Đội lưu động 2", "organization": "H1", "commune": "26740", "mobile": True},
    {"code": "79-M002", "name": "Đội lưu động 2", "organization": "H1", "commune": "26743", "mobile": True},
    {"code": "79-M003", "name": "Đội lưu động 12", "organization": "H1", "commune": "26740", "mobile": True},
]


@pytest.fixture
def teams(as_worker: Worker) -> None:
    """Load two teams of one name in two wards, of which the second has a session on the day, and a third team."""
    with as_worker():
        places.load_sites(TEAMS, actor=SYSTEM)
        database.run(
            "insert into scheduling_session (site, id, opened_at, day, campaign, product, state, reason) "
            "values ('79-M002', %s, %s, %s, 'covid-19', 'az', 'open', '')",
            [uuid7(), NOW, THE_DAY.date()],
        )


@pytest.mark.usefixtures("teams")
@pytest.mark.parametrize(
    ("told", "site"),
    [
        ({"team": "đội 2"}, "79-M002"),
        ({"team": "Đội lưu động số 2", "place": "trường học, phường Bến Nghé"}, "79-M001"),
        ({"team": "đội 12", "place": "phường Bến Nghé"}, "79-M003"),
        ({"team": "đội 12"}, ""),
        ({"team": "đội 2", "day": "tháng tám"}, ""),
        ({"team": "đội lưu động", "place": "phường Bến Nghé"}, ""),
        ({"team": "đội 3", "place": "phường Bến Nghé"}, ""),
        ({"team": "đội 2", "kind": "wrong-lot"}, ""),
    ],
    ids=[
        "its day",
        "its ward",
        "ward, no session",
        "name alone",
        "no day",
        "no team",
        "no such team",
        "no missing dose",
    ],
)
def test_a_missing_dose_goes_to_the_one_team_that_fits(told: dict[str, str], site: str) -> None:
    case, _ = complaint(**{"site": "", "kind": "mobile-session", "day": TOLD, **told})
    center = staff(everywhere=True)
    reached = staff(sites=[each["code"] for each in TEAMS if isinstance(each["code"], str)])
    found = {each.id: each.site for each in queries.cases_waiting(actor=reached if site else center)}
    assert found == {case: site}


@pytest.mark.usefixtures("teams")
def test_of_several_teams_the_desk_is_offered_those_that_fit_and_whose_day_it_was_first() -> None:
    told = {"team": "đội 2", "place": "chợ", "day": ""}
    fitting = queries.teams_fitting(ToldFacts(**told))
    assert [each.site.code for each in fitting] == ["79-M001", "79-M002"]
    on_the_day = queries.teams_fitting(ToldFacts(**{**told, "day": TOLD}))
    assert [(each.site.code, each.was_planned) for each in on_the_day] == [("79-M002", True), ("79-M001", False)]
    assert queries.teams_fitting(ToldFacts(place="chợ")) == []
