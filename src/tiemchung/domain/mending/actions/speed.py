"""How fast complaints are answered, province by province, for everybody to read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tiemchung.domain.mending.values import CENTER, NO_SITE, Origin
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.plumbing import arrays, database

SINCE = timedelta(days=30)
"""Complaints of which days are counted. Ours: a month is long enough for a small province, and last year excuses nobody."""
_DESKS = "select distinct site, commune from mending_case where filed_at >= %s and origin <> %s"
_COUNT = """
insert into mending_speed (province, as_of, filed, decided, in_time, overdue, median_minutes)
select d.province, %s, count(*), count(c.decided_at), count(*) filter (where c.decided_at <= c.due_at),
    count(*) filter (where c.decided_at is null and c.due_at < %s),
    percentile_cont(0.5) within group (order by extract(epoch from c.decided_at - c.filed_at) / 60)
from mending_case c join unnest(%b::text[], %b::text[], %b::text[]) as d(site, commune, province)
    on d.site = c.site and d.commune = c.commune
where c.filed_at >= %s and c.origin <> %s group by d.province
"""


def count_speed(*, now: datetime) -> int:
    """Count anew how the complaints of the last thirty days were answered; returns in how many provinces there were any.

    What the platform found by itself nobody waits for, so it is left out. For a session that sees all.
    """
    since = now - SINCE
    with transaction.atomic():
        desks = database.rows(_DESKS, [since, Origin.PLATFORM])
        sites = places.sites_of({site for site, _ in desks if site not in (CENTER, NO_SITE)})
        told = [
            (site, commune, sites[site].province_code if site in sites else _of(commune)) for site, commune in desks
        ]
        database.run("delete from mending_speed", [])
        packed = [arrays.texts([each[place] for each in told]) for place in range(3)]
        return database.run(_COUNT, [now, now, *packed, since, Origin.PLATFORM])


def _of(commune: str) -> str:
    unit = places.unit(Era.Y2021, commune) or places.unit(Era.Y2025, commune)
    return unit.province if unit else ""
