"""Raising alerts and clearing them. What weighs heavily opens an incident by itself, which then waits for an owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.response.actions import incidents
from tiemchung.domain.response.actions.telling import tell
from tiemchung.domain.response.events import AlertCleared, AlertRaised
from tiemchung.domain.response.values import WEIGHTS, AlertKind, Facts, Signal, Weight
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

_RAISE = """
insert into response_alert as a (site, kind, key, id, raised_at, facts)
select x.s, x.k, x.y, x.i, %s, x.f::jsonb
from unnest(%b::text[], %b::text[], %b::text[], %b::uuid[], %b::text[]) as x(s, k, y, i, f)
on conflict (site, kind, key) do nothing
returning id
"""
_AGAIN = """
update response_alert a
set id = x.i, raised_at = %s, facts = x.f::jsonb, cleared_at = null, incident = null
from unnest(%b::text[], %b::text[], %b::text[], %b::uuid[], %b::text[]) as x(s, k, y, i, f)
where a.site = x.s and a.kind = x.k and a.key = x.y and a.cleared_at is not null
returning a.id
"""
_REFRESH = """
update response_alert a set facts = x.f::jsonb
from unnest(%b::text[], %b::text[], %b::text[], %b::uuid[], %b::text[]) as x(s, k, y, i, f)
where a.site = x.s and a.kind = x.k and a.key = x.y and a.cleared_at is null and a.facts <> x.f::jsonb
"""


def raise_once(signals: Sequence[Signal], *, now: datetime) -> int:
    """Raise alerts about single facts; one that was ever raised is never raised again. Returns how many are new."""
    with transaction.atomic(savepoint=False):
        return _raised(_RAISE, signals, now=now)


def sweep(
    kind: AlertKind, signals: Sequence[Signal], *, now: datetime, sites: Collection[str] | None = None
) -> list[str]:
    """Let the alerts of a kind say what holds now: raise what is new, clear what no longer holds.

    `sites` are those that were looked at, None for all. Swept again, nothing changes. Returns the sites of which an
    alert was cleared.
    """
    with transaction.atomic(savepoint=False):
        _raised(_RAISE, signals, now=now)
        _raised(_AGAIN, signals, now=now)
        database.run(_REFRESH, _columns(signals, [uuid7() for _ in signals]))
        return _clear(kind, signals, now=now, sites=sites)


def _raised(statement: str, signals: Sequence[Signal], *, now: datetime) -> int:
    if not signals:
        return 0
    ids = [uuid7(now) for _ in signals]
    fresh = {row[0] for row in database.rows(statement, [now, *_columns(signals, ids)])}
    new = [(signal, alert) for signal, alert in zip(signals, ids, strict=True) if alert in fresh]
    tell([_raised_fact(signal, alert, now) for signal, alert in new], actor=SYSTEM, now=now)
    for signal, alert in new:
        if WEIGHTS[signal.kind] is Weight.STOP:
            incidents.open_by_alert(alert, kind=signal.kind, site=signal.site, facts=signal.facts, by=SYSTEM, now=now)
    return len(new)


def _raised_fact(signal: Signal, alert: UUID, now: datetime) -> AlertRaised:
    return AlertRaised(
        id=uuid7(now), at=now, site=signal.site or None, alert=alert, alert_kind=signal.kind, key=signal.key
    )


def _clear(kind: AlertKind, holding: Sequence[Signal], *, now: datetime, sites: Collection[str] | None) -> list[str]:
    cleared = database.rows(
        "update response_alert a set cleared_at = %s where a.kind = %s and a.cleared_at is null "
        "and (%s or a.site = any(%b::text[])) and not exists (select 1 from "
        "unnest(%b::text[], %b::text[]) as x(s, y) where x.s = a.site and x.y = a.key) returning a.id, a.site",
        [
            now,
            kind,
            sites is None,
            arrays.texts(sorted(sites or ())),
            arrays.texts([signal.site for signal in holding]),
            arrays.texts([signal.key for signal in holding]),
        ],
    )
    facts = [AlertCleared(id=uuid7(now), at=now, site=site or None, alert=alert) for alert, site in cleared]
    tell(facts, actor=SYSTEM, now=now)
    return sorted({site for _, site in cleared})


def _columns(signals: Sequence[Signal], ids: Sequence[UUID]) -> list[arrays.Packed]:
    return [
        arrays.texts([signal.site for signal in signals]),
        arrays.texts([signal.kind for signal in signals]),
        arrays.texts([signal.key for signal in signals]),
        arrays.uuids(ids),
        arrays.texts([written(signal.facts) for signal in signals]),
    ]


def written(facts: Facts) -> str:
    """Return facts as the JSON text of their column."""
    return msgspec.json.encode(facts).decode()
