"""Asking for places. Units are kept in memory; sites come by code, by unit, or all under a unit. Nothing is personal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django.db.models import Count, Q

from tiemchung.domain.places import models
from tiemchung.domain.places.engine import Gazetteer
from tiemchung.domain.places.values import (
    ESTIMATES,
    Checkpoint,
    CheckpointKind,
    Era,
    Found,
    HeirBasis,
    Level,
    Pair,
    Point,
    Site,
    Unit,
    Zone,
    ZoneMet,
    ZoneTold,
    era_on,
)
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.names import search_key
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.reference import Remembered

_UNIT_COLUMNS = [field.name for field in fields(Unit)]
_SITE_FIELDS = [field.name for field in fields(Site)]
_SITE_COLUMNS = ["organization_id" if name == "organization" else name for name in _SITE_FIELDS]
_SITE_COLUMN_OF_LEVEL = {
    Level.PROVINCE: "province_code",
    Level.DISTRICT: "district_code",
    Level.COMMUNE: "commune_code",
}
_HEIR_COLUMN_OF_LEVEL = {Level.PROVINCE: "heir_province_code", Level.COMMUNE: "heir_commune_code"}


def gazetteer() -> Gazetteer:
    """Return the units of both eras, from memory."""
    return UNITS.get()


def unit(era: Era | str, code: str) -> Unit | None:
    """Return a unit, None if there is none of this code."""
    return gazetteer().unit(Era(era), code)


def unit_path(code: str, era: Era | str) -> list[Unit]:
    """Return the units from the province down to this one; empty if there is none of this code."""
    return gazetteer().path(Era(era), code)


def children(era: Era | str, code: str | None = None) -> list[Unit]:
    """Return the units right below this one by code; without a code, the provinces."""
    return gazetteer().children(Era(era), code)


def communes_below(era: Era | str, code: str) -> list[Unit]:
    """Return the communes of a unit, by district and code; a commune is its own. None for a unit that is not there."""
    return gazetteer().below(Era(era), code)


def units_of(era: Era | str, level: Level | str) -> list[Unit]:
    """Return all units of a level by code."""
    return gazetteer().of_level(Era(era), Level(level))


def commune_era(code: str, *, on: date) -> Era | None:
    """Return the era in which a bare commune code is read that was told on a day; None if no commune of either has it.

    It is the division in force then, and the other where that one has no such number: nearly every number of 2025 was
    one of 2021 before, of a commune that went into it.
    """
    first = era_on(on)
    eras = (first, *(era for era in Era if era is not first))
    return next((era for era in eras if (found := unit(era, code)) and found.level is Level.COMMUNE), None)


def heirs(old_commune: str) -> list[Pair]:
    """Return what became of a commune of 2021, its main heir first; empty if no pair is known."""
    return gazetteer().heirs(old_commune)


def sharing_ground(commune: str) -> frozenset[str]:
    """Return the numbers under which somebody who lives in this commune may be written in either era, its own among them.

    A bare number is read as of both eras: for whoever looks for a person it is one more thing that has to agree.
    """
    return gazetteer().sharing_ground(commune)


def points(era: Era | str, codes: Iterable[str]) -> dict[str, Point]:
    """Return where units are drawn: own middles, or those estimated by their heirs. Who has none is absent."""
    found = ((code, gazetteer().point(Era(era), code)) for code in codes)
    return {code: point for code, point in found if point}


def site(code: str) -> Site | None:
    """Return a site, None if there is none of this code."""
    return sites_of([code]).get(code)


def sites_of(codes: Iterable[str]) -> dict[str, Site]:
    """Return the sites of these codes; who is unknown is absent."""
    return {site.code: site for site in _sites(Q(code__in=set(codes)))}


def provinces_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the provinces these sites stand in, in the era each site was told in; who is unknown is absent.

    Asked for every batch from the chair: one prepared statement, no objects.
    """
    return dict(
        database.rows(
            "select code, province_code from places_site where code = any(%b::text[])", [arrays.texts(list(codes))]
        )
    )


def sites_under(era: Era | str, code: str) -> list[Site]:
    """Return the sites in a unit and everything below it, by code. A unit of 2025 has those that moved into it."""
    return _sites(_under(Era(era), code))


def estimated_sites(province: str | None = None) -> tuple[int, int]:
    """Return of how many active sites the unit of 2025 is an estimate, and how many there are: of a province of 2025, or all.

    It is one where the commune of 2021 was split or has no pair: the nearest middle or the main heir stands in.
    """
    sites = models.Site.objects.filter(active=True)
    if province is not None:
        sites = sites.filter(_under(Era.Y2025, province))
    estimated = Q(heir_basis__in=[basis.value for basis in ESTIMATES])
    told = sites.aggregate(estimated=Count("pk", filter=estimated), found=Count("pk"))
    return told["estimated"], told["found"]


