from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import psycopg
import pytest

from tiemchung.domain.figures import queries
from tiemchung.domain.figures.values import Clock, Delay, Level, Unit
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era

HCMC = Unit("2021", Level.PROVINCE, "79")
FIRST, SECOND, THIRD = date(2021, 9, 13), date(2021, 9, 14), date(2021, 9, 15)

Put = Callable[[str, Sequence[dict[str, Any]]], None]


@pytest.fixture
def put(committed_db: None, owner_connection: psycopg.Connection) -> Put:
    """Return a function that puts rows into a counter."""

    def rows(table: str, told: Sequence[dict[str, Any]]) -> None:
        for row in told:
            marks = ", ".join(["%s"] * len(row))
            owner_connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", [*row.values()])

    return rows


def _province(code: str, **more: Any) -> dict[str, Any]:
    kept = {"product": "az", "dose_number": 1, "dated": True, "doses": 1}
    return {"era": "2021", "level": "province", "unit": code, "parent": "VN"} | kept | more


def _resident(code: str, persons: int, state: int = 1) -> dict[str, Any]:
    keys = {"era": "2021", "level": "commune", "unit": code, "parent": "760"}
    return {**keys, "sex": "female", "age_band": "18-49", "dose_state": state, "doses": persons}


def test_nothing_counted_is_zero(committed_db: None) -> None:
    nothing = queries.totals()
    assert (nothing.doses, nothing.undated, nothing.by_dose_number) == (0, 0, {})
    assert queries.as_of() is None


def test_totals_tell_numbers_products_and_doses_without_a_day(put: Put) -> None:
    put(
        "figures_unit_total",
        [
            _province("79", doses=7),
            _province("79", product="pfizer", dose_number=2, doses=5),
            _province("79", dated=False, doses=2),
            _province("01", doses=100),
        ],
    )
    found = queries.totals(HCMC)
    assert (found.doses, found.undated) == (14, 2)
    assert found.by_dose_number == {1: 9, 2: 5}
    assert found.by_product == {"az": 9, "pfizer": 5}


def test_units_of_a_level_come_by_code_and_of_a_parent_alone(put: Put) -> None:
    district = {"level": "district", "parent": "79"}
    put(
        "figures_unit_total",
        [
            _province("79", doses=7),
            _province("01", doses=3),
            _province("760", doses=4, **district),
            _province("001", doses=3, level="district", parent="01"),
        ],
    )
    assert [(unit.code, unit.doses) for unit in queries.doses_by_unit(Level.PROVINCE)] == [("01", 3), ("79", 7)]
    assert [unit.code for unit in queries.doses_by_unit(Level.DISTRICT, parent="79")] == ["760"]
    assert queries.doses_by_unit(Level.PROVINCE, era="2025") == []


def test_days_without_a_dose_are_zero(put: Put) -> None:
    day = {"era": "2021", "level": "province", "unit": "79", "product": "az", "dose_number": 1}
    put("figures_unit_day", [{**day, "day": FIRST, "doses": 5}, {**day, "day": THIRD, "doses": 2}])
    found = queries.doses_by_day(HCMC, first=FIRST, last=THIRD)
    assert [(each.day, each.doses) for each in found] == [(FIRST, 5), (SECOND, 0), (THIRD, 2)]


@pytest.mark.parametrize("unit", [Unit("2021", Level.COMMUNE, "26734"), Unit("2021", Level.SITE, "79-0001")])
def test_days_of_communes_and_sites_are_read_from_the_sites(put: Put, unit: Unit) -> None:
    place = {"era": "2021", "province": "79", "district": "760"}
    put(
        "figures_site",
        [
            {"site": "79-0001", "commune": "26734", **place},
            {"site": "79-0002", "commune": "26737", **place},
        ],
    )
    day = {"day": FIRST, "product": "az", "dose_number": 1}
    put("figures_site_day", [{"site": "79-0001", "doses": 4, **day}, {"site": "79-0002", "doses": 9, **day}])
    assert [each.doses for each in queries.doses_by_day(unit, first=FIRST, last=FIRST)] == [4]


def test_the_day_of_entry_is_another_clock(put: Put) -> None:
    entry = {"era": "2021", "level": "country", "unit": "VN", "day": SECOND}
    put("figures_unit_entry_day", [{**entry, "delay": "same-day", "doses": 3}, {**entry, "delay": "later", "doses": 1}])
    assert [each.doses for each in queries.doses_by_day(clock=Clock.ENTRY, first=FIRST, last=SECOND)] == [0, 4]
    assert [each.doses for each in queries.doses_by_day(first=FIRST, last=SECOND)] == [0, 0]
    delays = queries.doses_by_delay(first=FIRST, last=THIRD)
    assert (delays[Delay.SAME_DAY], delays[Delay.LATER], delays[Delay.NEXT_DAY]) == (3, 1, 0)


def test_a_target_group_is_counted_in_every_unit_above(put: Put) -> None:
    row = {"era": "2021", "level": "country", "unit": "VN", "target_group": "05", "doses": 9}
    put(
        "figures_group_total",
        [row, {**row, "target_group": "09", "doses": 2}, {**row, "level": "province", "unit": "79"}],
    )
    assert queries.doses_by_group() == {"05": 9, "09": 2}
    assert queries.doses_by_group(Unit("2021", Level.COMMUNE, "26734")) == {}


