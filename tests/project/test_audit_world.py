"""What the world says happened, beside what the platform has: every class, and every difference planted on purpose."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import transaction

from tests.chair import NOW, SITE, dose, follow, record
from tests.domain.campaigns import wards
from tests.project.test_audit import AUDITOR, _failed, _written
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.certificates import actions as certificates
from tiemchung.domain.declarations.events import Screened
from tiemchung.domain.declarations.values import Outcome
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.gateways.outbox import OutboxGateway
from tiemchung.domain.places import actions as places
from tiemchung.domain.scheduling import actions as scheduling
from tiemchung.domain.scheduling.values import SessionTold
from tiemchung.domain.visits.events import Arrived, Identified
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.project.audit import audit, entries, outside
from tiemchung_world.office import list_file

DAY = date(2021, 9, 13)
EVE = datetime(2021, 9, 12, 12, tzinfo=UTC)
PEOPLE = ("Lê Văn An", "Trần Thị Bình", "Phạm Văn Chín")
Told = list[dict[str, Any]]


@pytest.fixture
def world(owner_db: None) -> Told:
    """Let a ward bring a list, somebody register alone, and a site give a dose to one of four who are called."""
    journal.forget_server_device()
    wards.open_campaign()
    places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": wards.WARD}], actor=SYSTEM)
    places.load_sites(
        [{"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": wards.WARD}], actor=SYSTEM
    )
    listed, registered, session = _listed(), _registered(), _session()
    (came, appointment), *others = [(row[1], row[0]) for row in _called(session)]
    given = _dosed(came, appointment=appointment, session=session)
    follow()
    database.run(
        "insert into visits_siteday (site, day, closed_at, by, entry, lines_hash) values (%s, %s, %s, %s, %s, '')",
        [SITE, DAY, NOW, uuid7(), uuid7()],
    )
    scheduling.miss_of_days({(SITE, DAY)})
    immunization.attest_doses([given], by=uuid7(), site=SITE, actor=SYSTEM, now=NOW)
    follow()
    while certificates.issue(now=NOW + timedelta(days=1)).looked:
        pass
    notices.deliver(OutboxGateway())
    database.run(
        "insert into movement_passage (id, occurred_at, day, site, checkpoint, commune, verdict, rule, bearer) "
        "values (%s, %s, %s, 'C1', 'C1', %s, 'passed', 'declared', 't')",
        [uuid7(), NOW, DAY, wards.WARD],
    )
    calls = [(appointment, came, "came"), *((one, person, "no-show") for person, one in others)]
    return [
        {"what": "list", "id": listed, "ward": wards.WARD, "rows": 4, "kept": 3},
        {"what": "registered", "id": registered, "ward": wards.WARD},
        {"what": "session", "id": session, "site": SITE, "day": DAY},
        *(
            {"what": "called", "id": one, "session": session, "person": who, "site": SITE, "outcome": outcome}
            for one, who, outcome in calls
        ),
        {"what": "screened", "outcome": "eligible_now", "rows": 1},
        {"what": "closed", "site": SITE, "day": DAY},
        {"what": "certificate", "id": _one("select id from certificates_certificate")},
        {"what": "passage", "site": "C1", "day": DAY, "outcome": "passed"},
    ]


def _one(query: str) -> Any:
    row = database.row(query)
    assert row is not None
    return row[0]


def _listed() -> UUID:
    officer, identifier = wards.officer(), uuid7(EVE)
    block = {"born": "1987-03-02", "sex": "female", "identifiers": [], "target_group": "09"}
    rows = [{**block, "name": name, "phone": f"090211834{place}"} for place, name in enumerate(PEOPLE)]
    content = list_file([*rows, {**block, "name": "Không Ngày Sinh", "born": "", "phone": None}])
    with reaching(officer.reach):
        asked: dict[str, Any] = {"campaign": wards.CODE, "commune": wards.WARD, "actor": officer, "now": EVE}
        campaigns.examine_list(identifier, name="danh-sach.csv", content=content, **asked)
        campaigns.keep_list(identifier, actor=officer, now=EVE)
    return identifier


def _registered() -> UUID:
    citizen = wards.citizen()
    told = wards.wish(account=citizen.id)
    campaigns.register([told], actor=citizen, now=EVE)
    return told.id


def _session() -> UUID:
    officer = wards.officer()
    told = SessionTold(
        id=uuid7(EVE), campaign=wards.CODE, site=SITE, day=DAY, product="az", starts=time(8), ends=time(9), capacity=1
    )
    with reaching(officer.reach):
        scheduling.open_session(told, actor=officer, now=EVE)
        assert (
            scheduling.fill(told.id, site=SITE, communes=[wards.WARD], actor=officer, now=EVE).placed == len(PEOPLE) + 1
        )
        scheduling.invite(told.id, site=SITE, actor=officer, now=EVE)
    return told.id


def _called(session: UUID) -> list[tuple[UUID, UUID]]:
    return database.rows(
        "select id, person_id from scheduling_appointment where session = %s order by starts_at", [session]
    )


def _dosed(person: UUID, *, appointment: UUID, session: UUID) -> UUID:
    visit = uuid7(NOW)
    here: dict[str, Any] = {"at": NOW, "visit": visit, "person": person}
    given = dose(person)
    record(
        Arrived(id=uuid7(NOW), ticket="1", campaign_session=session, appointment=appointment, **here),
        Identified(id=uuid7(NOW), how="card-scanned", **here),
        Screened(id=uuid7(NOW), form="adult_4355", answers={}, conclusion=Outcome.ELIGIBLE_NOW, reasons=[], **here),
        msgspec.structs.replace(given, visit=visit),
    )
    return given.id


@pytest.fixture
def files(world: Told, tmp_path: Path) -> tuple[Path, Path]:
    """Return what was sent and what the world tells, as files."""
    sent = _written(tmp_path / "sent.ndjson", {_one("select id from immunization_dose"): "she"})
    return sent, _account(tmp_path / "world.ndjson", world)


def _account(file: Path, world: Told) -> Path:
    file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in world))
    return file


def test_a_world_and_a_platform_that_agree_are_told_class_by_class(files: tuple[Path, Path]) -> None:
    sent, account = files
    found = audit(sent, world=account, actor=AUDITOR)
    assert _failed(found) == set()
    assert found.classes["called"] == {"came": 1, "no-show": 3}
    assert found.classes["registrations"] == {"list": 3, "own": 1}
    assert found.classes["visits"] == {"called": 1}
    assert found.classes["screenings"] == {"eligible_now": 1}
    assert found.classes["passages"] == {"passed": 1}
    assert "called" not in audit(sent, actor=AUDITOR).classes


INVITED = "(select min(id::text)::uuid from scheduling_appointment where state = 'missed')"
PLANTED = {
    "row counted that was not kept": ("update campaigns_list set kept = kept + 1", {"lists-kept"}),
    "list lost": ("delete from campaigns_list", {"lists-kept"}),
    "registration lost": ("delete from campaigns_registration where channel = 'own'", {"registrations"}),
    "registered by nobody": ("update campaigns_registration set channel = 'own'", {"registrations"}),
    "session on another day": ("update scheduling_session set day = day + 1", {"sessions"}),
    "who came is missed": ("update scheduling_appointment set state = 'missed'", {"calls"}),
    "who stayed away came": (f"update scheduling_appointment set state = 'fulfilled' where id = {INVITED}", {"calls"}),
    "appointment lost": (f"delete from scheduling_appointment where id = {INVITED}", {"calls", "invitations"}),
    "invited behind the tablets' backs": (
        f"update scheduling_appointment set id = gen_random_uuid() where id = {INVITED}",
        {"calls", "calls-known", "invitations"},
    ),
    "message lost": (f"delete from notices_delivery where id = {INVITED}", {"invitations"}),
    "invitation doubled": (
        (
            "insert into notices_delivery (id, channel, kind, template, language, purpose, campaign, site, person, state, "
            "reason, tries, queued_at, due_at) select gen_random_uuid(), channel, kind, template, language, purpose, campaign, "
            f"site, person, 'queued', '', 0, queued_at, due_at from notices_delivery where id = {INVITED}"
        ),
        {"invitations"},
    ),
    "delivered to nobody": ("delete from notices_outbox where channel = 'sms'", {"messages-received"}),
    "screening turned round": ("update visits_visit set conclusion = 4", {"screenings"}),
    "day open again": ("delete from visits_siteday", {"days-closed"}),
    "shown and gone": ("update certificates_certificate set id = gen_random_uuid()", {"certificates-seen"}),
    "signed for a dose of another": (
        "update certificates_certificate set dose = gen_random_uuid()",
        {"certificates-true"},
    ),
    "held and not passed": ("update movement_passage set verdict = 'held'", {"passages"}),
}
"""What is altered on purpose, and which checks must find it: no more and no fewer."""


def test_every_planted_difference_is_found_and_named(files: tuple[Path, Path]) -> None:
    entries.load(files[0])
    outside.load(files[1])
    found = {}
    for name, (statement, _) in PLANTED.items():
        with transaction.atomic():
            assert database.run(statement) != 0, name
            found[name] = _faulty()
            transaction.set_rollback(True)
    assert found == {name: expected for name, (_, expected) in PLANTED.items()}
    assert _faulty() == set()


def _faulty() -> set[str]:
    return {check.name for check in outside.checks() if not check.ok}


UNTOLD = {
    "closed": {"certificates-true", "days-closed"},
    "list": {"lists-kept"},
    "called": {"calls-known"},
    "session": {"sessions"},
    "passage": {"passages"},
    "screened": {"screenings"},
    "registered": {"registrations"},
}
"""What the platform has though it never happened: without the day's closing, the certificate is for an unattested dose."""


