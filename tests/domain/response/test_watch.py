"""What the watch finds in what tablets send: read from the journal, as the worker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from tests.domain.intake.chair import LOT, NOW, OTHER_SITE, SITE, TestTablet, arrived, dose
from tests.domain.response.officers import hired
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.response import actions, jobs, queries, reactions
from tiemchung.domain.response.rules import most_doses
from tiemchung.domain.response.values import SILENT_AFTER, AlertKind, AlertShown
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.values import ReadingTold, ReceiptTold
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.clock import VIET_NAM
from tiemchung.kernel.ids import uuid7

AsWorker = Callable[[], AbstractContextManager[None]]
HOUR = most_doses(1)


@pytest.fixture
def officer(ward: None) -> Actor:
    return hired("Yến")


def send(tablet: TestTablet, *lines: bytes, now: datetime = NOW) -> None:
    intake.receive(tablet.batch(*lines), now=now)


def follow(as_worker: AsWorker, *, now: datetime = NOW) -> None:
    """Let the watch read the whole journal, twice."""
    with as_worker():
        for _ in "12":
            reactions.watch(journal.settled_after(START, limit=5_000).entries, now=now)


def look(as_worker: AsWorker, *, now: datetime) -> None:
    with as_worker():
        for _ in "12":
            jobs.look_round(now=now)


def found(officer: Actor, kind: AlertKind) -> list[AlertShown]:
    return queries.alerts([kind], actor=officer)


def doses(tablet: TestTablet, count: int, *, each_s: float) -> list[bytes]:
    first = NOW - timedelta(hours=2)
    return [dose(tablet, uuid7(), at=first + timedelta(seconds=each_s * n)) for n in range(count)]


def test_more_doses_in_an_hour_than_hands_can_give_are_an_incident(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker
) -> None:
    send(tablet, *doses(tablet, HOUR, each_s=10))
    follow(as_worker)
    assert found(officer, AlertKind.PACE_IMPOSSIBLE) == []
    send(tablet, dose(tablet, uuid7(), at=NOW - timedelta(hours=1, minutes=30)))
    follow(as_worker)
    (alert,) = found(officer, AlertKind.PACE_IMPOSSIBLE)
    assert (alert.facts.doses, alert.facts.most, alert.facts.since) == (HOUR + 1, HOUR, NOW - timedelta(hours=2))
    (incident,) = queries.incidents_open(actor=officer)
    assert (incident.kind, incident.site) == (AlertKind.PACE_IMPOSSIBLE, SITE)


def test_two_sites_at_full_pace_are_no_alarm(
    tablet: TestTablet, new_tablet: Callable[..., TestTablet], officer: Actor, as_worker: AsWorker
) -> None:
    other = new_tablet(OTHER_SITE)
    send(tablet, *doses(tablet, HOUR, each_s=10))
    send(other, *doses(other, HOUR, each_s=10))
    follow(as_worker)
    assert found(officer, AlertKind.PACE_IMPOSSIBLE) == []


def test_a_ledger_below_zero_is_told_and_taken_back_when_the_paper_comes(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker
) -> None:
    send(tablet, *doses(tablet, 101, each_s=70))
    follow(as_worker)
    (alert,) = found(officer, AlertKind.STOCK_NEGATIVE)
    assert (alert.site, alert.facts.lot, alert.facts.doses) == (SITE, LOT, -1)
    with as_worker():
        supply.load_receipts([ReceiptTold(id=uuid7(), lot=LOT, store=SITE, doses=50, at=NOW)], actor=SYSTEM, now=NOW)
    follow(as_worker)
    assert found(officer, AlertKind.STOCK_NEGATIVE) == []


def aefi(tablet: TestTablet, person: UUID, *, severity: str) -> bytes:
    return tablet.line("aefi", person=person, visit=None, onset=NOW, severity=severity, signs=["khó thở"], actions=[])


def test_an_anaphylaxis_waits_for_nobody_and_names_nobody(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person), aefi(tablet, person, severity="anaphylaxis"))
    send(tablet, aefi(tablet, uuid7(), severity="mild"))
    follow(as_worker)
    (alert,) = found(officer, AlertKind.ANAPHYLAXIS)
    assert alert.facts.lot == LOT
    assert queries.incident(alert.incident or uuid7(), actor=officer).owner is None
    severe, mild = queries.cases(since=NOW - timedelta(days=1), actor=officer)
    assert (severe.severity, severe.product, severe.lot) == ("anaphylaxis", "az", LOT)
    assert (mild.severity, mild.lot) == ("mild", "")
    rows = owner_connection.execute(
        "select c::text from response_case c union all select a::text from response_alert a"
    )
    assert str(person) not in str(rows.fetchall())


def test_one_reaction_told_three_times_is_one_case_and_one_alert(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker
) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person))
    send(tablet, *(aefi(tablet, person, severity=severity) for severity in ("severe", "anaphylaxis")))
    follow(as_worker)
    send(tablet, aefi(tablet, person, severity="moderate"))
    follow(as_worker)
    assert len(found(officer, AlertKind.ANAPHYLAXIS)) == 1
    (case,) = queries.cases(since=NOW - timedelta(days=1), actor=officer)
    assert (case.severity, case.lot) == ("anaphylaxis", LOT)


def test_a_site_is_silent_while_its_session_is_open_and_no_longer(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker
) -> None:
    opened = tablet.line("session-opened", campaign_session=uuid7(), reason=None, at=NOW)
    send(tablet, opened, now=NOW)
    follow(as_worker)
    look(as_worker, now=NOW + SILENT_AFTER)
    assert found(officer, AlertKind.SITE_SILENT) == []
    late = NOW + SILENT_AFTER + timedelta(minutes=1)
    look(as_worker, now=late)
    (alert,) = found(officer, AlertKind.SITE_SILENT)
    assert (alert.site, alert.facts.since) == (SITE, NOW)
    send(tablet, arrived(tablet, uuid7(), uuid7(), at=late), now=late)
    follow(as_worker, now=late)
    look(as_worker, now=late)
    assert found(officer, AlertKind.SITE_SILENT) == []


def test_no_tablet_s_word_takes_the_alarm_of_others_away(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    send(tablet, tablet.line("session-opened", campaign_session=uuid7(), reason=None, at=NOW), now=NOW)
    follow(as_worker)
    owner_connection.execute(
        "insert into access_deviceword (device, site, at, pending) "
        "select gen_random_uuid(), %s, %s, 2147483647 from generate_series(1, 2)",
        [SITE, NOW],
    )
    look(as_worker, now=NOW + SILENT_AFTER + timedelta(minutes=1))
    assert len(found(officer, AlertKind.SITE_SILENT)) == 1


@pytest.mark.parametrize("end", ["session-closed", "session-stopped"])
def test_a_site_that_has_closed_or_stopped_may_be_silent(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker, end: str
) -> None:
    session = uuid7()
    opened = tablet.line("session-opened", campaign_session=session, reason=None, at=NOW - timedelta(hours=8))
    ended = tablet.line(end, campaign_session=session, reason="hết vắc xin", at=NOW)
    send(tablet, opened, ended)
    look(as_worker, now=NOW + timedelta(hours=2))
    assert found(officer, AlertKind.SITE_SILENT) == []


def test_a_site_on_paper_is_known_to_be_until_it_is_heard_again(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker
) -> None:
    send(tablet, tablet.line("session-opened", campaign_session=uuid7(), reason=None, at=NOW))
    late = NOW + timedelta(hours=1)
    look(as_worker, now=late)
    actions.begin_paper(SITE, reason="mất điện cả phường", actor=officer, now=late)
    (alert,) = found(officer, AlertKind.SITE_SILENT)
    assert alert.paper_since == late
    assert [paper.reason for paper in queries.papers(actor=officer)] == ["mất điện cả phường"]
    send(tablet, arrived(tablet, uuid7(), uuid7(), at=late), now=late)
    look(as_worker, now=late)
    assert queries.papers(actor=officer) == []


def test_a_forked_device_and_what_was_set_aside_are_told(
    tablet: TestTablet, officer: Actor, as_worker: AsWorker
) -> None:
    start = tablet.head
    send(tablet, dose(tablet, uuid7()))
    restored = TestTablet(tablet.device, tablet.key)
    restored.head = start
    send(restored, dose(restored, uuid7()))
    look(as_worker, now=NOW)
    (forked,) = found(officer, AlertKind.DEVICE_FORKED)
    assert (forked.site, forked.facts.reason) == (SITE, "Máy 1")
    assert forked.incident is not None
    (aside,) = found(officer, AlertKind.ENTRIES_SET_ASIDE)
    assert (aside.facts.reason, aside.facts.entries, aside.incident) == ("fork", 1, None)


def test_a_fridge_beyond_its_limits_is_an_incident_until_it_is_read_within_them(
    ward: None, officer: Actor, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into supply_fridge (site, code, name, low_c, high_c) values (%s, 'T1', 'Tủ 1', 2, 8)", [SITE]
    )

    def read(temp_c: float, *, minute: int, highest_c: float | None = None) -> None:
        told = ReadingTold(
            id=uuid7(),
            site=SITE,
            fridge="T1",
            taken_at=NOW + timedelta(minutes=minute),
            temp_c=temp_c,
            highest_c=highest_c,
            minutes_outside=38 if highest_c else None,
        )
        with as_worker():
            supply.read_temperature(told, actor=SYSTEM, now=NOW + timedelta(hours=1))
        follow(as_worker)

    read(5.0, minute=0)
    assert found(officer, AlertKind.EXCURSION) == []
    read(6.0, minute=1, highest_c=9.4)
    (alert,) = found(officer, AlertKind.EXCURSION)
    assert (alert.facts.reason, alert.facts.temp_c, alert.facts.minutes) == ("Tủ 1", 9.4, 38)
    assert alert.incident is not None
    read(6.0, minute=2)
    assert found(officer, AlertKind.EXCURSION) == []
    read(1.2, minute=3)
    (cold,) = found(officer, AlertKind.EXCURSION)
    assert cold.facts.temp_c == 1.2


def test_what_a_logger_saw_between_two_good_readings_is_an_incident_of_its_own(
    ward: None, officer: Actor, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into supply_fridge (site, code, name, low_c, high_c) values (%s, 'T1', 'Tủ 1', 2, 8)", [SITE]
    )

    def read(*temps: float, hour: int) -> None:
        minutes = [NOW.replace(hour=hour) + timedelta(minutes=5 * place) for place in range(len(temps))]
        told = [f"{at.astimezone(VIET_NAM):%d/%m/%Y %H:%M},{temp}" for at, temp in zip(minutes, temps, strict=True)]
        content = "\n".join(["time,temperature", *told]).encode()
        with as_worker():
            supply.read_logger(uuid7(), content, site=SITE, fridge="T1", actor=SYSTEM, now=NOW + timedelta(hours=1))
        follow(as_worker)

    read(5, 5, hour=0)
    assert found(officer, AlertKind.EXCURSION_LOGGED) == []
    read(5, 1.5, 8.4, 9.5, 5, 5, hour=1)
    (alert,) = found(officer, AlertKind.EXCURSION_LOGGED)
    assert (alert.facts.reason, alert.facts.temp_c, alert.facts.minutes) == ("Tủ 1", 9.5, 15)
    assert alert.incident is not None
    read(5, 5, hour=2)
    assert len(found(officer, AlertKind.EXCURSION_LOGGED)) == 1
    read(5, -3, 9, 5, hour=3)
    assert sorted(each.facts.temp_c for each in found(officer, AlertKind.EXCURSION_LOGGED)) == [-3, 9.5]
