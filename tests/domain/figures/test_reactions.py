from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from tests.chair import NOW, SITE, arrival, correction, days, dose, follow, record, visit, void
from tiemchung.domain.figures import queries
from tiemchung.domain.figures.reactions import count
from tiemchung.domain.figures.values import Clock, Level, Totals, Unit
from tiemchung.domain.journal import actions as journal_actions
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START, Entry
from tiemchung.kernel.ids import uuid7

DAY = date(2021, 9, 13)


@pytest.fixture(autouse=True)
def _fresh(worker_db: None) -> None:
    journal_actions.forget_server_device()


def _entries() -> list[Entry]:
    return journal.settled_after(START, limit=1_000).entries


def test_a_visit_is_counted_by_what_was_told_of_the_person() -> None:
    visit()
    follow()
    assert queries.totals() == Totals(doses=1, undated=0, by_dose_number={1: 1}, by_product={"az": 1})
    assert [day.doses for day in queries.doses_by_day(first=DAY, last=DAY)] == [1]
    assert [unit.code for unit in queries.persons_by_residence(Level.COMMUNE, parent="760")] == ["26740"]
    assert queries.as_of() == NOW


def test_a_void_counts_back() -> None:
    _, given = visit()
    follow()
    record(void(given))
    follow()
    assert queries.totals().doses == 0
    assert queries.doses_by_unit(Level.SITE) == []


def test_a_correction_moves_the_dose() -> None:
    _, given = visit()
    follow()
    record(correction(given, product="pfizer"))
    follow()
    assert queries.totals().by_product == {"pfizer": 1}


def test_a_void_of_the_first_dose_makes_the_second_the_first() -> None:
    person, first = visit()
    visit(person, at=NOW + days(60))
    follow()
    assert queries.totals().by_dose_number == {1: 1, 2: 1}
    record(void(first, at=NOW + days(61)), at=NOW + days(61))
    follow()
    assert queries.totals().by_dose_number == {1: 1}


def test_an_older_dose_that_comes_late_renumbers_the_newer_one() -> None:
    person, _ = visit(at=NOW + days(60), product="pfizer")
    follow()
    record(dose(person, at=NOW), at=NOW + days(61))
    follow()
    assert queries.totals().by_dose_number == {1: 1, 2: 1}
    assert [day.doses for day in queries.doses_by_day(first=DAY, last=DAY)] == [1]
    assert [unit.code for unit in queries.doses_by_unit(Level.SITE)] == [SITE]


def test_a_dose_from_the_future_is_in_no_day() -> None:
    person = uuid7(NOW)
    record(arrival(person), dose(person, at=NOW + days(3)))
    follow()
    totals = queries.totals()
    assert (totals.doses, totals.undated) == (1, 1)
    assert not any(day.doses for day in queries.doses_by_day(first=DAY, last=DAY + timedelta(days=9)))
    assert [day.doses for day in queries.doses_by_day(clock=Clock.ENTRY, first=DAY, last=DAY)] == [1]


def test_a_person_who_becomes_known_after_the_dose_is_counted_in_her_band() -> None:
    person = uuid7(NOW)
    record(dose(person))
    follow()
    record(arrival(person))
    follow()
    bands = {band.age_band: band.by_dose_number for band in queries.persons_by_age_band() if band.by_dose_number}
    assert list(bands) == ["18-49"]


def test_the_order_of_entries_and_a_second_telling_change_nothing() -> None:
    person, first = visit()
    _, second = visit()
    visit(person, at=NOW + days(30))
    record(void(second), correction(first, product="pfizer"), at=NOW + days(31))
    follow()
    expected = queries.totals(), queries.doses_by_unit(Level.SITE), queries.persons_by_age_band()
    told = [entry for entry in _entries() if entry.kind in {"dose-given", "voided", "corrected", "dose-renumbered"}]
    dice = random.Random(3)
    for _ in range(5):
        dice.shuffle(told)
        cut = dice.randrange(len(told))
        count(told[:cut] or told, now=NOW)
        count(told[cut:], now=NOW)
        assert (queries.totals(), queries.doses_by_unit(Level.SITE), queries.persons_by_age_band()) == expected


def test_counters_hold_no_more_than_the_doses_there_are() -> None:
    for _ in range(12):
        visit()
    follow()
    sites = Counter({unit.code: unit.doses for unit in queries.doses_by_unit(Level.SITE)})
    assert sites == {SITE: 12}
    assert queries.totals(Unit("2025", Level.COUNTRY, "VN")).doses == 12
