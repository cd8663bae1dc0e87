"""Officers, citizens and travelers of the world walk the real pages."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_django import Settings

from tests.chair import SITE, dose, follow, record
from tests.domain.campaigns import wards
from tests.tiemchung_world.in_process import InProcess
from tests.tiemchung_world.test_office import BLOCKS
from tiemchung.domain.access import actions as access
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.gateways.outbox import OutboxGateway
from tiemchung.domain.places import actions as places
from tiemchung.domain.visits.events import Arrived, Identified
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung_world import checkpoints
from tiemchung_world.browser import Browser, PageRefusedError
from tiemchung_world.checkpoints import Post
from tiemchung_world.citizens import Citizen, slip_code
from tiemchung_world.office import Planner, WardOffice

NOW = datetime(2021, 9, 13, 2, tzinfo=UTC)
SESSION = str(uuid7(NOW))
WARD = {"level": "commune", "era": "2021", "place": wards.WARD}


@pytest.fixture
def center(owner_db: None, settings: Settings, set_time: Callable[..., None]) -> InProcess:
    """Open a campaign with a ward, its officers, a planner and a site, and let messages arrive at once."""
    settings.TIEMCHUNG_DEMO = True
    set_time(NOW)
    journal.forget_server_device()
    wards.open_campaign()
    places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": wards.WARD}], actor=SYSTEM)
    places.load_sites(
        [{"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": wards.WARD}], actor=SYSTEM
    )
    staff = {
        f"ward.{wards.WARD}": {"role": "ward-officer", **WARD},
        f"checkpoint.{wards.WARD}": {"role": "checkpoint", **WARD},
        "planner1.79": {"role": "planner", "level": "province", "era": "2021", "place": "79"},
        f"vaccinator1.{SITE}": {"role": "vaccinator", "site": SITE},
    }
    rows = [{"id": str(uuid7()), "name": login, "login": login, "roles": [role]} for login, role in staff.items()]
    access.load_staff(rows, actor=SYSTEM, now=NOW)
    return InProcess()


def count(query: str) -> Any:
    row = database.row(query)
    return row and row[0]


def test_a_ward_brings_its_list_and_a_planner_calls_who_is_on_it(center: InProcess) -> None:
    doubtful = BLOCKS[0] | {"name": "Phạm Thị Ngờ", "born": "1990-03-02"}
    left_out = WardOffice(center, wards.WARD).bring(
        [*BLOCKS, doubtful, BLOCKS[1] | {"born": ""}], list_id=str(uuid7(NOW)), rng=random.Random(2)
    )
    assert left_out == {2, 3}
    assert count("select count(*) from campaigns_registration") == 2
    planner = Planner(center, "79", 0)
    hours = {"starts": "10:00", "ends": "10:30", "places_a_slot": 1}
    planner.open(SESSION, site=SITE, day=date(2021, 9, 13), product="az", **hours)  # type: ignore[arg-type]  # hours and a number
    planner.fill(SESSION, wards=[wards.WARD])
    planner.invite(SESSION)
    assert count("select count(*) from scheduling_appointment where invited_at is not null") == 2
    assert count("select count(*) from notices_delivery where template = 'invitation'") == 2
    letters = "select count(*) from notices_delivery where channel = 'print' and state = 'delivered'"
    assert count(letters) == 0
    planner.hand_out_letters(SESSION, printed=NOW)
    assert count(letters) == 1


@pytest.mark.parametrize("away", [False, True], ids=["still-signed-in", "away-for-a-day"])
def test_a_citizen_registers_and_after_the_dose_opens_the_book_by_the_slip(
    center: InProcess, monkeypatch: pytest.MonkeyPatch, *, away: bool
) -> None:
    ask_code = Citizen.ask_code

    def ask_and_be_sent(citizen: Citizen) -> bool:
        taken = ask_code(citizen)
        notices.deliver(OutboxGateway())
        return taken

    monkeypatch.setattr(Citizen, "ask_code", ask_and_be_sent)
    citizen = Citizen(center, "0903123218")
    assert citizen.ask_code()
    citizen.sign_in()
    told = {
        "name": "Lê Thị Mai",
        "born": "1987-03-02",
        "sex": "female",
        "number": "079187004417",
        "commune": wards.WARD,
    }
    citizen.add_self(told)
    registration = citizen.register(group="09")
    assert str(count("select id from campaigns_registration where channel = 'own'")) == registration
    person, visit = count("select person_id from campaigns_registration"), uuid7(NOW)
    here: dict[str, Any] = {"at": NOW, "visit": visit, "person": person}
    record(
        Arrived(id=uuid7(NOW), ticket="1", **here),
        Identified(id=uuid7(NOW), how="card-scanned", **here),
        dose(person, visit=visit),
    )
    follow()
    desk = Browser(center)
    desk.sign_in_staff(f"vaccinator1.{SITE}")
    code = slip_code(desk, str(visit))
    assert code is not None
    if away:
        database.run("update access_signin set seen_at = seen_at - interval '1 day'")
    requests = citizen.browser.requests
    citizen.come_back()
    assert citizen.open_book(code, year="1987") == []
    assert (citizen.browser.requests > requests + 3) == away, "signed in again only where the session had ended"
    assert slip_code(desk, str(uuid7(NOW))) is None


def test_a_number_that_nobody_has_gets_no_code(center: InProcess) -> None:
    assert not Citizen(center, "0123").ask_code()


def test_travelers_pass_a_checkpoint_and_who_shows_no_code_does_not(center: InProcess) -> None:
    post = Post(center, wards.WARD, number=0)
    going: dict[str, Any] = {"name": "Lê Thị Mai", "born": "1987", "destination": "74", "day": "2021-09-13"}
    decisions = [post.pass_by(**going, readable=readable) for readable in (True, False)]
    assert decisions[0] in {"passed", "let-through"}
    assert decisions[1] not in {"passed", "let-through"}
    found = database.rows("select verdict from movement_passage where checkpoint = %s", [post.code])
    assert sorted(verdict for (verdict,) in found) == sorted(decisions)


@pytest.mark.parametrize(("sites", "there"), [(4, 2), (65, 2), (150, 3), (650, 13)])
def test_a_large_phase_has_more_checkpoints_than_two(sites: int, there: int) -> None:
    assert checkpoints.places(sites) == there


def test_a_page_that_is_refused_says_what_it_said(center: InProcess) -> None:
    with pytest.raises(PageRefusedError, match="404"):
        Browser(center).get("/khong-co/")
