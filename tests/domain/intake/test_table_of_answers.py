"""The corners of PROTOCOL's table of answers: devices that speak for each other, ids used twice, what lies aside and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from tests.domain.intake.chair import NOW, OTHER_SITE, SITE, TestTablet, dose, id_of
from tiemchung.domain.access import actions as access
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.errors import WrongSignature
from tiemchung.domain.journal import queries as journal
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching

NewTablet = Callable[..., TestTablet]


def send(batch: bytes) -> list[str]:
    answers = intake.receive(batch, now=NOW).answers
    return [f"{one.outcome} {one.reason}" if one.reason else str(one.outcome) for one in answers]


def held(site: str = SITE) -> list[tuple[UUID, int, str, bytes]]:
    """Return what is set aside at a site: device, sequence, reason and the exact bytes."""
    with reaching(Reach(sites=frozenset({site}))):
        found = journal.set_aside_of(site, limit=50)
    return sorted((one.device, one.seq, one.reason, one.line) for one in found)


def recorded_at(owner: psycopg.Connection, dose_id: UUID) -> list[str]:
    found = owner.execute("select site from immunization_dose where id = %s", [dose_id]).fetchall()
    return [str(site) for (site,) in found]


def test_a_device_that_signs_in_another_s_name_is_refused_and_neither_chain_moves(
    new_tablet: NewTablet, owner_connection: psycopg.Connection
) -> None:
    here, there = new_tablet(), new_tablet()
    line = dose(here, uuid7())
    forged = wire.encode_batch([line], device=there.device, first=1, previous=there.head, private_key=here.key)
    with pytest.raises(WrongSignature):
        send(forged)
    assert recorded_at(owner_connection, id_of(line)) == []
    assert held() == []
    assert send(here.batch(line)) == ["kept"]
    assert send(there.batch(dose(there, uuid7()))) == ["kept"]


@pytest.mark.parametrize("sites", [(SITE, OTHER_SITE), (OTHER_SITE, SITE)], ids=["here first", "there first"])
def test_of_two_devices_that_use_one_id_the_first_to_come_counts(
    new_tablet: NewTablet, owner_connection: psycopg.Connection, sites: tuple[str, str]
) -> None:
    used = uuid7(NOW)
    first, second = (new_tablet(site) for site in sites)
    assert send(first.batch(dose(first, uuid7(), id=used))) == ["kept"]
    late = dose(second, uuid7(), id=used)
    assert send(second.batch(late)) == ["set-aside id-reused"]
    assert recorded_at(owner_connection, used) == [sites[0]]
    assert held(sites[1]) == [(second.device, 1, "id-reused", late)]


def test_a_device_that_uses_an_id_of_its_own_again_keeps_the_first(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    used, person = uuid7(NOW), uuid7()
    assert send(tablet.batch(dose(tablet, person, id=used), dose(tablet, uuid7(), id=used))) == [
        "kept",
        "set-aside id-reused",
    ]
    assert send(tablet.batch(dose(tablet, uuid7(), id=used))) == ["set-aside id-reused"]
    found = owner_connection.execute("select person_id from immunization_dose").fetchall()
    assert found == [(person,)]


def test_what_is_set_aside_lies_there_with_its_reason_and_its_bytes(new_tablet: NewTablet) -> None:
    tablet, desk = new_tablet(), new_tablet(kinds=["arrived"])
    used = dose(tablet, uuid7())
    assert send(tablet.batch(used)) == ["kept"]
    tablet.sequence += 1
    readable = dose(tablet, uuid7())
    newer = readable.replace(b'"schema":1', b'"schema":2')
    reused = dose(tablet, uuid7(), id=id_of(used))
    assert send(tablet.batch(b"\xff no entry", newer, reused)) == [
        "set-aside unreadable",
        "set-aside schema-unknown",
        "set-aside id-reused",
    ]
    barred = dose(desk, uuid7())
    assert send(desk.batch(barred)) == ["set-aside kind-not-allowed"]
    access.revoke(tablet.device, reason="mất máy", actor=SYSTEM, now=NOW)
    late = dose(tablet, uuid7())
    assert send(tablet.batch(late)) == ["set-aside device-revoked"]
    assert held() == sorted(
        [
            (tablet.device, 2, "unreadable", b"\xff no entry"),
            (tablet.device, 3, "schema-unknown", newer),
            (tablet.device, 4, "id-reused", reused),
            (tablet.device, 5, "device-revoked", late),
            (desk.device, 1, "kind-not-allowed", barred),
        ]
    )


def test_after_a_fork_the_tablet_is_heard_again_once_it_is_enrolled_again(new_tablet: NewTablet) -> None:
    tablet = new_tablet()
    start, first = tablet.head, dose(tablet, uuid7())
    assert send(tablet.batch(first, dose(tablet, uuid7()))) == ["kept", "kept"]
    restored = TestTablet(tablet.device, tablet.key)
    restored.head, restored.sequence = wire.chain(start, 1, [first]), 1
    other = dose(restored, uuid7())
    assert send(restored.batch(other)) == ["set-aside fork"]
    assert held() == [(tablet.device, 2, "fork", other)]
    anew = new_tablet()
    assert send(anew.batch(dose(anew, uuid7()))) == ["kept"]
    assert send(tablet.batch(dose(tablet, uuid7()))) == ["set-aside fork"]


@pytest.mark.parametrize("wrong", [timedelta(days=36_525), timedelta(days=1)], ids=["a century", "a day"])
def test_a_clock_that_is_wrong_and_knows_it_finds_nothing(tablet: TestTablet, wrong: timedelta) -> None:
    at = (NOW - timedelta(minutes=5) + wrong).isoformat()
    line = dose(tablet, uuid7(), at=at, offset_ms=-int(wrong.total_seconds()) * 1000)
    (answer,) = intake.receive(tablet.batch(line), now=NOW).answers
    assert {"time-implausible", "late", "backdated"}.isdisjoint(answer.findings)
