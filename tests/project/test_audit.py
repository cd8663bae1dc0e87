from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.chair import NOW, SITE, arrival, correction, days, dose, follow, record, visit, void
from tiemchung.domain.figures.reactions import count
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.values import START
from tiemchung.domain.supply.events import VialOpened
from tiemchung.kernel.actor import ANYBODY, EVERYWHERE, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.project.audit import audit, main
from tiemchung.project.audit.values import Audit

AUDITOR = Actor(id=None, kind=ActorKind.STAFF, name="auditor", powers=frozenset({Power.AUDIT}), reach=EVERYWHERE)

Run = Callable[[], Audit]


@pytest.fixture(autouse=True)
def _site(owner_db: None) -> None:
    """Let a site have given doses of every class."""
    journal.forget_server_device()
    opened = VialOpened(id=uuid7(NOW), at=NOW, lot="ABX1", vial="V1", doses=2)
    another = VialOpened(id=uuid7(NOW), at=NOW, lot="ABX1", vial="V2", doses=10, reason="broken")
    record(opened, another, arrival(uuid7(NOW)))
    for minute in range(3):
        visit(at=NOW + timedelta(minutes=minute), vial="V1")
    for minute in range(9):
        visit(at=NOW + timedelta(minutes=minute), vial=None)
    person, _ = visit(vial="V2")
    visit(person, at=NOW + days(60), vial="V2")
    hasty, _ = visit(vial="V2")
    visit(hasty, at=NOW + days(10), vial="V2")
    _, wrong = visit(vial="V2")
    _, typed = visit(vial="V2")
    future = uuid7(NOW)
    record(arrival(future), dose(future, at=NOW + days(400), vial="V2"))
    record(void(wrong), correction(typed, product="moderna"), at=NOW + days(61))
    follow()


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """Write what was sent as the tablets would have: every entry with its digest."""
    return _written(tmp_path / "sent.ndjson")


def _written(file: Path, truths: dict[UUID, str] | None = None) -> Path:
    lines = []
    for entry in journal_queries.settled_after(START, limit=10_000).entries:
        told: dict[str, Any] = {
            "device": entry.device,
            "seq": entry.seq,
            "id": entry.id,
            "kind": entry.kind,
            "sha256": hashlib.sha256(entry.body).hexdigest(),
            "answer": "kept",
            "site": entry.site,
            "person": entry.person,
            "truth": (truths or {}).get(entry.id),
            "entry": msgspec.Raw(entry.body),
        }
        lines.append(msgspec.json.encode(told) + b"\n")
    file.write_bytes(b"".join(lines))
    return file


def _failed(found: Audit) -> set[str]:
    assert found.ok is not any(not check.ok for check in found.checks)
    return {check.name for check in found.checks if not check.ok}


def test_a_site_without_faults_adds_up_and_every_class_is_counted(sent: Path) -> None:
    found = audit(sent, actor=AUDITOR)
    assert _failed(found) == set()
    assert found.classes["record"] == {"waiting": 18, "attested": 0, "voided": 1}
    assert found.classes["stock"] == {"vial": 8, "overfill": 1, "explained": 4, "open": 5, "voided": 1}
    assert found.classes["pairs too close"] == {"flagged": 1, "hidden by duplicates": 0}
    assert found.classes["entries"]["kept"] == len(sent.read_bytes().splitlines())


def _one(query: str) -> Any:
    row = database.row(query)
    assert row is not None
    return row[0]


FIRST_DOSE = "(select id from immunization_dose where status = 0 and vial is null order by id limit 1)"

