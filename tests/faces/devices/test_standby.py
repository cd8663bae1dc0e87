"""The stand-by list of a tablet: for those that the lead works on, with whom to call and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.domain.campaigns.wards import open_campaign
from tests.faces.devices.tablets import Tablet
from tests.faces.station import scenery
from tests.faces.station.called import called, listed, planned
from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.domain.scheduling import actions
from tiemchung.domain.scheduling.values import StandbyState
from tiemchung.domain.visits.events import Arrived
from tiemchung.faces.station.pages.tablets import DESKS
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

PATH = "/api/devices/standby"


@pytest.fixture(autouse=True)
def _morning(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    del committed_db
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
        open_campaign()
    set_time(MORNING + timedelta(minutes=30))


def lists_of(asking: Tablet) -> list[dict[str, Any]]:
    answer = asking.get(PATH)
    assert answer.status_code == 200, answer.content
    assert answer.json()["day"] == "2021-09-13"
    return list(answer.json()["lists"])


def tablet(*kinds: str) -> Tablet:
    made = Tablet(site=SITE, kinds=list(kinds) or None)
    made.enroll()
    return made


def test_a_tablet_for_all_desks_hears_whom_to_call_in_their_order_and_each_telling_is_logged() -> None:
    called("Nguyễn Thị Ánh Hằng")
    here, first, second = listed("Lê Thị Hường", "Võ Thúy Ái", "Trần Thị Mai")
    scenery.tell(Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=here, ticket="1"))
    (told,) = lists_of(tablet())
    assert told["product"] == "az"
    assert [one["person"] for one in told["persons"]] == [str(first), str(second)]
    assert {(one["phone"], one["born"], one["state"]) for one in told["persons"]} == {("0902118340", "1987", None)}
    with reaching(Reach(sites=frozenset({SITE}))):
        seen = database.rows(
            "select distinct person_id from journal_view where purpose = 'registration' and actor_kind = 'device'"
        )
    assert {person for (person,) in seen} == {first, second}


def test_what_came_of_a_call_is_told_too() -> None:
    (person,) = listed("Lê Thị Hường")
    session = planned()
    reach = Reach(sites=frozenset({SITE}))
    lead = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST}), reach=reach)
    with reaching(reach):
        actions.tell_standby(person, session=session, site=SITE, state=StandbyState.COMING, actor=lead, now=MORNING)
    (told,) = lists_of(tablet())
    assert [(one["state"], one["told_at"] is not None) for one in told["persons"]] == [("coming", True)]


@pytest.mark.parametrize("desk", [name for name, (_words, kinds) in DESKS.items() if kinds is not None])
def test_a_tablet_of_one_desk_hears_no_phone(desk: str) -> None:
    listed("Lê Thị Hường")
    planned()
    kinds = DESKS[desk][1]
    assert kinds is not None
    answer = tablet(*kinds).get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


def test_no_bundle_holds_a_phone() -> None:
    listed("Lê Thị Hường")
    planned()
    assert "0902118340" not in str(tablet().bundle())
    assert "0902118340" in str(lists_of(tablet()))


def test_a_tablet_for_all_desks_tells_what_came_of_a_call_and_one_of_a_desk_does_not() -> None:
    (person,) = listed("Lê Thị Hường")
    told = {"session": str(planned()), "person": str(person), "state": "coming"}
    answer = tablet("dose-given", "confirmed").post(PATH, told)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
    lead = tablet()
    assert lead.post(PATH, told).status_code == 200
    assert [one["state"] for one in lists_of(lead)[0]["persons"]] == ["coming"]


def test_a_call_stands_under_whoever_of_the_roster_was_signed_in_and_else_under_the_tablet() -> None:
    (person,) = listed("Lê Thị Hường")
    session = planned()
    lead = scenery.hire("lam", "lead")
    mine = tablet()
    told: list[tuple[UUID, ...]] = []
    for state, staff in (("called", str(lead)), ("coming", str(uuid4())), ("declined", None)):
        word = {"session": str(session), "person": str(person), "state": state, "staff": staff}
        assert mine.post(PATH, word).status_code == 200
        with reaching(Reach(sites=frozenset({SITE}))):
            told += database.rows("select told_by from scheduling_standby where person_id = %s", [person])
    assert told == [(lead,), (mine.device,), (mine.device,)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"person": str(uuid4())}, (409, "standby-unknown")),
        ({"session": str(uuid4())}, (404, "session-unknown")),
        ({"state": "maybe"}, (400, "body-unreadable")),
    ],
)
def test_a_word_about_nobody_is_refused_by_its_name(changed: dict[str, str], expected: tuple[int, str]) -> None:
    (person,) = listed("Lê Thị Hường")
    told = {"session": str(planned()), "person": str(person), "state": "called", **changed}
    answer = tablet().post(PATH, told)
    assert (answer.status_code, answer.json()["code"]) == expected


def test_who_comes_of_the_list_is_the_person_that_the_center_knows() -> None:
    (person,) = listed("Lê Thị Hường")
    session = planned()
    number = IdentifierTold(kind="personal-number", value="079187004417")
    block = PersonBlock(name="Le Thi Huong", born="1987", sex="female", identifiers=[number])
    scenery.tell(
        Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=person, ticket="9", campaign_session=session, block=block)
    )
    assert lists_of(tablet())[0]["persons"] == []
    with reaching(Reach(sites=frozenset({SITE}))):
        assert database.rows("select person_id, campaign_session from visits_visit") == [(person, session)]


def test_another_site_s_tablet_tells_nothing_of_this_site_s_list() -> None:
    (person,) = listed("Lê Thị Hường")
    neighbor = Tablet(site=OTHER_SITE)
    neighbor.enroll()
    told = {"session": str(planned()), "person": str(person), "state": "coming"}
    assert neighbor.post(PATH, told).json()["code"] == "session-unknown"
