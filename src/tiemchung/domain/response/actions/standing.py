"""Counting how sites stand, by the clock: few rows, read by boards instead of the ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tiemchung.domain.figures.values import COUNTRY_CODE
from tiemchung.domain.response.values import SiteTold, UnitDemand
from tiemchung.plumbing import arrays, database

_PUT = """
insert into response_sitestanding as s (site, province, district, spoke, issued, entered, usable, on_road, called, daily,
    counted_at)
select x.*, %s from unnest(%b::text[], %b::text[], %b::text[], %b::bool[], %b::int4[], %b::int4[], %b::int4[], %b::int4[],
    %b::int4[], %b::real[]) as x(a, b, c, d, e, f, g, h, i, j)
on conflict (site) do update set province = excluded.province, district = excluded.district, spoke = excluded.spoke,
    issued = excluded.issued, entered = excluded.entered, usable = excluded.usable, on_road = excluded.on_road,
    called = excluded.called, daily = excluded.daily, counted_at = excluded.counted_at
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
            arrays.integers([told.called for told in sites]),
            arrays.reals([told.daily for told in sites]),
        ],
    )


# Where a site lies in both divisions; its name for the row of `places_site` is p.
_UNITS = """
            ('2021', 'country', %s, ''), ('2025', 'country', %s, ''),
            ('2021', 'province', case p.era when '2021' then p.province_code end, %s),
            ('2021', 'district', case p.era when '2021' then p.district_code end, p.province_code),
            ('2021', 'commune', case p.era when '2021' then p.commune_code end, p.district_code),
            ('2021', 'site', case p.era when '2021' then p.code end, p.commune_code),
            ('2025', 'province', case p.era when '2025' then p.province_code else p.heir_province_code end, %s),
            ('2025', 'commune', case p.era when '2025' then p.commune_code else p.heir_commune_code end,
                case p.era when '2025' then p.province_code else p.heir_province_code end),
            ('2025', 'site', p.code, case p.era when '2025' then p.commune_code else p.heir_commune_code end)
"""
_PUT_PRODUCTS = f"""
with told as materialized (
    select x.era, x.level, x.unit, s.product, sum(s.issued)::int8 allocated, sum(s.usable)::int8 on_hand
    from unnest(%b::text[], %b::text[], %b::int4[], %b::int4[]) as s (site, product, issued, usable)
    join places_site p on p.code = s.site
    cross join lateral (values {_UNITS}) as x (era, level, unit, parent)
    where x.unit is not null group by 1, 2, 3, 4
), gone as (
    delete from response_productstanding as g where not exists (
        select 1 from told t where t.era = g.era and t.level = g.level and t.unit = g.unit and t.product = g.product)
)
insert into response_productstanding as held (era, level, unit, product, allocated, on_hand)
select t.* from told t order by 1, 2, 3, 4
on conflict (era, level, unit, product) do update set allocated = excluded.allocated, on_hand = excluded.on_hand
where (held.allocated, held.on_hand) is distinct from (excluded.allocated, excluded.on_hand)
"""


def keep_products(products: Mapping[str, Mapping[str, tuple[int, int]]]) -> None:
    """Keep the doses by product of every unit, summed from its sites (issued, usable). Only rows that changed are written."""
    lines = [
        (site, product, *doses) for site, held in sorted(products.items()) for product, doses in sorted(held.items())
    ]
    sites, names, issued, usable = zip(*lines, strict=True) if lines else ((), (), (), ())
    database.run(
        _PUT_PRODUCTS,
        [
            arrays.texts(list(sites)),
            arrays.texts(list(names)),
            arrays.integers(list(issued)),
            arrays.integers(list(usable)),
            *[COUNTRY_CODE] * 4,
        ],
    )


_PUT_UNITS = f"""
with told as materialized (
    select u.era, u.level, u.unit, max(u.parent) as parent, sum(u.allocated) as allocated, sum(u.on_hand) as on_hand,
        sum(u.on_road) as on_road, sum(u.registered) as registered, sum(u.listed) as listed, sum(u.due) as due,
        sum(u.called) as called
    from (
        select x.era, x.level, x.unit, coalesce(x.parent, '') as parent, s.issued as allocated, s.usable as on_hand, s.on_road,
            0 as registered, 0 as listed, 0 as due, s.called
        from response_sitestanding s
        join places_site p on p.code = s.site
        cross join lateral (values {_UNITS}) as x (era, level, unit, parent)
        where x.unit is not null
        union all
        select d.era, d.level, d.unit, d.parent, 0, 0, 0, d.registered, d.listed, d.due, 0
        from unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::int4[], %b::int4[], %b::int4[])
            as d (era, level, unit, parent, registered, listed, due)
    ) as u
    group by 1, 2, 3
), gone as (
    delete from response_unitstanding as g
    where not exists (select 1 from told t where t.era = g.era and t.level = g.level and t.unit = g.unit)
)
insert into response_unitstanding as held
    (era, level, unit, parent, allocated, on_hand, on_road, registered, listed, due, called, as_of, due_as_of)
select t.*, case t.level when 'country' then %s::timestamptz end, case t.level when 'country' then %s::timestamptz end
from told t order by t.era, t.level, t.unit
on conflict (era, level, unit) do update set parent = excluded.parent, allocated = excluded.allocated,
    on_hand = excluded.on_hand, on_road = excluded.on_road, registered = excluded.registered, listed = excluded.listed,
    due = excluded.due, called = excluded.called, as_of = excluded.as_of, due_as_of = excluded.due_as_of
where excluded.level = 'country' or (held.parent, held.allocated, held.on_hand, held.on_road, held.registered, held.listed,
    held.due, held.called) is distinct from (excluded.parent, excluded.allocated, excluded.on_hand, excluded.on_road,
    excluded.registered, excluded.listed, excluded.due, excluded.called)
"""


def keep_units(demand: Sequence[UnitDemand], *, due_as_of: datetime | None, now: datetime) -> None:
    """Keep the doses of every unit, summed from its sites as they were counted, and the demand told here.

    Only rows that changed are written, and the country's, which says when it was counted.
    """
    database.run(
        _PUT_UNITS,
        [
            *[COUNTRY_CODE] * 4,
            arrays.texts([told.era for told in demand]),
            arrays.texts([told.level for told in demand]),
            arrays.texts([told.unit for told in demand]),
            arrays.texts([told.parent for told in demand]),
            arrays.integers([told.registered for told in demand]),
            arrays.integers([told.listed for told in demand]),
            arrays.integers([told.due for told in demand]),
            now,
            due_as_of,
        ],
    )
