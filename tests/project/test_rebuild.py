from __future__ import annotations

import argparse
import threading

import pytest
from django.db import connection, transaction

from tests.chair import NOW, arrival, correction, days, dose, follow, record, visit, void
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import Level
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.project.rebuild import Rebuilt, rebuild, rebuild_figures


@pytest.fixture(autouse=True)
def _country(owner_db: None) -> None:
    """Let a few doses be given, one of them voided and one mended, and counted."""
    journal.forget_server_device()
    for _ in range(5):
        visit()
    person, _ = visit()
    visit(person, at=NOW + days(60), product="pfizer")
    _, wrong = visit()
    _, typed = visit()
    record(void(wrong), correction(typed, product="moderna"), at=NOW + days(61))
    follow()


def _off(rebuilt: Rebuilt) -> dict[str, list[int]]:
    return {table.table: sorted(table.different.values()) for table in rebuilt.tables if table.different}


def test_figures_that_are_right_are_found_right_and_left_alone() -> None:
    before = figures.totals()
    rebuilt = rebuild(swap=False, batch_entries=4)
    assert rebuilt.equal
    assert rebuilt.moved_on == 0
    assert rebuilt.entries >= 11
    assert figures.totals() == before


@pytest.mark.parametrize(
    ("plant", "off"),
    [
        ("update figures_site_day set doses = doses + 1 where product = 'az'", {"figures_site_day": [1]}),
        (
            (
                "update figures_unit_total set doses = doses - 1 where level = 'province' and product = 'az' and era = '2021'"
                " and dose_number = 1"
            ),
            {"figures_unit_total": [-1]},
        ),
        ("delete from figures_group_day where day = '2021-09-13'", {"figures_group_day": [-7]}),
        ("insert into figures_entry_day values (3, 'nowhere', '2021-09-13', 'later')", {"figures_entry_day": [3]}),
        ("update figures_dose set age_band = '65+' where product = 'pfizer'", {"figures_dose": [0]}),
    ],
)
def test_a_planted_difference_is_found_and_put_right_on_request_alone(plant: str, off: dict[str, list[int]]) -> None:
    database.run(plant)
    assert _off(rebuild(swap=False)) == off
    assert _off(rebuild(swap=False)) == off
    swapped = rebuild(swap=True)
    assert (swapped.swapped, swapped.equal) == (True, False)
    assert rebuild(swap=False).equal


def test_a_lost_and_an_invented_dose_are_found() -> None:
    database.run("delete from figures_dose where product = 'pfizer'")
    database.run(
        "insert into figures_dose (person_id, id, site, recorded_on, product, dose_number, commune, era, sex, age_band,"
        " target_group, delay) values (%s, %s, '79-0001', '2021-09-13', 'az', 1, '26740', '2021', 'male', '65+', '05',"
        " 'later')",
        [uuid7(), uuid7()],
    )
    assert _off(rebuild(swap=True)) == {"figures_dose": [-1, 1]}
    assert rebuild(swap=False).equal


def test_doses_that_move_on_meanwhile_are_taken_out_exactly() -> None:
    _, given = visit()
    follow()
    # Not read by the live reaction: a void of a counted dose, a correction, a new dose and one that is not settled.
    record(void(given), at=NOW + days(70))
    visit(at=NOW + days(70))
    with _uncommitted_elsewhere():
        visit(at=NOW + days(70))
        rebuilt = rebuild(swap=False)
    assert rebuilt.moved_on == 3
    assert rebuilt.equal


def test_an_arrival_whose_doses_are_not_judged_again_yet_is_taken_out_too() -> None:
    late = uuid7(NOW)
    record(dose(late))
    follow()
    record(arrival(late))
    rebuilt = rebuild(swap=False)
    assert (rebuilt.moved_on, rebuilt.equal) == (1, True)
    follow()
    rebuilt = rebuild(swap=False)
    assert (rebuilt.moved_on, rebuilt.equal) == (0, True)


def test_a_difference_beside_doses_that_move_on_is_still_found() -> None:
    _, given = visit()
    follow()
    record(void(given), at=NOW + days(70))
    database.run("update figures_site_day set doses = doses + 1 where product = 'moderna'")
    rebuilt = rebuild(swap=True)
    assert (rebuilt.moved_on, _off(rebuilt)) == (1, {"figures_site_day": [1]})
    follow()
    assert rebuild(swap=False).equal


def test_after_a_swap_the_reaction_goes_on_where_it_was() -> None:
    record(dose(uuid7(NOW), at=NOW + days(70)), at=NOW + days(70))
    rebuild(swap=True)
    doses = figures.totals().doses
    follow()
    assert figures.totals().doses <= doses + 1
    assert rebuild(swap=False).equal


def test_what_the_reaction_could_not_take_is_no_difference() -> None:
    _, given = visit()
    database.run(
        "insert into figures_skipped_entry values ('figures.count', %s, 'dose-given', 'ValueError', now())", [given]
    )
    rebuilt = rebuild(swap=False)
    assert rebuilt.moved_on == 1
    assert rebuilt.equal


def test_nobody_else_sees_the_shadow_and_nothing_of_it_stays() -> None:
    rebuild(swap=False)
    found = database.rows("select relname from pg_class where relname like 'figures%' and relpersistence = 't'")
    assert found == []
    assert [unit.code for unit in figures.doses_by_unit(Level.SITE)] == ["79-0001"]


def test_the_command_says_whether_the_figures_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert rebuild_figures(argparse.Namespace(swap=False)) == 0
    database.run("update figures_undated set doses = 5")
    database.run("update figures_site_day set doses = doses + 1 where product = 'moderna'")
    assert rebuild_figures(argparse.Namespace(swap=False)) == 1
    told = capsys.readouterr().out
    assert "figures_site_day: 3 rows, 1 differ" in told
    assert "79-0001 2021-09-13 moderna 1: live is off by +1" in told
    assert rebuild_figures(argparse.Namespace(swap=True)) == 0


class _uncommitted_elsewhere:  # noqa: N801 - it reads as what it is
    """Another session holds a transaction open, so that nothing appended now settles."""

    def __enter__(self) -> None:
        self._held, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)
        self._thread.start()
        assert self._held.wait(timeout=120)

    def _hold(self) -> None:
        try:
            with transaction.atomic():
                database.row("select pg_current_xact_id()")
                self._held.set()
                self._end.wait(timeout=120)
        finally:
            connection.close()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
