"""The directory of places: read from rows, each checked, and asked in memory for paths, subtrees, heirs and points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from statistics import fmean
from typing import Any

from tiemchung.domain.places.values import Era, HeirBasis, Level, Organization, Pair, Point, Site, Unit, Zone
from tiemchung.kernel.names import search_key
from tiemchung.plumbing.rows import SourceRow, unique

UnitKey = tuple[Era, str]

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


class Gazetteer:
    """All units of both eras, in memory."""

    def __init__(self, units: Iterable[Unit], pairs: Iterable[Pair]) -> None:
        self.units: dict[UnitKey, Unit] = {(unit.era, unit.code): unit for unit in units}
        self._children: dict[tuple[Era, str | None], list[Unit]] = {}
        for unit in sorted(self.units.values(), key=lambda unit: unit.code):
            self._children.setdefault((unit.era, unit.parent), []).append(unit)
        self._of_level: dict[tuple[Era, Level], list[Unit]] = {}
        for unit in sorted(self.units.values(), key=lambda unit: unit.code):
            self._of_level.setdefault((unit.era, unit.level), []).append(unit)
        self._points: dict[UnitKey, Point | None] = {}
        self._heirs: dict[str, list[Pair]] = {}
        self._main_sources: dict[str, list[str]] = {}
        self._searched: dict[Era, list[tuple[str, Unit]]] = {}
        for pair in sorted(pairs, key=lambda pair: (not pair.main, pair.new_code)):
            self._heirs.setdefault(pair.old_code, []).append(pair)
            if pair.main:
                self._main_sources.setdefault(pair.new_code, []).append(pair.old_code)

    def unit(self, era: Era, code: str) -> Unit | None:
        """Return the unit of this code, None if there is none."""
        return self.units.get((era, code))

    def path(self, era: Era, code: str) -> list[Unit]:
        """Return the units from the province down to this one; empty if there is no such unit."""
        found = self.unit(era, code)
        path: list[Unit] = []
        while found:
            path.append(found)
            found = self.unit(era, found.parent) if found.parent else None
        return path[::-1]

    def children(self, era: Era, code: str | None) -> list[Unit]:
        """Return the units right below this one by code; without a code, the provinces of the era."""
        return list(self._children.get((era, code), ()))

    def of_level(self, era: Era, level: Level) -> list[Unit]:
        """Return all units of a level by code."""
        return list(self._of_level.get((era, level), ()))

    def search(self, era: Era, words: Sequence[str], *, limit: int) -> list[Unit]:
        """Return units of an era in whose name each of these words (of a search key) begins a word, the largest first."""
        keys = self._searched.setdefault(era, [])
        if not keys:
            units = [unit for level in Level for unit in self.of_level(era, level)]
            keys.extend((f" {search_key(unit.display_name)}", unit) for unit in units)
        hits = (unit for key, unit in keys if all(f" {word}" in key for word in words))
        return list(islice(hits, limit))

    def below(self, era: Era, code: str) -> list[Unit]:
        """Return the communes of a subtree; a commune is its own."""
        found = self.unit(era, code)
        if found is None:
            return []
        if found.level is Level.COMMUNE:
            return [found]
        return [commune for child in self.children(era, code) for commune in self.below(era, child.code)]

    def heirs(self, old_code: str) -> list[Pair]:
        """Return the pairs of a commune of 2021, its main heir first; empty if it has none."""
        return list(self._heirs.get(old_code, ()))

    def main_heir(self, old_code: str) -> str | None:
        """Return the new commune that took over an old one, or the main one of several."""
        pairs = self._heirs.get(old_code)
        return pairs[0].new_code if pairs else None

    def without_pair(self, era: Era) -> list[Unit]:
        """Return the communes of an era to which no commune of the other corresponds."""
        paired = self._heirs if era is Era.Y2021 else {p.new_code for pairs in self._heirs.values() for p in pairs}
        return [unit for unit in self.of_level(era, Level.COMMUNE) if unit.code not in paired]

    def both_eras(self, era: Era, code: str) -> dict[Era, frozenset[str]]:
        """Return the codes of the communes of a subtree in both eras.

        A commune of the other era is taken along only if the whole of it belongs here, counted by main heirs: nobody
        reaches a neighbor's people because a border was drawn anew.
        """
        unit = self.unit(era, code)
        own = frozenset(commune.code for commune in self.below(era, code))
        if unit is None:
            return {Era.Y2021: frozenset(), Era.Y2025: frozenset()}
        if era is Era.Y2025:
            old = {source for commune in own for source in self._main_sources.get(commune, ())}
            if unit.level is Level.PROVINCE:
                merged = [p.code for p in self.children(Era.Y2021, None) if p.successor == code]
                old |= {commune.code for province in merged for commune in self.below(Era.Y2021, province)}
            return {Era.Y2021: frozenset(old), Era.Y2025: own}
        new = {heir for commune in own if (heir := self.main_heir(commune))}
        whole = frozenset(heir for heir in new if self._known_sources(heir) <= own)
        return {Era.Y2021: own, Era.Y2025: whole}

    def point(self, era: Era, code: str) -> Point | None:
        """Return where a unit is drawn: the middle of its main heir, of several communes the mean of theirs."""
        if (era, code) not in self._points:
            self._points[era, code] = self._found_point(era, code)
        return self._points[era, code]

    def heir_of_site(self, commune: str, lon: float | None, lat: float | None) -> tuple[str | None, HeirBasis]:
        """Return the commune of 2025 in which a site told in a commune of 2021 stands, and how that was found."""
        pairs = self.heirs(commune)
        if pairs and pairs[0].whole:
            return pairs[0].new_code, HeirBasis.WHOLE
        if lon is not None and lat is not None:
            nearest = self._nearest(self._possible_heirs(commune, pairs), lon, lat)
            if nearest:
                return nearest, HeirBasis.COORDINATES
        return (pairs[0].new_code, HeirBasis.MAIN_HEIR) if pairs else (None, HeirBasis.PROVINCE_ONLY)

    def _found_point(self, era: Era, code: str) -> Point | None:
        unit = self.unit(era, code)
        if unit is None:
            return None
        if unit.lon is not None and unit.lat is not None:
            return Point(lon=unit.lon, lat=unit.lat, estimated=False)
        if unit.level is Level.COMMUNE:
            heir = self.main_heir(code)
            point = self.point(Era.Y2025, heir) if heir and era is Era.Y2021 else None
            return Point(lon=point.lon, lat=point.lat, estimated=True) if point else None
        points = [point for child in self.children(era, code) if (point := self.point(era, child.code))]
        if not points:
            return None
        return Point(lon=fmean(p.lon for p in points), lat=fmean(p.lat for p in points), estimated=True)

    def _known_sources(self, new_code: str) -> set[str]:
        return {code for code in self._main_sources.get(new_code, ()) if (Era.Y2021, code) in self.units}

    def _possible_heirs(self, commune: str, pairs: Sequence[Pair]) -> list[str]:
        if pairs:
            return [pair.new_code for pair in pairs]
        province = self.units[Era.Y2021, self.units[Era.Y2021, commune].province].successor
        return [unit.code for unit in self.below(Era.Y2025, province)] if province else []

    def _nearest(self, codes: Iterable[str], lon: float, lat: float) -> str | None:
        middles = {code: point for code in codes if (point := self.point(Era.Y2025, code))}
        # A degree of longitude is shorter than one of latitude by the cosine; at these distances that is near enough.
        shrink = math.cos(math.radians(lat))
        return min(
            middles,
            key=lambda code: (math.hypot((middles[code].lon - lon) * shrink, middles[code].lat - lat), code),
            default=None,
        )


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
        valid_from=first,
        valid_to=last,
        source=row.text("source"),
    )