def search(era: Era | str, text: str, *, limit: int) -> Found:
    """Return units of an era and active sites whose names have every word of the text, each word by its beginning.

    Marks do not matter, for not every phone types them. At most `limit` of each; a text without a letter finds nothing.
    """
    words = search_key(text).split()
    if not words:
        return Found()
    sites = Q(active=True)
    for word in words:
        sites &= Q(search_key__startswith=word) | Q(search_key__contains=f" {word}")
    named = models.Site.objects.filter(sites).order_by("name", "code").values_list(*_SITE_COLUMNS)[:limit]
    return Found(
        units=tuple(gazetteer().search(Era(era), words, limit=limit)),
        sites=tuple(_site(row) for row in named),
    )


def mobile_sites(words: Sequence[str]) -> list[Site]:
    """Return the mobile teams whose names have all of these words, without marks and whole; every one for no words."""
    named = Q(mobile=True)
    for word in words:
        named &= Q(search_key__contains=word)
    return [site for site in _sites(named) if set(words) <= set(search_key(site.name).split())]


def units_named(text: str, *, province: tuple[Era, str], limit: int) -> list[Unit]:
    """Return the units of either era within a province, its heir or those that went into it that a text names.

    The largest come first. Those whose whole name it is leave no room for those whose name only begins so: Quận 1 is not
    Quận 10.
    """
    within, wanted = _provinces_at(*province), search_key(text)
    if not within or not wanted:
        return []
    found = [
        each
        for era in Era
        for each in gazetteer().search(era, wanted.split(), limit=_EVERY)
        if (era, each.province) in within and each.level is not Level.PROVINCE
    ]
    named = [each for each in found if wanted in {search_key(each.display_name), search_key(each.name)}]
    return (named or found)[:limit]


def _provinces_at(era: Era, code: str) -> set[tuple[Era, str]]:
    """Return a province with its heir, or with those that went into it, by era and code; empty if it is none."""
    found = unit(era, code)
    if found is None or found.level is not Level.PROVINCE:
        return set()
    heir = code if era is Era.Y2025 else found.successor
    merged = {each.code for each in units_of(Era.Y2021, Level.PROVINCE) if heir and each.successor == heir}
    of_2021 = merged if era is Era.Y2025 else {code}
    return {(Era.Y2021, each) for each in of_2021} | ({(Era.Y2025, heir)} if heir else set())


def communes_named(text: str, era: Era | str) -> list[Unit]:
    """Return the communes of an era whose whole name a text is, alone or with the units above behind it, nearest first."""
    return gazetteer().communes_named(Era(era), text)


_EVERY = 100_000
"""More than there are units in either era."""


def reach_of(places: Sequence[tuple[Era | str, str]], *, sites: Iterable[str] = ()) -> Reach:
    """Return the reach over these units with everything below them, expanded to the codes of both eras, and sites.

    A reach holds bare codes, and 2025 gave the numbers of old communes to new ones. A code of the other era is taken
    along only if its number is nobody else's in the era the unit is told in: whoever serves a ward of today never
    reaches the people of an old one elsewhere that had the number of a part of theirs, and the other way round.
    """
    communes: set[str] = set()
    inside = set(sites_of(sites)) if sites else set()
    for era, code in places:
        both = gazetteer().both_eras(Era(era), code)
        own = both[Era(era)]
        communes.update(own)
        for other, codes in both.items():
            if other is not Era(era):
                communes.update(each for each in codes if each in own or gazetteer().unit(Era(era), each) is None)
        inside |= _codes_under(Era(era), code)
    return Reach(sites=frozenset(inside), communes=frozenset(communes))


def _codes_under(era: Era, code: str) -> set[str]:
    """Return the codes of `sites_under`. Asked for every page of an office: one prepared statement, no objects."""
    found = unit(era, code)
    if found is None:
        return set()
    own, heir = _SITE_COLUMN_OF_LEVEL[found.level], _HEIR_COLUMN_OF_LEVEL.get(found.level)
    moved = f" or {heir} = %s" if era is Era.Y2025 and heir else ""
    rows = database.rows(
        f"select code from places_site where era = %s and {own} = %s{moved}", [era.value, *[code] * (2 if moved else 1)]
    )
    return {told for (told,) in rows}


def checkpoint(code: str) -> Checkpoint | None:
    """Return a checkpoint, ended or not; None if there is none of this code."""
    return next(iter(_checkpoints(Q(code=code))), None)


def checkpoints_within(reach: Reach) -> list[Checkpoint]:
    """Return the checkpoints in force in the communes of a reach, by name."""
    here = Q(ended_at=None) if reach.everywhere else Q(ended_at=None, commune_code__in=reach.communes)
    return sorted(_checkpoints(here), key=lambda each: (each.name, each.code))


def _checkpoints(condition: Q) -> list[Checkpoint]:
    return [
        Checkpoint(
            code=row.code,
            name=row.name,
            kind=CheckpointKind(row.kind),
            era=Era(row.era),
            commune_code=row.commune_code,
            ended=row.ended_at is not None,
        )
        for row in models.Checkpoint.objects.filter(condition)[:CHECKPOINTS_SHOWN]
    ]


