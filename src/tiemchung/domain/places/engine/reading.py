"""The directory's files, read row by row, each checked against what it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tiemchung.domain.places.engine.gazetteer import Gazetteer, UnitKey
from tiemchung.domain.places.values import Era, HeirBasis, Level, Organization, Pair, Site, Unit, Zone
from tiemchung.plumbing.rows import SourceRow, unique

COLUMNS: Mapping[str, Sequence[str]] = {
    "vn_provinces_2021.csv": (
        "code",
        "name",
        "type",
        "iso_3166_2",
        "cccd_prefix",
        "region6",
        "province_2025_code",
        "population_2019_approx",
    ),
    "vn_districts_2021.csv": ("code", "name", "type", "province_code"),
    "vn_communes_2021.csv": ("code", "name", "type", "district_code", "province_code"),
    "vn_provinces_2025.csv": (
        "code",
        "name",
        "type",
        "area_km2",
        "population_registered",
        "lon",
        "lat",
        "merged_from",
    ),
    "vn_communes_2025.csv": (
        "code",
        "name",
        "type",
        "province_code",
        "area_km2",
        "population_registered",
        "population_quality",
        "lon",
        "lat",
    ),
    "vn_commune_crosswalk_2025.csv": ("old_code", "new_code", "kind", "is_default"),
}
"""The files of units and the columns each must have."""

TYPE_WORDS = {
    "tinh": "Tỉnh",
    "thanh-pho": "Thành phố",
    "quan": "Quận",
    "huyen": "Huyện",
    "thi-xa": "Thị xã",
    "xa": "Xã",
    "phuong": "Phường",
    "thi-tran": "Thị trấn",
    "dac-khu": "Đặc khu",
}
_KINDS_OF_2025 = {"xã": "xa", "phường": "phuong", "đặc khu": "dac-khu"}
_PROVINCE, _DISTRICT, _COMMUNE = r"\d{2}", r"\d{3}", r"\d{5}"
_PLACE_CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,23}"
_LATER_THAN_2021 = frozenset({"03980", "03983", "03984"})
"""Old communes of the crosswalk that were made between 2021 and 2025; the list of 2021 has none of them."""
_APPROXIMATE_2019 = "unattributed table of about 2019, for weighting only"
_REGISTERED = "registered population, not average population"


def read_units(files: Mapping[str, Sequence[SourceRow]]) -> list[Unit]:
    """Return the units of both eras, each below a unit that exists."""
    for name, rows in files.items():
        if name != "vn_commune_crosswalk_2025.csv":
            unique(rows, "code")
    new = {row.text("code") for row in files["vn_provinces_2025.csv"]}
    provinces = [_province_2021(row, new) for row in files["vn_provinces_2021.csv"]]
    old = {unit.code for unit in provinces}
    districts = [_district(row, old) for row in files["vn_districts_2021.csv"]]
    by_code = {unit.code: unit for unit in districts}
    communes = [_commune_2021(row, by_code) for row in files["vn_communes_2021.csv"]]
    later = [_province_2025(row) for row in files["vn_provinces_2025.csv"]]
    return [
        *provinces,
        *districts,
        *communes,
        *later,
        *(_commune_2025(row, new) for row in files["vn_communes_2025.csv"]),
    ]


def read_pairs(rows: Sequence[SourceRow], units: Iterable[Unit]) -> list[Pair]:
    """Return the crosswalk: every code is known and every old commune has exactly one main heir."""
    unique(rows, "old_code", "new_code")
    known = {(unit.era, unit.code) for unit in units if unit.level is Level.COMMUNE}
    pairs = []
    main: dict[str, SourceRow] = {}
    split: dict[str, SourceRow] = {}
    for row in rows:
        pair = _pair(row, known)
        pairs.append(pair)
        split[pair.old_code] = row
        if pair.main and main.setdefault(pair.old_code, row) is not row:
            raise row.bad(f"old_code {pair.old_code!r} has its main heir already in line {main[pair.old_code].line}")
    for old_code, row in split.items():
        if old_code not in main:
            raise row.bad(f"old_code {old_code!r} has no main heir")
    return pairs


def read_organizations(rows: Sequence[SourceRow], gazetteer: Gazetteer) -> list[Organization]:
    """Return organizations, each in a commune that exists."""
    unique(rows, "code")
    return [
        Organization(
            code=row.code("code", _PLACE_CODE),
            name=row.text("name"),
            era=_era(row),
            commune_code=_commune_told(row, gazetteer).code,
        )
        for row in rows
    ]


def read_sites(rows: Sequence[SourceRow], gazetteer: Gazetteer, organizations: frozenset[str]) -> list[Site]:
    """Return sites with all their codes: the told commune's district and province, and the places of 2025."""
    unique(rows, "code")
    return [_site(row, gazetteer, organizations) for row in rows]


