from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError

from tests.domain.figures.factories import DAY, a_dose, a_key
from tiemchung.domain.figures import queries
from tiemchung.domain.figures.actions import count_as, note_lags, publish_state, stand_at
from tiemchung.domain.figures.engine import Change, differences
from tiemchung.domain.figures.models import COUNTERS, columns_of, table_of
from tiemchung.domain.figures.rules import lag_step
from tiemchung.domain.figures.values import Clock, Counted, Delay, Level, Unit
from tiemchung.plumbing import database

HCMC = Unit("2021", Level.PROVINCE, "79")

pytestmark = pytest.mark.usefixtures("worker_db")


def _counters() -> dict[str, Counter[tuple[object, ...]]]:
    """Return every counter as it stands."""
    found = {}
    for counter in COUNTERS:
        *keys, doses = columns_of(counter)
        rows = database.rows(f"select {', '.join([*keys, doses])} from {table_of(counter)}")
        found[table_of(counter)] = Counter({tuple(row[:-1]): row[-1] for row in rows})
    return found


def _counted_once(doses: Iterable[Counted]) -> dict[str, Counter[tuple[object, ...]]]:
    """Return what the counters must hold for these doses."""
    doses = list(doses)
    return differences(
        [Change(None, dose) for dose in doses],
        sites=queries.places({dose.site for dose in doses}),
        residences=queries.residences({(dose.era, dose.commune) for dose in doses}),
    )


def test_a_dose_is_seen_at_every_level() -> None:
    count_as({a_key(): a_dose(), a_key(): a_dose(dose_number=2, product="pfizer")})
    assert queries.totals().by_dose_number == {1: 1, 2: 1}
    [site] = queries.doses_by_unit(Level.SITE)
    assert (site.code, site.doses) == ("79-0001", 2)
    assert [day.doses for day in queries.doses_by_day(first=DAY, last=DAY)] == [2]
    assert [day.doses for day in queries.doses_by_day(clock=Clock.ENTRY, first=DAY, last=DAY)] == [2]
    assert queries.persons_by_residence(Level.PROVINCE)[0].code == "79"


def test_the_same_told_again_changes_nothing() -> None:
    wanted = {a_key(): a_dose() for _ in range(3)}
    count_as(wanted)
    before = _counters()
    count_as(wanted)
    assert _counters() == before


def test_a_void_leaves_no_trace_in_any_counter() -> None:
    key = a_key()
    count_as({key: a_dose()})
    count_as({key: None})
    assert not any(_counters().values())
    assert queries.counted([key]) == {}


def test_a_correction_moves_a_dose_and_counts_it_once() -> None:
    key = a_key()
    count_as({key: a_dose()})
    mended = a_dose(product="pfizer", given_on=DAY + timedelta(days=1), delay=Delay.NEXT_DAY)
    count_as({key: mended})
    assert _counters() == _counted_once([mended])


def test_a_dose_without_a_day_counts_in_the_class_date_unknown_and_in_no_day() -> None:
    count_as({a_key(): a_dose(given_on=None, delay=Delay.UNKNOWN)})
    totals = queries.totals()
    assert (totals.doses, totals.undated) == (1, 1)
    assert [
        day.doses for day in queries.doses_by_day(first=date(2021, 1, 1), last=date(2021, 12, 31)) if day.doses
    ] == []
    assert [day.doses for day in queries.doses_by_day(clock=Clock.ENTRY, first=DAY, last=DAY)] == [1]


def test_whatever_the_order_the_counters_end_up_the_same() -> None:
    dice = random.Random(7)
    keys = [a_key() for _ in range(40)]
    now: dict[object, Counted] = {}
    for _ in range(30):
        told = {
            key: dice.choice(
                [
                    None,
                    a_dose(dose_number=dice.randint(1, 3), product=dice.choice(["az", "pfizer"])),
                    a_dose(given_on=None, delay=Delay.UNKNOWN, site="79-0002"),
                    a_dose(commune="99999", sex="male", age_band="65+", given_on=DAY - timedelta(days=20)),
                ]
            )
            for key in dice.sample(keys, dice.randint(1, 12))
        }
        count_as(told)
        now.update({key: dose for key, dose in told.items() if dose is not None})
        for key in [key for key, dose in told.items() if dose is None]:
            now.pop(key, None)
    assert _counters() == _counted_once(now.values())
    assert queries.counted(keys) == now


def test_a_batch_that_fails_halfway_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    count_as({a_key(): a_dose()})
    before = _counters()
    monkeypatch.setattr("tiemchung.domain.figures.actions.counting._KEEP_DOSES", "select 1 / 0 " + "-- %b" * 13)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever goes wrong
        count_as({a_key(): a_dose()})
    assert _counters() == before


def test_no_counter_falls_below_zero() -> None:
    key = a_key()
    count_as({key: a_dose()})
    database.run("delete from figures_unit_day")
    with pytest.raises(IntegrityError):
        count_as({key: None})


def test_a_registered_site_counts_in_its_units_of_both_eras(owner_connection: psycopg.Connection) -> None:
    owner_connection.execute("insert into places_organization values ('hcdc', 'HCDC', '2021', '26740')")
    owner_connection.execute(
        "insert into places_site (code, name, organization, era, commune_code, district_code, province_code,"
        " heir_commune_code, heir_province_code, heir_basis, mobile, active)"
        " values ('79-0001', 'Nhà văn hóa', 'hcdc', '2021', '26740', '760', '79', '26740', '79', 'whole', false, true)"
    )
    count_as({a_key(): a_dose()})
    assert [unit.code for unit in queries.doses_by_unit(Level.DISTRICT, parent="79")] == ["760"]
    assert [unit.code for unit in queries.doses_by_unit(Level.COMMUNE, parent="760")] == ["26740"]
    assert [unit.code for unit in queries.doses_by_unit(Level.COMMUNE, parent="79", era="2025")] == ["26740"]
    assert queries.doses_by_group(Unit("2021", Level.DISTRICT, "760")) == {"05": 1}


def test_the_figures_never_stand_at_an_earlier_time() -> None:
    later = datetime(2021, 9, 13, 5, tzinfo=UTC)
    stand_at(later)
    stand_at(later - timedelta(hours=1))
    assert queries.as_of() == later


def test_a_worker_says_how_its_reaction_stands() -> None:
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    for lag, entries in ((300, 5), (100, 2)):
        publish_state(
            "figures.count",
            lag=timedelta(milliseconds=lag),
            entries=entries,
            failing_since=None,
            error="",
            seen_at=seen,
        )
    [state] = queries.reaction_states()
    assert (state.entries, state.seen_at) == (7, seen)
    assert (state.last_lag, state.worst_lag) == (timedelta(milliseconds=100), timedelta(milliseconds=300))


def test_waits_add_up_for_a_day_and_the_last_minutes_stand_apart() -> None:
    now = datetime.now(tz=UTC)
    quick, slow = lag_step(timedelta(milliseconds=200)), lag_step(timedelta(seconds=6))
    note_lags("figures.count", {slow: 5}, seen_at=now - timedelta(hours=3))
    for _ in range(2):
        note_lags("figures.count", {quick: 10, slow: 1}, seen_at=now)
    assert queries.lag_steps()["figures.count"] == {quick: 20, slow: 7}
    assert queries.lag_steps(lately=True)["figures.count"] == {quick: 20, slow: 2}
    note_lags("figures.count", {quick: 1}, seen_at=now + timedelta(hours=22))
    assert queries.lag_steps()["figures.count"] == {quick: 21, slow: 2}, "what is older than a day is forgotten"
