"""What lies on the disk: no name and no number of anybody, in any table, in any spelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg

from tests.domain.intake.chair import NOW, SITE, TestTablet, arrived, block, dose
from tiemchung.domain.intake import actions as intake
from tiemchung.kernel.ids import uuid7

NAME, NUMBER, PHONE, GUARDIAN = "Trần Thị Ngọc Ẩn", "079199004417", "0987654218", "Lê Văn Giám"
SECRETS = (NAME, "Ngọc Ẩn", NUMBER, PHONE, GUARDIAN, "phản vệ độ hai")


def spellings(secret: str) -> set[str]:
    """A secret as text, and as the hexadecimal that a dump shows of bytes in UTF-8 and UTF-16."""
    return {secret, secret.upper(), secret.encode().hex(), secret.encode("utf-16-le").hex()}


def everything(owner: psycopg.Connection) -> dict[str, str]:
    """The whole database as text, table by table."""
    tables = owner.execute(
        "select c.oid::regclass::text from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
    ).fetchall()
    return {
        table: "\n".join(row for (row,) in owner.execute(f"select t::text from {table} t").fetchall())
        for (table,) in tables
    }


def test_a_dump_holds_no_name_and_no_number(
    new_tablet: Callable[..., TestTablet], owner_connection: psycopg.Connection
) -> None:
    tablet = new_tablet()
    person, visit = uuid7(), uuid7()
    identity = block(name=NAME, phone=PHONE, identifiers=[{"kind": "personal-number", "value": NUMBER}])
    lines = [
        arrived(tablet, person, visit, block=identity),
        tablet.line(
            "consented", visit=visit, person=person, form="consent_1535", agreed=True, guardian_name=GUARDIAN,
            guardian_phone=PHONE,
        ),
        dose(tablet, person, visit),
        tablet.line(
            "aefi", visit=visit, person=person, onset=NOW - timedelta(minutes=1), signs=["phản vệ độ hai"],
            severity="anaphylaxis", actions=[],
        ),
        b"garbage that tells " + NAME.encode() + b" and " + NUMBER.encode(),
    ]  # fmt: skip
    tablet.sequence += 1
    receipt = intake.receive(tablet.batch(*lines), now=NOW)
    assert [answer.outcome for answer in receipt.answers] == ["kept"] * 4 + ["set-aside"]
    dump = everything(owner_connection)
    assert SITE in dump["immunization_dose"], "the control: what lies in clear is found"
    for table, text in dump.items():
        for secret in SECRETS:
            for spelling in spellings(secret):
                assert spelling not in text, f"{table} tells {secret}"