CHECKPOINTS_SHOWN = 500
"""Checkpoints on one list: a large district has fewer."""


_ZONE_FIELDS = [field.name for field in fields(Zone)]
_ZONE_COLUMNS = ", ".join(f"z.{name}" for name in _ZONE_FIELDS)
_ZONES_MET = f"""
with here as (select * from unnest(%b::text[], %b::text[]) as x(era, code)), day as (select %s::date as day)
select {_ZONE_COLUMNS} from day, here join places_zone z using (era, code)
where z.valid_from <= day.day and (z.valid_to is null or z.valid_to >= day.day)
union all
select {_ZONE_COLUMNS} from day, here join places_declaredzone z using (era, code)
where z.valid_from <= day.day and (z.valid_to is null or z.valid_to >= day.day)
"""


def zones_met(era: Era | str, code: str, on: date) -> list[ZoneMet]:
    """Return the epidemic zones in force on a day that share ground with a unit, in either division of the country.

    A zone of a unit above holds for the whole of it, one of a unit below for a part. Those that hold for the whole come
    first, the closed ones among them first.
    """
    touching = gazetteer().touching(Era(era), code)
    units = list(touching)
    asked = [arrays.texts([of.value for of, _ in units]), arrays.texts([unit for _, unit in units]), on]
    told = (dict(zip(_ZONE_FIELDS, row, strict=True)) for row in database.rows(_ZONES_MET, asked))
    zones = [Zone(**one | {"era": Era(one["era"])}) for one in told]
    found = [ZoneMet(zone=zone, whole=touching[zone.era, zone.code]) for zone in zones]
    return sorted(found, key=lambda met: (not met.whole, not met.zone.closed, met.zone.code, met.zone.valid_from))


def zones_declared(provinces: Collection[Unit], *, on: date) -> list[ZoneTold]:
    """Return the zones that officers of these provinces have entered and that are not over, the newest first.

    Those of the other division come along as far as a province's heir, or those that went into it, had them.
    """
    whole = {place for province in provinces for place in _provinces_at(province.era, province.code)}
    here = Q(pk__in=())
    for era in Era:
        here |= Q(
            era=era.value, code__in={one.code for of, code in whole if of is era for one in _units_below(era, code)}
        )
    rows = models.DeclaredZone.objects.filter(here, Q(valid_to=None) | Q(valid_to__gte=on)).order_by(
        "-valid_from", "code", "id"
    )[:ZONES_SHOWN]
    return [
        ZoneTold(
            id=row.id,
            era=Era(row.era),
            code=row.code,
            level=row.level,
            closed=row.closed,
            asks_certificates=row.asks_certificates,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            decision=row.decision,
            source=row.source,
        )
        for row in rows
    ]


ZONES_SHOWN = 500
"""Zones on one list; ours."""


def _units_below(era: Era, province: str) -> list[Unit]:
    """Return a province with everything below it."""
    found = unit(era, province)
    below = [each for child in children(era, province) for each in (child, *children(era, child.code))]
    return [*([found] if found else []), *below]


def communes_of_province(era: Era | str, code: str) -> frozenset[str]:
    """Return the communes of the province that a unit lies in; none for a unit that is not there."""
    path = unit_path(code, era)
    return frozenset(commune.code for commune in gazetteer().below(Era(era), path[0].code)) if path else frozenset()


def provinces_within(reach: Reach, era: Era) -> list[Unit]:
    """Return the provinces of an era of which every commune lies within a reach."""
    return [
        province
        for province in units_of(era, Level.PROVINCE)
        if reach.everywhere or all(commune.code in reach.communes for commune in gazetteer().below(era, province.code))
    ]


def _under(era: Era, code: str) -> Q:
    found = unit(era, code)
    if found is None:
        return Q(pk__in=())
    told = Q(era=era.value, **{_SITE_COLUMN_OF_LEVEL[found.level]: code})
    if era is Era.Y2025:
        return told | Q(**{_HEIR_COLUMN_OF_LEVEL[found.level]: code})
    return told


def _sites(condition: Q) -> list[Site]:
    return [_site(row) for row in models.Site.objects.filter(condition).order_by("code").values_list(*_SITE_COLUMNS)]


def _site(row: tuple[Any, ...]) -> Site:
    told = dict(zip(_SITE_FIELDS, row, strict=True))
    return Site(**{**told, "era": Era(told["era"]), "heir_basis": HeirBasis(told["heir_basis"])})


def _read_units() -> Gazetteer:
    units = [
        Unit(**{**row, "era": Era(row["era"]), "level": Level(row["level"])})
        for row in models.Unit.objects.values(*_UNIT_COLUMNS)
    ]
    pairs = [Pair(**row) for row in models.Pair.objects.values("old_code", "new_code", "whole", "main")]
    return Gazetteer(units, pairs)


def _units_edition() -> str | None:
    return models.Edition.objects.filter(name="units").values_list("digest", flat=True).first()


UNITS = Remembered(_read_units, edition=_units_edition)
"""The units of this process's memory; an action that changes them lets go of it."""
