"""Partner systems: who is registered to read, with which key, where and why. They stand in a file beside the keys.

`partners.json` in the folder of keys is a list of objects, each a partner: `client` (its name in tokens), `id`, `name`,
`purpose`, `scopes`, `keys` (public JWKs) and either a `site` or a unit as `level`, `era` and `place`, or neither: such a
partner reads by citizens' consent alone. `addresses` are those to which a browser is sent back. It is the operator's own
file, as the keys are: no page can add a partner. Whoever is taken out is cut off with the next request.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from tiemchung.domain.access.values import SCOPES, Partner, PlaceLevel
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import NOWHERE, Actor, ActorKind, Power, Reach
from tiemchung.kernel.purpose import Purpose

FILE = "partners.json"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class PartnersFileError(Exception):
    """The file of partners must not be used as it lies there; the message names the mend."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    client: str
    id: UUID
    name: str
    purpose: Purpose
    scopes: list[str]
    keys: list[dict[str, Any]]
    site: str | None = None
    level: PlaceLevel = PlaceLevel.PROVINCE
    era: str = "2021"
    place: str = ""
    addresses: list[str] = []


def partners() -> list[Partner]:
    """Return every registered partner, by name."""
    return sorted(_registered(), key=lambda each: each.actor.name)


def partner(client: str) -> Partner | None:
    """Return a registered partner; None for a stranger. Asked for every request: the file is small, and the word of now."""
    return next((each for each in _registered() if each.client == client), None)


def _registered() -> list[Partner]:
    path = Path(settings.TIEMCHUNG_KEYS_DIR) / FILE
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        return []
    if mode & _OTHERS_WRITE:
        raise PartnersFileError(f"{path} can be written by others: chmod go-w")
    try:
        rows = msgspec.json.decode(content, type=list[_Row])
    except msgspec.ValidationError as error:
        raise PartnersFileError(f"{path}: {error}") from error
    for row in rows:
        if unknown := sorted(set(row.scopes) - set(SCOPES)):
            raise PartnersFileError(f"{path}: {row.client} asks for {unknown}; there are {list(SCOPES)}")
    return [
        Partner(
            client=row.client,
            actor=Actor(
                id=row.id,
                kind=ActorKind.PARTNER,
                name=row.name,
                powers=frozenset({Power.READ_RECORD}),
                reach=_reach(row),
            ),
            purpose=row.purpose,
            scopes=frozenset(row.scopes),
            keys=tuple(row.keys),
            addresses=frozenset(row.addresses),
        )
        for row in rows
    ]


def _reach(row: _Row) -> Reach:
    if row.site is not None:
        return Reach(sites=frozenset({row.site}))
    if not row.place:
        return NOWHERE
    return places.reach_of([(row.era, row.place)])
