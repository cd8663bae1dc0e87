"""What the counting itself reads: what doses are counted as, and where sites and homes lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from tiemchung.domain.figures.values import UNKNOWN, Counted, Delay, DoseKey, Placed
from tiemchung.domain.places import queries as geography
from tiemchung.domain.places.values import Era, Site
from tiemchung.domain.places.values import Level as UnitLevel
from tiemchung.plumbing import arrays, database


def counted(doses: Collection[DoseKey], *, schema: str | None = None) -> dict[DoseKey, Counted]:
    """Return what these doses are counted as; a dose that counts as nothing is not there.

    `schema` names the side, where a session has a shadow beside the live tables.
    """
    persons = arrays.uuids([dose.person for dose in doses])
    ids = arrays.uuids([dose.dose for dose in doses])
    found = database.rows(_COUNTED.format(schema=f"{schema}." if schema else ""), (persons, ids))
    return {DoseKey(person, dose): Counted._make((*keys, Delay(late))) for person, dose, *keys, late in found}


_COUNTED = """
select d.person_id, d.id, site, given_on, recorded_on, product, dose_number, commune, era, sex, age_band, target_group,
  delay
from unnest(%b::uuid[], %b::uuid[]) as t(person_id, id) join {schema}figures_dose as d using (person_id, id)"""


def counted_doses_of(persons: Collection[UUID], *, schema: str | None = None) -> set[DoseKey]:
    """Return the doses of these persons that are counted."""
    found = database.rows(_COUNTED_OF.format(schema=f"{schema}." if schema else ""), (arrays.uuids(list(persons)),))
    return {DoseKey._make(key) for key in found}


_COUNTED_OF = "select person_id, id from {schema}figures_dose where person_id = any(%b::uuid[])"


def counted_places(sites: Collection[str], *, schema: str | None = None) -> dict[str, list[Placed]]:
    """Return where these sites are counted, one place an era; a site that never counted is not there."""
    found: dict[str, list[Placed]] = defaultdict(list)
    told = _PLACES.format(schema=f"{schema}." if schema else "")
    for site, *place in database.rows(told, (arrays.texts(list(sites)),)):
        found[site].append(Placed._make(place))
    return dict(found)


_PLACES = """
select site, era, province, district, commune from {schema}figures_site where site = any(%b::text[]) order by era"""


def places(sites: Collection[str]) -> dict[str, list[Placed]]:
    """Return where each of these sites lies now, in the units of both eras.

    What nobody knows is an unknown unit: of a site without a row, of the new commune of a split one, of the old units
    of a site that was opened in the new era.
    """
    known = geography.sites_of(sites)
    return {code: _placed_site(known.get(code)) for code in sites}


def _placed_site(site: Site | None) -> list[Placed]:
    old, new = Placed(Era.Y2021, UNKNOWN, UNKNOWN, UNKNOWN), Placed(Era.Y2025, UNKNOWN, "", UNKNOWN)
    if site is None:
        return [old, new]
    if site.era is Era.Y2025:
        return [old, Placed(Era.Y2025, site.province_code, "", site.commune_code)]
    return [
        Placed(Era.Y2021, site.province_code, site.district_code or UNKNOWN, site.commune_code),
        Placed(Era.Y2025, site.heir_province_code or UNKNOWN, "", site.heir_commune_code or UNKNOWN),
    ]


def residences(homes: Collection[tuple[str, str]]) -> dict[tuple[str, str], Placed]:
    """Return where the commune of each (era, code) lies; an unknown commune lies in unknown units."""
    return {(era, commune): _placed_home(era, commune) for era, commune in homes}


def _placed_home(era: str, commune: str) -> Placed:
    path = {unit.level: unit.code for unit in geography.unit_path(commune, era)}
    districts = "" if era == Era.Y2025 else UNKNOWN
    return Placed(era, path.get(UnitLevel.PROVINCE, UNKNOWN), path.get(UnitLevel.DISTRICT, districts), commune)
