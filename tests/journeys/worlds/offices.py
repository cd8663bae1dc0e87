"""Desks away from the chair: a ward's office, the response center, a city's store, a checkpoint."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.domain.campaigns.files import GOOD, changed, csv_of
from tests.domain.campaigns.wards import NOW, WARD, open_campaign
from tests.domain.certificates import golden
from tests.domain.supply import depot as chain
from tests.faces.center.officers import sign_in_as
from tests.faces.checkpoint.officers import hire as hire_in_ward
from tests.faces.checkpoint.test_zones import hire as hire_planner
from tests.faces.checkpoint.test_zones import told as zone
from tests.faces.depot import scenery as store
from tests.faces.station import scenery
from tests.faces.station.scenery import SITE, signed_in
from tests.faces.workbench.test_views import hidden, kept, opened
from tests.journeys.worlds.world import HIGH, World
from tiemchung.domain.mending.actions import file_complaint
from tiemchung.domain.mending.values import ComplaintTold
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.actions import form as form_team
from tiemchung.domain.response.actions import note_call, sweep
from tiemchung.domain.response.jobs import count_sites
from tiemchung.domain.response.values import AlertKind, Facts, Signal
from tiemchung.domain.safety.events import Aefi
from tiemchung.domain.supply import actions as supply
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

IN_THE_WARD = {"level": "commune", "era": "2021", "place": WARD}
ROWS = [
    GOOD,
    changed(name="Phạm Hòa Thuận", born="31/02/1980", number=""),
    changed(name="Huỳnh Bé Ba", number="", born="01/01/1949", phone=""),
    changed(name=HIGH, number="", born="1952"),
]


def office(request: pytest.FixtureRequest) -> World:
    """Let the ward's officer have brought a list with every answer, and filled a session that has a letter to print."""
    request.getfixturevalue("set_time")(NOW)
    with request.getfixturevalue("as_worker")():
        scenery.found_sites()
        open_campaign()
    ward = sign_in_as("ward", role="ward-officer", **IN_THE_WARD)
    scenery.hire("aefi", "aefi-officer", name="Nguyễn Thị Theo Dõi")
    scenery.stock()
    reaction = Aefi(
        id=uuid7(),
        at=scenery.MORNING,
        person=scenery.dosed_elsewhere("079187004417", site=SITE),
        onset=scenery.MORNING,
        signs=["nổi mề đay khắp người"],
        severity="severe",
    )
    scenery.tell(reaction)
    checked = _checked(request, ward)
    return World(
        names={
            "list": _list(ward),
            "session": _session(ward),
            "case": _complaint(),
            "checked": checked,
            "repair": _repair(),
        },
        browsers={"ward": ward, "aefi": signed_in("aefi")},
    )


_NEWS = """
insert into people_register_news
    (person_id, sequence, exchange, told_at, day, what, new_commune, taken, site, commune)
select s.person_id, n, gen_random_uuid(), %s, date '2021-09-30', what, becomes, what = 'died', s.site, s.commune
from people_register_state s, (values (1, 'died', ''), (2, 'moved', '26740')) as told(n, what, becomes)
where s.list is not null
"""


def _checked(request: pytest.FixtureRequest, ward: Client) -> str:
    """Let a list have been sent to the register, which has called one of it wrong in every field."""
    settings = request.getfixturevalue("settings")
    settings.TIEMCHUNG_REGISTER_URL = "https://register.example.vn"
    address = kept(ward, GOOD, changed(name="Lê Thị Út", number=""))
    sent = str(ward.post(f"{address}doi-chieu/")["Location"])
    settings.TIEMCHUNG_REGISTER_URL = ""
    with request.getfixturevalue("as_worker")():
        database.run("update people_register_state set state = 2, fields = 14, due_at = null where list is not null")
        database.run(_NEWS, [NOW])
    return sent.split("/")[-2]


def _list(ward: Client) -> str:
    kept(ward, changed(name="Đặng Lệ Quyên", number="", born="1960", phone=""), changed(name="Trần Văn Hai", number=""))
    form = hidden(ward.get("/cong-tac/nhap/").content.decode(), "id")
    file = SimpleUploadedFile("to-dan-pho-12-den-15.csv", csv_of(*ROWS))
    answer = ward.post("/cong-tac/nhap/", {"id": form, "phuong": WARD, "tep": file})
    return str(answer["Location"]).split("/")[-2]