OF_FIRST_DOSE = f"from immunization_dose where id = {FIRST_DOSE}"


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        pytest.param(
            [f"delete from immunization_dose where id = {FIRST_DOSE}"],
            {"doses-kept", "stock-classes", "stock-account", "stock-movements", "figures-doses"},
            id="dose lost",
        ),
        pytest.param(
            [
                "create temporary table twice as select * from immunization_dose where vial is null order by id limit 1",
                "update twice set person_id = gen_random_uuid()",
                "insert into immunization_dose select * from twice",
                "drop table twice",
            ],
            {"doses-once", "stock-classes", "stock-account", "stock-movements", "figures-doses"},
            id="dose doubled",
        ),
        pytest.param(
            ["update figures_unit_day set doses = doses + 1 where level = 'province' and era = '2021' and doses > 5"],
            {"figures-unit-day"},
            id="figure off by one",
        ),
        pytest.param(
            [
                (
                    "delete from supply_movement where kind = 3 and source = (select source from supply_movement"
                    " where kind = 3 limit 1)"
                )
            ],
            {"stock-movements", "stock-balances"},
            id="stock movement missing",
        ),
        pytest.param(
            ["update immunization_dose set findings = findings & ~8192 where findings & 8192 <> 0"],
            {"intervals-flagged"},
            id="interval unflagged",
        ),
        pytest.param(
            [f"update journal_entry set body = overlay(body placing '\\xff00ff' from 20) where id = {FIRST_DOSE}"],
            {"bodies-unaltered"},
            id="body altered",
        ),
        pytest.param(
            ["update journal_block set body = overlay(body placing '\\xff00ff' from 20)"],
            {"bodies-unaltered"},
            id="block altered",
        ),
        pytest.param(["delete from journal_block"], {"bodies-unaltered"}, id="block lost"),
        pytest.param(
            [f"update journal_entry set digest = sha256('another') where id = {FIRST_DOSE}"],
            {"entries-unaltered", "answers-true", "entries-once", "bodies-unaltered"},
            id="digest altered",
        ),
        pytest.param(
            [f"delete from journal_entry where id = {FIRST_DOSE}"],
            {"entries-held", "answers-true", "doses-once"},
            id="entry lost",
        ),
        pytest.param(
            [
                "update supply_balance set doses = doses + 1",
            ],
            {"stock-balances"},
            id="balance off by one",
        ),
        pytest.param(
            ["update supply_vial set drawn = drawn - 1 where vial = 'V1'"],
            {"stock-classes", "stock-account"},
            id="vial off by one",
        ),
        pytest.param(
            ["update immunization_dose set status = 0 where status = 2"],
            {"record-classes", "stock-classes", "stock-account", "stock-movements", "figures-doses"},
            id="void forgotten",
        ),
        pytest.param(
            [
                f"insert into access_staff (id, login, name, active) select vaccinator, 'a', 'A', true {OF_FIRST_DOSE}",
                (
                    "insert into access_roleassignment (id, staff_id, role, level, era, place, granted_at) "
                    f"select gen_random_uuid(), vaccinator, 'vaccinator', 'site', '', site, now() {OF_FIRST_DOSE}"
                ),
                (
                    "insert into visits_siteday (site, day, closed_at, by, entry, lines_hash) "
                    f"select site, given_on, recorded_at, gen_random_uuid(), gen_random_uuid(), '' {OF_FIRST_DOSE}"
                ),
                f"update immunization_dose set findings = 0 where id = {FIRST_DOSE}",
            ],
            {"closed-days"},
            id="clear dose of a closed day left over",
        ),
    ],
)
def test_a_planted_error_is_found(sent: Path, plant: list[str], expected: set[str]) -> None:
    for statement in plant:
        assert database.run(statement) != 0
    failed = _failed(audit(sent, actor=AUDITOR))
    assert expected <= failed
    assert failed - expected <= {check for check in failed if check.startswith(("figures-", "certificates-"))}


def test_a_voided_dose_that_is_counted_is_found(sent: Path) -> None:
    wrong = _one("select id from immunization_dose where status = 2")
    change = "update immunization_dose set status = %s where id = %s"
    database.run(change, [0, wrong])
    count(journal_queries.entries([wrong]), now=NOW)
    database.run(change, [2, wrong])
    failed = _failed(audit(sent, actor=AUDITOR))
    assert {"figures-doses", "figures-site-day", "figures-unit-total", "figures-residence-week"} <= failed
    assert all(name.startswith("figures-") for name in failed)


