"""A list that somebody takes along to be edited: each row gets a key, and what it showed is remembered by keyed marks.

The key names the list and the row's place in it, under a seal over campaign, ward, list, place, registration and version:
another row's key, another list's or a made one is told apart. What a cell showed is not stored; its mark is, so that a
row which comes back tells which of its fields somebody touched.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tiemchung.domain.campaigns import policy
from tiemchung.domain.campaigns.engine import rowkeys
from tiemchung.domain.campaigns.engine.differing import FIELDS
from tiemchung.domain.campaigns.engine.rowkeys import RowKey
from tiemchung.domain.campaigns.errors import CampaignUnknown
from tiemchung.domain.campaigns.queries import wishes
from tiemchung.domain.campaigns.values import TakenRow
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing
from tiemchung.plumbing.rowsecurity import reaching

BROUGHT_BACK_WITHIN = timedelta(days=180)
"""How long the keys of a list that was taken along are known. Ours: a list older than half a year is taken anew."""
_MARK_BYTES = 3
_VERSION_BYTES = _MARK_BYTES * len(FIELDS)


class Taken(NamedTuple):
    """A list that was taken along, as its keys are checked against it."""

    id: UUID
    campaign: str
    commune: str
    registrations: list[UUID]
    versions: bytes

    def version(self, place: int) -> bytes:
        """Return the marks of the row at a place, the first is 1."""
        return self.versions[(place - 1) * _VERSION_BYTES : place * _VERSION_BYTES]

    def is_of(self, key: RowKey) -> bool:
        """Tell whether a key is one that this list was given out with."""
        if not 0 < key.place <= len(self.registrations):
            return False
        return hmac.compare_digest(key.seal, _key(self, key.place).seal)

    def was(self, place: int, field: str, value: str) -> bool:
        """Tell whether the row at a place was given out with this value in a field."""
        start = FIELDS.index(field) * _MARK_BYTES
        mark = self.version(place)[start : start + _MARK_BYTES]
        return mark == _mark(self.registrations[place - 1], field, value)


def take_list(
    identifier: UUID, rows: Sequence[TakenRow], *, campaign: str, commune: str, actor: Actor, now: datetime
) -> list[str]:
    """Remember a list that is taken along, and return the keys of its rows in their order.

    Refuses who does not plan for this ward.
    """
    if actor.id is None or not policy.may_plan(actor, commune=commune):
        raise NotPermitted
    if wishes.campaign(campaign) is None:
        raise CampaignUnknown(campaign=campaign)
    versions = b"".join(
        _mark(row.registration, field, value) for row in rows for field, value in zip(FIELDS, _shown(row), strict=True)
    )
    taken = Taken(identifier, campaign, commune, [row.registration for row in rows], versions)
    ward = ward_code(commune)
    with reaching(Reach(communes=frozenset({commune}), sites=frozenset({ward}))):
        database.run(
            "insert into campaigns_takenlist (site, id, taken_by, taken_at, commune, campaign, registrations, versions) "
            "values (%s, %s, %s, %s, %s, %s, %b, %b)",
            [ward, identifier, actor.id, now, commune, campaign, arrays.uuids(taken.registrations), versions],
        )
    return [rowkeys.written(_key(taken, place)) for place in range(1, len(rows) + 1)]


def taken_list(identifier: UUID) -> Taken | None:
    """Return a list that was taken along, if the session reaches its ward and it is known still."""
    found: tuple[Any, ...] | None = database.row(
        "select campaign, commune, registrations, versions from campaigns_takenlist where id = %s", [identifier]
    )
    return None if found is None else Taken(identifier, found[0], found[1], found[2], bytes(found[3]))


def forget_taken(*, now: datetime) -> None:
    """Forget the lists that were taken along longer ago than `BROUGHT_BACK_WITHIN`. A worker's work."""
    database.run("delete from campaigns_takenlist where taken_at < %s", [now - BROUGHT_BACK_WITHIN])


def _shown(row: TakenRow) -> Sequence[str]:
    return (row.name, row.born, row.sex, row.number, row.phone, row.group)


def _mark(registration: UUID, field: str, value: str) -> bytes:
    told = value.casefold() if field == "name" else value
    return sealing.lookup_hash("taken-field", f"{registration}\0{field}\0{told}")[:_MARK_BYTES]


def _key(taken: Taken, place: int) -> RowKey:
    bound = (taken.campaign, taken.commune, taken.id, place, taken.registrations[place - 1], taken.version(place).hex())
    seal = sealing.lookup_hash("taken-row", "\0".join(map(str, bound)))
    return RowKey(taken.id, place, seal[: rowkeys.SEAL_BYTES])
