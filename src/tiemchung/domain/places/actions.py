"""Changing the directory of places: units of both eras, organizations and sites. All or nothing, told twice the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places import engine, models, queries
from tiemchung.domain.places.errors import (
    CheckpointIncomplete,
    CheckpointUnknown,
    UnitInUse,
    ZoneIncomplete,
    ZoneUnknown,
)
from tiemchung.domain.places.events import ZoneDeclared, ZoneEnded
from tiemchung.domain.places.policy import may_declare_zone, may_enroll_checkpoint, may_load
from tiemchung.domain.places.values import Checkpoint, CheckpointKind, Era, ZoneTold
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
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
    "asks_certificates": "boolean",
    "source": "text",
}
ZONE_FILE = "epidemic_zones.csv"
ZONE_COLUMNS = ("era", "code", "level", "closed", "asks_certificates", "valid_from", "valid_to", "source")


@transaction.atomic
def load_zones(rows: Sequence[SourceRow], *, actor: Actor) -> Changes:
    """Make the epidemic zones those of the file; a row needs a unit that exists, its first day and its source."""
    _permit(actor)
    zones = [asdict(engine.read_zone(row, queries.gazetteer())) for row in rows]
    return put_all("places_zone", _ZONE, zones, key=("era", "code", "valid_from"))


CODE_DIGITS = 6
"""Of the id under which a checkpoint was told, the last ones end its code: they are drawn at random. Ours."""


def enroll_checkpoint(
    identifier: UUID, *, name: str, kind: CheckpointKind, commune: str, era: Era, actor: Actor, now: datetime
) -> Checkpoint:
    """Enroll a place of a commune that asks for certificates; told twice under one id, it is one.

    Refuses who is no officer of that ward (`not-permitted`).
    """
    if not may_enroll_checkpoint(actor, commune):
        raise NotPermitted(commune=commune)
    shown = display_name(name)[:80]
    if not shown or queries.unit(era, commune) is None:
        raise CheckpointIncomplete
    code = f"C-{commune}-{identifier.hex[-CODE_DIGITS:]}"
    told = {"name": shown, "kind": kind, "era": era.value, "commune_code": commune}
    models.Checkpoint.objects.get_or_create(code=code, defaults={**told, "enrolled_by": actor.id, "enrolled_at": now})
    return Checkpoint(code=code, name=shown, kind=kind, era=era, commune_code=commune, ended=False)


def end_checkpoint(code: str, *, actor: Actor, now: datetime) -> None:
    """End a checkpoint; what it recorded stays. Refuses who is no officer of its ward, and one that is not there."""
    row = models.Checkpoint.objects.filter(code=code, ended_at=None).first()
    if row is None or not may_enroll_checkpoint(actor, row.commune_code):
        raise CheckpointUnknown
    models.Checkpoint.objects.filter(code=code, ended_at=None).update(ended_at=now)


LONGEST_LEVEL, LONGEST_SOURCE = 40, 300
DECIDED_BACK, DECIDED_AHEAD = timedelta(days=60), timedelta(days=365)
"""How far from today a decision's days may lie: farther away a year was mistyped. Ours."""


@transaction.atomic
def declare_zone(told: ZoneTold, *, actor: Actor, now: datetime) -> bool:
    """Put a unit into a zone by a decision; False if this id was told before. One person is enough: it is a decision's copy.

    Refuses who is no officer of the whole province (`not-permitted`), and a zone without decision, source or right days.
    """
    if not may_declare_zone(actor, queries.communes_of_province(told.era, told.code)):
        raise NotPermitted(unit=told.code)
    level, decision, source = told.level.strip(), told.decision.strip(), told.source.strip()
    today = business_day(now)
    days = [told.valid_from, *([told.valid_to] if told.valid_to else [])]
    right = days == sorted(days) and all(today - DECIDED_BACK <= day <= today + DECIDED_AHEAD for day in days)
    if not level or not decision or not source or not right:
        raise ZoneIncomplete
    _, fresh = models.DeclaredZone.objects.get_or_create(
        id=told.id,
        defaults={
            "era": told.era.value,
            "code": told.code,
            "valid_from": told.valid_from,
            "valid_to": told.valid_to,
            "level": level[:LONGEST_LEVEL],
            "closed": told.closed,
            "asks_certificates": told.asks_certificates,
            "decision": decision[:LONGEST_LEVEL],
            "source": source[:LONGEST_SOURCE],
            "declared_by": actor.id,
            "declared_at": now,
        },
    )
    if fresh:
        event = ZoneDeclared(
            id=told.id,
            at=now,
            era=told.era.value,
            unit=told.code,
            level=level[:LONGEST_LEVEL],
            closed=told.closed,
            decision=decision[:LONGEST_LEVEL],
            source=source[:LONGEST_SOURCE],
            first=told.valid_from,
            last=told.valid_to,
            asks_certificates=told.asks_certificates,
        )
        journal.append([event], actor=actor, recorded_at=now)
    return fresh


@transaction.atomic
def end_zone(zone: UUID, *, last: date, decision: str, actor: Actor, now: datetime) -> None:
    """Let a declared zone end with a day; what it asked until then stays. Another decision says so, and is named."""
    row = models.DeclaredZone.objects.select_for_update().filter(id=zone).first()
    if row is None or not may_declare_zone(actor, queries.communes_of_province(row.era, row.code)):
        raise ZoneUnknown
    told = decision.strip()[:LONGEST_LEVEL]
    if not told or last < row.valid_from:
        raise ZoneIncomplete
    if row.valid_to is not None and row.valid_to <= last:
        raise ZoneUnknown
    models.DeclaredZone.objects.filter(id=zone).update(valid_to=last)
    event = ZoneEnded(id=uuid7(now), at=now, zone=zone, decision=told, last=last)
    journal.append([event], actor=actor, recorded_at=now)


def _communes_in_use() -> list[tuple[str, str]]:
    sites = models.Site.objects.values_list("era", "commune_code")
    return list(sites.union(models.Organization.objects.values_list("era", "commune_code")))


def _permit(actor: Actor) -> None:
    if not may_load(actor):
        raise NotPermitted