def _session(ward: Client) -> str:
    address = opened(ward, diem=SITE)
    for what in ("xep", "moi"):
        assert ward.post(f"{address}viec/", {"viec": what}).status_code == 302
    return address.split("/")[-2]


def _repair() -> str:
    """Let the site's lead have proposed to mend a lot that was typed wrong."""
    scenery.hire("khoa", "lead", name="Trần Khoa")
    lead, page = signed_in("khoa"), "/cong-tac/can-sua/hang-loat/"
    asked = {"site": SITE, "day": scenery.DAY.isoformat(), "lot": scenery.LOT}
    dose = re.findall(r'name="dose" value="([^"]+)"', lead.get(page, asked).content.decode())
    told = {"id": str(uuid7()), "to_lot": "ABX7000", "words": "Vỏ lọ cả buổi là ABX7000.", "dose": dose}
    return str(lead.post(page, {**asked, **told})["Location"]).split("/")[-2]


def _complaint() -> object:
    case = uuid7()
    told = ComplaintTold(id=case, kind="missing-dose", story="Sổ thiếu một mũi", phone="0912000111", site=SITE)
    file_complaint(told, actor=SYSTEM, now=NOW)
    return case


def center(request: pytest.FixtureRequest) -> World:
    """Let a night bring a silent site, a forked tablet, a call with its incident, and a team to send."""
    request.getfixturevalue("set_time")(NOW)
    kinds = (AlertKind.SITE_SILENT, AlertKind.DEVICE_FORKED, AlertKind.STOCK_NEGATIVE, AlertKind.ENTRIES_SET_ASIDE)
    facts = Facts(since=NOW - timedelta(minutes=192), reason="Máy 2", lot="ABX6412", doses=-7, entries=3)
    with request.getfixturevalue("as_worker")():
        scenery.found_sites()
        open_campaign()
        for kind in kinds:
            sweep(kind, [Signal(kind=kind, site=SITE, key="1", facts=facts)], now=NOW)
        count_sites(now=NOW)
    note_call(uuid7(), number="0901234218", site=SITE, words="Điểm tiêm đóng cửa sớm", actor=SYSTEM, now=NOW)
    form_team(uuid7(), name="Đội Ẵng Ễnh Ốm ỵ", actor=SYSTEM, now=NOW)
    _complaint()
    browsers = {
        "officer": sign_in_as("officer", role="duty-officer", level="everywhere"),
        "auditor": sign_in_as("auditor", role="auditor", level="everywhere"),
    }
    return World(names={"site": SITE, "incident": response.incidents_open(actor=SYSTEM)[0].id}, browsers=browsers)


def depot(request: pytest.FixtureRequest) -> World:
    """Let the store have sent doses, read temperatures, and hold a consignment that waits for two persons."""
    request.getfixturevalue("set_time")(store.NOW)
    store.a_morning_at_the_store(request.getfixturevalue("as_worker"))
    shipment = store.a_shipment_on_the_road()
    chain.released("FL3209", doses=600, product="pfizer", fridge=chain.FREEZER)
    supply.receive_consignment(chain.consignment("WAITS"), actor=chain.keeper(), now=store.NOW)
    store.readings((44, 4.6, None, None), (30, 4.4, None, None), (6, 4.7, 9.4, 38))
    return World(
        names={"site": store.CITY, "fridge": store.FRIDGE, "shipment": shipment},
        browsers={"keeper": store.somebody(store.KEEPER), "quality": store.somebody(store.FIRST)},
    )


def checkpoint(request: pytest.FixtureRequest) -> World:
    """Let a ward have a checkpoint and its province a zone."""
    here = request.getfixturevalue("checkpoint")
    request.getfixturevalue("set_time")(golden.NOW)
    with request.getfixturevalue("as_worker")():
        for login, role in (("scout", "checkpoint"), ("guard", "checkpoint"), ("ward", "ward-officer")):
            hire_in_ward(login, role)
        hire_planner("planner", place="79")
    browsers = {login: signed_in(login) for login in ("scout", "guard", "ward", "planner")}
    browsers["guard"].post("/chot/chon/", {"code": here.code})
    assert browsers["planner"].post("/chot/vung/", zone()).status_code == 302
    return World(browsers=browsers)