def test_figures_that_lag_behind_are_found(sent: Path) -> None:
    visit(at=NOW)
    assert "reactions-level" in _failed(audit(_written(sent), actor=AUDITOR))
    follow()
    assert _failed(audit(_written(sent), actor=AUDITOR)) == set()


@pytest.mark.parametrize(
    "table",
    [f"figures_{name}" for name in ("site_day", "undated", "residence_week", "group_day", "group_total", "age_total")],
)
def test_every_counter_is_recounted_row_by_row(sent: Path, table: str) -> None:
    assert database.run(f"update {table} set doses = doses + 1 where ctid = (select min(ctid) from {table})") == 1
    assert _failed(audit(sent, actor=AUDITOR)) == {table.replace("_", "-")}


def test_pairs_that_duplicates_hide_are_a_class_of_their_own(tmp_path: Path) -> None:
    _, first = visit()
    _, second = visit(at=NOW + days(3))
    follow()
    file = _written(tmp_path / "sent.ndjson", {first: "the same woman", second: "the same woman"})
    found = audit(file, actor=AUDITOR)
    assert _failed(found) == set()
    assert found.classes["pairs too close"]["hidden by duplicates"] == 1


def test_what_was_never_sent_is_found(sent: Path) -> None:
    lines = sent.read_bytes().splitlines(keepends=True)
    sent.write_bytes(b"".join(lines[1:]))
    assert _failed(audit(sent, actor=AUDITOR)) == {"entries-once"}


def test_an_answer_that_was_not_true_is_found(sent: Path) -> None:
    sent.write_bytes(sent.read_bytes().replace(b'"answer":"kept"', b'"answer":"set-aside"', 1))
    assert _failed(audit(sent, actor=AUDITOR)) == {"answers-true"}


def test_a_file_that_cannot_be_read_is_refused_with_the_line(sent: Path) -> None:
    with sent.open("ab") as file:
        file.write(b'{"device": "nobody"}\n')
    with pytest.raises(ValueError, match=r"sent\.ndjson, line \d+"):
        audit(sent, actor=AUDITOR)


@pytest.mark.parametrize(
    "actor",
    [
        ANYBODY,
        Actor(id=None, kind=ActorKind.STAFF, powers=frozenset({Power.AUDIT}), reach=Reach(sites=frozenset({SITE}))),
    ],
)
def test_only_an_auditor_of_the_whole_country_may_audit(sent: Path, actor: Actor) -> None:
    with pytest.raises(NotPermitted):
        audit(sent, actor=actor)


def test_the_command_names_what_failed_and_ends_with_it(sent: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    arguments = argparse.Namespace(sent=sent, world=None, json=True)
    assert main(arguments) == 0
    assert msgspec.json.decode(capsysbinary.readouterr().out)["ok"] is True
    database.run("update figures_site_day set doses = doses + 1 where product = 'moderna'")
    assert main(arguments) == 1
    told = msgspec.json.decode(capsysbinary.readouterr().out)
    assert [check["name"] for check in told["checks"] if check["faults"]] == ["figures-site-day"]
    assert main(argparse.Namespace(sent=sent, world=None, json=False)) == 1
    assert "FAILED figures-site-day" in capsysbinary.readouterr().out.decode()


def test_the_audit_tells_what_each_room_takes_up(sent: Path) -> None:
    told = audit(sent, actor=AUDITOR).bytes
    assert told["journal"] > 0
    assert told["immunization"] > 0
    assert sum(told.values()) <= database.rows("select pg_database_size(current_database())")[0][0]


def test_the_commands_run_on_a_platform_that_is_still_empty(own_database: Mapping[str, str], tmp_path: Path) -> None:
    nothing = tmp_path / "sent.ndjson"
    nothing.touch()
    for words in (["audit", "--sent", str(nothing), "--json"], ["rebuild", "figures"]):
        done = subprocess.run(
            [sys.executable, "-m", "tiemchung.project.cli", *words],
            env={**os.environ, **own_database},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
