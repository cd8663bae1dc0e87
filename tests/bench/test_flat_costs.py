"""Costs stay flat as data grows: a plan made while a table was empty must not scan it when it is full."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest

from tiemchung.domain.certificates.actions import signing
from tiemchung.domain.notices import actions as delivering
from tiemchung.domain.notices import queries as notices
from tiemchung.domain.supply.queries import ledger
from tiemchung.domain.visits.queries import days
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database
from tiemchung.project.environment import django_database

LOOK_UP = "explain select id from immunization_dose where person_id = any(%b::uuid[])"


def scans() -> bool:
    """Tell whether the web's look-up by person would read the whole table."""
    return any("Seq Scan" in line for (line,) in database.rows(LOOK_UP, [arrays.uuids([uuid7()] * 500)]))


@pytest.mark.django_db
def test_a_look_up_planned_while_a_table_is_small_goes_by_the_index() -> None:
    assert not scans()


@pytest.mark.django_db
def test_the_lines_of_a_day_read_no_other_day_of_the_site() -> None:
    site, day = "79-0001", date(2021, 9, 13)
    found = database.rows(f"explain {days.DRAWS}", [site, day, *[site] * 5, day, day])
    plan = "\n".join(line for (line,) in found)
    assert plan.count("doses_of_a_day") == 1
    assert plan.count("doses_of_a_vial") == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        (ledger._VIAL_DAY, ["79-0001", date(2021, 9, 13), 4, 5, "79-0001", date(2021, 9, 13), 4, 5]),
        (ledger._SEALED_DAY, [4, 5, "79-0001", date(2021, 9, 13), 4, 5]),
    ],
)
def test_the_stock_lines_of_a_day_read_no_movement_of_another(lines: str, asked: list[object]) -> None:
    plan = "\n".join(line for (line,) in database.rows(f"explain {lines}", asked))
    assert "supply_movement_day" in plan
    assert "supply_movement_pkey" not in plan


def test_a_dose_that_was_signed_is_not_sought_among_all_that_wait(owner_connection: psycopg.Connection) -> None:
    one = [[uuid7()], [uuid7()], [0], [0], [0]]
    with owner_connection.transaction(force_rollback=True):
        owner_connection.execute("set local enable_seqscan = off")
        plan = owner_connection.execute(f"explain {signing.CLAIM.replace('%b', '%s')}".encode(), one).fetchall()
    assert "doses_to_be_signed" not in str(plan)
    assert "certificates_preparation_pkey" in str(plan)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (
            f"select 1 from journal_batch where device = '{UUID(int=1)}' and first <= 9 and head = ''",
            "journal_batch_of_device",
        ),
        (f"select site, day from visits_siteday where entry = '{UUID(int=1)}'", "day_of_an_attestation"),
    ],
)
def test_what_is_asked_with_every_batch_goes_by_an_index(asked: str, index: str) -> None:
    assert index in str(database.rows(f"explain {asked}"))


@pytest.mark.django_db
def test_the_messages_of_a_few_phones_are_not_sought_among_all() -> None:
    found = database.rows(f"explain {notices.OUTBOX_OF}", [arrays.binaries([b"\1" * 16] * 200), notices.SHOWN])
    assert "notices_outbox_of_contact" in str(found)


@pytest.mark.django_db
def test_what_has_expired_is_not_sought_among_all_messages_that_wait() -> None:
    now = datetime(2021, 9, 13, tzinfo=UTC)
    assert "notices_that_expire" in str(database.rows(f"explain {delivering.EXPIRE}", [now, now]))


@pytest.mark.django_db
def test_what_is_due_is_not_sought_among_the_letters_that_wait_to_be_printed() -> None:
    asked = [
        arrays.texts(["other"]),
        arrays.texts(["sms"]),
        arrays.integers([500]),
        datetime(2021, 9, 13, tzinfo=UTC),
        500,
    ]
    plan = "\n".join(line for (line,) in database.rows(f"explain {delivering.NEXT}", asked))
    assert "notices_due" in plan
    assert "kind = w.kind) AND (channel = w.channel) AND (due_at <=" in plan


@pytest.mark.django_db
def test_it_would_scan_if_it_might() -> None:
    database.run("set local enable_seqscan = on")
    assert scans()


def test_the_owners_commands_may_read_whole_tables() -> None:
    address = "postgresql://owner@localhost/tiemchung"
    assert "enable_seqscan=off" in django_database(address)["OPTIONS"]["options"]
    assert "enable_seqscan=on" in django_database(address, reads_whole_tables=True)["OPTIONS"]["options"]
