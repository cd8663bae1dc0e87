"""Changing the directory of places: units of both eras, organizations and sites. All or nothing, told twice the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from tiemchung.domain.places import engine, models, queries
from tiemchung.domain.places.errors import UnitInUse
from tiemchung.domain.places.policy import may_load
from tiemchung.domain.places.values import Era
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.names import search_key
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.reference import Changes, put, put_all
from tiemchung.plumbing.rows import SourceRow, from_objects

_UNIT = {
    "era": "text",
    "code": "text",
    "level": "text",
    "kind": "text",
    "name": "text",
    "display_name": "text",
    "parent": "text",
    "province": "text",
    "iso_3166_2": "text",
    "identity_prefix": "text",
    "region": "text",
    "successor": "text",
    "population": "integer",
    "population_note": "text",
    "lon": "double precision",
    "lat": "double precision",
}
_PAIR = {"old_code": "text", "new_code": "text", "whole": "boolean", "main": "boolean"}
_ORGANIZATION = {"code": "text", "name": "text", "era": "text", "commune_code": "text"}
_SITE = {
    "code": "text",
    "name": "text",
    "organization": "text",
    "era": "text",
    "commune_code": "text",
    "district_code": "text",
    "province_code": "text",
    "heir_commune_code": "text",
    "heir_province_code": "text",
    "heir_basis": "text",
    "lon": "double precision",
    "lat": "double precision",
    "mobile": "boolean",
    "active": "boolean",
    "search_key": "text",
}


@transaction.atomic
def load_units(files: Mapping[str, Sequence[SourceRow]], *, actor: Actor) -> Changes:
    """Make the units and pairs of both eras those of the files (`engine.COLUMNS`), or refuse the first bad row.

    A unit that a site or an organization stands in cannot vanish: `UnitInUse`.
    """
    _permit(actor)
    units = engine.read_units(files)
    pairs = engine.read_pairs(files["vn_commune_crosswalk_2025.csv"], units)
    told = {(unit.era, unit.code) for unit in units}
    for era, code in _communes_in_use():
        if (Era(era), code) not in told:
            raise UnitInUse(era=era, unit=code)
    changes = put_all("places_unit", _UNIT, [asdict(unit) for unit in units], key=("era", "code"))
    changes += put_all("places_pair", _PAIR, [asdict(pair) for pair in pairs], key=("old_code", "new_code"))
    digest = hashlib.sha256(repr((units, pairs)).encode()).hexdigest()
    models.Edition.objects.update_or_create(name="units", defaults={"digest": digest, "loaded_at": Now()})
    queries.UNITS.forget()
    return changes


@transaction.atomic
def load_organizations(rows: Sequence[Mapping[str, Any]], *, actor: Actor) -> Changes:
    """Take organizations of a campaign file: `code`, `name`, `commune`, and `era` ("2021" if not told)."""
    _permit(actor)
    organizations = engine.read_organizations(from_objects("organizations", rows), queries.gazetteer())
    return put("places_organization", _ORGANIZATION, [asdict(one) for one in organizations], key=("code",))


@transaction.atomic
def load_sites(rows: Sequence[Mapping[str, Any]], *, actor: Actor) -> Changes:
    """Take sites of a campaign file: `code`, `name`, `organization`, `commune`, and maybe `era`, `lon`, `lat`, `mobile`.

    District, province and the places of 2025 follow from the commune and the coordinates. Sites not told stay.
    """
    _permit(actor)
    known = frozenset(models.Organization.objects.values_list("code", flat=True))
    sites = engine.read_sites(from_objects("sites", rows), queries.gazetteer(), known)
    rows_told = [{**asdict(site), "search_key": search_key(site.name)} for site in sites]
    return put("places_site", _SITE, rows_told, key=("code",))


def _communes_in_use() -> list[tuple[str, str]]:
    sites = models.Site.objects.values_list("era", "commune_code")
    return list(sites.union(models.Organization.objects.values_list("era", "commune_code")))


def _permit(actor: Actor) -> None:
    if not may_load(actor):
        raise NotPermitted