def test_doses_are_told_by_age_youngest_first_the_unknown_last(put: Put) -> None:
    row = {"era": "2025", "level": "site", "unit": "S1", "age_band": "unknown", "doses": 9}
    put("figures_age_total", [row, row | {"age_band": "65+"}, row | {"age_band": "5-11", "doses": 2}])
    assert list(queries.doses_by_age(Unit("2025", Level.SITE, "S1")).items()) == [
        ("5-11", 2),
        ("65+", 9),
        ("unknown", 9),
    ]


def test_a_small_part_of_a_whole_that_is_told_is_never_hidden_alone() -> None:
    assert queries.hide_small_parts({"05": 2, "09": 30, "16": 8}) == {"05": None, "09": 30, "16": None}
    assert queries.hide_small_parts({"05": 5, "09": 30}) == {"05": 5, "09": 30}


def test_cells_of_fewer_than_five_residents_are_hidden_and_none_can_be_worked_out(put: Put) -> None:
    put("figures_residence_total", [_resident("26734", 4), _resident("26737", 30), _resident("26740", 12)])
    found = {unit.code: unit.by_dose_number[1] for unit in queries.persons_by_residence(Level.COMMUNE, parent="760")}
    assert found == {"26734": None, "26737": 30, "26740": None}


def test_columns_are_hidden_each_by_itself(put: Put) -> None:
    put(
        "figures_residence_total",
        [_resident("26734", 50), _resident("26737", 30), _resident("26734", 2, 2), _resident("26737", 3, 2)],
    )
    found = {unit.code: unit.by_dose_number for unit in queries.persons_by_residence(Level.COMMUNE, parent="760")}
    assert found == {"26734": {1: 50, 2: None}, "26737": {1: 30, 2: None}}


def test_age_bands_come_in_the_order_of_age(put: Put) -> None:
    put("figures_residence_total", [_resident("26734", 40) | {"age_band": "65+"}, _resident("26734", 50)])
    found = queries.persons_by_age_band(Unit("2021", Level.COMMUNE, "26734"))
    assert [band.age_band for band in found] == ["0-4", "5-11", "12-17", "18-49", "50-64", "65+", "unknown"]
    assert [band.by_dose_number for band in found if band.by_dose_number] == [{1: 50}, {1: 40}]


def test_what_nobody_knows_of_a_place_is_an_unknown_unit(put: Put) -> None:
    put("places_organization", [{"code": "hcdc", "name": "HCDC", "era": "2021", "commune_code": "26740"}])
    site = {"name": "Trạm", "organization": "hcdc", "mobile": False, "active": True}
    put(
        "places_site",
        [
            {
                **site,
                "code": "split",
                "era": "2021",
                "commune_code": "26740",
                "district_code": "760",
                "province_code": "79",
                "heir_commune_code": None,
                "heir_province_code": "79",
                "heir_basis": "province-only",
            },
            {
                **site,
                "code": "new",
                "era": "2025",
                "commune_code": "26743",
                "district_code": None,
                "province_code": "79",
                "heir_commune_code": "26743",
                "heir_province_code": "79",
                "heir_basis": "same",
            },
        ],
    )
    assert queries.places(["split", "new", "nowhere"]) == {
        "split": [("2021", "79", "760", "26740"), ("2025", "79", "", "unknown")],
        "new": [("2021", "unknown", "unknown", "unknown"), ("2025", "79", "", "26743")],
        "nowhere": [("2021", "unknown", "unknown", "unknown"), ("2025", "unknown", "", "unknown")],
    }


@pytest.mark.parametrize(
    ("home", "placed"),
    [
        (("2021", "26740"), ("2021", "79", "760", "26740")),
        (("2021", "99999"), ("2021", "unknown", "unknown", "99999")),
        (("2025", "99999"), ("2025", "unknown", "", "99999")),
    ],
)
def test_a_residence_lies_in_the_units_of_its_era(
    committed_db: None, home: tuple[str, str], placed: tuple[str, ...]
) -> None:
    assert queries.residences([home]) == {home: placed}


def test_what_is_hidden_of_a_commune_of_2021_cannot_be_worked_out_from_its_heir(put: Put) -> None:
    heir = places.gazetteer().main_heir("26740")
    assert heir
    olds = sorted(places.gazetteer().both_eras(Era.Y2025, heir)[Era.Y2021])
    districts = {code: places.unit_path(code, Era.Y2021)[1].code for code in olds}
    few, *others = olds
    assert others
    told = [_resident(few, 3), *(_resident(code, 100) for code in others), _resident("26767", 6)]
    put("figures_residence_total", [row | {"parent": districts.get(str(row["unit"]), "760")} for row in told])
    shown_then = {
        unit.code: unit.by_dose_number[1]
        for district in {*districts.values()}
        for unit in queries.persons_by_residence(Level.COMMUNE, parent=district)
        if unit.code in olds
    }
    shown_now = queries.residents(Level.COMMUNE, parent="79", era=Era.Y2025)[heir][1]
    assert shown_then[few] is None
    assert shown_now == sum(persons or 0 for persons in shown_then.values())
