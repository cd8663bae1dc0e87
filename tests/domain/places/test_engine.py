from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from tiemchung.domain.places import engine
from tiemchung.domain.places.engine import Gazetteer
from tiemchung.domain.places.values import Era, HeirBasis, Level, Pair, Unit, era_on
from tiemchung.plumbing.rows import BadRow, SourceRow, from_objects

OLD, NEW = Era.Y2021, Era.Y2025
CROSSWALK = "vn_commune_crosswalk_2025.csv"


def test_every_unit_of_both_eras_is_read(gazetteer: Gazetteer) -> None:
    counted = Counter((unit.era, unit.level) for unit in gazetteer.units.values())
    assert counted == {
        (OLD, Level.PROVINCE): 63,
        (OLD, Level.DISTRICT): 705,
        (OLD, Level.COMMUNE): 10_599,
        (NEW, Level.PROVINCE): 34,
        (NEW, Level.COMMUNE): 3_321,
    }


@pytest.mark.parametrize(
    ("day", "era"), [(date(2021, 9, 13), "2021"), (date(2025, 6, 30), "2021"), (date(2025, 7, 1), "2025")]
)
def test_a_commune_is_told_in_the_codes_of_its_day(day: date, era: str) -> None:
    assert era_on(day) == era


@pytest.mark.parametrize(
    ("era", "code", "name", "display_name"),
    [
        (OLD, "79", "Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        (OLD, "760", "1", "Quận 1"),
        (OLD, "26734", "Tân Định", "Phường Tân Định"),
        (OLD, "19780", "Phường Đúc", "Phường Phường Đúc"),
        (NEW, "00004", "Ba Đình", "Phường Ba Đình"),
        (NEW, "08", "Tuyên Quang", "Tỉnh Tuyên Quang"),
        (NEW, "10543", "Việt Hòa", "Phường Việt Hòa"),
    ],
)
def test_a_unit_is_shown_with_the_word_of_its_type(
    era: Era, code: str, name: str, display_name: str, gazetteer: Gazetteer
) -> None:
    unit = gazetteer.units[era, code]
    assert (unit.name, unit.display_name) == (name, display_name)


def test_a_path_leads_from_the_province_to_the_commune(gazetteer: Gazetteer) -> None:
    assert [unit.code for unit in gazetteer.path(OLD, "26734")] == ["79", "760", "26734"]
    assert [unit.code for unit in gazetteer.path(NEW, "00004")] == ["01", "00004"]
    assert gazetteer.path(OLD, "99999") == []


def test_every_unit_stands_below_its_province(gazetteer: Gazetteer) -> None:
    for unit in gazetteer.units.values():
        assert gazetteer.path(unit.era, unit.code)[0].code == unit.province


def test_what_became_of_communes_is_told_with_its_gaps(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.without_pair(OLD)) == 567
    assert len(gazetteer.without_pair(NEW)) == 5
    assert [pair.main for pair in gazetteer.heirs("00007")][:2] == [True, False]
    assert gazetteer.main_heir("00004") == "00004"


def test_points_of_the_old_units_are_marked_as_estimates(gazetteer: Gazetteer) -> None:
    commune, district = gazetteer.point(OLD, "26734"), gazetteer.point(OLD, "760")
    new = gazetteer.point(NEW, "26737")
    assert commune is not None
    assert district is not None
    assert new is not None
    assert (commune.estimated, district.estimated, new.estimated) == (True, True, False)
    assert (commune.lon, commune.lat) == (new.lon, new.lat)
    assert 106.68 < district.lon < 106.71
    # An island district without communes has no heir in the data, so it has no point.
    assert gazetteer.point(OLD, "755") is None


def small_country() -> Gazetteer:
    """Two districts 1xx and 2xx of one province; the new commune 90003 straddles their border."""

    def unit(era: Era, code: str, level: Level, parent: str | None, lon: float | None = None) -> Unit:
        return Unit(
            era=era,
            code=code,
            level=level,
            kind="xa",
            name=code,
            display_name=code,
            parent=parent,
            province="10",
            successor="90" if era is OLD and level is Level.PROVINCE else None,
            lon=lon,
            lat=10.0 if lon is not None else None,
        )

    units = [
        unit(OLD, "10", Level.PROVINCE, None),
        unit(OLD, "100", Level.DISTRICT, "10"),
        unit(OLD, "200", Level.DISTRICT, "10"),
        *(unit(OLD, code, Level.COMMUNE, "100") for code in ("10001", "10002", "10003")),
        *(unit(OLD, code, Level.COMMUNE, "200") for code in ("20001", "20002")),
        replace(unit(NEW, "90", Level.PROVINCE, None, 100.0), province="90"),
        *(
            replace(unit(NEW, code, Level.COMMUNE, "90", lon), province="90")
            for code, lon in (("90001", 101.0), ("90002", 102.0), ("90003", 103.0))
        ),
    ]
    pairs = [
        Pair(old_code="10001", new_code="90001", whole=True, main=True),
        Pair(old_code="10002", new_code="90003", whole=False, main=True),
        Pair(old_code="10002", new_code="90001", whole=False, main=False),
        Pair(old_code="20001", new_code="90003", whole=True, main=True),
        Pair(old_code="20002", new_code="90002", whole=True, main=True),
    ]
    return Gazetteer(units, pairs)


def test_a_reach_takes_a_new_commune_along_only_if_all_of_it_belongs_here() -> None:
    country = small_country()
    assert country.both_eras(OLD, "100") == {OLD: {"10001", "10002", "10003"}, NEW: {"90001"}}
    assert country.both_eras(OLD, "10") == {
        OLD: {"10001", "10002", "10003", "20001", "20002"},
        NEW: {"90001", "90002", "90003"},
    }
    assert country.both_eras(NEW, "90003") == {OLD: {"10002", "20001"}, NEW: {"90003"}}
    assert country.both_eras(OLD, "300") == {OLD: frozenset(), NEW: frozenset()}


def test_a_new_province_reaches_the_old_communes_without_a_pair_too() -> None:
    assert "10003" in small_country().both_eras(NEW, "90")[OLD]


@pytest.mark.parametrize(
    ("commune", "lon", "expected"),
    [
        ("10001", None, ("90001", HeirBasis.WHOLE)),
        ("10001", 103.0, ("90001", HeirBasis.WHOLE)),
        ("10002", None, ("90003", HeirBasis.MAIN_HEIR)),
        ("10002", 101.1, ("90001", HeirBasis.COORDINATES)),
        ("10003", None, (None, HeirBasis.PROVINCE_ONLY)),
        ("10003", 102.2, ("90002", HeirBasis.COORDINATES)),
    ],
)
def test_a_site_moves_by_coordinates_else_to_the_main_heir(
    commune: str, lon: float | None, expected: tuple[str | None, HeirBasis]
) -> None:
    lat = 10.0 if lon is not None else None
    assert small_country().heir_of_site(commune, lon, lat) == expected


def with_first(files: dict[str, list[SourceRow]], name: str, cells: dict[str, str]) -> dict[str, list[SourceRow]]:
    first, *others = files[name]
    return {**files, name: [replace(first, cells={**first.cells, **cells}), *others]}


@pytest.mark.parametrize(
    ("file", "cells", "reason"),
    [
        ("vn_provinces_2021.csv", {"code": "1"}, "does not look like"),
        ("vn_provinces_2021.csv", {"type": "bang"}, "none of tinh"),
        ("vn_provinces_2021.csv", {"province_2025_code": "99"}, "no province of 2025"),
        ("vn_provinces_2021.csv", {"code": "02"}, "stands already"),
        ("vn_districts_2021.csv", {"province_code": "99"}, "no province of 2021"),
        ("vn_communes_2021.csv", {"district_code": "999"}, "no district of 2021"),
        ("vn_communes_2021.csv", {"province_code": "79"}, "lies in province 01, not 79"),
        ("vn_communes_2021.csv", {"name": " "}, "name is empty"),
        ("vn_communes_2025.csv", {"name": "Ba Đình"}, "does not begin with a type"),
        ("vn_communes_2025.csv", {"lat": ""}, "one of lon and lat is missing"),
        ("vn_communes_2025.csv", {"population_registered": ""}, "does not fit"),
        (CROSSWALK, {"old_code": "99999"}, "no commune of 2021"),
        (CROSSWALK, {"new_code": "99999"}, "no commune of 2025"),
        (CROSSWALK, {"is_default": "0"}, "must name its one heir"),
        (CROSSWALK, {"kind": "split", "is_default": "0"}, "has no main heir"),
        (CROSSWALK, {"old_code": "00004", "new_code": "00097"}, "has its main heir already in line 2"),
    ],
)
def test_a_bad_row_is_refused_with_its_file_and_line(
    file: str, cells: dict[str, str], reason: str, unit_files: dict[str, list[SourceRow]]
) -> None:
    planted = with_first(unit_files, file, cells)
    with pytest.raises(BadRow, match=rf"{file}, line \d+: ") as refused:
        engine.read_pairs(planted[CROSSWALK], engine.read_units(planted))
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"code": "79,0001"}, "does not look like"),
        ({"code": "x" * 25}, "does not look like"),
        ({"name": None}, "name is empty"),
        ({"organization": "H2"}, "organization 'H2' is not known"),
        ({"commune": "760"}, "no commune of 2021"),
        ({"era": "2030"}, "none of 2021, 2025"),
        ({"era": "2025", "commune": "00001"}, "no commune of 2025"),
        ({"lon": 106.7}, "one of lon and lat is missing"),
        ({"lon": 206.7, "lat": 10.7}, "nowhere on the globe"),
        ({"lon": "east", "lat": 10.7}, "is no number"),
        ({"mobile": "yes"}, "neither true nor false"),
    ],
)
def test_a_bad_site_is_refused_with_its_place_in_the_list(
    cells: dict[str, object], reason: str, gazetteer: Gazetteer
) -> None:
    good = {"code": "79-0001", "name": "Trạm y tế", "organization": "H1", "commune": "26734"}
    rows = from_objects("sites", [{**good, "code": "79-0000"}, {**good, **cells}])
    with pytest.raises(BadRow, match=r"sites, line 2: ") as refused:
        engine.read_sites(rows, gazetteer, frozenset({"H1"}))
    assert reason in str(refused.value)