def _site(row: SourceRow, gazetteer: Gazetteer, organizations: frozenset[str]) -> Site:
    organization = row.code("organization", _PLACE_CODE)
    if organization not in organizations:
        raise row.bad(f"organization {organization!r} is not known")
    commune = _commune_told(row, gazetteer)
    lon, lat = row.maybe_number("lon"), row.maybe_number("lat")
    if (lon is None) != (lat is None):
        raise row.bad("one of lon and lat is missing")
    if lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 - degrees
        raise row.bad(f"lon {lon}, lat {lat} is nowhere on the globe")
    path = gazetteer.path(commune.era, commune.code)
    if commune.era is Era.Y2025:
        heir: str | None = commune.code
        basis = HeirBasis.SAME
        heir_province: str | None = commune.province
    else:
        heir, basis = gazetteer.heir_of_site(commune.code, lon, lat)
        heir_province = path[0].successor
    return Site(
        code=row.code("code", _PLACE_CODE),
        name=row.text("name"),
        organization=organization,
        era=commune.era,
        commune_code=commune.code,
        district_code=commune.parent if commune.era is Era.Y2021 else None,
        province_code=commune.province,
        heir_commune_code=heir,
        heir_province_code=heir_province,
        heir_basis=basis,
        lon=lon,
        lat=lat,
        mobile=_truth(row, "mobile", default=False),
        active=_truth(row, "active", default=True),
    )


def _era(row: SourceRow) -> Era:
    return Era(row.one_of("era", Era)) if row.maybe_text("era") else Era.Y2021


def _commune_told(row: SourceRow, gazetteer: Gazetteer) -> Unit:
    era, code = _era(row), row.text("commune")
    unit = gazetteer.unit(era, code)
    if unit is None or unit.level is not Level.COMMUNE:
        raise row.bad(f"commune {code!r} is no commune of {era}")
    return unit


def _truth(row: SourceRow, name: str, *, default: bool) -> bool:
    value: Any = row.cells.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise row.bad(f"{name} is {value!r}, neither true nor false")
    return value


def _province_2021(row: SourceRow, new_provinces: set[str]) -> Unit:
    code, successor = row.code("code", _PROVINCE), row.text("province_2025_code")
    if successor not in new_provinces:
        raise row.bad(f"province_2025_code {successor!r} is no province of 2025")
    kind, name = row.one_of("type", ("tinh", "thanh-pho")), row.text("name")
    population = row.maybe_whole("population_2019_approx")
    return Unit(
        era=Era.Y2021,
        code=code,
        level=Level.PROVINCE,
        kind=kind,
        name=name,
        display_name=f"{TYPE_WORDS[kind]} {name}",
        parent=None,
        province=code,
        iso_3166_2=row.code("iso_3166_2", r"VN-[A-Z0-9]{2}"),
        identity_prefix=row.code("cccd_prefix", r"\d{3}"),
        region=row.text("region6"),
        successor=successor,
        population=population,
        population_note=_APPROXIMATE_2019 if population is not None else "",
    )


def _district(row: SourceRow, provinces: set[str]) -> Unit:
    province = row.text("province_code")
    if province not in provinces:
        raise row.bad(f"province_code {province!r} is no province of 2021")
    kind, name = row.one_of("type", ("quan", "huyen", "thi-xa", "thanh-pho")), row.text("name")
    return Unit(
        era=Era.Y2021,
        code=row.code("code", _DISTRICT),
        level=Level.DISTRICT,
        kind=kind,
        name=name,
        display_name=f"{TYPE_WORDS[kind]} {name}",
        parent=province,
        province=province,
    )


