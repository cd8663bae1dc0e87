"""A logger's file: kept as one reading an hour with its extremes, and held beside what each lot in the fridge can bear."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction

from tiemchung.domain.supply import engine, policy, queries, rules
from tiemchung.domain.supply.actions.posting import tell
from tiemchung.domain.supply.actions.temperature import AHEAD, COLDEST_C, WARMEST_C
from tiemchung.domain.supply.errors import FridgeUnknown, LoggerUnreadable, PaperTooLarge, ReadingImpossible
from tiemchung.domain.supply.events import LoggerRead
from tiemchung.domain.supply.values import Band, Logged, LoggerHeard
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

MOST_BYTES = 4 * 1024 * 1024
_KEEP = """
insert into supply_reading (id, site, fridge, taken_at, temp_c, lowest_c, highest_c, minutes_outside, note, told_by)
select x.id, %s, %s, x.at, round(x.temp::numeric, 2), round(x.low::numeric, 2), round(x.high::numeric, 2), x.outside, %s, %s
from unnest(%b::uuid[], %b::timestamptz[], %b::float4[], %b::float4[], %b::float4[], %b::int8[])
    as x(id, at, temp, low, high, outside)
on conflict do nothing
"""


@transaction.atomic
def read_logger(
    identifier: UUID, content: bytes, *, site: str, fridge: str, actor: Actor, now: datetime
) -> LoggerHeard:
    """Keep what a fridge's logger has written, and return what it tells. The same hours told again are one.

    Refuses a file that cannot be read to its end (`logger-unreadable`, with the line) and points that cannot be so.
    """
    if not policy.may_keep_stock(actor, site):
        raise NotPermitted(site=site)
    found = next((each for each in queries.fridges(site) if each.code == fridge), None)
    if found is None:
        raise FridgeUnknown(fridge=fridge)
    if len(content) > MOST_BYTES:
        raise PaperTooLarge(most=MOST_BYTES // 1024 // 1024)
    try:
        points = engine.read_logger(content)
    except engine.LoggerFileError as error:
        raise LoggerUnreadable(line=error.line) from error
    degrees = [point.temp_c for point in points]
    if points[-1].at > now + AHEAD or not COLDEST_C <= min(degrees) <= max(degrees) <= WARMEST_C:
        raise ReadingImpossible(fridge=fridge)
    band = Band(low_c=found.low_c, high_c=found.high_c)
    fresh = _keep(points, band, site=site, fridge=fridge, actor=actor)
    heard = LoggerHeard(
        fresh=fresh,
        points=len(points),
        first=points[0].at,
        last=points[-1].at,
        lowest_c=min(degrees),
        highest_c=max(degrees),
        minutes_outside=rules.minutes_outside(points, band),
        lots=tuple(queries.lots_outside(found, points)),
    )
    if fresh:
        event = LoggerRead(
            id=identifier,
            at=now,
            fridge=fridge,
            first=heard.first,
            last=heard.last,
            points=heard.points,
            lowest_c=heard.lowest_c,
            highest_c=heard.highest_c,
            minutes_outside=heard.minutes_outside,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        tell([event], site=site, actor=actor, now=now)
    return heard


def _keep(points: Sequence[Logged], band: Band, *, site: str, fridge: str, actor: Actor) -> bool:
    """Write one reading for each hour; its id follows from what it says, so that a file told twice adds nothing."""
    hours = [list(told) for _hour, told in groupby(points, key=lambda point: point.at.replace(minute=0, second=0))]
    rows = [
        (hour[-1].at, hour[-1].temp_c, min(p.temp_c for p in hour), max(p.temp_c for p in hour), following)
        for hour, following in zip(hours, [*hours[1:], []], strict=True)
    ]
    outside = [
        rules.minutes_outside([*hour, *following[:1]], band)
        for hour, (*_facts, following) in zip(hours, rows, strict=True)
    ]
    ids = [
        UUID(bytes=hashlib.sha256(f"{site}|{fridge}|{at.isoformat()}|{temp}|{low}|{high}".encode()).digest()[:16])
        for at, temp, low, high, _following in rows
    ]
    kept = database.run(
        _KEEP,
        [
            site,
            fridge,
            "logger",
            actor.id,
            arrays.uuids(ids),
            arrays.instants([row[0] for row in rows]),
            arrays.reals([row[1] for row in rows]),
            arrays.reals([row[2] for row in rows]),
            arrays.reals([row[3] for row in rows]),
            arrays.bigints(outside),
        ],
    )
    return kept > 0
