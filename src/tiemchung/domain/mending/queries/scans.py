"""The bench's queue of scanned slips: how each stands, and the picture of one for whoever types or leads at its site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import policy
from tiemchung.domain.mending.errors import ScanUnknown
from tiemchung.domain.mending.values import ScanListed, ScanState, UnreadableWhy
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing

MOST_SCANS = 5_000
"""Scans of one day that are shown: the largest hall writes some thousands of slips. Ours."""
_LISTED = """
select id, site, given_on, row_number() over (partition by given_on order by id), state, by, kept_at, typist, taken_at,
    settled_at, reason, visit, sealed is not null
from mending_scan where site = %s and given_on = %s order by id limit %s
"""


def scans_of(site: str, given_on: date, *, actor: Actor) -> list[ScanListed]:
    """Return the scans of a site's day in the order they came, numbered from 1. Refuses who does not work at that bench."""
    if not policy.may_bring_scans(actor, site):
        raise NotPermitted(site=site)
    return [_listed(row) for row in database.rows(_LISTED, [site, given_on, MOST_SCANS])]


def days_with_scans(site: str, *, actor: Actor) -> list[tuple[date, int]]:
    """Return the days of which scans still wait or are in hand, with how many, the oldest first."""
    if not policy.may_bring_scans(actor, site):
        raise NotPermitted(site=site)
    return database.rows(
        "select given_on, count(*)::int from mending_scan where site = %s and settled_at is null group by 1 order by 1",
        [site],
    )


def scan(identifier: UUID, *, site: str, actor: Actor) -> ScanListed:
    """Return one scan of the actor's bench; refuses any other as unknown."""
    row = database.row("select given_on from mending_scan where id = %s and site = %s", [identifier, site])
    if row is None:
        raise ScanUnknown
    return next(one for one in scans_of(site, row[0], actor=actor) if one.id == identifier)


def scan_picture(identifier: UUID, *, site: str, actor: Actor, purpose: Purpose, viewed_at: datetime) -> bytes:
    """Return the picture of a slip as a JPEG of ours. Refuses one that was erased or is another bench's (`scan-unknown`).

    Once somebody was typed from it, the look is logged as one at them.
    """
    if not policy.may_bring_scans(actor, site):
        raise NotPermitted(site=site)
    row = database.row("select sealed, person from mending_scan where id = %s and site = %s", [identifier, site])
    if row is None or row[0] is None:
        raise ScanUnknown
    if row[1] is not None:
        journal.log_views([row[1]], actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return sealing.unseal(bytes(row[0]), identifier.bytes)


def _listed(row: Sequence[Any]) -> ScanListed:
    named: dict[str, Any] = dict(zip(ScanListed.__struct_fields__, row, strict=True))
    named["state"] = ScanState(named["state"])
    named["reason"] = UnreadableWhy(named["reason"]) if named["reason"] else None
    return ScanListed(**named)
