"""Counting how sites stand, by the clock: few rows, read by boards instead of the ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tiemchung.domain.response.values import SiteTold
from tiemchung.plumbing import arrays, database

_PUT = """
insert into response_sitestanding as s (site, province, district, spoke, issued, entered, usable, on_road, daily, counted_at)
select x.*, %s from unnest(%b::text[], %b::text[], %b::text[], %b::bool[], %b::int4[], %b::int4[], %b::int4[], %b::int4[],
    %b::real[]) as x(a, b, c, d, e, f, g, h, i)
on conflict (site) do update set province = excluded.province, district = excluded.district, spoke = excluded.spoke,
    issued = excluded.issued, entered = excluded.entered, usable = excluded.usable, on_road = excluded.on_road,
    daily = excluded.daily, counted_at = excluded.counted_at
"""


def keep_standing(sites: Sequence[SiteTold], *, now: datetime) -> None:
    """Keep how these sites stand now."""
    database.run(
        _PUT,
        [
            now,
            arrays.texts([told.site for told in sites]),
            arrays.texts([told.province for told in sites]),
            arrays.texts([told.district for told in sites]),
            arrays.booleans([told.spoke for told in sites]),
            arrays.integers([told.issued for told in sites]),
            arrays.integers([told.entered for told in sites]),
            arrays.integers([told.usable for told in sites]),
            arrays.integers([told.on_road for told in sites]),
            arrays.reals([told.daily for told in sites]),
        ],
    )