def test_what_never_happened_is_found(world: Told, files: tuple[Path, Path], tmp_path: Path) -> None:
    entries.load(files[0])
    found = {}
    for what in UNTOLD:
        outside.load(_account(tmp_path / f"{what}.ndjson", [line for line in world if line["what"] != what]))
        found[what] = _faulty()
    assert found == UNTOLD


def test_calls_to_a_day_that_nobody_closed_may_stand(world: Told, files: tuple[Path, Path], tmp_path: Path) -> None:
    entries.load(files[0])
    open_day = _account(tmp_path / "open.ndjson", [line for line in world if line["what"] != "closed"])
    for state, account, faulty in (
        ("missed", files[1], True),
        ("missed", open_day, False),
        ("fulfilled", open_day, True),
    ):
        outside.load(account)
        with transaction.atomic():
            assert database.run("update scheduling_appointment set state = 'booked' where state = %s", [state]) != 0
            assert ("calls" in _faulty()) is faulty
            transaction.set_rollback(True)


def test_a_certificate_for_a_dose_that_nobody_gave_is_found(files: tuple[Path, Path], tmp_path: Path) -> None:
    entries.load(_written(tmp_path / "untrue.ndjson"))
    outside.load(files[1])
    assert _faulty() == {"certificates-true"}


def test_an_account_that_cannot_be_read_is_refused_with_the_line(files: tuple[Path, Path]) -> None:
    with files[1].open("ab") as account:
        account.write(b"what happened then\n")
    with pytest.raises(ValueError, match=r"world\.ndjson, line \d+"):
        audit(files[0], world=files[1], actor=AUDITOR)
