"""A world in which nothing has happened yet: every place and post is there, and nobody has done anything at any of them."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from tests.domain.campaigns.wards import WARD
from tests.domain.supply import depot as chain
from tests.faces.center.officers import sign_in_as
from tests.faces.checkpoint.officers import hire as hire_in_ward
from tests.faces.checkpoint.test_zones import hire as hire_planner
from tests.faces.healthbook.citizens import BOOK, add, browser, open_book
from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE, hire, signed_in
from tests.journeys.worlds.world import HIGH, World
from tiemchung.domain.access import actions as access
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

IN_THE_WARD = {"level": "commune", "era": "2021", "place": WARD}
ANOTHERS = "0912000222"


def bare(request: pytest.FixtureRequest) -> World:
    """Let everybody have come to work on the first morning, and a citizen have added somebody who never had a dose."""
    request.getfixturevalue("set_time")(MORNING)
    with request.getfixturevalue("as_worker")():
        chain.found_chain()
        scenery.found_sites()
        for login, role in (("scout", "checkpoint"), ("guard", "checkpoint")):
            hire_in_ward(login, role)
        hire_planner("planner", place="79")
    hire("nurse", "check-in", "screener", "vaccinator", "observer")
    hire("recorder", "recorder")
    hire("lead", "lead", "vaccinator")
    hire("aefi", "aefi-officer")
    hire("keeper", "storekeeper", site=chain.CITY)
    _hire_at_two_posts("roaming")
    phones = request.getfixturevalue("phones")
    citizen = open_book(phones)
    anothers = add(open_book(phones, ANOTHERS, browser("198.51.100.8")))
    claimed, proved = add(citizen), _proved(citizen)
    logins = ("nurse", "recorder", "lead", "aefi", "keeper", "roaming", "scout", "guard", "planner")
    return World(
        names={
            "site": chain.CITY,
            "open": SITE,
            "fridge": chain.FRIDGE,
            "claimed": claimed,
            "wishing": claimed,
            "proved": proved,
            "anothers": anothers,
        },
        browsers={
            "ward": sign_in_as("ward", role="ward-officer", **IN_THE_WARD),
            "officer": sign_in_as("officer", role="duty-officer", level="everywhere"),
            "auditor": sign_in_as("auditor", role="auditor", level="everywhere"),
            "quality": sign_in_as("quality", role="quality-officer", level="everywhere"),
            "citizen": citizen,
            "newcomer": open_book(phones, "0912000333", browser("198.51.100.11")),
            **{login: signed_in(login) for login in logins},
        },
    )


def _proved(citizen: Client) -> UUID:
    """Return the link of somebody who once came to the site, left without a dose, and proved who they are."""
    person = uuid7()
    block = PersonBlock(name=HIGH, born="1952", sex="female")
    scenery.tell(Arrived(id=uuid7(), at=MORNING, visit=uuid7(), person=person, ticket="1", block=block))
    code = access.issue_proof_code(person, born_year=1952, by=SYSTEM, site=SITE, now=MORNING)
    answer = citizen.post(f"{BOOK}mo/", {"code": code, "year": "1952", "relation": "helped", "agreed": "1"})
    return UUID(answer["Location"].split("/")[-2])


def _hire_at_two_posts(login: str) -> None:
    roles = [{"role": "vaccinator", "site": site} for site in (SITE, OTHER_SITE)]
    row = {"id": str(uuid7()), "name": "Đỗ Thị Lưu", "login": login, "roles": roles}
    access.load_staff([row], actor=SYSTEM, now=MORNING)
