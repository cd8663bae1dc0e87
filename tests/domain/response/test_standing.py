"""How sites stand: counted by the clock from the ledgers, summed by unit for who watches them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import psycopg
import pytest

from tests.domain.intake.chair import NOW, OTHER_SITE, SITE, TestTablet, arrived, dose
from tests.domain.response.officers import hired, signal
from tiemchung.domain.figures import reactions as figures
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.response import actions, jobs, queries
from tiemchung.domain.response.values import AlertKind
from tiemchung.kernel.actor import ANYBODY, Actor
from tiemchung.kernel.ids import uuid7

AsWorker = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def morning(tablet: TestTablet, as_worker: AsWorker) -> None:
    """Let the first site, which was issued a hundred doses, give five out of one vial of six, yesterday."""
    at = NOW - timedelta(days=1)
    lines = [tablet.line("vial-opened", lot="ABX6412", vial="V1", doses=6, reason=None, at=at)]
    for _ in range(5):
        person, visit = uuid7(), uuid7()
        lines += [arrived(tablet, person, visit, at=at), dose(tablet, person, visit, at=at)]
    intake.receive(tablet.batch(*lines), now=NOW)
    with as_worker():
        given = [entry for entry in journal.settled_after(START, limit=1000).entries if entry.kind == "dose-given"]
        figures.count(given, now=NOW)


def count(as_worker: AsWorker) -> int:
    with as_worker():
        assert jobs.count_sites(now=NOW) == jobs.count_sites(now=NOW)
        return jobs.count_sites(now=NOW)


def test_sites_are_summed_by_province_and_by_district(morning: None, as_worker: AsWorker) -> None:
    yen = hired("Yến")
    assert queries.areas(actor=yen) == []
    assert count(as_worker) == 2
    with as_worker():
        actions.sweep(AlertKind.SITE_SILENT, [signal(site=OTHER_SITE)], now=NOW)
    (province,) = queries.areas(actor=yen)
    assert (province.code, province.sites, province.spoke, province.silent) == ("79", 2, 1, 1)
    assert (province.issued, province.entered, province.usable, province.on_road) == (100, 5, 95, 0)
    assert province.days == pytest.approx(19.0)
    (district,) = queries.areas(actor=yen, province="79")
    assert (district.code, district.sites, district.entered) == ("760", 2, 5)
    assert queries.areas(actor=yen, province="01") == []


def test_a_site_that_runs_out_is_told_by_name_and_one_of_unknown_pace_is_not(
    morning: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    yen = hired("Yến")
    count(as_worker)
    assert queries.sites_short(actor=yen) == []
    owner_connection.execute("update response_sitestanding set usable = 4 where site = %s", [SITE])
    (short,) = queries.sites_short(actor=yen)
    assert short.site == SITE
    assert short.days == pytest.approx(0.8)


def test_each_officer_sees_the_sites_within_reach(morning: None, as_worker: AsWorker) -> None:
    count(as_worker)

    def seen(actor: Actor) -> list[tuple[int, int]]:
        return [(area.sites, area.entered) for area in queries.areas(actor=actor)]

    assert seen(hired("Gần", site=SITE)) == [(1, 5)]
    assert seen(hired("Xa", site=OTHER_SITE)) == [(1, 0)]
    assert seen(ANYBODY) == []
    assert queries.sites_short(actor=ANYBODY) == []
    assert queries.registrations_by_channel("covid-2021", actor=ANYBODY) == {}
