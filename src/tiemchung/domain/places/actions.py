"""Changing the directory of places: units of both eras, organizations and sites. All or nothing, told twice the same."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from tiemchung.domain.places import engine, models, queries
from tiemchung.domain.places.errors import CheckpointIncomplete, CheckpointUnknown, UnitInUse
from tiemchung.domain.places.policy import may_enroll_checkpoint, may_load
from tiemchung.domain.places.values import Checkpoint, CheckpointKind, Era
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.names import display_name, search_key
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


_ZONE = {
    "era": "text",
    "code": "text",
    "valid_from": "date",
    "valid_to": "date",
    "level": "text",
    "closed": "boolean",
    "source": "text",
}
ZONE_FILE = "epidemic_zones.csv"
ZONE_COLUMNS = ("era", "code", "level", "closed", "valid_from", "valid_to", "source")


@transaction.atomic
def load_zones(rows: Sequence[SourceRow], *, actor: Actor) -> Changes:
    """Make the epidemic zones those of the file; a row needs a unit that exists, its first day and its source."""
    _permit(actor)
    zones = [asdict(engine.read_zone(row, queries.gazetteer())) for row in rows]
    return put_all("places_zone", _ZONE, zones, key=("era", "code", "valid_from"))


def enroll_checkpoint(
    *, name: str, kind: CheckpointKind, commune: str, era: Era, actor: Actor, now: datetime
) -> Checkpoint:
    """Enroll a place of a commune that asks for certificates. Refuses who is no officer of that ward (`not-permitted`)."""
    if not may_enroll_checkpoint(actor, commune):
        raise NotPermitted(commune=commune)
    shown = display_name(name)[:80]
    if not shown or queries.unit(era, commune) is None:
        raise CheckpointIncomplete
    code = f"C-{commune}-{secrets.token_hex(3)}"
    models.Checkpoint.objects.create(
        code=code, name=shown, kind=kind, era=era.value, commune_code=commune, enrolled_by=actor.id, enrolled_at=now
    )
    return Checkpoint(code=code, name=shown, kind=kind, era=era, commune_code=commune, ended=False)


def end_checkpoint(code: str, *, actor: Actor, now: datetime) -> None:
    """End a checkpoint; what it recorded stays. Refuses who is no officer of its ward, and one that is not there."""
    row = models.Checkpoint.objects.filter(code=code, ended_at=None).first()
    if row is None or not may_enroll_checkpoint(actor, row.commune_code):
        raise CheckpointUnknown
    models.Checkpoint.objects.filter(code=code, ended_at=None).update(ended_at=now)


def _communes_in_use() -> list[tuple[str, str]]:
    sites = models.Site.objects.values_list("era", "commune_code")
    return list(sites.union(models.Organization.objects.values_list("era", "commune_code")))


def _permit(actor: Actor) -> None:
    if not may_load(actor):
        raise NotPermitted