def _commune_2021(row: SourceRow, districts: Mapping[str, Unit]) -> Unit:
    district = districts.get(row.text("district_code"))
    if district is None:
        raise row.bad(f"district_code {row.text('district_code')!r} is no district of 2021")
    if district.province != row.text("province_code"):
        raise row.bad(f"district {district.code} lies in province {district.province}, not {row.text('province_code')}")
    kind, name = row.one_of("type", ("xa", "phuong", "thi-tran")), row.text("name")
    return Unit(
        era=Era.Y2021,
        code=row.code("code", _COMMUNE),
        level=Level.COMMUNE,
        kind=kind,
        name=name,
        display_name=f"{TYPE_WORDS[kind]} {name}",
        parent=district.code,
        province=district.province,
    )


def _province_2025(row: SourceRow) -> Unit:
    code, kind, name = row.code("code", _PROVINCE), row.one_of("type", ("tinh", "thanh-pho")), row.text("name")
    lon, lat = _middle(row)
    return Unit(
        era=Era.Y2025,
        code=code,
        level=Level.PROVINCE,
        kind=kind,
        name=name,
        display_name=f"{TYPE_WORDS[kind]} {name}",
        parent=None,
        province=code,
        population=row.maybe_whole("population_registered"),
        population_note=_REGISTERED,
        lon=lon,
        lat=lat,
    )


def _commune_2025(row: SourceRow, provinces: set[str]) -> Unit:
    province = row.text("province_code")
    if province not in provinces:
        raise row.bad(f"province_code {province!r} is no province of 2025")
    row.one_of("type", _KINDS_OF_2025)
    display_name = row.text("name")
    # The name holds the type; in four rows of the source the column beside it says otherwise (SOURCES.md).
    word = next((word for word in _KINDS_OF_2025 if display_name.lower().startswith(f"{word} ")), None)
    if word is None:
        raise row.bad(f"the name {display_name!r} does not begin with a type")
    quality = row.one_of("population_quality", ("ok", "suspect", "missing"))
    population = row.maybe_whole("population_registered")
    if (population is None) != (quality == "missing"):
        raise row.bad(f"population_quality {quality!r} does not fit population_registered {population}")
    lon, lat = _middle(row)
    return Unit(
        era=Era.Y2025,
        code=row.code("code", _COMMUNE),
        level=Level.COMMUNE,
        kind=_KINDS_OF_2025[word],
        name=display_name[len(word) + 1 :],
        display_name=display_name,
        parent=province,
        province=province,
        population=population,
        population_note=f"{_REGISTERED} ({quality})" if quality != "ok" else _REGISTERED,
        lon=lon,
        lat=lat,
    )


def _middle(row: SourceRow) -> tuple[float | None, float | None]:
    lon, lat = row.maybe_number("lon"), row.maybe_number("lat")
    if (lon is None) != (lat is None):
        raise row.bad("one of lon and lat is missing")
    return lon, lat


def _pair(row: SourceRow, known: set[UnitKey]) -> Pair:
    old_code, new_code = row.code("old_code", _COMMUNE), row.code("new_code", _COMMUNE)
    if (Era.Y2021, old_code) not in known and old_code not in _LATER_THAN_2021:
        raise row.bad(f"old_code {old_code!r} is no commune of 2021")
    if (Era.Y2025, new_code) not in known:
        raise row.bad(f"new_code {new_code!r} is no commune of 2025")
    whole, main = row.one_of("kind", ("whole", "split")) == "whole", row.one_of("is_default", ("0", "1")) == "1"
    if whole and not main:
        raise row.bad("a commune that went over whole must name its one heir as the main one")
    return Pair(old_code=old_code, new_code=new_code, whole=whole, main=main)


def read_zone(row: SourceRow, units: Gazetteer) -> Zone:
    """Read one epidemic zone; refuses one without source, or of a unit that is not there."""
    era = Era(row.one_of("era", [era.value for era in Era]))
    code = row.text("code")
    if units.unit(era, code) is None:
        raise row.bad(f"there is no unit {code} of {era}")
    first = row.first_day("valid_from")
    last = row.first_day("valid_to") if row.maybe_text("valid_to") else None
    if last is not None and last < first:
        raise row.bad("valid_to lies before valid_from")
    return Zone(
        era=era,
        code=code,
        level=row.text("level"),
        closed=row.one_of("closed", ["yes", "no"]) == "yes",
        asks_certificates=row.one_of("asks_certificates", ["yes", "no"]) == "yes",
        valid_from=first,
        valid_to=last,
        source=row.text("source"),
    )
