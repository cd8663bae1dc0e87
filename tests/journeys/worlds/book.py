"""A citizen with a full book: one person claimed and called, one who waits, one proved with a certificate and a consent."""

from __future__ import annotations

import re
from datetime import time, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from tests.domain.campaigns.wards import open_campaign
from tests.domain.certificates.scenery import attest, give, identify
from tests.domain.certificates.test_signing import follow
from tests.domain.intake.chair import NOW, SITE
from tests.faces.healthbook.citizens import BOOK, THEIRS, add, answer_all, browser, open_book
from tests.faces.healthbook.test_called import called
from tests.faces.healthbook.test_registering import register, wish_all
from tests.faces.partners import hospital
from tests.faces.partners.test_consent import ADDRESS, ALL
from tests.faces.station import scenery
from tests.faces.station.called import planned
from tests.journeys.worlds.world import World
from tiemchung.domain.access import actions as access
from tiemchung.domain.access.actions import signing
from tiemchung.domain.mending import actions as mending
from tiemchung.domain.mending import queries as mending_queries
from tiemchung.domain.mending.values import Outcome
from tiemchung.domain.people.queries import LikelyPair
from tiemchung.faces.healthbook.views import allowing
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching

NEWCOMER, ASKED = "0912000333", "0912000444"


def book(request: pytest.FixtureRequest) -> World:
    """Fill a book with somebody in each standing, and leave every question's page half answered."""
    given = request.getfixturevalue
    phones, as_worker, folder = given("phones"), given("as_worker"), given("tmp_path")
    hospital.own_keys(given("settings"), given("keys_folder"), folder)
    hospital.register(folder, site=None, scopes=ALL, addresses=[ADDRESS])
    given("set_time")(NOW)
    with as_worker():
        scenery.found_sites()
        open_campaign()
    person = _certified(request)
    citizen = open_book(phones)
    claimed = add(citizen)
    register(citizen, claimed)
    (appointment,) = called(planned(starts=time(14), ends=time(15)))
    wishing = add(citizen, relation="helped", name="Trần Thị Tư", year="1952", number="079152004418", agreed="1")
    registration = register(citizen, wishing).split("/")[-2]
    proved, other = _opened(citizen, person), _opened(open_book(phones, THEIRS, browser("198.51.100.9")), person)
    follow(as_worker)
    to_join = _to_be_joined(request, person)
    her = f"{BOOK}nguoi/{proved}/"
    citizen.post(f"{her}cho-phep/", {"id": str(uuid7()), "client": hospital.HOSPITAL, "scope": ALL, "days": "30"})
    page = citizen.get(her).content.decode()
    names: dict[str, object] = {"claimed": claimed, "wishing": wishing, "proved": proved, "other": other}
    names |= {"appointment": appointment.id, "registration": registration}
    names |= {"case": to_join}
    names |= {"paper": _first(r"/chung-nhan/([^/]+)/", page), "dose": _first(r"/khong-phai-toi/([^/]+)/", page)}
    answer_all(citizen, relation="helped", name="Trần Văn Năm", agreed="1")
    wish_all(citizen, wishing)
    _asked_by_a_system(citizen)
    # All looks at all pages of a book last longer, on a slow machine, than a code on a phone or a hospital's question waits.
    patch = request.getfixturevalue("monkeypatch")
    patch.setattr(signing, "CODE_TERM", timedelta(days=1))
    patch.setattr(allowing, "ASKED_S", timedelta(days=1).total_seconds())
    asked = browser("198.51.100.10")
    asked.post(f"{BOOK}vao/", {"phone": ASKED})
    newcomer = open_book(phones, NEWCOMER, browser("198.51.100.11"))
    return World(names=names, browsers={"citizen": citizen, "asked": asked, "newcomer": newcomer})


def _certified(request: pytest.FixtureRequest) -> UUID:
    """Return somebody whose dose is attested and whose identity a site has seen."""
    lead, tablet, person = request.getfixturevalue("lead"), request.getfixturevalue("tablet"), uuid7()
    give(tablet, person)
    identify(tablet, person, how="card-scanned")
    attest(tablet, lead)
    follow(request.getfixturevalue("as_worker"))
    return person


def _to_be_joined(request: pytest.FixtureRequest, person: UUID) -> UUID:
    """Return the case by which a clerk proposes that somebody else with a dose is this person."""
    other = uuid7()
    give(request.getfixturevalue("tablet"), other, vial="V2")
    with request.getfixturevalue("as_worker")():
        first, second = sorted((person, other))
        mending.keep_pairs([LikelyPair(first, second, certain=False)], met={person: SITE, other: SITE}, now=NOW)
    powers, reach = frozenset({Power.MEND}), Reach(sites=frozenset({SITE}))
    clerk = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=powers, reach=reach)
    (case,) = mending_queries.cases_waiting(actor=clerk)
    with reaching(reach):
        mending.take(case.id, step=uuid7(), actor=clerk, now=NOW)
        one = Outcome.NOT_UPHELD
        mending.decide(case.id, step=uuid7(), outcome=one, text="Đã gọi.", actor=clerk, now=NOW)
    return case.id


def _opened(client: Client, person: UUID) -> UUID:
    code = access.issue_proof_code(person, born_year=1984, by=SYSTEM, site=SITE, now=NOW)
    return UUID(client.post(f"{BOOK}mo/", {"code": code, "year": "1984"})["Location"].split("/")[-2])


def _asked_by_a_system(client: Client) -> None:
    """Let a hospital send the citizen's browser to be asked."""
    asked = {
        "client_id": hospital.HOSPITAL,
        "redirect_uri": ADDRESS,
        "response_type": "code",
        "scope": " ".join(ALL),
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    assert client.get(f"{BOOK}cho-phep/?{urlencode(asked)}").status_code == 302


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, pattern
    return found[1]
